//! Issued invoices with their lines, derivations and documents.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::core::{Amount, Core, FrozenInvoice};
use super::refusal::Refusal;
use super::shown::{Page, file, page, record};
use crate::billing::Money;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::db::documents::DocumentRecord;
use crate::db::invoices::feed::{HeadCursor, HeadFilter, IssuedHead};
use crate::db::invoices::standing::{Stands, StandsOn};
use crate::db::invoices::{InvoiceId, InvoiceState, StoredInvoice};
use crate::error::Problem;
use crate::usecases::records;

const LIST: &str = "invoices";

/// An issued invoice or credit note. Paid is not a state: it follows from the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedInvoice {
    #[schema(example = "RE-2026-00001")]
    number: String,
    /// Type of document: `invoice`, `credit_note` or `corrected_invoice`.
    kind: String,
    /// `issued`, or `cancelled` by another document.
    state: &'static str,
    /// The date it carries.
    issue_date: NaiveDate,
    /// When it is to be paid.
    due_date: NaiveDate,
    /// Number of the customer.
    #[schema(example = "10001")]
    customer: String,
    /// Number of the contract.
    #[schema(example = "C-1001")]
    contract: String,
    /// Without tax (BT-109). Amounts of a credit note are positive: it gives them back.
    net: Amount,
    /// Tax (BT-110).
    tax: Amount,
    /// Net and tax (BT-112).
    gross: Amount,
    /// What was to be paid when it was issued (BT-115).
    payable: Amount,
    /// When it got its number.
    issued_at: DateTime<Utc>,
    /// When it was taken back, if it was.
    cancelled_at: Option<DateTime<Utc>>,
}

const fn state(cancelled: bool) -> &'static str {
    if cancelled { "cancelled" } else { "issued" }
}

impl From<IssuedHead> for ListedInvoice {
    fn from(found: IssuedHead) -> Self {
        Self {
            number: found.number,
            kind: found.kind,
            state: state(found.cancelled_at.is_some()),
            issue_date: found.issue_date,
            due_date: found.due_date,
            customer: found.customer,
            contract: found.contract,
            net: Core(found.net),
            tax: Core(found.tax),
            gross: Core(found.gross),
            payable: Core(found.payable),
            issued_at: found.issued_at,
            cancelled_at: found.cancelled_at,
        }
    }
}

fn key(text: &str) -> Option<HeadCursor> {
    let (date, id) = text.split_once('/')?;
    Some(HeadCursor {
        date: crate::db::day(super::asked::plain_day(date)?),
        id: InvoiceId(super::asked::id(id)?),
    })
}

fn unknown(number: &str) -> Refusal {
    Refusal::not_found(format!("there is no invoice {number}"))
}

/// Invoices
///
/// Issued invoices and credit notes, newest first. A token of a customer sees its own.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "Invoices",
    params(
        ("q" = Option<String>, Query, min_length = 1, max_length = 200,
            description = "Part of a number or contract, or a whole customer number."),
        ("year" = Option<u16>, Query, description = "Year of the issue date.",
            minimum = 1900, maximum = 9999),
        ("standing" = Option<String>, Query, description = "Where it stands today: `open` (of \
            either side), `overdue`, `partly` paid, `settled`, or `cancelled`.",
            pattern = "^(open|overdue|partly|settled|cancelled)$"),
        ("customer" = Option<String>, Query, description = "Number of the customer.",
            min_length = 1, max_length = 200),
        ("contract" = Option<String>, Query, description = "Number of the contract.",
            min_length = 1, max_length = 200),
    ),
    responses((status = 200, description = "A page of invoices.", body = Page<ListedInvoice>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let known = [
        "q", "year", "standing", "customer", "contract", "limit", "cursor",
    ];
    let mut asked = Asked::of(&uri, &known);
    let stands = asked.one_of("standing", &Stands::ALL);
    let filter = HeadFilter {
        text: asked.text("q"),
        year: asked.number("year", 1900..=9999),
        customer: asked.text("customer"),
        contract: asked.text("contract"),
        stands: stands.map(|stands| StandsOn {
            stands,
            day: shared.app.clock.business().date_naive(),
        }),
    };
    let (after, limit) = (asked.cursor(LIST, key), asked.limit());
    asked.done()?;
    let from = (after.as_ref(), limit);
    let (found, next) = records::invoices(&shared.app, &by.principal, &filter, from).await?;
    let data: Vec<ListedInvoice> = found.into_iter().map(ListedInvoice::from).collect();
    let next = next.map(|next| format!("{}/{}", next.date, next.id.0));
    page(&headers, &asked, data, (LIST, next))
}

/// A document of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Document {
    /// `pdf` or `xml`.
    #[schema(example = "pdf")]
    kind: String,
    #[schema(example = "application/pdf")]
    media_type: String,
    /// Length in bytes.
    bytes: u64,
    /// SHA-256 of its bytes.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Its address.
    href: String,
}

