//! Rate limits in the database: the statement says what the pure rule says, and nodes share it.

use chrono::{DateTime, TimeDelta, Utc};
use harness::on_both;
use herdbook::access::rate::{Bucket, Decision, Limit};
use herdbook::db::access::rates;
use herdbook::db::{Db, DbError, Txn};

const START: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

async fn take(db: &Db, subject: &str, limit: Limit, now: DateTime<Utc>) -> Decision {
    let subject = subject.to_owned();
    let taken = db.write(async move |txn: &Txn| {
        let decision = rates::take(txn, &subject, &limit, now).await?;
        Ok::<_, DbError>(decision)
    });
    taken.await.expect("the database answers")
}

on_both! {
    async fn the_statement_decides_as_the_rule(db: &Db) {
        let limit = Limit::of(3, 700);
        let mut stored: Option<Bucket> = None;
        let mut refused = 0;
        // Steps forth, and one back, as between two nodes' clocks; the last is past the filling.
        let steps = [0, 0, 0, 0, 1, 698, 1, 700, -50, 0, 300, 2_099, 0, 0, 0, 9_000, 0];
        let mut now = START;
        for (place, step) in steps.into_iter().enumerate() {
            now += TimeDelta::milliseconds(step);
            let expected = limit.take(stored, now);
            assert_eq!(take(db, "a", limit, now).await, expected, "step {place}");
            match expected.taken {
                Ok(bucket) => stored = Some(bucket),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 3, "{refused} refused");
        let other = take(db, "b", limit, now).await;
        assert_eq!(other.remaining, 2, "another address has a bucket of its own");
        let past = now - TimeDelta::days(400);
        assert_eq!(take(db, "a", limit, past).await.remaining, 2, "a clock was wrong");
    }
}

on_both! {
    async fn of_many_at_once_no_more_pass_than_there_are_tokens(db: &Db) {
        let limit = Limit::of(5, 60_000);
        let tries = (0..20).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { take(&db, "a", limit, START).await.taken.is_ok() })
        });
        let mut passed = 0;
        for tried in tries.collect::<Vec<_>>() {
            passed += usize::from(tried.await.expect("ended"));
        }
        assert_eq!(passed, 5);
    }
}

on_both! {
    async fn what_is_full_again_is_swept(db: &Db) {
        let limit = Limit::of(2, 1_000);
        take(db, "early", limit, START).await;
        take(db, "late", limit, START + TimeDelta::milliseconds(500)).await;
        let now = START + TimeDelta::milliseconds(1_000);
        let swept = db.write(async move |txn: &Txn| rates::sweep(txn, now).await).await;
        assert_eq!(swept.expect("swept"), 1);
        assert_eq!(take(db, "late", limit, now).await.remaining, 0);
    }
}
