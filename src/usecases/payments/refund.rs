//! Giving back what was paid too much: asked for by one person, approved by another, sent once.

use chrono::TimeDelta;
use uuid::Uuid;

use super::super::Failure;
use super::booking::name;
use super::observe::observe;
use super::{card, require};
use crate::access::four_eyes::FourEyesError;
use crate::access::{FourEyes, Permission, Principal, Program, Scope};
use crate::app::App;
use crate::billing::Money;
use crate::billing::payment::Method;
use crate::db::audit::{self, AuditEvent};
use crate::db::invoices;
use crate::db::payments as store;
use crate::db::payments::checkouts;
use crate::db::payments::refunds::{self, Refund, RefundState};
use crate::db::payments::{PaymentFile, PaymentId};
use crate::db::proposals::Done;
use crate::db::{DbError, Txn};
use crate::error::Problem;
use crate::payments::{GatewayError, RefundOrder};

/// How long after its approval a refund may be asked for. Stripe forgets our keys after 24 hours
/// and would then give back once more. <https://docs.stripe.com/api/idempotent_requests>
const ASKED_FOR: TimeDelta = TimeDelta::hours(23);

fn unknown() -> Failure {
    Problem::new("refund.unknown", "there is no such payment or refund").into()
}

fn nothing_left() -> Failure {
    let text = "nothing is left of the payment";
    Problem::new("refund.nothing-left", text).into()
}

fn not_now() -> Failure {
    Problem::new(
        "refund.state",
        "the refund is no longer where this step begins",
    )
    .into()
}

/// What can be given back of a payment: what is left of it, less what is being given back.
///
/// # Errors
/// `db.corrupt-row`.
pub fn refundable(file: &PaymentFile) -> Result<Money, Failure> {
    let mut left = file.left()?;
    for refund in &file.refunds {
        if matches!(
            refund.state,
            RefundState::Requested | RefundState::Sending { .. }
        ) {
            let less = left.minus(refund.amount);
            left = less.map_err(|error| Failure::of(error.code(), &error))?;
        }
    }
    Ok(left)
}

/// What the page of an invoice shows, and steps begin at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// A payment, by its id.
    Payment(i64),
    /// A refund, by its key.
    Refund(&'a str),
}

