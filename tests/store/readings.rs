//! Readings as pages show them, what was billed for them, and results of service levels: newest
//! first, each once, and only the own ones for a customer.

use harness::facts;
use harness::on_both;
use herdbook::access::Scope;
use herdbook::db::invoices::newest::{self, Whose};
use herdbook::db::readings::list::{ReadingFilter, meters, newest as closed, of_year, years};
use herdbook::db::readings::{self, ReadingRecord};
use herdbook::db::service_levels;
use herdbook::db::{Db, DbError, Txn};

use crate::customers::own;

/// Two contracts with a reading of two meters in each of three months, one of them corrected.
async fn read(db: &Db) {
    facts::parties(db, 2).await;
    let mut all = Vec::new();
    for contract in ["C-0001", "C-0002"] {
        for (from, to) in [
            ("2025-12-01", "2026-01-01"),
            ("2026-01-01", "2026-02-01"),
            ("2026-02-01", "2026-03-01"),
        ] {
            for meter in ["egress", "media_storage"] {
                all.push(ReadingRecord {
                    contract: contract.to_owned(),
                    meter: meter.to_owned(),
                    from: facts::date(from),
                    to: facts::date(to),
                    revision: 1,
                    ..facts::reading()
                });
            }
        }
    }
    let corrected = ReadingRecord {
        revision: 2,
        quantity: "2".to_owned(),
        ..all[2].clone()
    };
    all.push(corrected);
    let stored = db.write(async move |txn: &Txn| readings::put_all(txn, &all).await);
    stored.await.expect("stored");
}

async fn found(db: &Db, scope: Scope, of: Option<&str>, meter: Option<&str>) -> Vec<String> {
    let filter = ReadingFilter {
        of: of.map(str::to_owned),
        meter: meter.map(str::to_owned),
    };
    let page = closed(&db.reader(), scope, &filter, (None, 100))
        .await
        .expect("listed");
    assert_eq!(page.count, page.readings.len() as u64);
    page.readings
        .into_iter()
        .map(|one| {
            let replaced = if one.replaced { " replaced" } else { "" };
            let (contract, meter, revision) = (one.contract, one.meter, one.revision);
            format!("{contract} {meter} {} {revision}{replaced}", one.from)
        })
        .collect()
}

on_both! {
    async fn pages_hold_every_reading_once_and_the_last_closed_first(db: &Db) {
        read(db).await;
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let (all, filter) = (Scope::of_program(), ReadingFilter::default());
            let page = closed(&db.reader(), all, &filter, (before, 5)).await;
            let page = page.expect("listed");
            assert_eq!(page.count, 13);
            seen.extend(page.readings.iter().map(|one| one.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 13);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }
}

on_both! {
    async fn readings_are_narrowed_to_a_contract_and_a_meter(db: &Db) {
        read(db).await;
        let all = Scope::of_program();
        assert_eq!(found(db, all, Some("c-0001"), Some("egress")).await, [
            "C-0001 egress 2026-01-01 2",
            "C-0001 egress 2026-02-01 1",
            "C-0001 egress 2026-01-01 1 replaced",
            "C-0001 egress 2025-12-01 1",
        ]);
        assert_eq!(found(db, all, Some("10002"), None).await.len(), 6);
        assert_eq!(found(db, all, None, Some("media_storage")).await.len(), 6);
        for nothing in ["C-000", "%", "'"] {
            assert_eq!(found(db, all, Some(nothing), None).await, Vec::<String>::new());
        }
        assert_eq!(meters(&db.reader(), all).await.expect("meters"), ["egress", "media_storage"]);
        assert_eq!(years(&db.reader(), all, "C-0001").await.expect("years"), ["2026", "2025"]);
        let year = of_year(&db.reader(), all, "C-0001", 2026).await.expect("readings");
        let said = year.iter().map(|one| format!("{} {}", one.meter, one.revision));
        let said: Vec<String> = said.collect();
        assert_eq!(said, [
            "egress 1", "egress 2", "egress 1", "media_storage 1", "media_storage 1",
        ]);
    }
}

on_both! {
    async fn a_customer_sees_its_own_use_only(db: &Db) {
        read(db).await;
        let scope = own(10_002);
        assert_eq!(found(db, scope, None, None).await.len(), 6);
        assert_eq!(found(db, scope, Some("C-0001"), None).await, Vec::<String>::new());
        assert_eq!(meters(&db.reader(), scope).await.expect("meters").len(), 2);
        let of_others = years(&db.reader(), scope, "C-0001").await;
        assert_eq!(of_others.expect("years"), Vec::<String>::new());
        let read = async |contract| {
            of_year(&db.reader(), scope, contract, 2026).await.expect("readings").len()
        };
        assert_eq!([read("C-0001").await, read("C-0002").await], [0, 4]);
        let foreign = own(10_009);
        assert_eq!(meters(&db.reader(), foreign).await.expect("meters"), Vec::<String>::new());
    }
}

on_both! {
    async fn a_customer_sees_its_own_invoices_and_results_only(db: &Db) {
        facts::parties(db, 2).await;
        let run = facts::run(db).await;
        for n in 1..=2 {
            facts::freeze(db, run, n, "hosting").await.expect("frozen");
        }
        let stored = db.write(async move |txn: &Txn| {
            service_levels::put_result(txn, &facts::sla_result()).await?;
            Ok::<_, DbError>(())
        });
        stored.await.expect("stored");
        let on = db.reader();
        let seen = async |scope, whose| newest::newest(&on, scope, whose, 5).await.expect("found");
        let all = Scope::of_program();
        assert_eq!(seen(all, Whose::Contract("C-0001")).await.1, 0, "frozen only");
        facts::number_all(db).await;
        assert_eq!(seen(all, Whose::Contract("C-0001")).await.0.len(), 1);
        assert_eq!(seen(all, Whose::Customer("10001")).await.1, 1);
        assert_eq!(seen(own(10_002), Whose::Contract("C-0001")).await.1, 0);
        assert_eq!(seen(own(10_002), Whose::Contract("C-0002")).await.1, 1);
        let net = newest::net(&on, all, "C-0001").await.expect("summed");
        assert_eq!(net.iter().map(|sum| sum.minor()).collect::<Vec<_>>(), [10_000]);
        assert_eq!(newest::net(&on, own(10_002), "C-0001").await.expect("summed"), []);
        assert_eq!(newest::metered(&on, all, "C-0001", 2026).await.expect("lines"), []);
        let results = async |scope| {
            service_levels::newest(&on, scope, "C-0001", 5).await.expect("results").len()
        };
        assert_eq!([results(all).await, results(own(10_001)).await], [1, 1]);
        assert_eq!(results(own(10_002)).await, 0);
    }
}
