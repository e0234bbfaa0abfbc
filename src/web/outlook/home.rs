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
use super::open::{LATER, SOON, age_in_words};
use super::work::{Area, Written, areas, late_ones};
use super::{Asked, Currencies, SLIM, state_of_knowledge, with_currency};
use crate::access::Permission;
use crate::billing::outlook::{ByCurrency, OpenAmounts};
use crate::billing::{Currency, Money};
use crate::usecases::outlook::{self, Agreed, Booked};
use crate::usecases::today::{ROWS, Work, work};
use crate::web::format;

struct Figure {
    label: String,
    value: String,
    unit: String,
    href: &'static str,
    note: String,
    tone: &'static str,
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
    let late = late.flat_map(|known| late_ones(&known.figure)).take(ROWS);
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

/// A figure in its first currency; the others come into the line below.
fn figure<T>(
    words: Words,
    (label, href): (String, &'static str),
    found: &ByCurrency<T>,
    amount: impl Fn(&T) -> Money,
) -> Figure {
    let first = Currencies::of(found, href, &Asked::default());
    let shown = first.map_or(Currency::EUR, |first| first.shown);
    let own = found.get(&shown).map_or(Money::zero(shown), &amount);
    let others = found.iter().filter(|(currency, _)| **currency != shown);
    let others: Vec<String> = others
        .map(|(_, other)| with_currency(words, amount(other)))
        .collect();
    let others = others.join(" · ");
    Figure {
        label,
        value: super::overview(words, own),
        unit: shown.to_string(),
        href,
        note: match others.is_empty() {
            true => String::new(),
            false => words.with("home-and", &[("others", Argument::Text(&others))]),
        },
        tone: "",
    }
}

/// One line below a figure: what there was, and more.
fn noted(mut figure: Figure, more: String) -> Figure {
    figure.note = match figure.note.is_empty() {
        true => more,
        false => format!("{}; {more}", figure.note),
    };
    figure
}

fn of_agreed(words: Words, found: &Agreed) -> [Figure; 3] {
    let recurring = |label, year: bool| {
        let of =
            move |one: &crate::billing::outlook::Recurring| if year { one.year } else { one.month };
        figure(words, (label, "/outlook/recurring"), &found.recurring, of)
    };
    let place = (words.say("home-contracted"), "/outlook/contracted");
    let contracted = figure(words, place, &found.contracted, |one| one.amount);
    let first = Currencies::of(&found.contracted, "", &Asked::default());
    let of = first.and_then(|first| found.contracted.get(&first.shown));
    let contracted = match of.filter(|of| !of.beyond_term.is_zero()) {
        None => contracted,
        Some(of) => {
            let beyond = with_currency(words, of.beyond_term);
            let said = words.with("home-beyond", &[("amount", Argument::Text(&beyond))]);
            noted(contracted, said)
        }
    };
    [
        recurring(words.say("home-monthly"), false),
        recurring(words.say("home-yearly"), true),
        contracted,
    ]
}

fn of_booked(words: Words, found: &Booked) -> [Figure; 2] {
    let dates = |open: &OpenAmounts| open.due_dates(SOON, LATER).ok();
    let soon = |open: &OpenAmounts| {
        dates(open).map_or(Money::zero(open.amount.currency()), |dates| {
            dates.soon.amount
        })
    };
    let place = (words.say("home-cash"), "/outlook/cash");
    let cash = figure(words, place, &found.open, soon);
    let place = (words.say("home-open-amounts"), "/outlook/open");
    let mut open = figure(words, place, &found.open, |open| open.amount);
    let first = Currencies::of(&found.open, "", &Asked::default());
    let own = first.and_then(|first| found.open.get(&first.shown));
    let late = own.and_then(dates).map(|dates| dates.overdue.amount);
    let Some(late) = late.filter(|late| !late.is_zero()) else {
        return [cash, open];
    };
    let late = with_currency(words, late);
    let late = [("amount", Argument::Text(&late))];
    let cash = noted(cash, words.with("home-late-besides", &late));
    open = noted(open, words.with("home-late", &late));
    open.tone = "bad";
    [cash, open]
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
