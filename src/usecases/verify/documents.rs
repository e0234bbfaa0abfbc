//! Levels one and three for the documents of one invoice.

use super::super::Failure;
use super::super::bill::{PDF, XML, render};
use super::VerifyReport;
use crate::app::App;
use crate::db::documents;
use crate::db::invoices::StoredInvoice;
use crate::documents::text::pdf_text;
use crate::error::Problem;

/// Hashes the stored documents and renders them again.
pub(super) async fn check(
    app: &App,
    stored: &StoredInvoice,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let number = stored.number().unwrap_or("without number");
    let records = documents::of_invoice(&app.db.reader(), stored.id).await?;
    for kind in [XML, PDF] {
        if !records.iter().any(|record| record.kind == kind) {
            report.found(1, format!("{number} {kind}"), "the document is pending");
        }
    }
    let again = match render(app, stored).await {
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
    for record in &records {
        let subject = format!("{number} {}", record.kind);
        let bytes = match app.archive.get(&record.storage_key, &record.sha256).await {
            Ok(bytes) => bytes,
            Err(error) => {
                report.found(1, subject, error.to_string());
                continue;
            }
        };
        report.documents += 1;
        if record.bytes != bytes.len() as u64 {
            report.found(
                1,
                subject.as_str(),
                "the recorded length is not that of the document",
            );
        }
        let Some(again) = &again else { continue };
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
            report.found(
                3,
                subject,
                "rendered again by another engine, the content differs",
            );
        }
    }
    Ok(())
}

fn same_content(kind: &str, a: &[u8], b: &[u8]) -> bool {
    if kind == XML {
        // The writer emits no insignificant space and one order of attributes: it is canonical.
        return a == b;
    }
    matches!((pdf_text(a), pdf_text(b)), (Ok(a), Ok(b)) if a == b)
}
