//! Leases, jobs and the outbox: one holder at a time, and who lost it changes nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use harness::facts::noon;
use harness::{behind_its_back, numbers, on_both};
use herdbook::db::leases::{self, Lease};
use herdbook::db::outbox::{self, OutboxEvent};
use herdbook::db::{Db, DbError, Txn, jobs};
use herdbook::error::Problem;
use herdbook::jobs::{while_leading, while_leased};
use herdbook::usecases::Failure;

const LONG: Duration = Duration::from_secs(60);

async fn acquire(db: &Db, holder: &str) -> Option<Lease> {
    leases::acquire(&db.book, "leader", holder, LONG)
        .await
        .expect("the database answers")
}

/// The database's clock cannot be moved; the end of a lease can.
async fn end_leases(db: &Db, table: &str) {
    let sql = format!("UPDATE {table} SET lease_until = 1 WHERE lease_until IS NOT NULL");
    behind_its_back(db, &sql).await.expect("ended");
}

async fn check(db: &Db, lease: Lease) -> Result<(), DbError> {
    db.write(async move |txn: &Txn| leases::check(txn, &lease).await)
        .await
}

on_both! {
    async fn a_lease_has_one_holder_and_a_growing_fence(db: &Db) {
        let first = acquire(db, "one").await.expect("free");
        assert_eq!(acquire(db, "two").await, None);
        assert_eq!(acquire(db, "one").await.expect("prolonged").fence, first.fence);
        check(db, first.clone()).await.expect("stands");
        end_leases(db, "lease").await;
        let lost = check(db, first.clone()).await.expect_err("ran out");
        assert_eq!(lost.code(), "db.lease-lost");
        let second = acquire(db, "two").await.expect("free again");
        assert!(second.fence > first.fence);
        check(db, first).await.expect_err("overtaken");
        leases::release(&db.book, second.clone()).await.expect("released");
        let third = acquire(db, "one").await.expect("free again");
        assert!(third.fence > second.fence);
    }
}

async fn enqueue(db: &Db, keys: std::ops::Range<u32>) -> u32 {
    db.write(async move |txn: &Txn| {
        let mut new = 0;
        for key in keys.clone() {
            new += u32::from(jobs::enqueue(txn, "render", &key.to_string(), &key).await?);
        }
        Ok::<_, DbError>(new)
    })
    .await
    .expect("enqueued")
}

on_both! {
    async fn eight_workers_do_every_job_once(db: &Db) {
        assert_eq!(enqueue(db, 0..200).await, 200);
        assert_eq!(enqueue(db, 100..201).await, 1, "known jobs stay as they are");
        let workers: Vec<_> = (0..8)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move { work(&db, &format!("worker {n}")).await })
            })
            .collect();
        let mut done = Vec::new();
        for worker in workers {
            done.extend(worker.await.expect("ended"));
        }
        assert_eq!(done.len(), 201);
        assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), 201);
        assert_eq!(jobs::left(&db.reader(), "render").await.expect("counted"), (0, 0));
    }
}

async fn work(db: &Db, holder: &str) -> Vec<u32> {
    let mut done = Vec::new();
    loop {
        let jobs = jobs::claim(&db.book, "render", holder, LONG, 7)
            .await
            .expect("claimed");
        if jobs.is_empty() {
            return done;
        }
        for job in jobs {
            done.push(job.read_body().expect("a number"));
            db.write(async move |txn: &Txn| jobs::acknowledge(txn, &job).await)
                .await
                .expect("acknowledged");
        }
    }
}

on_both! {
    async fn a_worker_that_slept_cannot_acknowledge(db: &Db) {
        enqueue(db, 0..1).await;
        let claim = async |holder: &str| {
            let mut jobs = jobs::claim(&db.book, "render", holder, LONG, 1).await.expect("claimed");
            jobs.pop()
        };
        let slept = claim("one").await.expect("a job");
        assert_eq!(claim("two").await, None);
        end_leases(db, "job").await;
        let taken = claim("two").await.expect("the same job");
        assert_eq!((taken.id, taken.attempt), (slept.id, 2));
        let acknowledge = async |job: jobs::LeasedJob| {
            db.write(async move |txn: &Txn| jobs::acknowledge(txn, &job).await).await
        };
        assert_eq!(acknowledge(slept).await.expect_err("lost").code(), "db.lease-lost");
        acknowledge(taken.clone()).await.expect("done");
        acknowledge(taken).await.expect_err("done already");
    }
}

