//! The page of one contract: what it brings and how long it binds, its items with their prices,
//! what changes them, what is promised, and what has been invoiced.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::payments::Standings;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::changes::{amendment, clause, factor, item_name, unknown};
use super::contracts::badge;
use super::drawing::Drawing;
use super::figures::{Figure, figures};
use super::invoiced::{Invoices, invoices};
use super::items::{ItemRow, row};
use super::levels::{Level, Result as LevelResult, level, result};
use super::prices::Speaker;
use super::terms::{Fact, billing, references, term};
use super::timeline::{table, timeline};
use super::{day, href, stretch, text};
use crate::access::Permission;
use crate::billing::contract::Adjustment;
use crate::usecases::contracts::{ContractSheet, one};
use crate::web::format;

/// A change of the contract.
struct ChangeRow {
    effective: String,
    instant: String,
    what: String,
    price: String,
    known: String,
    ahead: bool,
}

/// A clause that adjusts prices.
struct ClauseRow {
    id: String,
    lines: Vec<String>,
    changes: Vec<String>,
    unknown: String,
}

/// A discount.
struct DiscountRow {
    reason: String,
    id: String,
    amount: String,
    items: String,
    runs: String,
}

#[derive(Template)]
#[template(path = "customers/contract.html")]
struct Page {
    frame: Frame,
    words: Words,
    number: String,
    customer: String,
    customer_href: String,
    sub: String,
    state: &'static str,
    state_text: String,
    usage_href: String,
    figures: Vec<Figure>,
    fault: String,
    drawing: Option<Drawing>,
    terms: Vec<[String; 3]>,
    items: Vec<ItemRow>,
    changes: Vec<ChangeRow>,
    clauses: Vec<ClauseRow>,
    discounts: Vec<DiscountRow>,
    levels: Vec<Level>,
    results: Vec<LevelResult>,
    invoices: Option<Invoices>,
    parties: Vec<(String, String, String)>,
    term_facts: Vec<Fact>,
    billing_facts: Vec<Fact>,
    reference_facts: Vec<Fact>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /contracts/{number}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let found = one(&shared.app, &who.principal, &number).await;
    let Some(sheet) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let invoiced = sheet.invoiced.as_ref();
    let newest = invoiced.map_or(&[][..], |found| &found.newest);
    let stands = Standings::load(&shared, words, &who.principal, newest).await?;
    let shown = invoiced
        .map(|found| invoices((words, &stands), found, &number))
        .transpose();
    let shown = shown.map_err(|error| Failed::of(words, error))?;
    let frame = shared.frame(words, &who, Place::Contracts, sheet.contract.title.clone());
    let frame = frame.with_trail(words, &who, &format!("contract/{number}"));
    let usage = who.principal.may(Permission::ReadUsage);
    html(words, &page(words, (frame, usage), &sheet, shown))
}

fn page(
    words: Words,
    (frame, usage): (Frame, bool),
    sheet: &ContractSheet,
    invoices: Option<Invoices>,
) -> Page {
    let contract = &sheet.contract;
    let speaker = Speaker {
        words,
        currency: contract.currency,
    };
    let customer = sheet.customer.as_ref();
    let customer = customer.map(|customer| customer.legal_name.clone());
    let customer = customer.unwrap_or_else(|| contract.customer.to_string());
    let (state, state_text) = badge(words, sheet.state, contract, sheet.end);
    let metered = contract.items.iter().any(is_metered) && usage;
    let levels = &contract.service_levels;
    Page {
        sub: sub(words, sheet, &customer),
        usage_href: match metered {
            true => href("/usage", &contract.number),
            false => String::new(),
        },
        figures: figures(words, sheet),
        fault: fault(words, sheet),
        drawing: timeline(words, sheet),
        terms: table(words, sheet),
        items: sheet
            .items
            .iter()
            .map(|item| row(speaker, sheet, item))
            .collect(),
        changes: changes(speaker, sheet),
        clauses: clauses(words, sheet),
        discounts: discounts(speaker, sheet),
        levels: levels
            .iter()
            .map(|one| level(words, contract, one))
            .collect(),
        results: sheet
            .outcomes
            .iter()
            .map(|one| result(words, contract, one))
            .collect(),
        parties: parties(words, sheet, &customer),
        term_facts: term(words, contract),
        billing_facts: billing(words, &contract.billing),
        reference_facts: references(words, &contract.references),
        customer_href: href("/customers", &contract.customer.to_string()),
        number: contract.number.clone(),
        frame,
        words,
        customer,
        state,
        state_text,
        invoices,
    }
}

