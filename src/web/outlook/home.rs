//! The home page: what needs somebody today, and the figures of the house.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::contracted::drawn;
use super::open::age_in_words;
use super::work::{Area, Written, areas, late_ones};
use super::{Asked, Currencies, SLIM, state_of_knowledge, with_currency};
use crate::access::Permission;
use crate::billing::outlook::{ByCurrency, Contracted, DueDates, OpenAmounts, Recurring};
use crate::billing::{Currency, Money};
use crate::usecases::outlook::{self, Agreed, Booked};
use crate::usecases::today::{ROWS, Work, work};
use crate::web::format;

struct Figure {
    label: String,
    value: String,
    unit: String,
    href: &'static str,
    /// Lines below it, one for each currency, each with its tone.
    notes: Vec<(String, &'static str)>,
}

/// The chart at the side, with the same figures as a table.
struct Chart {
    inside: String,
    title: String,
    currency: String,
    months: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "outlook/home.html")]
struct Page {
    frame: Frame,
    words: Words,
    day: String,
    sub: String,
    /// The one filled button: label and address; empty when nothing waits for a run.
    open: (String, String),
    figures: Vec<Figure>,
    areas: Vec<Area>,
    chart: Option<Chart>,
    ages: Vec<(String, String)>,
    ages_currency: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let failed = |failure| Failed::of(words, failure);
    let found = work(&shared.app, &who.principal, &shared.outlook).await;
    let found = found.map_err(failed)?;
    let late = found.booked.iter();
    let late = late.flat_map(|known| late_ones(&known.figure));
    let late = late.map(|one| one.customer);
    let paid = found.give_back.first.iter().map(|one| one.customer);
    let back = found.approve_refunds.iter().take(ROWS);
    let numbers = late.chain(paid).chain(back.map(|one| one.customer));
    let numbers: BTreeSet<u32> = numbers.collect();
    let names = outlook::names(&shared.app, &who.principal, numbers).await;
    let names = names.map_err(failed)?;
    let today = shared.app.clock.business().date_naive();
    let may = |permission| who.principal.may(permission);
    let written = Written {
        words,
        today,
        names: &names,
    };
    let acts = (may(Permission::PreviewRun), may(Permission::EditCustomers));
    let areas = areas(&written, &found, acts);
    let count = areas.iter().map(|area| area.count).sum();
    let title = words.with("home-title", &[("count", Argument::Count(count))]);
    let chart = chart(words, &found).map_err(|problem| Failed::of(words, problem))?;
    let (ages, ages_currency) = ages(words, &found);
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Today, title),
            words,
            day: format::date(today, words.0),
            sub: sub(words, &found),
            open: open(words, &found),
            figures: figures(words, &found),
            areas,
            chart,
            ages,
            ages_currency,
        },
    )
}

/// The state of knowledge of what is shown; the older of the two.
fn sub(words: Words, found: &Work) -> String {
    let agreed = found.agreed.as_ref();
    let agreed = agreed.map(|known| state_of_knowledge(words, known, known.figure.known_at));
    let booked = found.booked.as_ref();
    let stale = booked.filter(|known| !known.newest);
    let stale = stale.map(|known| state_of_knowledge(words, known, known.figure.known_at));
    stale.or(agreed).unwrap_or_default()
}

fn open(words: Words, found: &Work) -> (String, String) {
    let next = found.approve.first().or(found.issue.first());
    next.map_or_else(Default::default, |run| {
        let day = format::date(run.as_of, words.0);
        let day = [("day", Argument::Text(&day))];
        (
            words.with("home-open-next", &day),
            format!("/runs/{}", run.id),
        )
    })
}

fn figures(words: Words, found: &Work) -> Vec<Figure> {
    let mut figures = Vec::new();
    if let Some(known) = &found.agreed {
        figures.extend(of_agreed(words, &known.figure));
    }
    if let Some(known) = &found.booked {
        figures.extend(of_booked(words, &known.figure));
    }
    figures
}

/// What a key figure says of one currency: the amount, and a remark about it.
type Said = (Money, Option<String>);

