//! Recurring revenue: what each contract brings in a month and in a year, and how it came to be.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::charts::{Column, Ground, columns};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{
    Asked, Currencies, Left, Part, SLIM, at_axis, below, left_out, overview, state_of_knowledge,
    with_currency,
};
use crate::billing::outlook::RecurringMonth;
use crate::billing::{Currency, Money};
use crate::error::Problem;
use crate::usecases::outlook::{self, Agreed};
use crate::web::format;

const PATH: &str = "/outlook/recurring";

struct Row {
    contract: String,
    href: String,
    detail: String,
    month: String,
    year: String,
}

#[derive(Template)]
#[template(path = "outlook/recurring.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    currency: String,
    currencies: Vec<(String, String, bool)>,
    /// The drawing and its figures in a sentence; the same for narrow windows.
    chart: (String, String),
    slim: (String, String),
    /// From which month to which the drawing goes.
    course: String,
    months: Vec<(String, String)>,
    rows: Vec<Row>,
    month: String,
    year: String,
    part: Part,
    left: Vec<Left>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /outlook/recurring`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let failed = |failure| Failed::of(words, failure);
    let known = outlook::agreed(&shared.app, &who.principal, &shared.outlook).await;
    let known = known.map_err(failed)?;
    let figure = &known.figure;
    let currencies = Currencies::of(&figure.recurring, PATH, &asked);
    let shown = currencies.as_ref().map_or(Currency::EUR, |one| one.shown);
    let of = figure.recurring.get(&shown);
    let parts = of.map_or(&[][..], |of| of.parts.as_slice());
    let part = Part::of(words, PATH, (&asked, shown), parts.len());
    let cut = part.cut(parts);
    let numbers = cut.iter().map(|one| one.customer);
    let names = outlook::names(&shared.app, &who.principal, numbers).await;
    let names = names.map_err(failed)?;
    let rows = cut.iter().map(|one| {
        let name = names.get(&one.customer).map_or("", String::as_str);
        Row {
            contract: one.contract.clone(),
            href: format!("/contracts/{}", encoded(&one.contract)),
            detail: {
                let item = one.name.as_ref().map(|item| item.get(words.0));
                let item = item.unwrap_or(&one.fee.item);
                match name {
                    "" => item.to_owned(),
                    name => format!("{name} · {item}"),
                }
            },
            month: format::amount(one.fee.month, words.0),
            year: format::amount(one.fee.year, words.0),
        }
    });
    let zero = Money::zero(shown);
    let (month, year) = of.map_or((zero, zero), |of| (of.month, of.year));
    let written = with_currency(words, month);
    let title = words.with("recurring-title", &[("amount", Argument::Text(&written))]);
    let ground = Ground {
        width: 1080,
        height: 240,
        axis: 64,
    };
    let failed = |problem| Failed::of(words, problem);
    let wide = chart(words, (figure, shown), ground, 1).map_err(failed)?;
    let slim = chart(words, (figure, shown), SLIM, 3).map_err(failed)?;
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Outlook, title),
            sub: state_of_knowledge(words, &known, figure.known_at),
            currency: shown.to_string(),
            currencies: currencies.map(|one| one.links).unwrap_or_default(),
            course: course(words, figure),
            months: by_month(figure, shown)
                .map(|(day, amount)| (format::date(day, words.0), format::amount(amount, words.0)))
                .collect(),
            rows: rows.collect(),
            month: format::amount(month, words.0),
            year: format::amount(year, words.0),
            left: left_out(of.map_or(&[], |of| of.uncounted.as_slice())),
            words,
            chart: wide,
            slim,
            part,
        },
    )
}

/// The first and the last month that is drawn.
fn course(words: Words, figure: &Agreed) -> String {
    let month = |found: Option<&RecurringMonth>| {
        found.map_or_else(String::new, |one| format::month(one.day, words.0))
    };
    let (from, to) = (month(figure.months.first()), month(figure.months.last()));
    let arguments = [("from", Argument::Text(&from)), ("to", Argument::Text(&to))];
    words.with("recurring-course", &arguments)
}

fn by_month(
    figure: &Agreed,
    currency: Currency,
) -> impl Iterator<Item = (chrono::NaiveDate, Money)> {
    let zero = Money::zero(currency);
    let months = figure.months.iter();
    months.map(move |month| {
        (
            month.day,
            month.amounts.get(&currency).copied().unwrap_or(zero),
        )
    })
}

/// The drawing, and all of its figures in a sentence. Of `every` columns one is labelled.
fn chart(
    words: Words,
    (figure, currency): (&Agreed, Currency),
    ground: Ground,
    every: usize,
) -> Result<(String, String), Problem> {
    let mut said = Vec::new();
    let mut months = Vec::new();
    let mut year = None;
    for (place, (day, amount)) in by_month(figure, currency).enumerate() {
        let value = overview(words, amount);
        said.push(format!("{} {value}", format::month(day, words.0)));
        months.push(Column {
            label: match place.is_multiple_of(every) {
                true => below(words, day, &mut year),
                false => String::new(),
            },
            value: if every == 1 { value } else { String::new() },
            solid: amount.minor().max(0),
            expected: 0,
        });
    }
    let figures = said.join("; ");
    let code = currency.to_string();
    let arguments = [
        ("currency", Argument::Text(&code)),
        ("figures", Argument::Text(&figures)),
    ];
    let title = words.with("recurring-chart", &arguments);
    Ok((columns(ground, &months, &at_axis(words, currency))?, title))
}