fn is_metered(item: &crate::billing::contract::Item) -> bool {
    matches!(item.price, crate::billing::contract::Price::Usage { .. })
}

fn sub(words: Words, sheet: &ContractSheet, customer: &str) -> String {
    let arguments = [
        ("number", Argument::Text(&sheet.contract.number)),
        ("customer", Argument::Text(customer)),
    ];
    words.with("contract-sub", &arguments)
}

fn parties(words: Words, sheet: &ContractSheet, customer: &str) -> Vec<(String, String, String)> {
    let contract = &sheet.contract;
    let seller = sheet.seller.as_ref();
    let seller = seller.map_or(contract.seller.clone(), |seller| seller.legal_name.clone());
    let number = contract.customer.to_string();
    vec![
        (
            words.say("column-customer"),
            format!("{customer}, {number}"),
            href("/customers", &number),
        ),
        (words.say("contract-seller"), seller, String::new()),
    ]
}

/// Why prices are not those of today.
fn fault(words: Words, sheet: &ContractSheet) -> String {
    let Some(fault) = &sheet.fault else {
        return String::new();
    };
    words.with("contract-fault", &text("code", fault.code()))
}

fn changes(speaker: Speaker, sheet: &ContractSheet) -> Vec<ChangeRow> {
    let words = speaker.words;
    let mut all: Vec<_> = sheet.contract.amendments.iter().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.effective));
    all.into_iter()
        .map(|one| {
            let (what, price) = amendment(speaker, &sheet.contract, one);
            let known = day(words, one.known_from());
            let arguments = [text("id", &one.id), text("day", &known)].concat();
            ChangeRow {
                effective: day(words, one.effective),
                instant: one.effective.to_string(),
                what,
                price,
                known: words.with("contract-change-known", &arguments),
                ahead: one.effective > sheet.today,
            }
        })
        .collect()
}

fn clauses(words: Words, sheet: &ContractSheet) -> Vec<ClauseRow> {
    let row = |adjustment: &Adjustment| {
        let made = sheet.factors.iter().find(|(id, _)| *id == adjustment.id);
        let made = made.map(|(_, made)| made.as_slice()).unwrap_or_default();
        let waits = sheet.unknown.iter().find(|one| one.clause == adjustment.id);
        ClauseRow {
            id: format::unbroken(&adjustment.id),
            lines: clause(words, adjustment),
            changes: made.iter().map(|one| factor(words, one)).collect(),
            unknown: waits.map(|one| unknown(words, one)).unwrap_or_default(),
        }
    };
    sheet.contract.adjustments.iter().map(row).collect()
}

fn discounts(speaker: Speaker, sheet: &ContractSheet) -> Vec<DiscountRow> {
    let words = speaker.words;
    let name = |id: &String| item_name(&sheet.contract, id, words.0);
    let discounts = sheet.contract.discounts.iter();
    discounts
        .map(|one| DiscountRow {
            reason: one.reason.get(words.0).to_owned(),
            id: one.id.clone(),
            amount: speaker.discount(one),
            items: match one.items.is_empty() {
                true => words.say("contract-discount-all"),
                false => one.items.iter().map(name).collect::<Vec<_>>().join(", "),
            },
            runs: stretch(words, one.from, one.until),
        })
        .collect()
}
