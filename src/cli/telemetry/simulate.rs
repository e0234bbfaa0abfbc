//! `herdbook telemetry simulate`: sends what an instance would, and says what has to be counted.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use clap::{Args, ValueEnum};
use reqwest::{Client, StatusCode, Url};

use super::target::read;
use crate::access::SecretText;
use crate::app::Clock;
use crate::billing::{Quantity, Rounding};
use crate::cli::OutputFormat;
use crate::error::Problem;
use crate::telemetry::mastodon::hook::checked_instance;
use crate::telemetry::simulation::{
    Fault, MOST_STEPS, Protocol, Sending, Settings, Simulation, simulate,
};

/// How often a request is sent that the receiver puts off.
const TRIES: u32 = 20;
/// Longest wait that a receiver is granted, in seconds.
const LONGEST_WAIT: u64 = 30;

/// Sends an instance's telemetry to a running server: daily load, restarts, repetitions.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Where the server is, such as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    to: String,
    /// File with the token of a source, - for standard input; none is sent unless given.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The instance that is spoken about.
    #[arg(long, default_value = "simulated.example")]
    instance: String,
    /// What is spoken.
    #[arg(long, value_enum, default_value_t = Spoken::RemoteWrite2)]
    protocol: Spoken,
    /// First sample, such as 2026-03-01T00:00:00Z; so long ago that the last one is now, unless
    /// given.
    #[arg(long, value_name = "INSTANT")]
    start: Option<DateTime<Utc>>,
    /// Hours of telemetry.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=800))]
    hours: u32,
    /// Seconds between two samples of a series.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    step: u32,
    /// Steps in one request.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    batch: u32,
    /// Requests a second; as many as the server takes when 0.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    rate: u32,
    /// Equal seeds send equal bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A fault at a request, counted from 0: restart@5, duplicate@6, overlap@7, reorder@8, cut@9;
    /// may be given several times. A realistic handful unless given.
    #[arg(long = "fault", value_name = "FAULT@REQUEST", value_parser = fault)]
    faults: Vec<(Fault, u32)>,
    /// No faults at all.
    #[arg(long, conflicts_with = "faults")]
    calm: bool,
    /// How the totals are printed.
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Spoken {
    #[value(name = "remote-write-1")]
    RemoteWrite1,
    #[value(name = "remote-write-2")]
    RemoteWrite2,
    /// OTLP in protobuf.
    Otlp,
    /// OTLP in JSON.
    OtlpJson,
    CloudEvents,
}

fn fault(text: &str) -> Result<(Fault, u32), String> {
    let (word, at) = text.split_once('@').ok_or("FAULT@REQUEST is expected")?;
    let known = Fault::ALL.iter().find(|(name, _)| *name == word);
    let (_, fault) = known.ok_or_else(|| {
        let words: Vec<&str> = Fault::ALL.iter().map(|(name, _)| *name).collect();
        format!("the faults are {}", words.join(", "))
    })?;
    let at = at.parse().map_err(|_| "a request is a whole number")?;
    Ok((*fault, at))
}

/// Every kind of fault a few times, however many requests there are.
fn usual(requests: u32) -> Vec<(Fault, u32)> {
    let every = |fault, first: u32, step: u32| {
        (first..requests)
            .step_by(step as usize)
            .map(move |at| (fault, at))
    };
    every(Fault::Restart, 3, 31)
        .chain(every(Fault::Duplicate, 5, 13))
        .chain(every(Fault::Overlap, 8, 23))
        .chain(every(Fault::Reorder, 11, 17))
        .chain(every(Fault::Cut, 14, 41))
        .collect()
}

impl SimulateArgs {
    fn settings(&self) -> Result<Settings, Problem> {
        let instance =
            checked_instance(&self.instance).map_err(|error| Problem::of(error.code(), &error))?;
        let seconds = self.hours.saturating_mul(3_600);
        let steps = seconds / self.step;
        if steps == 0 || steps > MOST_STEPS {
            let text = format!("{steps} samples of a series: 1 to {MOST_STEPS} are possible");
            return Err(Problem::new("simulation.size", text));
        }
        let now = Clock::real().system().with_nanosecond(0);
        let now = now.unwrap_or_else(|| Clock::real().system());
        let start = self
            .start
            .unwrap_or_else(|| now - TimeDelta::seconds(i64::from(seconds)));
        let faults = match (self.calm, self.faults.is_empty()) {
            (true, _) => Vec::new(),
            (false, true) => usual(steps.div_ceil(self.batch)),
            (false, false) => self.faults.clone(),
        };
        Ok(Settings {
            instance,
            protocol: match self.protocol {
                Spoken::RemoteWrite1 => Protocol::RemoteWrite1,
                Spoken::RemoteWrite2 => Protocol::RemoteWrite2,
                Spoken::Otlp => Protocol::OtlpProtobuf,
                Spoken::OtlpJson => Protocol::OtlpJson,
                Spoken::CloudEvents => Protocol::CloudEvents,
            },
            start,
            step_seconds: self.step,
            steps,
            steps_a_request: self.batch,
            seed: self.seed,
            faults,
        })
    }
}

