//! A payer comes back from the gateway's page: what became of it.

use super::super::Failure;
use super::observe::observe;
use super::{require, unknown_invoice};
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::billing::Money;
use crate::db::invoices;
use crate::db::payments::checkouts::{self, Checkout, CheckoutState};
use crate::error::Problem;
use crate::payments::{SessionSeen, SessionStatus};

/// What became of a payment by card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The money came in.
    Paid {
        /// How much.
        amount: Money,
    },
    /// The payer has done what there was to do; the gateway has not said yet what came of it.
    Confirming {
        /// How much.
        amount: Money,
    },
    /// The card was refused; another one can be tried.
    Declined {
        /// How much.
        amount: Money,
    },
    /// The payer came back without paying; the page is still open.
    Unfinished {
        /// How much.
        amount: Money,
    },
    /// The page has closed.
    Expired,
    /// Nobody began to pay.
    NotStarted,
}

/// What became of the newest payment of an invoice. The gateway is asked; while it cannot be
/// reached, the payment counts as being confirmed.
///
/// # Errors
/// `access.denied`, `payment.unknown-invoice`.
pub async fn confirm(app: &App, by: &Principal, number: &str) -> Result<Outcome, Failure> {
    let scope = require(by, Permission::ReadOwnInvoices)?.scope();
    let found = invoices::by_number(&app.db.reader(), scope, number).await?;
    let stored = found.into_iter().next();
    let stored = stored.ok_or_else(|| unknown_invoice(number))?;
    let Some(checkout) = checkouts::newest(&app.db.reader(), stored.id).await? else {
        return Ok(Outcome::NotStarted);
    };
    let amount = checkout.amount;
    match checkout.state {
        CheckoutState::Paid { .. } => Ok(Outcome::Paid { amount }),
        CheckoutState::Expired { .. } => Ok(Outcome::Expired),
        CheckoutState::Opening | CheckoutState::Open { .. } => {
            match observe(app, &by.actor(), &checkout.key, None).await {
                Ok(seen) => Ok(outcome(&checkout, &seen)),
                Err(failure) => {
                    let problem = Problem::from(failure);
                    problem.log();
                    Ok(Outcome::Confirming { amount })
                }
            }
        }
    }
}

fn outcome(checkout: &Checkout, seen: &SessionSeen) -> Outcome {
    let amount = checkout.amount;
    match (&seen.charge, seen.status, &seen.declined) {
        (Some(charge), ..) => Outcome::Paid {
            amount: charge.amount,
        },
        (None, SessionStatus::Expired, _) => Outcome::Expired,
        (None, SessionStatus::Complete, _) => Outcome::Confirming { amount },
        (None, SessionStatus::Open, Some(_)) => Outcome::Declined { amount },
        (None, SessionStatus::Open, None) => Outcome::Unfinished { amount },
    }
}
