//! The list of issued invoices: search, filter, a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use crate::billing::invoice::{DocumentType, Invoice, PaymentMeans};
use crate::db::invoices::list::{Cursor, InvoiceFilter, InvoicePage};
use crate::db::invoices::{InvoiceId, InvoiceState, StoredInvoice};
use crate::documents::format;
use crate::usecases::invoices::page;

/// Rows of a page.
const ROWS: u64 = 25;
/// Longest text that is searched for.
const LONGEST: usize = 100;

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    from: String,
}

impl Asked {
    fn filter(&self) -> InvoiceFilter {
        let text: String = self.q.trim().chars().take(LONGEST).collect();
        InvoiceFilter {
            text: (!text.is_empty()).then_some(text),
            year: self.year.parse().ok(),
        }
    }

    /// `2026-10-01.27`.
    fn cursor(&self) -> Option<Cursor> {
        let (date, id) = self.after.split_once('.')?;
        let date: chrono::NaiveDate = date.parse().ok()?;
        Some(Cursor {
            date: crate::db::day(date),
            id: InvoiceId(id.parse().ok()?),
        })
    }

    /// The place of the first row, from 1: said in the address, because a cursor does not know it.
    fn first(&self) -> u64 {
        match self.cursor() {
            Some(_) => self.from.parse().unwrap_or(1),
            None => 1,
        }
    }
}

#[derive(Template)]
#[template(path = "finance/invoices.html")]
struct Page {
    frame: Frame,
    say: Labels,
    sub: String,
    text: String,
    years: Vec<(String, bool)>,
    rows: Vec<Row>,
    filtered: bool,
    shown: String,
    first_href: String,
    next_href: String,
    links: String,
}

/// Labels of the page in the reader's language.
struct Labels {
    words: Words,
}

impl Labels {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

struct Row {
    number: String,
    href: String,
    kind: String,
    customer: String,
    contract: String,
    issued: String,
    gross: String,
    currency: String,
    state: &'static str,
    state_text: String,
    documents: Vec<(&'static str, String)>,
}

/// `GET /invoices`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let filter = asked.filter();
    let from = (asked.cursor(), ROWS);
    let found = page(
        &shared.app,
        &who.principal,
        &filter,
        (from.0.as_ref(), from.1),
    )
    .await;
    let (page, known) = found.map_err(|error| Failed::of(words, error))?;
    let filtered = filter != InvoiceFilter::default();
    let key = if filtered {
        "invoices-found"
    } else {
        "invoices-all"
    };
    let sub = match key {
        "invoices-found" => words.with("invoices-found", &[("count", Argument::Count(page.count))]),
        _ => words.with("invoices-all", &[("count", Argument::Count(page.count))]),
    };
    let rows = page
        .invoices
        .iter()
        .map(|stored| row(&shared, words, stored));
    let rows = rows.collect::<Result<Vec<_>, _>>();
    let rows = rows.map_err(|error| Failed::of(words, error))?;
    let minutes = shared.link_minutes.to_string();
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Invoices, words.say("invoices-title")),
            sub,
            text: filter.text.clone().unwrap_or_default(),
            years: known
                .into_iter()
                .map(|year| {
                    let chosen = year == asked.year;
                    (year, chosen)
                })
                .collect(),
            shown: shown(words, &asked, &page),
            first_href: asked
                .cursor()
                .map(|_| address(&filter, ""))
                .unwrap_or_default(),
            next_href: next(&asked, &filter, &page),
            links: words.with("documents-expire", &[("minutes", Argument::Text(&minutes))]),
            say: Labels { words },
            filtered,
            rows,
        },
    )
}

fn shown(words: Words, asked: &Asked, page: &InvoicePage) -> String {
    let first = asked.first();
    let last = first
        .saturating_add(page.invoices.len() as u64)
        .saturating_sub(1);
    let arguments = [
        ("from", Argument::Count(first)),
        ("to", Argument::Count(last)),
        ("count", Argument::Count(page.count)),
    ];
    words.with("page-shown", &arguments)
}

fn next(asked: &Asked, filter: &InvoiceFilter, page: &InvoicePage) -> String {
    let Some(Cursor { date, id }) = &page.next else {
        return String::new();
    };
    let from = asked.first().saturating_add(page.invoices.len() as u64);
    address(filter, &format!("after={date}.{}&from={from}", id.0))
}

fn address(filter: &InvoiceFilter, rest: &str) -> String {
    let mut parts = Vec::new();
    if let Some(text) = &filter.text {
        parts.push(format!("q={}", encoded(text)));
    }
    parts.extend(filter.year.map(|year| format!("year={year}")));
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    format!("/invoices?{}", parts.join("&"))
}

fn row(shared: &Shared, words: Words, stored: &StoredInvoice) -> Result<Row, crate::db::DbError> {
    let view: Invoice = stored.read_view()?;
    let number = stored.number().unwrap_or_default();
    let gives_back = view.document_type == DocumentType::CreditNote;
    let gross = if gives_back {
        view.totals.gross.negated().unwrap_or(view.totals.gross)
    } else {
        view.totals.gross
    };
    let (state, state_text) = state(words, stored, &view);
    Ok(Row {
        href: format!("/invoices/{number}"),
        kind: kind(words, view.document_type),
        customer: view.customer.legal_name.clone(),
        contract: view.contract.clone(),
        issued: format::date(view.issue_date, words.0),
        gross: format::amount(gross, words.0),
        currency: gross.currency().to_string(),
        documents: shared.document_links(number),
        number: number.to_owned(),
        state,
        state_text,
    })
}

/// What kind of document it is.
pub(in super::super) fn kind(words: Words, kind: DocumentType) -> String {
    match kind {
        DocumentType::Invoice => words.say("kind-invoice"),
        DocumentType::CreditNote => words.say("kind-credit-note"),
        DocumentType::CorrectedInvoice => words.say("kind-corrected"),
    }
}

/// Where an invoice stands, as badge and word.
pub(in super::super) fn state(
    words: Words,
    stored: &StoredInvoice,
    view: &Invoice,
) -> (&'static str, String) {
    if matches!(stored.state, InvoiceState::Cancelled { .. }) {
        return ("open", words.say("state-cancelled"));
    }
    let due = format::date(view.payment.due_date, words.0);
    let day = [("day", Argument::Text(&due))];
    match (view.document_type, view.payment.means) {
        (DocumentType::CreditNote, _) => ("good", words.say("state-given-back")),
        (_, PaymentMeans::Card) => ("open", words.with("state-card", &day)),
        _ => ("open", words.with("state-due", &day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_asked_for() {
        let asked = Asked {
            q: " Straße & 50 % ".to_owned(),
            year: "2026".to_owned(),
            after: "2026-10-01.27".to_owned(),
            from: "26".to_owned(),
        };
        let filter = asked.filter();
        assert_eq!(
            address(&filter, ""),
            "/invoices?q=Stra%C3%9Fe%20%26%2050%20%25&year=2026"
        );
        assert_eq!(asked.cursor().unwrap().id, InvoiceId(27));
        assert_eq!(asked.first(), 26);
    }

    #[test]
    fn an_address_without_sense_shows_the_whole_list() {
        for after in ["", "x", "2026-13-01.1", "2026-01-01.x", "2026-01-01"] {
            let asked = Asked {
                after: after.to_owned(),
                year: "soon".to_owned(),
                from: "7".to_owned(),
                ..Asked::default()
            };
            assert_eq!(asked.filter(), InvoiceFilter::default());
            assert_eq!((asked.cursor(), asked.first()), (None, 1), "{after}");
        }
    }
}
