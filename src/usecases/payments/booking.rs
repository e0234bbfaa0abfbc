//! What a gateway reports into payment, fee, refund, allocation and ledger: one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::Failure;
use super::booked::records;
use super::on_file;
use crate::access::Program;
use crate::app::App;
use crate::billing::Money;
use crate::billing::invoice::Invoice;
use crate::billing::ledger::{AccountMap, Entry, fee_entry, payment_entry, refund_entry};
use crate::billing::payment::{
    Fee, Method, News, OnFile, Payment, Progress, Returned, Seen, news, settle,
};
use crate::db::audit::{self, AuditEvent};
use crate::db::invoices::{self, InvoiceId};
use crate::db::ledger;
use crate::db::outbox::{self, OutboxEvent};
use crate::db::payments::checkouts::{self, Checkout, CheckoutState};
use crate::db::payments::refunds::{self, Refund, RefundState};
use crate::db::payments::{
    self as store, Allocation, PaymentFile, PaymentId, PaymentRecord, SettledBy,
};
use crate::db::{DbError, Txn};
use crate::payments::{ChargeSeen, SessionSeen, SessionStatus};
use crate::usecases::mail::relay::RECEIVED;

/// Who books, and when.
#[derive(Debug, Clone)]
pub(super) struct Booker {
    actor: String,
    now: DateTime<Utc>,
    /// Business time less system time: the gateway knows only the latter.
    ahead: TimeDelta,
}

impl Booker {
    pub(super) fn new(app: &App, actor: impl Into<String>) -> Self {
        let now = app.clock.business();
        Self {
            actor: actor.into(),
            now,
            ahead: now - app.clock.system(),
        }
    }

    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        (at + self.ahead).date_naive()
    }

    fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }
}

/// Books what a session tells and was not known. Does nothing the second time.
pub(super) async fn book(
    txn: &Txn,
    by: &Booker,
    key: &str,
    session: &SessionSeen,
) -> Result<(), Failure> {
    let missing = || DbError::missing_row("checkout", key);
    let invoice = checkouts::by_key(txn, key)
        .await?
        .ok_or_else(missing)?
        .invoice;
    store::lock_invoice(txn, invoice).await?;
    let checkout = checkouts::lock(txn, key).await?.ok_or_else(missing)?;
    if let Some(charge) = &session.charge {
        book_charge(txn, by, &checkout, charge).await?;
    }
    let state = next_state(by, &checkout, session);
    if state != checkout.state {
        checkouts::save(txn, &Checkout { state, ..checkout }).await?;
    }
    Ok(())
}

fn next_state(by: &Booker, checkout: &Checkout, seen: &SessionSeen) -> CheckoutState {
    let session = seen.session.clone();
    match (&checkout.state, seen.status) {
        (CheckoutState::Paid { .. }, _) => checkout.state.clone(),
        _ if seen.charge.is_some() => CheckoutState::Paid {
            session,
            ended_at: by.now,
        },
        (CheckoutState::Opening | CheckoutState::Open { .. }, SessionStatus::Expired) => {
            CheckoutState::Expired {
                session: Some(session),
                ended_at: by.now,
            }
        }
        _ => checkout.state.clone(),
    }
}

