//! A month's reading of one server out of millions of hourly partials, and the rolling of due
//! hours: `cargo bench --bench readings`. PostgreSQL takes part where `tests/postgres.sh start` has
//! named a cluster. HERDBOOK_BENCH_SERVERS sets the number of servers; 1,250 make ten million rows.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use harness::{Place, raw_at};
use herdbook::access::Keyring;
use herdbook::app::{App, Clock};
use herdbook::billing::span::Span;
use herdbook::billing::tax::TaxRules;
use herdbook::billing::usage::{Partial, Records, fold};
use herdbook::db::Db;
use herdbook::db::partials;
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::telemetry::encode::{Outgoing, OutgoingPoint, remote_write_v1};
use herdbook::telemetry::evidence::Request;
use herdbook::telemetry::meters::{MEDIA_STORAGE, metering};
use herdbook::telemetry::{PayloadKind, SampleKind};
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::roll_hours::roll_due;
use sea_orm::ConnectionTrait;

/// Meters of a server, and hours for which it has partials: almost three months.
const METERS: i64 = 4;
const HOURS: i64 = 2_000;
/// The first hour: 2026-01-01T00:00Z.
const FIRST: i64 = 490_896;
/// Hours of the month that is read: all before it count as what came earlier.
const MONTH: i64 = 744;
/// Readings that are timed.
const READINGS: usize = 1_000;

fn main() {
    let servers = std::env::var("HERDBOOK_BENCH_SERVERS");
    let servers: i64 = servers.ok().and_then(|n| n.parse().ok()).unwrap_or(1_250);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        for share in [servers / 10, servers] {
            readings("SQLite", Place::sqlite().await, share).await;
            if let Some(place) = postgres().await {
                readings("PostgreSQL", place, share).await;
            }
        }
        rolling("SQLite", Place::sqlite().await).await;
        if let Some(place) = postgres().await {
            rolling("PostgreSQL", place).await;
        }
    });
}

async fn postgres() -> Option<Place> {
    std::env::var_os("HERDBOOK_TEST_POSTGRES")?;
    Place::postgres().await
}

