//! Entitlements: what a contract grants, asked before something is done.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::record;
use crate::usecases::entitlements;

/// What a contract grants of a feature or meter.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entitlement {
    /// Number of the contract.
    #[schema(example = "C-1001")]
    contract: String,
    /// What was asked for.
    #[schema(example = "media_storage")]
    key: String,
    /// Whether an item of the contract grants it today.
    granted: bool,
    /// What is included in the running period, as a decimal number; null without a limit.
    #[schema(example = "500", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    limit: Option<String>,
    /// What was used of it so far; null for what is not metered, or not measured yet.
    #[schema(example = "412.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    used: Option<String>,
    /// What is left, never below zero; null without a limit. Nothing is cut off at zero: what is
    /// used beyond it is billed by the contract.
    #[schema(example = "87.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    remaining: Option<String>,
    /// Code of the unit by UN/ECE Recommendation 20 or 21; null for what is not metered.
    #[schema(example = "E34")]
    unit: Option<String>,
    /// The measured share of the running period as an exact fraction; null for what is not metered.
    #[schema(example = "719/720", pattern = "^[0-9]+(/[0-9]+)?$")]
    measured: Option<String>,
    /// When use counts from zero again; null for what is not metered.
    resets_at: Option<DateTime<Utc>>,
    /// As of when it was measured: at most five minutes ago.
    as_of: DateTime<Utc>,
}

/// An entitlement
///
/// What a contract grants now of an item (by its id), a plan family (`operated`, `support`,
/// `moderation`) or a meter (by its name). What it does not have is answered as not granted. The
/// answer lies in memory; a change of the contract shows with the next request.
#[utoipa::path(get, path = "/api/v1/entitlements/{contract}/{key}", tag = "Usage",
    params(
        ("contract" = String, Path, description = "Number of the contract.", example = "C-1001"),
        ("key" = String, Path, description = "Id of an item, a plan family, or name of a meter.",
            example = "media_storage"),
    ),
    responses((status = 200, description = "The entitlement.", body = Entitlement)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path((contract, key)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || {
        let text = format!("there is no contract {contract}");
        Refusal::new("api.not-found", text)
    };
    let number = name(&contract).ok_or_else(unknown)?;
    let key = name(&key).ok_or_else(|| {
        let text = "the key is no id of an item, no plan family and no name of a meter";
        Refusal::new("api.not-found", text)
    })?;
    let asked = (number, key);
    let cache = &shared.entitlements;
    let found = entitlements::check(&shared.app, &by.principal, cache, asked).await?;
    let found = found.ok_or_else(unknown)?;
    let text = |quantity: crate::billing::Quantity| quantity.to_string();
    let entitlement = Entitlement {
        contract: number.to_owned(),
        key: key.to_owned(),
        granted: found.granted,
        limit: found.limit.map(text),
        used: found.used.map(text),
        remaining: found.remaining.map(text),
        unit: found.unit.map(|unit| unit.code().to_owned()),
        measured: found.measured.map(|share| share.to_string()),
        resets_at: found.resets_at,
        as_of: found.as_of,
    };
    record(&headers, &entitlement)
}
