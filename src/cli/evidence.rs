//! `herdbook evidence`: delete usage evidence under a protocol.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::delete_evidence::{Order, delete_evidence};

/// Manages usage evidence: the requests that readings rest on.
#[derive(Debug, Args)]
pub struct EvidenceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Delete the bytes of old requests under a protocol; hours, readings and hashes stay.
    Delete(DeleteArgs),
}

#[derive(Debug, Args)]
struct DeleteArgs {
    /// First day (UTC) whose evidence stays.
    #[arg(long, value_name = "DATE")]
    before: NaiveDate,
    /// Why; it stands in the protocol.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who approved it.
    #[arg(long, value_name = "NAME")]
    approved_by: String,
    /// Finance's decision, where the term of eight years is not over.
    #[arg(long, value_name = "TEXT")]
    decision: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
}

/// Runs the verb.
pub(super) async fn run(args: EvidenceArgs, config: Config) -> Result<ExitCode, Problem> {
    let What::Delete(args) = args.what;
    let app = args.store.app(&config, Opening::Existing).await?;
    let order = Order {
        before: args.before,
        reason: args.reason,
        decision: args.decision,
        approved_by: args.approved_by,
    };
    match delete_evidence(&app, &order).await? {
        None => println!(
            "There is no evidence left that speaks only of days before {}.",
            order.before
        ),
        Some(deleted) => println!(
            "{} requests were deleted by protocol {}; their hashes, hours and readings stay.",
            deleted.requests, deleted.protocol
        ),
    }
    Ok(ExitCode::SUCCESS)
}
