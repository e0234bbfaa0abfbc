//! `herdbook verify`: compute everything issued again.

use std::process::ExitCode;

use clap::Args;

use super::OutputFormat;
use super::progress::Shown;
use super::store::{Opening, StoreArgs};
use crate::config::Config;
use crate::error::Problem;
use crate::usecases::verify::{Selection, VerifyReport, verify};

/// Hashes, recomputes and renders again what was issued; exit status 1 on any difference.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Look at this many invoices only, spread evenly.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Go on after this invoice number, where an earlier call stopped.
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
}

/// Runs the verb.
pub(super) async fn run(args: VerifyArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    let selection = Selection {
        sample: args.sample,
        after: args.after,
    };
    let report = verify(&app, &selection, &Shown::new()).await?;
    match args.format {
        OutputFormat::Json => {
            let json = serde_json::to_string_pretty(&report)
                .map_err(|error| Problem::of("internal.unlisted", &error))?;
            println!("{json}");
        }
        OutputFormat::Text => print!("{}", text(&report)),
    }
    Ok(if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn text(report: &VerifyReport) -> String {
    let level = |n: u8| {
        report
            .findings
            .iter()
            .filter(|finding| finding.level == n)
            .count()
    };
    let mut out = format!(
        "{} invoices\n\
         level 1  {} documents match their hash, {} audit records chained: {} differences\n\
         level 2  {} invoices computed again, {} readings from raw evidence, {} as entered: \
         {} differences\n\
         level 3  {} documents rendered again byte for byte, {} by content: {} differences\n",
        report.invoices,
        report.documents,
        report.audit_records,
        level(1),
        report.recomputed,
        report.readings_from_evidence,
        report.readings_as_entered,
        level(2),
        report.rendered_bytes,
        report.rendered_content,
        level(3),
    );
    if !report.deleted_by_protocol.is_empty() {
        let numbers = report.deleted_by_protocol.iter().map(i64::to_string);
        out.push_str(&format!(
            "  deleted by protocol {}: {} readings proved from their hours, \
             {} as they were closed\n",
            numbers.collect::<Vec<_>>().join(", "),
            report.readings_from_partials,
            report.readings_as_closed,
        ));
    }
    for finding in &report.findings {
        out.push_str(&format!(
            "  level {}: {}: {}\n",
            finding.level, finding.subject, finding.what
        ));
    }
    out
}
