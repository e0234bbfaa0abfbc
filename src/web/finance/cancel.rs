//! Cancelling an invoice: what comes of it, the reason, and the one button.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::{code, encoded, go};
use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::{Argument, Words};
use super::invoice::{load, names, tongue};
use crate::billing::Money;
use crate::billing::biller::LONGEST_REASON;
use crate::billing::invoice::Invoice;
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::cancel_invoice::{Consequence, cancel, preview};
use crate::web::format;

struct Line {
    name: String,
    /// Does that stand in the reader's language?
    known: bool,
    period: String,
    net: String,
}

#[derive(Template)]
#[template(path = "finance/cancel.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    number: String,
    href: String,
    sub: String,
    /// Why it cannot be cancelled; empty when it can.
    refusal: String,
    consequences: Vec<String>,
    lines: Vec<Line>,
    credits: Vec<(String, String)>,
    /// The language of the document by tag and name; both empty where it is that of the page.
    tongue: (&'static str, String),
    sums: Vec<(String, String)>,
    gross: (String, String),
    net_head: String,
    reason: String,
    hint: String,
    send: String,
    error: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn href(number: &str) -> String {
    format!("/invoices/{}", encoded(number))
}

/// `GET /invoices/{number}/cancel`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    page(&shared, words, (&who, &number), (&Fields::default(), "")).await
}

/// `POST /invoices/{number}/cancel`. Sent twice, it is done once.
pub(in super::super) async fn send(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let reason = fields.one("reason");
    match cancel(&shared.app, &who.principal, &number, reason).await {
        Ok(done) => {
            let said = match done.new {
                true => Done::Cancelled(done.by),
                false => Done::CancelledBefore(done.by),
            };
            Ok(go_saying(&shared, &href(&number), &said))
        }
        Err(failure) => match code(&failure) {
            "cancel.reason" => {
                let error = wrong_reason(words, reason);
                page(&shared, words, (&who, &number), (&fields, &error)).await
            }
            "invoice.already-cancelled" => Ok(go(&href(&number), [])),
            "explain.unknown-invoice" => Err(Failed::missing(words)),
            known if told(words, known).is_some() => {
                page(&shared, words, (&who, &number), (&fields, "")).await
            }
            _ => Err(Failed::of(words, failure)),
        },
    }
}

/// What is wrong with a reason: it is not there, or it is too long.
fn wrong_reason(words: Words, reason: &str) -> String {
    let count = reason.trim().chars().count();
    if count == 0 {
        return words.say("cancel-error-missing");
    }
    let (limit, count) = (LONGEST_REASON.to_string(), count.to_string());
    let arguments = [
        ("limit", Argument::Text(limit.as_str())),
        ("count", Argument::Text(count.as_str())),
    ];
    words.with("cancel-error-long", &arguments)
}

/// Why an invoice cannot be cancelled, in the reader's language.
fn told(words: Words, code: &str) -> Option<String> {
    Some(match code {
        "cancel.credit-note" => words.say("cancel-refused-credit-note"),
        "cancel.credited-in-part" => words.say("cancel-refused-in-part"),
        _ => return None,
    })
}

