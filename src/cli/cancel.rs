//! `herdbook cancel`: take an issued invoice back by a credit note.

use std::process::ExitCode;

use clap::Args;

use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::cancel_invoice::cancel_by_program;

/// Cancels an issued invoice: a credit note over all of it is issued today. Asked again with the
/// same reason, nothing more happens.
#[derive(Debug, Args)]
pub struct CancelArgs {
    /// Invoice number, e.g. RE-2026-00001.
    invoice: String,
    /// Why; it stands on the credit note.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    store: StoreArgs,
}

/// Runs the verb.
pub(super) async fn run(args: CancelArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    let done = cancel_by_program(&app, &args.invoice, &args.reason).await?;
    let (invoice, by, gross) = (&done.invoice, &done.by, done.gross);
    match done.new {
        true => println!("{invoice} is cancelled by credit note {by} over {gross}."),
        false => println!("{invoice} had been cancelled by credit note {by} over {gross}."),
    }
    if done.rendered {
        return Ok(ExitCode::SUCCESS);
    }
    println!("Its files are pending; the next run makes them.");
    Ok(ExitCode::from(1))
}
