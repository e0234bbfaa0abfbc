//! Issued documents as files named by their invoice, for people and programs that want a folder.

use std::path::Path;

use super::Failure;
use crate::access::Program;
use crate::app::App;
use crate::db::{documents, invoices};
use crate::error::Problem;

/// Writes every document of every numbered invoice into a folder, `NUMBER.pdf` and `NUMBER.xml`.
/// Returns how many files there are. What is there already is written again, the same bytes.
///
/// # Errors
/// `documents.folder` when the folder cannot be written, `archive.*`, `db.*`.
pub async fn write_all(app: &App, folder: &Path) -> Result<u64, Failure> {
    let refused = |error: std::io::Error| {
        Problem::new("documents.folder", format!("{}: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(refused)?;
    let reader = app.db.reader();
    let mut written: u64 = 0;
    let mut after = None;
    loop {
        let page = invoices::page(&reader, Program::itself(), after, 200).await?;
        let Some(last) = page.last() else {
            return Ok(written);
        };
        after = Some(last.id);
        for stored in &page {
            let Some(number) = stored.number() else {
                continue;
            };
            for record in documents::of_invoice(&reader, Program::itself(), stored.id).await? {
                let bytes = app
                    .archive
                    .get(&record.storage_key, &record.sha256)
                    .await
                    .map_err(|error| Failure::of(error.code(), &error))?;
                let file = folder.join(format!("{number}.{}", record.kind));
                // Written beside and renamed: a reader never sees half a document.
                let beside = folder.join(format!(".{number}.{}.part", record.kind));
                std::fs::write(&beside, bytes).map_err(refused)?;
                std::fs::rename(&beside, &file).map_err(refused)?;
                written = written.saturating_add(1);
            }
        }
    }
}
