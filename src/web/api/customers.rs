//! Customers: a list, and one.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::core::{Core, CustomerRecord};
use super::refusal::Refusal;
use super::shown::{Page, page, record_of_edition};
use crate::billing::party::Customer;
use crate::db::Version;
use crate::db::customers::list::CustomerFilter;
use crate::usecases::records;

/// How the cursors of the list begin.
const LIST: &str = "customers";

/// The customer with the first day of the state that is shown.
pub(super) fn shown(version: Version<Customer>) -> CustomerRecord {
    Core(Customer {
        valid_from: Some(version.valid_from),
        ..version.body
    })
}

pub(super) fn unknown(number: &str) -> Refusal {
    Refusal::not_found(format!("there is no customer {number}"))
}

/// Customers
///
/// As they are today, by number.
#[utoipa::path(get, path = "/api/v1/customers", tag = "Customers",
    params(
        ("q" = Option<String>, Query, description = "Part of a number or name.",
            min_length = 1, max_length = 200),
        ("country" = Option<String>, Query, description = "ISO 3166-1 code of the address.",
            pattern = "^[A-Z]{2}$"),
        ("kind" = Option<String>, Query, description = "Code of the kind of customer.",
            min_length = 1, max_length = 200),
    ),
    responses((status = 200, description = "A page of customers.",
        body = Page<CustomerRecord>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["q", "country", "kind", "limit", "cursor"]);
    let filter = CustomerFilter {
        text: asked.text("q"),
        country: asked.matching("country", "two capital letters are expected", |code| {
            code.len() == 2 && code.bytes().all(|sign| sign.is_ascii_uppercase())
        }),
        kind: asked.text("kind"),
    };
    let (after, limit) = (
        asked.cursor(LIST, |key| Some(key.to_owned())),
        asked.limit(),
    );
    asked.done()?;
    let from = (after.as_deref(), limit);
    let (found, next) = records::customers(&shared.app, &by.principal, &filter, from).await?;
    let data = found.into_iter().map(shown).collect();
    page(&headers, &asked, data, (LIST, next))
}

/// A customer
///
/// As it is today; of one that begins later, its first state.
#[utoipa::path(get, path = "/api/v1/customers/{number}", tag = "Customers",
    params(("number" = String, Path, description = "Number of the customer.",
        example = "10001")),
    responses((status = 200, description = "The customer.", body = CustomerRecord)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(number): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let number = name(&number).ok_or_else(|| unknown(&number))?;
    let found = records::customer(&shared.app, &by.principal, number).await?;
    let (found, revision) = found.ok_or_else(|| unknown(number))?;
    record_of_edition(&headers, &shown(found), revision)
}
