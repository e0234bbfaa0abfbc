//! HTTP: the index of issued documents with expiring download links, and the health checks.

mod index;
mod links;
pub mod router;
