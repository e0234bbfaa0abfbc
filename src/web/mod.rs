//! HTTP: the pages of the finance team, download links that expire, and the health checks.
//!
//! Pages are templates (`templates/`) over the parts of one design system: macros for what is on
//! a page, one style sheet, one script. Everything but comfort works without the script.

mod answer;
mod assets;
mod finance;
mod frame;
mod links;
mod parts;
pub mod router;
mod styleguide;
mod words;
