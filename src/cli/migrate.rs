//! `herdbook migrate`: bring the schema up to date.

use std::process::ExitCode;

use clap::Args;

use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;

/// Makes the databases, or brings their schema up to date.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Runs the verb.
pub(super) async fn run(args: MigrateArgs, config: Config) -> Result<ExitCode, Problem> {
    let db = args.store.db(&config, Opening::Migrated).await?;
    println!("{} is up to date", db.url());
    Ok(ExitCode::SUCCESS)
}
