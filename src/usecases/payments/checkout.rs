//! Starting to pay an invoice by card: a page of the gateway over what is open.

use chrono::TimeDelta;
use uuid::Uuid;

use super::super::Failure;
use super::observe::{close, observe, open};
use super::{card, require, unknown_invoice};
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::billing::Money;
use crate::db::audit::{self, AuditEvent};
use crate::db::invoices::{self, InvoiceState, StoredInvoice};
use crate::db::payments as store;
use crate::db::payments::checkouts::{self, Checkout, CheckoutState};
use crate::db::{DbError, Txn};
use crate::error::Problem;
use crate::payments::SessionStatus;

/// How long a page is open. Stripe allows 30 minutes to 24 hours.
const OPEN: TimeDelta = TimeDelta::minutes(60);
/// A page that closes sooner is not worth going to.
const WORTH: TimeDelta = TimeDelta::minutes(5);
/// Other people may start, pay and end checkouts of the same invoice meanwhile.
const ATTEMPTS: u32 = 4;

/// The address of a page on which what is open of an invoice can be paid. Whoever clicks twice gets
/// to the same page; a page over an amount that is no longer right is closed first.
///
/// # Errors
/// `access.denied`, `payment.unknown-invoice`, `payment.nothing-open`, `payment.not-configured`,
/// `gateway.*`.
pub async fn start(
    app: &App,
    by: &Principal,
    number: &str,
    public_url: &str,
) -> Result<String, Failure> {
    let scope = require(by, Permission::PayOwnInvoices)?.scope();
    let found = invoices::by_number(&app.db.reader(), scope, number).await?;
    let stored = found.into_iter().next();
    let stored = stored.ok_or_else(|| unknown_invoice(number))?;
    card(app)?;
    if !matches!(stored.state, InvoiceState::Issued { .. }) {
        return Err(nothing_open(number));
    }
    let back = format!("{public_url}/back/{number}");
    for _ in 0..ATTEMPTS {
        let amount = store::open(&app.db.reader(), stored.id).await?;
        if amount.minor() <= 0 {
            return Err(nothing_open(number));
        }
        match checkouts::running(&app.db.reader(), stored.id).await? {
            None => begin(app, by, &stored, amount, &back).await?,
            Some(running) => {
                if let Some(url) = go_on(app, by, &running, amount).await? {
                    return Ok(url);
                }
            }
        }
    }
    let text = format!("invoice {number} is being paid by somebody else");
    Err(Problem::new("payment.busy", text).into())
}

fn nothing_open(number: &str) -> Failure {
    let text = format!("nothing is open of invoice {number}");
    Problem::new("payment.nothing-open", text).into()
}

/// Puts a checkout on file before the gateway hears of it, so that nothing it does is unknown.
async fn begin(
    app: &App,
    by: &Principal,
    stored: &StoredInvoice,
    amount: Money,
    back: &str,
) -> Result<(), Failure> {
    let checkout = Checkout {
        key: Uuid::now_v7().to_string(),
        invoice: stored.id,
        amount,
        back: back.to_owned(),
        started_by: by.actor(),
        started_at: app.clock.business(),
        expires_at: app.clock.system() + OPEN,
        state: CheckoutState::Opening,
    };
    let number = stored.number().unwrap_or_default();
    let event = AuditEvent {
        actor: by.actor(),
        action: "payment.started".to_owned(),
        subject: format!("invoice/{number}"),
        payload: serde_json::json!({ "checkout": checkout.key, "amount": amount }).to_string(),
    };
    let now = app.clock.business();
    let begun = app
        .db
        .write(async move |txn: &Txn| {
            checkouts::insert(txn, &checkout).await?;
            audit::append(txn, now, std::slice::from_ref(&event)).await?;
            Ok::<_, Failure>(())
        })
        .await;
    match begun {
        // Another click was faster: its page is taken.
        Err(Failure::Db(DbError::Duplicate(_))) => Ok(()),
        other => {
            other?;
            Ok(())
        }
    }
}

/// The page of a checkout that runs, when it still can be paid; none when it was closed.
async fn go_on(
    app: &App,
    by: &Principal,
    running: &Checkout,
    amount: Money,
) -> Result<Option<String>, Failure> {
    let opened = match &running.state {
        CheckoutState::Open { session, url } => (session.clone(), url.clone()),
        _ => {
            let opened = open(app, running).await?;
            (opened.session, opened.url)
        }
    };
    let soon = app.clock.system() + WORTH;
    if running.amount != amount || running.expires_at <= soon {
        close(app, &opened.0, &running.key).await?;
    }
    let seen = observe(app, &by.actor(), &running.key, None).await?;
    Ok((seen.status == SessionStatus::Open && seen.charge.is_none()).then_some(opened.1))
}