/// Comes back once the end of a lease has moved this often.
async fn prolonged(db: &Db, table: &str, times: u32) {
    let sql = format!("SELECT lease_until FROM {table}");
    for _ in 0..times {
        let before = numbers(db, &sql).await;
        while numbers(db, &sql).await == before {
            tokio::task::yield_now().await;
        }
    }
}

fn lost<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> &'static str {
    Problem::from(outcome.expect_err("lost")).code()
}

/// Short enough that a test sees it prolonged, long enough that it is in time on a busy machine.
const SHORT: Duration = Duration::from_secs(3);

on_both! {
    async fn a_job_stays_with_its_worker_while_that_is_alive(db: &Db) {
        enqueue(db, 0..1).await;
        let mut claimed = jobs::claim(&db.book, "render", "one", SHORT, 1).await.expect("claimed");
        let job = claimed.pop().expect("due");
        let work = async {
            // Three thirds of the lease: without being prolonged it would be over.
            prolonged(db, "job", 3).await;
            let others = jobs::claim(&db.book, "render", "two", SHORT, 1).await?;
            Ok::<_, Failure>(others.len())
        };
        assert_eq!(while_leased(&db.book, &job, SHORT, work).await.expect("worked"), 0);
        // Whoever was taken over is stopped, whatever it is at.
        behind_its_back(db, "UPDATE job SET fence = fence + 1").await.expect("taken over");
        let endless = std::future::pending::<Result<(), Failure>>();
        assert_eq!(lost(while_leased(&db.book, &job, SHORT, endless).await), "db.lease-lost");
    }
}

on_both! {
    async fn what_one_process_does_for_all_is_done_by_one(db: &Db) {
        let lead = |holder: &'static str| {
            let work = async { Ok::<_, Failure>(()) };
            while_leading(&db.book, ("payments", holder), SHORT, work)
        };
        let work = async {
            prolonged(db, "lease", 3).await;
            lead("two").await
        };
        let inner = while_leading(&db.book, ("payments", "one"), SHORT, work).await;
        assert_eq!(inner.expect("worked"), Some(None), "two waits");
        assert_eq!(lead("two").await.expect("asked"), None, "it stays with whoever did it");
        assert_eq!(lead("one").await.expect("asked"), Some(()));
        end_leases(db, "lease").await;
        assert_eq!(lead("two").await.expect("asked"), Some(()), "one fell silent");
    }
}

on_both! {
    async fn a_job_that_keeps_failing_is_left_for_a_person(db: &Db) {
        enqueue(db, 0..1).await;
        for attempt in 1..=12 {
            let jobs = jobs::claim(&db.book, "render", "one", LONG, 1).await.expect("claimed");
            let job = jobs.into_iter().next().expect("due");
            assert_eq!(job.attempt, attempt);
            db.write(async move |txn: &Txn| {
                jobs::fail(txn, &job, "the printer is on fire", Duration::ZERO).await
            })
            .await
            .expect("noted");
        }
        let jobs = jobs::claim(&db.book, "render", "one", LONG, 1).await.expect("claimed");
        assert_eq!(jobs, []);
        assert_eq!(jobs::left(&db.reader(), "render").await.expect("counted"), (1, 1));
    }
}

on_both! {
    async fn each_consumer_takes_an_event_once(db: &Db) {
        let event = |n: u32| OutboxEvent {
            topic: "invoice.issued".into(),
            subject: format!("invoice/{n}"),
            body: "{}".into(),
        };
        db.write(async move |txn: &Txn| {
            outbox::write(txn, noon(), &[event(1), event(2), event(3)]).await
        })
        .await
        .expect("written");
        let left = async |consumer: &str| {
            let topic = "invoice.issued";
            outbox::undelivered(&db.reader(), topic, consumer, 10).await.expect("events")
        };
        let first = left("mail").await[0].id;
        for _ in 0..2 {
            db.write(async move |txn: &Txn| outbox::acknowledge(txn, first, "mail").await)
                .await
                .expect("acknowledged");
        }
        assert_eq!(left("mail").await.len(), 2);
        assert_eq!(left("portal").await.len(), 3);
    }
}
