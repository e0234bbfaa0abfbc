//! Billing as far as it goes: what is due before the day on which a contract is blocked is issued,
//! whatever waits behind it.

use chrono::{NaiveDate, TimeDelta};

use super::{Billed, BillingError, Facts, Run, bill_numbered};
use crate::billing::calendar::{day_after, day_before};
use crate::billing::invoice::{Invoice, PrecedingDocument};

/// Why a contract is blocked, and from which day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// First issue date that cannot be billed.
    pub from: NaiveDate,
    /// The reason.
    pub reason: BillingError,
}

/// The documents up to the run's date, or up to the day on which the contract is blocked.
///
/// A missing reading, say, holds back its own document and those after it, not the fees before.
pub fn bill_until_blocked(
    facts: &Facts<'_>,
    billed: &Billed,
    run: Run,
    number: impl Fn(&Invoice) -> Option<PrecedingDocument>,
) -> (Vec<Invoice>, Option<Stop>) {
    let attempt = |as_of| bill_numbered(facts, billed, Run { as_of, ..run }, &number);
    let mut reason = match attempt(run.as_of) {
        Ok(documents) => return (documents, None),
        Err(error) => error,
    };
    // Between a day that succeeds and one that does not, the first that does not is searched for.
    let term = facts.contract.term.start;
    let start = run.not_before.map_or(term, |floor| floor.max(term));
    let (mut good, mut bad) = (day_before(start).unwrap_or(start).min(run.as_of), run.as_of);
    let mut best = attempt(good).unwrap_or_default();
    while day_after(good).is_ok_and(|next| next < bad) {
        let half = bad.signed_duration_since(good).num_days() / 2;
        let middle = good
            .checked_add_signed(TimeDelta::days(half))
            .unwrap_or(bad);
        match attempt(middle) {
            Ok(documents) => (good, best) = (middle, documents),
            Err(error) => (bad, reason) = (middle, error),
        }
    }
    let stop = Stop { from: bad, reason };
    (best, Some(stop))
}
