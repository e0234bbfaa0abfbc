//! Figures for Prometheus. Every label has few values: templates of routes, methods, classes of
//! status, kinds of jobs, codes of problems.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the histograms, in seconds: from what a list takes to what a reader waits for.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

const REQUESTS: &str = "herdbook_http_requests_total";
const REQUEST_SECONDS: &str = "herdbook_http_request_seconds";
const JOBS_DONE: &str = "herdbook_jobs_ended_total";
const RENDERED: &str = "herdbook_render_seconds";
const RENDER_FAILED: &str = "herdbook_render_failures_total";
const INGESTED: &str = "herdbook_ingest_requests_total";
const INGESTED_SAMPLES: &str = "herdbook_ingest_samples_total";
const INGEST_REFUSED: &str = "herdbook_ingest_refused_total";
const INGEST_WAITING: &str = "herdbook_ingest_waiting";
const INGEST_SECONDS: &str = "herdbook_ingest_commit_seconds";
const INGEST_GROUP: &str = "herdbook_ingest_committed_total";
const MASTODON_HOOKS: &str = "herdbook_mastodon_hooks_total";
const PULLS: &str = "herdbook_pulls_total";

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The figures of this process; none when another recorder is installed, as a test may do.
pub fn handle() -> Option<&'static PrometheusHandle> {
    HANDLE.get_or_init(install).as_ref()
}

fn install() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).ok()?;
    let handle = builder.install_recorder().ok()?;
    describe_counter!(REQUESTS, "Requests answered.");
    describe_histogram!(REQUEST_SECONDS, Unit::Seconds, "From request to answer.");
    describe_counter!(JOBS_DONE, "Jobs that ended, by outcome.");
    describe_histogram!(RENDERED, Unit::Seconds, "Typesetting one document.");
    describe_counter!(RENDER_FAILED, "Documents that could not be typeset.");
    describe_counter!(
        INGESTED,
        "Telemetry requests acknowledged, by door and outcome."
    );
    describe_counter!(INGESTED_SAMPLES, "Samples and events in new ones, by door.");
    describe_counter!(
        INGEST_REFUSED,
        "Points, events and requests refused, by door and code."
    );
    describe_histogram!(
        INGEST_SECONDS,
        Unit::Seconds,
        "Committing a group of requests."
    );
    describe_counter!(INGEST_GROUP, "Telemetry requests committed, in groups.");
    describe_counter!(
        MASTODON_HOOKS,
        "Messages of instances' webhooks, by outcome."
    );
    describe_counter!(PULLS, "Targets asked, by kind and outcome.");
    for (name, what) in GAUGES {
        describe_gauge!(*name, *what);
    }
    gauge!("herdbook_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    Some(handle)
}

/// Gauges are read when they are asked for.
const GAUGES: &[(&str, &str)] = &[
    ("herdbook_build_info", "1, with the version as a label."),
    (
        "herdbook_jobs",
        "Jobs that are not done, by kind and state.",
    ),
    (
        "herdbook_jobs_oldest_seconds",
        "How long the longest waiting job has been due, by kind.",
    ),
    (
        "herdbook_audit_unsealed",
        "Audit records that wait for their seal; counted up to 10,000.",
    ),
    (
        "herdbook_audit_unsealed_oldest_seconds",
        "How long the oldest of them has waited; 60 and more fails verification.",
    ),
    (
        "herdbook_outbox_waiting",
        "Events that their consumer has not taken, of the newest 10,000.",
    ),
    (
        "herdbook_outbox_oldest_seconds",
        "How long the oldest of them has waited.",
    ),
    ("herdbook_render_workers", "Render workers, by state."),
    (
        "herdbook_database_connections",
        "Connections of a pool, by pool and state.",
    ),
    (
        "herdbook_ingest_waiting",
        "Telemetry requests that wait for the writer.",
    ),
    ("herdbook_worker_running", "1 while jobs are looked for."),
    (
        "herdbook_process_resident_bytes",
        "Memory of the server process.",
    ),
];

/// A request was answered.
pub fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    let class = match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    let route = route.to_owned();
    counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => class)
        .increment(1);
    histogram!(REQUEST_SECONDS, "method" => method, "route" => route).record(took);
}

/// A job ended.
pub fn job(kind: &'static str, done: bool) {
    let outcome = if done { "done" } else { "failed" };
    counter!(JOBS_DONE, "kind" => kind, "outcome" => outcome).increment(1);
}

/// A message of an instance's webhook was answered: `taken`, `repeated`, `ignored`, `refused`,
/// `unknown` or `failed`.
pub fn mastodon_hook(outcome: &'static str) {
    counter!(MASTODON_HOOKS, "outcome" => outcome).increment(1);
}

/// A target was asked: `done` or `failed`. Kinds are few and known.
pub fn pull(kind: &str, outcome: &'static str) {
    counter!(PULLS, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
}

/// A document was typeset, or could not be; `code` is a stable one.
pub fn rendered(took: Duration, code: Option<&str>) {
    match code {
        None => histogram!(RENDERED).record(took),
        Some(code) => counter!(RENDER_FAILED, "code" => code.to_owned()).increment(1),
    }
}

/// A telemetry request was acknowledged.
pub fn ingested(door: &'static str, new: bool, samples: u64) {
    let outcome = if new { "stored" } else { "duplicate" };
    counter!(INGESTED, "door" => door, "outcome" => outcome).increment(1);
    if new {
        counter!(INGESTED_SAMPLES, "door" => door).increment(samples);
    }
}

/// Points, events or a whole telemetry request were refused, for a stable code.
pub fn ingest_refused(door: &'static str, code: &'static str, count: u64) {
    counter!(INGEST_REFUSED, "door" => door, "code" => code).increment(count);
}

/// So many telemetry requests wait for the writer.
pub fn ingest_waiting(count: usize) {
    set(INGEST_WAITING, &[], count as u64);
}

/// A group of telemetry requests was committed.
pub fn ingest_committed(requests: usize, took: Duration) {
    counter!(INGEST_GROUP).increment(requests as u64);
    histogram!(INGEST_SECONDS).record(took);
}

/// Sets a gauge.
pub fn set(name: &'static str, labels: &[(&'static str, String)], value: u64) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts below 2^53; a gauge is a float"
    )]
    gauge!(name, labels).set(value as f64);
}

/// Memory of this process that is resident, in bytes; none where the system does not say.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024)
}
