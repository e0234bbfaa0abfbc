//! Whether an invoice is paid: derived from what is allocated to it.

use chrono::NaiveDate;

use super::PaymentError;
use crate::billing::Money;

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing has come in for it.
    Open {
        /// What is owed.
        open: Money,
    },
    /// A part has come in.
    Partly {
        /// What has come in.
        paid: Money,
        /// What is still owed.
        open: Money,
    },
    /// All has come in.
    Paid {
        /// When the last part came in; none where nothing was owed.
        on: Option<NaiveDate>,
    },
    /// More has come in for it than it is over.
    Overpaid {
        /// When the last part came in.
        on: Option<NaiveDate>,
        /// What is left over and can be given back.
        over: Money,
    },
    /// It gives back, and this is what the customer is owed by it.
    GivesBack {
        /// What has not been set off or paid out; zero when all has.
        open: Money,
    },
}

/// Where a document stands that is over `owed`, with `allocated` of the same sign, the newest
/// allocation on `last_on`, and `left` of the payments that were meant for it.
///
/// # Errors
/// [`PaymentError::Money`] for amounts of two currencies, or out of range.
pub fn settlement(
    owed: Money,
    allocated: Money,
    last_on: Option<NaiveDate>,
    left: Money,
) -> Result<Settlement, PaymentError> {
    let open = owed.minus(allocated)?;
    // Also a check of its currency.
    let over = left.plus(Money::zero(owed.currency()))?;
    if owed.is_negative() {
        let open = open.negated()?;
        return Ok(Settlement::GivesBack { open });
    }
    Ok(if !open.is_zero() && allocated.is_zero() {
        Settlement::Open { open }
    } else if !open.is_zero() {
        Settlement::Partly {
            paid: allocated,
            open,
        }
    } else if over.minor() > 0 {
        Settlement::Overpaid { on: last_on, over }
    } else {
        Settlement::Paid { on: last_on }
    })
}