async fn book_charge(
    txn: &Txn,
    by: &Booker,
    checkout: &Checkout,
    charge: &ChargeSeen,
) -> Result<(), Failure> {
    let stored = invoices::get(txn, Program::itself(), checkout.invoice).await?;
    let view: Invoice = stored.read_view()?;
    let accounts = AccountMap::builtin(view.seller.chart);
    let key = on_file(&charge.payment);
    let file = store::by_key(txn, Program::itself(), &key).await?;
    let known = file.as_ref().map(PaymentFile::on_file).unwrap_or_default();
    let mut charge = charge.clone();
    for refund in &mut charge.refunds {
        let Some(key) = &refund.key else { continue };
        let named = refunds::by_key(txn, key).await?;
        let own = file.as_ref().map(|file| file.record.id);
        // Our name of a refund of another payment was put there by somebody else.
        if named.is_some_and(|one| Some(one.payment) != own) {
            refund.key = None;
        }
    }
    let seen = seen(by, &key, view.customer.number, &charge);
    let new = news(&known, &seen)?;
    let record = PaymentRecord {
        id: PaymentId(0),
        payment: seen_payment(&seen, file.as_ref())?,
        meant_for: Some(checkout.invoice),
        chart: view.seller.chart,
        recorded_at: by.now,
    };
    let id = match (&file, &new.payment) {
        (Some(file), _) => file.record.id,
        (None, _) => store::insert(txn, &record).await?,
    };
    store::insert_fees(txn, id, &new.fees, by.now).await?;
    let entries = entries(by, &record.payment, &new, &known, &accounts)?;
    ledger::post(txn, &records(entries, by.now)).await?;
    for returned in &new.returned {
        give_back(txn, by, id, returned).await?;
    }
    for refund in file.iter().flat_map(|file| &file.refunds) {
        let own = seen.returned.iter().find(|one| one.key == refund.key);
        if let (None, Some(own)) = (&refund.reference, own) {
            name(txn, &refund.key, &own.reference).await?;
        }
    }
    let mut touched: Vec<InvoiceId> = vec![checkout.invoice];
    if !new.returned.is_empty() {
        let others = file.iter().flat_map(|file| file.allocated.keys());
        touched.extend(others.filter(|other| **other != checkout.invoice));
    }
    for invoice in touched {
        settle_invoice(txn, by, invoice).await?;
    }
    if !new.is_empty() {
        let number = stored.number().unwrap_or_default();
        tell(txn, by, number, &record.payment, &new).await?;
    }
    Ok(())
}

/// The payment as it is on file, or as it is reported.
fn seen_payment(seen: &Seen, file: Option<&PaymentFile>) -> Result<Payment, Failure> {
    let known = file.map(|file| file.record.payment.clone());
    let found = known.or_else(|| seen.payment.clone());
    found.ok_or_else(|| DbError::missing_row("payment", "(reported)").into())
}

fn seen(by: &Booker, key: &str, customer: u32, charge: &ChargeSeen) -> Seen {
    let mut refunds: Vec<_> = charge.refunds.iter().collect();
    refunds.sort_by(|a, b| (a.at, &a.refund).cmp(&(b.at, &b.refund)));
    let returned = refunds.into_iter().map(|one| Returned {
        key: one.key.clone().unwrap_or_else(|| on_file(&one.refund)),
        reference: one.refund.clone(),
        on: by.day(one.at),
        amount: one.amount,
        progress: one.progress,
    });
    Seen {
        payment: Some(Payment {
            key: key.to_owned(),
            customer,
            method: Method::Card,
            received_on: by.day(charge.at),
            amount: charge.amount,
            reference: charge.payment.clone(),
        }),
        fees: charge
            .fee
            .iter()
            .map(|fee| Fee {
                key: on_file(&fee.booking),
                on: by.day(fee.at),
                amount: fee.amount,
            })
            .collect(),
        returned: returned.collect(),
    }
}

/// Entries with the keys they are booked under.
fn entries(
    by: &Booker,
    payment: &Payment,
    new: &News,
    known: &OnFile,
    accounts: &AccountMap,
) -> Result<Vec<(String, Entry)>, Failure> {
    let mut entries = Vec::new();
    if new.payment.is_some() {
        let entry = payment_entry(payment, accounts)?;
        entries.push((format!("payment/{}", payment.key), entry));
    }
    for fee in &new.fees {
        entries.push((
            format!("payment-fee/{}", fee.key),
            fee_entry(fee, accounts)?,
        ));
    }
    for one in &new.returned {
        let entry = refund_entry(payment, one, accounts)?;
        let before = known.returned.get(&one.key).map(|(_, progress)| *progress);
        match (one.progress, before) {
            (Progress::Returned, _) => entries.push((format!("refund/{}", one.key), entry)),
            (Progress::Failed, Some(Progress::Returned)) => {
                let back = entry
                    .reverse(by.today(), "Refund that came back")
                    .map_err(crate::billing::ledger::LedgerError::from)?;
                entries.push((format!("refund-failed/{}", one.key), back));
            }
            // What never left was never booked.
            _ => {}
        }
    }
    Ok(entries)
}

/// Notes the gateway's identifier of a refund of ours: from now on it is only looked at, and never
/// asked for again, however long it takes.
pub(super) async fn name(txn: &Txn, key: &str, reference: &str) -> Result<(), Failure> {
    let Some(refund) = refunds::lock(txn, key).await? else {
        return Ok(());
    };
    if refund.reference.is_none() && matches!(refund.state, RefundState::Sending { .. }) {
        let reference = Some(reference.to_owned());
        refunds::save(
            txn,
            &Refund {
                reference,
                ..refund
            },
        )
        .await?;
    }
    Ok(())
}

