//! What holds for hourly partials: the order and the chunks in which records came never matter, and
//! hours that are put together give what all their records give at once.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{at, event, meter, quantity, sample, window};
use super::*;
use crate::billing::span::Span;

/// The window of all properties: six hours, with three before it.
const HOURS: i64 = 6;
const BEFORE: i64 = 3;

fn six_hours() -> Span {
    window(0, HOURS * 60)
}

/// Records of several deliveries: repeated, contradicting each other, in any order.
fn samples(kind: SampleKind, sources: u32) -> impl Strategy<Value = Vec<Stamped<Sample>>> {
    let begun = proptest::option::weighted(0.2, 0i64..400);
    let time = -BEFORE * 60 * 60..HOURS * 60 * 60;
    let record = (time, 0i64..500, begun, 0u8..3, 0..sources, 0i64..4);
    proptest::collection::vec(record, 0..60).prop_map(move |raw| {
        let build =
            |(second, value, begun, series, rank, chunk): (i64, i64, Option<i64>, u8, u32, i64)| {
                // Grid of a quarter of a minute, so that instants meet, and some finer ones.
                let second = if value % 5 == 0 {
                    second
                } else {
                    second / 15 * 15
                };
                let time = at(0) + chrono::TimeDelta::seconds(second);
                Stamped {
                    received: Received {
                        at: at(chunk % 2),
                        chunk,
                    },
                    record: Sample {
                        series: SeriesKey::new(format!("s{series}")).ranked(rank),
                        time,
                        start: begun.map(|minutes| time - chrono::TimeDelta::minutes(minutes)),
                        ..sample(kind, 0, &format!("{}.{:03}", value / 3, value))
                    },
                }
            };
        raw.into_iter().map(build).collect()
    })
}

fn hours_of(meter: &Meter, records: &[Stamped<Sample>]) -> BTreeMap<i64, Partial> {
    let mut hours: BTreeMap<i64, Vec<Stamped<Sample>>> = BTreeMap::new();
    for one in records {
        let minutes = (one.record.time - at(0)).num_seconds().div_euclid(3_600);
        hours.entry(minutes).or_default().push(one.clone());
    }
    let rolled = hours
        .into_iter()
        .map(|(hour, records)| (hour, roll_samples(meter, records).0));
    // What is stored is what is read.
    rolled
        .map(|(hour, partial)| {
            let text = serde_json::to_string(&partial).expect("text");
            let read: Partial = serde_json::from_str(&text).expect("the same");
            assert_eq!(read, partial);
            (hour, read)
        })
        .collect()
}

fn all(kind: SampleKind) -> Vec<Aggregation> {
    match kind {
        SampleKind::Gauge => vec![
            Aggregation::TimeWeighted,
            Aggregation::Max,
            Aggregation::Min,
            Aggregation::Latest,
            Aggregation::Average,
            Aggregation::Count,
            Aggregation::P95,
        ],
        SampleKind::Delta => vec![Aggregation::Sum, Aggregation::Increase, Aggregation::Count],
        SampleKind::Cumulative => vec![
            Aggregation::Increase,
            Aggregation::P95Rate,
            Aggregation::Count,
        ],
    }
}

fn meters(kind: SampleKind) -> impl Strategy<Value = Meter> {
    let rules = (
        proptest::sample::select(all(kind)),
        proptest::bool::ANY,
        proptest::bool::ANY,
        proptest::bool::ANY,
        proptest::sample::select(vec![60u32, 600, 5_400, 14_400]),
    );
    rules.prop_map(|(aggregation, one, zero, nothing, hold)| Meter {
        series_rule: if one {
            SeriesRule::TakeOne
        } else {
            SeriesRule::Sum
        },
        gaps: if zero {
            GapRule::Zero
        } else {
            GapRule::MeasuredMean
        },
        reset_rule: if nothing {
            ResetRule::Nothing
        } else {
            ResetRule::FromZero
        },
        max_hold_seconds: hold,
        ..meter(aggregation)
    })
}

fn kinds() -> impl Strategy<Value = (Meter, Vec<Stamped<Sample>>)> {
    let kinds = [SampleKind::Gauge, SampleKind::Delta, SampleKind::Cumulative];
    proptest::sample::select(kinds.to_vec()).prop_flat_map(|kind| (meters(kind), samples(kind, 1)))
}

fn outcome(found: Result<Measured, UsageError>) -> Result<Measured, &'static str> {
    found.map_err(|error| error.code())
}

