//! A sample: one value of one series at one instant.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::billing::Quantity;

/// Identity of a series: the rank of its source, and the canonical text of its name and labels.
///
/// Shared, because a year of five-minute samples names the same series 100,000 times. Sources of
/// two ranks that report the same name are two series: each has a counter of its own.
#[derive(Clone, Debug, Eq)]
pub struct SeriesKey {
    rank: u32,
    text: Arc<str>,
}

// By text like the derived ones, but two clones of a key are equal without a look at it: samples
// are sorted by their series, and those of one series mostly share one text.
impl PartialEq for SeriesKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Hash for SeriesKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank.hash(state);
        self.text.hash(state);
    }
}

impl PartialOrd for SeriesKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SeriesKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| {
            if Arc::ptr_eq(&self.text, &other.text) {
                Ordering::Equal
            } else {
                self.text.cmp(&other.text)
            }
        })
    }
}

impl SeriesKey {
    /// A key of the given canonical text, of the best rank.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { rank: 0, text }
    }

    /// The same series as a source of this rank reports it.
    #[must_use]
    pub fn ranked(self, rank: u32) -> Self {
        Self { rank, ..self }
    }

    /// The rank of its source; zero is the best.
    pub fn rank(&self) -> u32 {
        self.rank
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// How a sample's value relates to the value before it (the temporality of OpenTelemetry's data
/// model, with gauges beside it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// A running total since the counter's start.
    Cumulative,
    /// What was counted since the sample before.
    Delta,
    /// A level that holds until the next sample.
    Gauge,
}

/// One value of a series. The order (series, time, …) is the order in which samples are evaluated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sample {
    /// The series that the value belongs to.
    pub series: SeriesKey,
    /// When the value was true, in UTC.
    pub time: DateTime<Utc>,
    /// When the counter began, if its exporter says so.
    pub start: Option<DateTime<Utc>>,
    /// How the value relates to the one before.
    pub kind: SampleKind,
    /// The value, exact.
    pub value: Quantity,
}