/// Finds a payment or a refund on the page of an invoice: what was meant for it, or settles a part
/// of it.
///
/// # Errors
/// `access.denied`; `refund.unknown` when the page does not show it.
pub async fn find(
    app: &App,
    by: &Principal,
    (number, what): (&str, Shown<'_>),
) -> Result<(), Failure> {
    let scope = require(by, Permission::ReadInvoices)?.scope();
    let on = app.db.reader();
    let found = invoices::by_number(&on, scope, number).await?;
    let invoice = found.first().ok_or_else(unknown)?;
    let files = store::of_invoice(&on, scope, invoice.id).await?;
    let shows = |file: &PaymentFile| match what {
        Shown::Payment(id) => file.record.id.0 == id,
        Shown::Refund(key) => file.refunds.iter().any(|one| one.key == key),
    };
    match files.iter().any(shows) {
        true => Ok(()),
        false => Err(unknown()),
    }
}

/// Asks that everything that is left of a payment is given back. Returns the key of the refund.
///
/// # Errors
/// `access.denied`, `refund.unknown`, `refund.not-by-card`, `refund.nothing-left`.
pub async fn request(app: &App, by: &Principal, payment: i64) -> Result<String, Failure> {
    let (own, by) = (app.clone(), by.clone());
    app.db
        .write(async move |txn: &Txn| request_in(txn, &own, &by, payment).await)
        .await
}

/// As [`request`], in a transaction.
///
/// # Errors
/// Those of [`request`].
pub async fn request_in(
    txn: &Txn,
    app: &App,
    by: &Principal,
    payment: i64,
) -> Result<String, Failure> {
    let scope = require(by, Permission::RefundPayment)?.scope();
    let (actor, account, now) = (by.actor(), by.account(), app.clock.business());
    let file = locked(txn, scope, PaymentId(payment)).await?;
    if file.record.payment.method != Method::Card {
        let text = "the payment did not come by card";
        return Err(Problem::new("refund.not-by-card", text).into());
    }
    let amount = refundable(&file)?;
    if amount.minor() <= 0 {
        return Err(nothing_left());
    }
    let refund = Refund {
        id: 0,
        key: Uuid::now_v7().to_string(),
        payment: file.record.id,
        amount,
        reference: None,
        requested_by: Some(account),
        requested_at: now,
        state: RefundState::Requested,
    };
    refunds::insert(txn, &refund).await?;
    note(txn, &actor, now, "refund.requested", &refund).await?;
    Ok(refund.key)
}

/// A payment whose invoice is held, so that nothing is allocated of it meanwhile.
async fn locked(txn: &Txn, scope: Scope, id: PaymentId) -> Result<PaymentFile, Failure> {
    let gone = |error| match error {
        DbError::Missing { .. } => unknown(),
        other => Failure::from(other),
    };
    let file = store::get(txn, scope, id).await.map_err(gone)?;
    if let Some(invoice) = file.record.meant_for {
        store::lock_invoice(txn, invoice).await?;
    }
    Ok(store::get(txn, scope, id).await?)
}

/// Approves what another person asked for, and sends it to the gateway. When that cannot be
/// reached, the refund stays on its way and is sent again by itself.
///
/// # Errors
/// `access.denied`, `access.four-eyes`, `refund.unknown`, `refund.state`, `refund.nothing-left`
/// when the money settles something else by now.
pub async fn approve(app: &App, by: &Principal, key: &str) -> Result<(), Failure> {
    let (principal, now) = (by.clone(), app.clock.business());
    let scope = require(by, Permission::ApproveRefund)?.scope();
    let name = key.to_owned();
    app.db
        .write(async move |txn: &Txn| {
            let asked = refunds::by_key(txn, &name).await?.ok_or_else(unknown)?;
            let file = locked(txn, scope, asked.payment).await?;
            let refund = refunds::lock(txn, &name).await?.ok_or_else(unknown)?;
            let (RefundState::Requested, Some(prepared_by)) = (refund.state, refund.requested_by)
            else {
                return Err(not_now());
            };
            // Its own amount is taken away there already.
            if refundable(&file)?.is_negative() {
                return Err(nothing_left());
            }
            let eyes = FourEyes { prepared_by };
            let approval = eyes.approve(&principal, Permission::ApproveRefund);
            let approval =
                approval.map_err(|error: FourEyesError| Failure::of(error.code(), &error))?;
            let approved = Done {
                by: approval.approved_by(),
                at: now,
            };
            let state = RefundState::Sending { approved };
            let after = Refund { state, ..refund };
            refunds::save(txn, &after).await?;
            note(txn, &principal.actor(), now, "refund.approved", &after).await
        })
        .await?;
    send(app, &by.actor(), key).await
}

/// Gives a refund up before it is approved.
///
/// # Errors
/// `access.denied`, `refund.unknown`, `refund.state`.
pub async fn withdraw(app: &App, by: &Principal, key: &str) -> Result<(), Failure> {
    if !by.may(Permission::ApproveRefund) {
        require(by, Permission::RefundPayment)?;
    }
    let (name, actor, now) = (key.to_owned(), by.actor(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            let refund = refunds::lock(txn, &name).await?.ok_or_else(unknown)?;
            if refund.state != RefundState::Requested {
                return Err(not_now());
            }
            let state = RefundState::Withdrawn;
            let after = Refund { state, ..refund };
            refunds::save(txn, &after).await?;
            note(txn, &actor, now, "refund.withdrawn", &after).await
        })
        .await?;
    Ok(())
}

/// Sends an approved refund, once. The gateway's object is read first, and what is found there
/// under our key, whatever its state, is not asked for again: the gateway forgets keys after a day.
///
/// # Errors
/// `gateway.*` when it refuses for good; a gateway that cannot be reached is no failure.
pub(super) async fn send(app: &App, actor: &str, key: &str) -> Result<(), Failure> {
    match send_once(app, actor, key).await {
        Err(Failure::Problem(problem)) if problem.code() == "gateway.unreachable" => {
            problem.log();
            Ok(())
        }
        other => other,
    }
}

async fn send_once(app: &App, actor: &str, key: &str) -> Result<(), Failure> {
    let on = app.db.reader();
    let refund = refunds::by_key(&on, key).await?.ok_or_else(unknown)?;
    let file = store::get(&on, Program::itself(), refund.payment).await?;
    look(app, actor, &file).await?;
    let refund = refunds::by_key(&on, key).await?.ok_or_else(unknown)?;
    let (RefundState::Sending { approved }, None) = (refund.state, &refund.reference) else {
        return Ok(());
    };
    if app.clock.business() - approved.at >= ASKED_FOR {
        // It is not there, and the gateway may have forgotten our key: it was never made.
        return fail(app, actor, key).await;
    }
    let order = RefundOrder {
        key: key.to_owned(),
        payment: file.record.payment.reference.clone(),
        amount: refund.amount,
    };
    match card(app)?.gateway.refund(&order).await {
        Ok(made) => {
            let key = key.to_owned();
            app.db
                .write(async move |txn: &Txn| name(txn, &key, &made.refund).await)
                .await?;
            look(app, actor, &file).await
        }
        Err(
            error @ (GatewayError::Refused { .. }
            | GatewayError::Unknown { .. }
            | GatewayError::KeyReused { .. }),
        ) => {
            fail(app, actor, key).await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the payment's checkouts at the gateway and books what is new.
async fn look(app: &App, actor: &str, file: &PaymentFile) -> Result<(), Failure> {
    let Some(invoice) = file.record.meant_for else {
        return Ok(());
    };
    for checkout in checkouts::with_session(&app.db.reader(), invoice).await? {
        observe(app, actor, &checkout.key, None).await?;
    }
    Ok(())
}

async fn fail(app: &App, actor: &str, key: &str) -> Result<(), Failure> {
    let (name, actor, now) = (key.to_owned(), actor.to_owned(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            let refund = refunds::lock(txn, &name).await?.ok_or_else(unknown)?;
            let (RefundState::Sending { approved }, None) = (refund.state, &refund.reference)
            else {
                return Ok(());
            };
            let state = RefundState::Failed {
                approved: Some(approved),
                returned_on: None,
                on: now.date_naive(),
            };
            let after = Refund { state, ..refund };
            refunds::save(txn, &after).await?;
            note(txn, &actor, now, "refund.failed", &after).await
        })
        .await
}

async fn note(
    txn: &Txn,
    actor: &str,
    now: chrono::DateTime<chrono::Utc>,
    action: &str,
    refund: &Refund,
) -> Result<(), Failure> {
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("refund/{}", refund.key),
        payload: serde_json::json!({
            "payment": refund.payment.0,
            "amount": refund.amount,
        })
        .to_string(),
    };
    audit::append(txn, now, &[event]).await?;
    Ok(())
}
