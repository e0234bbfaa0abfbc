//! The list of contracts.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;

use super::super::answer::Failed;
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::table::{self, Asked, Cell, Filter, Kind, List, Listing, Texts, Value, column};
use super::super::words::{Argument, Words};
use super::terms::running;
use super::{count, day, href, last_day, stretch, text};
use crate::access::Principal;
use crate::app::App;
use crate::billing::contract::Contract;
use crate::db::browse::Window;
use crate::db::contracts::browse::ContractOrder;
use crate::db::contracts::list::{ContractFilter, ContractState};
use crate::usecases::Failure;
use crate::usecases::contracts::{Listed, ListedContract, browse};
use crate::web::format;

static LIST: List = List {
    key: "contracts",
    path: "/contracts",
    place: Place::Contracts,
    columns: &[
        column("number", Kind::Head, |words| words.say("column-number"))
            .always()
            .sorts()
            .second(|words| words.say("column-title")),
        column("customer", Kind::Words, |words| {
            words.say("column-customer")
        })
        .second(|words| words.say("column-customer-number")),
        column("customer-number", Kind::Fact, |words| {
            words.say("column-customer-number")
        })
        .sorts()
        .on_demand(),
        column("term", Kind::Fact, |words| words.say("contract-term"))
            .second(|words| words.say("column-renewal")),
        column("start", Kind::Day, |words| words.say("column-start"))
            .sorts()
            .on_demand(),
        column("end", Kind::Day, |words| words.say("column-last-day")).on_demand(),
        column("fee", Kind::Amount, |words| words.say("contract-monthly")),
        column("state", Kind::State, |words| words.say("column-state")),
    ],
    order: ("number", false),
    texts: |words| Texts {
        title: words.say("contract-title"),
        filter: words.say("contract-filter"),
        clear: words.say("contract-clear"),
        none: words.say("invoices-none-text"),
        empty: (
            words.say("contract-empty-title"),
            words.say("contract-empty-text"),
        ),
    },
    sum: |words, count, filtered| {
        let count = [("count", Argument::Count(count))];
        match filtered {
            true => words.with("contract-found", &count),
            false => words.with("contract-all", &count),
        }
    },
};

/// Where contracts stand, by its code in the address.
const STATES: [(&str, ContractState); 3] = [
    ("running", ContractState::Running),
    ("later", ContractState::NotBegun),
    ("ended", ContractState::Ended),
];

fn filter(asked: &Asked) -> ContractFilter {
    let asked_state = asked.one("state");
    let known = STATES.into_iter().find(|(code, _)| *code == asked_state);
    ContractFilter {
        text: asked.typed("q"),
        state: known.map(|(_, state)| state),
        customer: None,
    }
}

/// The list for somebody, narrowed.
struct Contracts<'a> {
    app: &'a App,
    words: Words,
    by: &'a Principal,
    filter: ContractFilter,
}

impl Listing for Contracts<'_> {
    type By = ContractOrder;
    const LIST: &'static List = &LIST;

    fn by(key: &str) -> Option<ContractOrder> {
        match key {
            "number" => Some(ContractOrder::Number),
            "customer-number" => Some(ContractOrder::Customer),
            "start" => Some(ContractOrder::Start),
            _ => None,
        }
    }

    fn filters(&self) -> Vec<Filter> {
        let words = self.words;
        let choice = |(code, state): (&str, ContractState)| {
            let label = match state {
                ContractState::Running => words.say("contract-state-running"),
                ContractState::NotBegun => words.say("contract-state-later"),
                ContractState::Ended => words.say("contract-state-ended"),
            };
            (code.to_owned(), label, self.filter.state == Some(state))
        };
        vec![
            Filter::Search {
                name: "q",
                label: words.say("contract-filter-text"),
                value: self.filter.text.clone().unwrap_or_default(),
            },
            Filter::Pick {
                name: "state",
                label: words.say("column-state"),
                choices: STATES.into_iter().map(choice).collect(),
            },
        ]
    }

    async fn load(&self, window: Window<ContractOrder>) -> Result<table::Rows, Failure> {
        let (found, pages) = browse(self.app, self.by, &self.filter, &window).await?;
        let today = self.app.clock.business().date_naive();
        let rows = found.contracts.iter().zip(rows(self.words, &found, today));
        Ok((
            rows.map(|(one, row)| cells(self.words, one, row)).collect(),
            pages,
        ))
    }
}

