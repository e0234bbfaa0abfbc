//! `herdbook import`: a book file into the database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::store::{Opening, StoreArgs};
use crate::book;
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::import::import;

/// Reads a book file into the database, all of it or nothing. Importing the same file again
/// changes nothing.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The book file, TOML or JSON.
    #[arg(value_name = "BOOK")]
    book: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

/// Runs the verb.
pub(super) async fn run(args: ImportArgs, config: Config) -> Result<ExitCode, Problem> {
    let book = book::load(&args.book)?;
    let app = args.store.app(&config, Opening::Migrated).await?;
    let report = import(&app, &book).await?;
    println!("{report}");
    Ok(ExitCode::SUCCESS)
}
