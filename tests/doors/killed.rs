//! kill -9 in the middle of ingest: what was acknowledged is in the log, and nothing twice.
//!
//! The real program serves; four senders push samples of their own, each again until it is
//! acknowledged, as collectors do. The program is killed at random points of their work and started
//! again. In the end the log holds each sample once, and the reading counts each once.
//!
//! HERDBOOK_INGEST_KILLS (default 5) kills; HERDBOOK_INGEST_SEED repeats their points.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use harness::on_both;
use herdbook::billing::calendar::Period;
use herdbook::db::DbUrl;
use herdbook::telemetry::meters::{EGRESS, metering};
use herdbook::telemetry::readings::readings_from_chunks;

use crate::fixture::Fixture;

const SENDERS: u64 = 4;
const GB: u64 = 1_000_000_000;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().expect("a whole number"),
        Err(_) => default,
    }
}

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_herdbook");

/// A program that serves, killed without warning when it is dropped.
pub struct Served {
    pub child: Child,
    pub address: String,
}

impl Served {
    fn start(url: &DbUrl, folder: &Path) -> Self {
        Self::start_at(url, folder, "127.0.0.1:0")
    }

    pub fn start_at(url: &DbUrl, folder: &Path, listen: &str) -> Self {
        Self::start_by(Command::new(PROGRAM), url, folder, listen)
    }

    /// By a command that becomes the program.
    pub fn start_by(mut command: Command, url: &DbUrl, folder: &Path, listen: &str) -> Self {
        command.args(["serve", "--listen", listen]);
        match url {
            DbUrl::Folder(folder) => command.arg("--data-dir").arg(folder),
            DbUrl::Postgres(address) => command.args(["--database-url", address]),
        };
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
        Self {
            child,
            address: address.expect("an address"),
        }
    }

    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

/// What the senders share.
struct Work {
    /// Where the program listens now; empty while it is dead.
    address: Mutex<String>,
    acknowledged: AtomicU64,
    ended: AtomicBool,
}

/// The body of a sender's sample: one gigabyte at an instant of its own.
pub fn sample(sender: u64, number: u64, since: DateTime<Utc>) -> (DateTime<Utc>, String) {
    let millis = i64::try_from(number * SENDERS + sender).expect("few samples");
    let time = since + TimeDelta::milliseconds(millis);
    let text = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    let head = "metric,time,value,unit,kind\n";
    (
        time,
        format!("{head}mastodon.egress.bytes,{text},{GB},By,delta\n"),
    )
}

/// Posts once; true when it was acknowledged.
fn post(address: &str, credential: &str, body: &str) -> bool {
    let Some(answer) = answered(address, credential, body) else {
        return false;
    };
    let status = answer.split(' ').nth(1).unwrap_or_default();
    assert!(["200", "429", "503", ""].contains(&status), "{answer}");
    status == "200"
}

/// What the program answers, head and body; none when it went away before.
pub fn answered(address: &str, credential: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "POST /api/v1/usage/upload HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {credential}\r\nContent-Type: text/csv\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let sent = stream.write_all(head.as_bytes());
    let sent = sent.and_then(|()| stream.write_all(body.as_bytes()));
    let mut answer = String::new();
    let read = sent.and_then(|()| stream.read_to_string(&mut answer));
    read.ok().map(|_| answer)
}

/// Sends sample after sample until the end, each until it is acknowledged. Returns how many.
fn send(work: &Work, sender: u64, credential: &str, since: DateTime<Utc>) -> u64 {
    let mut number = 0;
    loop {
        let (_, body) = sample(sender, number, since);
        let address = work.address.lock().expect("the address").clone();
        if !address.is_empty() && post(&address, credential, &body) {
            work.acknowledged.fetch_add(1, Ordering::SeqCst);
            number += 1;
            // Only here: the last one has been acknowledged too.
            if work.ended.load(Ordering::SeqCst) {
                return number;
            }
        } else {
            std::thread::yield_now();
        }
    }
}

/// Waits until so many more were acknowledged.
fn progress(work: &Work, more: u64) {
    let from = work.acknowledged.load(Ordering::SeqCst);
    let begun = Instant::now();
    while work.acknowledged.load(Ordering::SeqCst) < from + more {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "nothing is acknowledged"
        );
        std::thread::yield_now();
    }
}

