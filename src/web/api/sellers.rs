//! Sellers: those who bill, with their number series.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::core::{Core, SellerRecord};
use super::refusal::Refusal;
use super::shown::{Page, few, record_of_edition};
use crate::db::Version;
use crate::db::numbering::Series;
use crate::usecases::Failure;
use crate::usecases::edit_seller::{self, SellerSheet};

const LIST: &str = "sellers";

/// Numbers of a year that invoices take one after the other.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberSeries {
    /// What the numbers begin with.
    #[schema(example = "RE")]
    prefix: String,
    /// The year they belong to.
    #[schema(example = 2026)]
    year: i32,
    /// The place that the next document takes, from 1.
    #[schema(example = 1)]
    next: u64,
}

impl From<Series> for NumberSeries {
    fn from(found: Series) -> Self {
        Self {
            prefix: found.prefix,
            year: found.year,
            next: found.next,
        }
    }
}

/// A state of a record, by the day from which it holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SellerState {
    /// The first day of the state.
    valid_from: NaiveDate,
    /// Since when it is known.
    recorded_at: DateTime<Utc>,
}

/// Who bills: as it is today.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BillingSeller {
    /// Its facts.
    seller: SellerRecord,
    /// Its states by their first day; past ones and those to come.
    states: Vec<SellerState>,
    /// Its number series.
    series: Vec<NumberSeries>,
    /// Does another bank account wait for the consent of a second person?
    change_waits: bool,
}

impl From<SellerSheet> for BillingSeller {
    fn from(found: SellerSheet) -> Self {
        let state = |one: &Version<_>| SellerState {
            valid_from: one.valid_from,
            recorded_at: one.recorded_at,
        };
        Self {
            states: found.states.iter().map(state).collect(),
            series: found.series.into_iter().map(NumberSeries::from).collect(),
            change_waits: found.waiting.is_some(),
            seller: Core(found.seller),
        }
    }
}

/// Sellers
///
/// As they are today, by code.
#[utoipa::path(get, path = "/api/v1/sellers", tag = "Sellers",
    responses((status = 200, description = "A page of sellers.", body = Page<BillingSeller>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = async {
        let all = edit_seller::all(&shared.app, &by.principal).await;
        all.map_err(Failure::from)
    };
    let shown = (
        |one: &SellerSheet| one.seller.code.clone(),
        BillingSeller::from,
    );
    few((&uri, &headers), LIST, all, shown).await
}

/// A seller
///
/// As it is today; of one that begins later, its first state.
#[utoipa::path(get, path = "/api/v1/sellers/{code}", tag = "Sellers",
    params(("code" = String, Path, description = "Code of the seller.")),
    responses((status = 200, description = "The seller.", body = BillingSeller)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || Refusal::not_found(format!("there is no seller {code}"));
    let code = name(&code).ok_or_else(unknown)?;
    let found = edit_seller::one(&shared.app, &by.principal, code, None).await;
    let found = found.map_err(Failure::from)?;
    let edition = found.edition;
    record_of_edition(&headers, &BillingSeller::from(found), edition)
}
