//! Remote write from end to end, answered after the commit, beside Prometheus's own receiver on the
//! same requests: `cargo bench --bench ingest`. Debian's `prometheus` has to be there; PostgreSQL
//! takes part where `tests/postgres.sh start` has named a cluster.
//!
//! Four senders push what forty instances report every fifteen seconds. Processor time is that of
//! the receiver, of the database too where it is another process; the senders' own is left out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use harness::Place;
use herdbook::db::{DbUrl, partials};
use herdbook::telemetry::SampleKind;
use herdbook::telemetry::encode::{Outgoing, OutgoingPoint, remote_write_v1};

const SENDERS: usize = 4;
/// Instances of each sender, and series of each instance: 2,000 samples a request.
const INSTANCES: usize = 40;
const SERIES: usize = 50;
const SAMPLES: usize = INSTANCES * SERIES;
/// Requests of each sender.
const STEPS: usize = 480;
const STEP_SECONDS: i64 = 15;
/// Ticks of the processor's clock a second (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

fn main() {
    let start = herdbook::app::Clock::real().system() - TimeDelta::hours(3);
    let bodies: Arc<Vec<Vec<Vec<u8>>>> =
        Arc::new((0..SENDERS).map(|sender| requests(sender, start)).collect());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!(
        "{} samples of {SENDERS} senders, {SAMPLES} a request",
        SENDERS * STEPS * SAMPLES
    );
    println!(
        "{:<12} {:>12} {:>16} {:>10}",
        "", "samples/s", "CPU µs/sample", "peak MiB"
    );
    let peer = prometheus(&bodies);
    runtime.block_on(async {
        let own = herdbook("SQLite", Place::sqlite().await, &bodies).await;
        compared(own, peer);
        match Place::postgres().await {
            Some(place) => compared(herdbook("PostgreSQL", place, &bodies).await, peer),
            None => println!("PostgreSQL: no cluster is named in HERDBOOK_TEST_POSTGRES"),
        }
    });
}

/// What a sender pushes: a counter in 49 parts and a level for each of its instances.
fn requests(sender: usize, start: DateTime<Utc>) -> Vec<Vec<u8>> {
    let instances: Vec<String> = (0..INSTANCES).map(|n| instance(sender, n)).collect();
    let parts: Vec<String> = (0..SERIES).map(|n| format!("part-{n}")).collect();
    let labels: Vec<_> = parts
        .iter()
        .map(|part| [("listener", part.as_str())])
        .collect();
    (0..STEPS)
        .map(|step| {
            let number = i64::try_from(step).expect("few steps");
            let point = [OutgoingPoint {
                time: start + TimeDelta::seconds(number * STEP_SECONDS),
                start: None,
                value: number * 1_000_003,
            }];
            let series = instances.iter().flat_map(|instance| {
                labels.iter().enumerate().map(|(n, labels)| Outgoing {
                    instance,
                    metric: match n {
                        0 => "mastodon_media_storage_bytes",
                        _ => "mastodon_egress_bytes_total",
                    },
                    labels,
                    kind: SampleKind::Cumulative,
                    points: &point,
                })
            });
            remote_write_v1(&series.collect::<Vec<_>>()).expect("a request")
        })
        .collect()
}

fn instance(sender: usize, number: usize) -> String {
    format!("server-{number:02}.sender-{sender}.example")
}

/// Samples a second, processor time of a sample in microseconds.
type Figures = (f64, f64);

fn compared(own: Figures, peer: Figures) {
    let (speed, cost) = (own.0 / peer.0, own.1 / peer.1);
    println!("  {speed:.2} times as fast as Prometheus, {cost:.2} of its processor time");
}

