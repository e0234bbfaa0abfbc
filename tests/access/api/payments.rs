//! Payments over the API: staff read all of each, a customer what is its own and its business.

use axum::http::Method as Verb;
use chrono::NaiveDate;
use harness::on_both;
use herdbook::access::{Party, Program, Role};
use herdbook::billing::Money;
use herdbook::billing::party::Chart;
use herdbook::billing::payment::{Fee, Method, Payment};
use herdbook::db::invoices::{self, InvoiceId};
use herdbook::db::payments::refunds::{self, Refund, RefundState};
use herdbook::db::payments::{
    self, Allocation, PaymentId, PaymentRecord, SettledBy, allocate, insert_fees,
};
use herdbook::db::{Db, Txn};
use herdbook::usecases::access::users::{self, Invitation};
use serde_json::{Value, json};

use super::{Api, billed};
use crate::fixture::{Fixture, origin};

fn march(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).expect("a day")
}

fn euros(minor: i64) -> Money {
    Money::new(minor, herdbook::billing::Currency::EUR)
}

fn record(of: (u32, Method, &str), on: NaiveDate, meant_for: Option<InvoiceId>) -> PaymentRecord {
    let (customer, method, reference) = of;
    let recorded_at = on.and_hms_opt(12, 0, 0).expect("noon").and_utc();
    PaymentRecord {
        id: PaymentId(0),
        payment: Payment {
            key: format!("test/{reference}"),
            customer,
            method,
            received_on: on,
            amount: euros(10_000),
            reference: reference.to_owned(),
        },
        meant_for,
        chart: Chart::Skr03,
        recorded_at,
    }
}

/// Two payments: one by card of the customer that was billed, with a fee, a part of its invoice, a
/// refund that was made and one that is asked for; and one of another customer.
async fn paid(db: &Db) -> (String, PaymentId, PaymentId) {
    let all = invoices::page(&db.reader(), Program::itself(), None, 50)
        .await
        .expect("read");
    let own = all
        .iter()
        .find(|one| one.number().is_some())
        .expect("billed");
    let (invoice, number) = (own.id, own.number().expect("issued").to_owned());
    let made = db.write(async move |txn: &Txn| {
        let first = record((20_001, Method::Card, "pi_1"), march(2), Some(invoice));
        let at = first.recorded_at;
        let id = payments::insert(txn, &first).await?;
        let fee = Fee {
            key: "txn_1".to_owned(),
            on: march(2),
            amount: euros(175),
        };
        insert_fees(txn, id, &[fee], at).await?;
        let part = Allocation {
            invoice,
            by: SettledBy::Payment(id),
            on: march(2),
            amount: euros(1_000),
        };
        allocate(txn, &[part], at).await?;
        let refund = |key: &str, state| Refund {
            id: 0,
            key: key.to_owned(),
            payment: id,
            amount: euros(500),
            reference: None,
            requested_by: None,
            requested_at: at,
            state,
        };
        let returned = RefundState::Returned {
            approved: None,
            on: march(4),
        };
        refunds::insert(txn, &refund("made", returned)).await?;
        refunds::insert(txn, &refund("asked", RefundState::Requested)).await?;
        let second = record((10_001, Method::Transfer, "bank-1"), march(5), None);
        Ok::<_, herdbook::db::DbError>((id, payments::insert(txn, &second).await?))
    });
    let (first, second) = made.await.expect("paid");
    (number, first, second)
}

async fn customer(it: &Fixture, number: u32) -> Api {
    let invitation = Invitation {
        email: format!("{number}@example.org"),
        name: "Customer".to_owned(),
        party: Party::Customer(number),
        roles: [Role::CustomerBilling].into(),
    };
    let created = users::create(&it.app, "test".to_owned(), &invitation).await;
    let (account, _) = created.expect("created");
    let session = it.open(&account, &origin()).await;
    Api::of(it, &it.token_of(&session).await)
}

