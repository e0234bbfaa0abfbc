//! What every decoder produces: series with exact points, and usage events. Wire formats differ,
//! this shape does not; it is the left end of the flow and knows nothing about money.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::error::{DecodeError, Reason, Rejection};
use super::limits::Limits;
use super::value::SampleValue;
use crate::billing::usage::Retracts;

/// Joins the parts of a key. A label that contains it is refused, so a key is never ambiguous.
const SEPARATOR: char = '\u{1f}';
/// Longest description kept of a refused point.
const WHAT_BYTES: usize = 160;

/// The identity of a series: instance, metric name and sorted labels in one allocation, because a
/// request names thousands of them and most are compared, not read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey(Box<str>);

impl SeriesKey {
    /// Builds a key; `labels` may come in any order.
    ///
    /// # Errors
    /// [`Reason::NameMissing`], [`Reason::InstanceMissing`], or [`Reason::Label`] when a label name
    /// is empty or repeated, or any part holds the separator U+001F.
    pub fn new(instance: &str, metric: &str, labels: &mut [(&str, &str)]) -> Result<Self, Reason> {
        Self::of(instance, metric, labels)
    }

    /// As [`SeriesKey::new`], of labels whose values are borrowed or owned.
    pub(super) fn of<T: AsRef<str> + Ord>(
        instance: &str,
        metric: &str,
        labels: &mut [(&str, T)],
    ) -> Result<Self, Reason> {
        if metric.is_empty() {
            return Err(Reason::NameMissing);
        }
        if instance.is_empty() {
            return Err(Reason::InstanceMissing);
        }
        if !labels.is_sorted() {
            labels.sort_unstable();
        }
        let length = labels
            .iter()
            .map(|(name, text)| name.len() + text.as_ref().len() + 2)
            .sum::<usize>();
        let mut key = String::with_capacity(instance.len() + metric.len() + 1 + length);
        key.push_str(instance);
        key.push(SEPARATOR);
        key.push_str(metric);
        let mut previous = "";
        for (name, text) in labels.iter() {
            // Sorted, so a repeated name follows its twin; the empty name equals the initial value.
            if *name == previous {
                return Err(Reason::Label);
            }
            previous = name;
            key.push(SEPARATOR);
            key.push_str(name);
            key.push(SEPARATOR);
            key.push_str(text.as_ref());
        }
        let separators = 1 + 2 * labels.len();
        if key.bytes().filter(|byte| *byte == SEPARATOR as u8).count() != separators {
            return Err(Reason::Label);
        }
        Ok(Self(key.into_boxed_str()))
    }

    /// The Mastodon server the series is about, for example `social.example.org`.
    pub fn instance(&self) -> &str {
        self.0.split(SEPARATOR).next().unwrap_or_default()
    }

    /// The metric's name as the source wrote it.
    pub fn metric(&self) -> &str {
        self.0.split(SEPARATOR).nth(1).unwrap_or_default()
    }

    /// Label names and values, sorted by name; neither the instance nor the metric name is one.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut parts = self.0.split(SEPARATOR).skip(2);
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.instance(), self.metric())?;
        for (index, (name, text)) in self.labels().enumerate() {
            write!(f, "{}{name}={text:?}", if index == 0 { '{' } else { ',' })?;
        }
        if self.labels().next().is_some() {
            f.write_str("}")
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How successive values of a series relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleKind {
    /// A count since the start of a process: only differences mean something.
    Cumulative,
    /// What happened between start and time.
    Delta,
    /// A level at an instant.
    Gauge,
}

/// One measurement of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub time: DateTime<Utc>,
    /// When the counter began at zero, if the source knows.
    pub start: Option<DateTime<Utc>>,
    pub value: SampleValue,
}

/// A series of one request; its points lie in [`Decoded::points`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub key: SeriesKey,
    pub kind: SampleKind,
    /// The unit as the source states it (UCUM in OTLP: `By`), if it does.
    pub unit: Option<Box<str>>,
    /// Which points are its own.
    pub range: Range<usize>,
}

