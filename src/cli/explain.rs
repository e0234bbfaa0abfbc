//! `herdbook explain`: an amount's derivation as a tree, or what a request of the evidence said.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::OutputFormat;
use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::explain::{explain, tree};
use crate::usecases::explain_evidence::tell;

/// Shows why an invoice, or one of its lines, is the amount it is; or what a request said that a
/// reading rests on.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Invoice number, e.g. RE-2026-00001.
    #[arg(required_unless_present = "evidence", conflicts_with = "evidence")]
    invoice: Option<String>,
    /// Position of a line; the whole invoice without it.
    #[arg(conflicts_with = "evidence")]
    line: Option<u32>,
    /// Show the request with this hash, or with the only one that begins so.
    #[arg(long, value_name = "HASH")]
    evidence: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the verb.
pub(super) async fn run(args: ExplainArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    if let Some(hash) = &args.evidence {
        let told = tell(&app, hash).await?;
        show(&told, args.format, || told.text())?;
    } else {
        let invoice = args.invoice.as_deref().unwrap_or_default();
        let derivation = explain(&app, invoice, args.line).await?;
        show(&derivation, args.format, || tree(&derivation))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(
    answer: &impl Serialize,
    format: OutputFormat,
    text: impl Fn() -> String,
) -> Result<(), Problem> {
    match format {
        OutputFormat::Text => print!("{}", text()),
        OutputFormat::Json => {
            let json = serde_json::to_string_pretty(answer)
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            println!("{json}");
        }
    }
    Ok(())
}
