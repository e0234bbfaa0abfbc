//! Service credits of a contract: every service level measured month by month, and what each miss
//! gives back.
//!
//! Months are calendar months. A month counts for the days on which the service runs, and its fee
//! is that of the last of them; a service level follows the item it names through replacements, so
//! that an upgrade in the middle of a month is one measurement.

mod grant;
mod view;
mod wording;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Percent;
use super::biller::Credit;
use super::calendar::CalendarError;
use super::contract::effective::ContractError;
use super::contract::{Contract, CreditSettlement, IndexTable, Month};
use super::money::MoneyError;
use super::party::Localised;
use super::rating::RatingError;
use super::sla::{AvailabilityResult, Exclusion, Outage, SlaError};
use super::span::SpanSet;
use view::{Given, View};

/// An outage of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Domain of the instance.
    pub instance: String,
    /// The outage.
    pub outage: Outage,
}

/// A time that does not count against the objectives of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exempt {
    /// Domain of the instance.
    pub instance: String,
    /// The time and why it does not count.
    pub exclusion: Exclusion,
}

/// A promise other than availability that a person found missed: a response, a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedResult {
    /// Number of the contract.
    pub contract: String,
    /// Item whose service fell short.
    pub item: String,
    /// Identifier of the promise.
    pub objective: String,
    /// The month in which it was missed.
    pub month: Month,
    /// Credit in per cent of the item's fee of the month.
    pub credit: Percent,
    /// The ticket or report that shows it.
    pub evidence: String,
    /// What was missed, in words for documents.
    pub what: Localised,
    /// When the credit reaches an invoice.
    #[serde(default)]
    pub settlement: CreditSettlement,
}

/// All that service credits of one contract follow from.
#[derive(Debug, Clone, Copy)]
pub struct ServiceFacts<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Known index values.
    pub indices: &'a IndexTable,
    /// Outages, of any instance.
    pub incidents: &'a [Incident],
    /// Times that do not count, of any instance.
    pub exempt: &'a [Exempt],
    /// Times without any measurement, by instance.
    pub unmeasured: &'a BTreeMap<String, SpanSet>,
    /// Missed promises, of any contract.
    pub missed: &'a [MissedResult],
}

/// What a service level came to in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceResult {
    /// Number of the contract.
    pub contract: String,
    /// Item that ran at the end of the measured days.
    pub item: String,
    /// Objective.
    pub objective: String,
    /// The month.
    pub month: Month,
    /// Agreed availability in per cent; none for promises found missed by a person.
    pub target: Option<Percent>,
    /// The measurement; none for promises found missed by a person.
    pub measured: Option<AvailabilityResult>,
    /// The credit; none when the promise was kept.
    pub credit: Option<Credit>,
}

/// Why service levels of a contract cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditError {
    /// An item that the contract never had.
    #[error("contract {contract}: a service level or result names item {item}, which is unknown")]
    UnknownItem {
        /// The contract.
        contract: String,
        /// The item.
        item: String,
    },
    /// A service level of an item without an instance.
    #[error("item {item} has a service level but names no instance")]
    NoInstance {
        /// The item.
        item: String,
    },
    /// The measurement fails.
    #[error(transparent)]
    Sla(#[from] SlaError),
    /// The fee cannot be worked out.
    #[error(transparent)]
    Rating(#[from] RatingError),
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// An amount out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl From<ContractError> for CreditError {
    fn from(cause: ContractError) -> Self {
        Self::Rating(cause.into())
    }
}

impl CreditError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownItem { .. } => "sla.unknown-item",
            Self::NoInstance { .. } => "sla.no-instance",
            Self::Sla(cause) => cause.code(),
            Self::Rating(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
            Self::Money(cause) => cause.code(),
        }
    }
}

/// Every service level of the contract for every month that has ended by `until` (the first day
/// that is not looked at), and every missed promise of those months, in order of the month.
///
/// # Errors
/// [`CreditError`].
pub fn service_results(
    facts: &ServiceFacts<'_>,
    until: NaiveDate,
) -> Result<Vec<ServiceResult>, CreditError> {
    let contract = facts.contract;
    let missed: Vec<&MissedResult> = facts
        .missed
        .iter()
        .filter(|result| result.contract == contract.number)
        .collect();
    if contract.service_levels.is_empty() && missed.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut given = Given::default();
    let mut month = Month::of(contract.term.start);
    while month.after(1)?.first_day() <= until {
        let view = View::of(facts, month)?;
        for level in &contract.service_levels {
            found.extend(view.measure(level, &mut given)?);
        }
        for result in missed.iter().filter(|result| result.month == month) {
            found.push(view.missed(result, &mut given)?);
        }
        month = month.after(1)?;
    }
    Ok(found)
}

/// The credits among results, as the biller takes them.
#[must_use]
pub fn credits(results: &[ServiceResult]) -> Vec<Credit> {
    results
        .iter()
        .filter_map(|result| result.credit.clone())
        .collect()
}