on_both! {
    async fn a_killed_server_loses_nothing_that_it_acknowledged(db: &Db) {
        let it = Fixture::new(db);
        let kills = setting("HERDBOOK_INGEST_KILLS", 5);
        let seed = setting("HERDBOOK_INGEST_SEED", 0x5eed);
        let instance = "killed.example";
        let mut credentials = Vec::new();
        for sender in 0..SENDERS {
            credentials.push(it.source(&format!("sender-{sender}"), instance).await);
        }
        let since = herdbook::app::Clock::real().system() - TimeDelta::hours(2);
        let folder = tempfile::tempdir().expect("a folder");
        let (url, place) = (db.url().clone(), folder.path().to_owned());
        let sent = tokio::task::spawn_blocking(move || {
            bombard(&url, &place, (kills, seed), &credentials, since)
        });
        let sent = sent.await.expect("sent");
        let mut found: BTreeMap<DateTime<Utc>, u64> = BTreeMap::new();
        let chunks = it.chunks(instance).await;
        for chunk in &chunks {
            for point in chunk.decoded().expect("decodes").points {
                *found.entry(point.time).or_default() += 1;
            }
        }
        let mut all = 0;
        for (sender, count) in sent.iter().enumerate() {
            for number in 0..*count {
                let (time, _) = sample(sender as u64, number, since);
                let time = time.timestamp_millis();
                let time = DateTime::from_timestamp_millis(time).expect("an instant");
                assert_eq!(found.get(&time), Some(&1), "sender {sender}, sample {number}");
                all += 1;
            }
        }
        assert_eq!(found.len(), all, "nothing but what was sent");
        let first = since.date_naive();
        let after = first.checked_add_days(chrono::Days::new(2)).expect("a day");
        let period = Period::new(first, after).expect("a period");
        let metering = metering(EGRESS).expect("a meter");
        let read = readings_from_chunks(&chunks, &metering, instance, period, chrono_tz::UTC);
        let quantity = read.expect("a reading").reading.quantity.to_string();
        assert_eq!(quantity, all.to_string(), "one gigabyte each");
        println!("SEED {seed:#x}: {all} samples, {kills} kills in ingest, none lost, none doubled");
    }
}

/// Lets the senders work while the program is killed again and again; returns how many samples each
/// had acknowledged.
fn bombard(
    url: &DbUrl,
    folder: &Path,
    (kills, seed): (u64, u64),
    credentials: &[String],
    since: DateTime<Utc>,
) -> Vec<u64> {
    let work = Arc::new(Work {
        address: Mutex::default(),
        acknowledged: AtomicU64::new(0),
        ended: AtomicBool::new(false),
    });
    let senders: Vec<_> = (0_u64..)
        .zip(credentials.iter().cloned())
        .map(|(sender, credential)| {
            let work = Arc::clone(&work);
            std::thread::spawn(move || send(&work, sender, &credential, since))
        })
        .collect();
    let mut state = seed | 1;
    for _ in 0..kills {
        let served = Served::start(url, folder);
        work.address
            .lock()
            .expect("the address")
            .clone_from(&served.address);
        // xorshift64: the points of the kills need no better randomness.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        progress(&work, 1 + state % 40);
        served.kill();
    }
    let served = Served::start(url, folder);
    work.address
        .lock()
        .expect("the address")
        .clone_from(&served.address);
    work.ended.store(true, Ordering::SeqCst);
    let sent = senders
        .into_iter()
        .map(|sender| sender.join().expect("sent"));
    let sent = sent.collect();
    served.kill();
    sent
}
