//! Payments with what they settle, what the gateway kept and what was given back.

use axum::extract::{Path, State};
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
use super::shown::{Page, page, record};
use crate::access::{Party, Principal};
use crate::billing::payment::{Fee, Method};
use crate::db::payments::PaymentId;
use crate::db::payments::feed::{FedPayment, PaymentFilter};
use crate::db::payments::refunds::{Refund, RefundState as Stands};
use crate::usecases::payments::read;

const LIST: &str = "payments";

/// How a payment came in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaymentMethod {
    /// By card, through the gateway.
    Card,
    /// To the bank account.
    Transfer,
}

/// Where a refund stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundState {
    /// Waits for the approval of a second person.
    Requested,
    /// Approved, and on its way.
    Sending,
    /// Given back.
    Returned,
    /// Refused, or it came back.
    Failed,
    /// Given up before it was approved.
    Withdrawn,
}

/// What a payment settles of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Allocated {
    /// Number of the invoice.
    #[schema(example = "RE-2026-00001")]
    invoice: Option<String>,
    /// How much.
    amount: Amount,
}

/// What the gateway kept of a payment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaymentFee {
    /// The day it was kept.
    booked_on: NaiveDate,
    /// How much.
    amount: Amount,
}

impl From<Fee> for PaymentFee {
    fn from(found: Fee) -> Self {
        Self {
            booked_on: found.on,
            amount: Core(found.amount),
        }
    }
}

/// What is given back of a payment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaymentRefund {
    /// Names it, also at the gateway.
    key: String,
    /// Where it stands.
    state: RefundState,
    /// How much.
    amount: Amount,
    /// When it was asked for, or found at the gateway.
    requested_at: DateTime<Utc>,
    /// The day it was given back, also where it came back later.
    returned_on: Option<NaiveDate>,
    /// The day it was refused or came back.
    failed_on: Option<NaiveDate>,
}

impl From<Refund> for PaymentRefund {
    fn from(found: Refund) -> Self {
        let (state, failed_on) = match found.state {
            Stands::Requested => (RefundState::Requested, None),
            Stands::Sending { .. } => (RefundState::Sending, None),
            Stands::Returned { .. } => (RefundState::Returned, None),
            Stands::Failed { on, .. } => (RefundState::Failed, Some(on)),
            Stands::Withdrawn => (RefundState::Withdrawn, None),
        };
        Self {
            state,
            failed_on,
            returned_on: found.returned_on(),
            key: found.key,
            amount: Core(found.amount),
            requested_at: found.requested_at,
        }
    }
}

/// Money that came in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Payment {
    id: i64,
    /// Number of the customer.
    #[schema(example = 10001)]
    customer: u32,
    /// How it came in.
    method: PaymentMethod,
    /// The day it came in.
    received_on: NaiveDate,
    /// How much.
    amount: Amount,
    /// Number of the invoice that it was meant for.
    meant_for: Option<String>,
    /// What it settles.
    allocations: Vec<Allocated>,
    /// What was given back of it.
    returned: Amount,
    /// What neither settles an invoice nor was given back.
    left: Amount,
    /// A token of a customer sees those of which money left, and none that are only asked for.
    refunds: Vec<PaymentRefund>,
    /// The gateway's or bank's name of it; null for a token of a customer.
    reference: Option<String>,
    /// What the gateway kept; null for a token of a customer.
    fees: Option<Vec<PaymentFee>>,
    /// Since when it is known.
    recorded_at: DateTime<Utc>,
}

fn shown(by: &Principal, found: FedPayment) -> Result<Payment, Refusal> {
    let staff = by.party() == Party::Staff;
    let FedPayment {
        file,
        meant_for,
        numbers,
    } = found;
    let (returned, left) = (file.returned()?, file.left()?);
    let allocations = file.allocated.iter().map(|(id, amount)| Allocated {
        invoice: numbers.get(id).cloned(),
        amount: Core(*amount),
    });
    let allocations = allocations.collect();
    // What colleagues of ours ask each other is no business of the customer's.
    let tells = |one: &Refund| {
        let moved = matches!(one.state, Stands::Sending { .. }) || one.returned_on().is_some();
        staff || moved
    };
    let refunds = file.refunds.into_iter().filter(tells);
    let fees = file.fees.into_iter().map(PaymentFee::from).collect();
    let of = file.record.payment;
    Ok(Payment {
        id: file.record.id.0,
        customer: of.customer,
        method: match of.method {
            Method::Card => PaymentMethod::Card,
            Method::Transfer => PaymentMethod::Transfer,
        },
        received_on: of.received_on,
        amount: Core(of.amount),
        meant_for,
        allocations,
        returned: Core(returned),
        left: Core(left),
        refunds: refunds.map(PaymentRefund::from).collect(),
        reference: staff.then_some(of.reference),
        fees: staff.then_some(fees),
        recorded_at: file.record.recorded_at,
    })
}

/// Payments
///
/// With what they settle and what was given back, the last one recorded first. A token of a
/// customer sees its own.
#[utoipa::path(get, path = "/api/v1/payments", tag = "Payments",
    params(
        ("from" = Option<NaiveDate>, Query, description = "Received on this day or later."),
        ("to" = Option<NaiveDate>, Query, description = "Received before this day."),
        ("customer" = Option<u32>, Query, description = "Number of the customer.",
            minimum = 1, maximum = 99999),
        ("invoice" = Option<String>, Query, min_length = 1, max_length = 200,
            description = "Number of an invoice that they were meant for or settle."),
        ("method" = Option<PaymentMethod>, Query, description = "How they came in."),
    ),
    responses((status = 200, description = "A page of payments.", body = Page<Payment>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let known = [
        "from", "to", "customer", "invoice", "method", "limit", "cursor",
    ];
    let mut asked = Asked::of(&uri, &known);
    let methods = [Method::Card, Method::Transfer].map(|one| (one.as_str(), one));
    let filter = PaymentFilter {
        from: asked.day("from"),
        to: asked.day("to"),
        customer: asked.number("customer", 1..=99_999),
        method: asked.one_of("method", &methods),
        ..PaymentFilter::default()
    };
    let invoice = asked.text("invoice");
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let filter = (filter, invoice.as_deref());
    let (found, next) = read::list(&shared.app, &by.principal, filter, from).await?;
    let data = found.into_iter().map(|one| shown(&by.principal, one));
    let data = data.collect::<Result<Vec<_>, _>>()?;
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}

/// A payment
///
/// With what it settles and what was given back. A token of a customer sees its own.
#[utoipa::path(get, path = "/api/v1/payments/{id}", tag = "Payments",
    params(("id" = i64, Path, description = "Id of the payment.", example = 1, minimum = 1)),
    responses((status = 200, description = "The payment.", body = Payment)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(payment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || Refusal::not_found(format!("there is no payment {payment}"));
    let filter = PaymentFilter {
        id: Some(PaymentId(id(&payment).ok_or_else(unknown)?)),
        ..PaymentFilter::default()
    };
    let from = (None, 1);
    let (found, _) = read::list(&shared.app, &by.principal, (filter, None), from).await?;
    let found = found.into_iter().next().ok_or_else(unknown)?;
    record(&headers, &shown(&by.principal, found)?)
}
