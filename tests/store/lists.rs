//! Invoices as a list: every issued one once, newest first, whatever the page; and narrowed.

use harness::facts;
use harness::on_both;
use herdbook::access::Scope;
use herdbook::db::Db;
use herdbook::db::invoices::list::{InvoiceFilter, list, numbers_by_hash, years};

const ALL: Scope = Scope::of_program();

async fn issued(db: &Db, contracts: u32) {
    facts::parties(db, contracts).await;
    let run = facts::run(db).await;
    for n in 1..=contracts {
        facts::freeze(db, run, n, "hosting").await.expect("frozen");
    }
    facts::number_all(db).await;
}

async fn found(db: &Db, filter: &InvoiceFilter) -> Vec<String> {
    let page = list(&db.reader(), ALL, filter, None, 100)
        .await
        .expect("listed");
    assert_eq!(page.count, page.invoices.len() as u64);
    let numbers = page.invoices.iter().filter_map(|one| one.number());
    numbers.map(str::to_owned).collect()
}

fn text(text: &str) -> InvoiceFilter {
    InvoiceFilter {
        text: Some(text.to_owned()),
        ..InvoiceFilter::default()
    }
}

on_both! {
    async fn pages_hold_every_invoice_once_and_newest_first(db: &Db) {
        issued(db, 7).await;
        let run = facts::run(db).await;
        facts::freeze(db, run, 1, "frozen only").await.expect("frozen");
        let (mut numbers, mut after) = (Vec::new(), None);
        loop {
            let page = list(&db.reader(), ALL, &InvoiceFilter::default(), after.as_ref(), 3).await;
            let page = page.expect("listed");
            assert_eq!(page.count, 7);
            numbers.extend(page.invoices.iter().filter_map(|one| one.number()).map(str::to_owned));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected: Vec<String> = (1..=7).rev().map(|n| format!("RE-2026-{n:04}")).collect();
        assert_eq!(numbers, expected);
        assert_eq!(years(&db.reader(), ALL).await.expect("years"), ["2026"]);
    }
}

on_both! {
    async fn a_filter_takes_text_as_it_is_written(db: &Db) {
        issued(db, 3).await;
        assert_eq!(found(db, &text("re-2026-0002")).await, ["RE-2026-0002"]);
        assert_eq!(found(db, &text("c-0003")).await, ["RE-2026-0003"]);
        assert_eq!(found(db, &text("10001")).await, ["RE-2026-0001"]);
        for nothing in ["%", "_", "\\", "'", "RE%2", "1000"] {
            assert_eq!(found(db, &text(nothing)).await, Vec::<String>::new(), "{nothing}");
        }
        let of = |year| InvoiceFilter { year: Some(year), ..InvoiceFilter::default() };
        assert_eq!(found(db, &of(2026)).await.len(), 3);
        assert_eq!(found(db, &of(2025)).await.len(), 0);
    }
}

on_both! {
    async fn the_beginning_of_a_view_hash_finds_its_invoice(db: &Db) {
        issued(db, 2).await;
        let page = list(&db.reader(), ALL, &InvoiceFilter::default(), None, 2).await;
        let page = page.expect("listed");
        for stored in page.invoices {
            let prefix = &stored.view_hash[..10];
            let numbers = numbers_by_hash(&db.reader(), ALL, prefix).await.expect("looked up");
            assert_eq!(numbers.first().map(String::as_str), stored.number());
        }
        let none = numbers_by_hash(&db.reader(), ALL, "0000000000").await.expect("looked up");
        assert_eq!(none, Vec::<String>::new());
    }
}