async fn readings(database: &str, place: Place, servers: i64) {
    let db = &place.db;
    let rows = fill(db, servers).await;
    let mut took = Vec::with_capacity(READINGS);
    let mut of = 7_i64;
    for _ in 0..READINGS {
        of = (of * 7_919 + 13).rem_euclid(servers);
        let began = Instant::now();
        let quantity = month(db, of + 1).await;
        took.push(began.elapsed());
        assert!(quantity.starts_with("200"), "{quantity}");
    }
    took.sort_unstable();
    let at = |share: usize| took[(READINGS * share / 100).min(READINGS - 1)];
    println!(
        "{database}, {rows} rows of {servers} servers: a month's reading takes p50 {:.2} ms, \
         p99 {:.2} ms",
        millis(at(50)),
        millis(at(99)),
    );
    place.clear().await;
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// The second month of one meter of one server, from its stored hours.
async fn month(db: &Db, instance: i64) -> String {
    let metering = metering(MEDIA_STORAGE).expect("in the catalogue");
    let (from, to) = (FIRST + MONTH, FIRST + 2 * MONTH);
    let rows = partials::of_instance(&db.telemetry.reader(), instance, &[1], (from - 1, to)).await;
    let hours: BTreeMap<i64, Partial> = rows
        .expect("read")
        .into_iter()
        .map(|row| {
            (
                row.hour - from,
                serde_json::from_str(&row.body).expect("a partial"),
            )
        })
        .collect();
    assert_eq!(hours.len(), 745);
    let instant = |hour: i64| DateTime::<Utc>::from_timestamp(hour * 3_600, 0).expect("an instant");
    let window = Span::new(instant(from), instant(to)).expect("a month");
    let found = fold(&metering.meter, Records::Samples, &hours, window).expect("a reading");
    found.measured.quantity.to_string()
}

/// Partials as the roller writes them: twelve samples an hour of a bucket of 200 GB.
async fn fill(db: &Db, servers: i64) -> i64 {
    let edge = |minute: &str| {
        format!(
            "{{\"time\":\"'||T||':{minute}:00Z\",\"kind\":\"gauge\",\"value\":\"200000000000\"}}"
        )
    };
    let body = format!(
        "'{{\"chunks\":['||(h*60)||','||(h*60+5)||'],\"series\":[{{\"key\":\"social.example.org \
         mastodon.media.storage.bytes\",\"first\":{},\"last\":{},\"last_in\":['||(h*60+5)||'],\
         \"between\":{{\"levels\":{{\"area\":\"660000000000000000000000000\",\"millis\":3300000,\
         \"count\":12,\"sum\":\"0\",\"max\":\"200000000000\",\"min\":\"200000000000\"}}}}}}]}}'",
        edge("00"),
        edge("55"),
    );
    let postgres = matches!(db.url(), herdbook::db::DbUrl::Postgres(_));
    let began = Instant::now();
    let raw = raw_at(db.url(), "telemetry.db").await;
    for hours in (0..HOURS).step_by(100) {
        let (low, high) = (FIRST + hours, FIRST + (hours + 100).min(HOURS) - 1);
        let numbers = |name: &str, low: i64, high: i64| match postgres {
            true => format!("generate_series({low}::bigint, {high}::bigint) AS {name}({name})"),
            false => format!(
                "(WITH RECURSIVE r({name}) AS (SELECT {low} UNION ALL SELECT {name} + 1 FROM r \
                 WHERE {name} < {high}) SELECT {name} FROM r) AS {name}"
            ),
        };
        let time = match postgres {
            true => "to_char(to_timestamp(h * 3600) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24')",
            false => "strftime('%Y-%m-%dT%H', h * 3600, 'unixepoch')",
        };
        let sql = format!(
            "INSERT INTO partial (hour, instance, meter, body) SELECT h, i, m, {} FROM {}, {}, {}",
            body.replace("T||", &format!("{time}||")),
            numbers("h", low, high),
            numbers("i", 1, servers),
            numbers("m", 1, METERS),
        );
        raw.execute_unprepared(&sql).await.expect("filled");
    }
    if postgres {
        raw.execute_unprepared("ANALYZE partial")
            .await
            .expect("analysed");
    }
    raw.close().await.expect("closed");
    eprintln!("filled in {:.0} s", began.elapsed().as_secs_f64());
    servers * METERS * HOURS
}

/// Servers, requests of each in the hour, series of a request and points of a series.
const SOURCES: usize = 120;
const REQUESTS: i64 = 60;
const SERIES: usize = 100;
const POINTS: i64 = 4;

/// An hour of 120 servers that write a hundred series every 15 seconds, a request a minute, of
/// which a fifth is metered: what has to be rolled when the hour is due.
async fn rolling(database: &str, place: Place) {
    let app = app(&place);
    let start = DateTime::<Utc>::from_timestamp(FIRST * 3_600, 0).expect("an instant");
    let mut requests = Vec::new();
    for source in 0..SOURCES {
        for minute in 0..REQUESTS {
            requests.push(request(source, start + TimeDelta::minutes(minute)));
        }
    }
    let samples = SOURCES as i64 * REQUESTS * SERIES as i64 * POINTS;
    ingest_all(&app, requests).await.expect("kept");
    let began = Instant::now();
    let rolled = roll_due(&app).await.expect("rolled");
    let took = began.elapsed().as_secs_f64();
    println!(
        "{database}: an hour of {samples} samples in {} requests is rolled into {} partials in \
         {took:.2} s, {:.2} M samples a second",
        SOURCES as i64 * REQUESTS,
        rolled.partials,
        samples as f64 / took / 1e6,
    );
    place.clear().await;
}

fn request(source: usize, at: DateTime<Utc>) -> Request {
    let instance = format!("social-{source}.example.org");
    let points: Vec<OutgoingPoint> = (0..POINTS)
        .map(|n| OutgoingPoint {
            time: at + TimeDelta::seconds(15 * n),
            start: None,
            value: 200_000_000_000 + n,
        })
        .collect();
    let names: Vec<String> = (0..SERIES).map(|n| format!("{n:03}")).collect();
    let labels: Vec<[(&str, &str); 1]> =
        names.iter().map(|name| [("part", name.as_str())]).collect();
    let series: Vec<Outgoing<'_>> = labels
        .iter()
        .enumerate()
        .map(|(n, labels)| Outgoing {
            instance: &instance,
            metric: if n % 5 == 0 {
                "mastodon_media_storage_bytes"
            } else {
                "ruby_http_requests_total"
            },
            labels,
            kind: SampleKind::Gauge,
            points: &points,
        })
        .collect();
    Request {
        source: format!("source-{source}"),
        instance: Some(instance.clone()),
        received_at: at + TimeDelta::minutes(1),
        kind: PayloadKind::RemoteWrite1,
        bytes: remote_write_v1(&series).expect("encoded"),
    }
}

fn app(place: &Place) -> App {
    let templates = TemplateSet::embedded();
    let pool = PoolConfig::new(PathBuf::from("herdbook"), render_id(&templates));
    let now = DateTime::<Utc>::from_timestamp((FIRST + 2) * 3_600, 0).expect("an instant");
    App {
        db: place.db.clone(),
        clock: Clock::at(now),
        archive: Archive::folder(place.folder()).expect("an archive"),
        pool: RenderPool::new(pool),
        templates: Arc::new(templates),
        tax: Arc::new(TaxRules::default()),
        keys: Arc::new(Keyring::of("bench".to_owned(), [1; 32])),
        mail: None,
        private_hosts: std::sync::Arc::default(),
        card: None,
        actor: "bench".to_owned(),
    }
}
