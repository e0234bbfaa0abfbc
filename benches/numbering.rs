//! Invoices numbered in a second, with everything that issuing entails: `cargo bench --bench
//! numbering`. PostgreSQL takes part where `tests/postgres.sh start` has named a cluster.
//!
//! Each round numbers what was frozen for it, so rounds are counted here and not by a framework.

use std::time::Instant;

use harness::Place;
use harness::facts;
use harness::numbering::{batch, lead};

/// Invoices of a round.
const INVOICES: u32 = 5_000;
/// Rounds; the best, the median and the worst are shown.
const ROUNDS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            rates.push(round(Place::sqlite().await).await);
        }
        show("SQLite", rates);
        if std::env::var_os("HERDBOOK_TEST_POSTGRES").is_none() {
            println!("PostgreSQL: no cluster is named in HERDBOOK_TEST_POSTGRES");
            return;
        }
        let mut rates = Vec::new();
        for _ in 0..ROUNDS {
            if let Some(place) = Place::postgres().await {
                rates.push(round(place).await);
            }
        }
        show("PostgreSQL", rates);
    });
}

/// Invoices a second of one fresh database.
async fn round(place: Place) -> f64 {
    let db = &place.db;
    facts::parties(db, 1).await;
    let run = facts::run(db).await;
    facts::freeze_many(db, run, INVOICES).await;
    let lease = lead(db, "bench").await.expect("nobody else leads");
    let began = Instant::now();
    let mut numbered = 0;
    loop {
        match batch(db, &lease, false).await.expect("numbered") {
            0 => break,
            some => numbered += some,
        }
    }
    let took = began.elapsed();
    assert_eq!(numbered, INVOICES as usize);
    place.clear().await;
    f64::from(INVOICES) / took.as_secs_f64()
}

fn show(database: &str, mut rates: Vec<f64>) {
    rates.sort_by(f64::total_cmp);
    let at = |index: usize| rates.get(index).copied().unwrap_or_default();
    println!(
        "{database}: {:.0} to {:.0} invoices a second, median {:.0}",
        at(0),
        at(rates.len().saturating_sub(1)),
        at(rates.len() / 2),
    );
}
