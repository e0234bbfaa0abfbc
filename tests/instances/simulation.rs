//! `herdbook telemetry simulate` against a receiver that keeps what it takes: what it says must be
//! counted is what the meters read.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::{DateTime, Utc};
use harness::Place;
use herdbook::app::App;
use herdbook::billing::calendar::Period;
use herdbook::billing::{Quantity, Rounding};
use herdbook::telemetry::PayloadKind;
use herdbook::telemetry::evidence::Request;
use herdbook::telemetry::meters::metering;
use herdbook::telemetry::readings::readings_from_chunks;
use herdbook::telemetry::simulation::{Fault, Protocol, Settings, simulate};
use herdbook::usecases::ingest::ingest_all;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::kept::chunks;

const INSTANCE: &str = "simulated.example";
/// Hours, seconds of a step, steps of a request: a day and a quarter.
const DAY: [&str; 3] = ["30", "60", "12"];
/// Three weeks, since time entries are few.
const WEEKS: [&str; 3] = ["500", "600", "12"];

/// All of it came after it had been measured.
const ARRIVAL: DateTime<Utc> = DateTime::from_timestamp(1_776_000_000, 0).expect("an instant");

#[derive(Clone)]
struct Receiver {
    app: App,
    kind: PayloadKind,
    asked: Arc<AtomicU64>,
}

async fn take(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    bytes: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let later = [("retry-after", "0")];
    let number = receiver.asked.fetch_add(1, Ordering::SeqCst);
    if number % 7 == 3 {
        return (StatusCode::TOO_MANY_REQUESTS, later);
    }
    if headers
        .get("authorization")
        .is_none_or(|token| token != "Bearer a-token")
    {
        return (StatusCode::UNAUTHORIZED, later);
    }
    let request = Request {
        source: "simulation".to_owned(),
        instance: Some(INSTANCE.to_owned()),
        received_at: ARRIVAL + chrono::TimeDelta::seconds(number as i64),
        kind: receiver.kind,
        bytes: bytes.to_vec(),
    };
    match ingest_all(&receiver.app, [request]).await {
        Ok(_) => (StatusCode::NO_CONTENT, later),
        Err(_) => (StatusCode::BAD_REQUEST, later),
    }
}

/// The readings of what was kept are the totals that were said.
async fn agrees(app: &App, said: &Value) {
    let kept = chunks(app, INSTANCE).await;
    let (from, to) = ("2026-03-01".parse(), "2026-04-01".parse());
    let month = Period::new(from.expect("a day"), to.expect("a day")).expect("a month");
    let totals = said["totals"].as_array().expect("totals");
    assert!(!totals.is_empty());
    for total in totals {
        let meter = metering(total["meter"].as_str().expect("a name")).expect("a meter");
        let read = readings_from_chunks(&kept, &meter, INSTANCE, month, chrono_tz::UTC);
        let read = read.expect("a reading");
        let exact = Quantity::rounded(read.exact, Rounding::HalfUp).expect("in range");
        assert_eq!(exact.to_string(), total["billed"], "{total}");
        assert!(read.findings.is_empty(), "{:?}", read.findings);
    }
}

/// Runs the program as a reader would.
fn simulated(to: &str, protocol: &str, span: [&str; 3], token: &Path) -> Output {
    let [hours, step, batch] = span;
    Command::new(env!("CARGO_BIN_EXE_herdbook"))
        .args(["telemetry", "simulate", "--to", to, "--protocol", protocol])
        .args(["--start", "2026-03-05T04:30:00Z", "--hours", hours])
        .args(["--step", step, "--batch", batch, "--rate", "0"])
        .args(["--seed", "7", "--format", "json", "--token-file"])
        .arg(token)
        .output()
        .expect("it runs")
}

async fn counted(protocol: &'static str, kind: PayloadKind, span: [&'static str; 3]) {
    let place = Place::sqlite().await;
    let it = Fixture::new(&place.db);
    let receiver = Receiver {
        app: it.app.clone(),
        kind,
        asked: Arc::default(),
    };
    let routes = Router::new()
        .route("/api/v1/write", post(take))
        .route("/v1/metrics", post(take))
        .route("/api/v1/events", post(take))
        .with_state(receiver);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let to = format!("http://{}", listener.local_addr().expect("its address"));
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
    let token = place.folder().join("token");
    std::fs::write(&token, "a-token\n").expect("written");
    let run = move || simulated(&to, protocol, span, &token);
    let run = tokio::task::spawn_blocking(run);
    let done = run.await.expect("it ends");
    serving.abort();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{told}");
    let said: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert!(
        said["refused"].as_u64().expect("counted") > 1,
        "halves were refused: {said}"
    );
    assert!(
        said["put_off"].as_u64().expect("counted") > 3,
        "some were put off: {said}"
    );
    agrees(&it.app, &said).await;
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn remote_write_1_is_counted_as_it_says() {
    counted("remote-write-1", PayloadKind::RemoteWrite1, DAY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn remote_write_2_is_counted_as_it_says() {
    counted("remote-write-2", PayloadKind::RemoteWrite2, DAY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn otlp_is_counted_as_it_says() {
    counted("otlp", PayloadKind::OtlpProtobuf, DAY).await;
    counted("otlp-json", PayloadKind::OtlpJson, DAY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cloud_events_are_counted_as_they_say() {
    counted("cloud-events", PayloadKind::CloudEventBatch, WEEKS).await;
}

fn settings(faults: Vec<(Fault, u32)>) -> Settings {
    Settings {
        instance: INSTANCE.to_owned(),
        protocol: Protocol::RemoteWrite1,
        start: "2026-03-05T00:00:00Z".parse().expect("an instant"),
        step_seconds: 60,
        steps: 100,
        steps_a_request: 10,
        seed: 3,
        faults,
    }
}

#[test]
fn faults_change_what_is_sent_and_nothing_of_what_is_counted() {
    let calm = simulate(&settings(Vec::new())).expect("drawn");
    assert_eq!(calm.sendings.len(), 10);
    let all = Fault::ALL.map(|(_, fault)| (fault, 4));
    let rough = simulate(&settings(all.to_vec())).expect("drawn");
    assert_eq!(
        (rough.totals.clone(), rough.unique),
        (calm.totals, calm.unique)
    );
    assert_eq!(rough.sendings.len(), 12, "a half and a repetition more");
    assert_eq!(rough.sendings.iter().filter(|one| one.refused).count(), 1);
    assert_ne!(
        rough.sendings[4].bytes, calm.sendings[4].bytes,
        "overtaken by the next"
    );
    let again = simulate(&settings(all.to_vec())).expect("drawn");
    assert_eq!(again, rough, "the same settings, the same bytes");
    let other = Settings {
        seed: 4,
        ..settings(Vec::new())
    };
    assert_ne!(simulate(&other).expect("drawn").totals, rough.totals);
}

#[test]
fn a_server_that_is_not_there_or_knows_no_token_is_named() {
    let run = |words: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_herdbook"))
            .args(["telemetry", "simulate"])
            .args(words)
            .output()
            .expect("it runs");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.code(), told)
    };
    let (code, told) = run(&["--to", "http://127.0.0.1:1", "--hours", "1"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("simulation.unreachable"), "{told}");
    let (_, told) = run(&["--to", "nowhere"]);
    assert!(told.contains("simulation.address"), "{told}");
    let (_, told) = run(&[
        "--to",
        "http://127.0.0.1:1",
        "--hours",
        "800",
        "--step",
        "1",
    ]);
    assert!(told.contains("simulation.size"), "{told}");
}
