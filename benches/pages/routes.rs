//! What is asked for: lists with and without filters, pages deep in them, and details; the pages of
//! staff, those of customers, and the API.

mod api;
mod portal;
mod staff;

use chrono::{Months, NaiveDate};
use herdbook::access::{Program, Scope};
use herdbook::app::App;
use herdbook::db::audit_list::{self, AuditFilter};
use herdbook::db::invoices::list::{InvoiceFilter, list};
use herdbook::db::{customers, numbering, proposals};

use crate::book::{CONTRACTS, FIRST, contract};
use crate::place::account;

/// What the book holds, as far as addresses name it.
pub struct Known {
    /// Customers.
    pub customers: u32,
    /// Invoices of a year's series, at least.
    pub invoices_a_year: u32,
    /// The newest record of the audit trail.
    pub audit: u32,
    /// Numbers of some invoices of [`OWN`].
    pub own_invoices: Vec<String>,
    /// The account that reads everything.
    pub account: String,
    /// The newest billing run that was prepared, if one was.
    pub run: Option<i64>,
}

impl Known {
    /// What there is to ask for in a book.
    pub async fn of(app: &App) -> Self {
        let on = app.db.reader();
        let now = app.clock.business();
        let customers = customers::ids(&on, Program::itself(), now)
            .await
            .expect("customers")
            .len();
        let series = numbering::all_series(&on).await.expect("the series");
        let full = series.into_iter().filter(|one| one.year >= 2024);
        let least = full.map(|one| one.next - 1).min().expect("a series");
        let trail = audit_list::page(&on, &AuditFilter::default(), (None, 1)).await;
        let newest = trail.expect("the trail").entries.first().map(|one| one.id);
        let own = InvoiceFilter {
            text: Some(OWN.to_string()),
            ..InvoiceFilter::default()
        };
        let own = list(&on, Scope::of_program(), &own, None, 100).await;
        let own = own.expect("invoices").invoices;
        let runs = proposals::heads(&on, None, 1).await.expect("runs");
        Self {
            customers: u32::try_from(customers).expect("few"),
            invoices_a_year: u32::try_from(least).expect("few"),
            audit: u32::try_from(newest.unwrap_or(1)).expect("few"),
            own_invoices: own
                .iter()
                .filter(|one| one.head.customer == OWN.to_string())
                .filter_map(|one| one.number().map(str::to_owned))
                .collect(),
            account: account(app, "auditor@herdbook.example")
                .await
                .id
                .to_string(),
            run: runs.first().map(|run| run.id),
        }
    }
}

/// The customer whose portal is asked for.
pub const OWN: u32 = 10_004;

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// An auditor, who reads everything.
    Auditor,
    /// Somebody of finance, whose home page holds the most.
    Finance,
    /// Somebody of [`OWN`].
    Customer,
    /// A program with a token of an administrator.
    Program,
}

/// A kind of page: its name, who asks, and the address of the nth request; none where the book has
/// no such page.
pub struct Route {
    pub name: &'static str,
    pub who: Who,
    pub address: fn(&Known, u32) -> Option<String>,
}

/// Every kind of page. The first two hold no facts: what the others are compared with.
pub fn all() -> Vec<&'static Route> {
    let parts = [staff::ROUTES, portal::ROUTES, api::ROUTES];
    parts.into_iter().flatten().collect()
}

/// The lists of the API.
pub fn lists_of_api() -> impl Iterator<Item = &'static Route> {
    api::ROUTES
        .iter()
        .filter(|one| one.name.starts_with("API list"))
}

/// Numbers that look like chance and are the same in each run.
fn mixed(n: u32, below: u32) -> u32 {
    n.wrapping_mul(2_654_435_761).rotate_left(13) % below.max(1)
}

fn customer(known: &Known, n: u32) -> u32 {
    FIRST + mixed(n, known.customers)
}

fn some_contract(known: &Known, n: u32) -> String {
    contract(customer(known, n), n % CONTRACTS)
}

fn invoice(known: &Known, n: u32) -> String {
    let place = 1 + mixed(n, known.invoices_a_year);
    format!("RE-{}-{place:05}", year(n))
}

fn year(n: u32) -> u32 {
    2024 + n % 3
}

fn one_of<'a>(all: &[&'a str], n: u32) -> &'a str {
    all[n as usize % all.len()]
}

fn day(n: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(2026, 10, 1).expect("a date");
    last.checked_sub_months(Months::new(mixed(n, 30)))
        .expect("a date")
}
