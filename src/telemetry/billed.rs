//! What meters bill of an event: a member of its payload, as an exact number, in started steps.

use std::sync::LazyLock;

use super::Event;
use super::meters::{Feed, catalogue};
use super::retracted::called;
use crate::billing::usage::UsageEvent;
use crate::billing::{Quantity, Ratio, Rounding};

/// What meters find in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billing {
    /// What one of them bills.
    Counts,
    /// No number in the member that its meter bills.
    Numberless(&'static str),
    /// None takes events of its type.
    Unmetered,
}

/// Each kind of event that a meter takes, with the member that is billed and its step.
static EVENTS: LazyLock<Vec<(&'static str, &'static str, u64)>> = LazyLock::new(|| {
    let feeds = catalogue().into_iter().map(|one| one.feed);
    let events = feeds.filter_map(|feed| match feed {
        Feed::Events { name, field, step } => Some((name, field, step)),
        Feed::Metrics { .. } => None,
    });
    events.collect()
});

/// What meters find in an event: the same for all of them, so that whether a replacement counts
/// does not depend on which meter is asked.
pub fn billing_of(event: &Event) -> Billing {
    let mut found = Billing::Unmetered;
    for (_, field, step) in EVENTS.iter().filter(|(name, ..)| *name == event.name) {
        if amount(event, field, *step).is_some() {
            return Billing::Counts;
        }
        found = Billing::Numberless(field);
    }
    found
}

/// How a text names an event that lacks a number.
pub fn numberless(event: &Event, field: &str) -> String {
    format!("{}: {field}", called(&event.source, &event.id))
}

/// An event as a meter takes it; `None` when it has no number to bill.
pub(super) fn usage_event(event: &Event, field: &str, step: u64) -> Option<UsageEvent> {
    let quantity = amount(event, field, step)?;
    Some(UsageEvent {
        source: event.source.clone(),
        id: event.id.clone(),
        subject: event.subject.clone(),
        time: event.time,
        quantity,
        dims: event.fields.iter().cloned().collect(),
    })
}

/// The number that a meter bills of an event, in whole steps; `None` when there is none.
fn amount(event: &Event, field: &str, step: u64) -> Option<Quantity> {
    in_steps(event.number(field)?, step)
}

/// A number of raw units rounded up to whole steps: every started quarter of an hour counts.
/// `None` below zero or beyond the range of a quantity.
fn in_steps(number: rust_decimal::Decimal, step: u64) -> Option<Quantity> {
    if number.is_sign_negative() && !number.is_zero() {
        return None;
    }
    let step = Ratio::new(i128::from(step), 1).ok()?;
    let steps = Ratio::of_decimal(number).ok()?.over(step).ok()?;
    let whole = Ratio::new(steps.rounded(0, Rounding::Up).ok()?, 1).ok()?;
    Quantity::rounded(whole.times(step).ok()?, Rounding::Up).ok()
}