/// Sends all requests, step by step, so that no sender is hours ahead of another.
fn push(address: &str, tokens: &[String], bodies: &Arc<Vec<Vec<Vec<u8>>>>) -> Duration {
    let begun = Instant::now();
    let slowest = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (address, token) = (address.to_owned(), tokens[sender].clone());
            let (bodies, slowest) = (Arc::clone(bodies), Arc::clone(&slowest));
            std::thread::spawn(move || {
                let mut stream = BufReader::new(TcpStream::connect(&address).expect("connected"));
                for (step, body) in bodies[sender].iter().enumerate() {
                    // A receiver like Prometheus refuses what lies more than an hour back.
                    while step > slowest.load(Ordering::SeqCst) / SENDERS + 60 {
                        std::thread::yield_now();
                    }
                    while !post(&mut stream, &address, &token, body) {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                    slowest.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for sender in senders {
        sender.join().expect("sent");
    }
    begun.elapsed()
}

/// Posts over a kept connection; false when the receiver asks to come again.
fn post(stream: &mut BufReader<TcpStream>, address: &str, token: &str, body: &[u8]) -> bool {
    let head = format!(
        "POST /api/v1/write HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n\
         X-Prometheus-Remote-Write-Version: 0.1.0\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let whole = [head.as_bytes(), body].concat();
    stream.get_mut().write_all(&whole).expect("written");
    let (mut status, mut length) = (String::new(), 0);
    stream.read_line(&mut status).expect("an answer");
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("a header");
        let line = line.trim().to_ascii_lowercase();
        if let Some(text) = line.strip_prefix("content-length:") {
            length = text.trim().parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).expect("a body");
    let status = status.split(' ').nth(1).unwrap_or_default().to_owned();
    if matches!(status.as_str(), "429" | "503") {
        return false;
    }
    assert_eq!(status, "204", "{}", String::from_utf8_lossy(&rest));
    true
}

/// Processor time of a process so far, in seconds.
fn processor(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|text| text.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}

/// That of all processes of the database.
fn of_database() -> f64 {
    let pids = std::fs::read_dir("/proc").expect("processes").flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let named = pids.filter(|pid| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name.trim() == "postgres")
    });
    named.map(processor).sum()
}

fn peak_mib(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn told(name: &str, took: Duration, used: f64, peak: u64) -> Figures {
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let samples = (SENDERS * STEPS * SAMPLES) as f64;
    let (speed, cost) = (samples / took.as_secs_f64(), used * 1e6 / samples);
    println!("{name:<12} {speed:>12.0} {cost:>16.2} {peak:>10}");
    (speed, cost)
}

/// The peer: it answers before its log has reached the disk, and drops no duplicates.
fn prometheus(bodies: &Arc<Vec<Vec<Vec<u8>>>>) -> Figures {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("prometheus.yml");
    std::fs::write(&config, "scrape_configs: []\n").expect("written");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    drop(listener);
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.path().join("tsdb").display()
        ))
        .arg(format!("--web.listen-address={address}"))
        .arg("--web.enable-remote-write-receiver")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let running = Running(command.spawn().expect("Debian's prometheus"));
    while !ready(&address) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let pid = running.0.id();
    let before = processor(pid);
    let took = push(&address, &vec![String::new(); SENDERS], bodies);
    told("Prometheus", took, processor(pid) - before, peak_mib(pid))
}

fn ready(address: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let ask = format!("GET /-/ready HTTP/1.0\r\nHost: {address}\r\n\r\n");
    let mut answer = String::new();
    let asked = stream.write_all(ask.as_bytes());
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains(" 200 ")
}

/// The program as it serves, with its worker that rolls what is due.
async fn herdbook(name: &str, place: Place, bodies: &Arc<Vec<Vec<Vec<u8>>>>) -> Figures {
    let url = place.db.url().clone();
    let tokens: Vec<String> = (0..SENDERS)
        .map(|sender| credential(&url, sender))
        .collect();
    let (running, address) = served(&url, place.folder());
    let pid = running.0.id();
    let (before, database) = (processor(pid), of_database());
    let (own, at) = (Arc::clone(bodies), address.clone());
    let pushed = tokio::task::spawn_blocking(move || push(&at, &tokens, &own));
    let took = pushed.await.expect("pushed");
    let used = processor(pid) - before + of_database() - database;
    let figures = told(name, took, used, peak_mib(pid));
    let begun = Instant::now();
    let reader = place.db.telemetry.reader();
    let start = (i64::MIN, i64::MIN);
    while !partials::dirty_after(&reader, i64::MAX, start, 1)
        .await
        .expect("read")
        .is_empty()
    {
        assert!(
            begun.elapsed() < Duration::from_secs(600),
            "hours stay unrolled"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let used = processor(pid) - before + of_database() - database;
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let each = used * 1e6 / (SENDERS * STEPS * SAMPLES) as f64;
    println!(
        "  rolled {:.1} s later, {each:.2} µs a sample with it",
        begun.elapsed().as_secs_f64()
    );
    figures
}

/// The program with a verb, over the store of the measurement.
fn program(url: &DbUrl, verb: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    command.args(verb);
    match url {
        DbUrl::Folder(folder) => command.arg("--data-dir").arg(folder),
        DbUrl::Postgres(address) => command.args(["--database-url", address]),
    };
    command
}

/// Makes the source of a sender, which speaks for its instances.
fn credential(url: &DbUrl, sender: usize) -> String {
    let name = format!("sender-{sender}");
    let mut command = program(url, &["source", "add", &name, "--door", "write"]);
    for number in 0..INSTANCES {
        command.args(["--collects", &instance(sender, number)]);
    }
    let made = command.output().expect("the program runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    String::from_utf8(made.stdout)
        .expect("a token")
        .trim()
        .to_owned()
}

fn served(url: &DbUrl, folder: &Path) -> (Running, String) {
    let mut command = program(url, &["serve", "--listen", "127.0.0.1:0"]);
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let out = child.stdout.take().expect("its output");
    let mut lines = BufReader::new(out).lines();
    let address = lines.find_map(|line| {
        let line = line.expect("a line");
        let rest = line.strip_prefix("Serving on http://")?;
        rest.split('/').next().map(str::to_owned)
    });
    (Running(child), address.expect("an address"))
}
