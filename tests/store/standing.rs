//! Where invoices stand, as a filter of lists, and the sums of what a list holds.

use harness::facts::{self, at, date};
use harness::on_both;
use herdbook::access::Scope;
use herdbook::billing::{Currency, Money};
use herdbook::db::browse::Window;
use herdbook::db::invoices::browse::{self, InvoiceOrder};
use herdbook::db::invoices::feed::{HeadFilter, feed};
use herdbook::db::invoices::list::{InvoiceFilter, list};
use herdbook::db::invoices::standing::{Stands, StandsOn, sums};
use herdbook::db::invoices::{InvoiceHead, InvoiceId, cancel, freeze};
use herdbook::db::ledger;
use herdbook::db::{AsOf, Db, DbError, Txn};
use serde_json::json;

use crate::customers::own;
use crate::payments::{entry, payment, settled};

const ALL: Scope = Scope::of_program();

/// Six documents over 119 euros: overdue, paid in part, settled, cancelled, a credit note, and one
/// that is not due yet.
pub async fn six(db: &Db) {
    facts::parties(db, 6).await;
    let run = facts::run(db).await;
    let mut ids = Vec::new();
    for n in 1..=6_u32 {
        let due = if n < 6 { "2026-03-03" } else { "2026-03-10" };
        let head = InvoiceHead {
            due_date: date(due),
            ..facts::head(run, n)
        };
        let kind = if n == 5 { "credit_note" } else { "invoice" };
        let view = json!({ "document_type": kind, "n": n });
        let line = facts::line(n, "hosting");
        let frozen = db.write(async move |txn: &Txn| {
            herdbook::db::contracts::lock_for_billing(txn, &line.contract).await?;
            freeze(txn, &head, &view, std::slice::from_ref(&line)).await
        });
        let id: InvoiceId = frozen.await.expect("frozen");
        ids.push(id);
    }
    facts::number_all(db).await;
    let entries = (1..).zip(&ids).map(|(n, id)| entry(n, *id, n == 5));
    let entries: Vec<_> = entries.collect();
    let booked = db.write(async move |txn: &Txn| ledger::post(txn, &entries).await);
    booked.await.expect("booked");
    let part = payment("stripe/pi_2", 10_002, 4_000, Some(ids[1]));
    settled(db, part, ids[1], 4_000).await;
    let whole = payment("stripe/pi_3", 10_003, 11_900, Some(ids[2]));
    settled(db, whole, ids[2], 11_900).await;
    let fourth = ids[3];
    let when = at("2026-02-20T09:00:00Z");
    let taken = db.write(async move |txn: &Txn| {
        cancel(txn, fourth, when).await?;
        Ok::<_, DbError>(())
    });
    taken.await.expect("cancelled");
}

fn asked(stands: Option<Stands>, year: Option<u16>) -> InvoiceFilter {
    let day = date("2026-03-05");
    InvoiceFilter {
        year,
        stands: stands.map(|stands| StandsOn { stands, day }),
        ..InvoiceFilter::default()
    }
}

fn plain(number: &str) -> u32 {
    let end = number.rsplit('-').next().expect("a number");
    end.parse().expect("its place")
}

on_both! {
    async fn a_list_holds_what_stands_where_it_is_asked_for(db: &Db) {
        six(db).await;
        let on = db.reader();
        let window = Window::first(InvoiceOrder::Number, false, 10);
        for (stands, expected) in [
            (None, vec![1, 2, 3, 4, 5, 6]),
            (Some(Stands::Open), vec![1, 2, 5, 6]),
            (Some(Stands::Overdue), vec![1, 2]),
            (Some(Stands::Partly), vec![2]),
            (Some(Stands::Settled), vec![3]),
            (Some(Stands::Cancelled), vec![4]),
        ] {
            let all = expected.len();
            for (year, many) in [(None, all), (Some(2026), all), (Some(2025), 0)] {
                let filter = asked(stands, year);
                let found = browse::page(&on, ALL, &filter, &window).await;
                let (rows, pages) = found.expect("listed");
                assert_eq!(pages.count, many as u64, "{stands:?} {year:?}");
                let numbers = rows.iter().filter_map(|one| one.number()).map(plain);
                let numbers: Vec<u32> = numbers.collect();
                assert_eq!(numbers, expected[..many], "{stands:?} {year:?}");
                let page = list(&on, ALL, &filter, None, 10).await.expect("listed");
                assert_eq!(page.count, many as u64, "{stands:?} {year:?}");
            }
            let heads = HeadFilter { stands: asked(stands, None).stands, ..HeadFilter::default() };
            let (heads, _) = feed(&on, ALL, &heads, (None, 10)).await.expect("listed");
            let mut numbers: Vec<u32> = heads.iter().map(|one| plain(&one.number)).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, expected, "{stands:?}");
        }
        let text = InvoiceFilter {
            text: Some("RE-2026".to_owned()),
            ..asked(Some(Stands::Overdue), None)
        };
        let (_, pages) = browse::page(&on, ALL, &text, &window).await.expect("listed");
        assert_eq!(pages.count, 2);
    }
}

on_both! {
    async fn the_sums_of_a_list_are_those_of_all_its_documents(db: &Db) {
        six(db).await;
        let on = db.reader();
        let now = AsOf::now(at("2026-03-05T12:00:00Z"));
        // Net, tax, gross, open, in euros.
        for (stands, expected) in [
            (None, Some([400, 76, 476, 317])),
            (Some(Stands::Overdue), Some([200, 38, 238, 198])),
            (Some(Stands::Settled), Some([100, 19, 119, 0])),
        ] {
            let found = sums(&on, ALL, &asked(stands, None), now).await.expect("summed");
            let plain = found.first().map(|(currency, sums)| {
                assert_eq!(*currency, Currency::EUR);
                [sums.net, sums.tax, sums.gross, sums.open].map(Money::minor)
            });
            let expected = expected.map(|all| all.map(|euros| euros * 100));
            assert_eq!(plain, expected, "{stands:?}");
        }
        let nothing = sums(&on, ALL, &asked(None, Some(2025)), now).await.expect("summed");
        assert_eq!(nothing, []);
        let own = sums(&on, own(10_002), &asked(None, None), now).await.expect("summed");
        assert_eq!(own[0].1.open, Money::new(7_900, Currency::EUR));
    }
}
