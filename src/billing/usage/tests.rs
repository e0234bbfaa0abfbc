//! Facts about usage, one case a rule.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::billing::calendar::{NaiveDate, Period, Tz};
use crate::billing::span::Span;
use crate::billing::{Quantity, Rounding};

pub(super) fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + minute * 60, 0).expect("a minute of 2026")
}

pub(super) fn quantity(text: &str) -> Quantity {
    text.parse().expect("a quantity")
}

pub(super) fn sample(kind: SampleKind, minute: i64, value: &str) -> Sample {
    Sample {
        series: SeriesKey::new("s"),
        time: at(minute),
        start: None,
        kind,
        value: quantity(value),
    }
}

pub(super) fn window(start: i64, end: i64) -> Span {
    Span::new(at(start), at(end)).expect("a window")
}

pub(super) fn meter(aggregation: Aggregation) -> Meter {
    Meter {
        name: String::from("m"),
        aggregation,
        series_rule: SeriesRule::Sum,
        max_hold_seconds: 600,
        gaps: GapRule::MeasuredMean,
        unit_size: 1,
        places: 9,
        rounding: Rounding::HalfUp,
        version: 1,
        unit: None,
        zone: MeterZone::Contract,
        reset_rule: ResetRule::FromZero,
        source_priority: Vec::new(),
        tolerance: None,
    }
}

fn counter(values: &[(i64, &str)]) -> Vec<Sample> {
    values
        .iter()
        .map(|(m, v)| sample(SampleKind::Cumulative, *m, v))
        .collect()
}

fn gauge(values: &[(i64, &str)]) -> Vec<Sample> {
    values
        .iter()
        .map(|(m, v)| sample(SampleKind::Gauge, *m, v))
        .collect()
}

fn counted(samples: &[Sample], start: i64, end: i64) -> (String, u32) {
    let found = increase(samples, window(start, end), ResetRule::FromZero).expect("an increase");
    (found.total.to_string(), found.resets)
}

#[test]
fn the_first_value_of_a_counter_with_unknown_start_adds_nothing() {
    assert_eq!(
        counted(&counter(&[(1, "100"), (2, "130")]), 0, 10),
        ("30".into(), 0)
    );
}

#[test]
fn the_first_value_of_a_counter_with_known_start_counts_from_zero() {
    let mut samples = counter(&[(1, "100"), (2, "130")]);
    samples[0].start = Some(at(0));
    assert_eq!(counted(&samples, 0, 10), ("130".into(), 0));
    // A start equal to the time is the exporter's way to say that it does not know.
    samples[0].start = Some(at(1));
    assert_eq!(counted(&samples, 0, 10), ("30".into(), 0));
}

#[test]
fn a_counter_that_falls_began_anew_from_zero() {
    assert_eq!(
        counted(&counter(&[(0, "90"), (1, "100"), (2, "7")]), 0, 10),
        ("17".into(), 1)
    );
}

#[test]
fn a_new_start_is_a_reset_even_when_the_value_did_not_fall() {
    let mut samples = counter(&[(0, "90"), (1, "100"), (3, "120")]);
    for sample in &mut samples[..2] {
        sample.start = Some(at(-10));
    }
    samples[2].start = Some(at(2));
    // 90 since its start, 10 more, then 120 of a new counter.
    assert_eq!(counted(&samples, 0, 10), ("220".into(), 1));
}

#[test]
fn a_sample_before_the_window_carries_the_counter_into_it() {
    let samples = counter(&[(-5, "40"), (5, "50"), (15, "65")]);
    assert_eq!(counted(&samples, 0, 10), ("10".into(), 0));
    assert_eq!(counted(&samples, 10, 20), ("15".into(), 0));
    assert_eq!(counted(&samples, 0, 20), ("25".into(), 0));
}

#[test]
fn delta_samples_add_their_values() {
    let samples: Vec<Sample> = [(0, "1.5"), (5, "2"), (10, "4")]
        .map(|(m, v)| sample(SampleKind::Delta, m, v))
        .to_vec();
    assert_eq!(counted(&samples, 0, 10), ("7/2".into(), 0));
}

#[test]
fn a_negative_counter_is_refused() {
    let found = increase(&counter(&[(1, "-1")]), window(0, 10), ResetRule::FromZero);
    assert_eq!(found.map_err(|e| e.code()), Err("usage.counter-negative"));
}

#[test]
fn a_level_holds_until_the_next_sample_but_never_past_the_maximum_hold() {
    let held = time_weighted_mean(&gauge(&[(0, "10"), (5, "20")]), window(0, 60), 600_000);
    let held = held.expect("exact");
    assert_eq!(held.covered_millis, 15 * 60_000);
    assert_eq!(held.coverage(), Ratio::new(1, 4).ok());
    // (10 × 5 + 20 × 10) / 15 = 50/3, over the whole hour 25/6.
    assert_eq!(held.mean_of_covered(), Ratio::new(50, 3).ok());
    assert_eq!(held.mean_of_window(), Ratio::new(25, 6).ok());
}