fn folded(meter: &Meter, records: &[Stamped<Sample>]) -> Result<Measured, &'static str> {
    let found = fold(
        meter,
        Records::Samples,
        &hours_of(meter, records),
        six_hours(),
    );
    outcome(found.map(|folded| folded.measured))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn hours_put_together_give_what_all_records_give_at_once((meter, records) in kinds()) {
        let direct = read_samples(&meter, &dedupe_samples(records.clone()).unique, six_hours());
        prop_assert_eq!(folded(&meter, &records), outcome(direct));
    }

    #[test]
    fn the_order_in_which_records_came_never_matters(
        (meter, records) in kinds(), turn in 0usize..60,
    ) {
        let mut turned = records.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        prop_assert_eq!(hours_of(&meter, &records), hours_of(&meter, &turned));
    }

    #[test]
    fn a_record_that_comes_again_in_another_chunk_changes_no_quantity(
        (meter, records) in kinds(), late in 4i64..9,
    ) {
        let again = records.iter().map(|one| Stamped {
            received: Received { at: at(5), chunk: late },
            record: one.record.clone(),
        });
        let twice: Vec<_> = records.iter().cloned().chain(again).collect();
        prop_assert_eq!(folded(&meter, &records), folded(&meter, &twice));
    }

    #[test]
    fn events_put_together_by_hours_count_once(
        raw in proptest::collection::vec((0u8..3, 0u8..9, 0i64..350, 0i64..3, 0i64..4), 0..40),
        which in 0usize..8,
    ) {
        let aggregations = [
            Aggregation::Sum,
            Aggregation::Count,
            Aggregation::UniqueSubjects,
            Aggregation::UniqueBy(String::from("queue")),
            Aggregation::Max,
            Aggregation::Min,
            Aggregation::Latest,
            Aggregation::Average,
        ];
        let meter = meter(aggregations[which].clone());
        let records: Vec<Stamped<UsageEvent>> = raw
            .into_iter()
            .map(|(source, id, minute, amount, chunk)| Stamped {
                received: Received { at: at(chunk % 2), chunk },
                record: event(&source.to_string(), &id.to_string(), minute, &amount.to_string()),
            })
            .collect();
        let mut hours: BTreeMap<i64, Vec<Stamped<UsageEvent>>> = BTreeMap::new();
        for one in &records {
            let hour = (one.record.time - at(0)).num_minutes().div_euclid(60);
            hours.entry(hour).or_default().push(one.clone());
        }
        let hours = hours.into_iter().map(|(hour, events)| (hour, roll_events(events).0)).collect();
        let found = fold(&meter, Records::Events, &hours, six_hours());
        let direct = read_events(&meter, &dedupe_events(records).unique, six_hours());
        prop_assert_eq!(outcome(found.map(|folded| folded.measured)), outcome(direct));
    }

    #[test]
    fn of_sources_that_measure_the_same_one_counts_an_hour(
        records in samples(SampleKind::Cumulative, 2),
    ) {
        let ranked = Meter {
            gaps: GapRule::Zero,
            source_priority: vec![String::from("a"), String::from("b")],
            ..meter(Aggregation::Increase)
        };
        let plain = Meter { source_priority: Vec::new(), ..ranked.clone() };
        let unique = dedupe_samples(records).unique;
        // Hour by hour, with the samples of the better source alone.
        let mut expected = crate::billing::Ratio::ZERO;
        for hour in 0..HOURS {
            let span = window(hour * 60, hour * 60 + 60);
            let best = unique.iter().filter(|one| span.contains(one.time));
            let Some(best) = best.map(|one| one.series.rank()).min() else { continue };
            let own: Vec<Sample> =
                unique.iter().filter(|one| one.series.rank() == best).cloned().collect();
            let found = read_samples(&plain, &own, span).expect("a reading");
            expected = expected.plus(found.exact).expect("a sum");
        }
        let found = read_samples(&ranked, &unique, six_hours()).expect("a reading");
        prop_assert_eq!(found.exact, expected);
    }
}

#[test]
fn the_better_source_counts_in_its_hours_and_the_other_one_in_the_rest() {
    let both = Meter {
        max_hold_seconds: 3_600,
        source_priority: vec![String::from("inventory"), String::from("upload")],
        ..meter(Aggregation::TimeWeighted)
    };
    assert_eq!(
        [both.rank("inventory"), both.rank("upload"), both.rank("x")],
        [0, 1, 2]
    );
    let of = |rank: u32, minute, value: &str| Sample {
        series: SeriesKey::new("s").ranked(rank),
        ..sample(SampleKind::Gauge, minute, value)
    };
    // The upload says 50 all the time, the inventory 10 in the first two of four hours.
    let mut samples: Vec<Sample> = (0..4).map(|hour| of(1, hour * 60, "50")).collect();
    samples.extend([of(0, 0, "10"), of(0, 60, "10")]);
    let found = read_samples(&both, &samples, window(0, 240)).expect("a reading");
    assert_eq!(found.quantity, quantity("30"));
    assert_eq!(
        (found.coverage, found.estimated),
        (crate::billing::Ratio::ONE, false)
    );
}
