//! Contracts and their use.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::core::{AgreedContract, Amount, Core, InvoiceLine};
use super::readings::Reading;
use super::refusal::Refusal;
use super::shown::{Page, page, record};
use crate::db::contracts::list::{ContractFilter, ContractState};
use crate::usecases::records::{self, ContractRecord};
use crate::usecases::usage;

const LIST: &str = "contracts";

/// Where a contract stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Its first day lies ahead.
    NotBegun,
    /// It runs.
    Running,
    /// Its last day is over.
    Ended,
}

/// A contract as it is today, and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedContract {
    #[schema(example = "C-1001")]
    number: String,
    /// Where it stands today.
    state: Standing,
    /// The day after the last one, where that is agreed.
    ends: Option<NaiveDate>,
    /// The day after the last one if notice came in today.
    next_end: Option<NaiveDate>,
    /// What was agreed.
    agreed: AgreedContract,
}

fn listed(found: ContractRecord) -> ListedContract {
    ListedContract {
        number: found.contract.number.clone(),
        state: match found.state {
            ContractState::NotBegun => Standing::NotBegun,
            ContractState::Running => Standing::Running,
            ContractState::Ended => Standing::Ended,
        },
        ends: found.end,
        next_end: found.next_end,
        agreed: Core(found.contract),
    }
}

fn unknown(number: &str) -> Refusal {
    Refusal::not_found(format!("there is no contract {number}"))
}

/// Contracts
///
/// As they are today, by number.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "Contracts",
    params(
        ("q" = Option<String>, Query,
            description = "Part of a number, a title, or the number or name of a customer.",
            min_length = 1, max_length = 200),
        ("customer" = Option<String>, Query, description = "Number of the customer.",
            min_length = 1, max_length = 200),
        ("state" = Option<Standing>, Query, description = "Where contracts stand."),
    ),
    responses((status = 200, description = "A page of contracts.",
        body = Page<ListedContract>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["q", "customer", "state", "limit", "cursor"]);
    let states = [
        ("not_begun", ContractState::NotBegun),
        ("running", ContractState::Running),
        ("ended", ContractState::Ended),
    ];
    let filter = ContractFilter {
        text: asked.text("q"),
        state: asked.one_of("state", &states),
        customer: asked.text("customer"),
    };
    let (after, limit) = (
        asked.cursor(LIST, |key| Some(key.to_owned())),
        asked.limit(),
    );
    asked.done()?;
    let from = (after.as_deref(), limit);
    let (found, next) = records::contracts(&shared.app, &by.principal, &filter, from).await?;
    let data = found.into_iter().map(listed).collect();
    page(&headers, &asked, data, (LIST, next))
}

/// A contract with what it brings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContractSheet {
    #[serde(flatten)]
    contract: ListedContract,
    /// The recurring fees of a month, net: today, or on the first day of a contract that has not
    /// begun. Null when it has ended, or when the fee cannot be worked out.
    monthly_fee: Option<Amount>,
}

/// A contract
///
/// As it is today.
#[utoipa::path(get, path = "/api/v1/contracts/{number}", tag = "Contracts",
    params(("number" = String, Path, description = "Number of the contract.",
        example = "C-1001")),
    responses((status = 200, description = "The contract.", body = ContractSheet)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(number): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let number = name(&number).ok_or_else(|| unknown(&number))?;
    let found = records::contract(&shared.app, &by.principal, number).await?;
    let (found, fee) = found.ok_or_else(|| unknown(number))?;
    let sheet = ContractSheet {
        contract: listed(found),
        monthly_fee: fee.map(Core),
    };
    record(&headers, &sheet)
}

/// A line that was billed for metered use.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BilledUse {
    /// Number of the invoice.
    invoice: String,
    /// The line, with its derivation.
    line: InvoiceLine,
}

/// The use of a contract in a year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContractUsage {
    /// Number of the contract.
    contract: String,
    /// The year that is shown.
    year: u16,
    /// Years with readings, newest first.
    #[schema(example = json!(["2027", "2026"]))]
    years: Vec<String>,
    /// Every revision of the readings whose period begins in the year.
    readings: Vec<Reading>,
    /// What was billed for the use; null for those who may not see invoices.
    billed: Option<Vec<BilledUse>>,
}

/// The use of a contract
///
/// Closed readings of a year with all of their revisions, and what was billed for them.
#[utoipa::path(get, path = "/api/v1/contracts/{number}/usage", tag = "Usage",
    params(
        ("number" = String, Path, description = "Number of the contract.", example = "C-1001"),
        ("year" = Option<u16>, Query, minimum = 1900, maximum = 9999,
            description = "The year; the newest one with readings unless given."),
    ),
    responses((status = 200, description = "The use.", body = ContractUsage)))]
pub(super) async fn usage(
    State(shared): State<Shared>,
    By(by): By,
    Path(number): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["year"]);
    let year = asked.number("year", 1900..=9999);
    asked.done()?;
    let number = name(&number).ok_or_else(|| unknown(&number))?;
    let found = usage::of_contract(&shared.app, &by.principal, number, year).await?;
    let found = found.ok_or_else(|| unknown(number))?;
    let billed = found.billed.map(|lines| {
        let lines = lines.into_iter().map(|one| BilledUse {
            invoice: one.number,
            line: Core(one.line),
        });
        lines.collect()
    });
    let sheet = ContractUsage {
        contract: found.contract.number,
        year: found.year,
        years: found.years,
        readings: Reading::with_revisions(number, found.readings),
        billed,
    };
    record(&headers, &sheet)
}