async fn ids(api: &Api, query: &str) -> Vec<i64> {
    let answer = api.get(&format!("/api/v1/payments{query}")).await;
    assert_eq!(answer.status, 200, "{query} {}", answer.body);
    let all = answer.body["data"].as_array().expect("a list");
    all.iter().filter_map(|one| one["id"].as_i64()).collect()
}

on_both! {
    async fn staff_read_payments_with_all_that_belongs_to_them(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let (number, PaymentId(first), PaymentId(second)) = paid(db).await;
        let api = Api::of(&it, &it.token(Role::Auditor).await);
        for (query, found) in [
            (String::new(), vec![second, first]),
            ("?method=card".to_owned(), vec![first]),
            ("?customer=10001".to_owned(), vec![second]),
            ("?from=2026-03-03".to_owned(), vec![second]),
            ("?to=2026-03-05".to_owned(), vec![first]),
            (format!("?invoice={number}"), vec![first]),
            ("?invoice=RE-0".to_owned(), vec![]),
        ] {
            assert_eq!(ids(&api, &query).await, found, "{query}");
        }
        let path = format!("/api/v1/payments/{first}");
        let one = api.get(&path).await;
        assert_eq!(one.status, 200, "{}", one.body);
        let listed = api.get("/api/v1/payments").await;
        assert_eq!(listed.body["data"][1], one.body);
        let body = &one.body;
        assert_eq!(body["meant_for"], number);
        assert_eq!(body["allocations"][0]["invoice"], number);
        assert_eq!(body["fees"][0]["amount"], json!({ "amount": "1.75", "currency": "EUR" }));
        assert_eq!(body["refunds"].as_array().map(Vec::len), Some(2));
        assert_eq!((&body["method"], &body["reference"]), (&json!("card"), &json!("pi_1")));
        assert_eq!(body["returned"]["amount"], "5.00");
        assert_eq!(body["left"]["amount"], "85.00");
        let same = [("if-none-match", one.header("etag"))];
        assert_eq!(api.send(Verb::GET, &path, &same, "").await.status, 304);
        let wrong = api.get("/api/v1/payments?method=cash").await;
        assert_eq!((wrong.status, wrong.code()), (400, "api.query"));
        for missing in ["0", "x", "99999999"] {
            let none = api.get(&format!("/api/v1/payments/{missing}")).await;
            assert_eq!((none.status, none.code()), (404, "api.not-found"), "{missing}");
        }
        let other = Api::of(&it, &it.token(Role::Operations).await);
        assert_eq!(other.get("/api/v1/payments").await.code(), "access.denied");
    }
}

on_both! {
    async fn a_customer_reads_its_own_payments_and_not_what_staff_ask_each_other(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let (number, PaymentId(first), PaymentId(second)) = paid(db).await;
        let own = customer(&it, 20_001).await;
        let foreign = customer(&it, 10_001).await;
        assert_eq!(ids(&own, "").await, [first]);
        assert_eq!(ids(&foreign, "").await, [second]);
        assert_eq!(ids(&foreign, "?customer=20001").await, [0; 0]);
        assert_eq!(ids(&foreign, &format!("?invoice={number}")).await, [0; 0]);
        let one = own.get(&format!("/api/v1/payments/{first}")).await;
        assert_eq!((one.status, &one.body["allocations"][0]["invoice"]), (200, &json!(number)));
        for hidden in ["fees", "reference"] {
            assert_eq!(one.body[hidden], Value::Null, "{hidden}");
        }
        let refunds = one.body["refunds"].as_array().expect("a list");
        assert_eq!(refunds.len(), 1, "what is only asked for is no news for a customer");
        assert_eq!(refunds[0]["state"], "returned");
        let none = foreign.get(&format!("/api/v1/payments/{first}")).await;
        assert_eq!((none.status, none.code()), (404, "api.not-found"));
    }
}
