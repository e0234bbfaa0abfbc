//! Entries of the ledger.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::By;
use super::core::{Amount, Core};
use super::refusal::Refusal;
use super::shown::{Page, page};
use crate::billing::Money;
use crate::db::ledger::PostingRecord;
use crate::db::ledger::feed::{EntryFilter, FedEntry};
use crate::usecases::records;

const LIST: &str = "entries";

/// One side of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Posting {
    /// Number of the account.
    #[schema(example = "1400")]
    account: String,
    /// On the debit side; null on the credit side.
    debit: Option<Amount>,
    /// On the credit side; null on the debit side.
    credit: Option<Amount>,
}

impl From<PostingRecord> for Posting {
    fn from(found: PostingRecord) -> Self {
        let side = |minor: i64| (minor != 0).then(|| Core(Money::new(minor, found.currency)));
        Self {
            debit: side(found.debit_minor),
            credit: side(found.credit_minor),
            account: found.account,
        }
    }
}

/// An entry; its postings sum to zero in each currency. Never changed: a mistake is reversed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entry {
    id: i64,
    /// Names its cause; the same cause is booked once.
    key: String,
    /// The date it is booked on.
    booked_on: NaiveDate,
    /// Number of the invoice that it books.
    invoice: Option<String>,
    /// The text of the entry.
    memo: String,
    /// Since when it is known.
    recorded_at: DateTime<Utc>,
    postings: Vec<Posting>,
}

impl From<FedEntry> for Entry {
    fn from(found: FedEntry) -> Self {
        let FedEntry { id, entry, number } = found;
        Self {
            id,
            key: entry.key,
            booked_on: entry.booked_on,
            invoice: number,
            memo: entry.memo,
            recorded_at: entry.recorded_at,
            postings: entry.postings.into_iter().map(Posting::from).collect(),
        }
    }
}

/// Ledger entries
///
/// The last one recorded first.
#[utoipa::path(get, path = "/api/v1/ledger-entries", tag = "Ledger",
    params(
        ("from" = Option<NaiveDate>, Query, description = "Booked on this day or later."),
        ("to" = Option<NaiveDate>, Query, description = "Booked before this day."),
        ("invoice" = Option<String>, Query, min_length = 1, max_length = 200,
            description = "Number of the invoice that they book."),
    ),
    responses((status = 200, description = "A page of entries.", body = Page<Entry>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["from", "to", "invoice", "limit", "cursor"]);
    let filter = EntryFilter {
        from: asked.day("from"),
        to: asked.day("to"),
        invoice: None,
    };
    let invoice = asked.text("invoice");
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let filter = (filter, invoice.as_deref());
    let (found, next) = records::entries(&shared.app, &by.principal, filter, from).await?;
    let data: Vec<Entry> = found.into_iter().map(Entry::from).collect();
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}
