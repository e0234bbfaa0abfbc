//! What the reading of a running period will say at its end, from what has been measured of it.
//!
//! A projection is no fact: it is never stored, never billed, and it is not made at all before a
//! stated share of the period has been measured ([`LEAST_MEASURED`]).

use super::{Aggregation, GapRule, Meter, MeterReading, UsageError};
use crate::billing::{Quantity, Ratio, Rounding};

/// From how much of a period on its end is projected: a tenth, three days of a month. Of less the
/// weekend alone would decide.
pub const LEAST_MEASURED: (i128, i128) = (1, 10);

/// How the quantity of a period goes on as the period does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It grows with the time that is measured: sums, counts, counters, and levels whose unmeasured
    /// time counts as zero.
    Grows,
    /// It is a level, and stays as it has been.
    Holds,
    /// It can only rise, and nobody knows by how much: distinct subjects, the largest value.
    OnlyRises,
    /// It can only fall: the smallest value.
    OnlyFalls,
}

impl Course {
    /// The course of what a meter reads.
    #[must_use]
    pub fn of(meter: &Meter) -> Self {
        match (&meter.aggregation, meter.gaps) {
            (Aggregation::Sum | Aggregation::Count | Aggregation::Increase, _)
            | (Aggregation::TimeWeighted, GapRule::Zero) => Self::Grows,
            (Aggregation::UniqueSubjects | Aggregation::UniqueBy(_) | Aggregation::Max, _) => {
                Self::OnlyRises
            }
            (Aggregation::Min, _) => Self::OnlyFalls,
            (
                Aggregation::Latest
                | Aggregation::Average
                | Aggregation::TimeWeighted
                | Aggregation::P95
                | Aggregation::P95Rate,
                _,
            ) => Self::Holds,
        }
    }
}

/// What a period has come to so far, and what it is going to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// What the reading would say if nothing more were measured.
    pub so_far: Quantity,
    /// What it will say if the rest is like what was measured; none when it is too early to say.
    pub at_end: Option<Quantity>,
    /// The measured share of the whole period, from zero to one.
    pub measured: Ratio,
    /// The share of it that is still to come, from zero to one.
    pub remaining: Ratio,
    /// How the quantity goes on.
    pub course: Course,
}

/// Projects the end of a running period. `so_far` is the reading of the whole period as it would
/// close now, `remaining` the share of the period that is still to come, from zero to one.
///
/// What grows is projected by its rate over the *measured* time, and only into the time to come:
/// a gap of the past will not be billed, so it is not projected either. At the period's end the
/// projection is the reading.
///
/// # Errors
/// [`UsageError::Overflow`] when the projection cannot be kept exactly.
pub fn project(
    meter: &Meter,
    so_far: &MeterReading,
    remaining: Ratio,
) -> Result<Projection, UsageError> {
    let overflow = || UsageError::Overflow {
        meter: meter.name.clone(),
    };
    let course = Course::of(meter);
    let remaining = remaining.max(Ratio::ZERO).min(Ratio::ONE);
    let passed = Ratio::ONE.minus(remaining).map_err(|_| overflow())?;
    // Events are reported whole or not at all; of a period that runs, only what has passed.
    let measured = so_far.coverage.min(passed).max(Ratio::ZERO);
    let (numerator, denominator) = LEAST_MEASURED;
    let least = Ratio::new(numerator, denominator).map_err(|_| overflow())?;
    let early = measured < least && !remaining.is_zero();
    let at_end = match (early, course) {
        (true, _) => None,
        (false, Course::Grows) => {
            Some(grown(meter, so_far.quantity, measured, remaining).ok_or_else(overflow)?)
        }
        (false, Course::Holds | Course::OnlyRises | Course::OnlyFalls) => Some(so_far.quantity),
    };
    Ok(Projection {
        so_far: so_far.quantity,
        at_end,
        measured,
        remaining,
        course,
    })
}

