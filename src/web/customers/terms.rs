//! How a contract runs and is billed, as labels and sentences.

use chrono::NaiveDate;

use super::super::words::Words;
use super::timeline::end_after;
use super::{count, day, text};
use crate::billing::calendar::Interval;
use crate::billing::contract::{
    ArrearsIssue, BillingTerms, Contract, Item, Proration, Term, Timing,
};
use crate::billing::invoice::{PaymentMeans, References};

/// The term that runs on a day: its first day, the day after its last where it has one, and 0 for
/// the first term or the number of the renewal. Before a contract begins it is the first one, after
/// its end the last. A contract is over on the day `end`, whatever would follow.
pub(super) fn running(
    term: &Term,
    today: NaiveDate,
    end: Option<NaiveDate>,
) -> (NaiveDate, Option<NaiveDate>, u32) {
    /// A hundred years of monthly renewals; more are not looked for.
    const LONGEST: u32 = 1_200;
    let bounded = |to: NaiveDate| end.map_or(to, |end| to.min(end));
    let (Some(first), Some(renewal)) = (term.end, term.renewal) else {
        return (term.start, term.end.map(bounded).or(end), 0);
    };
    let (mut from, mut to) = (term.start, first);
    for number in 0..LONGEST {
        let over = end.is_some_and(|end| end <= to);
        let months = renewal.months.checked_mul(number.saturating_add(1));
        let next = months.and_then(|months| end_after(term, first, months));
        match next {
            Some(next) if to <= today && !over && next > to => (from, to) = (to, next),
            _ => return (from, Some(bounded(to)), number),
        }
    }
    (from, Some(bounded(to)), LONGEST)
}

/// A label and what stands beside it.
pub(super) type Fact = (String, String);

/// Term, renewal, notice, zone and currency.
pub(super) fn term(words: Words, contract: &Contract) -> Vec<Fact> {
    let Term {
        start,
        end,
        renewal,
        notice_months,
    } = contract.term;
    let months = |months: u32| count("months", months);
    let mut facts = vec![(words.say("contract-begin"), day(words, start))];
    facts.push((
        words.say("contract-term-first"),
        match end {
            Some(end) => {
                let last = super::last_day(words, end);
                words.with("contract-until", &text("day", &last))
            }
            None => words.say("contract-term-open"),
        },
    ));
    if let Some(renewal) = renewal {
        let mut text = words.with("contract-renews", &months(renewal.months));
        if let Some(longest) = renewal.max_total_months {
            text.push_str(" · ");
            text.push_str(&words.with("contract-longest", &months(longest)));
        }
        facts.push((words.say("contract-renewal"), text));
    }
    facts.push((
        words.say("contract-notice"),
        match (end, notice_months) {
            (Some(_), 0) => words.say("contract-notice-none"),
            (Some(_), count) => words.with("contract-notice-before", &months(count)),
            (None, count) => words.with("contract-notice-open", &months(count)),
        },
    ));
    facts.push((words.say("contract-zone"), contract.zone.name().to_owned()));
    facts.push((
        words.say("customer-currency"),
        contract.currency.to_string(),
    ));
    facts
}

/// Payment, the day of the month, and how parts of an interval are charged.
pub(super) fn billing(words: Words, terms: &BillingTerms) -> Vec<Fact> {
    let BillingTerms {
        anchor_day,
        anchor,
        payment,
        payment_days,
        proration,
        arrears_issue,
        holidays,
        closed_days,
        grace_hours,
    } = terms;
    let means = match payment {
        PaymentMeans::SepaCreditTransfer => words.say("contract-pay-sepa"),
        PaymentMeans::CreditTransfer => words.say("contract-pay-transfer"),
        PaymentMeans::Card => words.say("contract-pay-card"),
    };
    let mut facts = vec![(words.say("contract-payment"), means)];
    if *payment != PaymentMeans::Card {
        facts.push((
            words.say("contract-due"),
            words.with("contract-due-days", &count("days", *payment_days)),
        ));
    }
    let mut anchored = words.with("contract-anchor-day", &count("day", u32::from(*anchor_day)));
    if let Some(anchor) = anchor {
        let from = day(words, *anchor);
        let counted = words.with("contract-anchor-from", &text("day", &from));
        anchored = format!("{anchored} · {counted}");
    }
    facts.push((words.say("contract-anchor"), anchored));
    facts.push((
        words.say("contract-proration"),
        match proration {
            Proration::ActualActual => words.say("contract-proration-actual"),
            Proration::Actual30 => words.say("contract-proration-thirty"),
            Proration::Strict30360 => words.say("contract-proration-strict"),
            Proration::PerSecond => words.say("contract-proration-second"),
        },
    ));
    let mut issue = match arrears_issue {
        ArrearsIssue::NextDay => words.say("contract-arrears-next"),
        ArrearsIssue::FirstWorkingDay => words.say("contract-arrears-working"),
    };
    if let Some(region) = holidays {
        let held = words.with("contract-holidays", &text("region", region));
        issue = format!("{issue} · {held}");
    }
    facts.push((words.say("contract-arrears"), issue));
    if *grace_hours > 0 {
        let waits = words.with("contract-grace-hours", &count("hours", *grace_hours));
        facts.push((words.say("contract-grace"), waits));
    }
    if !closed_days.is_empty() {
        let days: Vec<String> = closed_days
            .iter()
            .map(|closed| day(words, *closed))
            .collect();
        facts.push((words.say("contract-closed"), days.join(", ")));
    }
    facts
}

/// What goes on its invoices so that the receiver can sort them.
pub(super) fn references(words: Words, references: &References) -> Vec<Fact> {
    let References {
        contract,
        purchase_order,
        project,
        buyer_reference,
        tender,
        cost_centre,
    } = references;
    let all = [
        (words.say("contract-reference-contract"), contract),
        (words.say("contract-reference-order"), purchase_order),
        (words.say("contract-reference-project"), project),
        (words.say("contract-reference-buyer"), buyer_reference),
        (words.say("contract-reference-tender"), tender),
        (words.say("contract-reference-centre"), cost_centre),
    ];
    all.into_iter()
        .filter_map(|(label, text)| Some((label, text.clone()?)))
        .collect()
}

/// How often and when an item is billed.
pub(super) fn rhythm(words: Words, item: &Item) -> String {
    match (item.billing, item.timing) {
        (Interval::Month, Timing::InAdvance) => words.say("contract-monthly-ahead"),
        (Interval::Month, Timing::InArrears) => words.say("contract-monthly-after"),
        (Interval::Quarter, Timing::InAdvance) => words.say("contract-quarterly-ahead"),
        (Interval::Quarter, Timing::InArrears) => words.say("contract-quarterly-after"),
        (Interval::HalfYear, Timing::InAdvance) => words.say("contract-half-yearly-ahead"),
        (Interval::HalfYear, Timing::InArrears) => words.say("contract-half-yearly-after"),
        (Interval::Year, Timing::InAdvance) => words.say("contract-yearly-ahead"),
        (Interval::Year, Timing::InArrears) => words.say("contract-yearly-after"),
    }
}
