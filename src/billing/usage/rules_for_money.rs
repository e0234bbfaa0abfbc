//! The rules by which measurements become money, one test a rule, so that they can be read here.
//!
//! Rules that need more than usage stand elsewhere: after the close the whole period is rated
//! again and the difference posted (`tests/scenarios/late_*.toml`); a float is read as the decimal
//! that it is (`telemetry::value`).

use chrono::TimeDelta;

use super::tests::{at, event, meter, quantity, sample, window};
use super::*;
use crate::billing::calendar::{NaiveDate, Period, Tz};
use crate::billing::span::Span;

fn counter(values: &[(i64, &str)]) -> Vec<Sample> {
    let build = |(minute, value): &(i64, &str)| sample(SampleKind::Cumulative, *minute, value);
    values.iter().map(build).collect()
}

fn gauge(values: &[(i64, &str)]) -> Vec<Sample> {
    let build = |(minute, value): &(i64, &str)| sample(SampleKind::Gauge, *minute, value);
    values.iter().map(build).collect()
}

fn read(meter: &Meter, samples: &[Sample], window: Span) -> Measured {
    read_samples(meter, samples, window).expect("a reading")
}

fn month(text: &str, zone: Tz) -> Span {
    let first: NaiveDate = text.parse().expect("a date");
    let next = first
        .checked_add_months(chrono::Months::new(1))
        .expect("a month");
    let period = Period::new(first, next).expect("a period");
    Span::try_from(period.instants(zone).expect("instants")).expect("a span")
}

#[test]
fn samples_are_put_in_order_of_their_own_time_before_they_are_compared() {
    let late = counter(&[(20, "130"), (0, "100"), (10, "110")]);
    assert_eq!(
        read(&meter(Aggregation::Increase), &late, window(0, 60)).quantity,
        quantity("30")
    );
}

#[test]
fn a_counter_is_reset_by_a_fall_or_by_a_new_start() {
    let increase = meter(Aggregation::Increase);
    let fallen = read(
        &increase,
        &counter(&[(0, "90"), (1, "100"), (2, "7")]),
        window(0, 60),
    );
    assert_eq!((fallen.quantity, fallen.resets), (quantity("17"), 1));
    let mut anew = counter(&[(0, "90"), (1, "100"), (3, "120")]);
    for (sample, start) in anew.iter_mut().zip([-10, -10, 2]) {
        sample.start = Some(at(start));
    }
    let anew = read(&increase, &anew, window(0, 60));
    assert_eq!((anew.quantity, anew.resets), (quantity("220"), 1));
}

#[test]
fn a_counter_that_may_be_put_back_adds_nothing_when_it_falls() {
    let careful = Meter {
        reset_rule: ResetRule::Nothing,
        ..meter(Aggregation::Increase)
    };
    let fallen = read(
        &careful,
        &counter(&[(0, "90"), (1, "100"), (2, "7"), (3, "9")]),
        window(0, 60),
    );
    assert_eq!((fallen.quantity, fallen.resets), (quantity("12"), 1));
}

#[test]
fn the_first_value_of_an_unknown_start_adds_nothing() {
    let mut first = counter(&[(5, "1000000")]);
    let increase = Meter {
        gaps: GapRule::Zero,
        ..meter(Aggregation::Increase)
    };
    assert_eq!(
        read(&increase, &first, window(0, 60)).quantity,
        Quantity::ZERO
    );
    // A start that equals the time says that nobody knows it.
    first[0].start = Some(first[0].time);
    assert_eq!(
        read(&increase, &first, window(0, 60)).quantity,
        Quantity::ZERO
    );
    first[0].start = Some(at(1));
    assert_eq!(
        read(&increase, &first, window(0, 60)).quantity,
        quantity("1000000")
    );
}

#[test]
fn each_series_is_differenced_by_itself_and_then_the_parts_are_added() {
    let mut two = counter(&[(0, "10"), (10, "30")]);
    let other = counter(&[(1, "5000"), (11, "5001")]);
    two.extend(other.into_iter().map(|one| Sample {
        series: SeriesKey::new("t"),
        ..one
    }));
    assert_eq!(
        read(&meter(Aggregation::Increase), &two, window(0, 60)).quantity,
        quantity("21")
    );
}

