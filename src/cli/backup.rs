//! `herdbook backup --to FILE` and `herdbook restore --from FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::store::{Opening, StoreArgs};
use crate::app::Clock;
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::backup;

/// Writes databases and documents into one file, which appears when it is complete.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

/// Fills an empty place from a backup, and verifies it.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The file to read.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

/// Makes a backup and says what it holds.
pub(super) async fn run(args: BackupArgs, config: Config) -> Result<ExitCode, Problem> {
    let db = args.store.db(&config, Opening::Existing).await?;
    let archive = args.store.archive(&config)?;
    let manifest = backup::write(&db, &archive, &args.to, Clock::real().system())
        .await
        .map_err(|error| Problem::of(error.code(), &error))?;
    let (rows, documents) = (manifest.rows(), manifest.documents.len());
    println!("{}: {rows} rows, {documents} documents", args.to.display());
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup and says what it held.
pub(super) async fn run_restore(args: RestoreArgs, config: Config) -> Result<ExitCode, Problem> {
    let url = args.store.url(&config)?;
    let archive = args.store.archive(&config)?;
    let manifest = backup::restore(&args.from, &url, &archive)
        .await
        .map_err(|error| Problem::of(error.code(), &error))?;
    let (rows, documents) = (manifest.rows(), manifest.documents.len());
    println!("{url}: {rows} rows, {documents} documents, every hash and the audit chain verified");
    Ok(ExitCode::SUCCESS)
}
