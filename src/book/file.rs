//! The tables of a book file.
//!
//! Most of them are the types of the core itself. A table of its own stands here where the file
//! should read better than the core's type: facts about an instance name it beside the rest, and a
//! reading may name its month.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, BTreeSet};

use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, IndexValue, Month};
use crate::billing::credits::MissedResult;
use crate::billing::party::{Customer, Seller};
use crate::billing::sla::OutageCause;
use crate::billing::tax::TaxSettings;
use crate::billing::usage::Meter;
use crate::billing::{Currency, Percent, Quantity, Ratio};

/// A book: all facts that billing follows from, in one file or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Herdbook book file")]
pub struct BookFile {
    /// What the book is about, for the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Further book files, by their path from this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// What a simulation of the book bills unless the command line says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunEntry>,
    /// What the tax decision knows besides the parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxSettings>,
    /// Selling entities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seller: Vec<Seller>,
    /// Customers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customer: Vec<Customer>,
    /// Published index values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub index: Vec<IndexValue>,
    /// Contracts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contract: Vec<Contract>,
    /// How raw samples and events become readings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meter: Vec<Meter>,
    /// Closed readings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reading: Vec<ReadingEntry>,
    /// Raw samples; read by the meters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sample: Vec<SampleEntry>,
    /// Raw events; read by the meters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<EventEntry>,
    /// Outages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outage: Vec<OutageEntry>,
    /// Announced maintenance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<MaintenanceEntry>,
    /// Other times that do not count against service levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusion: Vec<ExclusionEntry>,
    /// Promises other than availability that were missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objective_result: Vec<MissedResult>,
    /// Days that are no working days, besides the public holidays of a region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendar: Vec<CalendarEntry>,
    /// Payments received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment: Vec<PaymentEntry>,
}

/// What a simulation bills.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct RunEntry {
    /// Last issue date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Service that starts after this day is left for later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_until: Option<NaiveDate>,
}

/// A closed reading. It is for a calendar month, or for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingEntry {
    /// Domain of the instance.
    pub instance: String,
    /// Name of the meter.
    pub meter: String,
    /// The calendar month; instead of `period`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Month>,
    /// The usage period; instead of `month`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The quantity in the unit of the item.
    pub quantity: Quantity,
    /// Measured share of the period as a fraction, e.g. `"99/100"`.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub coverage: Ratio,
    /// Counts up from 1 when a reading is replaced by a better one.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub revision: u32,
    /// Day on which the reading became known; the first day after its period unless given. A
    /// revision corrects documents from that day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<NaiveDate>,
    /// True when a gap was filled by the meter's rule.
    #[serde(default)]
    pub estimated: bool,
    /// How far the quantity may be off, in per cent, when its source estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Percent>,
    /// SHA-256 of the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

const fn whole() -> Ratio {
    Ratio::ONE
}

fn is_whole(value: &Ratio) -> bool {
    *value == Ratio::ONE
}

const fn first() -> u32 {
    1
}

fn is_first(value: &u32) -> bool {
    *value == 1
}

/// How a sample's value relates to the value before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleKindEntry {
    /// A running total since the counter's start.
    Cumulative,
    /// What was counted since the sample before.
    Delta,
    /// A level that holds until the next sample.
    Gauge,
}

/// One value of a series of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleEntry {
    /// Domain of the instance.
    pub instance: String,
    /// Meter that reads it.
    pub meter: String,
    /// Name of the series, where a meter reads several.
    #[serde(default)]
    pub series: String,
    /// When the value was true.
    pub time: DateTime<Utc>,
    /// How it relates to the value before.
    pub kind: SampleKindEntry,
    /// When the counter began, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime<Utc>>,
    /// The value, in raw units.
    pub value: Quantity,
}

/// Something billable that happened once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventEntry {
    /// Domain of the instance.
    pub instance: String,
    /// Meter that reads it.
    pub meter: String,
    /// Who reports it; with `id` its identity.
    pub source: String,
    /// The reporter's identity of it.
    pub id: String,
    /// What it is about.
    #[serde(default)]
    pub subject: String,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// How much; 1 unless given.
    #[serde(default = "one")]
    pub quantity: Quantity,
    /// Attributes by which a meter may count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dims: BTreeMap<String, String>,
    /// Identity of an event of the same instance and reporter that never was: it does not count,
    /// and neither does this one, whatever its quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voids: Option<String>,
    /// Identity of an event of the same instance and reporter in whose place this one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

fn one() -> Quantity {
    Quantity::whole(1)
}

/// An outage of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutageEntry {
    /// Identifier in the incident log.
    pub id: String,
    /// Domain of the instance.
    pub instance: String,
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DateTime<Utc>>,
    /// What was down; everything when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
    /// Who or what caused it.
    #[serde(default = "ourselves")]
    pub cause: OutageCause,
}

const fn ourselves() -> OutageCause {
    OutageCause::Provider
}

/// Maintenance of an instance that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceEntry {
    /// Identifier in the incident log.
    pub id: String,
    /// Domain of the instance.
    pub instance: String,
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
    /// When the customer was told.
    pub announced: DateTime<Utc>,
    /// What it is about; everything when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
}

/// Why a time does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionCause {
    /// Force majeure.
    ForceMajeure,
    /// Caused by the customer.
    CustomerCaused,
    /// Agreed with the customer.
    Agreed,
}

/// A time that does not count against the service levels of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusionEntry {
    /// Identifier in the incident log.
    pub id: String,
    /// Domain of the instance.
    pub instance: String,
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
    /// Why it does not count.
    pub cause: ExclusionCause,
    /// What it is about; everything when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
}

/// Days that are no working days in a region, besides its public holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarEntry {
    /// ISO 3166-2 code of the region, as contracts name it.
    pub region: String,
    /// The days.
    pub closed: Vec<NaiveDate>,
}

/// A payment received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentEntry {
    /// Identifier of the bank or the payment provider.
    pub id: String,
    /// Customer number.
    pub customer: u32,
    /// Day of the value date.
    pub date: NaiveDate,
    /// Amount in major units.
    pub amount: crate::billing::UnitPrice,
    /// Currency.
    pub currency: Currency,
    /// What the payer wrote.
    #[serde(default)]
    pub reference: String,
}
