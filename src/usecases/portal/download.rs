//! Documents of the own invoices, whole and unchanged from the archive.

use crate::access::Principal;
use crate::app::App;
use crate::db::documents::{self, DocumentRecord};
use crate::usecases::Failure;
use crate::usecases::invoices;

/// A document with its bytes.
#[derive(Debug, Clone)]
pub struct Downloaded {
    /// What it is.
    pub record: DocumentRecord,
    /// Its bytes, which match their hash.
    pub bytes: Vec<u8>,
}

/// One document of an issued invoice; none when there is none within reach.
///
/// # Errors
/// `access.denied`, `archive.*`.
pub async fn document(
    app: &App,
    by: &Principal,
    (number, kind): (&str, &str),
) -> Result<Option<Downloaded>, Failure> {
    let scope = invoices::reach(by)?;
    let Some(stored) = invoices::one(app, by, number).await? else {
        return Ok(None);
    };
    let records = documents::of_invoice(&app.db.reader(), scope, stored.id).await?;
    let Some(record) = records.into_iter().find(|record| record.kind == kind) else {
        return Ok(None);
    };
    let found = app.archive.get(&record.storage_key, &record.sha256).await;
    let bytes = found.map_err(|error| Failure::of(error.code(), &error))?;
    Ok(Some(Downloaded { record, bytes }))
}
