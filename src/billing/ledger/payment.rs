//! Money that comes in, what a gateway keeps of it, and what is given back.
//!
//! An allocation books nothing: invoice and payment stand on the same customer's account, and the
//! allocation says which of them answer to each other.

use chrono::NaiveDate;

use super::{Account, AccountMap, Control, Entry, LedgerError, Posting};
use crate::billing::Money;
use crate::billing::payment::{Fee, Method, Payment, Returned};

/// A payment, in full and before any fee: the clearing account (card) or the bank (transfer) at
/// the customer's account.
///
/// # Errors
/// [`LedgerError`]: a customer number that is no account, an amount of zero.
pub fn payment_entry(payment: &Payment, accounts: &AccountMap) -> Result<Entry, LedgerError> {
    let (control, text) = match payment.method {
        Method::Card => (Control::Clearing, "Payment by card"),
        Method::Transfer => (Control::Bank, "Payment by transfer"),
    };
    let from = Account::new(payment.customer)?;
    let to = accounts.control(control)?;
    entry(
        (payment.received_on, &payment.key, text),
        (to, from),
        payment.amount,
    )
}

/// A fee: the expense at the clearing account, out of which the gateway took it.
///
/// Services of payment providers are exempt from VAT (§ 4 no. 8 d UStG, article 135(1)(d) of
/// Directive 2006/112/EC), so no input tax is split off.
///
/// # Errors
/// As [`payment_entry`].
pub fn fee_entry(fee: &Fee, accounts: &AccountMap) -> Result<Entry, LedgerError> {
    let (to, from) = (
        accounts.control(Control::GatewayFees)?,
        accounts.control(Control::Clearing)?,
    );
    entry((fee.on, &fee.key, "Fee"), (to, from), fee.amount)
}

/// What is given back of a payment: the customer's account at the account it came in on.
///
/// # Errors
/// As [`payment_entry`].
pub fn refund_entry(
    payment: &Payment,
    returned: &Returned,
    accounts: &AccountMap,
) -> Result<Entry, LedgerError> {
    let control = match payment.method {
        Method::Card => Control::Clearing,
        Method::Transfer => Control::Bank,
    };
    let from = accounts.control(control)?;
    let to = Account::new(payment.customer)?;
    entry(
        (returned.on, &returned.key, "Refund"),
        (to, from),
        returned.amount,
    )
}

fn entry(
    (on, document, text): (NaiveDate, &str, &str),
    (debit, credit): (Account, Account),
    amount: Money,
) -> Result<Entry, LedgerError> {
    let postings = vec![
        Posting {
            account: debit,
            amount,
        },
        Posting {
            account: credit,
            amount: amount.negated()?,
        },
    ];
    Ok(Entry::new(on, document, text, postings)?)
}
