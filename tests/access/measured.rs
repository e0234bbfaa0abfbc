//! A shared allowance with telemetry of a period that runs: 100 GB for two instances of customer
//! 20001 in January 2026, each measured every five minutes.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::{DateTime, TimeDelta, Utc};
use herdbook::app::{App, Clock};
use herdbook::book;
use herdbook::telemetry::PayloadKind;
use herdbook::telemetry::encode::{self, Outgoing, OutgoingPoint};
use herdbook::telemetry::evidence;
use herdbook::telemetry::sample::SampleKind;
use herdbook::usecases::import::import;
use herdbook::usecases::ingest::ingest_all;
use herdbook::web::router::router;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

pub const FIRST: &str = "social.beispielstadt.example";
pub const SECOND: &str = "second.beispielstadt.example";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The book of the scenario without its readings, so that January runs; a second customer has
/// nothing.
pub async fn imported(it: &mut Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&folder.join("allowance_pooled.toml")).expect("a book");
    book.readings.clear();
    let mut second = book.customers[0].clone();
    second.number = 10_001;
    book.customers.push(second);
    it.app.clock = Clock::at(at("2025-12-31T12:00:00Z"));
    import(&it.app, &book).await.expect("imported");
}

/// The application at an instant.
pub fn on(it: &Fixture, time: &str) -> App {
    it.app.at(at(time))
}

/// A level in GB from one instant to another, as its collector sends it.
pub async fn level(app: &App, instance: &str, (from, to): (&str, &str), gigabytes: i64) {
    let (mut time, to) = (at(from), at(to));
    let mut requests = Vec::new();
    while time < to {
        let end = (time + TimeDelta::hours(6)).min(to);
        let mut points = Vec::new();
        while time < end {
            points.push(OutgoingPoint {
                time,
                start: None,
                value: gigabytes * 1_000_000_000,
            });
            time += TimeDelta::minutes(5);
        }
        let series = Outgoing {
            instance,
            metric: "mastodon_media_storage_bytes",
            labels: &[("bucket", "media")],
            kind: SampleKind::Gauge,
            points: &points,
        };
        requests.push(evidence::Request {
            source: format!("{instance}-prometheus"),
            instance: Some(instance.to_owned()),
            received_at: end,
            kind: PayloadKind::RemoteWrite1,
            bytes: encode::remote_write_v1(&[series]).expect("a request"),
        });
    }
    ingest_all(app, requests).await.expect("taken");
}

/// Both instances with ten days of January: 40 GB and 36 GB, then something else.
pub async fn ten_days(it: &Fixture) {
    let app = on(it, "2026-01-10T23:00:00Z");
    let days = ("2025-12-31T23:00:00Z", "2026-01-10T23:00:00Z");
    level(&app, FIRST, days, 40).await;
    level(&app, SECOND, days, 36).await;
}

/// A page as the owner of a session sees it, in English.
pub async fn page(it: &Fixture, session: &str, path: &str) -> (u16, String) {
    let router = router(it.app.clone(), site()).expect("the routes");
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::ACCEPT_LANGUAGE, "en")
        .body(Body::empty())
        .expect("a request");
    let answer = router.oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
    (status, String::from_utf8_lossy(&bytes).into_owned())
}
