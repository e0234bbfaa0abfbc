//! The customers' side: their invoices with what proves them, and the files.

pub(super) mod account;
pub(super) mod arrives;
pub(super) mod download;
mod frame;
pub(super) mod help;
pub(super) mod invoice;
pub(super) mod invoices;
pub(super) mod sign_in;

use axum::response::Response;

use super::access::go;
use super::guard::Who;
use crate::access::Permission;

/// `GET /portal`: the first place that the reader may see.
pub(super) async fn start(Who(who): Who) -> Response {
    let first = match who.principal.may(Permission::ReadOwnInvoices) {
        true => "/portal/invoices",
        false => "/portal/account",
    };
    go(first, [])
}
