//! From the outbox to the mail: who is told that a document was issued, or that money came in.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{Order, enqueue};
use crate::access::account::AccountState;
use crate::access::{Account, Permission, Program};
use crate::app::App;
use crate::billing::Money;
use crate::db::access::accounts;
use crate::db::outbox::{self, WrittenEvent};
use crate::db::{Txn, invoices};
use crate::usecases::Failure;

/// How the outbox knows us.
pub(crate) const CONSUMER: &str = "mail";
/// A document was issued.
pub(crate) const ISSUED: &str = "invoice.issued";
/// Money came in.
pub(crate) const RECEIVED: &str = "payment.received";
/// The events that are told.
pub const TOPICS: [&str; 2] = [ISSUED, RECEIVED];
/// Events that are taken at once.
const BATCH: u32 = 50;
/// What is older is not told any more: mail was set up later, or a book was imported.
const NEWS: TimeDelta = TimeDelta::days(7);

/// What the event says of its document.
#[derive(Debug, Deserialize)]
struct Issued {
    number: String,
}

/// What the event says of the money.
#[derive(Debug, Deserialize)]
struct Received {
    payment: String,
    invoice: String,
    amount: Money,
}

/// Takes what is new out of the outbox, each once, and leaves a mail for everybody to be told.
///
/// # Errors
/// `db.*`.
pub async fn take(app: &App) -> Result<(), Failure> {
    let before = app.clock.business() - NEWS;
    for topic in TOPICS {
        app.db
            .write(async move |txn: &Txn| outbox::pass_over(txn, topic, CONSUMER, before).await)
            .await?;
        // Everybody of a customer, read once however many documents it gets.
        let mut readers = HashMap::new();
        loop {
            let on = app.db.reader();
            let events = outbox::undelivered(&on, topic, CONSUMER, BATCH).await?;
            if events.is_empty() {
                break;
            }
            let mut told = Vec::with_capacity(events.len());
            for event in events {
                let orders = orders(app, topic, &event, &mut readers).await?;
                told.push((event.id, orders));
            }
            app.db
                .write(async move |txn: &Txn| {
                    for (event, orders) in &told {
                        for (key, order) in orders {
                            enqueue(txn, key, order).await?;
                        }
                        outbox::acknowledge(txn, *event, CONSUMER).await?;
                    }
                    Ok::<_, Failure>(())
                })
                .await?;
        }
    }
    Ok(())
}

/// The mails that an event leads to, by their keys.
async fn orders(
    app: &App,
    topic: &str,
    event: &WrittenEvent,
    known: &mut HashMap<u32, Vec<Account>>,
) -> Result<Vec<(String, Order)>, Failure> {
    let body = &event.event.body;
    let news = match topic {
        ISSUED => serde_json::from_str(body).map(News::of_document),
        _ => serde_json::from_str(body).map(News::of_payment),
    };
    let Ok(news) = news else {
        return Ok(Vec::new());
    };
    let on = app.db.reader();
    let found = invoices::by_number(&on, Program::itself().into(), &news.number).await?;
    let Some(customer) = found.first().and_then(|one| one.head.customer.parse().ok()) else {
        return Ok(Vec::new());
    };
    if let std::collections::hash_map::Entry::Vacant(free) = known.entry(customer) {
        free.insert(readers(accounts::of_customer(&on, customer).await?));
    }
    let people = known.get(&customer).into_iter().flatten();
    Ok(people
        .map(|account| news.order(account, event.recorded_at))
        .collect())
}

/// Whoever may see invoices.
fn readers(people: Vec<Account>) -> Vec<Account> {
    let reads = |account: &Account| {
        let principal = account.principal();
        let may = principal.is_ok_and(|one| one.may(Permission::ReadOwnInvoices));
        account.state == AccountState::Active && may
    };
    people.into_iter().filter(reads).collect()
}

/// What is told of a document.
struct News {
    number: String,
    /// The payment that came in for it, and how much; none when it was issued.
    paid: Option<(String, Money)>,
}

impl News {
    fn of_document(Issued { number }: Issued) -> Self {
        Self { number, paid: None }
    }

    fn of_payment(of: Received) -> Self {
        Self {
            number: of.invoice,
            paid: Some((of.payment, of.amount)),
        }
    }

    /// The key of a mail to somebody, and the mail.
    fn order(&self, account: &Account, at: DateTime<Utc>) -> (String, Order) {
        let (account, number) = (account.id, self.number.clone());
        match &self.paid {
            None => (
                format!("invoice/{number}/{account}"),
                Order::Invoice {
                    account,
                    number,
                    issued_at: at,
                },
            ),
            Some((payment, amount)) => (
                format!("receipt/{payment}/{account}"),
                Order::Receipt {
                    account,
                    number,
                    amount: *amount,
                    received_at: at,
                },
            ),
        }
    }
}