async fn page(
    shared: &Shared,
    words: Words,
    (who, number): (&SignedIn, &str),
    (typed, error): (&Fields, &str),
) -> Result<Response, Failed> {
    let consequence = match preview(&shared.app, &who.principal, number).await {
        Ok(consequence) => consequence,
        Err(failure) => return refused(shared, words, (who, number), failure),
    };
    let (stored, view) = load(shared, words, who, number).await?;
    let names = names(shared, words, who, (&stored, &view)).await?;
    let asked = (&consequence, &names, typed, error);
    let page = filled(shared, words, (who, number), asked);
    let mut response = html(words, &page)?;
    if !error.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The page of an invoice that cannot be cancelled says why, and has no form.
fn refused(
    shared: &Shared,
    words: Words,
    (who, number): (&SignedIn, &str),
    failure: Failure,
) -> Result<Response, Failed> {
    let refusal = match code(&failure) {
        "explain.unknown-invoice" => return Err(Failed::missing(words)),
        "invoice.already-cancelled" => return Ok(go(&href(number), [])),
        known => told(words, known),
    };
    let text = match refusal {
        Some(text) => text,
        // What the document lacks, such as a routing code: in the words of the error.
        None => match failure {
            Failure::Problem(problem) if !Problem::code(&problem).starts_with("access.") => {
                format!("{} {}", problem.external(), problem.remedy())
            }
            failure => return Err(Failed::of(words, failure)),
        },
    };
    let mut page = empty(shared, words, who, number);
    page.refusal = text;
    let mut response = html(words, &page)?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

fn empty(shared: &Shared, words: Words, who: &SignedIn, number: &str) -> Page {
    let title = words.with(
        "cancel-title",
        &[("number", Argument::Text(&format::unbroken(number)))],
    );
    Page {
        frame: shared.frame(words, who, Place::Invoices, title),
        words,
        csrf: token(shared, who),
        number: number.to_owned(),
        href: href(number),
        sub: String::new(),
        refusal: String::new(),
        consequences: Vec::new(),
        lines: Vec::new(),
        credits: Vec::new(),
        tongue: ("", String::new()),
        sums: Vec::new(),
        gross: (String::new(), String::new()),
        net_head: String::new(),
        reason: String::new(),
        hint: String::new(),
        send: String::new(),
        error: String::new(),
    }
}

fn filled(
    shared: &Shared,
    words: Words,
    (who, number): (&SignedIn, &str),
    (of, names, typed, error): (&Consequence, &BTreeMap<String, String>, &Fields, &str),
) -> Page {
    let note = &of.note;
    let gross = format::money(note.totals.gross, words.0);
    let currency = note.currency.to_string();
    let day = format::date(of.invoice.issue_date, words.0);
    let sub = [
        ("customer", Argument::Text(&note.customer.legal_name)),
        ("day", Argument::Text(&day)),
        ("gross", Argument::Text(&gross)),
    ];
    let limit = LONGEST_REASON.to_string();
    let lines = note.lines.iter().map(|line| Line {
        name: names.get(&line.name).unwrap_or(&line.name).clone(),
        known: names.contains_key(&line.name),
        period: format::period(line.key.service, words.0),
        net: format::amount(line.net, words.0),
    });
    let amount = |money: Money| format::amount(money, words.0);
    let credits = note.allowances.iter();
    let credits = credits.map(|one| {
        let taken = one.amount.negated().unwrap_or(one.amount);
        (one.reason.clone(), amount(taken))
    });
    let asked = [("gross", Argument::Text(&gross))];
    Page {
        sub: words.with("cancel-sub", &sub),
        consequences: consequences(words, of, number),
        lines: lines.collect(),
        credits: credits.collect(),
        tongue: tongue(words, note),
        sums: vec![
            (words.say("column-net"), amount(note.totals.net)),
            (words.say("column-tax"), amount(note.totals.tax)),
        ],
        gross: (
            words.with("cancel-gross", &[("currency", Argument::Text(&currency))]),
            amount(note.totals.gross),
        ),
        net_head: words.with("invoice-net", &[("currency", Argument::Text(&currency))]),
        reason: typed.one("reason").to_owned(),
        hint: words.with("cancel-reason-hint", &[("limit", Argument::Text(&limit))]),
        send: words.with("cancel-send", &asked),
        error: error.to_owned(),
        ..empty(shared, words, who, number)
    }
}

/// What happens when the button is pressed, a sentence each.
fn consequences(words: Words, of: &Consequence, number: &str) -> Vec<String> {
    let note: &Invoice = &of.note;
    let gross = format::money(note.totals.gross, words.0);
    let day = format::date(note.issue_date, words.0);
    let unbroken = format::unbroken(number);
    let of_note = [
        ("number", Argument::Text(&unbroken)),
        ("gross", Argument::Text(&gross)),
        ("day", Argument::Text(&day)),
    ];
    let mut said = vec![
        words.with("cancel-issues", &of_note),
        words.say("cancel-books"),
    ];
    if !note.totals.allowances.is_zero() {
        let open = format::money(note.totals.allowances, words.0);
        said.push(words.with("cancel-credits", &[("amount", Argument::Text(&open))]));
    }
    said.push(match of.again {
        None => words.say("cancel-again-unknown"),
        Some(again) if again.is_zero() => words.say("cancel-again-nothing"),
        Some(again) => {
            let again = format::money(again, words.0);
            words.with("cancel-again", &[("amount", Argument::Text(&again))])
        }
    });
    said.push(words.say("cancel-kept"));
    said
}
