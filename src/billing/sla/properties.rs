//! What holds for every outage log.

use proptest::prelude::*;

use super::tests::{at, exclusion, month, nothing, objective, outage, percent};
use super::*;
use crate::billing::calendar::Tz;
use crate::billing::span::{Span, SpanSet};
use crate::billing::{Currency, Money, Ratio};

const MINUTES: i64 = 44_640;

fn outages() -> impl Strategy<Value = Vec<Outage>> {
    let cause = prop_oneof![
        4 => Just(OutageCause::Provider), 1 => Just(OutageCause::ThirdParty),
        1 => Just(OutageCause::Customer), 1 => Just(OutageCause::ForceMajeure),
    ];
    let component = prop_oneof![Just(None), Just(Some("web")), Just(Some("streaming"))];
    let one = (-600..MINUTES, 1i64..600, cause, component);
    proptest::collection::vec(one, 0..8).prop_map(|raw| {
        let build =
            |(i, (from, minutes, cause, part)): (usize, (i64, i64, _, Option<&str>))| Outage {
                cause,
                components: part.map(str::to_owned).into_iter().collect(),
                ..outage(&i.to_string(), from, from + minutes)
            };
        raw.into_iter().enumerate().map(build).collect()
    })
}

fn exclusions() -> impl Strategy<Value = Vec<Exclusion>> {
    proptest::collection::vec((-600..MINUTES, 1i64..900), 0..5).prop_map(|raw| {
        raw.into_iter()
            .map(|(from, n)| exclusion(from, from + n))
            .collect()
    })
}

fn rules() -> impl Strategy<Value = Objective> {
    let mode = prop_oneof![
        Just(ExclusionMode::Remove),
        Just(ExclusionMode::CountAsAvailable)
    ];
    let blind = prop_oneof![
        Just(UnmeasuredPolicy::CountsAsUp),
        Just(UnmeasuredPolicy::CountsAsDown),
        Just(UnmeasuredPolicy::Excluded),
    ];
    let zone = prop_oneof![
        Just(Tz::Europe__Paris),
        Just(Tz::America__New_York),
        Just(Tz::UTC)
    ];
    (
        mode,
        blind,
        zone,
        0u32..900,
        0u32..900,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(mode, blind, zone, minimum, gap, all, inclusive)| {
            let mut objective = objective("99.9", zone);
            objective.rules.exclusion_mode = mode;
            objective.rules.unmeasured = blind;
            objective.rules.minimum_outage_seconds = minimum;
            objective.rules.merge_gap_seconds = gap;
            objective.rules.inclusive = inclusive;
            if all {
                objective.rules.components = ["web", "streaming"].map(str::to_owned).into();
                objective.rules.component_rule = ComponentRule::All;
            }
            objective
        })
}

fn blind() -> impl Strategy<Value = SpanSet> {
    proptest::collection::vec((-600..MINUTES, 1i64..300), 0..3).prop_map(|raw| {
        let span = |(from, n): (i64, i64)| Span::new(at(from), at(from + n)).expect("a span");
        SpanSet::union_of(raw.into_iter().map(span))
    })
}

fn measured(o: &[Outage], x: &[Exclusion], b: &SpanSet, rules: &Objective) -> AvailabilityResult {
    availability(month("2026-08-01", "2026-09-01"), o, x, b, rules).expect("a result")
}

proptest! {
    #[test]
    fn availability_lies_between_zero_and_one(
        o in outages(), x in exclusions(), b in blind(), rules in rules(),
    ) {
        let found = measured(&o, &x, &b, &rules);
        prop_assert!(0 <= found.down_seconds && found.down_seconds <= found.agreed_seconds);
        prop_assert!(found.agreed_seconds <= MINUTES * 60);
        prop_assert!(found.ratio >= Ratio::ZERO && found.ratio <= Ratio::ONE);
    }

    #[test]
    fn one_more_outage_never_raises_availability(
        o in outages(), x in exclusions(), b in blind(), rules in rules(), extra in outages(),
    ) {
        let before = measured(&o, &x, &b, &rules);
        let more: Vec<Outage> = o.iter().chain(&extra).cloned().collect();
        let after = measured(&more, &x, &b, &rules);
        prop_assert!(after.ratio <= before.ratio);
        prop_assert!(before.outages.is_subset(&after.outages));
    }

    #[test]
    fn one_more_exclusion_never_lowers_availability_where_it_counts_as_available(
        o in outages(), x in exclusions(), b in blind(), mut rules in rules(),
        extra in exclusions(),
    ) {
        rules.rules.exclusion_mode = ExclusionMode::CountAsAvailable;
        let before = measured(&o, &x, &b, &rules);
        let more: Vec<Exclusion> = x.iter().chain(&extra).cloned().collect();
        prop_assert!(measured(&o, &more, &b, &rules).ratio >= before.ratio);
    }

    #[test]
    fn the_order_of_the_log_never_matters(
        mut o in outages(), mut x in exclusions(), b in blind(), rules in rules(),
    ) {
        let before = measured(&o, &x, &b, &rules);
        o.reverse();
        x.reverse();
        prop_assert_eq!(measured(&o, &x, &b, &rules), before);
    }

    #[test]
    fn a_worse_month_never_costs_less_and_no_credit_exceeds_its_cap(
        up in 0i64..=10_000, worse in 0i64..=10_000, fee in 0i64..1_000_000, cap in 0i64..=100,
        inclusive in any::<bool>(),
    ) {
        let mut objective = objective("99.9", Tz::UTC);
        objective.rules.inclusive = inclusive;
        objective.caps.per_month = Some(percent(&cap.to_string()));
        let base = Money::new(fee, Currency::EUR);
        let result = |up: i64| {
            let ratio = Ratio::new(i128::from(up), 10_000).expect("a share");
            let target = Ratio::new(999, 1_000).expect("a share");
            AvailabilityResult {
                ratio,
                met: ratio > target || (inclusive && ratio == target),
                ..measured(&[], &[], &SpanSet::default(), &objective)
            }
        };
        let minor = |up: i64| {
            let already = nothing(Currency::EUR);
            let given = credit_for_availability(&objective, &result(up), base, already);
            given.expect("computed").map_or(0, |credit| credit.amount.minor())
        };
        let (better, worse) = (minor(up.max(worse)), minor(up.min(worse)));
        prop_assert!(better <= worse);
        prop_assert!(worse * 100 <= fee * cap && worse <= fee);
    }
}
