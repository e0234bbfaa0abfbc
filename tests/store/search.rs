//! Invoices and contracts by a text: the same answers on both databases, whatever is typed, however
//! many have it.

use std::collections::BTreeSet;

use harness::facts::{self, SERIES, noon};
use harness::{behind_its_back, empty_beside, numbers, on_both};
use herdbook::access::Scope;
use herdbook::db::browse::{Side, Window};
use herdbook::db::contracts::browse::{self as contracts, ContractOrder};
use herdbook::db::contracts::list::{ContractFilter, feed as feed_contracts, list};
use herdbook::db::invoices::browse::{self, InvoiceOrder};
use herdbook::db::invoices::feed::{HeadFilter, feed};
use herdbook::db::invoices::list::InvoiceFilter;
use herdbook::db::invoices::{InvoiceHead, StoredInvoice, freeze};
use herdbook::db::numbering::{self, Series};
use herdbook::db::{AsOf, Db, DbError, DbUrl, Txn, dump, leases};
use serde_json::{Value, json};

use crate::customers::own;

const ALL: Scope = Scope::of_program();

/// What series give, and what somebody might have brought from elsewhere.
const NUMBERS: [&str; 7] = [
    "RE-2026-0001",
    "GS%5_\"A\"*-7",
    "Übertrag-ÄÖ",
    "re-ße",
    "A",
    "100\\3",
    "RE-2026-0017",
];

/// Numbers what is frozen in a series.
pub async fn number(
    db: &Db,
    series: &'static str,
    name: impl Fn(u64) -> String + Clone + Send + Sync + 'static,
) {
    let lease = numbering::lease_name(series);
    let length = std::time::Duration::from_secs(60);
    let lease = leases::acquire(&db.book, &lease, "numberer", length).await;
    let lease = lease.expect("a lease").expect("nobody else numbers");
    loop {
        let (held, name) = (lease.clone(), name.clone());
        let batch = db.write(async move |txn: &Txn| {
            let none = async |_: &Txn, _: &[StoredInvoice]| Ok::<_, DbError>(());
            let name = |_: &Series, place: u64| name(place);
            numbering::take_batch(txn, series, &held, noon(), name, none).await
        });
        if batch.await.expect("numbered").is_empty() {
            break;
        }
    }
    leases::release(&db.book, lease).await.expect("released");
}