#[test]
fn a_level_before_the_window_holds_into_it() {
    let held = time_weighted_mean(&gauge(&[(-5, "8")]), window(0, 10), 600_000).expect("exact");
    assert_eq!(held.covered_millis, 5 * 60_000);
    assert_eq!(held.mean_of_covered(), Ratio::new(8, 1).ok());
}

#[test]
fn a_gap_is_estimated_or_zero_by_the_named_rule_and_never_silent() {
    let samples = gauge(&[(0, "10"), (5, "20")]);
    let mut meter = meter(Aggregation::TimeWeighted);
    let found = read_samples(&meter, &samples, window(0, 60)).expect("a reading");
    assert_eq!(
        (found.quantity, found.estimated),
        (quantity("16.666666667"), true)
    );
    meter.gaps = GapRule::Zero;
    let found = read_samples(&meter, &samples, window(0, 60)).expect("a reading");
    assert_eq!(
        (found.quantity, found.estimated),
        (quantity("4.166666667"), false)
    );
    assert_eq!(found.coverage, Ratio::new(1, 4).expect("a quarter"));
}

#[test]
fn without_any_sample_the_rule_decides_between_zero_and_refusal() {
    let mut meter = meter(Aggregation::TimeWeighted);
    let found = read_samples(&meter, &[], window(0, 60));
    assert_eq!(found.map_err(|e| e.code()), Err("usage.nothing-measured"));
    meter.gaps = GapRule::Zero;
    let found = read_samples(&meter, &[], window(0, 60)).expect("a reading");
    assert_eq!((found.quantity, found.estimated), (Quantity::ZERO, true));
    assert!(found.coverage.is_zero());
}

#[test]
fn the_95th_percentile_of_a_month_drops_432_values() {
    let values = (1..=8_640).map(Quantity::whole);
    assert_eq!(p95(values), Some(quantity("8208")));
    assert_eq!(p95((1..=19).map(Quantity::whole)), Some(quantity("19")));
    assert_eq!(p95((1..=20).map(Quantity::whole)), Some(quantity("19")));
    assert_eq!(p95([]), None);
}

#[test]
fn bytes_become_gigabytes_exactly() {
    let mut meter = meter(Aggregation::Increase);
    meter.unit_size = 1_000_000_000;
    let samples = counter(&[(0, "0"), (5, "5001000000001")]);
    let found = read_samples(&meter, &samples, window(0, 10)).expect("a reading");
    assert_eq!(found.quantity, quantity("5001.000000001"));
    meter.places = 0;
    meter.rounding = Rounding::Up;
    let found = read_samples(&meter, &samples, window(0, 10)).expect("a reading");
    assert_eq!(found.quantity, quantity("5002"));
}

#[test]
fn repeated_series_count_once_and_parts_are_added() {
    let mut samples = gauge(&[(0, "10"), (5, "10")]);
    let mut other = gauge(&[(0, "10")]);
    other[0].series = SeriesKey::new("t");
    samples.extend(other);
    let mut meter = meter(Aggregation::TimeWeighted);
    meter.series_rule = SeriesRule::TakeOne;
    let found = read_samples(&meter, &samples, window(0, 15)).expect("a reading");
    assert_eq!(
        (found.quantity, found.coverage),
        (quantity("10"), Ratio::ONE)
    );
    meter.series_rule = SeriesRule::Sum;
    let found = read_samples(&meter, &samples, window(0, 15)).expect("a reading");
    assert_eq!(found.quantity, quantity("20"));
    assert_eq!(found.coverage, Ratio::new(2, 3).expect("a share"));
}

#[test]
fn a_kind_that_the_aggregation_cannot_read_is_named() {
    let found = read_samples(
        &meter(Aggregation::Increase),
        &gauge(&[(0, "1")]),
        window(0, 10),
    );
    assert_eq!(
        found.as_ref().map_err(UsageError::code),
        Err("usage.kind-mismatch")
    );
    let text = found.expect_err("an error").to_string();
    assert_eq!(text, "series s: Gauge samples cannot be read as Increase");
}

#[test]
fn samples_have_extremes_a_last_value_and_a_plain_average() {
    let samples = gauge(&[(0, "3"), (1, "9"), (2, "4"), (30, "100")]);
    for (aggregation, expected) in [
        (Aggregation::Max, "9"),
        (Aggregation::Min, "3"),
        (Aggregation::Latest, "4"),
        (Aggregation::Average, "5.333333333"),
        (Aggregation::Count, "3"),
        (Aggregation::P95, "9"),
    ] {
        let found = read_samples(&meter(aggregation.clone()), &samples, window(0, 10));
        assert_eq!(
            found.expect("a reading").quantity,
            quantity(expected),
            "{aggregation:?}"
        );
    }
}

pub(super) fn event(source: &str, id: &str, minute: i64, amount: &str) -> UsageEvent {
    UsageEvent {
        source: source.to_owned(),
        id: id.to_owned(),
        subject: format!("subject-{id}"),
        time: at(minute),
        quantity: quantity(amount),
        dims: BTreeMap::from([(String::from("queue"), format!("q{}", minute % 2))]),
    }
}

