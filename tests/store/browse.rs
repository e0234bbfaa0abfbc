//! Lists in any of their orders: every row once, whatever the page, forwards as backwards.

use harness::facts;
use harness::on_both;
use herdbook::access::Scope;
use herdbook::db::browse::{Mark, Pages, Side, Window};
use herdbook::db::contracts::browse::{self as contracts, ContractOrder};
use herdbook::db::contracts::list::ContractFilter;
use herdbook::db::customers::browse::{self as customers, CustomerOrder};
use herdbook::db::customers::list::CustomerFilter;
use herdbook::db::invoices::browse::{self as invoices, InvoiceOrder};
use herdbook::db::invoices::list::InvoiceFilter;
use herdbook::db::invoices::{InvoiceHead, freeze};
use herdbook::db::{AsOf, Db, DbError, Txn, Version, numbering};
use serde_json::{Value, json};

use crate::customers::own;
use crate::search::number;

const ALL: Scope = Scope::of_program();

/// Seven invoices: two amounts, two due dates, and one that gives back.
async fn issued(db: &Db) {
    facts::parties(db, 7).await;
    let run = facts::run(db).await;
    for n in 1..=7_u32 {
        let gross_minor = if n % 2 == 0 { 500 } else { 90_000 };
        let head = InvoiceHead {
            gross_minor,
            net_minor: gross_minor,
            tax_minor: 0,
            due_date: facts::date(if n < 4 { "2026-03-03" } else { "2026-03-10" }),
            ..facts::head(run, n)
        };
        let kind = if n == 5 { "credit_note" } else { "invoice" };
        let view = json!({ "document_type": kind, "n": n });
        let line = facts::line(n, "hosting");
        let frozen = db.write(async move |txn: &Txn| {
            herdbook::db::contracts::lock_for_billing(txn, &line.contract).await?;
            freeze(txn, &head, &view, std::slice::from_ref(&line)).await
        });
        let _: herdbook::db::invoices::InvoiceId = frozen.await.expect("frozen");
    }
    facts::number_all(db).await;
}

/// Walks through all pages of three rows and back again.
async fn walked<S: Copy>(
    (by, descending): (S, bool),
    load: impl AsyncFn(Window<S>) -> (Vec<String>, Pages),
) -> Vec<String> {
    let window = |side| Window {
        by,
        descending,
        side,
        rows: 3,
    };
    let (mut all, mut pages_of, mut side) = (Vec::new(), Vec::new(), Side::Start);
    loop {
        let (rows, pages) = load(window(side)).await;
        assert_eq!(pages.first, all.len() as u64 + 1);
        all.extend(rows.iter().cloned());
        pages_of.push((rows, pages.clone()));
        match pages.after {
            Some(mark) => side = Side::After(mark),
            None => break,
        }
    }
    let (_, last) = pages_of.last().cloned().expect("a page");
    assert_eq!(last.count, all.len() as u64);
    let mut before = last.before;
    for (rows, pages) in pages_of.iter().rev().skip(1) {
        let mark = before.expect("a page before");
        let (back, found) = load(window(Side::Before(mark))).await;
        assert_eq!((&back, found.first), (rows, pages.first));
        before = found.before;
    }
    assert_eq!(before, None, "nothing comes before the first page");
    all
}

async fn numbers(db: &Db, by: InvoiceOrder, descending: bool) -> Vec<String> {
    let load = async |window| {
        let filter = InvoiceFilter::default();
        let found = invoices::page(&db.reader(), ALL, &filter, &window).await;
        let (rows, pages) = found.expect("listed");
        let numbers = rows.iter().filter_map(|one| one.number());
        (numbers.map(|one| one[8..].to_owned()).collect(), pages)
    };
    walked((by, descending), load).await
}

