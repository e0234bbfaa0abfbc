//! Stage three: XML and PDF of every numbered invoice, a pure function of frozen view and number.
//!
//! The bytes are in the archive, and safe on disk, before the row says so. Until then the document
//! is pending and nothing is delivered.

use std::sync::Arc;

use futures::StreamExt;

use super::super::Failure;
use super::{BlockedRow, LEASE, POLL, Progress, Report};
use crate::access::Program;
use crate::app::App;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::db::audit::{self, AuditEvent};
use crate::db::documents::{self, DocumentRecord};
use crate::db::invoices::{self, InvoiceId, StoredInvoice};
use crate::db::{DbError, Txn, leases, stamp};
use crate::documents::einvoice::{self, Profile};
use crate::documents::render::{Job, Template};
use crate::documents::view::{ViewContext, derivation_code, invoice_view};

/// Kind of the typeset document.
pub(crate) const PDF: &str = "pdf";
/// Kind of the structured document.
pub(crate) const XML: &str = "xml";

/// The audit event of archived documents.
pub(crate) const ARCHIVED: &str = "documents.archived";

/// Name of the lease of the process that renders.
const RENDERING: &str = "rendering";

/// The bytes of an invoice's documents.
pub(crate) struct Rendered {
    pub(crate) xml: Vec<u8>,
    pub(crate) pdf: Vec<u8>,
}

/// The XML of a stored invoice.
pub(crate) fn xml_of(view: &Invoice, number: &str) -> Result<Vec<u8>, Failure> {
    let profile = Profile::of(view.customer.routing.format);
    einvoice::xml(view, number, profile).map_err(|error| Failure::of(error.code(), &error))
}

/// Typesets a stored invoice.
pub(crate) async fn render(app: &App, stored: &StoredInvoice) -> Result<Rendered, Failure> {
    let view: Invoice = stored.read_view()?;
    let number = stored.number().ok_or_else(|| DbError::Missing {
        table: "invoice number",
        id: stored.id.0.to_string(),
    })?;
    let xml = xml_of(&view, number)?;
    let why = derivation_code(&stored.view_hash);
    let context = ViewContext {
        number: Some(number),
        sha256: Some(&stored.view_hash),
        why: why.as_deref(),
    };
    let paper = invoice_view(&view, &context).map_err(|error| Failure::of(error.code(), &error))?;
    let job = Job {
        template: match view.document_type {
            DocumentType::CreditNote => Template::CreditNote,
            DocumentType::Invoice | DocumentType::CorrectedInvoice => Template::Invoice,
        },
        view: serde_json::to_vec(&paper)
            .map_err(|error| Failure::of("internal.unlisted", &error))?,
        factur_x: view
            .customer
            .routing
            .format
            .is_hybrid()
            .then(|| xml.clone()),
    };
    let pdf = app
        .pool
        .render(&job)
        .await
        .map_err(|error| Failure::of(error.code(), &error))?;
    Ok(Rendered { xml, pdf })
}

/// Renders whatever is pending. One process renders at a time; the others wait for it, and go on
/// themselves when it falls silent.
pub(crate) async fn render_all(
    app: &App,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let holder = format!("{}/{}", app.actor, uuid::Uuid::now_v7());
    loop {
        let mut waiting = documents::pending(&app.db.reader(), PDF).await?;
        waiting.retain(|id| {
            !report
                .pending
                .iter()
                .any(|row| row.contract == subject(*id))
        });
        if waiting.is_empty() {
            return Ok(());
        }
        let lease = leases::acquire(&app.db.book, RENDERING, &holder, LEASE).await?;
        let Some(lease) = lease else {
            tokio::time::sleep(POLL).await;
            continue;
        };
        keep_templates(app).await?;
        chunk(app, &waiting, report, progress).await?;
        leases::release(&app.db.book, lease).await?;
    }
}

