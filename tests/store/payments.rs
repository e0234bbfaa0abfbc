//! Payments in the store: what is open follows from the ledger and the allocations, as of a day and
//! as it was known; rows are kept, once, and come back as they went in.

use std::collections::BTreeMap;

use harness::facts::{self, at, date, noon};
use harness::{behind_its_back, numbers, on_both};
use herdbook::access::{Program, Reach, Scope};
use herdbook::billing::outlook::{Receivable, open_amounts};
use herdbook::billing::party::Chart;
use herdbook::billing::payment::{Fee, Method, Payment};
use herdbook::billing::{Currency, Money};
use herdbook::db::invoices::InvoiceId;
use herdbook::db::ledger::{self, EntryRecord, PostingRecord};
use herdbook::db::payments::checkouts::{self, Checkout, CheckoutState};
use herdbook::db::payments::events::{self, GatewayEvent};
use herdbook::db::payments::receivables::{balances, misplaced, open_page, receivables, standings};
use herdbook::db::payments::refunds::{self, Refund, RefundState};
use herdbook::db::payments::{
    self, Allocation, PaymentId, PaymentRecord, SettledBy, allocate, lock_invoice,
};
use herdbook::db::{AsOf, Db, DbError, Txn};

const ALL: Scope = Scope::of_program();

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn as_of(day: &str, known: &str) -> AsOf {
    AsOf {
        day: date(day),
        known_at: at(known),
    }
}

/// Issued invoices 1 to `count` over 119 euros, of which the last is a credit note.
async fn issued(db: &Db, count: u32) -> Vec<InvoiceId> {
    facts::parties(db, count).await;
    let run = facts::run(db).await;
    let mut ids = Vec::new();
    for n in 1..=count {
        ids.push(facts::freeze(db, run, n, "hosting").await.expect("frozen"));
    }
    facts::number_all(db).await;
    let entries: Vec<EntryRecord> = (1..)
        .zip(&ids)
        .map(|(n, id)| entry(n, *id, n == count))
        .collect();
    db.write(async move |txn: &Txn| ledger::post(txn, &entries).await)
        .await
        .expect("booked");
    ids
}

pub fn entry(n: u32, id: InvoiceId, gives_back: bool) -> EntryRecord {
    let side = |account: String, debit: bool| PostingRecord {
        account,
        debit_minor: if debit { 11_900 } else { 0 },
        credit_minor: if debit { 0 } else { 11_900 },
        currency: Currency::EUR,
    };
    EntryRecord {
        key: format!("issue/RE-2026-{n:04}"),
        booked_on: date("2026-02-01"),
        invoice: Some(id),
        memo: "Invoice".into(),
        recorded_at: noon(),
        postings: vec![
            side(format!("{}", 10_000 + n), !gives_back),
            side("8400".into(), gives_back),
        ],
    }
}

pub fn payment(
    key: &str,
    customer: u32,
    minor: i64,
    meant_for: Option<InvoiceId>,
) -> PaymentRecord {
    PaymentRecord {
        id: PaymentId(0),
        payment: Payment {
            key: key.into(),
            customer,
            method: Method::Card,
            received_on: date("2026-02-10"),
            amount: eur(minor),
            reference: "pi_1".into(),
        },
        meant_for,
        chart: Chart::Skr03,
        recorded_at: at("2026-02-12T09:00:00Z"),
    }
}

pub async fn settled(db: &Db, record: PaymentRecord, invoice: InvoiceId, minor: i64) -> PaymentId {
    db.write(async move |txn: &Txn| {
        lock_invoice(txn, invoice).await?;
        let id = payments::insert(txn, &record).await?;
        let part = Allocation {
            invoice,
            by: SettledBy::Payment(id),
            on: record.payment.received_on,
            amount: eur(minor),
        };
        allocate(txn, &[part], record.recorded_at).await?;
        Ok::<_, DbError>(id)
    })
    .await
    .expect("settled")
}

/// All open documents, a page of one at a time.
async fn paged(db: &Db, of: (Scope, Option<u32>), at: AsOf) -> Vec<Receivable> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = open_page(&db.reader(), of, at, (after, 1)).await;
        let Some((place, one)) = page.expect("read").pop() else {
            return found;
        };
        found.push(one);
        after = Some(place);
    }
}

