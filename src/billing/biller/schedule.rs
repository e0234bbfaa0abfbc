//! Which days a run has to look at, and what is owed by them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{BillingError, Facts, Run, closing};
use crate::billing::calendar::{CalendarError, Period, day_before};
use crate::billing::contract::effective::effective;
use crate::billing::contract::{Contract, contract_end};
use crate::billing::rating::{ChargeGroup, Expectation, RatingError, expected};

/// A stretch of days on which the same amendments are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Knowledge {
    /// Amendments known by this day count.
    pub(super) known_on: NaiveDate,
    /// First day a document of this stretch may carry.
    pub(super) from: NaiveDate,
    /// Last day of the stretch.
    pub(super) to: NaiveDate,
}

/// What is owed under one state of knowledge.
pub(super) struct Owed {
    /// Charge groups due by the end of the stretch.
    pub(super) groups: Vec<ChargeGroup>,
    /// When each item runs; none for items that never do.
    pub(super) running: BTreeMap<String, Option<Period>>,
}

/// The stretches up to the run's date, in order; those wholly before closed books are left out.
pub(super) fn knowledge(contract: &Contract, run: Run) -> Result<Vec<Knowledge>, CalendarError> {
    let mut starts: BTreeSet<NaiveDate> = contract
        .amendments
        .iter()
        .map(crate::billing::contract::Amendment::known_from)
        .filter(|&day| day <= run.as_of)
        .collect();
    starts.insert(NaiveDate::MIN);
    let starts: Vec<NaiveDate> = starts.into_iter().collect();
    let mut found = Vec::new();
    for (index, &start) in starts.iter().enumerate() {
        let next = index.checked_add(1).and_then(|next| starts.get(next));
        let to = match next {
            Some(&next) => day_before(next)?,
            None => run.as_of,
        };
        let floor = run.not_before.map_or(start, |floor| floor.max(start));
        if floor <= to {
            found.push(Knowledge {
                known_on: to,
                from: floor,
                to,
            });
        }
    }
    Ok(found)
}

/// The groups due in a stretch, and when the items run.
pub(super) fn owed(
    facts: &Facts<'_>,
    knowledge: &Knowledge,
    run: Run,
) -> Result<Owed, BillingError> {
    let groups = expected(Expectation {
        contract: facts.contract,
        indices: facts.indices,
        readings: facts.readings,
        known_on: knowledge.known_on,
        due_by: knowledge.to,
        service_until: run.service_until,
    })?;
    // Prices do not matter here, so no index value is asked for.
    let items = effective(
        facts.contract,
        facts.indices,
        knowledge.known_on,
        NaiveDate::MIN,
    )
    .map_err(RatingError::from)?;
    let mut running: BTreeMap<String, Option<Period>> = BTreeMap::new();
    for item in items {
        let start = item
            .item
            .billed_until
            .map_or(item.item.from, |day| day.max(item.item.from));
        let end = item.item.until.unwrap_or(NaiveDate::MAX);
        running.insert(item.item.id, Period::new(start, end).ok());
    }
    Ok(Owed { groups, running })
}

/// The days of a stretch on which something may fall due. Its first day is one of them when it
/// brings new knowledge, since a change can correct what was billed before. When the contract is
/// over, what is owed back and the service credits that found no invoice fall due as well.
pub(super) fn issue_dates(
    facts: &Facts<'_>,
    owed: &Owed,
    knowledge: &Knowledge,
) -> Result<Vec<NaiveDate>, BillingError> {
    let mut days: BTreeSet<NaiveDate> = owed.groups.iter().map(|group| group.due).collect();
    if let Some(last) = closing::last_invoice(facts.contract, knowledge.known_on)? {
        // What is owed back waited for an invoice until now.
        days.extend(contract_end(facts.contract, knowledge.known_on)?);
        days.insert(last);
        let credits = facts.credits.iter();
        days.extend(credits.map(|credit| credit.applies_from.max(last)));
    }
    let mut days: BTreeSet<NaiveDate> = days
        .into_iter()
        .map(|day| day.max(knowledge.from))
        .collect();
    if knowledge.from > NaiveDate::MIN {
        days.insert(knowledge.from);
    }
    Ok(days
        .into_iter()
        .filter(|&day| day <= knowledge.to)
        .collect())
}
