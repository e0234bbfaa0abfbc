//! Verification: everything issued is computed again, at three levels, each of them reported.
//!
//! 1. Stored bytes match their hashes: documents, frozen views, the audit chain.
//! 2. Amounts computed again from the facts as they were known equal the frozen view; lines,
//!    ledger entries and number series agree with it, readings with their evidence. Payments, fees
//!    and refunds are booked as they are on file, and allocations stay within both sides.
//! 3. Documents rendered again equal the stored ones: byte for byte under the same render id,
//!    else by canonical XML and by text.

mod amounts;
mod books;
mod documents;
mod payments;
mod readings;
mod renderers;

use std::collections::BTreeSet;

use serde::Serialize;

use super::Failure;
use crate::access::Program;
use crate::app::App;
use crate::db::audit_chain::{self, ChainFinding};
use crate::db::invoices::{self, InvoiceState, StoredInvoice};

/// How many invoices are read at once.
const PAGE: u64 = 200;

/// What was found to differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Level, 1 to 3.
    pub level: u8,
    /// What differs: an invoice, a document, an audit record, a series.
    pub subject: String,
    /// How.
    pub what: String,
}

/// What a verification did and found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Invoices looked at.
    pub invoices: u64,
    /// Documents whose bytes were hashed (level 1).
    pub documents: u64,
    /// Audit records whose chain was checked (level 1).
    pub audit_records: u64,
    /// Invoices whose amounts were computed again (level 2).
    pub recomputed: u64,
    /// Readings computed again from raw evidence (level 2).
    pub readings_from_evidence: u64,
    /// Readings whose evidence a protocol deleted, computed again from their hours (level 2).
    pub readings_from_partials: u64,
    /// Readings of which nothing but themselves is kept any longer (level 2).
    pub readings_as_closed: u64,
    /// The protocols by which evidence of these readings was deleted.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub deleted_by_protocol: BTreeSet<i64>,
    /// Readings that were entered by hand and have no raw evidence (level 2).
    pub readings_as_entered: u64,
    /// Documents rendered again under the same render id and equal byte for byte (level 3).
    pub rendered_bytes: u64,
    /// Documents equal by canonical XML or text only, because the render id is another (level 3).
    pub rendered_content: u64,
    /// Everything that differs.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    fn found(&mut self, level: u8, subject: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding {
            level,
            subject: subject.into(),
            what: what.into(),
        });
    }
}

/// Which invoices are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// At most this many, spread evenly; all when none is given.
    pub sample: Option<u64>,
    /// Those whose number comes after this one only: goes on where an earlier call stopped.
    pub after: Option<String>,
}

/// Verifies what was issued.
///
/// # Errors
/// `db.*` when the store fails. What differs is a finding, not an error.
pub async fn verify(
    app: &App,
    selection: &Selection,
    progress: &dyn super::bill::Progress,
) -> Result<VerifyReport, Failure> {
    let mut report = VerifyReport::default();
    chain(app, &mut report).await?;
    books::series(app, &mut report).await?;
    books::counterparts(app, &mut report).await?;
    books::service_levels(app, &mut report).await?;
    payments::check(app, &mut report).await?;
    let chosen = choose(app, selection, &mut report).await?;
    let total = chosen.len() as u64;
    let mut renderers = renderers::Renderers::default();
    for (done, stored) in (1_u64..).zip(&chosen) {
        report.invoices = done;
        amounts::check(app, stored, &mut report).await?;
        documents::check(app, &mut renderers, stored, &mut report).await?;
        progress.at("verify", done, total);
    }
    readings::check(app, &chosen, &mut report).await?;
    Ok(report)
}

async fn chain(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let chain = audit_chain::verify_chain(&app.db.reader()).await?;
    report.audit_records = chain.links;
    for finding in chain.findings {
        report.found(1, "audit chain", describe(&finding));
    }
    Ok(())
}

/// The numbered invoices that are looked at. A row that cannot be read is a finding.
async fn choose(
    app: &App,
    selection: &Selection,
    report: &mut VerifyReport,
) -> Result<Vec<StoredInvoice>, Failure> {
    let reader = app.db.reader();
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = match invoices::page(&reader, Program::itself(), after, PAGE).await {
            Ok(page) => page,
            Err(error @ crate::db::DbError::CorruptRow { .. }) => {
                report.found(1, "invoice", error.to_string());
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        all.extend(
            page.into_iter()
                .filter(|stored| stored.state != InvoiceState::Frozen),
        );
    }
    all.sort_by(|a, b| a.number().cmp(&b.number()));
    if let Some(after) = &selection.after {
        all.retain(|stored| {
            stored
                .number()
                .is_some_and(|number| number > after.as_str())
        });
    }
    let wanted = selection.sample.unwrap_or(u64::MAX);
    let count = all.len() as u64;
    if wanted == 0 || wanted >= count {
        return Ok(all);
    }
    // Spread evenly, the last one always among them: the newest code made it.
    let picks: std::collections::BTreeSet<u64> =
        (1..=wanted).map(|k| k * count / wanted - 1).collect();
    Ok((0_u64..)
        .zip(all)
        .filter(|(n, _)| picks.contains(n))
        .map(|(_, s)| s)
        .collect())
}

fn describe(finding: &ChainFinding) -> String {
    match finding {
        ChainFinding::RecordChanged { place, record } => {
            format!("record {record} at place {place} is not what was sealed")
        }
        ChainFinding::PayloadChanged { record } => {
            format!("the payload of record {record} is not what it was written with")
        }
        ChainFinding::PayloadMissing { record } => {
            format!("the payload of record {record} is gone without a retention protocol")
        }
        ChainFinding::LinkBroken { place } => {
            format!("the link at place {place} is missing or was replaced")
        }
        ChainFinding::Unsealed { record } => {
            format!("record {record} has waited more than 60 s for its seal")
        }
    }
}
