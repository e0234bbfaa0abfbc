//! The increase of a counter, through restarts.
//!
//! Each pair of neighbouring samples contributes a fixed amount, and it belongs to the window in
//! which the later of the two lies. Because a pair's contribution depends on nothing else, cutting
//! a window in two never changes the sum; all that is needed is the last sample *before* the
//! window, which carries the counter over the boundary.
//!
//! Source of the reset rules: OpenTelemetry metrics data model, "Resets and gaps",
//! <https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps>.

use chrono::{DateTime, Utc};

use super::{ResetRule, Sample, SampleKind, UsageError, nano, ratio_of_nano};
use crate::billing::Ratio;
use crate::billing::span::Span;

/// What a counter counted within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Increase {
    /// The exact amount.
    pub total: Ratio,
    /// How often the counter began anew within the window.
    pub resets: u32,
    /// Milliseconds of the window between known samples.
    pub covered_millis: i64,
}

/// Adds up *one* series, sorted by time, over a window.
///
/// Cumulative samples add their growth, delta samples their value. A first sample with a known
/// start adds its whole value (the counter was zero at its start); with an unknown start it adds
/// nothing, because what it counted before may have been billed already.
///
/// # Errors
/// [`UsageError::NegativeCounter`] and [`UsageError::Overflow`].
pub fn increase(
    samples: &[Sample],
    window: Span,
    resets: ResetRule,
) -> Result<Increase, UsageError> {
    let rule = resets;
    let (mut total, mut resets) = (0i128, 0u32);
    let mut previous: Option<&Sample> = None;
    let mut known: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    for sample in samples
        .iter()
        .filter(|sample| sample.kind != SampleKind::Gauge)
    {
        if sample.time >= window.end() {
            break;
        }
        let step = contribution(previous, sample, rule)?;
        if window.contains(sample.time) {
            let overflow = || UsageError::Overflow {
                meter: sample.series.to_string(),
            };
            total = total.checked_add(step.amount).ok_or_else(overflow)?;
            resets = resets.saturating_add(u32::from(step.reset));
        }
        let from = step.since.max(window.start());
        known = Some((
            known.map_or(from, |(first, _)| first.min(from)),
            sample.time,
        ));
        if sample.time < window.start() {
            known = Some((window.start(), window.start()));
        }
        previous = Some(sample);
    }
    let covered_millis = known
        .and_then(|(first, last)| Span::new(first, last).ok())
        .map_or(0, |span| span.millis());
    let total = ratio_of_nano(total, 1).ok_or_else(|| UsageError::Overflow {
        meter: String::from("increase"),
    })?;
    Ok(Increase {
        total,
        resets,
        covered_millis,
    })
}

/// What one sample adds to the total.
pub(super) struct Step {
    /// Amount in ninth decimal places.
    pub(super) amount: i128,
    /// Whether the counter began anew.
    pub(super) reset: bool,
    /// From when on the amount was counted.
    pub(super) since: DateTime<Utc>,
}

/// What a sample adds to the one before it, which must be of the same series.
pub(super) fn contribution(
    previous: Option<&Sample>,
    sample: &Sample,
    resets: ResetRule,
) -> Result<Step, UsageError> {
    let overflow = || UsageError::Overflow {
        meter: sample.series.to_string(),
    };
    let value = nano(sample.value).ok_or_else(overflow)?;
    if value < 0 {
        return Err(UsageError::NegativeCounter {
            series: sample.series.clone(),
        });
    }
    let begun = |start: Option<DateTime<Utc>>| start.filter(|start| *start < sample.time);
    if sample.kind == SampleKind::Delta {
        let since = begun(sample.start)
            .or(previous.map(|p| p.time))
            .unwrap_or(sample.time);
        return Ok(Step {
            amount: value,
            reset: false,
            since,
        });
    }
    let Some(before) = previous else {
        // Nothing is known before: only a counter with a known start has a known amount.
        let since = begun(sample.start);
        let amount = if since.is_some() { value } else { 0 };
        return Ok(Step {
            amount,
            reset: false,
            since: since.unwrap_or(sample.time),
        });
    };
    if let Some(start) = new_start(before, sample) {
        let amount = if start < sample.time { value } else { 0 };
        return Ok(Step {
            amount,
            reset: true,
            since: before.time,
        });
    }
    let base = nano(before.value).ok_or_else(overflow)?;
    let growth = value.checked_sub(base).ok_or_else(overflow)?;
    let (amount, reset) = match (growth < 0, resets) {
        (false, _) => (growth, false),
        // A counter that fell began anew from zero: everything it shows was counted since.
        (true, ResetRule::FromZero) => (value, true),
        (true, ResetRule::Nothing) => (0, true),
    };
    Ok(Step {
        amount,
        reset,
        since: before.time,
    })
}

/// The start of a counter that began anew between two samples, if the exporter says so.
fn new_start(before: &Sample, sample: &Sample) -> Option<DateTime<Utc>> {
    sample.start.filter(|start| match before.start {
        Some(known) => *start > known,
        None => *start > before.time,
    })
}