on_both! {
    async fn what_is_open_follows_from_ledger_and_allocations(db: &Db) {
        let ids = issued(db, 3).await;
        settled(db, payment("stripe/pi_1", 10_001, 5_000, Some(ids[0])), ids[0], 5_000).await;
        settled(db, payment("stripe/pi_2", 10_002, 20_000, Some(ids[1])), ids[1], 11_900).await;
        let now = as_of("2026-03-10", "2026-03-10T00:00:00Z");
        let open = receivables(&db.reader(), (ALL, None), now).await.expect("read");
        let plain: Vec<(&str, u32, i64, i64)> = open
            .iter()
            .map(|one| {
                let (gross, allocated) = (one.gross.minor(), one.allocated.minor());
                (one.number.as_str(), one.customer, gross, allocated)
            })
            .collect();
        assert_eq!(
            plain,
            [("RE-2026-0001", 10_001, 11_900, 5_000), ("RE-2026-0003", 10_003, -11_900, 0)]
        );
        let own = receivables(&db.reader(), (ALL, Some(10_003)), now).await.expect("read");
        assert_eq!(own, open[1..]);
        let sums = open_amounts(&open, now.day).expect("summed");
        assert_eq!(sums[&Currency::EUR].amount, eur(6_900));
        assert_eq!(sums[&Currency::EUR].credits.amount, eur(11_900));
        let own = Scope::of_program();
        assert_eq!(own.reach(), Reach::All);
        let all = standings(&db.reader(), &ids, now).await.expect("read");
        assert_eq!(all.len(), 3);
        let second = &all[&ids[1]];
        let found = (second.owed, second.allocated, second.over);
        assert_eq!(found, (eur(11_900), eur(11_900), eur(8_100)));
        assert_eq!(second.last_on, Some(date("2026-02-10")));
    }
}

on_both! {
    async fn a_payment_counts_from_its_day_and_from_when_it_was_known(db: &Db) {
        let ids = issued(db, 2).await;
        settled(db, payment("stripe/pi_1", 10_001, 11_900, Some(ids[0])), ids[0], 11_900).await;
        let cases = [
            ("2026-01-31", "2026-03-01T00:00:00Z", 0),
            ("2026-02-09", "2026-03-01T00:00:00Z", 2),
            ("2026-02-10", "2026-02-12T08:59:59Z", 2),
            ("2026-02-10", "2026-02-12T09:00:00Z", 1),
            ("2026-02-10", "2026-02-01T11:59:59Z", 0),
        ];
        for (day, known, count) in cases {
            let at = as_of(day, known);
            let open = receivables(&db.reader(), (ALL, None), at).await.expect("read");
            assert_eq!(open.len(), count, "{day} {known}");
            let at = as_of(day, known);
            assert_eq!(paged(db, (ALL, None), at).await, open, "{day} {known}");
            let own = paged(db, (ALL, Some(10_001)), at).await;
            let mut expected = open.clone();
            expected.retain(|one| one.customer == 10_001);
            assert_eq!(own, expected, "{day} {known}");
        }
        // What is settled is read by nobody.
        assert_eq!(numbers(db, "SELECT invoice FROM open_document").await, [ids[1].0]);
    }
}

on_both! {
    async fn a_list_of_what_is_open_that_is_wrong_is_noticed(db: &Db) {
        let ids = issued(db, 2).await;
        settled(db, payment("stripe/pi_1", 10_001, 11_900, Some(ids[0])), ids[0], 11_900).await;
        let wrong = async || misplaced(&db.reader(), Program::itself()).await.expect("read");
        assert_eq!(wrong().await, Vec::<String>::new());
        let other = "UPDATE open_document SET owed_minor = owed_minor - 1";
        behind_its_back(db, other).await.expect("changed");
        assert_eq!(wrong().await, ["RE-2026-0002"]);
        behind_its_back(db, "DELETE FROM open_document").await.expect("deleted");
        assert_eq!(wrong().await, ["RE-2026-0002"]);
    }
}

on_both! {
    async fn a_credit_note_can_be_set_off(db: &Db) {
        let ids = issued(db, 3).await;
        let (invoice, credit_note) = (ids[0], ids[2]);
        db.write(async move |txn: &Txn| {
            let part = Allocation {
                invoice,
                by: SettledBy::CreditNote(credit_note),
                on: date("2026-02-05"),
                amount: eur(11_900),
            };
            allocate(txn, &[part], noon()).await
        })
        .await
        .expect("set off");
        let now = as_of("2026-03-10", "2026-03-10T00:00:00Z");
        let open = receivables(&db.reader(), (ALL, None), now).await.expect("read");
        let numbers: Vec<&str> = open.iter().map(|one| one.number.as_str()).collect();
        assert_eq!(numbers, ["RE-2026-0002"]);
        assert_eq!(payments::owed(&db.reader(), invoice).await.expect("read"), eur(0));
    }
}

