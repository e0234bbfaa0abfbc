//! Open amounts: what issued documents are over less what is allocated to them.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, plain_day};
use super::bearer::By;
use super::core::{Amount, Core};
use super::refusal::Refusal;
use super::shown::{Page, page};
use crate::billing::outlook::Receivable;
use crate::db::invoices::InvoiceId;
use crate::db::payments::receivables::Behind;
use crate::error::Problem;
use crate::usecases::records;

const LIST: &str = "open";

/// What is open of a document. Below zero for a credit note that nobody has set off.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenAmount {
    /// Number of the document.
    #[schema(example = "RE-2026-00001")]
    invoice: String,
    /// Number of the customer.
    customer: u32,
    /// When it is to be paid.
    due_date: NaiveDate,
    /// What it is over.
    owed: Amount,
    /// What is allocated to it.
    allocated: Amount,
    /// What is open.
    open: Amount,
}

fn shown(found: Receivable) -> Result<OpenAmount, Refusal> {
    let open = found.gross.minus(found.allocated);
    let open = open.map_err(|error| Problem::of(error.code(), &error))?;
    Ok(OpenAmount {
        invoice: found.number,
        customer: found.customer,
        due_date: found.due,
        owed: Core(found.gross),
        allocated: Core(found.allocated),
        open: Core(open),
    })
}

/// A place in the list: a due date and a document of that day.
fn known(text: &str) -> Option<Behind> {
    let (due, id) = text.split_once('/')?;
    Some((plain_day(due)?, InvoiceId(id.parse().ok()?)))
}

/// Open amounts
///
/// Documents of which something is open on a day, by due date.
#[utoipa::path(get, path = "/api/v1/open-amounts", tag = "Ledger",
    params(
        ("as_of" = Option<NaiveDate>, Query, description = "The day; today unless given."),
        ("customer" = Option<u32>, Query, description = "Number of the customer.",
            minimum = 1, maximum = 99999),
    ),
    responses((status = 200, description = "A page of open amounts.",
        body = Page<OpenAmount>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["as_of", "customer", "limit", "cursor"]);
    let day = asked.day("as_of");
    let customer = asked.number("customer", 1..=99_999);
    let from = (asked.cursor(LIST, known), asked.limit());
    asked.done()?;
    let of = (day, customer);
    let (found, next) = records::open(&shared.app, &by.principal, of, from).await?;
    let next = next.map(|(due, InvoiceId(id))| format!("{due}/{id}"));
    let data = found
        .into_iter()
        .map(shown)
        .collect::<Result<Vec<_>, _>>()?;
    page(&headers, &asked, data, (LIST, next))
}
