//! The time-weighted mean of a gauge, such as gigabyte-months of storage.
//!
//! A value holds until the next sample of its series, but never longer than the maximum hold:
//! beyond that nobody knows. What is not known is reported as missing coverage and never filled in
//! here; whether a gap counts as zero or at the measured mean is the meter's named rule.

use super::{Sample, SampleKind, nano, ratio_of_nano};
use crate::billing::Ratio;
use crate::billing::span::Span;

/// A level, weighted by how long it held within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighted {
    /// Value times milliseconds, in ninth decimal places of the value.
    area: i128,
    /// Milliseconds for which a value is known.
    pub covered_millis: i64,
    /// Milliseconds of the window.
    pub window_millis: i64,
}

impl Weighted {
    /// Known share of the window, from zero to one.
    pub fn coverage(&self) -> Option<Ratio> {
        Ratio::new(
            i128::from(self.covered_millis),
            i128::from(self.window_millis),
        )
        .ok()
    }

    /// Mean over the time for which a value is known; `None` when nothing is.
    pub fn mean_of_covered(&self) -> Option<Ratio> {
        ratio_of_nano(self.area, i128::from(self.covered_millis))
    }

    /// Mean over the whole window, with zero where nothing is known.
    pub fn mean_of_window(&self) -> Option<Ratio> {
        ratio_of_nano(self.area, i128::from(self.window_millis))
    }
}

/// Weighs the samples of *one* series, sorted by time, over a window.
///
/// Samples before the window count as far as they hold into it. Samples that are no gauges are
/// ignored: the caller has refused them before. Times count in whole milliseconds, the finest that
/// all ingest protocols share. `None` when the total cannot be kept exactly.
pub fn time_weighted_mean(
    samples: &[Sample],
    window: Span,
    max_hold_millis: i64,
) -> Option<Weighted> {
    let (mut area, mut covered) = (0i128, 0i64);
    let (begin, finish) = (
        window.start().timestamp_millis(),
        window.end().timestamp_millis(),
    );
    let gauges = || {
        samples
            .iter()
            .filter(|sample| sample.kind == SampleKind::Gauge)
    };
    let ends = gauges()
        .skip(1)
        .map(|next| next.time.timestamp_millis())
        .chain([i64::MAX]);
    for (sample, next) in gauges().zip(ends) {
        let time = sample.time.timestamp_millis();
        let until = next.min(time.saturating_add(max_hold_millis)).min(finish);
        let held = until.saturating_sub(time.max(begin));
        if held > 0 {
            area = area.checked_add(nano(sample.value)?.checked_mul(i128::from(held))?)?;
            covered = covered.checked_add(held)?;
        }
    }
    Some(Weighted {
        area,
        covered_millis: covered,
        window_millis: window.millis(),
    })
}