/// A figure in its first currency, the others below it; each says what there is to say of its own
/// amount. `urgent` where a remark means that somebody has to act.
fn figure<T>(
    words: Words,
    (label, href): (String, &'static str),
    found: &ByCurrency<T>,
    (say, urgent): (impl Fn(&T) -> Said, bool),
) -> Figure {
    let first = Currencies::of(found, href, &Asked::default());
    let shown = first.map_or(Currency::EUR, |first| first.shown);
    let nothing = || (Money::zero(shown), None);
    let (own, remark) = found.get(&shown).map_or_else(nothing, &say);
    let tone = |remarked: bool| if remarked && urgent { "bad" } else { "" };
    let mut notes: Vec<(String, &'static str)> = Vec::new();
    notes.extend(remark.map(|remark| (remark, tone(true))));
    for (_, other) in found.iter().filter(|(currency, _)| **currency != shown) {
        let (amount, remark) = say(other);
        let (zero, remarked) = (amount.is_zero(), remark.is_some());
        let written = with_currency(words, amount);
        let others = ("others", Argument::Text(&written));
        let line = match (zero, remark) {
            (true, None) => continue,
            (true, Some(remark)) => remark,
            (false, None) => words.with("home-and", &[others]),
            (false, Some(more)) => {
                words.with("home-and-more", &[others, ("more", Argument::Text(&more))])
            }
        };
        notes.push((line, tone(remarked)));
    }
    Figure {
        label,
        value: super::overview(words, own),
        unit: shown.to_string(),
        href,
        notes,
    }
}

/// A remark with an amount; none for nothing.
fn remark(
    words: Words,
    amount: Money,
    say: impl Fn(&[(&str, Argument<'_>)]) -> String,
) -> Option<String> {
    let written = with_currency(words, amount);
    (!amount.is_zero()).then(|| say(&[("amount", Argument::Text(&written))]))
}

fn of_agreed(words: Words, found: &Agreed) -> [Figure; 3] {
    let recurring = |label, year: bool| {
        let say = move |one: &Recurring| (if year { one.year } else { one.month }, None);
        let place = (label, "/outlook/recurring");
        figure(words, place, &found.recurring, (say, false))
    };
    let place = (words.say("home-contracted"), "/outlook/contracted");
    let beyond = |of: &[(&str, Argument<'_>)]| words.with("home-beyond", of);
    let say = |one: &Contracted| (one.amount, remark(words, one.beyond_term, beyond));
    [
        recurring(words.say("home-monthly"), false),
        recurring(words.say("home-yearly"), true),
        figure(words, place, &found.contracted, (say, false)),
    ]
}

fn of_booked(words: Words, found: &Booked) -> [Figure; 2] {
    let overdue = |open: &OpenAmounts| {
        let currency = open.amount.currency();
        let dates = found.dates.get(&currency);
        dates.map_or(Money::zero(currency), |dates| dates.overdue.amount)
    };
    let soon = |dates: &DueDates| {
        let besides = |of: &[(&str, Argument<'_>)]| words.with("home-late-besides", of);
        let late = remark(words, dates.overdue.amount, besides);
        (dates.soon.amount, late)
    };
    let all = |open: &OpenAmounts| match overdue(open) {
        late if late == open.amount => (late, Some(words.say("home-late-all"))),
        late => {
            let of_it = |of: &[(&str, Argument<'_>)]| words.with("home-late", of);
            (open.amount, remark(words, late, of_it))
        }
    };
    let cash = (words.say("home-cash"), "/outlook/cash");
    let open = (words.say("home-open-amounts"), "/outlook/open");
    [
        figure(words, cash, &found.dates, (soon, false)),
        figure(words, open, &found.open, (all, true)),
    ]
}

fn chart(words: Words, found: &Work) -> Result<Option<Chart>, crate::error::Problem> {
    let Some(known) = &found.agreed else {
        return Ok(None);
    };
    let contracted = &known.figure.contracted;
    let first = Currencies::of(contracted, "", &Asked::default());
    let Some((currency, of)) =
        first.and_then(|first| Some((first.shown, contracted.get(&first.shown)?)))
    else {
        return Ok(None);
    };
    let (inside, title) = drawn(words, (Some(of), currency), SLIM, 3)?;
    let months = of.months.iter();
    let months = months.map(|month| {
        let day = month.month.first_day();
        (
            format::month(day, words.0),
            format::amount(month.amount, words.0),
        )
    });
    Ok(Some(Chart {
        inside,
        title,
        currency: currency.to_string(),
        months: months.collect(),
    }))
}

/// Open amounts by age in their first currency.
fn ages(words: Words, found: &Work) -> (Vec<(String, String)>, String) {
    let open = found.booked.as_ref().map(|known| &known.figure.open);
    let own = open.and_then(|open| {
        let shown = Currencies::of(open, "", &Asked::default())?.shown;
        Some((shown, open.get(&shown)?))
    });
    let Some((currency, own)) = own else {
        return (Vec::new(), String::new());
    };
    let ages = own.by_age.iter().map(|(age, sum)| {
        let amount = match sum.amount.is_zero() {
            true => String::new(),
            false => format::amount(sum.amount, words.0),
        };
        (age_in_words(words, *age), amount)
    });
    (ages.collect(), currency.to_string())
}