#[test]
fn of_a_gauge_that_every_process_repeats_one_is_taken() {
    let mut same = gauge(&[(0, "7"), (10, "7")]);
    let other = gauge(&[(0, "7"), (5, "7"), (10, "7")]);
    same.extend(other.into_iter().map(|one| Sample {
        series: SeriesKey::new("t"),
        ..one
    }));
    let one = Meter {
        series_rule: SeriesRule::TakeOne,
        ..meter(Aggregation::TimeWeighted)
    };
    assert_eq!(read(&one, &same, window(0, 20)).quantity, quantity("7"));
}

#[test]
fn a_level_counts_by_the_time_it_held_up_to_the_maximum_hold() {
    // 10 for five minutes, 40 for ten (the maximum), nothing known of the last 45.
    let found = read(
        &meter(Aggregation::TimeWeighted),
        &gauge(&[(0, "10"), (5, "40")]),
        window(0, 60),
    );
    assert_eq!((found.quantity, found.estimated), (quantity("30"), true));
    assert_eq!(found.coverage, Ratio::new(1, 4).expect("a quarter"));
    let zero = Meter {
        gaps: GapRule::Zero,
        ..meter(Aggregation::TimeWeighted)
    };
    let found = read(&zero, &gauge(&[(0, "10"), (5, "40")]), window(0, 60));
    assert_eq!((found.quantity, found.estimated), (quantity("7.5"), false));
    assert_eq!(found.coverage, Ratio::new(1, 4).expect("a quarter"));
}

#[test]
fn months_are_cut_in_the_contracts_zone_and_have_743_to_745_hours() {
    for (first, hours) in [
        ("2026-03-01", 743),
        ("2026-10-01", 745),
        ("2026-12-01", 744),
    ] {
        let span = month(first, Tz::Europe__Berlin);
        assert_eq!(span.seconds(), hours * 3_600, "{first}");
        let samples: Vec<Sample> = (0..hours * 6)
            .map(|n| Sample {
                time: span.start() + TimeDelta::minutes(10 * n),
                ..gauge(&[(0, "2")])[0].clone()
            })
            .collect();
        let found = read(&meter(Aggregation::TimeWeighted), &samples, span);
        assert_eq!(
            (found.quantity, found.coverage),
            (quantity("2"), Ratio::ONE),
            "{first}"
        );
    }
    assert_eq!(month("2026-10-01", Tz::UTC).seconds(), 744 * 3_600);
}

#[test]
fn counts_beyond_2_to_the_53rd_stay_exact() {
    let two = counter(&[(0, "9007199254740992"), (1, "9007199254740993")]);
    assert_eq!(
        read(&meter(Aggregation::Increase), &two, window(0, 60)).quantity,
        quantity("1")
    );
}

#[test]
fn the_95th_percentile_drops_the_highest_5_per_cent_and_bills_the_next() {
    // Thirty days of five-minute rates: 432 of 8,640 are dropped.
    let span = month("2026-06-01", Tz::UTC);
    let mut total = 0i64;
    let samples: Vec<Sample> = (0..=8_640i64)
        .map(|n| {
            // The rate of the n-th slot is n bytes a second.
            total += n * 300;
            Sample {
                time: span.start() + TimeDelta::minutes(5 * n),
                ..counter(&[(0, &total.to_string())])[0].clone()
            }
        })
        .collect();
    let rate = Meter {
        unit_size: 1,
        ..meter(Aggregation::P95Rate)
    };
    let found = read(&rate, &samples, span);
    assert_eq!(
        (found.quantity, found.coverage),
        (quantity("8208"), Ratio::ONE)
    );
    assert_eq!(
        p95((1..=8_640).map(Quantity::whole)),
        Some(quantity("8208"))
    );
}

