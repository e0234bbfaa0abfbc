//! A real Prometheus pushes to the real program by the configuration of docs/collectors, while an
//! exporter starts anew and the program is killed twice. What Prometheus knows of the
//! series is what the log holds, each sample once, and what is read of it.
//!
//! Needs Debian's `prometheus`; `tests/run full prometheus` brings it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use harness::on_both;
use herdbook::billing::calendar::Period;
use herdbook::telemetry::SampleValue;
use herdbook::telemetry::meters::{EGRESS, MEDIA_STORAGE, metering};
use herdbook::telemetry::readings::readings_from_chunks;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::killed::Served;

/// As in docs/collectors/prometheus.yml.
const INSTANCE: &str = "social.example.org";
const STORED: i64 = 442_381_631_488;
const A_STEP: i64 = 1_000_000;

/// A sample as both sides tell it: metric, milliseconds since 1970, value.
type Told = (String, i64, i64);

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

/// An exporter whose counter grows by a megabyte each time it is read.
async fn exporter(counter: Arc<AtomicI64>) -> SocketAddr {
    let text = move || {
        let sent = counter.fetch_add(A_STEP, Ordering::SeqCst);
        async move {
            format!(
                "# TYPE mastodon_egress_bytes_total counter\n\
                 mastodon_egress_bytes_total{{listener=\"https\"}} {sent}\n\
                 # TYPE mastodon_media_storage_bytes gauge\n\
                 mastodon_media_storage_bytes{{bucket=\"media\"}} {STORED}\n\
                 # TYPE sidekiq_queue_backlog gauge\nsidekiq_queue_backlog 7\n"
            )
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("its address");
    let routes = Router::new().route("/metrics", get(text));
    tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
    address
}

/// The configuration of docs/collectors with the addresses of this test, and in a hurry.
fn configured(folder: &Path, exporter: SocketAddr, herdbook: &str) -> std::path::PathBuf {
    let own = include_str!("../../docs/collectors/prometheus.yml");
    let token = folder.join("token");
    let mut text = own.to_owned();
    for (theirs, ours) in [
        ("scrape_interval: 60s", "scrape_interval: 1s".to_owned()),
        ("localhost:9100", exporter.to_string()),
        ("https://billing.example.org", format!("http://{herdbook}")),
        (
            "/etc/prometheus/herdbook-token",
            token.display().to_string(),
        ),
        (
            "max_samples_per_send: 2000",
            "max_samples_per_send: 3\n      batch_send_deadline: 500ms\n      \
             max_backoff: 500ms"
                .to_owned(),
        ),
    ] {
        assert_eq!(text.matches(theirs).count(), 1, "{theirs}");
        text = text.replace(theirs, &ours);
    }
    let file = folder.join("prometheus.yml");
    std::fs::write(&file, text).expect("written");
    file
}

fn prometheus(folder: &Path, config: &Path, port: u16) -> Running {
    let log = std::fs::File::create(folder.join("prometheus.log")).expect("a log");
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("tsdb").display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    Running(command.spawn().expect("Debian's prometheus is installed"))
}

/// What Prometheus holds of the series that are sent.
async fn known(port: u16) -> BTreeSet<Told> {
    let mut told = BTreeSet::new();
    for metric in [
        "mastodon_egress_bytes_total",
        "mastodon_media_storage_bytes",
    ] {
        let url = format!("http://127.0.0.1:{port}/api/v1/query?query={metric}[1h]");
        let Ok(answer) = reqwest::get(url).await else {
            return BTreeSet::new();
        };
        let text = answer.text().await.expect("a body");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        for series in answer["data"]["result"].as_array().expect("series") {
            assert_eq!(series["metric"]["instance"], INSTANCE);
            for sample in series["values"].as_array().expect("samples") {
                let seconds = sample[0].as_f64().expect("a time");
                #[expect(clippy::cast_possible_truncation, reason = "milliseconds of today")]
                let millis = (seconds * 1_000.0).round() as i64;
                let value = sample[1]
                    .as_str()
                    .expect("a text")
                    .parse()
                    .expect("whole bytes");
                told.insert((metric.to_owned(), millis, value));
            }
        }
    }
    told
}

/// What the log holds, and how many samples that are.
async fn logged(it: &Fixture) -> (BTreeSet<Told>, usize) {
    let mut all = BTreeSet::new();
    let mut count = 0;
    for chunk in it.chunks(INSTANCE).await {
        let decoded = chunk.decoded().expect("decodes");
        for series in &decoded.series {
            for point in decoded.points_of(series) {
                let SampleValue::Integer(value) = point.value else {
                    panic!("whole bytes: {:?}", point.value);
                };
                let metric = series.key.metric().to_owned();
                all.insert((metric, point.time.timestamp_millis(), value));
                count += 1;
            }
        }
    }
    (all, count)
}

/// Waits until the log holds so many samples.
async fn until(it: &Fixture, count: usize) {
    let begun = Instant::now();
    while logged(it).await.0.len() < count {
        assert!(
            begun.elapsed() < Duration::from_secs(90),
            "{count} samples do not come"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

on_both! {
    async fn a_real_prometheus_is_counted_as_it_counts_itself(db: &Db) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let it = Fixture::new(db);
        let folder = tempfile::tempdir().expect("a folder");
        let credential = it.source("prometheus", INSTANCE).await;
        std::fs::write(folder.path().join("token"), credential).expect("written");
        let counter = Arc::new(AtomicI64::new(5_000_000_000));
        let exporter = exporter(Arc::clone(&counter)).await;
        let (own, theirs) = (format!("127.0.0.1:{}", free_port()), free_port());
        let config = configured(folder.path(), exporter, &own);
        let url = db.url().clone();
        let served = Served::start_at(&url, folder.path(), &own);
        let running = prometheus(folder.path(), &config, theirs);
        until(&it, 8).await;
        served.kill();
        // What is scraped while nobody listens comes later.
        tokio::time::sleep(Duration::from_secs(3)).await;
        counter.store(0, Ordering::SeqCst);
        let served = Served::start_at(&url, folder.path(), &own);
        until(&it, 24).await;
        served.kill();
        let served = Served::start_at(&url, folder.path(), &own);
        until(&it, 34).await;
        // Everything that Prometheus knows now has to come; what it learns meanwhile may.
        let known = known(theirs).await;
        assert!(known.len() >= 34, "{} samples", known.len());
        let begun = Instant::now();
        let found = loop {
            let (found, _) = logged(&it).await;
            if found.is_superset(&known) {
                break found;
            }
            let missing: Vec<_> = known.difference(&found).take(5).collect();
            assert!(begun.elapsed() < Duration::from_secs(60), "missing: {missing:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        let last = known.iter().map(|told| told.1).max().expect("samples");
        let sent: BTreeSet<Told> = found.into_iter().filter(|told| told.1 <= last).collect();
        assert_eq!(sent, known, "nothing but what Prometheus knows");
        drop(running);
        served.kill();
        let (all, count) = logged(&it).await;
        agreed(&it, &all).await;
        println!("{} samples, {count} came, two kills, none lost, none doubled", all.len());
    }
}

/// The readings are what the samples come to.
async fn agreed(it: &Fixture, all: &BTreeSet<Told>) {
    let egress: Vec<i64> = all
        .iter()
        .filter(|told| told.0 == "mastodon_egress_bytes_total")
        .map(|told| told.2)
        .collect();
    // Two starts of the exporter: the first value of the first adds nothing, that of the second is
    // what it has counted since it began.
    let resets = egress.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(resets, 1);
    let grown: i64 = egress
        .windows(2)
        .map(|pair| {
            if pair[1] < pair[0] {
                pair[1]
            } else {
                pair[1] - pair[0]
            }
        })
        .sum();
    let at = |told: &Told| {
        let time = DateTime::<Utc>::from_timestamp_millis(told.1);
        time.expect("an instant").date_naive()
    };
    let first = all.iter().map(at).min().expect("samples");
    let after = all.iter().map(at).max().expect("samples") + TimeDelta::days(1);
    let period = Period::new(first, after).expect("a period");
    let chunks = it.chunks(INSTANCE).await;
    for (meter, bytes) in [(EGRESS, grown), (MEDIA_STORAGE, STORED)] {
        let metering = metering(meter).expect("a meter");
        let read = readings_from_chunks(&chunks, &metering, INSTANCE, period, chrono_tz::UTC);
        let read = read.expect("a reading");
        assert_eq!(read.findings, [], "{meter}");
        assert_eq!(
            read.reading.quantity.to_string(),
            gigabytes(bytes),
            "{meter}"
        );
    }
}

/// Bytes as GB, without zeros at the end.
fn gigabytes(bytes: i64) -> String {
    let text = format!("{}.{:09}", bytes / 1_000_000_000, bytes % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
