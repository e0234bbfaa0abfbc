//! Levels one and three for the documents of one invoice.

use std::collections::BTreeSet;

use super::super::Failure;
use super::super::bill::{ARCHIVED, PDF, Rendered, XML, render, told};
use super::VerifyReport;
use super::renderers::Renderers;
use crate::access::Program;
use crate::app::App;
use crate::db::audit;
use crate::db::documents::{self, DocumentRecord};
use crate::db::invoices::StoredInvoice;
use crate::documents::text::{embedded, pdf_text};
use crate::error::Problem;

/// Hashes the stored documents and renders them again, with the templates they were made with.
pub(super) async fn check(
    app: &App,
    renderers: &mut Renderers,
    stored: &StoredInvoice,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let number = stored.number().unwrap_or("without number");
    let records = documents::of_invoice(&app.db.reader(), Program::itself(), stored.id).await?;
    for kind in [XML, PDF] {
        if !records.iter().any(|record| record.kind == kind) {
            report.found(1, format!("{number} {kind}"), "the document is pending");
        }
    }
    let trail = audit::of_subject(&app.db.reader(), &format!("invoice/{number}")).await?;
    for record in &records {
        let known = told(record).to_string();
        let mut archived = trail.iter().filter(|entry| entry.action == ARCHIVED);
        // A payload that a retention protocol erased is for the chain to judge.
        let tells = |payload: &String| payload.contains(&known);
        if !archived.any(|entry| entry.payload.as_ref().is_none_or(tells)) {
            let subject = format!("{number} {}", record.kind);
            report.found(1, subject, "the audit trail does not tell of this document");
        }
    }
    // Both documents of an invoice are made at once; only a repair could part them.
    let ids: BTreeSet<&str> = records.iter().map(|one| one.render_id.as_str()).collect();
    for id in ids {
        let own = renderers.of(app, id).await?;
        let again = match render(&own, stored).await {
            Ok(again) => Some(again),
            Err(Failure::Db(error)) => {
                report.found(1, number, error.to_string());
                None
            }
            Err(failure) => {
                report.found(3, number, Problem::from(failure).to_string());
                None
            }
        };
        for record in records.iter().filter(|record| record.render_id == id) {
            compare(&own, number, record, again.as_ref(), report).await;
        }
    }
    Ok(())
}

/// The stored bytes against their hash, and against what was rendered again.
async fn compare(
    app: &App,
    number: &str,
    record: &DocumentRecord,
    again: Option<&Rendered>,
    report: &mut VerifyReport,
) {
    let subject = format!("{number} {}", record.kind);
    let bytes = match app.archive.get(&record.storage_key, &record.sha256).await {
        Ok(bytes) => bytes,
        Err(error) => {
            report.found(1, subject, error.to_string());
            return;
        }
    };
    report.documents += 1;
    if record.bytes != bytes.len() as u64 {
        let what = "the recorded length is not that of the document";
        report.found(1, subject.as_str(), what);
    }
    let Some(again) = again else { return };
    let fresh = if record.kind == XML {
        &again.xml
    } else {
        &again.pdf
    };
    if record.render_id == app.pool.render_id() {
        if *fresh == bytes {
            report.rendered_bytes += 1;
        } else {
            report.found(3, subject, "rendered again, the bytes differ");
        }
    } else if same_content(&record.kind, fresh, &bytes) {
        report.rendered_content += 1;
    } else {
        let what = format!(
            "made by {}, rendered again by {}, the content differs",
            record.render_id,
            app.pool.render_id()
        );
        report.found(3, subject, what);
    }
}

fn same_content(kind: &str, a: &[u8], b: &[u8]) -> bool {
    if kind == XML {
        // The writer emits no insignificant space and one order of attributes: it is canonical.
        return a == b;
    }
    let same_text = matches!((pdf_text(a), pdf_text(b)), (Ok(a), Ok(b)) if a == b);
    // The e-invoice inside is what a program pays by.
    let same_files = matches!((embedded(a), embedded(b)), (Ok(a), Ok(b)) if a == b);
    same_text && same_files
}
