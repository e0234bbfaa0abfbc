//! A contract in the oracle's own words, and random ones.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use proptest::prelude::*;

/// How a part of an interval is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    ActualActual,
    Actual30,
    Strict30360,
    PerSecond,
}

impl Method {
    pub const ALL: [Self; 4] = [
        Self::ActualActual,
        Self::Actual30,
        Self::Strict30360,
        Self::PerSecond,
    ];
}

/// A fee for time.
#[derive(Clone, Copy, Debug)]
pub struct Fee {
    /// Price of one of `count` for `per_months`.
    pub cents: i64,
    pub count: i64,
    pub per_months: u32,
    pub billing_months: u32,
    pub in_advance: bool,
}

/// What happens on a day. Fees are numbered in the order in which they come into being.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Price { fee: usize, cents: i64 },
    Count { fee: usize, count: i64 },
    Replace { fee: usize, cents: i64 },
    Add { fee: Fee },
    End { fee: usize },
    Cancel,
}

/// A contract.
#[derive(Clone, Debug)]
pub struct Plan {
    pub start: NaiveDate,
    /// Day after the last.
    pub end: Option<NaiveDate>,
    pub anchor_day: u8,
    pub method: Method,
    pub zone: Tz,
    pub fees: Vec<Fee>,
    /// In order of their days.
    pub events: Vec<(NaiveDate, Event)>,
}

impl Plan {
    /// Drops every change that could lower what is owed.
    pub fn keep_rises(&mut self) {
        self.end = None;
        let replaced = |(_, event): &(NaiveDate, Event)| matches!(event, Event::Replace { .. });
        // What follows a replacement may name the new fee, so it goes with it.
        if let Some(at) = self.events.iter().position(replaced) {
            self.events.truncate(at);
        }
        self.events.retain_mut(|(_, event)| match event {
            Event::End { .. } | Event::Cancel | Event::Replace { .. } => false,
            // Above every first price and count.
            Event::Price { cents, .. } => {
                *cents += 1_000_000;
                true
            }
            Event::Count { count, .. } => {
                *count += 1_000;
                true
            }
            Event::Add { .. } => true,
        });
        // A second change of the same kind might fall again.
        let mut seen: Vec<(usize, bool)> = Vec::new();
        self.events.retain(|(_, event)| {
            let key = match event {
                Event::Price { fee, .. } => (*fee, true),
                Event::Count { fee, .. } => (*fee, false),
                _ => return true,
            };
            let first = !seen.contains(&key);
            seen.push(key);
            first
        });
    }
}

fn months() -> impl Strategy<Value = u32> {
    prop_oneof![3 => Just(1u32), 1 => Just(3), 1 => Just(6), 1 => Just(12)]
}

fn fee() -> impl Strategy<Value = Fee> {
    (0i64..500_000, 1i64..5, months(), months(), any::<bool>()).prop_map(
        |(cents, count, per_months, billing_months, in_advance)| Fee {
            cents,
            count,
            per_months,
            billing_months,
            in_advance,
        },
    )
}

#[derive(Clone, Debug)]
enum Draft {
    Price(usize, i64),
    Count(usize, i64),
    Replace(usize, i64),
    Add(Fee),
    End(usize),
    Cancel,
}

fn draft() -> impl Strategy<Value = (u64, Draft)> {
    let kind = prop_oneof![
        3 => (0usize..4, 0i64..500_000).prop_map(|(fee, cents)| Draft::Price(fee, cents)),
        2 => (0usize..4, 0i64..5).prop_map(|(fee, count)| Draft::Count(fee, count)),
        3 => (0usize..4, 0i64..500_000).prop_map(|(fee, cents)| Draft::Replace(fee, cents)),
        2 => fee().prop_map(Draft::Add),
        1 => (0usize..4).prop_map(Draft::End),
        1 => Just(Draft::Cancel),
    ];
    (0u64..800, kind)
}

/// Contracts that begin from 2024 to 2028, so that two leap days are near, and a day
/// up to 900 days later.
pub fn plans() -> impl Strategy<Value = (Plan, NaiveDate)> {
    let zone = prop_oneof![Just(Tz::Europe__Paris), Just(Tz::America__New_York)];
    let shape = (
        0u64..1_500,
        1u8..=31,
        proptest::sample::select(&Method::ALL[..]),
        zone,
    );
    let fees = proptest::collection::vec(fee(), 1..3);
    let drafts = proptest::collection::vec(draft(), 0..5);
    let end = proptest::option::weighted(0.3, 1u64..900);
    (shape, fees, drafts, end, 0u64..900).prop_map(build)
}

/// Start, anchor day, proration, zone.
type Shape = (u64, u8, Method, Tz);
/// With the fees, the dated changes, the end and the length of the run.
type Drawn = (Shape, Vec<Fee>, Vec<(u64, Draft)>, Option<u64>, u64);

fn build(drawn: Drawn) -> (Plan, NaiveDate) {
    let ((offset, anchor_day, method, zone), fees, mut drafts, end, span) = drawn;
    let start = "2024-01-01".parse::<NaiveDate>().expect("a date") + Days::new(offset);
    drafts.sort_by_key(|(day, _)| *day);
    // An event may only touch a fee that runs then, as the core demands of amendments.
    let mut runs: Vec<bool> = vec![true; fees.len()];
    let mut events = Vec::new();
    for (day, draft) in drafts {
        let running = |fee: usize, runs: &[bool]| runs.get(fee).copied().unwrap_or(false);
        let event = match draft {
            Draft::Price(fee, cents) if running(fee, &runs) => Event::Price { fee, cents },
            Draft::Count(fee, count) if running(fee, &runs) => Event::Count { fee, count },
            Draft::Replace(fee, cents) if running(fee, &runs) => {
                runs[fee] = false;
                runs.push(true);
                Event::Replace { fee, cents }
            }
            Draft::End(fee) if running(fee, &runs) => {
                runs[fee] = false;
                Event::End { fee }
            }
            Draft::Add(fee) => {
                runs.push(true);
                Event::Add { fee }
            }
            Draft::Cancel => Event::Cancel,
            _ => continue,
        };
        events.push((start + Days::new(day), event));
    }
    let plan = Plan {
        start,
        end: end.map(|days| start + Days::new(days)),
        anchor_day,
        method,
        zone,
        fees,
        events,
    };
    (plan, start + Days::new(span))
}
