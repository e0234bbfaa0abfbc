//! Invoice numbers: gapless, in order, each once, whoever dies or is overtaken.

use harness::facts::{self, SERIES};
use harness::numbering::{batch, lead};
use harness::{behind_its_back, on_both};
use herdbook::access::{Program, Scope};
use herdbook::db::invoices::InvoiceState;
use herdbook::db::{Db, invoices, leases, ledger, numbering, outbox};

const ALL: Scope = Scope::of_program();

async fn frozen(db: &Db, contracts: u32) {
    facts::parties(db, contracts).await;
    let run = facts::run(db).await;
    for n in (1..=contracts).rev() {
        facts::freeze(db, run, n, "hosting").await.expect("frozen");
    }
}

async fn places(db: &Db) -> Vec<i64> {
    harness::numbers(
        db,
        "SELECT place FROM invoice WHERE number IS NOT NULL ORDER BY place",
    )
    .await
}

on_both! {
    async fn numbers_follow_date_customer_and_contract(db: &Db) {
        frozen(db, 5).await;
        let lease = lead(db, "one").await.expect("free");
        assert_eq!(batch(db, &lease, false).await.expect("numbered"), 5);
        assert_eq!(batch(db, &lease, false).await.expect("none left"), 0);
        for n in 1..=5 {
            let number = format!("RE-2026-{n:04}");
            let found = invoices::by_number(&db.reader(), ALL, &number).await.expect("found");
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].head.contract, format!("C-{n:04}"));
            let issued = matches!(found[0].state, InvoiceState::Issued { .. });
            assert!(issued);
            let entries = ledger::of_invoice(&db.reader(), Program::itself(), found[0].id)
                .await.expect("booked");
            assert_eq!(entries.len(), 1);
        }
    }
}

on_both! {
    async fn an_aborted_batch_leaves_no_gap(db: &Db) {
        frozen(db, 3).await;
        let lease = lead(db, "one").await.expect("free");
        for _ in 0..3 {
            assert_eq!(batch(db, &lease, true).await.expect_err("aborted").code(), "db.refused");
        }
        assert!(places(db).await.is_empty());
        assert_eq!(batch(db, &lease, false).await.expect("numbered"), 3);
        assert_eq!(places(db).await, [1, 2, 3]);
        let events = outbox::undelivered(&db.reader(), "invoice.issued", "mail", 10).await;
        assert_eq!(events.expect("events").len(), 3);
    }
}

on_both! {
    async fn a_leader_that_lost_its_lease_numbers_nothing(db: &Db) {
        frozen(db, 2).await;
        let slept = lead(db, "one").await.expect("free");
        behind_its_back(db, "UPDATE lease SET lease_until = 1").await.expect("ran out");
        let lost = batch(db, &slept, false).await.expect_err("lost");
        assert_eq!(lost.code(), "db.lease-lost");
        let next = lead(db, "two").await.expect("free again");
        assert_eq!(batch(db, &slept, false).await.expect_err("overtaken").code(), "db.lease-lost");
        assert_eq!(batch(db, &next, false).await.expect("numbered"), 2);
        assert_eq!(places(db).await, [1, 2]);
    }
}

/// Eight workers take the lead from each other, every third batch dies, new invoices keep coming.
async fn storm(db: &Db) {
    const INVOICES: u32 = 240;
    facts::parties(db, INVOICES).await;
    let run = facts::run(db).await;
    let writers = tokio::spawn({
        let db = db.clone();
        async move {
            for n in 1..=INVOICES {
                facts::freeze(&db, run, n, "hosting").await.expect("frozen");
            }
        }
    });
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { worker(&db, n, INVOICES).await })
        })
        .collect();
    writers.await.expect("ended");
    for worker in workers {
        worker.await.expect("ended");
    }
    let all: Vec<i64> = (1..=i64::from(INVOICES)).collect();
    assert_eq!(places(db).await, all);
    let entries = "SELECT count(*) FROM ledger_entry";
    assert_eq!(harness::numbers(db, entries).await, [i64::from(INVOICES)]);
    let next = numbering::series(&db.reader(), SERIES)
        .await
        .expect("the series")
        .next;
    assert_eq!(next, u64::from(INVOICES) + 1);
}

async fn worker(db: &Db, n: u32, invoices: u32) {
    let mut round = n;
    while places(db).await.len() < invoices as usize {
        round += 1;
        if let Some(lease) = lead(db, &format!("worker {n}")).await {
            match batch(db, &lease, round.is_multiple_of(3)).await {
                Ok(_) => {}
                Err(error) => assert!(
                    ["db.refused", "db.lease-lost", "db.conflict"].contains(&error.code()),
                    "{error}"
                ),
            }
            leases::release(&db.book, lease).await.expect("released");
        }
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn eight_workers_with_aborts_leave_no_gap(db: &Db) {
        storm(db).await;
    }
}

on_both! {
    async fn workers_without_a_common_lease_still_number_once(db: &Db) {
        frozen(db, 60).await;
        // As if two leaders each believed to lead: the counter alone keeps them apart.
        let lease = lead(db, "one").await.expect("free");
        let both = [(); 2].map(|()| {
            let (db, lease) = (db.clone(), lease.clone());
            tokio::spawn(async move { batch(&db, &lease, false).await })
        });
        let mut numbered = 0;
        for one in both {
            numbered += one.await.expect("ended").expect("numbered");
        }
        assert_eq!(numbered, 60);
        assert_eq!(places(db).await.len(), 60);
    }
}