/// How many documents are rendered before the lease is renewed: a few seconds' worth.
const CHUNK: usize = 16;

fn subject(id: InvoiceId) -> String {
    format!("invoice #{}", id.0)
}

async fn chunk(
    app: &App,
    waiting: &[InvoiceId],
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let total = report.rendered.saturating_add(waiting.len() as u64);
    let some: Vec<InvoiceId> = waiting.iter().copied().take(CHUNK).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = some
        .into_iter()
        .map(|id| async move { (id, one(app, id).await) });
    // One document more than workers, so that a worker never waits for the archive.
    let mut done = futures::stream::iter(jobs).buffer_unordered(workers.saturating_add(1));
    while let Some((id, outcome)) = done.next().await {
        match outcome {
            Ok(()) => report.rendered = report.rendered.saturating_add(1),
            Err(Failure::Db(error)) => return Err(error.into()),
            Err(Failure::Problem(problem)) => report.pending.push(BlockedRow {
                contract: subject(id),
                code: problem.code().to_owned(),
                reason: problem.to_string(),
            }),
        }
        progress.at("render", report.rendered, total);
    }
    Ok(())
}

async fn one(app: &App, id: InvoiceId) -> Result<(), Failure> {
    let stored = invoices::get(&app.db.reader(), Program::itself(), id).await?;
    let rendered = render(app, &stored).await?;
    let recorded_at = app.clock.business();
    let mut records = Vec::with_capacity(2);
    let kinds = [
        (XML, "application/xml", rendered.xml),
        (PDF, "application/pdf", rendered.pdf),
    ];
    for (kind, media_type, bytes) in kinds {
        let length = bytes.len() as u64;
        let kept = app
            .archive
            .put(bytes)
            .await
            .map_err(|error| Failure::of(error.code(), &error))?;
        records.push(DocumentRecord {
            invoice: id,
            kind: kind.to_owned(),
            sha256: kept.sha256,
            bytes: length,
            media_type: media_type.to_owned(),
            storage_key: kept.key,
            render_id: app.pool.render_id().to_owned(),
            recorded_at,
        });
    }
    let archived = archived(&app.actor, stored.number().unwrap_or_default(), &records);
    let records = Arc::new(records);
    app.db
        .write(async move |txn: &Txn| -> Result<(), DbError> {
            let mut new = false;
            for record in records.iter() {
                new |= documents::put(txn, record).await?;
            }
            if new {
                audit::append(txn, recorded_at, std::slice::from_ref(&archived)).await?;
            }
            Ok(())
        })
        .await?;
    tracing::debug!(invoice = id.0, at = %stamp(recorded_at), "document archived");
    Ok(())
}

/// What the audit trail keeps of documents: their hashes, and what made them.
fn archived(actor: &str, number: &str, records: &[DocumentRecord]) -> AuditEvent {
    let documents: Vec<serde_json::Value> = records.iter().map(told).collect();
    AuditEvent {
        actor: actor.to_owned(),
        action: ARCHIVED.to_owned(),
        subject: format!("invoice/{number}"),
        payload: serde_json::json!({ "documents": documents }).to_string(),
    }
}

/// A document as the audit trail tells of it.
pub(crate) fn told(record: &DocumentRecord) -> serde_json::Value {
    serde_json::json!({
        "kind": record.kind,
        "sha256": record.sha256,
        "render_id": record.render_id,
    })
}

/// Keeps the template set under its hash, so that the document can be rendered again years later.
async fn keep_templates(app: &App) -> Result<(), Failure> {
    let files: Vec<(String, Vec<u8>)> = app
        .templates
        .files()
        .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
        .collect();
    let archive =
        serde_json::to_vec(&files).map_err(|error| Failure::of("internal.unlisted", &error))?;
    let (hash, recorded_at) = (app.templates.sha256(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            documents::keep_template_set(txn, &hash, &archive, recorded_at).await
        })
        .await?;
    Ok(())
}
