//! What payments settle of an invoice: never more than it is over, never more than they hold.

use chrono::NaiveDate;

use super::PaymentError;
use crate::billing::{Money, MoneyError};

/// A payment as one invoice sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The payment.
    pub key: String,
    /// The day it came in; older ones settle first.
    pub received_on: NaiveDate,
    /// What came in.
    pub amount: Money,
    /// What was given back of it.
    pub returned: Money,
    /// What is allocated to this invoice.
    pub here: Money,
    /// What is allocated to other invoices.
    pub elsewhere: Money,
}

impl Receipt {
    /// What may still be allocated; below zero when more was given back than was free.
    fn free(&self) -> Result<Money, MoneyError> {
        let held = self.amount.minus(self.returned)?;
        held.minus(self.here)?.minus(self.elsewhere)
    }

    fn check(&self) -> Result<(), PaymentError> {
        let zero = Money::zero(self.amount.currency());
        if self.amount.minor() <= 0 {
            return Err(PaymentError::NotAboveZero {
                key: self.key.clone(),
                amount: self.amount,
            });
        }
        if self.amount.minus(self.returned)?.is_negative()
            || zero.plus(self.returned)?.is_negative()
        {
            return Err(PaymentError::ReturnedTooMuch {
                key: self.key.clone(),
                amount: self.amount,
                returned: self.returned,
            });
        }
        Ok(())
    }
}

/// A change of what is allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The payment.
    pub key: String,
    /// Above zero: allocated to the invoice. Below zero: taken back from it.
    pub amount: Money,
}

/// The changes after which the invoice is settled as far as its payments reach.
///
/// `owed` is what the invoice is over less what credit notes settled of it. A payment that holds
/// less than is allocated, because it was given back, loses the difference; an invoice to which too
/// much is allocated gives it back, the newest payment first. Then what is open is allocated from
/// what is free, the oldest payment first, by key on the same day. Nothing else moves: money that
/// settles an invoice stays there, whatever comes later.
///
/// The sum that is allocated depends on the facts only, not on the order in which they came.
///
/// # Errors
/// [`PaymentError`]: a payment of nothing, more given back than came in, or two currencies.
pub fn settle(owed: Money, receipts: &[Receipt]) -> Result<Vec<Shift>, PaymentError> {
    let mut receipts = receipts.to_vec();
    receipts.sort_by(|a, b| (a.received_on, &a.key).cmp(&(b.received_on, &b.key)));
    let before: Vec<Money> = receipts.iter().map(|receipt| receipt.here).collect();
    let mut open = owed;
    for receipt in &mut receipts {
        receipt.check()?;
        let short = receipt.free()?;
        if short.is_negative() {
            let back = smaller(short.negated()?, receipt.here);
            receipt.here = receipt.here.minus(back)?;
        }
        open = open.minus(receipt.here)?;
    }
    for receipt in receipts.iter_mut().rev() {
        if open.is_negative() {
            let back = smaller(open.negated()?, receipt.here);
            receipt.here = receipt.here.minus(back)?;
            open = open.plus(back)?;
        }
    }
    for receipt in &mut receipts {
        let free = receipt.free()?;
        if open.minor() > 0 && free.minor() > 0 {
            let part = smaller(open, free);
            receipt.here = receipt.here.plus(part)?;
            open = open.minus(part)?;
        }
    }
    let mut shifts = Vec::new();
    for (receipt, before) in receipts.into_iter().zip(before) {
        let amount = receipt.here.minus(before)?;
        if !amount.is_zero() {
            shifts.push(Shift {
                key: receipt.key,
                amount,
            });
        }
    }
    Ok(shifts)
}

/// The smaller of two amounts of one currency.
fn smaller(a: Money, b: Money) -> Money {
    if a.minor() <= b.minor() { a } else { b }
}