#[test]
fn events_are_counted_summed_and_told_apart() {
    let events = [
        event("a", "1", 0, "0.25"),
        event("a", "2", 2, "1.5"),
        event("a", "3", 10, "9"),
    ];
    for (aggregation, expected) in [
        (Aggregation::Sum, "1.75"),
        (Aggregation::Count, "2"),
        (Aggregation::UniqueSubjects, "2"),
        (Aggregation::UniqueBy(String::from("queue")), "1"),
        (Aggregation::UniqueBy(String::from("absent")), "0"),
        (Aggregation::Max, "1.5"),
        (Aggregation::Min, "0.25"),
        (Aggregation::Latest, "1.5"),
        (Aggregation::Average, "0.875"),
    ] {
        let found = read_events(&meter(aggregation.clone()), &events, window(0, 10));
        assert_eq!(
            found.expect("a reading").quantity,
            quantity(expected),
            "{aggregation:?}"
        );
    }
    let found = read_events(&meter(Aggregation::P95), &events, window(0, 10));
    assert_eq!(
        found.map_err(|e| e.code()),
        Err("usage.events-not-readable")
    );
}

fn stamped<T>(record: T, second: i64, chunk: i64) -> Stamped<T> {
    Stamped {
        received: Received {
            at: at(0) + TimeDelta::seconds(second),
            chunk,
        },
        record,
    }
}

#[test]
fn the_same_value_with_and_without_a_start_is_one_sample_as_it_came_first() {
    let bare = sample(SampleKind::Cumulative, 5, "7");
    let started = |minute| Sample {
        start: Some(at(minute)),
        ..bare.clone()
    };
    for (first, second) in [(bare.clone(), started(1)), (started(1), bare.clone())] {
        let found = dedupe_samples(vec![
            stamped(second.clone(), 9, 2),
            stamped(first.clone(), 5, 1),
        ]);
        assert_eq!((found.unique, found.duplicates), (vec![first], 1));
        assert_eq!(found.conflicts, []);
    }
    // Two starts, and two values, contradict each other.
    let other = Sample {
        value: quantity("8"),
        ..started(1)
    };
    for second in [started(2), other] {
        let found = dedupe_samples(vec![stamped(started(1), 5, 1), stamped(second, 9, 2)]);
        assert_eq!(found.conflicts.len(), 1);
    }
}

#[test]
fn the_first_received_wins_and_the_contradiction_is_kept_aside() {
    let (first, second) = (event("a", "1", 0, "1"), event("a", "1", 0, "2"));
    let found = dedupe_events(vec![
        stamped(second.clone(), 5, 9),
        stamped(first.clone(), 5, 8),
        stamped(first.clone(), 7, 10),
    ]);
    assert_eq!(found.unique, [first]);
    assert_eq!(found.duplicates, 1);
    assert_eq!(found.conflicts, [stamped(second, 5, 9)]);
}

#[test]
fn source_and_id_are_a_pair_and_not_a_text() {
    let found = dedupe_events(vec![
        stamped(event("a-b", "c", 0, "1"), 0, 1),
        stamped(event("a", "b-c", 0, "1"), 0, 1),
    ]);
    assert_eq!(found.unique.len(), 2);
}

#[test]
fn the_month_of_the_autumn_clock_change_has_745_hours_of_coverage() {
    let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let october = Period::new(date("2026-10-01"), date("2026-11-01")).expect("a period");
    let span = Span::try_from(october.instants(Tz::Europe__Berlin).expect("instants"));
    let span = span.expect("a span");
    let samples: Vec<Sample> = (0..745 * 12)
        .map(|n| Sample {
            time: span.start() + TimeDelta::minutes(5 * n),
            ..sample(SampleKind::Gauge, 0, "2")
        })
        .collect();
    let found = read_samples(&meter(Aggregation::TimeWeighted), &samples, span).expect("reading");
    assert_eq!(
        (found.quantity, found.coverage),
        (quantity("2"), Ratio::ONE)
    );
}

#[test]
fn a_value_too_large_to_keep_exactly_is_an_error_and_no_number() {
    let huge = gauge(&[
        (0, "79228162514264337593543950335"),
        (5, "79228162514264337593543950335"),
    ]);
    let found = read_samples(&meter(Aggregation::TimeWeighted), &huge, window(0, 10));
    assert_eq!(found.map_err(|e| e.code()), Err("usage.overflow"));
}

#[test]
fn a_meter_that_cannot_work_is_refused() {
    let mut broken = meter(Aggregation::Sum);
    broken.unit_size = 0;
    let found = read_events(&broken, &[], window(0, 1));
    assert_eq!(found.map_err(|e| e.code()), Err("usage.meter-invalid"));
    let mut broken = meter(Aggregation::Sum);
    broken.places = 10;
    assert!(read_samples(&broken, &[], window(0, 1)).is_err());
}