on_both! {
    async fn every_order_holds_every_invoice_once_and_equal_ones_in_one_order(db: &Db) {
        issued(db).await;
        for (by, expected) in [
            (InvoiceOrder::Issued, ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]),
            (InvoiceOrder::Number, ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]),
            (InvoiceOrder::Customer, ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]),
            (InvoiceOrder::Contract, ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]),
            (InvoiceOrder::Due, ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]),
            (InvoiceOrder::Gross, ["0005", "0002", "0004", "0006", "0001", "0003", "0007"]),
        ] {
            assert_eq!(numbers(db, by, false).await, expected, "{by:?}");
            let mut turned = expected;
            turned.reverse();
            assert_eq!(numbers(db, by, true).await, turned, "{by:?}, descending");
        }
    }
}

/// Three years of a series each, in the halves of which stand one, two, three, … invoices.
const YEARS: [(&str, i32, [&str; 2]); 3] = [
    ("seller/RE/2025", 2025, ["2025-01-01", "2025-12-31"]),
    (facts::SERIES, 2026, ["2026-06-30", "2026-07-01"]),
    ("seller/RE/2027", 2027, ["2027-03-31", "2027-10-01"]),
];

on_both! {
    async fn a_page_has_its_place_in_every_half_of_every_year(db: &Db) {
        facts::parties(db, 1).await;
        let run = facts::run(db).await;
        let mut many = 0_u32;
        for (series, year, halves) in YEARS {
            let ensured = db.write(async move |txn: &Txn| {
                numbering::ensure_series(txn, series, "seller", "RE", year).await
            });
            ensured.await.expect("a series");
            for date in halves {
                many += 1;
                for n in 0..many {
                    let head = InvoiceHead {
                        series: series.to_owned(),
                        issue_date: facts::date(date),
                        ..facts::head(run, 1)
                    };
                    let line = facts::line(1, &format!("{date} {n}"));
                    let frozen = db.write(async move |txn: &Txn| {
                        let lines = std::slice::from_ref(&line);
                        freeze(txn, &head, &json!({ "n": n }), lines).await
                    });
                    let _: herdbook::db::invoices::InvoiceId = frozen.await.expect("frozen");
                }
            }
            number(db, series, move |place| format!("RE-{year}-{place:04}")).await;
        }
        for year in [None, Some(2025), Some(2026), Some(2027)] {
            for descending in [false, true] {
                let load = async |window| {
                    let filter = InvoiceFilter { year, ..InvoiceFilter::default() };
                    let found = invoices::page(&db.reader(), ALL, &filter, &window).await;
                    let (rows, pages) = found.expect("listed");
                    (rows.iter().map(|one| one.id.0.to_string()).collect(), pages)
                };
                let all = walked((InvoiceOrder::Issued, descending), load).await;
                let expected = match year { None => 21, Some(2025) => 3, Some(2026) => 7, _ => 11 };
                assert_eq!(all.len(), expected, "{year:?}");
            }
        }
    }
}

on_both! {
    async fn a_place_without_sense_or_rows_is_the_first_page(db: &Db) {
        issued(db).await;
        let mark = |value: &str, id: &str| Mark { value: value.to_owned(), id: id.to_owned() };
        for side in [
            Side::After(mark("many", "few")),
            Side::After(mark("2030-01-01", "x")),
            Side::After(mark("2030-01-01", "9")),
            Side::Before(mark("1999-01-01", "1")),
            // The part of a page before the second row: the first page is shown whole.
            Side::Before(mark("2026-02-01", "2")),
        ] {
            let window = Window {
                side: side.clone(),
                ..Window::first(InvoiceOrder::Issued, false, 3)
            };
            let filter = InvoiceFilter::default();
            let found = invoices::page(&db.reader(), ALL, &filter, &window).await;
            let (rows, pages) = found.expect("listed");
            assert_eq!((rows.len(), pages.first, pages.count), (3, 1, 7), "{side:?}");
            assert_eq!(pages.before, None);
        }
    }
}

