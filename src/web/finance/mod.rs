//! Pages of the finance team.

pub(super) mod cancel;
pub(super) mod invoice;
pub(super) mod invoices;
pub(super) mod search;
