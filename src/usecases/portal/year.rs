//! All files of a year: which there are; whoever sends them takes them one by one.

use crate::access::Principal;
use crate::app::App;
use crate::db::documents::{self, DocumentRecord};
use crate::db::invoices::list::InvoiceFilter;
use crate::usecases::Failure;
use crate::usecases::invoices::{page, reach};

/// Invoices that are looked up at once.
const BATCH: u64 = 100;
/// Kinds of files that are given out.
const KINDS: [&str; 2] = ["pdf", "xml"];

/// A file with the name it gets.
#[derive(Debug, Clone)]
pub struct Named {
    /// Such as `RE-2026-00023.pdf`.
    pub name: String,
    /// What it is and where it lies.
    pub record: DocumentRecord,
}

/// The files of the own invoices of a year, newest first.
///
/// # Errors
/// `access.denied`.
pub async fn files(app: &App, by: &Principal, year: u16) -> Result<Vec<Named>, Failure> {
    let filter = InvoiceFilter {
        year: Some(year),
        ..InvoiceFilter::default()
    };
    let scope = reach(by)?;
    let (mut files, mut after) = (Vec::new(), None);
    loop {
        let (found, _) = page(app, by, &filter, (after.as_ref(), BATCH)).await?;
        for stored in &found.invoices {
            let number = stored.number().unwrap_or_default();
            for record in documents::of_invoice(&app.db.reader(), scope, stored.id).await? {
                if KINDS.contains(&record.kind.as_str()) {
                    let name = format!("{number}.{}", record.kind);
                    files.push(Named { name, record });
                }
            }
        }
        after = found.next;
        if after.is_none() {
            return Ok(files);
        }
    }
}

/// The bytes of a file.
///
/// # Errors
/// `archive.*`.
pub async fn bytes(app: &App, file: &Named) -> Result<Vec<u8>, Failure> {
    let DocumentRecord {
        storage_key,
        sha256,
        ..
    } = &file.record;
    let found = app.archive.get(storage_key, sha256).await;
    found.map_err(|error| Failure::of(error.code(), &error))
}
