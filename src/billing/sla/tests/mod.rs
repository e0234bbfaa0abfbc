//! Facts about service levels, one case a rule: the log entries that the cases share.

mod credits;
mod outages;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::billing::calendar::{NaiveDate, Period, Tz};
use crate::billing::span::SpanSet;
use crate::billing::{Currency, Money, Percent};

pub(super) fn percent(text: &str) -> Percent {
    text.parse().expect("a percentage")
}

pub(super) fn month(first: &str, after: &str) -> Period {
    let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
    Period::new(date(first), date(after)).expect("a period")
}

pub(super) fn ladder() -> Ladder {
    let step = |below: &str, credit: &str| LadderStep {
        below: percent(below),
        credit: percent(credit),
    };
    Ladder::new(vec![
        step("99.9", "5"),
        step("99.5", "10"),
        step("99", "25"),
    ])
    .expect("a ladder")
}

pub(super) fn objective(target: &str, zone: Tz) -> Objective {
    Objective {
        id: "availability".into(),
        rules: AvailabilityRules::usual(percent(target), zone),
        ladder: ladder(),
        caps: CreditCaps::default(),
        base: CreditBase::ServiceFee,
    }
}

pub(super) fn at(minute: i64) -> DateTime<Utc> {
    let first = "2026-08-01T00:00:00Z"
        .parse::<DateTime<Utc>>()
        .expect("an instant");
    first + TimeDelta::minutes(minute)
}

pub(super) fn outage(id: &str, from: i64, to: i64) -> Outage {
    Outage {
        id: id.into(),
        start: at(from),
        end: Some(at(to)),
        components: BTreeSet::new(),
        cause: OutageCause::Provider,
    }
}

pub(super) fn exclusion(from: i64, to: i64) -> Exclusion {
    Exclusion {
        id: "x".into(),
        start: at(from),
        end: at(to),
        components: BTreeSet::new(),
        kind: ExclusionKind::Agreed,
    }
}

pub(super) fn nothing(currency: Currency) -> AlreadyCredited {
    AlreadyCredited {
        month: Money::zero(currency),
        year: Money::zero(currency),
    }
}

fn euros(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("an amount")
}

fn august(outages: &[Outage], exclusions: &[Exclusion], o: &Objective) -> AvailabilityResult {
    let period = month("2026-08-01", "2026-09-01");
    availability(period, outages, exclusions, &SpanSet::default(), o).expect("a result")
}

fn utc(target: &str) -> Objective {
    objective(target, Tz::UTC)
}
