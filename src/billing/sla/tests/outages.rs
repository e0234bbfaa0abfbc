//! What counts as down, and what does not.

use super::*;
use crate::billing::Ratio;
use crate::billing::span::Span;

#[test]
fn overlapping_outages_count_once() {
    let result = august(
        &[outage("a", 0, 60), outage("b", 30, 90)],
        &[],
        &utc("99.9"),
    );
    assert_eq!(result.down_seconds, 90 * 60);
    assert_eq!(result.outages.len(), 2);
}

#[test]
fn the_two_ways_to_exclude_give_two_results() {
    // 446 minutes of maintenance, of which the outage of 62 minutes is not a part.
    let (outages, excluded) = ([outage("o", 1_000, 1_062)], [exclusion(0, 446)]);
    let mut objective = utc("99.9");
    let removed = august(&outages, &excluded, &objective);
    assert_eq!(removed.agreed_seconds, (44_640 - 446) * 60);
    objective.rules.exclusion_mode = ExclusionMode::CountAsAvailable;
    let kept = august(&outages, &excluded, &objective);
    assert_eq!(kept.agreed_seconds, 44_640 * 60);
    assert!(removed.ratio < kept.ratio);
    assert_eq!(removed.excluded_seconds, 446 * 60);
}

#[test]
fn excluded_time_is_cut_out_of_an_outage() {
    let result = august(&[outage("o", 0, 100)], &[exclusion(20, 50)], &utc("99.9"));
    assert_eq!(result.down_seconds, 70 * 60);
}

#[test]
fn outages_below_the_minimum_do_not_count_unless_they_belong_together() {
    let mut objective = utc("99.9");
    objective.rules.minimum_outage_seconds = 300;
    let short = [outage("a", 0, 3), outage("b", 5, 8)];
    assert_eq!(august(&short, &[], &objective).down_seconds, 0);
    assert!(august(&short, &[], &objective).outages.is_empty());
    objective.rules.merge_gap_seconds = 120;
    // Together six minutes; the two minutes between them were up.
    assert_eq!(august(&short, &[], &objective).down_seconds, 360);
}

#[test]
fn an_outage_over_midnight_of_the_month_is_long_enough_as_a_whole() {
    let mut objective = utc("99.9");
    objective.rules.minimum_outage_seconds = 300;
    let result = august(&[outage("a", -4, 2)], &[], &objective);
    assert_eq!(result.down_seconds, 120);
}

#[test]
fn an_outage_that_lasts_counts_to_the_end_of_the_month() {
    let mut open = outage("a", 44_600, 0);
    open.end = None;
    assert_eq!(august(&[open], &[], &utc("99.9")).down_seconds, 40 * 60);
    let mut later = outage("b", 50_000, 0);
    later.end = None;
    assert_eq!(august(&[later], &[], &utc("99.9")).down_seconds, 0);
}

#[test]
fn what_others_caused_does_not_count() {
    for (cause, down) in [
        (OutageCause::Provider, 60),
        (OutageCause::ThirdParty, 60),
        (OutageCause::Customer, 0),
        (OutageCause::Maintenance, 0),
        (OutageCause::ForceMajeure, 0),
    ] {
        let outage = Outage {
            cause,
            ..outage("o", 0, 1)
        };
        let result = august(std::slice::from_ref(&outage), &[], &utc("99.9"));
        assert_eq!(result.down_seconds, down, "{cause:?}");
        let mut objective = utc("99.9");
        objective.rules.third_party_counts = false;
        let expected = if cause == OutageCause::Provider {
            60
        } else {
            0
        };
        assert_eq!(
            august(&[outage], &[], &objective).down_seconds,
            expected,
            "{cause:?}"
        );
    }
}

fn of_components(outage: Outage, names: &[&str]) -> Outage {
    Outage {
        components: names.iter().map(|name| (*name).to_owned()).collect(),
        ..outage
    }
}

#[test]
fn components_decide_by_any_or_by_all() {
    let outages = [
        of_components(outage("web", 0, 10), &["web"]),
        of_components(outage("stream", 5, 20), &["streaming"]),
        of_components(outage("mail", 0, 500), &["mail"]),
    ];
    let mut objective = utc("99.9");
    objective.rules.components = ["web", "streaming"].map(str::to_owned).into();
    assert_eq!(august(&outages, &[], &objective).down_seconds, 20 * 60);
    objective.rules.component_rule = ComponentRule::All;
    assert_eq!(august(&outages, &[], &objective).down_seconds, 5 * 60);
    objective.rules.components.clear();
    let period = month("2026-08-01", "2026-09-01");
    let found = availability(period, &outages, &[], &SpanSet::default(), &objective);
    assert_eq!(found.map_err(|e| e.code()), Err("sla.no-components"));
}

#[test]
fn maintenance_counts_as_excluded_only_when_announced_in_time_and_within_its_allowance() {
    let maintenance = |announced: i64| Exclusion {
        kind: ExclusionKind::Maintenance {
            announced_at: at(announced),
        },
        ..exclusion(10_000, 10_060)
    };
    let down = [outage("o", 10_000, 10_060)];
    let mut objective = utc("99.9");
    objective.rules.maintenance_notice_hours = 72;
    let late = 10_000 - 72 * 60 + 1;
    assert_eq!(
        august(&down, &[maintenance(late)], &objective).down_seconds,
        3_600
    );
    assert_eq!(
        august(&down, &[maintenance(late - 1)], &objective).down_seconds,
        0
    );
    objective.rules.maintenance_allowance_seconds = Some(1_200);
    assert_eq!(
        august(&down, &[maintenance(late - 1)], &objective).down_seconds,
        2_400
    );
}

#[test]
fn unmeasured_time_follows_the_named_policy_and_is_always_reported() {
    let blind = SpanSet::union_of([Span::new(at(0), at(60)).expect("a span")]);
    let period = month("2026-08-01", "2026-09-01");
    for (policy, agreed, down) in [
        (UnmeasuredPolicy::CountsAsUp, 44_640, 0),
        (UnmeasuredPolicy::CountsAsDown, 44_640, 60),
        (UnmeasuredPolicy::Excluded, 44_580, 0),
    ] {
        let mut objective = utc("99.9");
        objective.rules.unmeasured = policy;
        let found = availability(period, &[], &[], &blind, &objective).expect("a result");
        assert_eq!(
            (found.agreed_seconds, found.down_seconds),
            (agreed * 60, down * 60)
        );
        assert_eq!(found.unmeasured_seconds, 3_600);
    }
}

#[test]
fn a_month_that_is_wholly_excluded_is_met() {
    let result = august(
        &[outage("o", 0, 10)],
        &[exclusion(-10, 50_000)],
        &utc("99.9"),
    );
    assert_eq!(
        (result.agreed_seconds, result.ratio, result.met),
        (0, Ratio::ONE, true)
    );
}

#[test]
fn an_outage_that_ends_before_it_starts_is_named() {
    let period = month("2026-08-01", "2026-09-01");
    let found = availability(
        period,
        &[outage("odd", 5, 5)],
        &[],
        &SpanSet::default(),
        &utc("99.9"),
    );
    let error = found.expect_err("an error");
    assert_eq!(error.code(), "sla.span-empty");
    assert!(error.to_string().starts_with("odd: "));
}
