//! What keeps the book in order: the audit trail, jobs, sellers and API tokens.

pub(super) mod audit;
mod deeds;
mod facts;
pub(super) mod jobs;
pub(super) mod seller;
pub(super) mod seller_edit;
mod seller_values;
pub(super) mod tokens;
