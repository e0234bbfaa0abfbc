//! Reading a checkout at the gateway, and booking what it tells: the one step that everything
//! leads to.

use std::time::Duration;

use chrono::TimeDelta;

use super::super::Failure;
use super::booking::{Booker, book};
use super::card;
use crate::access::Program;
use crate::app::App;
use crate::db::invoices::InvoiceId;
use crate::db::payments as store;
use crate::db::payments::checkouts::{self, Again, Checkout, CheckoutState};
use crate::db::payments::events::{self, GatewayEvent};
use crate::db::payments::refunds;
use crate::db::{DbError, Txn};
use crate::error::Problem;
use crate::payments::{CheckoutOrder, GatewayError, Opened, SessionSeen};

/// Checkouts and refunds that one sweep looks at.
const SWEEP: u64 = 100;
/// How long a paid checkout is looked at again, and what was given back of it: fees may come later
/// than the payment, and a bank may send a refund back up to 30 days after it was made.
/// <https://docs.stripe.com/refunds#failed-refunds>
const LOOKED_AT_FOR: TimeDelta = TimeDelta::days(30);
/// Between two looks at one of them.
const AGAIN: TimeDelta = TimeDelta::days(1);
/// The same, while a fee is missing.
const AGAIN_WITHOUT_FEE: TimeDelta = TimeDelta::hours(1);
/// How long whoever cancels an invoice waits for its page to be closed.
const AT_ONCE: Duration = Duration::from_secs(5);
/// How long a page is asked for under one key. The gateway keeps its answer to a key for a day,
/// also when it was an error of its own; whoever clicks after this time gets a page under another
/// key. Nobody has seen a page that came to be all the same, so nobody can pay on it.
const ASKED_FOR: TimeDelta = TimeDelta::minutes(30);