/// An issued invoice as it was frozen, with its documents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvoiceSheet {
    #[serde(flatten)]
    invoice: ListedInvoice,
    /// The frozen document: parties, lines with their derivation, allowances, tax, totals.
    content: FrozenInvoice,
    /// SHA-256 of the frozen document as it is stored.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    content_sha256: String,
    /// Its documents; empty while they are rendered.
    documents: Vec<Document>,
}

fn sheet(stored: &StoredInvoice, kept: Vec<DocumentRecord>) -> Result<InvoiceSheet, Refusal> {
    let content: Invoice = stored.read_view()?;
    let (number, issued_at, cancelled_at) = match &stored.state {
        InvoiceState::Issued { number, at, .. } => (number, *at, None),
        InvoiceState::Cancelled {
            number,
            at,
            cancelled_at,
            ..
        } => (number, *at, Some(*cancelled_at)),
        InvoiceState::Frozen => return Err(unknown("without a number")),
    };
    let kind = match content.document_type {
        DocumentType::Invoice => "invoice",
        DocumentType::CreditNote => "credit_note",
        DocumentType::CorrectedInvoice => "corrected_invoice",
    };
    let documents = kept.into_iter().map(|one| Document {
        href: format!("/api/v1/invoices/{number}/documents/{}", one.kind),
        kind: one.kind,
        media_type: one.media_type,
        bytes: one.bytes,
        sha256: one.sha256,
    });
    let head = &stored.head;
    let money = |minor| Core(Money::new(minor, head.currency));
    Ok(InvoiceSheet {
        documents: documents.collect(),
        invoice: ListedInvoice {
            number: number.clone(),
            kind: kind.to_owned(),
            state: state(cancelled_at.is_some()),
            issue_date: head.issue_date,
            due_date: head.due_date,
            customer: head.customer.clone(),
            contract: head.contract.clone(),
            net: money(head.net_minor),
            tax: money(head.tax_minor),
            gross: money(head.gross_minor),
            payable: money(head.payable_minor),
            issued_at,
            cancelled_at,
        },
        content_sha256: stored.view_hash.clone(),
        content: Core(content),
    })
}

/// An invoice
///
/// With lines and the derivation of every amount, as it was frozen. A token of a customer sees its
/// own.
#[utoipa::path(get, path = "/api/v1/invoices/{number}", tag = "Invoices",
    params(("number" = String, Path, description = "Number of the invoice.",
        example = "RE-2026-00001")),
    responses((status = 200, description = "The invoice.", body = InvoiceSheet)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(number): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let number = name(&number).ok_or_else(|| unknown(&number))?;
    let found = records::invoice(&shared.app, &by.principal, number).await?;
    let (stored, kept) = found.ok_or_else(|| unknown(number))?;
    record(&headers, &sheet(&stored, kept)?)
}

/// A document
///
/// The PDF, or the e-invoice as XML, byte for byte as it was archived.
#[utoipa::path(get, path = "/api/v1/invoices/{number}/documents/{kind}", tag = "Invoices",
    params(
        ("number" = String, Path, description = "Number of the invoice.",
            example = "RE-2026-00001"),
        ("kind" = String, Path, description = "`pdf` or `xml`.", example = "pdf"),
    ),
    responses((status = 200, description = "The document.", content(
        (String = "application/pdf"), (String = "application/xml")))))]
pub(super) async fn document(
    State(shared): State<Shared>,
    By(by): By,
    Path((number, kind)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let missing = || Refusal::not_found(format!("there is no document {kind} of {number}"));
    let asked = name(&number).zip(name(&kind)).ok_or_else(missing)?;
    let found = records::document(&shared.app, &by.principal, asked).await?;
    let (kept, bytes) = found.ok_or_else(missing)?;
    let mut response = file(&headers, &kept.media_type, bytes)?;
    let text = format!("attachment; filename=\"{}.{}\"", asked.0, kept.kind);
    let value = HeaderValue::try_from(text);
    let value = value.map_err(|error| Problem::of("internal.unlisted", &error))?;
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, value);
    Ok(response)
}
