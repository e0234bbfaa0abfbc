//! The list of the own invoices: a year, the newest first, each with its files.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::finance::invoice::{names, tongue};
use super::super::guard::Who;
use super::super::parts::PublicFrame;
use super::super::payments::Standings;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::download;
use super::frame::Place;
use super::open::Open;
use crate::billing::Money;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::db::DbError;
use crate::db::invoices::list::{Cursor, InvoiceFilter, InvoicePage};
use crate::db::invoices::{InvoiceId, StoredInvoice};
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::invoices::page;
use crate::usecases::portal::own;
use crate::web::format;

/// Invoices whose state is told in one sentence; whoever has more is shown the newest one.
const TOLD: u64 = 200;
/// Rows of a page: more than most customers get in a year.
const ROWS: u64 = 100;
/// Names of lines that stand for an invoice.
const NAMED: usize = 3;

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    year: String,
    after: String,
    from: String,
}

impl Asked {
    /// `2026-10-01.27`.
    fn cursor(&self) -> Option<Cursor> {
        let (date, id) = self.after.split_once('.')?;
        let date: chrono::NaiveDate = date.parse().ok()?;
        Some(Cursor {
            date: crate::db::day(date),
            id: InvoiceId(id.parse().ok()?),
        })
    }

    fn first(&self) -> u64 {
        match self.cursor() {
            Some(_) => self.from.parse().unwrap_or(1),
            None => 1,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/invoices.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    customer: String,
    lead: String,
    figures: Vec<Figure>,
    years: Vec<(String, String, bool)>,
    heading: String,
    year_href: String,
    year_label: String,
    /// What is still to be paid, of all years.
    open: Vec<Row>,
    rows: Vec<Row>,
    counted: String,
    total: String,
    currency: String,
    shown: String,
    first_href: String,
    next_href: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) href: String,
    pub(super) note: String,
}

struct Row {
    number: String,
    href: String,
    issued: String,
    period: String,
    /// What was billed, and whether that is in the language of the document.
    what: Vec<(String, bool)>,
    /// That language by tag and name; empty where it is that of the page.
    lang: &'static str,
    tongue: String,
    amount: String,
    currency: String,
    state: &'static str,
    state_text: String,
    documents: Vec<(&'static str, String)>,
}

/// `GET /portal/invoices`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let failed = |error: crate::usecases::Failure| Failed::of(words, error);
    let by = &who.principal;
    let customer = own::customer(&shared.app, by).await.map_err(failed)?;
    let nothing = InvoiceFilter::default();
    let (all, years) = page(&shared.app, by, &nothing, (None, TOLD))
        .await
        .map_err(failed)?;
    let year = chosen(&asked, &years);
    let filter = InvoiceFilter {
        year: year.parse().ok(),
        ..nothing
    };
    let cursor = asked.cursor();
    let found = page(&shared.app, by, &filter, (cursor.as_ref(), ROWS)).await;
    let (found, _) = found.map_err(failed)?;
    let both = [&all.invoices[..], &found.invoices[..]].concat();
    let stands = Standings::load(&shared, words, by, &both).await?;
    let known = all.next.is_none();
    let mut all = views(&all.invoices).map_err(|error| Failed::of(words, error))?;
    let today = shared.app.clock.business().date_naive();
    let mut listed = views(&found.invoices).map_err(|error| Failed::of(words, error))?;
    let both = all.iter_mut().chain(&mut listed);
    let foreign = in_words(&shared, words, &who, both).await?;
    let said = (words, &foreign);
    let sum = sum(&listed, found.count);
    let about = [
        ("count", Argument::Count(found.count)),
        ("year", Argument::Text(&year)),
    ];
    let (lead, figures, open) = match known {
        true => told(said, &all, &stands, today),
        false => (
            lead(words, &all),
            figures((words, &stands), &all, sum, &about),
            Vec::new(),
        ),
    };
    let title = words.say("portal-invoices-title");
    html(
        words,
        &Page {
            frame: shared.portal(words, &who, Place::Invoices, title),
            customer: customer.legal_name,
            lead,
            figures,
            open,
            years: tabs(&years, &year),
            heading: words.with("portal-invoices-of", &about),
            year_href: format!("/portal/invoices/{year}.zip"),
            year_label: words.with("portal-year-files", &about),
            counted: words.with("portal-counted", &about),
            total: sum.map_or_else(String::new, |sum| format::amount(sum, words.0)),
            currency: sum.map_or_else(String::new, |sum| sum.currency().to_string()),
            shown: shown(words, &asked, &found),
            first_href: match cursor {
                Some(_) => format!("/portal/invoices?year={year}"),
                None => String::new(),
            },
            next_href: next(&asked, &year, &found),
            rows: listed.iter().map(|one| row(said, &stands, one)).collect(),
            words,
        },
    )
}

/// An invoice as it is stored, and what it says.
pub(super) type Listed<'a> = (&'a StoredInvoice, Invoice);

fn views(stored: &[StoredInvoice]) -> Result<Vec<Listed<'_>>, DbError> {
    let read = |one| StoredInvoice::read_view(one).map(|view| (one, view));
    stored.iter().map(read).collect()
}

/// Puts the names of items into the reader's language, where their contract has them; the others
/// are told.
async fn in_words<'a, 'b: 'a>(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    listed: impl Iterator<Item = &'a mut Listed<'b>>,
) -> Result<BTreeSet<String>, Failed> {
    // A contract is looked up once, and again only for a name that was not met before: one that it
    // used on the day of a document, and has changed since.
    let mut known: BTreeMap<_, BTreeMap<String, String>> = BTreeMap::new();
    let mut foreign = BTreeSet::new();
    for (stored, view) in listed.filter(|(_, view)| view.language != words.0) {
        let key = (stored.head.contract.clone(), Words(view.language).tag());
        let of = known.entry(key).or_default();
        let is_new = |name: &String| !of.contains_key(name) && !foreign.contains(name);
        if view.lines.iter().any(|line| is_new(&line.name)) {
            of.extend(names(shared, words, who, (stored, view)).await?);
        }
        for line in &mut view.lines {
            match of.get(&line.name) {
                Some(name) => line.name.clone_from(name),
                None => {
                    foreign.insert(line.name.clone());
                }
            }
        }
    }
    Ok(foreign)
}