fn cells(words: Words, one: &ListedContract, row: Row) -> Vec<Cell> {
    let start = one.contract.term.start;
    let last = one.end.and_then(|end| end.pred_opt());
    vec![
        Cell::head(row.number, row.href, row.title),
        Cell::words(row.customer, row.customer_number.as_str()),
        Cell::words(row.customer_number, ""),
        Cell::words(row.term, row.renewal),
        Cell::day(words, start),
        last.map(|last| Cell::day(words, last)).unwrap_or_default(),
        match one.fee {
            Some(fee) => Cell::money(words, Some(fee)),
            None => Cell::figure(String::new(), row.currency, String::new()).exact(Value::Nothing),
        },
        Cell::state((row.state, row.state_text)),
    ]
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
    let contracts = Contracts {
        app: &shared.app,
        words,
        by: &who.principal,
        filter: filter(&asked),
    };
    table::list(&shared, words, &who, (&contracts, &asked)).await
}

/// Contracts as lists show them.
pub(super) fn rows(words: Words, found: &Listed, today: NaiveDate) -> Vec<Row> {
    let row = |one: &ListedContract| {
        let contract = &one.contract;
        let (state, state_text) = badge(words, one.state, contract, one.end);
        let name = found.names.get(&contract.customer);
        let (days, renewal) = term(words, contract, (today, one.end));
        Row {
            number: contract.number.clone(),
            href: href("/contracts", &contract.number),
            title: contract.title.clone(),
            customer: name.cloned().unwrap_or_default(),
            customer_number: contract.customer.to_string(),
            term: days,
            renewal,
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

/// The term that runs, and below it which renewal it is, or by how much it renews.
fn term(
    words: Words,
    contract: &Contract,
    (today, end): (NaiveDate, Option<NaiveDate>),
) -> (String, String) {
    let (from, to, number) = running(&contract.term, today, end);
    let days = stretch(words, from, to);
    let renewal = contract
        .term
        .renewal
        .filter(|_| contract.term.end.is_some());
    let more = match (number, renewal) {
        (0, None) => String::new(),
        (0, Some(renewal)) => words.with("contract-renews", &count("months", renewal.months)),
        (number, _) => {
            let (number, start) = (number.to_string(), day(words, contract.term.start));
            let arguments = [
                ("number", Argument::Text(number.as_str())),
                ("day", Argument::Text(start.as_str())),
            ];
            words.with("contract-renewed", &arguments)
        }
    };
    (days, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::contract::{Renewal, Term};

    #[test]
    fn a_renewed_contract_shows_the_term_that_runs() {
        let term = |end: Option<&str>, months: Option<u32>| Term {
            start: "2024-03-31".parse().unwrap(),
            end: end.map(|day| day.parse().unwrap()),
            renewal: months.map(|months| Renewal {
                months,
                max_total_months: None,
            }),
            notice_months: 3,
        };
        let on = |term: &Term, today: &str, end: Option<&str>| {
            let end = end.map(|day| day.parse().unwrap());
            let (from, to, number) = running(term, today.parse().unwrap(), end);
            let to = to.map_or("on".to_owned(), |to| to.to_string());
            format!("{from} {to} {number}")
        };
        let yearly = term(Some("2025-03-31"), Some(12));
        let cases = [
            ("2024-01-01", None, "2024-03-31 2025-03-31 0"),
            ("2025-03-30", None, "2024-03-31 2025-03-31 0"),
            ("2025-03-31", None, "2025-03-31 2026-03-31 1"),
            ("2027-06-01", None, "2027-03-31 2028-03-31 3"),
            ("2027-06-01", Some("2027-09-30"), "2027-03-31 2027-09-30 3"),
            ("2028-06-01", Some("2027-03-31"), "2026-03-31 2027-03-31 2"),
        ];
        for (today, end, expected) in cases {
            assert_eq!(on(&yearly, today, end), expected, "{today} {end:?}");
        }
        // The day of the month is remembered over February.
        let monthly = term(Some("2024-04-30"), Some(1));
        assert_eq!(on(&monthly, "2025-02-28", None), "2025-02-28 2025-03-31 11");
        assert_eq!(on(&term(None, None), "2026-01-01", None), "2024-03-31 on 0");
        let once = term(Some("2025-03-31"), None);
        assert_eq!(on(&once, "2026-01-01", None), "2024-03-31 2025-03-31 0");
    }

    #[test]
    fn an_address_without_sense_shows_the_whole_list() {
        assert_eq!(
            filter(&Asked::of("q=&state=lost")),
            ContractFilter::default()
        );
    }

    #[test]
    fn every_column_that_sorts_has_an_order() {
        table::tests::sorts::<Contracts<'_>>();
    }
}