/// Runs the verb: exit 1 when the server took what it had to refuse, or refused what was right.
pub(super) async fn run(args: SimulateArgs) -> Result<ExitCode, Problem> {
    let settings = args.settings()?;
    let simulation = simulate(&settings).map_err(|error| Problem::of("simulation.size", &error))?;
    if simulation.sendings.is_empty() {
        let text = format!(
            "{} hours hold nothing to send: take more of them",
            args.hours
        );
        return Err(Problem::new("simulation.size", text));
    }
    let token = args.token_file.as_deref().map(read).transpose()?;
    let receiver = Receiver::new(&args.to, settings.protocol, token)?;
    let pause = match args.rate {
        0 => Duration::ZERO,
        rate => Duration::from_secs(1) / rate,
    };
    let mut outcome = Outcome::default();
    let mut beats = tokio::time::interval(pause.max(Duration::from_micros(1)));
    for sending in &simulation.sendings {
        if !pause.is_zero() {
            beats.tick().await;
        }
        receiver.send(sending, &mut outcome).await?;
    }
    print(&args, &settings, &simulation, &outcome);
    Ok(if outcome.wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// What the server made of it.
#[derive(Debug, Default)]
struct Outcome {
    taken: u64,
    refused: u64,
    put_off: u64,
    wrong: u64,
}

struct Receiver {
    http: Client,
    url: Url,
    protocol: Protocol,
    token: Option<SecretText>,
}

impl Receiver {
    fn new(to: &str, protocol: Protocol, token: Option<SecretText>) -> Result<Self, Problem> {
        // Whoever links this as a library has chosen no provider of cryptography yet.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wrong = || Problem::new("simulation.address", format!("{to:?} is no address"));
        let base = Url::parse(to).map_err(|_| wrong())?;
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build();
        Ok(Self {
            http: http.map_err(|error| Problem::of("simulation.address", &error))?,
            url: base.join(protocol.path()).map_err(|_| wrong())?,
            protocol,
            token,
        })
    }

    /// Sends a request until it is taken or refused for good.
    async fn send(&self, sending: &Sending, outcome: &mut Outcome) -> Result<(), Problem> {
        for _ in 0..TRIES {
            let mut request = self.http.post(self.url.clone()).body(sending.bytes.clone());
            for (name, value) in self.protocol.headers() {
                request = request.header(*name, *value);
            }
            if let Some(token) = &self.token {
                request = request.bearer_auth(token.reveal());
            }
            let answer = request.send().await;
            let answer = answer.map_err(|error| Problem::of("simulation.unreachable", &error))?;
            let status = answer.status();
            if matches!(status.as_u16(), 429 | 502..=504) {
                outcome.put_off += 1;
                let asked = answer.headers().get("retry-after");
                let asked = asked.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
                let wait = asked.unwrap_or(1).min(LONGEST_WAIT);
                tokio::time::sleep(Duration::from_secs(wait)).await;
                continue;
            }
            return self.judge(sending, (status, answer), outcome).await;
        }
        let text = format!("{} was put off {TRIES} times", self.url);
        Err(Problem::new("simulation.unreachable", text))
    }

    async fn judge(
        &self,
        sending: &Sending,
        (status, answer): (StatusCode, reqwest::Response),
        outcome: &mut Outcome,
    ) -> Result<(), Problem> {
        if matches!(status.as_u16(), 401 | 403 | 404) {
            let text = format!(
                "{} answers {status}: is this the token of a source?",
                self.url
            );
            return Err(Problem::new("simulation.denied", text));
        }
        match (status.is_success(), sending.refused) {
            (true, false) => outcome.taken += 1,
            (false, true) => outcome.refused += 1,
            (taken, _) => {
                outcome.wrong += 1;
                let text = answer.text().await.unwrap_or_default();
                let text: String = text.chars().take(300).collect();
                let what = if taken {
                    "took half a request"
                } else {
                    "refused a whole one"
                };
                eprintln!("herdbook: {} {what}: {status} {text}", self.url);
            }
        }
        Ok(())
    }
}

fn print(args: &SimulateArgs, settings: &Settings, drawn: &Simulation, outcome: &Outcome) {
    let seconds = i64::from(settings.step_seconds) * i64::from(settings.steps);
    let end = settings.start + TimeDelta::seconds(seconds);
    if args.format == OutputFormat::Json {
        let totals = drawn.totals.iter().map(|total| {
            serde_json::json!({
                "meter": total.meter,
                "exact": total.exact.to_string(),
                "billed": rounded(total.billed),
            })
        });
        let all = serde_json::json!({
            "instance": settings.instance,
            "from": settings.start,
            "to": end,
            "unique": drawn.unique,
            "requests": drawn.sendings.len(),
            "taken": outcome.taken,
            "refused": outcome.refused,
            "put_off": outcome.put_off,
            "wrong": outcome.wrong,
            "totals": totals.collect::<Vec<_>>(),
        });
        println!("{all}");
        return;
    }
    println!("{} from {} to {end}", settings.instance, settings.start);
    println!(
        "{} requests: {} taken, {} refused as they had to be, {} put off, {} wrong",
        drawn.sendings.len(),
        outcome.taken,
        outcome.refused,
        outcome.put_off,
        outcome.wrong
    );
    println!("{} samples or events, each counted once", drawn.unique);
    println!("{:<16} {:>24} {:>24}", "meter", "billed unit", "exact");
    for total in &drawn.totals {
        let (billed, exact) = (rounded(total.billed), total.exact.to_string());
        println!("{:<16} {billed:>24} {exact:>24}", total.meter);
    }
}

/// Nine places, as a reading keeps them before its own rounding.
fn rounded(value: crate::billing::Ratio) -> String {
    let rounded = Quantity::rounded(value, Rounding::HalfUp);
    rounded.map_or_else(|_| value.to_string(), |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_words_at_requests() {
        assert_eq!(fault("restart@5"), Ok((Fault::Restart, 5)));
        for wrong in ["restart", "restart@", "restart@x", "fire@5", "@5"] {
            assert!(fault(wrong).is_err(), "{wrong}");
        }
        let all = usual(96);
        for (_, fault) in Fault::ALL {
            assert!(all.iter().any(|(one, _)| *one == fault), "{fault:?}");
        }
    }
}
