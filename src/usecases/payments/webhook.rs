//! Messages of the gateway: checked, told apart, and led to the checkout they are about.

use super::super::Failure;
use super::observe::observe;
use super::{card, on_file};
use crate::access::Program;
use crate::app::App;
use crate::db::payments as store;
use crate::db::payments::checkouts;
use crate::db::payments::events::{self, GatewayEvent};
use crate::db::{DbError, Txn};
use crate::payments::webhook::{self, About, Event, WebhookError};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Its checkout was read and booked.
    Applied,
    /// It concerns nothing of ours.
    Ignored,
    /// It was taken before.
    Again,
}

/// Takes a message. The answer is good once everything it led to is committed; a message that could
/// not be dealt with is not taken, and the gateway sends it again.
///
/// # Errors
/// `webhook.*` for what is not the gateway's, `gateway.*` while its object cannot be read, `db.*`.
pub async fn take(app: &App, signature: &str, body: &[u8]) -> Result<Taken, Failure> {
    let refused = |error: WebhookError| Failure::of(error.code(), &error);
    let now = app.clock.system();
    webhook::verify(body, signature, &card(app)?.webhook_secrets, now).map_err(refused)?;
    let event = webhook::read(body).map_err(refused)?;
    let key = on_file(&event.id);
    if events::taken(&app.db.reader(), &key).await? {
        return Ok(Taken::Again);
    }
    let concerned = concerned(app, &event).await?;
    let record = GatewayEvent {
        key,
        kind: event.kind,
        subject: event.object,
        applied: !concerned.is_empty(),
    };
    let Some((last, others)) = concerned.split_last() else {
        let at = app.clock.business();
        app.db
            .write(async move |txn: &Txn| {
                events::take(txn, &record, at).await?;
                Ok::<_, DbError>(())
            })
            .await?;
        return Ok(Taken::Ignored);
    };
    for other in others {
        observe(app, "stripe", other, None).await?;
    }
    observe(app, "stripe", last, Some(record)).await?;
    Ok(Taken::Applied)
}

/// Keys of the checkouts that an event concerns.
async fn concerned(app: &App, event: &Event) -> Result<Vec<String>, Failure> {
    let on = app.db.reader();
    let of_session = event.kind.starts_with("checkout.session.");
    let one = match &event.about {
        About::Nothing => None,
        About::Checkout(key) => checkouts::by_key(&on, key).await?,
        About::Session(session) => checkouts::by_session(&on, session).await?,
        About::Payment(payment) => {
            let file = store::by_key(&on, Program::itself(), &on_file(payment)).await?;
            return match file.and_then(|file| file.record.meant_for) {
                None => Ok(Vec::new()),
                Some(invoice) => {
                    let all = checkouts::with_session(&on, invoice).await?;
                    Ok(all.into_iter().map(|one| one.key).collect())
                }
            };
        }
    };
    // A checkout that was given up before its page was known is led to by the session alone.
    let readable = |checkout: &checkouts::Checkout| {
        let unnamed = matches!(
            checkout.state,
            checkouts::CheckoutState::Expired { session: None, .. }
        );
        of_session || !unnamed
    };
    let one = one.filter(readable);
    Ok(one.into_iter().map(|checkout| checkout.key).collect())
}