on_both! {
    async fn a_payment_comes_back_with_all_that_belongs_to_it(db: &Db) {
        let ids = issued(db, 2).await;
        let record = payment("stripe/pi_1", 10_001, 20_000, Some(ids[0]));
        let id = settled(db, record.clone(), ids[0], 11_900).await;
        let fee = Fee { key: "stripe/txn_1".into(), on: date("2026-02-10"), amount: eur(325) };
        let refund = Refund {
            id: 0,
            key: "stripe/re_1".into(),
            payment: id,
            amount: eur(8_100),
            reference: Some("re_1".into()),
            requested_by: None,
            requested_at: noon(),
            state: RefundState::Returned { approved: None, on: date("2026-02-11") },
        };
        let (fees, given) = (vec![fee.clone()], refund.clone());
        db.write(async move |txn: &Txn| {
            payments::insert_fees(txn, id, &fees, noon()).await?;
            refunds::insert(txn, &given).await
        })
        .await
        .expect("stored");
        let file = payments::by_key(&db.reader(), Program::itself(), "stripe/pi_1")
            .await.expect("read");
        let file = file.expect("found");
        assert_eq!(file.record, PaymentRecord { id, ..record });
        assert_eq!(file.fees, [fee]);
        assert_eq!(file.refunds, [Refund { id: file.refunds[0].id, ..refund }]);
        assert_eq!(file.allocated, BTreeMap::from([(ids[0], eur(11_900))]));
        assert_eq!((file.returned().unwrap(), file.left().unwrap()), (eur(8_100), eur(0)));
        let of = payments::of_invoice(&db.reader(), Program::itself(), ids[0]).await.expect("read");
        assert_eq!(of, [file]);
    }
}

on_both! {
    async fn a_payment_an_event_and_a_running_checkout_exist_once(db: &Db) {
        let ids = issued(db, 1).await;
        let id = ids[0];
        let record = payment("stripe/pi_1", 10_001, 100, Some(id));
        let again = record.clone();
        db.write(async move |txn: &Txn| payments::insert(txn, &record).await).await.expect("once");
        let twice = db.write(async move |txn: &Txn| payments::insert(txn, &again).await).await;
        assert_eq!(twice.unwrap_err().code(), "db.duplicate");
        let event = GatewayEvent {
            key: "stripe/evt_1".into(),
            kind: "charge.succeeded".into(),
            subject: "ch_1".into(),
            applied: true,
        };
        for expected in [true, false] {
            let event = event.clone();
            let taken = db.write(async move |txn: &Txn| events::take(txn, &event, noon()).await);
            assert_eq!(taken.await.expect("taken"), expected);
        }
        assert!(events::taken(&db.reader(), "stripe/evt_1").await.expect("read"));
        let checkout = |key: &str| Checkout {
            key: key.into(),
            invoice: id,
            amount: eur(100),
            back: "http://localhost/".into(),
            started_by: "customer/1".into(),
            started_at: noon(),
            expires_at: noon(),
            state: CheckoutState::Opening,
        };
        let (first, second) = (checkout("a"), checkout("b"));
        let stored = first.clone();
        db.write(async move |txn: &Txn| checkouts::insert(txn, &stored).await).await.expect("one");
        let other = second.clone();
        let two = db.write(async move |txn: &Txn| checkouts::insert(txn, &other).await).await;
        assert_eq!(two.unwrap_err().code(), "db.duplicate");
        let expired = Checkout {
            state: CheckoutState::Expired { session: None, ended_at: noon() },
            ..first
        };
        db.write(async move |txn: &Txn| {
            checkouts::save(txn, &expired).await?;
            checkouts::insert(txn, &second).await
        })
        .await
        .expect("the next one");
        let running = checkouts::running(&db.reader(), id).await.expect("read");
        assert_eq!(running.map(|one| one.key), Some("b".into()));
    }
}

on_both! {
    async fn what_was_booked_is_never_changed(db: &Db) {
        let ids = issued(db, 1).await;
        settled(db, payment("stripe/pi_1", 10_001, 100, Some(ids[0])), ids[0], 100).await;
        for statement in [
            "UPDATE payment SET amount_minor = 1",
            "DELETE FROM payment",
            "UPDATE allocation SET amount_minor = 1",
            "DELETE FROM allocation",
        ] {
            let refused = harness::behind_its_back(db, statement).await;
            assert!(refused.is_err(), "{statement}");
        }
    }
}

on_both! {
    async fn the_ledger_of_a_customer_is_what_is_open_less_what_is_left(db: &Db) {
        let ids = issued(db, 2).await;
        settled(db, payment("stripe/pi_1", 10_001, 15_000, Some(ids[0])), ids[0], 11_900).await;
        let found = balances(&db.reader(), Program::itself()).await.expect("read");
        let first = found.iter().find(|one| one.customer == "10001").expect("a balance");
        // The payment's own entry is not booked here: the ledger still says what was invoiced.
        assert_eq!((first.ledger, first.open, first.left), (eur(11_900), eur(0), eur(3_100)));
    }
}
