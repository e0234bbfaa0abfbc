//! The page of one of the own invoices: what it bills and why, how to pay it, and its files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::finance::invoice::{Named, credits, facts, lines, load, names, tongue};
use super::super::finance::invoices::kind;
use super::super::form::token;
use super::super::guard::Who;
use super::super::paper::paper;
use super::super::parts::PublicFrame;
use super::super::payments::{self, card::button};
use super::super::router::{Reader, Shared};
use super::super::why::{self, Pages, Why};
use super::super::words::{Argument, Words};
use super::frame::Place;
use super::{download, year};
use crate::access::Permission;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::documents::view::{LineView, NoteView, PaymentView, SumView};
use crate::web::format;

#[derive(Template)]
#[template(path = "portal/invoice.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    number: String,
    sub: String,
    state: &'static str,
    state_text: String,
    documents: Vec<(&'static str, String)>,
    net_head: String,
    lines: Vec<(LineView, Named, Why)>,
    credits: Vec<(SumView, Why)>,
    sums: Vec<SumView>,
    /// The language of what stands in that of the document, by tag and name.
    tongue: (&'static str, String),
    due: SumView,
    notes: Vec<NoteView>,
    payment: Vec<(String, String)>,
    pay_note: String,
    pay: String,
    csrf: String,
    facts: Vec<(String, String)>,
    frozen: String,
    hash: String,
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

/// `GET /portal/invoices/{number}`; of a year, such as `2026.zip`, all of its files.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    if let Some(year) = year::asked(&number) {
        return year::send(&shared, words, &who.principal, year).await;
    }
    let (stored, view) = load(&shared, words, &who, &number).await?;
    let paper = paper(words, &view, &number)?;
    let stands = payments::stands(&shared, words, &Who(who.clone()), &stored).await?;
    let today = shared.app.clock.business().date_naive();
    let (state, state_text) = payments::standing(words, (&stored, &view), stands.as_ref(), today);
    let open = payments::payable(stands.as_ref());
    let settled = stands.is_some() && open.is_none();
    let day = format::date(stored.head.frozen_at.date_naive(), words.0);
    let pages = Pages {
        contract: String::new(),
        usage: match who.principal.may(Permission::ReadOwnUsage) {
            true => format!("/portal/usage/{}", encoded(&view.contract)),
            false => String::new(),
        },
        invoices: "/portal/invoices/",
    };
    let asked = why::Asked {
        words,
        view: &view,
        pages: &pages,
        frozen: stored.head.frozen_at.date_naive(),
    };
    let gives_back = view.document_type == DocumentType::CreditNote;
    let names = names(&shared, words, &who, (&stored, &view)).await?;
    html(
        words,
        &Page {
            frame: shared.portal(words, &who, Place::Invoices, number.clone()),
            sub: sub(words, &view),
            documents: download::links(&number),
            net_head: words.with(
                "invoice-net",
                &[("currency", Argument::Text(&paper.currency))],
            ),
            lines: lines(asked, &paper, &names),
            credits: credits(asked, &paper),
            payment: match gives_back || settled {
                true => Vec::new(),
                false => payment(words, &paper.payment),
            },
            pay_note: match settled {
                true => String::new(),
                false => paper.payment.sentence.clone().unwrap_or_default(),
            },
            pay: button(&shared, words, &who.principal, open),
            csrf: token(&shared, &who),
            facts: facts(words, &view),
            frozen: words.with("proof-frozen", &[("day", Argument::Text(&day))]),
            hash: format::hash(&stored.view_hash),
            sums: paper.sums,
            tongue: tongue(words, &view),
            due: paper.due,
            notes: paper.notes,
            words,
            number,
            state,
            state_text,
        },
    )
}

fn sub(words: Words, view: &Invoice) -> String {
    let day = format::date(view.issue_date, words.0);
    let period = format::period(view.service_period, words.0);
    let kind = kind(words, view.document_type);
    let arguments = [
        ("kind", Argument::Text(&kind)),
        ("day", Argument::Text(&day)),
        ("period", Argument::Text(&period)),
    ];
    words.with("portal-invoice-sub", &arguments)
}

/// What a transfer needs.
fn payment(words: Words, slip: &PaymentView) -> Vec<(String, String)> {
    let mut facts = vec![(words.say("portal-pay-amount"), slip.amount.clone())];
    let mut add = |label, value: &Option<String>| {
        if let Some(value) = value {
            facts.push((label, value.clone()));
        }
    };
    add(words.say("portal-pay-due"), &slip.due);
    // Long numbers part between their groups.
    let parting = |text: &Option<String>| text.as_ref().map(|text| text.replace('\u{a0}', " "));
    add(words.say("portal-pay-reference"), &parting(&slip.reference));
    if slip.iban.is_some() {
        add(words.say("portal-pay-payee"), &Some(slip.payee.clone()));
    }
    add(words.say("portal-pay-iban"), &parting(&slip.iban));
    add(words.say("portal-pay-bic"), &slip.bic);
    facts
}
