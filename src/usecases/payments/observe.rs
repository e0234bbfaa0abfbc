//! Reading a checkout at the gateway, and booking what it tells: the one step that everything
//! leads to.

use super::super::{Failure, SEALING};
use super::booking::{Booker, book};
use super::card;
use crate::app::App;
use crate::db::payments::checkouts::{self, Checkout, CheckoutState};
use crate::db::payments::events::{self, GatewayEvent};
use crate::db::payments::refunds;
use crate::db::{DbError, Txn, audit_chain};
use crate::error::Problem;
use crate::payments::{CheckoutOrder, GatewayError, Opened, SessionSeen};

/// Checkouts and refunds that one sweep looks at.
const SWEEP: u64 = 100;

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
    let session = match checkout.state.session() {
        Some(session) => session.to_owned(),
        None => open(app, &checkout).await?.session,
    };
    let seen = card(app)?.gateway.session(&session).await?;
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
    audit_chain::seal_all(&app.db.book, actor, SEALING).await?;
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
    let stored = crate::db::invoices::get(&app.db.reader(), checkout.invoice).await?;
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

/// Ends a checkout that never had a page.
async fn end(app: &App, key: &str) -> Result<(), Failure> {
    let (key, ended_at) = (key.to_owned(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            if let Some(checkout) = checkouts::lock(txn, &key).await?
                && checkout.state == CheckoutState::Opening
            {
                let state = CheckoutState::Expired {
                    session: None,
                    ended_at,
                };
                checkouts::save(txn, &Checkout { state, ..checkout }).await?;
            }
            Ok::<_, Failure>(())
        })
        .await
}

/// Looks after whatever runs: checkouts whose messages were lost, and refunds whose sending was cut
/// off. A gateway that cannot be reached is asked again by the next sweep.
///
/// # Errors
/// `db.*`.
pub async fn sweep(app: &App) -> Result<(), Failure> {
    if app.card.is_none() {
        return Ok(());
    }
    for checkout in checkouts::all_running(&app.db.reader(), SWEEP).await? {
        if let Err(failure) = observe(app, "sweep", &checkout.key, None).await {
            Problem::from(failure).log();
        }
    }
    for refund in refunds::sending(&app.db.reader(), SWEEP).await? {
        if let Err(failure) = super::refund::send(app, "sweep", &refund.key).await {
            Problem::from(failure).log();
        }
    }
    Ok(())
}
