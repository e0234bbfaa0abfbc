//! The page of one invoice: its lines, each with the answer to "why this amount?", sums and facts.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::account::moment;
use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::paper::paper;
use super::super::parts::Frame;
use super::super::payments::section::{self, Section};
use super::super::router::{Reader, Shared};
use super::super::why::{self, Pages, Why};
use super::super::words::{Argument, Words};
use super::invoices::kind;
use crate::access::Permission;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::billing::party::Language;
use crate::db::invoices::{InvoiceState, StoredInvoice};
use crate::documents::view::{InvoiceView, LineView, NoteView, SumView};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::invoices::{names_in, one, taken_back_by};
use crate::web::format;

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
    lines: Vec<(LineView, Named, Why)>,
    credits: Vec<(SumView, Why)>,
    sums: Vec<SumView>,
    /// The language of what stands in that of the document, by tag and name.
    tongue: (&'static str, String),
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

    /// Is the label of a sum in the language of the document? Reasons of allowances are.
    fn is_foreign(&self, label: &str) -> bool {
        let named = self.credits.iter().any(|(sum, _)| sum.label == label);
        named && !self.tongue.0.is_empty()
    }
}

/// An invoice that somebody may see, and what it says.
pub(in super::super) async fn load(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    number: &str,
) -> Result<(StoredInvoice, Invoice), Failed> {
    let found = one(&shared.app, &who.principal, number).await;
    let Some(stored) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let view = stored.read_view();
    let view: Invoice = view.map_err(|error| Failed::of(words, error))?;
    Ok((stored, view))
}

/// `GET /invoices/{number}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let (stored, view) = load(&shared, words, &who, &number).await?;
    let paper = paper(words, &view, &number)?;
    let facts = linked(&shared, words, &who, (&stored, &view)).await;
    let facts = facts.map_err(|failure| Failed::of(words, failure))?;
    let cancels = who.principal.may(Permission::CancelInvoice)
        && matches!(stored.state, InvoiceState::Issued { .. })
        && view.document_type != DocumentType::CreditNote;
    let money = section::load(&shared, words, &who, (&stored, &view)).await?;
    let names = names(&shared, words, &who, (&stored, &view)).await?;
    let pages = pages(&who, &view);
    let asked = why::Asked {
        words,
        view: &view,
        pages: &pages,
        frozen: stored.head.frozen_at.date_naive(),
    };
    let minutes = shared.link_minutes.to_string();
    let day = format::date(stored.head.frozen_at.date_naive(), words.0);
    html(
        words,
        &Page {
            frame: shared
                .frame(words, &who, Place::Invoices, number.clone())
                .with_trail(words, &who, &format!("invoice/{number}")),
            sub: sub(words, &view),
            documents: shared.document_links(&who, &number),
            links: words.with("documents-expire", &[("minutes", Argument::Text(&minutes))]),
            net_head: words.with(
                "invoice-net",
                &[("currency", Argument::Text(&paper.currency))],
            ),
            lines: lines(asked, &paper, &names),
            credits: credits(asked, &paper),
            facts,
            log: log(words, &stored),
            cancel: match cancels {
                true => format!("/invoices/{}/cancel", encoded(&number)),
                false => String::new(),
            },
            frozen: words.with("proof-frozen", &[("day", Argument::Text(&day))]),
            hash: format::hash(&stored.view_hash),
            sums: paper.sums,
            tongue: tongue(words, &view),
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

/// The name of a line as its reader sees it.
pub(in super::super) struct Named {
    pub(in super::super) name: String,
    /// The language of the name; empty where it is that of the page.
    pub(in super::super) lang: &'static str,
    /// That language by its name, empty alike.
    pub(in super::super) tongue: String,
    pub(in super::super) detail: String,
}

/// The names of the items in the reader's language, by those on the document.
pub(in super::super) async fn names(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (stored, view): (&StoredInvoice, &Invoice),
) -> Result<BTreeMap<String, String>, Failed> {
    let languages = (view.language, words.0);
    let names = names_in(&shared.app, &who.principal, stored, languages).await;
    names.map_err(|error| Failed::of(words, error))
}

/// The language of a document by its tag and its name; both empty where it is that of the page.
pub(in super::super) fn tongue(words: Words, view: &Invoice) -> (&'static str, String) {
    if view.language == words.0 {
        return ("", String::new());
    }
    let name = match view.language {
        Language::De => words.say("tongue-de"),
        Language::En => words.say("tongue-en"),
        Language::Fr => words.say("tongue-fr"),
    };
    (Words(view.language).tag(), name)
}

/// Lines in the words of the reader, as far as there are any, their details in one, and why.
pub(in super::super) fn lines(
    asked: why::Asked<'_>,
    paper: &InvoiceView,
    names: &BTreeMap<String, String>,
) -> Vec<(LineView, Named, Why)> {
    let (own, named_so) = tongue(asked.words, asked.view);
    let pairs = paper.lines.iter().zip(&asked.view.lines);
    pairs
        .map(|(shown, line)| {
            let known = names.get(&shown.name);
            let named = Named {
                name: known.unwrap_or(&shown.name).clone(),
                lang: if known.is_some() { "" } else { own },
                tongue: match known {
                    Some(_) => String::new(),
                    None => named_so.clone(),
                },
                detail: shown.detail.join(" · "),
            };
            (shown.clone(), named, why::of_line(asked, line))
        })
        .collect()
}

/// Allowances of the whole document, as its sums name them, and why.
pub(in super::super) fn credits(asked: why::Asked<'_>, paper: &InvoiceView) -> Vec<(SumView, Why)> {
    let allowances = &asked.view.allowances;
    // The reason stands in the document's language; the sum was made from it.
    let shown = paper.sums.iter().filter(|sum| {
        let mut reasons = allowances.iter().map(|one| one.reason.as_str());
        reasons.any(|reason| sum.label.contains(reason))
    });
    shown
        .zip(allowances)
        .map(|(sum, one)| {
            let of = (&one.derivation, one.percent, one.amount);
            (sum.clone(), why::of_allowance(asked, of, sum))
        })
        .collect()
}

/// The pages of an invoice's facts that somebody may open.
fn pages(who: &SignedIn, view: &Invoice) -> Pages {
    let may = |permission, list: &str| match who.principal.may(permission) {
        true => format!("/{list}/{}", encoded(&view.contract)),
        false => String::new(),
    };
    Pages {
        contract: may(Permission::ReadContracts, "contracts"),
        usage: may(Permission::ReadUsage, "usage"),
        invoices: "/invoices/",
    }
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
    if view.document_type != DocumentType::CreditNote {
        let due = format::date(view.payment.due_date, words.0);
        facts.push((words.say("column-due"), due));
    }
    if let Some(order) = &view.references.purchase_order {
        facts.push((words.say("contract-reference-order"), order.clone()));
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
        .zip(links.into_iter().chain(std::iter::repeat(String::new())))
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
