//! A billing run that is killed again and again ends in the same invoices as a quiet one.
//!
//! The real program bills a book of many contracts and is killed without warning (SIGKILL) at
//! random points of its progress: while it freezes, numbers and renders. Then it is left to finish.
//! Numbers, amounts and the hashes of all documents must equal those of a run that nobody
//! disturbed.
//!
//! HERDBOOK_CRASH_LOOPS (default 3) kills, HERDBOOK_CRASH_INVOICES (default 40) contracts;
//! HERDBOOK_CRASH_SEED repeats the points of a run.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use harness::raw_at;
use herdbook::access::Program;
use herdbook::billing::invoice::Invoice;
use herdbook::billing::party::Identifier;
use herdbook::db::{Db, DbUrl, documents, invoices};
use herdbook::documents::samples;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

/// What must be the same: number, contract, amount due, and each document's kind and hash.
type Outcome = Vec<(String, String, String, Vec<(String, String)>)>;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a whole number")),
        Err(_) => default,
    }
}

/// A book of one seller, one public body and many contracts of one monthly fee.
fn book(contracts: u64) -> Value {
    let Invoice {
        seller,
        mut customer,
        ..
    } = samples::invoice("de").expect("a sample");
    customer.number = 20_001;
    customer.routing.endpoint = Some(Identifier {
        scheme: "EM".to_owned(),
        id: "rechnung@musterhafen.example".to_owned(),
    });
    let contract = |n: u64| {
        json!({
            "number": format!("C-{n:05}"),
            "customer": customer.number,
            "seller": seller.code,
            "title": "Hosting",
            "zone": "Europe/Berlin",
            "currency": "EUR",
            "term": { "start": "2026-01-01" },
            "billing": {
                "anchor_day": 1,
                "payment": "sepa_credit_transfer",
                "payment_days": 30,
            },
            "items": [{
                "id": "hosting",
                "family": "operated",
                "name": { "de": "Betrieb", "en": "Hosting", "fr": "Hébergement" },
                "nature": "automated",
                "from": "2026-01-01",
                "billing": "month",
                "timing": "in_advance",
                "price": {
                    "type": "recurring",
                    "per": "month",
                    "charge": {
                        "model": "per_unit",
                        "price": format!("{}.{:02}", 100 + n, n % 100),
                    },
                },
            }],
        })
    };
    json!({
        "seller": [seller],
        "customer": [customer],
        "contract": (1..=contracts).map(contract).collect::<Vec<_>>(),
    })
}

/// Longest time that one process of the program, or one look into its store, may take. Who takes
/// longer hangs, and the test tells what it was at.
const PATIENCE: Duration = Duration::from_secs(240);

fn herdbook(folder: &Path, verb: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    command
        .args(verb)
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Runs to the end.
fn ended(mut command: Command, folder: &Path) -> ExitStatus {
    let begun = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{command:?} hangs: {}",
            at(&mut child, folder)
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a process that hangs is at: its threads, and what it has left in the store. Ends it.
fn at(child: &mut Child, folder: &Path) -> String {
    let mut told = String::new();
    let tasks = fs::read_dir(format!("/proc/{}/task", child.id()));
    for task in tasks.into_iter().flatten().flatten() {
        let of = |what: &str| fs::read_to_string(task.path().join(what)).unwrap_or_default();
        let (name, place, call) = (of("comm"), of("wchan"), of("syscall"));
        let _ = write!(told, "\n  {} {place} {}", name.trim(), call.trim());
    }
    child.kill().expect("killed");
    child.wait().expect("waited");
    let sql = "SELECT name || ' ' || holder || ' ' || fence || ' ' || lease_until AS line \
               FROM lease UNION ALL SELECT 'run ' || id || ' ' || coalesce(finished_at, 'open') \
               FROM billing_run UNION ALL SELECT 'invoices ' || count(*) || ' ' || count(number) \
               FROM invoice UNION ALL SELECT 'documents ' || count(*) FROM document";
    let lines = tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(async {
            let connection = raw_at(&DbUrl::folder(folder), "book.db").await;
            let asked = Statement::from_string(DbBackend::Sqlite, sql);
            connection.query_all_raw(asked).await.expect("what is left")
        });
    for line in lines {
        let line: String = line.try_get("", "line").expect("a line");
        let _ = write!(told, "\n  {line}");
    }
    told
}

fn bill(folder: &Path) -> Command {
    herdbook(
        folder,
        &[
            "bill",
            "--as-of",
            "2026-01-01",
            "--service-until",
            "2026-01-31",
        ],
    )
}

/// Copies an imported store, so that each run starts from the same bytes.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the store") {
        let entry = entry.expect("an entry");
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        } else {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    }
}

