//! A disk on which nothing can be written: senders are told to come again, never that something is
//! wrong with what they sent, and nothing that was acknowledged is lost.
//!
//! The real program serves and may write no byte into any file for a while (RLIMIT_FSIZE), as on a
//! disk that is full and is then given room. The signal of that limit is ignored: each write fails.

use std::collections::BTreeMap;
use std::process::Command;

use chrono::TimeDelta;
use harness::Place;

use crate::fixture::Fixture;
use crate::killed::{PROGRAM, Served, answered, sample};

/// Lets a process write files up to so many bytes.
fn limit(process: u32, bytes: &str) {
    let mut command = Command::new("prlimit");
    command.args(["--pid", &process.to_string(), &format!("--fsize={bytes}:")]);
    assert!(command.status().expect("prlimit of util-linux").success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_answered_by_503_and_loses_nothing() {
    let place = Place::sqlite().await;
    let it = Fixture::new(&place.db);
    let instance = "full.example";
    let credential = it.source("meadow", instance).await;
    let since = herdbook::app::Clock::real().system() - TimeDelta::hours(2);
    let folder = tempfile::tempdir().expect("a folder");
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", PROGRAM]);
    let url = place.db.url().clone();
    let served = Served::start_by(shell, &url, folder.path(), "127.0.0.1:0");
    let (process, address) = (served.child.id(), served.address.clone());
    let sent = tokio::task::spawn_blocking(move || {
        let post = |number| {
            let (time, body) = sample(0, number, since);
            let answer = answered(&address, &credential, &body).expect("an answer");
            (time, answer)
        };
        let mut acknowledged = Vec::new();
        let mut take = |(time, answer): (_, String)| {
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            acknowledged.push(time);
        };
        (0..3).for_each(|number| take(post(number)));
        limit(process, "1");
        for round in 0..3 {
            // Alone, and several in one transaction.
            let refused = std::thread::scope(|scope| {
                let each = (3..3 + 4 * round).map(|number| scope.spawn(move || post(number)));
                let each: Vec<_> = each.collect();
                let mut all: Vec<_> = each
                    .into_iter()
                    .map(|one| one.join().expect("sent"))
                    .collect();
                all.push(post(3));
                all
            });
            for (_, answer) in refused {
                assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
                let head = answer.to_lowercase();
                assert!(head.contains("\r\nretry-after: "), "{answer}");
                assert!(answer.contains("ingest.store"), "{answer}");
            }
        }
        limit(process, "unlimited");
        (3..12).for_each(|number| take(post(number)));
        served.kill();
        acknowledged
    });
    let sent = sent.await.expect("sent");
    let mut found: BTreeMap<_, u64> = BTreeMap::new();
    for chunk in it.chunks(instance).await {
        for point in chunk.decoded().expect("decodes").points {
            *found.entry(point.time.timestamp_millis()).or_default() += 1;
        }
    }
    let sent: BTreeMap<_, u64> = sent
        .iter()
        .map(|time| (time.timestamp_millis(), 1))
        .collect();
    assert_eq!(
        found, sent,
        "what was acknowledged, each once, and nothing else"
    );
    place.clear().await;
}
