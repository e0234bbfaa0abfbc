//! `herdbook export invoices --to DIR`: issued documents as files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::documents;

/// Hands out what was issued.
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// PDF and XML of every issued invoice, as NUMBER.pdf and NUMBER.xml.
    Invoices {
        /// The folder; it is made, and what is there already is written again.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Runs the verb.
pub(super) async fn run(args: ExportArgs, config: Config) -> Result<ExitCode, Problem> {
    let What::Invoices { to, store } = args.what;
    let app = store.app(&config, Opening::Existing).await?;
    let written = documents::write_all(&app, &to).await?;
    println!("{written} documents in {}", to.display());
    Ok(ExitCode::SUCCESS)
}