on_both! {
    async fn a_customer_browses_its_own_and_filters_hold(db: &Db) {
        issued(db).await;
        let window = Window::first(InvoiceOrder::Gross, false, 3);
        let filter = InvoiceFilter::default();
        let found = invoices::page(&db.reader(), own(10_003), &filter, &window).await;
        let (rows, pages) = found.expect("listed");
        assert_eq!((rows.len(), pages.count), (1, 1));
        assert_eq!(rows[0].head.customer, "10003");
        for (text, year, many) in [("c-0002", None, 1), ("10004", None, 1), ("%", None, 0),
            ("RE-2026", Some(2026), 7), ("RE-2026", Some(2025), 0)] {
            let filter = InvoiceFilter { text: Some(text.to_owned()), year, stands: None };
            let found = invoices::page(&db.reader(), ALL, &filter, &window).await;
            assert_eq!(found.expect("listed").1.count, many, "{text} {year:?}");
        }
    }
}

on_both! {
    async fn customers_and_contracts_are_ordered_as_they_are_today(db: &Db) {
        let (since, at) = (facts::date("2026-01-01"), AsOf::now(facts::noon()));
        facts::parties(db, 7).await;
        let changed = db.write(async move |txn: &Txn| {
            for (n, name) in (1..=7_u32).zip(["G", "F", "B", "B", "C", "E", "D"]) {
                let known = facts::at("2026-02-01T12:00:00Z") - chrono::TimeDelta::hours(1);
                let body = json!({ "legal_name": name });
                let number = format!("{}", 10_000 + n);
                herdbook::db::customers::put(txn, &number, since, known, &body).await?;
                let newer = facts::noon() + chrono::TimeDelta::zero();
                let body = json!({ "legal_name": name, "n": n });
                let day = since + chrono::Days::new(1);
                herdbook::db::customers::put(txn, &number, day, newer, &body).await?;
                let start = format!("2026-01-{:02}", 8 - n);
                let body = json!({ "term": { "start": start }, "items": [] });
                let parties = facts::contract(n);
                herdbook::db::contracts::put(txn, &parties, day, newer, &body).await?;
            }
            Ok::<_, DbError>(())
        });
        changed.await.expect("stored");
        let load = async |window| {
            let filter = CustomerFilter::default();
            let found = customers::page::<Value>(&db.reader(), ALL, (&filter, at), &window).await;
            let (rows, pages) = found.expect("listed");
            (owners(rows), pages)
        };
        let names = walked((CustomerOrder::Name, false), load).await;
        let expected = ["10003", "10004", "10005", "10007", "10006", "10002", "10001"];
        assert_eq!(names, expected);
        let load = async |window| {
            let filter = ContractFilter::default();
            let found = contracts::page::<Value>(&db.reader(), ALL, (&filter, at), &window).await;
            let (rows, pages) = found.expect("listed");
            (owners(rows), pages)
        };
        let starts = walked((ContractOrder::Start, true), &load).await;
        assert_eq!(starts.first().map(String::as_str), Some("C-0001"));
        let customers = walked((ContractOrder::Customer, false), &load).await;
        assert_eq!(customers.last().map(String::as_str), Some("C-0007"));
    }
}

on_both! {
    async fn a_server_is_found_by_its_domain_with_its_contract(db: &Db) {
        let (since, at) = (facts::date("2026-01-02"), AsOf::now(facts::noon()));
        facts::parties(db, 2).await;
        let changed = db.write(async move |txn: &Txn| {
            let items = json!([{ "instance": "social.stadt.example" }, { "instance": null }]);
            let body = json!({ "items": items });
            let parties = facts::contract(1);
            herdbook::db::contracts::put(txn, &parties, since, facts::noon(), &body).await
        });
        assert!(changed.await.expect("stored"));
        let find = async |scope, text: &str| {
            let found = contracts::instances(&db.reader(), scope, (text, at), 5).await;
            found.expect("listed")
        };
        let expected = [("social.stadt.example".to_owned(), "C-0001".to_owned())];
        assert_eq!(find(ALL, "STADT.ex").await, expected);
        assert_eq!(find(ALL, "%").await, []);
        assert_eq!(find(own(10_002), "stadt").await, []);
    }
}

fn owners(rows: Vec<Version<Value>>) -> Vec<String> {
    rows.into_iter().map(|one| one.owner).collect()
}
