//! From the outbox to the mail: who is told that a document was issued.

use chrono::TimeDelta;
use serde::Deserialize;

use super::{Order, enqueue};
use crate::access::account::AccountState;
use crate::access::{Account, Party, Permission, Scope};
use crate::app::App;
use crate::db::access::accounts;
use crate::db::outbox::{self, WrittenEvent};
use crate::db::{Txn, invoices};
use crate::usecases::Failure;

/// How the outbox knows us.
const CONSUMER: &str = "mail";
/// The events that are told.
const TOPIC: &str = "invoice.issued";
/// Events that are taken at once.
const BATCH: u32 = 50;
/// What is older is not told any more: mail was set up later, or a book was imported.
const NEWS: TimeDelta = TimeDelta::days(7);

/// What the event says of its document.
#[derive(Debug, Deserialize)]
struct Issued {
    number: String,
}

/// Takes new events out of the outbox, each once, and leaves a mail for everybody to be told.
///
/// # Errors
/// `db.*`.
pub async fn take(app: &App) -> Result<(), Failure> {
    let on = app.db.reader();
    let events = outbox::undelivered(&on, TOPIC, CONSUMER, BATCH).await?;
    let now = app.clock.business();
    for event in events {
        let told = match now - event.recorded_at <= NEWS {
            true => told(app, &event).await?,
            false => Vec::new(),
        };
        app.db
            .write(async move |txn: &Txn| {
                for order in &told {
                    let Order::Invoice {
                        account, number, ..
                    } = order
                    else {
                        continue;
                    };
                    enqueue(txn, &format!("invoice/{number}/{account}"), order).await?;
                }
                outbox::acknowledge(txn, event.id, CONSUMER).await?;
                Ok::<_, Failure>(())
            })
            .await?;
    }
    Ok(())
}

/// Whoever of the customer may see invoices.
async fn told(app: &App, event: &WrittenEvent) -> Result<Vec<Order>, Failure> {
    let on = app.db.reader();
    let Ok(Issued { number }) = serde_json::from_str(&event.event.body) else {
        return Ok(Vec::new());
    };
    let found = invoices::by_number(&on, Scope::of_program(), &number).await?;
    let Some(customer) = found.first().and_then(|one| one.head.customer.parse().ok()) else {
        return Ok(Vec::new());
    };
    let people = accounts::list(&on, Scope::of_program()).await?;
    let order = |account: &Account| Order::Invoice {
        account: account.id,
        number: number.clone(),
        issued_at: event.recorded_at,
    };
    let reads = |account: &&Account| {
        let principal = account.principal();
        let may = principal.is_ok_and(|one| one.may(Permission::ReadOwnInvoices));
        account.party == Party::Customer(customer) && account.state == AccountState::Active && may
    };
    Ok(people.iter().filter(reads).map(order).collect())
}
