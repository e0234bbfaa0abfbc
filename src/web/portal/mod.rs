//! The customers' side: their invoices with what proves them, and the files.

pub(super) mod account;
pub(super) mod arrives;
pub(super) mod contact;
pub(super) mod download;
pub(super) mod frame;
pub(super) mod help;
pub(super) mod invoice;
pub(super) mod invoices;
mod open;
pub(super) mod sign_in;
pub(super) mod usage;
pub(super) mod year;

use axum::response::Response;

use super::access::go;
use super::guard::Who;
use crate::access::Permission;

/// `GET /portal`: the first place that the reader may see.
pub(super) async fn start(Who(who): Who) -> Response {
    let may = |permission| who.principal.may(permission);
    let first = if may(Permission::ReadOwnInvoices) {
        "/portal/invoices"
    } else if may(Permission::ReadOwnUsage) {
        "/portal/usage"
    } else {
        "/portal/account"
    };
    go(first, [])
}
