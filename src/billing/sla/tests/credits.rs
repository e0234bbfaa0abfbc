//! Credits: ladders, caps, promises missed.

use rstest::rstest;

use super::*;
use crate::billing::{Ratio, Rounding};

#[test]
fn a_bad_month_gives_back_its_percentage() {
    let cases = [
        (
            "99.9",
            Tz::Europe__Brussels,
            "2026-08",
            259,
            44_640,
            9_942,
            "10",
            "3274.11",
            "327.41",
        ),
        (
            "99.5",
            Tz::Europe__Paris,
            "2026-06",
            298,
            43_200,
            9_931,
            "10",
            "690.00",
            "69.00",
        ),
        // The clock goes forward: 743 hours.
        (
            "99.9",
            Tz::America__Los_Angeles,
            "2026-03",
            580,
            44_580,
            9_870,
            "25",
            "1200",
            "300.00",
        ),
    ];
    for (target, zone, name, down_minutes, month_minutes, shown, credit, fee, expected) in cases {
        let first: NaiveDate = format!("{name}-01").parse().expect("a date");
        let after = first
            .checked_add_months(chrono::Months::new(1))
            .expect("a date");
        let period = Period::new(first, after).expect("a period");
        let objective = objective(target, zone);
        let start = period.instants(zone).expect("instants").start + TimeDelta::days(9);
        let outage = Outage {
            start,
            end: Some(start + TimeDelta::minutes(down_minutes)),
            ..outage("o", 0, 1)
        };
        let result = availability(period, &[outage], &[], &SpanSet::default(), &objective);
        let result = result.expect("a result");
        assert_eq!(result.agreed_seconds, month_minutes * 60, "{name}");
        assert_eq!(result.down_seconds, down_minutes * 60, "{name}");
        assert_eq!(
            result.ratio.rounded(4, Rounding::HalfUp),
            Ok(shown),
            "{name}"
        );
        let none = nothing(Currency::EUR);
        let given = credit_for_availability(&objective, &result, euros(fee), none);
        let given = given.expect("computed").expect("a credit");
        assert_eq!(
            (given.percent, given.amount),
            (percent(credit), euros(expected)),
            "{name}"
        );
        assert!(!given.capped);
    }
}

#[test]
fn a_missed_response_gives_its_fixed_percentage() {
    let missed = MissedObjective {
        objective: "response-s1".into(),
        period: month("2026-02-01", "2026-03-01"),
        credit: percent("5"),
        evidence: "T-77".into(),
        what: "first response after 52 minutes".into(),
    };
    let caps = CreditCaps::default();
    let given = credit_for_missed(&missed, euros("1200"), caps, nothing(Currency::EUR));
    let given = given.expect("computed").expect("a credit");
    assert_eq!(given.amount, euros("60.00"));
    let absurd = MissedObjective {
        credit: percent("100.1"),
        ..missed
    };
    let refused = credit_for_missed(&absurd, euros("1200"), caps, nothing(Currency::EUR));
    assert_eq!(
        refused.map_err(|e| e.code()),
        Err("sla.percent-out-of-range")
    );
}

#[test]
fn a_month_without_outage_is_fully_available() {
    let result = august(&[], &[], &utc("99.9"));
    assert_eq!(
        (result.ratio, result.met, result.down_seconds),
        (Ratio::ONE, true, 0)
    );
    let given =
        credit_for_availability(&utc("99.9"), &result, euros("100"), nothing(Currency::EUR));
    assert_eq!(given, Ok(None));
}

#[rstest]
#[case(true, true)]
#[case(false, false)]
fn exactly_the_target_is_met_when_it_is_inclusive(#[case] inclusive: bool, #[case] met: bool) {
    // 446.4 minutes are exactly 1 % of August.
    let mut objective = utc("99");
    objective.rules.inclusive = inclusive;
    let mut exact = outage("o", 0, 446);
    exact.end = exact.end.map(|end| end + TimeDelta::seconds(24));
    let result = august(&[exact], &[], &objective);
    assert_eq!(
        (result.ratio, result.met),
        (Ratio::new(99, 100).expect("a share"), met)
    );
    let given = credit_for_availability(&objective, &result, euros("100"), nothing(Currency::EUR));
    let amount = given.expect("computed").map(|credit| credit.amount);
    assert_eq!(amount, (!met).then(|| euros("25.00")));
}

#[test]
fn caps_of_the_month_and_of_the_year_hold() {
    let mut objective = utc("99.9");
    objective.caps.per_month = Some(percent("20"));
    let result = august(&[outage("o", 0, 1_000)], &[], &objective);
    let credit = |objective: &Objective, month: &str, year: &str| {
        let already = AlreadyCredited {
            month: euros(month),
            year: euros(year),
        };
        let given = credit_for_availability(objective, &result, euros("100.01"), already);
        given
            .expect("computed")
            .map(|credit| (credit.amount.amount(), credit.capped))
    };
    // 25 % would be 25.00; 20 % of 100.01, rounded down, is 20.00.
    assert_eq!(credit(&objective, "0", "0"), Some(("20.00".into(), true)));
    assert_eq!(credit(&objective, "15", "15"), Some(("5.00".into(), true)));
    assert_eq!(credit(&objective, "20", "20"), None);
    objective.caps.per_year = Some(percent("10"));
    assert_eq!(credit(&objective, "0", "110"), Some(("10.01".into(), true)));
    assert_eq!(credit(&objective, "0", "130"), None);
}

#[test]
fn a_ladder_on_which_a_worse_month_costs_less_is_refused() {
    let step = |below: &str, credit: &str| LadderStep {
        below: percent(below),
        credit: percent(credit),
    };
    for (steps, code) in [
        (
            vec![step("99.9", "10"), step("99", "5")],
            "sla.ladder-not-monotone",
        ),
        (
            vec![step("99", "5"), step("99.9", "10")],
            "sla.ladder-not-monotone",
        ),
        (vec![step("101", "5")], "sla.ladder-out-of-range"),
        (vec![step("99", "-5")], "sla.ladder-out-of-range"),
    ] {
        assert_eq!(Ladder::new(steps).map_err(|e| e.code()), Err(code));
    }
    let json = r#"[{"below":"99","credit":"5"},{"below":"99.9","credit":"10"}]"#;
    assert!(serde_json::from_str::<Ladder>(json).is_err());
}
