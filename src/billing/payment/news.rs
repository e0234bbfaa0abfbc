//! What a gateway reports next to what is on file: only what is new is booked.
//!
//! Facts are told apart by their keys and only ever grow, so reports may come twice, late, in any
//! order or all at once: the same facts are on file in the end.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Payment, PaymentError};
use crate::billing::Money;

/// What the gateway kept of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// The gateway's identifier of the booking.
    pub key: String,
    /// The day.
    pub on: NaiveDate,
    /// How much; in the currency of the gateway's account.
    pub amount: Money,
}

/// How far giving back has come; it only goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// Asked for.
    Pending,
    /// On its way to the payer.
    Returned,
    /// It came back, or never left.
    Failed,
}

/// A part of a payment that is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Our key of the refund, or the gateway's where somebody gave it back there.
    pub key: String,
    /// The gateway's identifier.
    pub reference: String,
    /// The day of its state.
    pub on: NaiveDate,
    /// How much, above zero.
    pub amount: Money,
    /// How far it has come.
    pub progress: Progress,
}

/// One report of the gateway on one payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The payment, once money came in.
    pub payment: Option<Payment>,
    /// Its fees, as far as they are known.
    pub fees: Vec<Fee>,
    /// What is given back, the oldest first.
    pub returned: Vec<Returned>,
}

/// What is on file about one payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnFile {
    /// The payment's amount, once it is booked.
    pub payment: Option<Money>,
    /// Fees by key.
    pub fees: BTreeMap<String, Money>,
    /// What is given back, by key.
    pub returned: BTreeMap<String, (Money, Progress)>,
    /// The gateway's identifiers of what is given back, by key, as far as they are known.
    pub references: BTreeMap<String, String>,
}

/// What a report adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// The payment, when it is not on file.
    pub payment: Option<Payment>,
    /// Fees that are not.
    pub fees: Vec<Fee>,
    /// What is given back and is not on file, or has come further.
    pub returned: Vec<Returned>,
}

impl News {
    /// True when the report says nothing new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.payment.is_none() && self.fees.is_empty() && self.returned.is_empty()
    }
}

impl OnFile {
    /// The same with the news in it.
    #[must_use]
    pub fn with(mut self, news: &News) -> Self {
        if let Some(payment) = &news.payment {
            self.payment = Some(payment.amount);
        }
        for fee in &news.fees {
            self.fees.insert(fee.key.clone(), fee.amount);
        }
        for one in &news.returned {
            self.returned
                .insert(one.key.clone(), (one.amount, one.progress));
            self.references
                .insert(one.key.clone(), one.reference.clone());
        }
        self
    }
}

/// What a report adds to what is on file. Fees and refunds of a payment that is not there yet wait
/// for it: the next report tells of them again.
///
/// # Errors
/// [`PaymentError::Contradiction`] when a fact is reported with another amount than is on file,
/// [`PaymentError::NotAboveZero`].
pub fn news(on_file: &OnFile, seen: &Seen) -> Result<News, PaymentError> {
    let mut found = News::default();
    match (on_file.payment, &seen.payment) {
        (None, None) => return Ok(found),
        (None, Some(payment)) => {
            if payment.amount.minor() <= 0 {
                return Err(PaymentError::NotAboveZero {
                    key: payment.key.clone(),
                    amount: payment.amount,
                });
            }
            found.payment = Some(payment.clone());
        }
        (Some(known), Some(payment)) => same(&payment.key, known, payment.amount)?,
        (Some(_), None) => {}
    }
    for fee in &seen.fees {
        match on_file.fees.get(&fee.key) {
            Some(known) => same(&fee.key, *known, fee.amount)?,
            None if fee.amount.is_zero() => {}
            None => found.fees.push(fee.clone()),
        }
    }
    for one in each_once(on_file, &seen.returned) {
        let further = match on_file.returned.get(&one.key) {
            Some((known, progress)) => {
                same(&one.key, *known, one.amount)?;
                one.progress > *progress
            }
            // What was never booked as given back has nothing to take back.
            None => one.progress == Progress::Returned,
        };
        if further {
            found.returned.push(one);
        }
    }
    Ok(found)
}

/// What is given back, each refund of the gateway once and under a key of its own. Of several under
/// one key of ours, the one that is on file has it, or else the oldest; the others were given back
/// beside it and are facts of their own.
fn each_once(on_file: &OnFile, returned: &[Returned]) -> Vec<Returned> {
    let mut refunds: Vec<Returned> = Vec::with_capacity(returned.len());
    for one in returned {
        match refunds
            .iter_mut()
            .find(|seen| seen.reference == one.reference)
        {
            Some(seen) if one.progress > seen.progress => *seen = one.clone(),
            Some(_) => {}
            None => refunds.push(one.clone()),
        }
    }
    let mut holders = on_file.references.clone();
    for one in &refunds {
        holders
            .entry(one.key.clone())
            .or_insert_with(|| one.reference.clone());
    }
    for one in &mut refunds {
        if holders.get(&one.key) != Some(&one.reference) {
            one.key = format!("{}/{}", one.key, one.reference);
        }
    }
    refunds
}

fn same(key: &str, known: Money, seen: Money) -> Result<(), PaymentError> {
    if known == seen {
        return Ok(());
    }
    Err(PaymentError::Contradiction {
        key: key.to_owned(),
        known,
        seen,
    })
}
