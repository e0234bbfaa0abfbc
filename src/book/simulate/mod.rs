//! Simulation: what a book comes to, from nothing but the book.
//!
//! Every issue date is run as punctually as a daily run would: a document knows what was known on
//! its date. Numbers are given afterwards, in order of issue date, customer and contract, so a
//! simulation and a real year give the same numbers.

mod contract;
mod numbers;
mod readings;
mod table;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::Book;
use crate::billing::contract::Contract;
use crate::billing::credits::ServiceResult;
use crate::billing::dated::Dated;
use crate::billing::invoice::Invoice;
use crate::billing::ledger::{AccountMap, Entry, LedgerError, entries_for_issue};
use crate::billing::party::{Customer, Seller};
use crate::billing::shared::Shared;

/// What to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Last issue date.
    pub until: NaiveDate,
    /// Service that starts after this day is left for later.
    pub service_until: Option<NaiveDate>,
}

/// A document with the number it would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NumberedInvoice {
    /// Number.
    pub number: String,
    /// The document.
    pub invoice: Invoice,
}

/// A contract that cannot be billed, or not beyond a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// First day on which it cannot be billed.
    pub from: NaiveDate,
    /// Stable code of the reason.
    pub code: String,
    /// The reason.
    pub reason: String,
}

/// Something that will stop a document of the contract, whether one is due or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// Stable code.
    pub code: String,
    /// What is wrong.
    pub reason: String,
}

/// What a book comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// What was simulated.
    pub span: Span,
    /// Documents in order of their numbers.
    pub invoices: Vec<NumberedInvoice>,
    /// Service levels and missed promises, by contract and month.
    pub service_levels: Vec<ServiceResult>,
    /// Journal entries of the documents.
    pub entries: Vec<Entry>,
    /// Contracts that are blocked.
    pub blocked: Vec<Blocked>,
    /// What will block contracts once they are due.
    pub warnings: Vec<Warning>,
}

/// A contract with its parties.
#[derive(Clone, Copy)]
struct Parties<'a> {
    contract: &'a Contract,
    seller: Dated<'a, Shared<Seller>>,
    customer: Dated<'a, Shared<Customer>>,
}

impl Simulation {
    /// Runs a book.
    ///
    /// # Errors
    /// [`LedgerError`] when a document cannot be booked: the chart lacks an account.
    pub fn of(book: &Book, span: Span) -> Result<Self, LedgerError> {
        let shared = contract::Shared::of(book, span);
        let mut simulation = Self {
            span,
            invoices: Vec::new(),
            service_levels: Vec::new(),
            entries: Vec::new(),
            blocked: Vec::new(),
            warnings: Vec::new(),
        };
        let mut drafts = Vec::new();
        let (sellers, customers) = (book.seller_states(), book.customer_states());
        for outcome in run_all(&shared, &all(book, &sellers, &customers)) {
            drafts.extend(outcome.invoices);
            simulation.service_levels.extend(outcome.service_levels);
            simulation.blocked.extend(outcome.blocked);
            simulation.warnings.extend(outcome.warning);
        }
        simulation.invoices = numbers::give(drafts);
        for NumberedInvoice { number, invoice } in &simulation.invoices {
            let chart = AccountMap::builtin(invoice.seller.chart);
            let entries = entries_for_issue(invoice, number, &chart)?;
            simulation.entries.extend(entries);
        }
        Ok(simulation)
    }

    /// As a table that an accountant reads.
    #[must_use]
    pub fn table(&self) -> String {
        table::render(self)
    }
}

/// Runs contracts on all cores. No contract knows of another, so their order is all that is kept.
fn run_all(shared: &contract::Shared<'_>, contracts: &[Parties<'_>]) -> Vec<contract::Outcome> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = contracts.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let run = |part: &[Parties<'_>]| -> Vec<contract::Outcome> {
            part.iter().map(|parties| shared.run(*parties)).collect()
        };
        let started: Vec<_> = contracts
            .chunks(share)
            .map(|part| scope.spawn(move || run(part)))
            .collect();
        let mut outcomes = Vec::with_capacity(contracts.len());
        for thread in started {
            match thread.join() {
                Ok(part) => outcomes.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcomes
    })
}

/// Every contract with its parties: the check of the book saw to it that they are there.
fn all<'a>(
    book: &'a Book,
    sellers: &'a BTreeMap<String, Vec<(NaiveDate, Shared<Seller>)>>,
    customers: &'a BTreeMap<u32, Vec<(NaiveDate, Shared<Customer>)>>,
) -> Vec<Parties<'a>> {
    let with_parties = |contract: &'a Contract| {
        Some(Parties {
            contract,
            seller: Dated::since(sellers.get(&contract.seller)?)?,
            customer: Dated::since(customers.get(&contract.customer)?)?,
        })
    };
    book.contracts.iter().filter_map(with_parties).collect()
}