#[test]
fn the_same_traffic_has_the_same_rate_however_often_it_is_reported() {
    let often: Vec<Sample> = (0..=60)
        .map(|n| counter(&[(n, &(n * 600).to_string())])[0].clone())
        .collect();
    let seldom: Vec<Sample> = often.iter().step_by(10).cloned().collect();
    let rate = meter(Aggregation::P95Rate);
    let (often, seldom) = (
        read(&rate, &often, window(0, 60)),
        read(&rate, &seldom, window(0, 60)),
    );
    assert_eq!(
        (often.quantity, seldom.quantity),
        (quantity("10"), quantity("10"))
    );
    // Two reports eleven minutes apart are beyond the maximum hold: nobody knows the rates between.
    let apart = counter(&[(0, "0"), (11, "6600"), (21, "12600")]);
    let found = read(&rate, &apart, window(0, 60));
    assert_eq!((found.quantity, found.estimated), (quantity("10"), true));
    assert_eq!(found.coverage, Ratio::new(1, 12).expect("a slot"));
}

#[test]
fn a_gigabyte_is_10_to_the_9th_bytes_and_a_gibibyte_another_unit() {
    let bytes = counter(&[(0, "0"), (5, "1073741824")]);
    let of = |unit, unit_size| Meter {
        unit: Some(unit),
        unit_size,
        ..meter(Aggregation::Increase)
    };
    let gb = of(BilledUnit::Gigabyte, 1_000_000_000);
    assert_eq!(
        read(&gb, &bytes, window(0, 60)).quantity,
        quantity("1.073741824")
    );
    let gib = of(BilledUnit::Gibibyte, 1 << 30);
    assert_eq!(read(&gib, &bytes, window(0, 60)).quantity, quantity("1"));
    let mixed = read_samples(&of(BilledUnit::Gigabyte, 1 << 30), &bytes, window(0, 60));
    assert_eq!(
        mixed.map_err(|error| error.code()),
        Err("usage.meter-invalid")
    );
}

#[test]
fn a_record_that_comes_twice_counts_once_and_the_first_of_two_that_differ_wins() {
    let stamped = |second, chunk, amount: &str| Stamped {
        received: Received {
            at: at(0) + TimeDelta::seconds(second),
            chunk,
        },
        record: event("desk", "1", 0, amount),
    };
    let told = dedupe_events(vec![
        stamped(9, 3, "2"),
        stamped(1, 1, "1"),
        stamped(2, 2, "1"),
    ]);
    assert_eq!(
        (told.unique.len(), told.duplicates, told.conflicts.len()),
        (1, 1, 1)
    );
    assert_eq!(told.unique[0].quantity, quantity("1"));
}

#[test]
fn a_gap_is_estimated_or_zero_as_agreed_and_the_reading_says_what_was_measured() {
    let nothing = read_samples(&meter(Aggregation::TimeWeighted), &[], window(0, 60));
    assert_eq!(
        nothing.map_err(|error| error.code()),
        Err("usage.nothing-measured")
    );
    let zero = Meter {
        gaps: GapRule::Zero,
        ..meter(Aggregation::TimeWeighted)
    };
    let found = read(&zero, &[], window(0, 60));
    assert_eq!(
        (found.quantity, found.coverage),
        (Quantity::ZERO, Ratio::ZERO)
    );
    assert!(found.estimated);
}

#[test]
fn of_two_sources_that_measure_the_same_the_better_one_counts_and_never_both() {
    let both = Meter {
        source_priority: vec![String::from("scrape"), String::from("push")],
        ..meter(Aggregation::Increase)
    };
    let mut samples = counter(&[(0, "0"), (30, "10"), (50, "20")]);
    let pushed = counter(&[(1, "0"), (31, "11"), (51, "21"), (70, "40")]);
    samples.extend(pushed.into_iter().map(|one| Sample {
        series: one.series.clone().ranked(1),
        ..one
    }));
    // The scrape counts in the first hour, the push in the second, from its own last value on.
    assert_eq!(
        read(&both, &samples, window(0, 120)).quantity,
        quantity("39")
    );
}
