//! Evidence that is deleted: only when it may, only under a protocol, and readings stay proved.

use harness::{on_both, raw_at};
use herdbook::db::DbError;
use herdbook::error::Problem;
use herdbook::usecases::bill::Silent;
use herdbook::usecases::delete_evidence::{Order, delete_evidence};
use herdbook::usecases::explain_evidence::tell;
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::verify::{Selection, verify};
use sea_orm::ConnectionTrait;

use crate::fixture::{Fixture, date, noon};
use crate::metering::{february, instant, storage};

fn order(decision: Option<&str>) -> Order {
    Order {
        before: date("2026-03-01"),
        reason: "the disk is small".to_owned(),
        decision: decision.map(str::to_owned),
        approved_by: "head of finance".to_owned(),
    }
}

on_both! {
    async fn evidence_is_deleted_by_a_protocol_and_its_readings_are_proved_by_their_hours(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        let requests = february();
        let hash = herdbook::telemetry::evidence::sha256_hex(&requests[3].bytes);
        ingest_all(&app, requests).await.expect("kept");
        fixture.bill("2026-03-01").await;
        let code = async |order: Order| {
            delete_evidence(&app, &order).await.map_err(|why| Problem::from(why).code().to_owned())
        };
        assert_eq!(code(order(None)).await, Err("retention.term".to_owned()));
        assert_eq!(code(order(Some(" "))).await, Err("retention.term".to_owned()));
        let nameless = Order { approved_by: String::new(), ..order(Some("minutes of 2 March")) };
        assert_eq!(code(nameless).await, Err("retention.words".to_owned()));
        let deleted = code(order(Some("minutes of 2 March"))).await.expect("deleted");
        assert_eq!(deleted.map(|one| (one.protocol, one.requests)), Some((1, 28)));
        assert_eq!(code(order(Some("minutes of 2 March"))).await, Ok(None));
        let report = verify(&app, &Selection::default(), &Silent).await.expect("verified");
        assert_eq!(report.findings, []);
        assert_eq!((report.readings_from_evidence, report.readings_from_partials), (0, 1));
        assert_eq!(report.deleted_by_protocol.into_iter().collect::<Vec<_>>(), [1]);
        let told = tell(&app, &hash).await.map_err(|why| Problem::from(why).code().to_owned());
        assert_eq!(told.map(|told| told.sha256), Err("evidence.deleted".to_owned()));
        // The same bytes again are still known, and what comes late cannot be mixed in any more.
        let again = ingest_all(&app, february()).await.expect("known");
        assert_eq!(again, 0);
        let late = storage("bucket", instant("2026-02-10T23:10:00Z"), 3, 480);
        ingest_all(&app, [late]).await.expect("kept");
        let report = fixture.bill("2026-03-02").await;
        assert_eq!((report.issued.len(), report.blocked.len()), (0, 1), "{report:?}");
    }
}

on_both! {
    async fn without_a_protocol_no_byte_of_evidence_goes(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        ingest_all(&app, february()).await.expect("kept");
        let raw = raw_at(db.url(), "telemetry.db").await;
        for sql in [
            "UPDATE evidence SET codec = 'deleted'",
            "DELETE FROM evidence",
            "DELETE FROM evidence_protocol",
        ] {
            let done = raw.execute_unprepared(sql).await;
            match (sql.contains("protocol"), done) {
                // There is no protocol yet; nothing is deleted.
                (true, done) => assert_eq!(done.expect(sql).rows_affected(), 0),
                (false, done) => {
                    let error = DbError::from(done.expect_err(sql));
                    assert_eq!(error.code(), "db.immutable", "{sql}");
                }
            }
        }
        let some = Order { before: date("2026-02-10"), ..order(Some("minutes")) };
        let deleted = delete_evidence(&app, &some).await;
        assert!(deleted.is_ok_and(|deleted| deleted.is_some()));
        for sql in [
            "UPDATE evidence SET hash = 'x'",
            "DELETE FROM evidence_protocol",
            "UPDATE evidence_erasure SET protocol = protocol + 1",
        ] {
            let error = DbError::from(raw.execute_unprepared(sql).await.expect_err(sql));
            assert_eq!(error.code(), "db.immutable", "{sql}");
        }
        raw.close().await.expect("closed");
    }
}