/// The year that is asked for, or the newest one with an invoice.
fn chosen(asked: &Asked, years: &[String]) -> String {
    let known = years.iter().find(|year| **year == asked.year);
    known.or(years.first()).cloned().unwrap_or_default()
}

fn tabs(years: &[String], chosen: &str) -> Vec<(String, String, bool)> {
    let tab = |year: &String| {
        let href = format!("/portal/invoices?year={year}");
        (year.clone(), href, year == chosen)
    };
    years.iter().map(tab).collect()
}

/// What an invoice asks for; negative where it gives back.
pub(super) fn payable(view: &Invoice) -> Money {
    let payable = view.totals.payable;
    match view.document_type {
        DocumentType::CreditNote => payable.negated().unwrap_or(payable),
        _ => payable,
    }
}

/// The sum of a year; none when it spans pages or currencies.
fn sum(listed: &[Listed<'_>], count: u64) -> Option<Money> {
    let all: Vec<Money> = listed.iter().map(|(_, view)| payable(view)).collect();
    let currencies: BTreeSet<String> = all.iter().map(|one| one.currency().to_string()).collect();
    let first = all.first()?;
    if currencies.len() != 1 || all.len() as u64 != count {
        return None;
    }
    Money::sum(all.iter().copied(), first.currency()).ok()
}

/// What is still to be paid, as a sentence, figures and rows.
fn told(
    (words, foreign): (Words, &BTreeSet<String>),
    all: &[Listed<'_>],
    stands: &Standings,
    today: chrono::NaiveDate,
) -> (String, Vec<Figure>, Vec<Row>) {
    let open = Open::of(all, stands, today);
    let rows = open.all.iter();
    let rows = rows.map(|(one, _)| row((words, foreign), stands, one));
    let said = match all.is_empty() {
        true => lead(words, all),
        false => open.lead(words),
    };
    (said, open.figures(words), rows.collect())
}

/// What is the case: the newest invoice.
fn lead(words: Words, newest: &[Listed<'_>]) -> String {
    let Some((stored, view)) = newest.first() else {
        return words.say("portal-lead-none");
    };
    let day = format::date(view.issue_date, words.0);
    let number = format::unbroken(stored.number().unwrap_or_default());
    let arguments = [
        ("number", Argument::Text(&number)),
        ("day", Argument::Text(&day)),
    ];
    words.with("portal-lead", &arguments)
}

fn figures(
    (words, stands): (Words, &Standings),
    newest: &[Listed<'_>],
    sum: Option<Money>,
    about: &[(&str, Argument<'_>)],
) -> Vec<Figure> {
    let mut figures = Vec::new();
    if let Some((stored, view)) = newest.first() {
        let number = stored.number().unwrap_or_default();
        figures.push(Figure {
            label: words.say("portal-newest"),
            value: format::money(payable(view), words.0),
            href: format!("/portal/invoices/{number}"),
            note: format!("{number} · {}", stands.badge(stored, view).1),
        });
        figures.push(Figure {
            label: words.say("portal-newest-service"),
            value: format::month_of_many(view.service_period, words.0),
            href: String::new(),
            note: first_names(view).join(" · "),
        });
    }
    if let Some(sum) = sum {
        figures.push(Figure {
            label: words.with("portal-sum", about),
            value: format::money(sum, words.0),
            href: String::new(),
            note: words.with("portal-counted", about),
        });
    }
    figures
}

/// The names of the first lines, each once.
fn first_names(view: &Invoice) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for line in &view.lines {
        if !names.contains(&line.name.as_str()) && names.len() < NAMED {
            names.push(&line.name);
        }
    }
    names
}

fn row(
    (words, foreign): (Words, &BTreeSet<String>),
    stands: &Standings,
    (stored, view): &Listed<'_>,
) -> Row {
    let number = stored.number().unwrap_or_default();
    let amount = payable(view);
    let (state, state_text) = stands.badge(stored, view);
    let (lang, tongue) = tongue(words, view);
    let named = first_names(view).into_iter();
    Row {
        number: number.to_owned(),
        href: format!("/portal/invoices/{number}"),
        issued: format::date(view.issue_date, words.0),
        period: format::span_in_words(view.service_period, words.0),
        what: named
            .map(|name| (name.to_owned(), foreign.contains(name)))
            .collect(),
        lang,
        tongue,
        amount: format::amount(amount, words.0),
        currency: amount.currency().to_string(),
        documents: download::links(number),
        state,
        state_text,
    }
}

fn shown(words: Words, asked: &Asked, page: &InvoicePage) -> String {
    let first = asked.first();
    let rows = page.invoices.len() as u64;
    let arguments = [
        ("from", Argument::Count(first)),
        (
            "to",
            Argument::Count(first.saturating_add(rows).saturating_sub(1)),
        ),
        ("count", Argument::Count(page.count)),
    ];
    words.with("page-shown", &arguments)
}

fn next(asked: &Asked, year: &str, page: &InvoicePage) -> String {
    let Some(Cursor { date, id }) = &page.next else {
        return String::new();
    };
    let from = asked.first().saturating_add(page.invoices.len() as u64);
    format!(
        "/portal/invoices?year={year}&after={date}.{}&from={from}",
        id.0
    )
}