/// Freezes an invoice each of some contracts, with views that lists and the API read.
async fn freeze_some(db: &Db, some: Vec<(u32, &'static str)>) {
    let run = facts::run(db).await;
    let frozen = db.write(async move |txn: &Txn| {
        for (n, (of, day)) in some.iter().enumerate() {
            let head = InvoiceHead {
                issue_date: facts::date(day),
                ..facts::head(run, *of)
            };
            let line = facts::line(*of, &format!("item {n} of run {}", run.0));
            let view = json!({ "document_type": "invoice", "n": n });
            freeze(txn, &head, &view, std::slice::from_ref(&line)).await?;
        }
        Ok::<_, DbError>(())
    });
    frozen.await.expect("frozen");
}

const DAY: &str = "2026-02-01";

async fn odd_numbers(db: &Db) {
    facts::parties(db, 8).await;
    freeze_some(db, (1..=7).map(|n| (n, DAY)).collect()).await;
    number(db, SERIES, |place| {
        let place = usize::try_from(place).expect("few");
        NUMBERS[place - 1].to_owned()
    })
    .await;
    // Not numbered yet.
    freeze_some(db, vec![(8, DAY)]).await;
}

/// What a text finds on the page of the list, and what it finds in the API: the same.
async fn found(db: &Db, scope: Scope, text: &str) -> Vec<String> {
    let filter = InvoiceFilter {
        text: Some(text.to_owned()),
        ..InvoiceFilter::default()
    };
    let window = Window::first(InvoiceOrder::Issued, false, 100);
    let page = browse::page(&db.reader(), scope, &filter, &window).await;
    let (rows, pages) = page.expect(text);
    assert_eq!(pages.count, rows.len() as u64, "{text}");
    let numbers = rows.iter().filter_map(|one| one.number());
    let numbers: Vec<String> = numbers.map(str::to_owned).collect();
    let filter = HeadFilter {
        text: Some(text.to_owned()),
        ..HeadFilter::default()
    };
    let (heads, _) = feed(&db.reader(), scope, &filter, (None, 100))
        .await
        .expect(text);
    let fed: BTreeSet<String> = heads.into_iter().map(|one| one.number).collect();
    assert_eq!(fed, numbers.iter().cloned().collect(), "{text}");
    numbers
}

on_both! {
    async fn a_text_is_found_as_it_is_typed_in_any_case_and_of_any_length(db: &Db) {
        odd_numbers(db).await;
        for (text, expected) in [
            ("2026-00", &[0, 6][..]),
            ("re-2026-0001", &[0]),
            ("6-0017", &[6]),
            ("RE-", &[0, 3, 6]),
            ("e-", &[0, 3, 6]),
            ("17", &[6]),
            ("7", &[1, 6]),
            ("a", &[1, 2, 4]),
            ("ag", &[2]),
            ("%", &[1]),
            ("5_", &[1]),
            ("5_\"", &[1]),
            ("\"a\"*", &[1]),
            ("*", &[1]),
            ("\\", &[5]),
            ("0\\3", &[5]),
            ("üBERTRAG", &[2]),
            ("äö", &[2]),
            ("Ö", &[2]),
            ("ß", &[3]),
            ("SSE", &[]),
            // The contract, from which each has one, and the customer, whose number is whole.
            ("c-0002", &[1]),
            ("0002", &[1]),
            ("02", &[0, 1, 6]),
            ("c-", &[0, 1, 2, 3, 4, 5, 6]),
            ("C", &[0, 1, 2, 3, 4, 5, 6]),
            ("10006", &[5]),
            ("1000", &[]),
        ] {
            let expected: Vec<&str> = expected.iter().map(|at| NUMBERS[*at]).collect();
            assert_eq!(found(db, ALL, text).await, expected, "{text}");
        }
    }
}

on_both! {
    async fn nothing_is_found_that_is_not_there(db: &Db) {
        odd_numbers(db).await;
        for text in [
            "z", "zz", "zzz", "26-000A", "R_-", "R%1", "RE*", "%%%", "***", "\"\"", "\" OR \"",
            "RE-2026-0001 OR A", "said:RE", "A\u{1f}C", "\u{1f}", "\u{1f}\u{1f}", "A\0", "RE-\0",
            "C-0008", "10008",
        ] {
            assert_eq!(found(db, ALL, text).await, Vec::<String>::new(), "{text:?}");
        }
    }
}

on_both! {
    async fn a_customer_finds_among_its_own_only(db: &Db) {
        odd_numbers(db).await;
        for text in ["RE-2026", "re", "7", "C-0007", "10007"] {
            assert_eq!(found(db, own(10_007), text).await, [NUMBERS[6]], "{text}");
        }
        for text in ["RE-2026-0001", "C-0001", "10001", "GS"] {
            assert_eq!(found(db, own(10_007), text).await, Vec::<String>::new(), "{text}");
        }
    }
}

/// More than are found before they are put into their order, of two contracts, on three days.
const MANY: u32 = 2_012;

async fn many(db: &Db) {
    facts::parties(db, 2).await;
    let days = ["2026-01-31", "2026-03-01", "2026-09-30"];
    let some = (0..MANY).map(|n| (1 + n % 2, days[n as usize % 3]));
    freeze_some(db, some.collect()).await;
    number(db, SERIES, |place| format!("RE-2026-{place:04}")).await;
}

/// All ids that a text finds, page by page, forwards and then backwards.
async fn walked(db: &Db, text: Option<&str>, year: Option<u16>, descending: bool) -> Vec<i64> {
    let filter = InvoiceFilter {
        text: text.map(str::to_owned),
        year,
        stands: None,
    };
    let (mut all, mut side) = (Vec::new(), Side::Start);
    let mut places = Vec::new();
    loop {
        let window = Window {
            side,
            ..Window::first(InvoiceOrder::Issued, descending, 700)
        };
        let page = browse::page(&db.reader(), ALL, &filter, &window).await;
        let (rows, pages) = page.expect("listed");
        assert_eq!(pages.first, all.len() as u64 + 1);
        all.extend(rows.iter().map(|one| one.id.0));
        places.push((pages.first, pages.before, pages.count));
        match pages.after {
            Some(mark) => side = Side::After(mark),
            None => break,
        }
    }
    while let Some((_, Some(mark), count)) = places.pop() {
        assert_eq!(count, all.len() as u64);
        let side = Side::Before(mark);
        let window = Window {
            side,
            ..Window::first(InvoiceOrder::Issued, descending, 700)
        };
        let page = browse::page(&db.reader(), ALL, &filter, &window).await;
        let (rows, pages) = page.expect("listed");
        assert_eq!(Some(&pages.first), places.last().map(|(first, ..)| first));
        let from = usize::try_from(pages.first).expect("few") - 1;
        assert!(
            rows.iter()
                .map(|one| one.id.0)
                .eq(all[from..from + 700].iter().copied())
        );
    }
    all
}

on_both! {
    async fn what_many_have_is_listed_in_order_page_by_page(db: &Db) {
        many(db).await;
        for descending in [false, true] {
            let all = walked(db, None, None, descending).await;
            assert_eq!(all.len(), MANY as usize);
            for text in ["RE-2026", "026-", "C-0", "-0", "e"] {
                assert_eq!(walked(db, Some(text), None, descending).await, all, "{text}");
            }
            assert_eq!(walked(db, Some("RE-2026"), Some(2026), descending).await, all);
            assert_eq!(walked(db, Some("RE-2026"), Some(2025), descending).await, [] as [i64; 0]);
        }
        let filter = HeadFilter { text: Some("RE-2026".to_owned()), ..HeadFilter::default() };
        let (mut fed, mut after) = (Vec::new(), None);
        loop {
            let page = feed(&db.reader(), ALL, &filter, (after.as_ref(), 700)).await;
            let (heads, next) = page.expect("fed");
            fed.extend(heads.iter().map(|one| one.id.0));
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(fed, walked(db, None, None, true).await);
    }
}

on_both! {
    async fn a_book_that_is_restored_is_searched_as_before(db: &Db) {
        odd_numbers(db).await;
        let folder = tempfile::tempdir().expect("a folder");
        let dumped = dump::dump(db, folder.path()).await.expect("dumped");
        let (url, _kept) = empty_beside(db).await;
        let copy = Db::open_migrated(&url).await.expect("a store");
        dump::load(&copy, folder.path(), &dumped).await.expect("loaded");
        for text in ["6-0017", "ag", "c-0002", "%"] {
            assert_eq!(found(&copy, ALL, text).await, found(db, ALL, text).await, "{text}");
            assert_eq!(found(&copy, ALL, text).await.len(), 1);
        }
        copy.close().await.expect("closed");
    }
}

/// The schema as it was before the index, over a book that has numbers.
const BEFORE: &str = "DROP TRIGGER invoice_numbered; DROP TRIGGER invoice_loaded; \
    DROP TABLE invoice_text_trigram; DROP TABLE invoice_text; \
    DELETE FROM book_migration WHERE version LIKE '%invoice_text'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_from_before_the_index_is_searched_once_it_is_migrated() {
    let place = harness::Place::sqlite().await;
    odd_numbers(&place.db).await;
    behind_its_back(&place.db, BEFORE)
        .await
        .expect("taken back");
    let url: DbUrl = place.db.url().clone();
    assert_eq!(place.db.pending_migrations().await.expect("asked"), 1);
    let migrated = Db::open_migrated(&url).await.expect("migrated");
    for (text, many) in [("6-0017", 1), ("ag", 1), ("c-", 7), ("RE-2026", 2)] {
        assert_eq!(found(&migrated, ALL, text).await.len(), many, "{text}");
    }
    // What is numbered from then on is in it as well, and everything once.
    freeze_some(&migrated, vec![(1, DAY)]).await;
    number(&migrated, SERIES, |place| format!("NEW-{place}")).await;
    assert_eq!(found(&migrated, ALL, "new").await, ["NEW-9", "NEW-8"]);
    let held = "SELECT count(*) FROM invoice_text WHERE invoice_text MATCH '\"C-0\"'";
    assert_eq!(numbers(&migrated, held).await, [9]);
    migrated.close().await.expect("closed");
    place.clear().await;
}

on_both! {
    async fn contracts_that_many_have_a_text_in_common_with_are_listed_to_the_end(db: &Db) {
        // Judged as they come by above two thousand, and then counted up to one; found first below.
        facts::parties(db, 2_001).await;
        for (text, many) in [("c-", 2_001), ("C-20", 2), ("12001", 1), ("1200", 3), ("city", 0)] {
            let filter = ContractFilter { text: Some(text.to_owned()), ..Default::default() };
            let (on, at) = (db.reader(), AsOf::now(noon()));
            let page = list::<Value>(&on, ALL, &filter, at, (None, 5)).await.expect(text);
            assert_eq!((page.count, page.contracts.len()), (many, many.min(5) as usize), "{text}");
            let window = Window::first(ContractOrder::Number, true, 5);
            let page = contracts::page::<Value>(&on, ALL, (&filter, at), &window).await;
            let (rows, pages) = page.expect(text);
            let counted = (pages.count, pages.more);
            assert_eq!(counted, (if many > 2_000 { 1_000 } else { many }, many > 2_000), "{text}");
            assert_eq!(rows.len(), many.min(5) as usize, "{text}");
            let (fed, next) = feed_contracts::<Value>(&on, ALL, &filter, at, (None, 5))
                .await
                .expect(text);
            assert_eq!((fed.len(), next.is_some()), (rows.len(), many > 5), "{text}");
        }
        // Behind those that were counted the list goes on, forwards and back.
        let (mut seen, mut side, mut firsts) = (0, Side::Start, Vec::new());
        let filter = ContractFilter { text: Some("c-".to_owned()), ..Default::default() };
        let at = AsOf::now(noon());
        let page = async |side: Side| {
            let window = Window { side, ..Window::first(ContractOrder::Number, false, 600) };
            let page = contracts::page::<Value>(&db.reader(), ALL, (&filter, at), &window).await;
            page.expect("listed")
        };
        loop {
            let (rows, pages) = page(side.clone()).await;
            seen += rows.len();
            firsts.push((pages.first, pages.before));
            match pages.after {
                Some(mark) => side = Side::After(mark),
                None => break,
            }
        }
        assert_eq!(seen, 2_001);
        let places: Vec<u64> = firsts.iter().map(|(first, _)| *first).collect();
        assert_eq!(places, [1, 601, 1_001, 1_001]);
        let last = firsts.pop().and_then(|(_, before)| before).expect("a page before");
        let (rows, pages) = page(Side::Before(last)).await;
        assert_eq!((rows.len(), pages.first, pages.more), (600, 1_001, true));
        assert!(pages.after.is_some());
    }
}
