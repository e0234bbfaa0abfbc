//! The list of contracts: search, filter by where they stand, a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{Address, Pages, ROWS, count, day, first, href, last_day, stretch, text, typed};
use crate::billing::contract::Contract;
use crate::db::contracts::list::{ContractFilter, ContractState};
use crate::documents::format;
use crate::usecases::contracts::{Listed, ListedContract, page};

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    q: String,
    state: String,
    after: String,
    from: String,
}

impl Asked {
    fn filter(&self) -> ContractFilter {
        let known = STATES.into_iter().find(|(code, _)| *code == self.state);
        ContractFilter {
            text: typed(&self.q),
            state: known.map(|(_, state)| state),
            customer: None,
        }
    }
}

/// Where contracts stand, by its code in the address.
const STATES: [(&str, ContractState); 3] = [
    ("running", ContractState::Running),
    ("later", ContractState::NotBegun),
    ("ended", ContractState::Ended),
];

#[derive(Template)]
#[template(path = "customers/contracts.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    text: String,
    states: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    filtered: bool,
    pages: Pages,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// A contract as lists show it.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) href: String,
    pub(super) title: String,
    pub(super) customer: String,
    pub(super) customer_number: String,
    pub(super) term: String,
    pub(super) renewal: String,
    pub(super) fee: String,
    pub(super) currency: String,
    pub(super) state: &'static str,
    pub(super) state_text: String,
}

/// `GET /contracts`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let filter = asked.filter();
    let after = Some(asked.after.as_str());
    let found = page(&shared.app, &who.principal, &filter, (after, ROWS)).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    let filtered = filter != ContractFilter::default();
    let all = [("count", Argument::Count(found.count))];
    let sub = match filtered {
        true => words.with("contract-found", &all),
        false => words.with("contract-all", &all),
    };
    let state = STATES
        .into_iter()
        .find(|(_, state)| Some(*state) == filter.state);
    let state = state.map_or("", |(code, _)| code);
    let address = Address {
        path: "/contracts",
        parts: vec![
            ("q", filter.text.clone().unwrap_or_default()),
            ("state", state.to_owned()),
        ],
    };
    let rows = rows(words, &found);
    let shown = (first(&asked.after, &asked.from), rows.len(), found.count);
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Contracts, words.say("contract-title")),
            sub,
            text: filter.text.clone().unwrap_or_default(),
            states: choices(words, state),
            filtered,
            pages: address.pages(words, shown, found.next),
            rows,
            words,
        },
    )
}

fn choices(words: Words, chosen: &str) -> Vec<(&'static str, String, bool)> {
    let choice = |(code, state): (&'static str, ContractState)| {
        let label = match state {
            ContractState::Running => words.say("contract-state-running"),
            ContractState::NotBegun => words.say("contract-state-later"),
            ContractState::Ended => words.say("contract-state-ended"),
        };
        (code, label, code == chosen)
    };
    STATES.into_iter().map(choice).collect()
}

/// Contracts as lists show them.
pub(super) fn rows(words: Words, found: &Listed) -> Vec<Row> {
    let row = |one: &ListedContract| {
        let contract = &one.contract;
        let (state, state_text) = badge(words, one.state, contract, one.end);
        let name = found.names.get(&contract.customer);
        Row {
            number: contract.number.clone(),
            href: href("/contracts", &contract.number),
            title: contract.title.clone(),
            customer: name.cloned().unwrap_or_default(),
            customer_number: contract.customer.to_string(),
            term: term(words, contract, one.end),
            renewal: renewal(words, contract),
            fee: one
                .fee
                .map(|fee| format::amount(fee, words.0))
                .unwrap_or_default(),
            currency: contract.currency.to_string(),
            state,
            state_text,
        }
    };
    found.contracts.iter().map(row).collect()
}

/// Where a contract stands, as badge and words.
pub(super) fn badge(
    words: Words,
    state: ContractState,
    contract: &Contract,
    end: Option<NaiveDate>,
) -> (&'static str, String) {
    match (state, end) {
        (ContractState::Running, _) => ("good", words.say("contract-state-running")),
        (ContractState::NotBegun, _) => {
            let start = day(words, contract.term.start);
            ("open", words.with("contract-begins", &text("day", &start)))
        }
        (ContractState::Ended, Some(end)) => {
            let last = last_day(words, end);
            ("open", words.with("contract-ended", &text("day", &last)))
        }
        (ContractState::Ended, None) => ("open", words.say("contract-state-ended")),
    }
}

/// The first term, or the time up to the end that is agreed.
fn term(words: Words, contract: &Contract, end: Option<NaiveDate>) -> String {
    let until = match (contract.term.end, end) {
        (Some(first), Some(end)) => Some(first.min(end)),
        (first, end) => first.or(end),
    };
    stretch(words, contract.term.start, until)
}

fn renewal(words: Words, contract: &Contract) -> String {
    let Some(renewal) = contract
        .term
        .renewal
        .filter(|_| contract.term.end.is_some())
    else {
        return String::new();
    };
    words.with("contract-renews", &count("months", renewal.months))
}
