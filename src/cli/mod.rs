//! The command line: one file a verb.
//!
//! Exit status: 0 done, 1 a finding (blocked contracts, differences), 2 bad input or a failure.

mod backup;
mod bill;
mod business_clock;
mod cancel;
mod config;
mod demo;
mod evidence;
mod explain;
mod export;
mod health;
mod import;
mod migrate;
mod notify;
mod progress;
mod serve;
mod simulate;
mod source;
mod store;
mod table;
mod telemetry;
pub mod templates;
mod user;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Config;
use crate::error::Problem;
use crate::observe;

/// Contracts, metering, service levels and billing for hosted Mastodon servers.
#[derive(Debug, Parser)]
#[command(name = "herdbook", version, propagate_version = true)]
pub struct Cli {
    /// Configuration file; the defaults are printed by `herdbook config`.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Load four reference customers, feed a year of telemetry, bill it, write the documents.
    Demo(demo::DemoArgs),
    /// Serve the issued documents with expiring download links.
    Serve(serve::ServeArgs),
    /// Ask a server on this machine whether it is ready.
    Health(health::HealthArgs),
    /// Read a book file into the database.
    Import(import::ImportArgs),
    /// Rate a book file without a database.
    Simulate(simulate::SimulateArgs),
    /// Issue what is due, or preview it.
    Bill(bill::BillArgs),
    /// Take an issued invoice back by a credit note.
    Cancel(cancel::CancelArgs),
    /// Compute everything issued again and report differences.
    Verify(verify::VerifyArgs),
    /// Derive an amount down to readings and evidence.
    Explain(explain::ExplainArgs),
    /// Delete usage evidence under a protocol.
    Evidence(evidence::EvidenceArgs),
    /// Write issued documents into a folder.
    Export(export::ExportArgs),
    /// Write databases and documents into one file.
    Backup(backup::BackupArgs),
    /// Fill an empty place from a backup.
    Restore(backup::RestoreArgs),
    /// Bring the database schema up to date.
    Migrate(migrate::MigrateArgs),
    /// Manage who may sign in.
    User(user::UserArgs),
    /// Manage the sources that push telemetry, and their credentials.
    Source(source::SourceArgs),
    /// What instances report, and how it arrives.
    Telemetry(telemetry::TelemetryArgs),
    /// Check the document templates.
    Templates(templates::TemplatesArgs),
    /// Print the commented default configuration, or the one in force.
    Config(config::ConfigArgs),
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(cli.config.as_deref()) {
        Ok(config) => config,
        Err(problem) => return fail(&problem),
    };
    let _log = match observe::log::begin(&config.log, &config.traces) {
        Ok(guard) => guard,
        Err(problem) => return fail(&problem),
    };
    match dispatch(cli.verb, config, cli.config.as_deref()) {
        Ok(code) => code,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &Problem) -> ExitCode {
    // The sentence below is for the reader; the log is for what it leaves out.
    let hidden = |text: &str| !text.is_empty() && text != problem.external();
    if problem.internal().is_some_and(hidden) {
        problem.log();
    }
    eprintln!("herdbook: {problem}");
    eprintln!("          {}", problem.remedy());
    ExitCode::from(problem.exit_code())
}

fn dispatch(verb: Verb, config: Config, file: Option<&Path>) -> Result<ExitCode, Problem> {
    match verb {
        Verb::Simulate(args) => simulate::run(&args),
        Verb::Templates(args) => templates::run(&args, config.documents.templates.as_deref())
            .map_err(|error| Problem::new("template.unreadable", error.to_string())),
        Verb::Config(args) => config::run(&args, file),
        verb => {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            runtime.block_on(with_store(verb, config))
        }
    }
}

async fn with_store(verb: Verb, config: Config) -> Result<ExitCode, Problem> {
    match verb {
        Verb::Demo(args) => demo::run(args, config).await,
        Verb::Serve(args) => serve::run(args, config).await,
        Verb::Health(args) => health::run(args, config).await,
        Verb::Import(args) => import::run(args, config).await,
        Verb::Bill(args) => bill::run(args, config).await,
        Verb::Cancel(args) => cancel::run(args, config).await,
        Verb::Verify(args) => verify::run(args, config).await,
        Verb::Explain(args) => explain::run(args, config).await,
        Verb::Evidence(args) => evidence::run(args, config).await,
        Verb::Export(args) => export::run(args, config).await,
        Verb::Backup(args) => backup::run(args, config).await,
        Verb::Restore(args) => backup::run_restore(args, config).await,
        Verb::Migrate(args) => migrate::run(args, config).await,
        Verb::User(args) => user::run(args, config).await,
        Verb::Source(args) => source::run(args, config).await,
        Verb::Telemetry(args) => telemetry::run(args, config).await,
        Verb::Simulate(_) | Verb::Templates(_) | Verb::Config(_) => Ok(ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn where_the_book_lies_may_be_said_before_and_after_the_last_verb() {
        for line in [
            "herdbook user --data-dir D list",
            "herdbook user list --data-dir D",
            "herdbook user invite a@example.org --name A --role sales --data-dir D",
            "herdbook user link a@example.org --database-url postgres://127.0.0.1/book",
            "herdbook bill --as-of 2026-02-01 --data-dir D",
        ] {
            let read = super::Cli::command().try_get_matches_from(line.split(' '));
            assert!(read.is_ok(), "{line}: {read:?}");
        }
        let both = "herdbook user list --data-dir D --database-url postgres://127.0.0.1/book";
        let read = super::Cli::command().try_get_matches_from(both.split(' '));
        assert!(read.is_err(), "one place, not two");
    }
}
