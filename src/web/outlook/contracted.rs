//! Contracted revenue of the next twelve months: by month, and what each contract adds.

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
    Asked, Currencies, Left, Part, SLIM, at_axis, below, left_out, state_of_knowledge, whole,
    with_currency,
};
use crate::billing::outlook::Contracted;
use crate::billing::{Currency, Money};
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::outlook;
use crate::web::format;

const PATH: &str = "/outlook/contracted";

/// What binds, what lies beyond any term, and both.
#[derive(Debug, Clone, Copy)]
struct Sums([Money; 3]);

impl Sums {
    fn of(all: Money, beyond: Money) -> Result<Self, Failure> {
        let bound = all.minus(beyond);
        let bound = bound.map_err(|error| Failure::of(error.code(), &error))?;
        Ok(Self([bound, beyond, all]))
    }

    fn written(self, words: Words) -> [String; 3] {
        self.0.map(|sum| match sum.is_zero() {
            true => String::new(),
            false => format::amount(sum, words.0),
        })
    }
}

struct Row {
    contract: String,
    href: String,
    detail: String,
    bound: String,
    beyond: String,
    both: String,
}

#[derive(Template)]
#[template(path = "outlook/contracted.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    currency: String,
    currencies: Vec<(String, String, bool)>,
    /// The drawing and its figures in a sentence; the same for narrow windows.
    chart: (String, String),
    slim: (String, String),
    months: Vec<(String, [String; 3])>,
    rows: Vec<Row>,
    bound: String,
    beyond: String,
    both: String,
    part: Part,
    unknown: Vec<(String, String)>,
    left: Vec<Left>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /outlook/contracted`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let failed = |failure| Failed::of(words, failure);
    let known = outlook::agreed(&shared.app, &who.principal, &shared.outlook).await;
    let known = known.map_err(failed)?;
    let found = &known.figure.contracted;
    let currencies = Currencies::of(found, PATH, &asked);
    let shown = currencies.as_ref().map_or(Currency::EUR, |one| one.shown);
    let of = found.get(&shown);
    let contracts = of.map_or(&[][..], |of| of.contracts.as_slice());
    let part = Part::of(words, PATH, (&asked, shown), contracts.len());
    let cut = part.cut(contracts);
    let numbers = cut.iter().map(|one| one.customer);
    let names = outlook::names(&shared.app, &who.principal, numbers).await;
    let names = names.map_err(failed)?;
    let mut rows = Vec::new();
    for one in cut {
        let sums = Sums::of(one.amount, one.beyond_term).map_err(failed)?;
        let [bound, beyond, both] = sums.written(words);
        rows.push(Row {
            contract: one.contract.clone(),
            href: format!("/contracts/{}", encoded(&one.contract)),
            detail: names.get(&one.customer).cloned().unwrap_or_default(),
            bound,
            beyond,
            both,
        });
    }
    let months = months(words, of).map_err(failed)?;
    let zero = Money::zero(shown);
    let (amount, beyond) = of.map_or((zero, zero), |of| (of.amount, of.beyond_term));
    let total = Sums::of(amount, beyond).map_err(failed)?;
    let [bound, beyond, both] = total.written(words);
    let written = with_currency(words, amount);
    let amount = [("amount", Argument::Text(&written))];
    let title = words.with("contracted-title", &amount);
    let ground = Ground {
        width: 1080,
        height: 260,
        axis: 64,
    };
    let undrawn = |problem| Failed::of(words, problem);
    let chart = drawn(words, (of, shown), ground, 1).map_err(undrawn)?;
    let slim = drawn(words, (of, shown), SLIM, 3).map_err(undrawn)?;
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Outlook, title),
            sub: state_of_knowledge(words, &known, known.figure.known_at),
            currency: shown.to_string(),
            currencies: currencies.map(|one| one.links).unwrap_or_default(),
            unknown: of.map_or_else(Vec::new, |of| unknown(words, of)),
            left: left_out(of.map_or(&[], |of| of.uncounted.as_slice())),
            words,
            chart,
            slim,
            months,
            rows,
            bound,
            beyond,
            both,
            part,
        },
    )
}

fn months(words: Words, of: Option<&Contracted>) -> Result<Vec<(String, [String; 3])>, Failure> {
    let months = of.into_iter().flat_map(|of| &of.months);
    let row = |month: &crate::billing::outlook::ContractedMonth| {
        let sums = Sums::of(month.amount, month.beyond_term)?;
        Ok((format::period(month.days, words.0), sums.written(words)))
    };
    months.map(row).collect()
}

fn unknown(words: Words, of: &Contracted) -> Vec<(String, String)> {
    let said = of.unknown_prices.iter().map(|one| {
        let from = format::date(one.from, words.0);
        let clause = format::unbroken(&one.clause);
        let arguments = [
            ("clause", Argument::Text(&clause)),
            ("day", Argument::Text(&from)),
        ];
        (
            one.contract.clone(),
            words.with("contracted-unknown", &arguments),
        )
    });
    said.collect()
}

/// The drawing, and all of its figures in a sentence. Of `every` columns one is labelled.
pub(super) fn drawn(
    words: Words,
    (of, currency): (Option<&Contracted>, Currency),
    ground: Ground,
    every: usize,
) -> Result<(String, String), Problem> {
    let mut said = Vec::new();
    let mut columns_of = Vec::new();
    let months = of.into_iter().flat_map(|of| &of.months);
    let mut year = None;
    for (place, month) in months.enumerate() {
        let sums = Sums::of(month.amount, month.beyond_term).map_err(Problem::from)?;
        let [bound, beyond, all] = sums.0;
        let day = month.month.first_day();
        let value = whole(words, all);
        said.push(format!("{} {value}", format::month(day, words.0)));
        let labelled = place.is_multiple_of(every);
        columns_of.push(Column {
            label: match labelled {
                true => below(words, day, &mut year),
                false => String::new(),
            },
            value: if every == 1 { value } else { String::new() },
            solid: bound.minor().max(0),
            expected: beyond.minor().max(0),
        });
    }
    let figures = said.join("; ");
    let code = currency.to_string();
    let arguments = [
        ("currency", Argument::Text(&code)),
        ("figures", Argument::Text(&figures)),
    ];
    let title = words.with("contracted-chart", &arguments);
    let drawn = columns(ground, &columns_of, &at_axis(words, currency))?;
    Ok((drawn, title))
}
