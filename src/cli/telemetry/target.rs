//! `herdbook telemetry target`: what is fetched from instances.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::access::SecretText;
use crate::app::App;
use crate::config::{limit_bytes, timeout_seconds};
use crate::db::pull::{PullState, PullTarget};
use crate::db::stamp;
use crate::error::Problem;
use crate::usecases::pull::{self, NewTarget};

/// Longest file with a token that is read, in bytes.
const LONGEST: u64 = 4_096;

/// Manages what is fetched from instances.
#[derive(Debug, Args)]
pub struct TargetArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Enter a target, or change what was agreed about it.
    Put(Box<Put>),
    /// Give a target another token.
    Token {
        /// Name of the target.
        name: String,
        /// File with the token, - for standard input.
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
    },
    /// Take a target away; what it brought stays as evidence.
    Remove {
        /// Name of the target.
        name: String,
    },
    /// List targets with their last success, last failure and next try.
    List,
    /// Fetch a target now, beside its schedule.
    Fetch {
        /// Name of the target.
        name: String,
    },
}

#[derive(Debug, Args)]
struct Put {
    /// Name of the target: small letters, digits, hyphens.
    name: String,
    /// What is fetched: prometheus-text, admin-measures, admin-dimensions, nodeinfo, instance or
    /// reports.
    #[arg(long)]
    kind: String,
    /// Address of the exporter, or of the instance.
    #[arg(long)]
    url: String,
    /// The instance that it tells of, such as social.example.org.
    #[arg(long)]
    instance: String,
    /// When, in UTC: five fields of a crontab, days of the week by name.
    #[arg(long, value_name = "CRON")]
    schedule: String,
    /// Longest time for one answer.
    #[arg(long, default_value_t = timeout_seconds(), value_name = "SECONDS")]
    timeout_seconds: u32,
    /// Longest answer.
    #[arg(long, default_value_t = limit_bytes(), value_name = "BYTES")]
    limit_bytes: u32,
    /// It may lie in the own network, and be asked without encryption.
    #[arg(long)]
    private: bool,
    /// File with the token that it is asked with, - for standard input. The one it has stays unless
    /// given.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Runs the verb.
pub(super) async fn run(app: &App, args: TargetArgs) -> Result<ExitCode, Problem> {
    match args.verb {
        Verb::Put(put) => {
            let token = put.token_file.as_deref().map(read).transpose()?;
            let new = NewTarget {
                name: put.name,
                kind: put.kind,
                url: put.url,
                instance: put.instance,
                schedule: put.schedule,
                timeout_seconds: put.timeout_seconds,
                limit_bytes: put.limit_bytes,
                private: put.private,
            };
            pull::put(app, new, token.as_ref().map(SecretText::reveal)).await?;
        }
        Verb::Token { name, token_file } => {
            pull::put_token(app, &name, read(&token_file)?.reveal()).await?;
        }
        Verb::Remove { name } => pull::remove(app, &name).await?,
        Verb::List => {
            for (target, state) in pull::list(app).await? {
                println!("{}", line(&target, &state));
            }
        }
        Verb::Fetch { name } => {
            let new = pull::now(app, &name).await?;
            println!("{name}: {new} new");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A token from its file.
pub(super) fn read(file: &Path) -> Result<SecretText, Problem> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|why| Problem::new("pull.token", format!("{}: {why}", file.display())))?;
    Ok(SecretText::new(text.trim().to_owned()))
}

fn line(target: &PullTarget, state: &PullState) -> String {
    let never = || "-".to_owned();
    let last = state.last_success_at.map_or_else(never, stamp);
    let error = match &state.last_error {
        Some((at, code)) => format!("{code} {}", stamp(*at)),
        None => never(),
    };
    let next = state.next_try_at.map_or_else(never, stamp);
    format!(
        "{}\t{}\t{}\t{}\tlast {last}\terror {error}\tfailures {}\tnext try {next}",
        target.name, target.kind, target.instance, target.schedule, state.failures
    )
}
