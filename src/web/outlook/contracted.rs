//! Contracted revenue of the next twelve months: by month, and what each contract adds.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::charts::{Column, Ground, columns};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{
    Asked, Currencies, Left, Part, at_axis, left_out, overview, state_of_knowledge, with_currency,
};
use crate::billing::outlook::{Contracted, ContractedPart};
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
    fn of<'a>(
        parts: impl IntoIterator<Item = &'a ContractedPart>,
        currency: Currency,
    ) -> Result<Self, Failure> {
        let mut sums = [Money::zero(currency); 3];
        for part in parts {
            let [bound, beyond, all] = &mut sums;
            let own = if part.beyond_term { beyond } else { bound };
            for sum in [own, all] {
                let plus = sum.plus(part.amount);
                *sum = plus.map_err(|error| Failure::of(error.code(), &error))?;
            }
        }
        Ok(Self(sums))
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
    chart: String,
    chart_title: String,
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
    let contracts = by_contract(of);
    let part = Part::of(words, PATH, (&asked, shown), contracts.len());
    let cut = part.cut(&contracts);
    let numbers = cut.iter().map(|(_, customer, _)| *customer);
    let names = outlook::names(&shared.app, &who.principal, numbers).await;
    let names = names.map_err(failed)?;
    let mut rows = Vec::new();
    for (contract, customer, parts) in cut {
        let sums = Sums::of(parts.iter().copied(), shown).map_err(failed)?;
        let [bound, beyond, both] = sums.written(words);
        rows.push(Row {
            contract: (*contract).to_owned(),
            href: format!("/contracts/{}", encoded(contract)),
            detail: names.get(customer).cloned().unwrap_or_default(),
            bound,
            beyond,
            both,
        });
    }
    let months = months(words, of, shown).map_err(failed)?;
    let all = of.into_iter().flat_map(|of| &of.months);
    let total = Sums::of(all.flat_map(|month| &month.parts), shown).map_err(failed)?;
    let [bound, beyond, both] = total.written(words);
    let written = with_currency(words, of.map_or(Money::zero(shown), |of| of.amount));
    let amount = [("amount", Argument::Text(&written))];
    let title = words.with("contracted-title", &amount);
    let ground = Ground {
        width: 1080,
        height: 260,
        axis: 64,
    };
    let drawn = drawn(words, (of, shown), ground, 1).map_err(|problem| Failed::of(words, problem));
    let (chart, chart_title) = drawn?;
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
            chart_title,
            months,
            rows,
            bound,
            beyond,
            both,
            part,
        },
    )
}

/// Contracts with their customers and parts, in order of their numbers.
type ByContract<'a> = Vec<(&'a str, u32, Vec<&'a ContractedPart>)>;

fn by_contract(of: Option<&Contracted>) -> ByContract<'_> {
    let mut found: BTreeMap<&str, (u32, Vec<&ContractedPart>)> = BTreeMap::new();
    let months = of.into_iter().flat_map(|of| &of.months);
    for part in months.flat_map(|month| &month.parts) {
        let own = found.entry(&part.contract);
        own.or_insert((part.customer, Vec::new())).1.push(part);
    }
    let rows = found.into_iter();
    rows.map(|(contract, (customer, parts))| (contract, customer, parts))
        .collect()
}

fn months(
    words: Words,
    of: Option<&Contracted>,
    currency: Currency,
) -> Result<Vec<(String, [String; 3])>, Failure> {
    let months = of.into_iter().flat_map(|of| &of.months);
    let row = |month: &crate::billing::outlook::ContractedMonth| {
        let sums = Sums::of(&month.parts, currency)?;
        Ok((format::period(month.days, words.0), sums.written(words)))
    };
    months.map(row).collect()
}

fn unknown(words: Words, of: &Contracted) -> Vec<(String, String)> {
    let said = of.unknown_prices.iter().map(|one| {
        let from = format::date(one.from, words.0);
        let arguments = [
            ("clause", Argument::Text(&one.clause)),
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
    for (place, month) in months.enumerate() {
        let sums = Sums::of(&month.parts, currency).map_err(Problem::from)?;
        let [bound, beyond, all] = sums.0;
        let day = month.month.first_day();
        let value = overview(words, all);
        said.push(format!("{} {value}", format::month(day, words.0)));
        let labelled = place.is_multiple_of(every);
        columns_of.push(Column {
            label: match labelled {
                true => format::short_month(day, words.0).to_owned(),
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
