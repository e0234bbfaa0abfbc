//! What is stored comes back as it went in, and as it was known.

use chrono::Duration;
use harness::facts::{self, date, noon};
use harness::{behind_its_back, on_both};
use herdbook::access::Program;
use herdbook::billing::{Currency, Money};
use herdbook::db::readings::{self, IndexValue, ReadingRecord};
use herdbook::db::service_levels::{self, CreditState};
use herdbook::db::{Txn, contracts, invoices, sellers};
use serde_json::{Value, json};

/// Twenty digits: more than an i64, a double or a SQLite REAL can hold.
const LONG: &str = "12345678901234567890.123456789";

on_both! {
    async fn twenty_digits_come_back_as_they_went_in(db: &Db) {
        facts::parties(db, 1).await;
        let reading = ReadingRecord {
            contract: "C-0001".into(),
            instance: "social.example".into(),
            meter: "storage".into(),
            from: date("2026-01-01"),
            to: date("2026-02-01"),
            revision: 0,
            quantity: LONG.into(),
            coverage: "8927/8928".into(),
            evidence_hash: "0".repeat(64),
            tzdb_version: "2026a".into(),
            body: "{}".into(),
            recorded_at: noon(),
        };
        let value = IndexValue {
            series: "vpi".into(),
            month: "2026-01".into(),
            value: LONG.into(),
            source: "https://www.destatis.de".into(),
            recorded_at: noon(),
        };
        let (put, index) = (reading.clone(), value.clone());
        db.write(async move |txn: &Txn| {
            readings::put_all(txn, std::slice::from_ref(&put)).await?;
            readings::put_index_value(txn, &index).await
        })
        .await
        .expect("stored");
        let read = readings::of_contract(&db.reader(), Program::itself(), "C-0001", noon())
            .await.expect("read");
        assert_eq!(read, [reading]);
        let read = readings::index_series(&db.reader(), "vpi", noon()).await.expect("read");
        assert_eq!(read, [value]);
    }
}

on_both! {
    async fn a_reader_knows_what_was_known_then(db: &Db) {
        let (january, march) = (date("2026-01-01"), date("2026-03-01"));
        let later = noon() + Duration::days(1);
        db.write(async move |txn: &Txn| {
            assert!(sellers::put(txn, "s", january, noon(), &json!("first")).await?);
            assert!(!sellers::put(txn, "s", january, later, &json!("first")).await?);
            assert!(sellers::put(txn, "s", january, later, &json!("corrected")).await?);
            sellers::put(txn, "s", march, noon(), &json!("spring")).await
        })
        .await
        .expect("versions");
        let body = async |on: &str, known| {
            let version = sellers::as_of::<Value>(&db.reader(), "s", date(on), known).await;
            version.expect("readable").map(|version| version.body)
        };
        assert_eq!(body("2026-02-28", noon()).await, Some(json!("first")));
        assert_eq!(body("2026-02-28", later).await, Some(json!("corrected")));
        assert_eq!(body("2026-03-01", later).await, Some(json!("spring")));
        assert_eq!(body("2025-12-31", later).await, None);
        let all = sellers::history::<Value>(&db.reader(), "s", later).await.expect("readable");
        let all: Vec<Value> = all.into_iter().map(|version| version.body).collect();
        assert_eq!(all, [json!("corrected"), json!("spring")]);
    }
}

on_both! {
    async fn the_same_service_is_not_billed_twice(db: &Db) {
        facts::parties(db, 1).await;
        let run = facts::run(db).await;
        facts::freeze(db, run, 1, "hosting").await.expect("frozen");
        let again = facts::freeze(db, run, 1, "hosting").await.expect_err("billed already");
        assert_eq!(again.code(), "db.duplicate");
        let billed = invoices::already_billed(&db.reader(), Program::itself(), "C-0001")
            .await.expect("lines");
        assert_eq!(billed, [facts::line(1, "hosting")]);
    }
}

on_both! {
    async fn a_credit_is_applied_once(db: &Db) {
        facts::parties(db, 1).await;
        let run = facts::run(db).await;
        let invoice = facts::freeze(db, run, 1, "hosting").await.expect("frozen");
        let amount = Money::new(1_250, Currency::EUR);
        let credit = db
            .write(async move |txn: &Txn| {
                let result = service_levels::put_result(txn, &facts::sla_result()).await?;
                let body = "{}".to_owned();
                service_levels::propose_credit(txn, "C-0001", result, amount, body, noon()).await
            })
            .await
            .expect("proposed");
        let step = async |state| {
            db.write(async move |txn: &Txn| {
                service_levels::move_credit(txn, credit, state).await
            })
            .await
        };
        step(CreditState::Approved).await.expect("approved");
        step(CreditState::Applied(invoice)).await.expect("applied");
        let back = step(CreditState::Approved).await.expect_err("applied is final");
        assert_eq!(back.code(), "db.immutable");
        let credits = service_levels::credits(&db.reader(), Program::itself(), "C-0001")
            .await.expect("credits");
        assert_eq!(credits[0].state, CreditState::Applied(invoice));
        assert_eq!(credits[0].amount, amount);
    }
}

on_both! {
    async fn a_row_that_makes_no_sense_is_named(db: &Db) {
        facts::parties(db, 1).await;
        let sql = "INSERT INTO contract_version (contract, valid_from, recorded_at, body) \
                   VALUES ('C-0001', '2026-13-01', '2026-01-01T00:00:00.000000Z', '{}')";
        behind_its_back(db, sql).await.expect("inserted");
        let read = contracts::history::<Value>(&db.reader(), Program::itself(), "C-0001", noon())
            .await;
        let error = read.expect_err("no month 13");
        assert_eq!(error.code(), "db.corrupt-row");
        assert!(error.to_string().contains("2026-13-01"), "{error}");
    }
}
