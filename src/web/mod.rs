//! HTTP: the pages of the finance team and those of customers, download links that expire, and the
//! health checks.
//!
//! Pages are templates (`templates/`) over the parts of one design system: macros for what is on
//! a page, one style sheet, one script. Everything but comfort works without the script.

mod access;
mod answer;
pub mod api;
mod assets;
mod charts;
mod cookies;
mod countries;
mod customers;
mod doors;
mod edit_page;
mod failing;
mod fields;
mod finance;
mod form;
mod format;
mod frame;
mod framed;
mod grid;
pub mod guard;
mod headers;
mod hooks;
pub mod imprint;
pub mod limits;
mod links;
pub mod observed;
mod once;
mod outlook;
mod paper;
mod parts;
mod payments;
mod portal;
mod query;
pub mod router;
pub mod routes;
mod runs;
mod said;
mod settings;
mod soft;
mod styleguide;
mod table;
mod telemetry;
mod why;
mod words;
