//! The server under load: a process of its own, with what the system says about it.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::place::{Place, program};

/// Ticks of a processor second in /proc, on every Linux.
const TICKS: f64 = 100.0;
/// How long the server may take to answer first.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where it listens unless HERDBOOK_LOAD_LISTEN says otherwise.
const LISTEN: &str = "127.0.0.1:18890";
/// Requests that the token of the load may send at once, and in a minute.
pub const AT_ONCE: u32 = 1_000_000;
pub const A_MINUTE: u32 = 60_000;

/// A running server.
pub struct Server {
    child: Child,
    /// `http://` and its address.
    pub address: String,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

/// A client that shows a redirect as it is.
pub fn client() -> Client {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    client
        .timeout(Duration::from_secs(60))
        .build()
        .expect("a client")
}

impl Server {
    /// Starts `herdbook serve` and waits for its first answer.
    pub async fn start(place: &Place) -> Self {
        let mut command = Command::new(program());
        command.arg("serve");
        match &place.server {
            Some(server) => command
                .args(["--database-url", server])
                .env("HERDBOOK_STORE_DATA_DIR", &place.folder),
            None => command.arg("--data-dir").arg(&place.folder),
        };
        Self::run(command, place).await
    }

    /// Starts this program with its verb `serve`.
    pub async fn start_own(place: &Place) -> Self {
        let own = std::env::current_exe().expect("the path of this program");
        let mut command = Command::new(own);
        command.arg("serve").arg("--data-dir").arg(&place.folder);
        if let Some(server) = &place.server {
            command.args(["--database-url", server]);
        }
        Self::run(command, place).await
    }

    async fn run(mut command: Command, place: &Place) -> Self {
        let listen = std::env::var("HERDBOOK_LOAD_LISTEN").unwrap_or_else(|_| LISTEN.to_owned());
        let client = client();
        command.args(["--listen", &listen]);
        // One token sends what many would.
        command.env("HERDBOOK_API_REQUESTS_AT_ONCE", AT_ONCE.to_string());
        command.env("HERDBOOK_API_REQUESTS_A_MINUTE", A_MINUTE.to_string());
        let log = File::create(place.folder.join("serve.log")).expect("a log");
        let begun = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut server = Self {
            child,
            address: format!("http://{listen}"),
            started_in: Duration::ZERO,
        };
        let health = format!("{}/healthz", server.address);
        while begun.elapsed() < PATIENCE {
            if client.get(&health).send().await.is_ok() {
                server.started_in = begun.elapsed();
                return server;
            }
            assert!(
                server.child.try_wait().expect("a child").is_none(),
                "the server ended: see serve.log in the data folder"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the server does not answer");
    }

    /// Memory that is resident, in MiB: now, and at most so far.
    pub fn memory(&self) -> (f64, f64) {
        let status = self.proc("status");
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|rest| rest.split_whitespace().next());
            kib.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
        };
        (of("VmRSS:"), of("VmHWM:"))
    }

    /// Memory that is the process's own, without the pages of the program's file, in MiB.
    pub fn own_memory(&self) -> f64 {
        let rollup = self.proc("smaps_rollup");
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Anonymous:"));
        let kib = line.and_then(|rest| rest.split_whitespace().next());
        kib.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }

    /// Processor time so far, in seconds, in steps of a hundredth.
    pub fn processor(&self) -> f64 {
        let stat = self.proc("stat");
        // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
        let rest = stat.rsplit(')').next().unwrap_or_default();
        let fields = rest.split_whitespace().skip(11).take(2);
        fields
            .filter_map(|ticks| ticks.parse::<f64>().ok())
            .sum::<f64>()
            / TICKS
    }

    fn proc(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(path).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the server several times and says how long it took and what it holds when idle.
pub async fn starts(place: &Place) {
    let mut took = Vec::new();
    for _ in 0..5 {
        let server = Server::start(place).await;
        took.push(server.started_in.as_secs_f64() * 1_000.0);
        drop(server);
    }
    took.sort_by(f64::total_cmp);
    println!("start to first answer: {took:.0?} ms");
    let server = Server::start(place).await;
    // Idle is what it is after its workers have looked around.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (now, most) = server.memory();
    println!(
        "idle: {now:.1} MiB resident ({most:.1} at most), {:.1} MiB of its own",
        server.own_memory()
    );
}
