//! The payments of an invoice, for the finance team: how much, its fee, what it settles, what was
//! given back, and the ledger entries it stands in.

use std::collections::HashMap;

use super::super::answer::Failed;
use super::super::form::token;
use super::super::parts::{Step, step};
use super::super::router::Shared;
use super::super::words::{Argument, Words};
use super::Standings;
use crate::access::{Permission, Principal};
use crate::billing::Money;
use crate::billing::invoice::Invoice;
use crate::billing::payment::Method;
use crate::db::invoices::{InvoiceId, StoredInvoice};
use crate::db::ledger::EntryRecord;
use crate::db::payments::PaymentFile;
use crate::db::payments::refunds::{Refund, RefundState};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::payments::refund::refundable;
use crate::usecases::payments::{keys, read};
use crate::web::format;

/// A payment as the page shows it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Payment {
    pub day: String,
    pub how: String,
    pub reference: String,
    pub amount: String,
    pub fee: String,
    pub settles: String,
    pub entries: Step,
    pub refunds: Vec<RefundRow>,
    /// Where to ask that what is left is given back; empty when nothing is, or not by the reader.
    pub ask: String,
    pub ask_label: String,
}

/// A refund as the page shows it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct RefundRow {
    pub badge: &'static str,
    pub text: String,
    pub approve: String,
    pub withdraw: String,
}

/// What the page of an invoice says about money: where it stands, and its payments.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Section {
    pub state: &'static str,
    pub state_text: String,
    pub csrf: String,
    pub rows: Vec<Payment>,
    pub heads: [String; 5],
    pub labels: [String; 3],
}

/// Reads it for a reader.
pub(in super::super) async fn load(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (stored, view): (&StoredInvoice, &Invoice),
) -> Result<Section, Failed> {
    let one = std::slice::from_ref(stored);
    let stands = Standings::load(shared, words, &who.principal, one).await?;
    let (state, state_text) = stands.badge(stored, view);
    let files = read::of_invoice(&shared.app, &who.principal, stored.id).await;
    let files = files.map_err(|error| Failed::of(words, error))?;
    let ledger = read::entries(&shared.app, &who.principal, &files).await;
    let ledger = ledger.map_err(|error| Failed::of(words, error))?;
    let of = Of {
        words,
        by: &who.principal,
        invoice: stored.id,
        number: stored.number().unwrap_or_default(),
        ledger: &ledger,
    };
    let rows: Result<Vec<_>, Failure> = files.iter().map(|file| payment(&of, file)).collect();
    Ok(Section {
        state,
        state_text,
        csrf: token(shared, who),
        rows: rows.map_err(|error| Failed::of(words, error))?,
        heads: [
            words.say("payment-day"),
            words.say("payment-how"),
            words.say("payment-amount"),
            words.say("payment-fee"),
            words.say("payment-settles"),
        ],
        labels: [
            words.say("payment-entries"),
            words.say("refund-approve"),
            words.say("refund-withdraw"),
        ],
    })
}

/// What the payments of an invoice are shown with, and to whom.
struct Of<'a> {
    words: Words,
    by: &'a Principal,
    invoice: InvoiceId,
    number: &'a str,
    /// What the ledger holds, by key.
    ledger: &'a HashMap<String, EntryRecord>,
}

fn payment(of: &Of<'_>, file: &PaymentFile) -> Result<Payment, Failure> {
    let Of {
        words,
        by,
        invoice,
        number,
        ledger,
    } = *of;
    let payment = &file.record.payment;
    let money = |money: Money| format::money(money, words.0);
    let fee = file.fees.first().map(|fee| money(fee.amount));
    let here = file.allocated.get(&invoice).copied();
    let left = refundable(file)?;
    let asks =
        left.minor() > 0 && payment.method == Method::Card && by.may(Permission::RefundPayment);
    let amount = money(left);
    let refund = |one: &Refund| row(words, by, number, one);
    let entries = keys(file).into_iter();
    let entries: Vec<&EntryRecord> = entries.filter_map(|key| ledger.get(&key)).collect();
    Ok(Payment {
        day: format::date(payment.received_on, words.0),
        how: match payment.method {
            Method::Card => words.say("payment-card"),
            Method::Transfer => words.say("payment-transfer"),
        },
        reference: payment.reference.clone(),
        amount: money(payment.amount),
        fee: fee.unwrap_or_default(),
        settles: money(here.unwrap_or_else(|| Money::zero(payment.amount.currency()))),
        entries: derivation(words, &payment.key, &entries),
        refunds: file.refunds.iter().map(refund).collect(),
        ask: match asks {
            true => format!("/invoices/{number}/refunds/ask/{}", file.record.id.0),
            false => String::new(),
        },
        ask_label: words.with("refund-ask", &[("amount", Argument::Text(&amount))]),
    })
}

/// The entries of a payment, each with its sides.
fn derivation(words: Words, key: &str, entries: &[&EntryRecord]) -> Step {
    let of_entry = |entry: &&EntryRecord| {
        let side = |one: &crate::db::ledger::PostingRecord| {
            let (label, minor) = match one.debit_minor {
                0 => (words.say("entry-credit"), one.credit_minor),
                debit => (words.say("entry-debit"), debit),
            };
            let amount = format::money(Money::new(minor, one.currency), words.0);
            step(&format!("{label} {}", one.account), &amount, "", "", vec![])
        };
        let day = format::date(entry.booked_on, words.0);
        let memo = match entry.key.split('/').next() {
            Some("payment") => words.say("entry-payment"),
            Some("payment-fee") => words.say("entry-fee"),
            Some("refund") => words.say("entry-refund"),
            _ => words.say("entry-refund-failed"),
        };
        let sides = entry.postings.iter().map(side).collect();
        step(&memo, &day, &entry.key, "", sides)
    };
    let parts = entries.iter().map(of_entry).collect();
    step(&words.say("entry-all"), "", key, "", parts)
}

fn row(words: Words, by: &Principal, number: &str, refund: &Refund) -> RefundRow {
    let amount = format::money(refund.amount, words.0);
    let day = match refund.state {
        RefundState::Returned { on, .. } | RefundState::Failed { on, .. } => {
            format::date(on, words.0)
        }
        _ => format::date(refund.requested_at.date_naive(), words.0),
    };
    let about = [
        ("amount", Argument::Text(&amount)),
        ("day", Argument::Text(&day)),
    ];
    let (badge, text) = match refund.state {
        RefundState::Requested => ("due", words.with("refund-requested", &about)),
        RefundState::Sending { .. } => ("running", words.with("refund-sending", &about)),
        RefundState::Returned { .. } => ("good", words.with("refund-returned", &about)),
        RefundState::Failed { .. } => ("blocked", words.with("refund-failed", &about)),
        RefundState::Withdrawn => ("open", words.with("refund-withdrawn", &about)),
    };
    let waits = refund.state == RefundState::Requested;
    let own = refund.requested_by == Some(by.account());
    let path = |step: &str| format!("/invoices/{number}/refunds/{step}/{}", refund.key);
    let shown = |may: bool, step: &str| {
        if waits && may {
            path(step)
        } else {
            String::new()
        }
    };
    RefundRow {
        badge,
        text,
        approve: shown(by.may(Permission::ApproveRefund) && !own, "approve"),
        withdraw: shown(
            by.may(Permission::ApproveRefund) || by.may(Permission::RefundPayment),
            "withdraw",
        ),
    }
}