fn outcome(folder: &Path) -> Outcome {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let read = async {
        let db = Db::open(&DbUrl::folder(folder)).await.expect("the store");
        let documents = documents::all(&db.reader(), Program::itself())
            .await
            .expect("documents");
        let stored = invoices::page(&db.reader(), Program::itself(), None, u64::from(u32::MAX))
            .await
            .expect("invoices");
        let mut found: Outcome = Vec::new();
        for invoice in stored {
            let view: Invoice = invoice.read_view().expect("a frozen view");
            let own = documents.iter().filter(|d| d.invoice == invoice.id);
            let mut own: Vec<_> = own.map(|d| (d.kind.clone(), d.sha256.clone())).collect();
            own.sort();
            let number = invoice.number().expect("a number").to_owned();
            found.push((number, view.contract, view.totals.payable.to_string(), own));
        }
        db.close().await.expect("closed");
        found.sort();
        found
    };
    runtime
        .block_on(async { tokio::time::timeout(PATIENCE, read).await })
        .expect("the store answers the test")
}

/// How far a run is: invoices frozen, invoices numbered, documents archived, all added up.
async fn progress(connection: &DatabaseConnection) -> u64 {
    let sql = "SELECT (SELECT COUNT(*) FROM invoice) + (SELECT COUNT(number) FROM invoice)
        + (SELECT COUNT(*) FROM document) AS steps";
    let asked = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql));
    let row = tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("the store answers the test");
    let row = row.expect("counts").expect("a row");
    let steps: i64 = row.try_get("", "steps").expect("a number");
    u64::try_from(steps).expect("a count")
}

/// Kills the program once it has come to a point; false when it was done before.
fn killed(mut child: Child, folder: &Path, point: u64, jitter: Duration) -> bool {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let begun = Instant::now();
    let connection = runtime.block_on(raw_at(&DbUrl::folder(folder), "book.db"));
    while runtime.block_on(progress(&connection)) < point {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "on its way to {point} the program hangs: {}",
            at(&mut child, folder)
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    // Closed before, so that the program is the only one to have the store open.
    let close = async { tokio::time::timeout(PATIENCE, connection.close()).await };
    let closed = runtime.block_on(close);
    closed
        .expect("the connection of the test ends")
        .expect("a closed connection");
    std::thread::sleep(jitter);
    child.kill().expect("killed");
    child.wait().expect("waited");
    true
}

/// SplitMix64, as a share of one in thousandths.
fn thousandths(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % 1_000
}

#[expect(clippy::disallowed_methods, reason = "any seed will do; it is printed")]
fn moment() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs()
}

#[test]
fn a_run_killed_at_random_points_ends_like_a_quiet_one() {
    let loops = setting("HERDBOOK_CRASH_LOOPS", 3);
    let contracts = setting("HERDBOOK_CRASH_INVOICES", 40);
    let seed = setting("HERDBOOK_CRASH_SEED", moment());
    println!("HERDBOOK_CRASH_SEED={seed}");
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| place.path().join(name);

    let file = path("book.json");
    fs::write(&file, book(contracts).to_string()).expect("the book");
    let import = ["import", file.to_str().expect("a path in UTF-8")];
    let status = ended(herdbook(&path("start"), &import), &path("start"));
    assert!(status.success(), "import ends with {status}");

    copy(&path("start"), &path("quiet"));
    let begun = Instant::now();
    let status = ended(bill(&path("quiet")), &path("quiet"));
    let alone = begun.elapsed();
    assert!(status.success(), "the quiet run ends with {status}");
    let expected = outcome(&path("quiet"));
    assert_eq!(expected.len() as u64, contracts);
    assert!(
        expected.iter().all(|(.., documents)| documents.len() == 2),
        "a document is missing"
    );

    // Each invoice takes four steps: frozen, numbered, and two documents.
    let mut state = seed;
    let mut draw = |end: u64| thousandths(&mut state) * end / 1_000;
    let mut points: Vec<u64> = (0..loops).map(|_| draw(contracts * 4)).collect();
    points.sort_unstable();
    let mut kills = 0;
    copy(&path("start"), &path("hunted"));
    for point in points {
        let jitter = Duration::from_millis(draw(30));
        let child = bill(&path("hunted"))
            .stderr(Stdio::null())
            .spawn()
            .expect("bill runs");
        if killed(child, &path("hunted"), point, jitter) {
            kills += 1;
        }
    }
    let status = ended(bill(&path("hunted")), &path("hunted"));
    assert!(
        status.success(),
        "after {kills} kills the last run ends with {status}"
    );
    assert!(
        outcome(&path("hunted")) == expected,
        "{kills} kills changed the outcome, seed {seed}"
    );
    let verify = herdbook(&path("hunted"), &["verify", "--sample", "20"]);
    assert!(
        ended(verify, &path("hunted")).success(),
        "the outcome does not verify, seed {seed}"
    );
    println!("{kills} of {loops} kills in a run of {contracts} invoices ({alone:.1?} alone)");
}
