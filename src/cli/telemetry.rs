//! `herdbook telemetry`: what instances report, and how it arrives.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;

mod hook;
mod simulate;
mod target;

/// What instances report, and how it arrives.
#[derive(Debug, Args)]
pub struct TelemetryArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Webhooks of instances: reports to moderators as they happen.
    Hook(hook::HookArgs),
    /// What is fetched from instances, and when.
    Target(target::TargetArgs),
    /// Send an instance's telemetry to a running server, and say what has to be counted.
    Simulate(Box<simulate::SimulateArgs>),
}

/// Runs the verb.
pub(super) async fn run(args: TelemetryArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing);
    match args.verb {
        Verb::Hook(hook) => hook::run(&app.await?, &config, hook).await,
        Verb::Target(target) => target::run(&app.await?, target).await,
        Verb::Simulate(simulate) => simulate::run(*simulate).await,
    }
}
