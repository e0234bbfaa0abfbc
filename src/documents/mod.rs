//! Documents: what an issued invoice looks like to people and to machines.
//!
//! For people: `Invoice` → [`view::InvoiceView`] (every figure, date and sentence finished) → typst
//! template → PDF/A-3a and PDF/UA-1. The typesetting runs in worker processes ([`worker`]); the
//! same frozen invoice and the same [`render_id`] give the same bytes for ever. Templates lay out
//! and never compute. For machines: [`einvoice`].

pub mod archive;
pub mod check;
pub mod code;
pub mod einvoice;
pub mod finish;
pub mod format;
pub mod render;
pub mod render_id;
pub mod samples;
pub mod text;
pub mod view;
pub mod worker;
