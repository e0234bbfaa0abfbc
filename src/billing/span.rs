//! Half-open spans of instants and sets of them.
//!
//! Telemetry and outages happen at instants in UTC, billing periods are civil dates. Whoever joins
//! the two resolves the civil period in a named time zone first (`Period::instants`) and works with
//! spans from there on: a month is then 743, 744 or 745 hours long by itself, and no rule has to
//! think about clock changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Instants;

/// `[start, end)`: the start belongs to the span, the end does not. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawSpan")]
pub struct Span {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

#[derive(Deserialize)]
struct RawSpan {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

/// The two ends do not make a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span must end after it starts: {start} to {end}")]
pub struct EmptySpan {
    /// The start that was given.
    pub start: DateTime<Utc>,
    /// The end that was given.
    pub end: DateTime<Utc>,
}

impl EmptySpan {
    /// Stable code of this error.
    pub fn code(&self) -> &'static str {
        "span.empty"
    }
}

impl TryFrom<RawSpan> for Span {
    type Error = EmptySpan;

    fn try_from(raw: RawSpan) -> Result<Self, EmptySpan> {
        Span::new(raw.start, raw.end)
    }
}

impl TryFrom<Instants> for Span {
    type Error = EmptySpan;

    fn try_from(instants: Instants) -> Result<Self, EmptySpan> {
        Span::new(instants.start, instants.end)
    }
}

impl Span {
    /// A span from `start` up to, but not including, `end`.
    ///
    /// # Errors
    /// [`EmptySpan`] when `end` is not after `start`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, EmptySpan> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(EmptySpan { start, end })
        }
    }

    /// First instant of the span.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// First instant after the span.
    pub fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// Whether the instant lies in the span.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The part both spans share.
    pub fn intersect(&self, other: &Span) -> Option<Span> {
        Span::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// Length in milliseconds; chrono's range of years keeps it far below `i64::MAX`.
    pub fn millis(&self) -> i64 {
        self.end
            .timestamp_millis()
            .saturating_sub(self.start.timestamp_millis())
    }

    /// Length in whole seconds; both ends are cut to the second first, so that the seconds of
    /// adjacent spans add up to the seconds of their union.
    pub fn seconds(&self) -> i64 {
        self.end.timestamp().saturating_sub(self.start.timestamp())
    }
}

/// A set of instants, kept as sorted spans that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpanSet {
    spans: Vec<Span>,
}

impl SpanSet {
    /// The union of the given spans, in any order, overlapping or not.
    pub fn union_of(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Self { spans: merged }
    }

    /// The spans in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Everything in either set.
    pub fn union(&self, other: &SpanSet) -> SpanSet {
        Self::union_of(self.spans.iter().chain(&other.spans).copied())
    }

    /// Everything in both sets.
    pub fn intersect(&self, other: &SpanSet) -> SpanSet {
        let mut spans = Vec::new();
        let (mut left, mut right) = (self.spans.iter().peekable(), other.spans.iter().peekable());
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            spans.extend(one.intersect(two));
            if one.end <= two.end {
                left.next();
            } else {
                right.next();
            }
        }
        Self { spans }
    }

    /// Everything in this set that is not in the other.
    pub fn subtract(&self, other: &SpanSet) -> SpanSet {
        let mut spans = Vec::new();
        for span in &self.spans {
            let mut start = span.start;
            let first = other.spans.partition_point(|cut| cut.end <= span.start);
            for cut in other
                .spans
                .iter()
                .skip(first)
                .take_while(|cut| cut.start < span.end)
            {
                spans.extend(Span::new(start, cut.start.min(span.end)).ok());
                start = start.max(cut.end);
            }
            spans.extend(Span::new(start, span.end).ok());
        }
        Self { spans }
    }

    /// The part that lies in one span.
    pub fn clip(&self, window: Span) -> SpanSet {
        self.intersect(&SpanSet {
            spans: vec![window],
        })
    }

    /// Sum of the lengths, in whole seconds.
    pub fn seconds(&self) -> i64 {
        self.spans
            .iter()
            .fold(0, |sum: i64, span| sum.saturating_add(span.seconds()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + second, 0).expect("a second of 2026")
    }

    fn span(start: i64, end: i64) -> Span {
        Span::new(at(start), at(end)).expect("a span")
    }

    fn set() -> impl Strategy<Value = SpanSet> {
        proptest::collection::vec((0i64..200, 1i64..40), 0..12)
            .prop_map(|raw| SpanSet::union_of(raw.into_iter().map(|(s, len)| span(s, s + len))))
    }

    fn members(set: &SpanSet) -> Vec<bool> {
        (0..300)
            .map(|s| set.spans().iter().any(|span| span.contains(at(s))))
            .collect()
    }

    #[test]
    fn an_empty_or_backward_span_is_refused() {
        assert_eq!(
            Span::new(at(5), at(5)).map_err(|e| e.code()),
            Err("span.empty")
        );
        assert!(Span::new(at(6), at(5)).is_err());
        let json = r#"{"start":"2026-01-02T00:00:00Z","end":"2026-01-01T00:00:00Z"}"#;
        assert!(serde_json::from_str::<Span>(json).is_err());
    }

    #[test]
    fn touching_spans_become_one() {
        let set = SpanSet::union_of([span(10, 20), span(0, 10), span(30, 31)]);
        assert_eq!(set.spans(), [span(0, 20), span(30, 31)]);
        assert_eq!(set.seconds(), 21);
    }

    proptest! {
        #[test]
        fn set_operations_agree_with_looking_at_every_second(a in set(), b in set()) {
            let (in_a, in_b) = (members(&a), members(&b));
            let expect = |f: fn(bool, bool) -> bool| -> Vec<bool> {
                in_a.iter().zip(&in_b).map(|(x, y)| f(*x, *y)).collect()
            };
            prop_assert_eq!(members(&a.union(&b)), expect(|x, y| x || y));
            prop_assert_eq!(members(&a.intersect(&b)), expect(|x, y| x && y));
            prop_assert_eq!(members(&a.subtract(&b)), expect(|x, y| x && !y));
            prop_assert_eq!(a.subtract(&b).seconds() + a.intersect(&b).seconds(), a.seconds());
        }
    }
}