/// Reads a checkout at the gateway and books what is new, together with the event that led here.
///
/// # Errors
/// `gateway.*`; nothing is written then. `db.*`.
pub async fn observe(
    app: &App,
    actor: &str,
    key: &str,
    event: Option<GatewayEvent>,
) -> Result<SessionSeen, Failure> {
    let missing = || DbError::missing_row("checkout", key);
    let checkout = checkouts::by_key(&app.db.reader(), key).await?;
    let checkout = checkout.ok_or_else(missing)?;
    let session = match (&checkout.state, &event) {
        (CheckoutState::Opening, _) => open(app, &checkout).await?.session,
        // Its page came to be after all, and the gateway tells which.
        (CheckoutState::Expired { session: None, .. }, Some(event)) => event.subject.clone(),
        (state, _) => state.session().unwrap_or_default().to_owned(),
    };
    let seen = match card(app)?.gateway.session(&session).await {
        Err(error @ GatewayError::Unknown { .. }) if checkout.expires_at <= app.clock.system() => {
            // Nobody can pay on it any more, and there is nothing to be read.
            end(app, &checkout.key).await?;
            return Err(error.into());
        }
        other => other?,
    };
    let by = Booker::new(app, actor);
    let (key, told, now) = (key.to_owned(), seen.clone(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            book(txn, &by, &key, &told).await?;
            if let Some(event) = &event {
                // A delivery beside this one may have taken it: what was booked twice was once.
                events::take(txn, event, now).await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(seen)
}

/// Asks the gateway for the page of a checkout and keeps it. Asked twice it gives the same page.
///
/// # Errors
/// `gateway.*`.
pub(super) async fn open(app: &App, checkout: &Checkout) -> Result<Opened, Failure> {
    let order = order(app, checkout).await?;
    let opened = card(app)?.gateway.open_checkout(&order).await;
    let opened = match opened {
        Err(error @ (GatewayError::KeyReused { .. } | GatewayError::Refused { .. })) => {
            // It will be refused for ever: the next click begins anew.
            end(app, &checkout.key).await?;
            return Err(error.into());
        }
        Err(error) if app.clock.business() - checkout.started_at >= ASKED_FOR => {
            end(app, &checkout.key).await?;
            return Err(error.into());
        }
        other => other?,
    };
    let (key, page) = (checkout.key.clone(), opened.clone());
    app.db
        .write(async move |txn: &Txn| {
            let Some(checkout) = checkouts::lock(txn, &key).await? else {
                return Ok(());
            };
            if checkout.state == CheckoutState::Opening {
                let Opened { session, url } = page.clone();
                let state = CheckoutState::Open { session, url };
                checkouts::save(txn, &Checkout { state, ..checkout }).await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(opened)
}

/// The same order whenever it is made: everything in it is on file.
async fn order(app: &App, checkout: &Checkout) -> Result<CheckoutOrder, Failure> {
    let stored =
        crate::db::invoices::get(&app.db.reader(), Program::itself(), checkout.invoice).await?;
    let view: crate::billing::invoice::Invoice = stored.read_view()?;
    let number = stored.number().unwrap_or_default();
    Ok(CheckoutOrder {
        key: checkout.key.clone(),
        invoice: number.to_owned(),
        amount: checkout.amount,
        label: format!("{} · {number}", view.seller.legal_name),
        language: view.language,
        back: checkout.back.clone(),
        expires_at: checkout.expires_at,
    })
}

/// Ends a checkout that has no page, or whose page the gateway no longer knows.
async fn end(app: &App, key: &str) -> Result<(), Failure> {
    let (key, ended_at) = (key.to_owned(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            let Some(checkout) = checkouts::lock(txn, &key).await? else {
                return Ok(());
            };
            if matches!(
                checkout.state,
                CheckoutState::Opening | CheckoutState::Open { .. }
            ) {
                let session = checkout.state.session().map(str::to_owned);
                let state = CheckoutState::Expired { session, ended_at };
                checkouts::save(txn, &Checkout { state, ..checkout }).await?;
            }
            Ok::<_, Failure>(())
        })
        .await
}

/// Looks at a checkout that runs: a page over an amount that is not open any more is closed, so
/// that nobody pays what is not owed.
///
/// # Errors
/// `gateway.*`, `db.*`.
pub(super) async fn look_after(app: &App, actor: &str, running: &Checkout) -> Result<(), Failure> {
    let open = store::open(&app.db.reader(), running.invoice).await?;
    if let Some(session) = running.state.session()
        && running.amount != open
    {
        close(app, session, &running.key).await?;
    }
    observe(app, actor, &running.key, None).await.map(|_| ())
}

/// Closes a page. One that was paid a moment ago, or has expired by itself, needs no closing.
pub(super) async fn close(app: &App, session: &str, key: &str) -> Result<(), Failure> {
    match card(app)?.gateway.expire(session, key).await {
        Ok(()) | Err(GatewayError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Closes the page of an invoice that was taken back. Whatever is wrong, the sweep does it later.
pub(in super::super) async fn close_of(app: &App, invoice: InvoiceId) {
    if app.card.is_none() {
        return;
    }
    let closed = async {
        match checkouts::running(&app.db.reader(), invoice).await? {
            Some(running) => look_after(app, &app.actor, &running).await,
            None => Ok(()),
        }
    };
    if let Ok(Err(failure)) = tokio::time::timeout(AT_ONCE, closed).await {
        Problem::from(failure).log();
    }
}

/// Looks after whatever runs: checkouts whose messages were lost, and refunds whose sending was cut
/// off; and for some weeks after what has ended, of which a fee, a refund or its return may be told
/// later. What was looked at longest ago comes first, so that nothing waits behind what cannot be
/// read. A gateway that cannot be reached is asked again by the next sweep.
///
/// # Errors
/// `db.*`.
pub async fn sweep(app: &App) -> Result<(), Failure> {
    if app.card.is_none() {
        return Ok(());
    }
    for checkout in checkouts::all_running(&app.db.reader(), SWEEP).await? {
        let (key, now) = (checkout.key.clone(), app.clock.system());
        app.db
            .write(async move |txn: &Txn| checkouts::looked_at(txn, &key, now).await)
            .await?;
        if let Err(failure) = look_after(app, "sweep", &checkout).await {
            Problem::from(failure).log();
        }
    }
    look_again(app).await?;
    for refund in refunds::sending(&app.db.reader(), SWEEP).await? {
        let (id, now) = (refund.id, app.clock.system());
        app.db
            .write(async move |txn: &Txn| refunds::looked_at(txn, id, now).await)
            .await?;
        if let Err(failure) = super::refund::send(app, "sweep", &refund.key).await {
            Problem::from(failure).log();
        }
    }
    Ok(())
}

/// Looks at checkouts that were paid: their messages may be lost as well.
async fn look_again(app: &App) -> Result<(), Failure> {
    let now = app.clock.system();
    let asked = Again {
        since: app.clock.business() - LOOKED_AT_FOR,
        before: now - AGAIN,
        before_without_fee: now - AGAIN_WITHOUT_FEE,
    };
    for key in checkouts::paid_again(&app.db.reader(), asked, SWEEP).await? {
        let looked = key.clone();
        app.db
            .write(async move |txn: &Txn| checkouts::looked_at(txn, &looked, now).await)
            .await?;
        if let Err(failure) = observe(app, "sweep", &key, None).await {
            Problem::from(failure).log();
        }
    }
    Ok(())
}
