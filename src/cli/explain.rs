//! `herdbook explain`: an amount's derivation as a tree.

use std::process::ExitCode;

use clap::Args;

use super::OutputFormat;
use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::explain::{explain, tree};

/// Shows why an invoice, or one of its lines, is the amount it is.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Invoice number, e.g. RE-2026-00001.
    invoice: String,
    /// Position of a line; the whole invoice without it.
    line: Option<u32>,
    #[command(flatten)]
    store: StoreArgs,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the verb.
pub(super) async fn run(args: ExplainArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    let derivation = explain(&app, &args.invoice, args.line).await?;
    match args.format {
        OutputFormat::Text => print!("{}", tree(&derivation)),
        OutputFormat::Json => {
            let json = serde_json::to_string_pretty(&derivation)
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            println!("{json}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
