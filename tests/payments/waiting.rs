//! What waits for somebody: money that is held, refunds to approve, mail about money that came in.

use std::collections::BTreeSet;

use harness::{numbers, on_both};
use herdbook::access::{Party, Program, Role};
use herdbook::billing::payment::Settlement;
use herdbook::db::figures::figures;
use herdbook::db::invoices;
use herdbook::db::outbox::{self, OutboxEvent};
use herdbook::db::runs::{self, FinishedRun, Purpose, RunRequest};
use herdbook::db::{Db, Txn, today};
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::cancel_invoice::cancel_by_program;
use herdbook::usecases::mail::relay;
use herdbook::usecases::outlook::Cache;
use herdbook::usecases::payments::read;
use herdbook::usecases::payments::refund::request;
use herdbook::usecases::today::work;

use crate::fixture::noon;
use crate::refunds::{People, people};
use crate::town::{PAYER, Town};

on_both! {
    async fn money_of_an_invoice_that_was_taken_back_is_on_a_list_until_it_is_given_back(db: &Db) {
        let town = Town::new(db).await;
        let People { finance, approver } = people(&town).await;
        let page = town.start().await;
        town.pay(&page).await;
        town.deliver_all().await;
        let cache = Cache::default();
        let found = work(&town.app, &finance, &cache).await.expect("read");
        assert_eq!(found.give_back.count, 0, "it settles the invoice");
        cancel_by_program(&town.app, town.number(), "wrong price").await.expect("cancelled");
        let found = work(&town.app, &finance, &cache).await.expect("read");
        assert_eq!(found.give_back.count, 1);
        let held = &found.give_back.first[0];
        assert_eq!((held.amount, held.invoice.as_deref()), (town.gross(), Some(town.number())));
        let stored = invoices::get(&db.reader(), Program::itself(), town.invoice.id)
            .await.expect("read");
        let stands = read::settlements(&town.app, &finance, std::slice::from_ref(&stored)).await;
        let stands = stands.expect("read").remove(&stored.id).expect("it stands");
        assert!(matches!(stands, Settlement::Overpaid { over, .. } if over == town.gross()));
        request(&town.app, &finance, held.payment.0).await.expect("asked for");
        let found = work(&town.app, &finance, &cache).await.expect("read");
        assert_eq!((found.give_back.count, found.approve_refunds.len()), (0, 0));
        let found = work(&town.app, &approver, &cache).await.expect("read");
        assert_eq!((found.give_back.count, found.approve_refunds.len()), (0, 1));
        assert_eq!(found.approve_refunds[0].amount, town.gross());
        town.adds_up().await;
    }
}

/// Somebody of the customer who may see its invoices.
async fn reader(town: &Town) {
    let invitation = Invitation {
        email: "reader@agency.example".to_owned(),
        name: "reader".to_owned(),
        party: Party::Customer(PAYER),
        roles: BTreeSet::from([Role::CustomerBilling]),
    };
    users::create(&town.app, "test".to_owned(), &invitation)
        .await
        .expect("created");
}

async fn mails(db: &Db, kind: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM job WHERE kind = 'mail' AND key LIKE '{kind}/%'");
    numbers(db, &sql).await[0]
}

on_both! {
    async fn who_paid_is_told_once_that_it_came_in(db: &Db) {
        let town = Town::new(db).await;
        reader(&town).await;
        let page = town.start().await;
        town.pay(&page).await;
        town.deliver_all().await;
        let waits = async || {
            let now = town.app.clock.business();
            figures(db, now, &relay::TOPICS).await.expect("read").outbox.count
        };
        assert!(waits().await > 0);
        let none = figures(db, town.app.clock.business(), &[]).await.expect("read");
        assert_eq!(none.outbox.count, 0, "what nobody takes waits for nobody");
        for _ in 0..2 {
            relay::take(&town.app).await.expect("taken");
            assert_eq!(mails(db, "receipt").await, 1);
        }
        assert_eq!(waits().await, 0, "everything has been taken");
    }
}

on_both! {
    async fn all_that_is_news_is_taken_at_once_and_the_rest_passed_over(db: &Db) {
        let town = Town::new(db).await;
        reader(&town).await;
        relay::take(&town.app).await.expect("taken");
        let before = mails(db, "invoice").await;
        let (number, now) = (town.number().to_owned(), town.app.clock.business());
        let event = move |number: &str| OutboxEvent {
            topic: "invoice.issued".to_owned(),
            subject: number.to_owned(),
            body: serde_json::json!({ "number": number }).to_string(),
        };
        db.write(async move |txn: &Txn| {
            let old: Vec<OutboxEvent> = (0..120).map(|_| event(&number)).collect();
            outbox::write(txn, noon("2025-12-20"), &old).await?;
            let unknown: Vec<OutboxEvent> = (0..120).map(|_| event("RE-0")).collect();
            outbox::write(txn, now, &unknown).await?;
            outbox::write(txn, now, &[event(&number)]).await
        })
        .await
        .expect("written");
        relay::take(&town.app).await.expect("taken");
        assert_eq!(mails(db, "invoice").await - before, i64::from(before == 0));
        let left = figures(db, now, &relay::TOPICS).await.expect("read").outbox.count;
        assert_eq!(left, 0);
    }
}

on_both! {
    async fn a_run_that_ends_after_a_later_one_changes_the_marks(db: &Db) {
        let town = Town::new(db).await;
        let now = town.app.clock.business();
        let tax = town.app.tax.settings;
        let asked = RunRequest {
            as_of: now.date_naive(),
            service_until: now.date_naive(),
            as_known_at: now,
            tax,
        };
        let end = FinishedRun { at: now, report: "{}".to_owned(), audit_head: None };
        let begun = async |purpose: Purpose| {
            let run = db.write(async move |txn: &Txn| runs::start(txn, purpose, asked, now).await);
            run.await.expect("begun").id
        };
        let finish = async |run| {
            let end = end.clone();
            let ended = db.write(async move |txn: &Txn| runs::finish(txn, run, &end).await);
            ended.await.expect("ended");
        };
        let marks = async || today::marks(&db.reader()).await.expect("read").agreed;
        let (billing, cancellation) =
            (begun(Purpose::Billing).await, begun(Purpose::Cancellation).await);
        let before = marks().await;
        finish(cancellation).await;
        let between = marks().await;
        assert_ne!(between, before);
        finish(billing).await;
        assert_ne!(marks().await, between);
    }
}
