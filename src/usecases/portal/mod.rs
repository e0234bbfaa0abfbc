//! What customers do for themselves: their own invoices, use and contact data.

pub mod contact;
pub mod download;
pub mod house;
pub mod own;
pub mod year;