/// A single business fact with its own identity, for example a support time entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who says so; with `id` the identity of the event (two fields, never joined into one text).
    pub source: String,
    pub id: String,
    /// The CloudEvents `type`.
    pub name: String,
    /// Whom it concerns; the instance or customer reference.
    pub subject: String,
    pub time: DateTime<Utc>,
    /// The scalar members of the event's payload as text, sorted by name.
    pub fields: Vec<(String, String)>,
    /// What it does to an earlier event of its subject and source.
    pub retracts: Option<Retracts>,
}

impl Event {
    /// A member of the payload as an exact number; `None` if it is absent or not a number.
    pub fn number(&self, field: &str) -> Option<Decimal> {
        let text = self
            .fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text)?;
        Decimal::from_str_exact(text).ok()
    }
}

/// Everything one request said, and everything in it that was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decoded {
    pub series: Vec<Series>,
    pub points: Vec<Point>,
    pub events: Vec<Event>,
    pub rejected: Vec<Rejection>,
    /// Stale markers and points flagged as "no value recorded": legitimate, and not measurements.
    pub without_value: usize,
}

impl Decoded {
    /// The points of one of this request's series.
    pub fn points_of(&self, series: &Series) -> &[Point] {
        self.points.get(series.range.clone()).unwrap_or_default()
    }

    /// Earliest and latest instant any point or event speaks about; `None` for an empty request.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let times = || {
            let points = self.points.iter().map(|point| point.time);
            points.chain(self.events.iter().map(|event| event.time))
        };
        Some((times().min()?, times().max()?))
    }

    /// Records a refused point with a bounded description.
    pub(crate) fn reject(&mut self, reason: Reason, what: &str) {
        let end = what.floor_char_boundary(WHAT_BYTES);
        let what = what.get(..end).unwrap_or_default().to_owned();
        self.rejected.push(Rejection { reason, what });
    }

    /// Closes a series over the points pushed since `from`. An empty one is left out; a refused
    /// key takes its points with it and is recorded once.
    ///
    /// # Errors
    /// [`DecodeError::TooMany`] above the limit of series.
    pub(crate) fn close_series(
        &mut self,
        from: usize,
        key: Result<SeriesKey, Reason>,
        what: &str,
        kind: SampleKind,
        unit: Option<&str>,
        limits: &Limits,
    ) -> Result<(), DecodeError> {
        match key {
            Ok(_) if from == self.points.len() => {}
            Ok(key) => {
                if self.series.len() >= limits.series {
                    return Err(DecodeError::TooMany {
                        what: "series",
                        limit: limits.series,
                    });
                }
                let unit = unit.filter(|unit| !unit.is_empty()).map(Box::from);
                self.series.push(Series {
                    key,
                    kind,
                    unit,
                    range: from..self.points.len(),
                });
            }
            Err(reason) => {
                self.points.truncate(from);
                self.reject(reason, what);
            }
        }
        Ok(())
    }

    /// Adds a point of a series of the given kind, or records why not.
    ///
    /// # Errors
    /// [`DecodeError::TooMany`] above the limit of points (refused ones count too).
    #[inline]
    pub(crate) fn push_point(
        &mut self,
        kind: SampleKind,
        time: Option<DateTime<Utc>>,
        start: Option<DateTime<Utc>>,
        value: Result<SampleValue, Reason>,
        what: &str,
        limits: &Limits,
    ) -> Result<(), DecodeError> {
        if self.points.len() + self.rejected.len() >= limits.points {
            return Err(DecodeError::TooMany {
                what: "points",
                limit: limits.points,
            });
        }
        match (time, value) {
            (Some(_), Ok(value)) if kind == SampleKind::Cumulative && value.is_negative() => {
                self.reject(Reason::NegativeCounter, what);
            }
            (Some(time), Ok(value)) => self.points.push(Point { time, start, value }),
            (_, Err(reason)) => self.reject(reason, what),
            (None, Ok(_)) => self.reject(Reason::Time, what),
        }
        Ok(())
    }
}
