//! A usage event: something billable that happened once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::billing::Quantity;

/// One billable happening, with the identity that CloudEvents 1.0 gives it: `source` and `id`
/// together are unique, and an equal pair is a duplicate. The two are kept as a pair and never
/// joined into one text, because `a-b` + `c` and `a` + `b-c` are two events.
///
/// Source: CloudEvents 1.0.2, "Required attributes",
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UsageEvent {
    /// Who reports it.
    pub source: String,
    /// The reporter's own identity of it.
    pub id: String,
    /// What it is about: an account, a ticket, a report.
    pub subject: String,
    /// When it happened, in UTC.
    pub time: DateTime<Utc>,
    /// How much; one for a plain count.
    pub quantity: Quantity,
    /// Further attributes by which a meter may group.
    pub dims: BTreeMap<String, String>,
}
