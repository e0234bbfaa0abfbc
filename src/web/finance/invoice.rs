//! The page of one invoice: its lines, each with the answer to "why this amount?", sums and facts.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::account::moment;
use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::{Frame, Step};
use super::super::payments::section::{self, Section};
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::invoices::kind;
use crate::access::Permission;
use crate::billing::invoice::{Derivation, DocumentType, Invoice, Source, SourceKind};
use crate::db::invoices::{InvoiceState, StoredInvoice};
use crate::documents::view::{InvoiceView, LineView, NoteView, SumView, ViewContext, invoice_view};
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::invoices::{one, taken_back_by};
use crate::web::format;

/// Requests of evidence that are shown one by one; of more, the first ones and a count.
const SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "finance/invoice.html")]
struct Page {
    frame: Frame,
    words: Words,
    number: String,
    sub: String,
    state: &'static str,
    state_text: String,
    documents: Vec<(&'static str, String)>,
    links: String,
    net_head: String,
    lines: Vec<(LineView, String, Step)>,
    credits: Vec<(SumView, Step)>,
    sums: Vec<SumView>,
    due: SumView,
    notes: Vec<NoteView>,
    facts: Vec<(String, String, String)>,
    log: Vec<(String, String, String)>,
    cancel: String,
    frozen: String,
    hash: String,
    money: Section,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /invoices/{number}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let found = one(&shared.app, &who.principal, &number).await;
    let Some(stored) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let view: Invoice = stored
        .read_view()
        .map_err(|error| Failed::of(words, error))?;
    // The page speaks the reader's language, the document its receiver's.
    let read = Invoice {
        language: words.0,
        ..view.clone()
    };
    let context = ViewContext {
        number: Some(&number),
        ..ViewContext::default()
    };
    let paper = invoice_view(&read, &context)
        .map_err(|error| Failed::of(words, Problem::of(error.code(), &error)))?;
    let facts = linked(&shared, words, &who, (&stored, &view)).await;
    let facts = facts.map_err(|failure| Failed::of(words, failure))?;
    let cancels = who.principal.may(Permission::CancelInvoice)
        && matches!(stored.state, InvoiceState::Issued { .. })
        && view.document_type != DocumentType::CreditNote;
    let money = section::load(&shared, words, &who, (&stored, &view)).await?;
    let minutes = shared.link_minutes.to_string();
    let day = format::date(stored.head.frozen_at.date_naive(), words.0);
    html(
        words,
        &Page {
            frame: shared
                .frame(words, &who, Place::Invoices, number.clone())
                .with_trail(words, &who, &format!("invoice/{number}")),
            sub: sub(words, &view),
            documents: shared.document_links(&number),
            links: words.with("documents-expire", &[("minutes", Argument::Text(&minutes))]),
            net_head: words.with(
                "invoice-net",
                &[("currency", Argument::Text(&paper.currency))],
            ),
            lines: lines(words, &view, &paper),
            credits: credits(words, &view, &paper),
            facts,
            log: log(words, &stored),
            cancel: match cancels {
                true => format!("/invoices/{}/cancel", encoded(&number)),
                false => String::new(),
            },
            frozen: words.with("proof-frozen", &[("day", Argument::Text(&day))]),
            hash: format::fours(&stored.view_hash),
            sums: paper.sums,
            due: paper.due,
            notes: paper.notes,
            words,
            number,
            state: money.state,
            state_text: money.state_text.clone(),
            money,
        },
    )
}

fn sub(words: Words, view: &Invoice) -> String {
    let (day, period) = (
        format::date(view.issue_date, words.0),
        format::period(view.service_period, words.0),
    );
    let kind = kind(words, view.document_type);
    let arguments = [
        ("kind", Argument::Text(&kind)),
        ("customer", Argument::Text(&view.customer.legal_name)),
        ("day", Argument::Text(&day)),
        ("period", Argument::Text(&period)),
    ];
    words.with("invoice-sub", &arguments)
}

/// Lines as the document has them, their details in one, and why.
pub(in super::super) fn lines(
    words: Words,
    view: &Invoice,
    paper: &InvoiceView,
) -> Vec<(LineView, String, Step)> {
    let pairs = paper.lines.iter().zip(&view.lines);
    pairs
        .map(|(shown, line)| {
            let detail = shown.detail.join(" · ");
            (shown.clone(), detail, step(words, &line.derivation))
        })
        .collect()
}

/// Allowances of the whole document, as its sums name them, and why.
pub(in super::super) fn credits(
    words: Words,
    view: &Invoice,
    paper: &InvoiceView,
) -> Vec<(SumView, Step)> {
    // The reason stands in the document's language; the sum was made from it.
    let shown = paper.sums.iter().filter(|sum| {
        let reasons = view.allowances.iter().map(|one| one.reason.as_str());
        reasons.into_iter().any(|reason| sum.label.contains(reason))
    });
    shown
        .zip(&view.allowances)
        .map(|(sum, allowance)| (sum.clone(), step(words, &allowance.derivation)))
        .collect()
}

pub(in super::super) fn facts(words: Words, view: &Invoice) -> Vec<(String, String)> {
    let customer = format!("{} {}", view.customer.number, view.customer.legal_name);
    let format = view.customer.routing.format;
    let original = if format.is_hybrid() {
        words.say("original-hybrid")
    } else {
        words.say("original-xml")
    };
    let mut facts = vec![
        (words.say("fact-customer"), customer),
        (words.say("fact-contract"), view.contract.clone()),
        (words.say("fact-format"), format.title().to_owned()),
        (words.say("fact-original"), original),
    ];
    if let Some(preceding) = &view.preceding {
        facts.push((words.say("fact-corrects"), preceding.number.clone()));
    }
    facts
}

/// The same with where each leads, empty where the reader may not go; and the credit note that
/// took the invoice back.
async fn linked(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (stored, view): (&StoredInvoice, &Invoice),
) -> Result<Vec<(String, String, String)>, Failure> {
    let may = |permission, list: &str, id: &str| match who.principal.may(permission) {
        true => format!("/{list}/{}", encoded(id)),
        false => String::new(),
    };
    let number = view.customer.number.to_string();
    let invoice = |number: &str| format!("/invoices/{}", encoded(number));
    let preceding = view.preceding.as_ref();
    let links = [
        may(Permission::ReadCustomers, "customers", &number),
        may(Permission::ReadContracts, "contracts", &view.contract),
        String::new(),
        String::new(),
        preceding.map_or_else(String::new, |of| invoice(&of.number)),
    ];
    let mut linked: Vec<(String, String, String)> = facts(words, view)
        .into_iter()
        .zip(links)
        .map(|((label, text), href)| (label, text, href))
        .collect();
    if let Some(by) = taken_back_by(&shared.app, &who.principal, stored).await? {
        linked.push((words.say("fact-cancelled-by"), by.clone(), invoice(&by)));
    }
    Ok(linked)
}

/// What happened to the document, newest first: when, as machines read it, and what.
fn log(words: Words, stored: &StoredInvoice) -> Vec<(String, String, String)> {
    let mut events = Vec::new();
    let mut add = |at: chrono::DateTime<chrono::Utc>, what: String| {
        events.push((moment(words, at), at.to_rfc3339(), what));
    };
    if let InvoiceState::Cancelled { cancelled_at, .. } = &stored.state {
        add(*cancelled_at, words.say("event-cancelled"));
    }
    if let InvoiceState::Issued { at, .. } | InvoiceState::Cancelled { at, .. } = &stored.state {
        add(*at, words.say("event-issued"));
    }
    add(stored.head.frozen_at, words.say("event-frozen"));
    events
}

/// A derivation as the tree of the page.
fn step(words: Words, derivation: &Derivation) -> Step {
    let Derivation {
        what,
        value,
        source,
        because,
    } = derivation;
    let evidence = |one: &&Derivation| {
        let of = |source: &Source| source.kind == SourceKind::Evidence;
        one.source.as_ref().is_some_and(of)
    };
    let many = because.iter().filter(evidence).count() > 2 * SHOWN;
    let limit = if many { SHOWN } else { because.len() };
    let mut parts: Vec<Step> = because
        .iter()
        .take(limit)
        .map(|one| step(words, one))
        .collect();
    if many {
        let rest = because.len().saturating_sub(limit) as u64;
        parts.push(Step {
            what: words.with("more-requests", &[("count", Argument::Count(rest))]),
            ..Step::default()
        });
    }
    Step {
        what: what.clone(),
        value: value.clone(),
        source: source
            .as_ref()
            .map(|one| named(words, one))
            .unwrap_or_default(),
        source_href: String::new(),
        because: String::new(),
        parts,
    }
}

fn named(words: Words, source: &Source) -> String {
    let kind = match source.kind {
        SourceKind::Contract => words.say("source-contract"),
        SourceKind::Amendment => words.say("source-amendment"),
        SourceKind::Adjustment => words.say("source-adjustment"),
        SourceKind::Reading => words.say("source-reading"),
        SourceKind::ServiceLevel => words.say("source-service-level"),
        SourceKind::TaxEvidence => words.say("source-tax-evidence"),
        SourceKind::Evidence => words.say("source-evidence"),
        SourceKind::BilledLine => words.say("source-billed-line"),
    };
    let id = match source.kind {
        SourceKind::Evidence => format::short_hash(&source.id),
        _ => source.id.clone(),
    };
    format!("{kind} {id}")
}
