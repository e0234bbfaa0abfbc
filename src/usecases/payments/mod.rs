//! Paying invoices by card, and giving back what was paid too much.
//!
//! The gateway's own object says what happened. A message of the webhook, the return of a payer and
//! the sweep of a job all lead to the same step ([`observe`]): read the object, book what is new.
//! So each of them may come twice, late, in any order, or not at all: the sweep looks at what was
//! paid for some weeks more.

mod booked;
mod booking;
pub mod checkout;
pub mod confirm;
pub mod observe;
pub mod read;
pub mod refund;
pub mod webhook;

use super::Failure;
use crate::access::principal::Denied;
use crate::access::{Granted, Permission, Principal};
use crate::app::App;
use crate::billing::ledger::LedgerError;
use crate::billing::payment::PaymentError;
use crate::error::Problem;
use crate::payments::{CardPayments, GatewayError};

pub(super) use booked::in_order;
pub use booked::{booked, keys};

/// The key under which a payment of the gateway is on file.
fn on_file(identifier: &str) -> String {
    format!("stripe/{identifier}")
}

fn card(app: &App) -> Result<&CardPayments, Failure> {
    let missing = || Problem::new("payment.not-configured", "payments by card are not set up");
    app.card.as_deref().ok_or_else(|| Failure::from(missing()))
}

fn require(by: &Principal, permission: Permission) -> Result<Granted, Failure> {
    by.require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

fn unknown_invoice(number: &str) -> Failure {
    let text = format!("there is no invoice {number}");
    Problem::new("payment.unknown-invoice", text).into()
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        // What the gateway says may name keys and accounts: it goes to the log only.
        Problem::hidden(error.code(), &error).into()
    }
}

impl From<PaymentError> for Failure {
    fn from(error: PaymentError) -> Self {
        Self::of(error.code(), &error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::of(error.code(), &error)
    }
}
