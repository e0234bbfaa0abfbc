//! Open amounts by age, and the same by when they should come in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{Asked, Currencies, Left, Part, left_out, state_of_knowledge, with_currency};
use crate::billing::outlook::{Age, DueDates, OpenAmount, OpenAmounts, OpenSum};
use crate::billing::{Currency, Money};
use crate::usecases::outlook::{self, Booked, Known};
use crate::web::format;

struct Row {
    number: String,
    href: String,
    detail: String,
    due: String,
    state: &'static str,
    state_text: String,
    amount: String,
}

/// Rows under one heading, with the sum of all that belong to it.
struct Group {
    label: String,
    count: String,
    sum: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "outlook/open.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    path: &'static str,
    text: String,
    currency: String,
    currencies: Vec<(String, String, bool)>,
    groups: Vec<Group>,
    sum: String,
    credits: Vec<Row>,
    credit_sum: String,
    part: Part,
    left: Vec<Left>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// How open amounts are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Age,
    Cash,
}

impl By {
    const fn path(self) -> &'static str {
        match self {
            Self::Age => "/outlook/open",
            Self::Cash => "/outlook/cash",
        }
    }
}

/// `GET /outlook/open`.
pub(in super::super) async fn open(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    page(&shared, words, &who, (By::Age, &asked)).await
}

/// `GET /outlook/cash`.
pub(in super::super) async fn cash(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    page(&shared, words, &who, (By::Cash, &asked)).await
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &crate::usecases::access::authenticate::SignedIn,
    (by, asked): (By, &Asked),
) -> Result<Response, Failed> {
    let failed = |failure| Failed::of(words, failure);
    let known = outlook::booked(&shared.app, &who.principal, &shared.outlook).await;
    let known = known.map_err(failed)?;
    let found = &known.figure.open;
    let currencies = Currencies::of(found, by.path(), asked);
    let shown = currencies.as_ref().map_or(Currency::EUR, |one| one.shown);
    let of = found.get(&shown);
    let dates = known.figure.dates.get(&shown);
    let sorted = match by {
        By::Age => of.map_or_else(Vec::new, |of| by_age(words, of)),
        By::Cash => dates.map_or_else(Vec::new, |dates| by_date(words, dates)),
    };
    let count = sorted.iter().map(|(_, sum)| sum.parts.len()).sum();
    let part = Part::of(words, by.path(), (asked, shown), count);
    let credits = of.map_or(&[][..], |of| of.credits.parts.as_slice());
    let listed = sorted.iter().flat_map(|(_, sum)| &sum.parts);
    let listed = listed.skip(part.from).take(super::ROWS);
    let numbers = listed.chain(credits).map(|one| one.customer);
    let names = outlook::names(&shared.app, &who.principal, numbers).await;
    let names = names.map_err(failed)?;
    let row = |one: &OpenAmount| row(words, one, names.get(&one.customer));
    let mut left = part.from;
    let mut room = super::ROWS;
    let mut groups = Vec::new();
    for (label, sum) in sorted {
        let before = left.min(sum.parts.len());
        let rows: Vec<Row> = sum.parts.iter().skip(before).take(room).map(row).collect();
        left = left.saturating_sub(before);
        room = room.saturating_sub(rows.len());
        groups.push(Group {
            label,
            count: sum.parts.len().to_string(),
            sum: format::amount(sum.amount, words.0),
            rows,
        });
    }
    let zero = Money::zero(shown);
    let amount = of.map_or(zero, |of| of.amount);
    let owed = of.map_or(zero, |of| of.credits.amount);
    html(
        words,
        &Page {
            frame: shared.frame(
                words,
                who,
                Place::Outlook,
                title(words, (by, dates), amount),
            ),
            sub: sub(words, &known),
            path: by.path(),
            text: about(words, by),
            currency: shown.to_string(),
            currencies: currencies.map(|one| one.links).unwrap_or_default(),
            sum: format::amount(amount, words.0),
            credits: credits.iter().map(row).collect(),
            credit_sum: format::amount(owed, words.0),
            left: left_out(of.map_or(&[], |of| of.uncounted.as_slice())),
            words,
            groups,
            part,
        },
    )
}

fn sub(words: Words, known: &Known<Booked>) -> String {
    state_of_knowledge(words, known, known.figure.known_at)
}

/// What the page is about, below its title.
fn about(words: Words, by: By) -> String {
    match by {
        By::Age => words.say("open-text"),
        By::Cash => words.say("cash-text"),
    }
}

fn title(words: Words, (by, dates): (By, Option<&DueDates>), amount: Money) -> String {
    let zero = Money::zero(amount.currency());
    let written = |money| with_currency(words, money);
    match (by, dates) {
        (By::Age, _) => words.with(
            "open-title",
            &[("amount", Argument::Text(&written(amount)))],
        ),
        (By::Cash, None) => words.with("cash-title", &[("amount", Argument::Text(&written(zero)))]),
        (By::Cash, Some(dates)) => {
            let (soon, overdue) = (written(dates.soon.amount), written(dates.overdue.amount));
            let arguments = [
                ("amount", Argument::Text(soon.as_str())),
                ("overdue", Argument::Text(overdue.as_str())),
            ];
            match dates.overdue.parts.is_empty() {
                true => words.with("cash-title", &arguments),
                false => words.with("cash-title-overdue", &arguments),
            }
        }
    }
}

/// Amounts under their headings, each heading's in order of due date, number and customer.
type Grouped<'a> = Vec<(String, &'a OpenSum)>;

fn by_age(words: Words, of: &OpenAmounts) -> Grouped<'_> {
    // The oldest age is due first, and each is in that order.
    let ages = of.by_age.iter().rev();
    let full = ages.filter(|(_, sum)| !sum.parts.is_empty());
    full.map(|(age, sum)| (age_in_words(words, *age), sum))
        .collect()
}

fn by_date(words: Words, dates: &DueDates) -> Grouped<'_> {
    let day = format::date(dates.soon_until, words.0);
    let until = [("day", Argument::Text(&day))];
    let groups = [
        (words.say("cash-overdue"), &dates.overdue),
        (words.with("cash-soon", &until), &dates.soon),
        (words.say("cash-later"), &dates.later),
        (words.say("cash-rest"), &dates.rest),
    ];
    let full = groups.into_iter();
    full.filter(|(_, sum)| !sum.parts.is_empty()).collect()
}

/// An age as a heading.
pub(super) fn age_in_words(words: Words, age: Age) -> String {
    match age {
        Age::NotDue => words.say("age-not-due"),
        Age::Days1To30 => words.say("age-30"),
        Age::Days31To60 => words.say("age-60"),
        Age::Days61To90 => words.say("age-90"),
        Age::Over90Days => words.say("age-older"),
    }
}

/// How late an amount is, as badge and words; nothing while it is in time.
pub(super) fn late(words: Words, overdue_days: i64) -> (&'static str, String) {
    let days = u64::try_from(overdue_days).unwrap_or_default();
    match days {
        0 => ("", String::new()),
        _ => (
            "overdue",
            words.with("days", &[("count", Argument::Count(days))]),
        ),
    }
}

fn row(words: Words, one: &OpenAmount, name: Option<&String>) -> Row {
    let (state, state_text) = late(words, one.overdue_days);
    Row {
        number: one.number.clone(),
        href: format!("/invoices/{}", encoded(&one.number)),
        detail: name.cloned().unwrap_or_default(),
        due: format::date(one.due, words.0),
        state,
        state_text,
        amount: format::amount(one.amount, words.0),
    }
}