/// So far × (1 + remaining ÷ measured), rounded as the meter rounds. None beyond the exact range;
/// nothing measured of a period that is over grows by nothing.
fn grown(meter: &Meter, so_far: Quantity, measured: Ratio, remaining: Ratio) -> Option<Quantity> {
    if remaining.is_zero() {
        return Some(so_far);
    }
    let more = remaining.over(measured).ok()?;
    let factor = Ratio::ONE.plus(more).ok()?;
    let exact = so_far.ratio().times(factor).ok()?;
    let scaled = exact.rounded(meter.places, meter.rounding).ok()?;
    let quantity = Ratio::new(scaled, 10i128.checked_pow(meter.places)?).ok()?;
    Quantity::rounded(quantity, Rounding::Down).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{MeterZone, ResetRule, SeriesRule};
    use super::*;
    use crate::billing::calendar::Period;

    fn meter(aggregation: Aggregation, gaps: GapRule) -> Meter {
        Meter {
            name: "egress".to_owned(),
            aggregation,
            series_rule: SeriesRule::Sum,
            max_hold_seconds: 1_200,
            gaps,
            unit_size: 1,
            places: 9,
            rounding: Rounding::HalfUp,
            version: 1,
            unit: None,
            zone: MeterZone::default(),
            reset_rule: ResetRule::default(),
            source_priority: Vec::new(),
            tolerance: None,
        }
    }

    fn counter() -> Meter {
        meter(Aggregation::Increase, GapRule::MeasuredMean)
    }

    fn share(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).expect("a share")
    }

    fn reading(quantity: i64, coverage: Ratio) -> MeterReading {
        let day = |text: &str| text.parse().expect("a day");
        MeterReading {
            instance: "social.example".to_owned(),
            meter: "egress".to_owned(),
            period: Period::new(day("2026-06-01"), day("2026-07-01")).expect("a month"),
            quantity: Quantity::whole(quantity),
            coverage,
            revision: 1,
            evidence: Vec::new(),
            estimated: false,
            tolerance: None,
        }
    }

    #[test]
    fn a_counter_goes_on_at_the_rate_of_what_was_measured() {
        // Ten days of thirty, all measured: three times as much.
        let projected = project(&counter(), &reading(100, share(1, 3)), share(2, 3)).expect("one");
        assert_eq!(projected.at_end, Some(Quantity::whole(300)));
        assert_eq!(
            (projected.measured, projected.remaining),
            (share(1, 3), share(2, 3))
        );
        // The same ten days with a gap of five: the rate is twice as high, and the gap stays free.
        let gap = project(&counter(), &reading(100, share(1, 6)), share(2, 3)).expect("one");
        assert_eq!(gap.at_end, Some(Quantity::whole(500)));
        assert_eq!(gap.measured, share(1, 6));
    }

    #[test]
    fn events_count_as_measured_up_to_now_and_no_further() {
        let counted = meter(Aggregation::Count, GapRule::Zero);
        let projected = project(&counted, &reading(8, Ratio::ONE), share(3, 4)).expect("one");
        assert_eq!(projected.at_end, Some(Quantity::whole(32)));
        assert_eq!(projected.measured, share(1, 4));
    }

    #[test]
    fn levels_stay_and_extremes_are_bounds() {
        for (aggregation, course) in [
            (Aggregation::TimeWeighted, Course::Holds),
            (Aggregation::Average, Course::Holds),
            (Aggregation::P95, Course::Holds),
            (Aggregation::P95Rate, Course::Holds),
            (Aggregation::Latest, Course::Holds),
            (Aggregation::Max, Course::OnlyRises),
            (Aggregation::UniqueSubjects, Course::OnlyRises),
            (Aggregation::Min, Course::OnlyFalls),
        ] {
            let meter = meter(aggregation, GapRule::MeasuredMean);
            let projected = project(&meter, &reading(70, share(1, 3)), share(2, 3)).expect("one");
            assert_eq!(projected.at_end, Some(Quantity::whole(70)), "{course:?}");
            assert_eq!(projected.course, course);
        }
        let zero = meter(Aggregation::TimeWeighted, GapRule::Zero);
        assert_eq!(Course::of(&zero), Course::Grows);
    }

    #[test]
    fn of_less_than_a_tenth_nothing_is_said() {
        let just = project(&counter(), &reading(10, share(1, 10)), share(9, 10)).expect("one");
        assert_eq!(just.at_end, Some(Quantity::whole(100)));
        let early = project(&counter(), &reading(10, share(99, 1_000)), share(9, 10)).expect("one");
        assert_eq!(early.at_end, None);
        assert_eq!(
            (early.measured, early.remaining),
            (share(99, 1_000), share(9, 10))
        );
    }

    #[test]
    fn what_cannot_be_kept_exactly_is_an_error() {
        let most = Quantity::rounded(share(i128::from(i64::MAX), 1), Rounding::Down);
        let so_far = MeterReading {
            quantity: most.expect("a quantity"),
            ..reading(0, share(1, 10))
        };
        let tiny = Meter {
            places: 30,
            ..counter()
        };
        let refused = project(&tiny, &so_far, share(9, 10)).expect_err("too large");
        assert_eq!(refused.code(), "usage.overflow");
    }

    proptest! {
        #[test]
        fn a_period_that_is_over_comes_to_its_reading(
            quantity in 0i64..1_000_000_000, covered in 0i128..=1_000, holds: bool,
        ) {
            let aggregation = if holds { Aggregation::TimeWeighted } else { Aggregation::Increase };
            let meter = meter(aggregation, GapRule::MeasuredMean);
            let reading = reading(quantity, share(covered, 1_000));
            let projected = project(&meter, &reading, Ratio::ZERO).expect("a projection");
            prop_assert_eq!(projected.at_end, Some(reading.quantity));
        }

        #[test]
        fn a_steady_rate_is_projected_to_what_it_comes_to(
            rate in 0i64..1_000_000, hours in 72i128..=720,
        ) {
            let so_far = reading(rate * i64::try_from(hours).expect("small"), share(hours, 720));
            let projected = project(&counter(), &so_far, share(720 - hours, 720));
            let projected = projected.expect("a projection");
            prop_assert_eq!(projected.at_end, Some(Quantity::whole(rate * 720)));
        }

        #[test]
        fn what_grows_never_ends_below_what_it_is(
            quantity in 0i64..1_000_000_000, passed in 0i128..=720, covered in 0i128..=720,
        ) {
            let reading = reading(quantity, share(covered.min(passed), 720));
            let projected = project(&counter(), &reading, share(720 - passed, 720));
            let projected = projected.expect("a projection");
            prop_assert!(projected.at_end.is_none_or(|end| end >= projected.so_far));
            prop_assert!(projected.measured <= share(passed, 720));
        }

        #[test]
        fn more_so_far_never_ends_as_less(
            less in 0i64..1_000_000, more in 0i64..1_000_000, passed in 72i128..=720,
        ) {
            let end = |quantity| {
                let reading = reading(quantity, share(passed, 720));
                let found = project(&counter(), &reading, share(720 - passed, 720));
                found.expect("a projection").at_end
            };
            prop_assert!(end(less) <= end(less + more));
        }
    }
}
