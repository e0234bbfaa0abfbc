//! `herdbook bill`: issue what is due, or preview it.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;

use super::progress::Shown;
use super::store::{Opening, StoreArgs};
use super::{OutputFormat, table};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::bill::{Report, Request, bill, preview};

/// Rates, numbers and renders everything due by a date. May be run as often as you like.
#[derive(Debug, Args)]
pub struct BillArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Bill everything due by this day.
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// Leave service that starts after this day for later.
    #[arg(long, value_name = "DATE")]
    service_until: Option<NaiveDate>,
    /// Show what would be issued; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the verb: 0 when all is issued and rendered, 1 when contracts are blocked or documents
/// pending.
pub(super) async fn run(args: BillArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    let request = Request {
        as_of: args.as_of,
        service_until: args.service_until,
    };
    let today = app.clock.business().date_naive();
    if args.as_of > today && !args.dry_run {
        eprintln!(
            "herdbook: {} is in the future (today is {today}). Its run closes the books up to that \
             day: nothing is dated earlier afterwards.",
            args.as_of
        );
    }
    let report = if args.dry_run {
        preview(&app, request).await?
    } else {
        bill(&app, request, &Shown::new()).await?
    };
    print(&report, args.format)?;
    let clean = report.blocked.is_empty() && report.pending.is_empty();
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn print(report: &Report, format: OutputFormat) -> Result<(), Problem> {
    match format {
        OutputFormat::Json => {
            let json = serde_json::to_string_pretty(report)
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            println!("{json}");
        }
        OutputFormat::Text => {
            if report.issued.is_empty() {
                println!("Nothing is due that is not billed.");
            } else {
                print!("{}", table::invoices(&report.issued));
            }
            if report.rendered > 0 {
                let files = report.rendered.saturating_mul(2);
                println!(
                    "{files} documents are in the archive: herdbook serve, or export invoices"
                );
            }
            print!("{}", table::blocked(&report.blocked, "Blocked:"));
            print!("{}", table::blocked(&report.pending, "Documents pending:"));
        }
    }
    Ok(())
}
