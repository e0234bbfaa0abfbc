//! Closed readings of meters.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, page};
use crate::db::readings::list::{ClosedReading, ReadingFilter};
use crate::usecases::records;
use crate::usecases::usage::Read;

const LIST: &str = "readings";

/// The closed quantity of one meter in one period.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reading {
    /// Number of the contract.
    #[schema(example = "C-1001")]
    contract: String,
    /// The instance the meter belongs to.
    #[schema(example = "social.example.org")]
    instance: String,
    #[schema(example = "media_storage")]
    meter: String,
    /// First day of the period.
    from: NaiveDate,
    /// First day after the period.
    to: NaiveDate,
    /// Which closing of the period it is.
    revision: u32,
    /// The exact quantity as a decimal number.
    #[schema(example = "412.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$")]
    quantity: String,
    /// The measured share of the period as an exact fraction.
    #[schema(example = "719/720", pattern = "^[0-9]+(/[0-9]+)?$")]
    coverage: String,
    /// Since when it is known.
    recorded_at: DateTime<Utc>,
    /// Whether a later revision stands in its place.
    replaced: bool,
}

impl From<ClosedReading> for Reading {
    fn from(found: ClosedReading) -> Self {
        let ClosedReading {
            id: _,
            contract,
            instance,
            meter,
            from,
            to,
            revision,
            quantity,
            coverage,
            recorded_at,
            replaced,
        } = found;
        Self {
            contract,
            instance,
            meter,
            from,
            to,
            revision,
            quantity,
            coverage,
            recorded_at,
            replaced,
        }
    }
}

impl Reading {
    /// Readings by instance, meter, period and revision: of one period the last one stands.
    pub(super) fn with_revisions(contract: &str, found: Vec<Read>) -> Vec<Self> {
        let same = |a: &Read, b: &Read| {
            let key = |read: &Read| {
                let record = &read.record;
                let names = (record.instance.clone(), record.meter.clone());
                (names, record.from, record.to)
            };
            key(a) == key(b)
        };
        let mut readings = Vec::with_capacity(found.len());
        for (place, read) in found.iter().enumerate() {
            let later = found.get(place + 1);
            let record = &read.record;
            readings.push(Self {
                contract: contract.to_owned(),
                instance: record.instance.clone(),
                meter: record.meter.clone(),
                from: record.from,
                to: record.to,
                revision: record.revision,
                quantity: record.quantity.clone(),
                coverage: record.coverage.clone(),
                recorded_at: record.recorded_at,
                replaced: later.is_some_and(|later| same(read, later)),
            });
        }
        readings
    }
}

/// Readings
///
/// The last one closed first.
#[utoipa::path(get, path = "/api/v1/readings", tag = "Usage",
    params(
        ("of" = Option<String>, Query, min_length = 1, max_length = 200,
            description = "Number of a contract, or of a customer with all of its contracts."),
        ("meter" = Option<String>, Query, description = "Name of a meter.",
            min_length = 1, max_length = 200),
    ),
    responses((status = 200, description = "A page of readings.", body = Page<Reading>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["of", "meter", "limit", "cursor"]);
    let filter = ReadingFilter {
        of: asked.text("of"),
        meter: asked.text("meter"),
    };
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let (found, next) = records::readings(&shared.app, &by.principal, &filter, from).await?;
    let data: Vec<Reading> = found.into_iter().map(Reading::from).collect();
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}
