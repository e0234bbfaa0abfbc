//! What holds for all usage, whatever the records.

use proptest::prelude::*;

use super::tests::{at, event, meter, quantity, sample, window};
use super::*;

fn points(kind: SampleKind) -> impl Strategy<Value = Vec<Sample>> {
    let start = proptest::option::weighted(0.2, -5i64..60);
    let point = (-30i64..90, 0i64..1_000, start, 0u8..2);
    proptest::collection::vec(point, 0..40).prop_map(move |raw| {
        let build = |(minute, value, start, series): (i64, i64, Option<i64>, u8)| Sample {
            series: SeriesKey::new(format!("s{series}")),
            start: start.filter(|s| *s <= minute).map(at),
            ..sample(kind, minute, &format!("{}.{:03}", value / 7, value))
        };
        let stamped = raw.into_iter().map(build).map(|record| Stamped {
            received: Received {
                at: at(0),
                chunk: 1,
            },
            record,
        });
        dedupe_samples(stamped.collect()).unique
    })
}

fn one_series(kind: SampleKind) -> impl Strategy<Value = Vec<Sample>> {
    points(kind).prop_map(|all| {
        all.into_iter()
            .filter(|s| s.series.as_str() == "s0")
            .collect()
    })
}

fn events() -> impl Strategy<Value = Vec<Stamped<UsageEvent>>> {
    let raw = (0u8..3, 0u8..6, 0i64..3, 0i64..4, 0i64..3);
    proptest::collection::vec(raw, 0..30).prop_map(|raw| {
        let build = |(source, id, amount, received, chunk): (u8, u8, i64, i64, i64)| Stamped {
            received: Received {
                at: at(received),
                chunk,
            },
            record: event(&source.to_string(), &id.to_string(), 1, &amount.to_string()),
        };
        raw.into_iter().map(build).collect()
    })
}

proptest! {
    #[test]
    fn cutting_a_window_never_changes_what_a_counter_counted(
        samples in one_series(SampleKind::Cumulative), cut in 1i64..60,
    ) {
        let whole = increase(&samples, window(0, 60), ResetRule::FromZero).expect("whole");
        let one = increase(&samples, window(0, cut), ResetRule::FromZero).expect("first part");
        let two = increase(&samples, window(cut, 60), ResetRule::FromZero).expect("second part");
        prop_assert_eq!(one.total.plus(two.total).expect("sum"), whole.total);
        prop_assert_eq!(one.resets + two.resets, whole.resets);
        prop_assert!(!whole.total.is_negative());
        prop_assert!(whole.covered_millis <= window(0, 60).millis());
    }

    #[test]
    fn the_last_sample_before_the_window_is_all_the_past_a_counter_needs(
        samples in one_series(SampleKind::Cumulative), cut in 1i64..60,
    ) {
        let carry = samples.partition_point(|s| s.time < at(cut)).saturating_sub(1);
        let window = window(cut, 60);
        let counted = |samples: &[Sample]| increase(samples, window, ResetRule::FromZero);
        prop_assert_eq!(counted(&samples[carry..]), counted(&samples));
    }

    #[test]
    fn weighing_a_window_in_two_parts_weighs_the_whole(
        samples in one_series(SampleKind::Gauge), cut in 1i64..60,
    ) {
        let area = |w: &Weighted| {
            let whole = w.mean_of_window().expect("mean");
            whole.times(Ratio::new(i128::from(w.window_millis), 1).expect("whole")).expect("area")
        };
        let part = |from, to| time_weighted_mean(&samples, window(from, to), 600_000).expect("part");
        let (one, two, whole) = (part(0, cut), part(cut, 60), part(0, 60));
        prop_assert_eq!(area(&one).plus(area(&two)).expect("sum"), area(&whole));
        prop_assert_eq!(one.covered_millis + two.covered_millis, whole.covered_millis);
        let coverage = whole.coverage().expect("coverage");
        prop_assert!(coverage >= Ratio::ZERO && coverage <= Ratio::ONE);
        if let Some(mean) = whole.mean_of_covered() {
            let top = samples.iter().map(|s| s.value.ratio()).max().expect("a value");
            prop_assert!(mean <= top);
        }
    }

    #[test]
    fn the_order_of_the_records_never_matters(
        samples in points(SampleKind::Gauge), counters in points(SampleKind::Cumulative),
        seed in 0usize..1_000,
    ) {
        let shuffled = |list: &[Sample]| {
            let mut list = list.to_vec();
            if !list.is_empty() {
                let middle = seed % list.len();
                list.rotate_left(middle);
                list.reverse();
            }
            list
        };
        for aggregation in [
            Aggregation::TimeWeighted, Aggregation::Max, Aggregation::Min, Aggregation::Latest,
            Aggregation::Average, Aggregation::P95, Aggregation::Count,
        ] {
            for rule in [SeriesRule::Sum, SeriesRule::TakeOne] {
                let meter = Meter { series_rule: rule, ..meter(aggregation.clone()) };
                let found = read_samples(&meter, &samples, window(0, 60));
                prop_assert_eq!(&found, &read_samples(&meter, &shuffled(&samples), window(0, 60)));
            }
        }
        let meter = meter(Aggregation::Increase);
        let found = read_samples(&meter, &counters, window(0, 60));
        prop_assert_eq!(found, read_samples(&meter, &shuffled(&counters), window(0, 60)));
    }

    #[test]
    fn removing_duplicates_is_order_free_and_changes_nothing_the_second_time(
        records in events(), seed in 0usize..1_000,
    ) {
        let found = dedupe_events(records.clone());
        let mut shuffled = records.clone();
        if !shuffled.is_empty() {
            let middle = seed % shuffled.len();
            shuffled.rotate_left(middle);
            shuffled.reverse();
        }
        prop_assert_eq!(&dedupe_events(shuffled), &found);
        let total = found.unique.len() + found.conflicts.len();
        prop_assert_eq!(total + usize::try_from(found.duplicates).expect("small"), records.len());
        let received = Received { at: at(0), chunk: 0 };
        let again = found.unique.iter().cloned().map(|record| Stamped { received, record });
        let again = dedupe_events(again.collect());
        prop_assert_eq!(again.unique, found.unique);
        prop_assert!(again.conflicts.is_empty());
    }

    #[test]
    fn the_95th_percentile_is_a_measured_value_that_at_most_5_percent_exceed(
        values in proptest::collection::vec(0i64..50, 1..200),
    ) {
        let values: Vec<_> = values.into_iter().map(|v| quantity(&v.to_string())).collect();
        let found = p95(values.iter().copied()).expect("a value");
        prop_assert!(values.contains(&found));
        prop_assert!(values.iter().filter(|v| **v > found).count() * 20 <= values.len());
    }
}
