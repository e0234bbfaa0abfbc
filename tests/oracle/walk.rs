//! The walk: every day by itself.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeZone};

use crate::fraction::Fraction;
use crate::plan::{Event, Fee, Method, Plan};

/// A fee on its way through the days.
struct Running {
    fee: Fee,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

/// A stretch of days of one price and count within a billing period.
struct Stretch {
    cents: i64,
    count: i64,
    share: Fraction,
}

/// What was collected for one fee and billing period.
#[derive(Default)]
struct Collected {
    stretches: Vec<Stretch>,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
}

/// Cents by item and first day of the billing period, of all that is due by `as_of`.
pub fn expected(plan: &Plan, as_of: NaiveDate) -> BTreeMap<(String, NaiveDate), i64> {
    let mut fees: Vec<Running> = Vec::new();
    for fee in &plan.fees {
        fees.push(Running {
            fee: *fee,
            from: plan.start,
            until: None,
        });
    }
    let cancels = plan
        .events
        .iter()
        .filter(|(day, event)| matches!(event, Event::Cancel) && *day <= as_of);
    let end = cancels.map(|(day, _)| *day).chain(plan.end).min();
    let mut owed: BTreeMap<(usize, NaiveDate), Collected> = BTreeMap::new();
    // Far enough to finish every period that may be due: one of twelve months in advance.
    let horizon = as_of + chrono::Days::new(800);
    for day in plan.start.iter_days().take_while(|day| *day < horizon) {
        for (_, event) in plan
            .events
            .iter()
            .filter(|(on, _)| *on == day && *on <= as_of)
        {
            happen(&mut fees, day, event);
        }
        if end.is_some_and(|end| day >= end) {
            break;
        }
        for (index, running) in fees.iter().enumerate() {
            if running.from <= day && running.until.is_none_or(|until| day < until) {
                let period = first_of(plan, running.fee.billing_months, day);
                collect(
                    plan,
                    &running.fee,
                    day,
                    owed.entry((index, period)).or_default(),
                );
            }
        }
    }
    let mut found = BTreeMap::new();
    for ((index, period), collected) in owed {
        let fee = &fees[index].fee;
        if due(plan, fee, period, &collected, end) <= as_of {
            let cents = collected
                .stretches
                .iter()
                .map(|s| s.share.times(s.cents * s.count));
            let cents: i64 = cents.map(Fraction::half_up).sum();
            if cents != 0 {
                found.insert((format!("fee-{index}"), period), cents);
            }
        }
    }
    found
}

fn happen(fees: &mut Vec<Running>, day: NaiveDate, event: &Event) {
    match *event {
        Event::Price { fee, cents } => fees[fee].fee.cents = cents,
        Event::Count { fee, count } => fees[fee].fee.count = count,
        Event::Replace { fee, cents } => {
            fees[fee].until = Some(day);
            let fee = Fee {
                cents,
                ..fees[fee].fee
            };
            fees.push(Running {
                fee,
                from: day,
                until: None,
            });
        }
        Event::Add { fee } => fees.push(Running {
            fee,
            from: day,
            until: None,
        }),
        Event::End { fee } => fees[fee].until = Some(day),
        Event::Cancel => {}
    }
}

fn collect(plan: &Plan, fee: &Fee, day: NaiveDate, into: &mut Collected) {
    into.first.get_or_insert(day);
    into.last = Some(day);
    let share = share_of_day(plan, fee.per_months, day);
    match into.stretches.last_mut() {
        Some(last) if (last.cents, last.count) == (fee.cents, fee.count) => {
            last.share = last.share.plus(share);
        }
        _ => into.stretches.push(Stretch {
            cents: fee.cents,
            count: fee.count,
            share,
        }),
    }
}

/// In advance: the first day. In arrears: the day after the billing period, or after the contract.
fn due(
    plan: &Plan,
    fee: &Fee,
    period: NaiveDate,
    collected: &Collected,
    end: Option<NaiveDate>,
) -> NaiveDate {
    if fee.in_advance {
        return collected.first.expect("a day was collected");
    }
    let after = collected
        .last
        .expect("a day was collected")
        .succ_opt()
        .expect("a day");
    if end == Some(after) {
        after
    } else {
        next_first(plan, fee.billing_months, period)
    }
}

/// Whether an interval of so many months begins on the day.
fn begins(plan: &Plan, months: u32, day: NaiveDate) -> bool {
    let number = |d: NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    let whole = (number(day) - number(plan.start)) % i64::from(months) == 0;
    let tomorrow = day.succ_opt().expect("a day");
    let last_of_month = tomorrow.month() != day.month();
    let anchored = day.day() == u32::from(plan.anchor_day)
        || (last_of_month && day.day() < u32::from(plan.anchor_day));
    whole && anchored
}

fn first_of(plan: &Plan, months: u32, day: NaiveDate) -> NaiveDate {
    let mut day = day;
    while !begins(plan, months, day) {
        day = day.pred_opt().expect("a day");
    }
    day
}

fn next_first(plan: &Plan, months: u32, first: NaiveDate) -> NaiveDate {
    let mut day = first.succ_opt().expect("a day");
    while !begins(plan, months, day) {
        day = day.succ_opt().expect("a day");
    }
    day
}

/// The share of its price interval that one day is.
fn share_of_day(plan: &Plan, months: u32, day: NaiveDate) -> Fraction {
    let first = first_of(plan, months, day);
    let next = next_first(plan, months, first);
    let days = (next - first).num_days();
    let passed = (day - first).num_days();
    let until = |day: NaiveDate, passed: i64| -> Fraction {
        if day == next {
            return Fraction::new(1, 1);
        }
        match plan.method {
            Method::ActualActual => Fraction::new(passed.into(), days.into()),
            Method::Actual30 => Fraction::new(passed.into(), i128::from(months) * 30).at_most_one(),
            Method::Strict30360 => {
                Fraction::new(days_of_360(first, day), days_of_360(first, next)).at_most_one()
            }
            Method::PerSecond => {
                Fraction::new(seconds(plan, first, day), seconds(plan, first, next))
            }
        }
    };
    let tomorrow = day.succ_opt().expect("a day");
    until(tomorrow, passed + 1).minus(until(day, passed))
}

/// 30E/360: every month has 30 days, a 31st counts as the 30th.
fn days_of_360(from: NaiveDate, to: NaiveDate) -> i128 {
    let years = i128::from(to.year() - from.year());
    let months = i128::from(to.month()) - i128::from(from.month());
    let days = i128::from(to.day().min(30)) - i128::from(from.day().min(30));
    years * 360 + months * 30 + days
}

fn seconds(plan: &Plan, from: NaiveDate, to: NaiveDate) -> i128 {
    let midnight = |day: NaiveDate| {
        let local = day.and_hms_opt(0, 0, 0).expect("midnight");
        plan.zone
            .from_local_datetime(&local)
            .earliest()
            .expect("a midnight")
            .timestamp()
    };
    i128::from(midnight(to) - midnight(from))
}