/// The row of a refund that has come further, or that was made at the gateway.
async fn give_back(
    txn: &Txn,
    by: &Booker,
    payment: PaymentId,
    seen: &Returned,
) -> Result<(), Failure> {
    let before = refunds::lock(txn, &seen.key).await?;
    let approved = before.as_ref().and_then(Refund::approved);
    let returned_on = before.as_ref().and_then(Refund::returned_on);
    let state = match seen.progress {
        Progress::Pending => return Ok(()),
        Progress::Returned => RefundState::Returned {
            approved,
            on: seen.on,
        },
        Progress::Failed => RefundState::Failed {
            approved,
            returned_on,
            on: by.today(),
        },
    };
    let reference = Some(seen.reference.clone());
    match before {
        Some(before) => {
            let after = Refund {
                state,
                reference,
                ..before
            };
            refunds::save(txn, &after).await?;
        }
        None => {
            let made = Refund {
                id: 0,
                key: seen.key.clone(),
                payment,
                amount: seen.amount,
                reference,
                requested_by: None,
                requested_at: by.now,
                state,
            };
            refunds::insert(txn, &made).await?;
        }
    }
    Ok(())
}

/// Allocates to an invoice what its payments hold, and takes back what they no longer do.
pub(super) async fn settle_invoice(
    txn: &Txn,
    by: &Booker,
    invoice: InvoiceId,
) -> Result<(), Failure> {
    store::lock_invoice(txn, invoice).await?;
    let owed = store::owed(txn, invoice).await?;
    let files = store::of_invoice(txn, Program::itself(), invoice).await?;
    let mut receipts = Vec::with_capacity(files.len());
    let mut by_key: BTreeMap<String, (PaymentId, NaiveDate)> = BTreeMap::new();
    for file in files {
        let payment = &file.record.payment;
        if payment.amount.currency() != owed.currency() {
            continue;
        }
        by_key.insert(payment.key.clone(), (file.record.id, payment.received_on));
        receipts.push(file.receipt(invoice)?);
    }
    let owed = if owed.is_negative() {
        Money::zero(owed.currency())
    } else {
        owed
    };
    let issued = invoices::get(txn, Program::itself(), invoice)
        .await?
        .head
        .issue_date;
    let mut parts = Vec::new();
    for shift in settle(owed, &receipts)? {
        let (payment, received_on) = by_key[&shift.key];
        // Settled on the day the money came in; taken back on the day that is known.
        let on = if shift.amount.is_negative() {
            by.today()
        } else {
            received_on.max(issued)
        };
        parts.push(Allocation {
            invoice,
            by: SettledBy::Payment(payment),
            on,
            amount: shift.amount,
        });
    }
    store::allocate(txn, &parts, by.now).await?;
    Ok(())
}

/// Audit records of what is new, and the event that a payment came in.
async fn tell(
    txn: &Txn,
    by: &Booker,
    invoice: &str,
    payment: &Payment,
    new: &News,
) -> Result<(), Failure> {
    let event = |action: &str, payload: serde_json::Value| AuditEvent {
        actor: by.actor.clone(),
        action: action.to_owned(),
        subject: format!("payment/{}", payment.key),
        payload: payload.to_string(),
    };
    let mut events = Vec::new();
    if new.payment.is_some() {
        let told = serde_json::json!({
            "payment": payment.key,
            "invoice": invoice,
            "amount": payment.amount,
            "received_on": payment.received_on,
        });
        events.push(event("payment.received", told.clone()));
        let outgoing = OutboxEvent {
            topic: RECEIVED.to_owned(),
            subject: invoice.to_owned(),
            body: told.to_string(),
        };
        outbox::write(txn, by.now, &[outgoing]).await?;
    }
    for fee in &new.fees {
        let told = serde_json::json!({ "fee": fee.key, "amount": fee.amount });
        events.push(event("payment.fee", told));
    }
    for one in &new.returned {
        let told = serde_json::json!({ "refund": one.key, "amount": one.amount });
        let action = match one.progress {
            Progress::Failed => "refund.failed",
            _ => "refund.returned",
        };
        events.push(event(action, told));
    }
    audit::append(txn, by.now, &events).await?;
    Ok(())
}
