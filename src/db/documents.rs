//! Which documents exist for which invoice, and the template sets they were made with.
//!
//! The bytes lie in the archive under their hash; a row here says that they were put there. Until
//! it exists the document is pending and nothing is delivered.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::DbError;
use super::bulk::insert_all;
use super::convert::{From, stamp};
use super::entities::{document, template_set};
use super::invoices::InvoiceId;
use super::invoices::list::within_reach;
use super::runs::RunId;
use super::txn::{Source, Txn, rows};
use crate::access::{Program, Scope};

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// The invoice it shows.
    pub invoice: InvoiceId,
    /// What it is: `pdf`, `xml`, …; one of each kind an invoice.
    pub kind: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its media type.
    pub media_type: String,
    /// Where the archive keeps it.
    pub storage_key: String,
    /// What rendered it: versions of the engines, hash of the template set.
    pub render_id: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Records a document whose bytes are safely in the archive. False when the invoice has one of this
/// kind already: rendering twice is no error, the first one stands.
///
/// # Errors
/// `db.refused` when the invoice is unknown.
pub async fn put(txn: &Txn, document: &DocumentRecord) -> Result<bool, DbError> {
    let row = new_row(document.clone())?;
    let once = [document::Column::Invoice, document::Column::Kind];
    let once = sea_orm::sea_query::OnConflict::columns(once)
        .do_nothing()
        .to_owned();
    let insert = document::Entity::insert(row).on_conflict(once);
    Ok(insert.exec_without_returning(txn.orm()).await? == 1)
}

/// The documents of an invoice, by kind.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_invoice(
    on: &impl Source,
    scope: impl Into<Scope>,
    id: InvoiceId,
) -> Result<Vec<DocumentRecord>, DbError> {
    let mut wanted = document::Entity::find().filter(document::Column::Invoice.eq(id.0));
    if let Some(invoices) = within_reach(scope.into()) {
        wanted = wanted.filter(document::Column::Invoice.in_subquery(invoices));
    }
    let found = wanted
        .order_by_asc(document::Column::Kind)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}

/// Every document, in the order they were recorded.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn all(on: &impl Source, _: Program) -> Result<Vec<DocumentRecord>, DbError> {
    let found = document::Entity::find()
        .order_by_asc(document::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}

/// Numbered invoices that lack a document of this kind, in the order of their numbers.
///
/// # Errors
/// `db.unreachable`.
pub async fn pending(on: &impl Source, kind: &str) -> Result<Vec<InvoiceId>, DbError> {
    let sql = "SELECT id FROM invoice WHERE number IS NOT NULL AND NOT EXISTS \
               (SELECT 1 FROM document d WHERE d.invoice = invoice.id AND d.kind = $1) \
               ORDER BY series, place";
    let found = rows(on, sql, vec![kind.into()]).await?;
    found
        .iter()
        .map(|row| Ok(InvoiceId(row.try_get("", "id")?)))
        .collect()
}

/// How many numbered invoices of a run lack a document of this kind.
///
/// # Errors
/// `db.unreachable`.
pub async fn pending_of(on: &impl Source, run: RunId, kind: &str) -> Result<u64, DbError> {
    let sql = "SELECT count(*) AS many FROM invoice WHERE run = $1 AND number IS NOT NULL \
               AND NOT EXISTS (SELECT 1 FROM document d \
               WHERE d.invoice = invoice.id AND d.kind = $2)";
    let found = rows(on, sql, vec![run.0.into(), kind.into()]).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("billing_run", run.0))?;
    Ok(row.try_get::<i64>("", "many")?.unsigned_abs())
}

/// Records documents of invoices that had none, in few statements.
///
/// # Errors
/// `db.duplicate` when an invoice has one of this kind already, `db.refused` when it is unknown.
pub async fn put_all(txn: &Txn, documents: Vec<DocumentRecord>) -> Result<(), DbError> {
    let rows = documents.into_iter().map(new_row);
    insert_all(txn, rows.collect::<Result<_, _>>()?).await
}

fn new_row(document: DocumentRecord) -> Result<document::ActiveModel, DbError> {
    let DocumentRecord {
        invoice,
        kind,
        sha256,
        bytes,
        media_type,
        storage_key,
        render_id,
        recorded_at,
    } = document;
    let bytes = i64::try_from(bytes).map_err(|why| DbError::corrupt("document", &kind, why))?;
    Ok(document::ActiveModel {
        id: NotSet,
        invoice: Set(invoice.0),
        kind: Set(kind),
        sha256: Set(sha256),
        bytes: Set(bytes),
        media_type: Set(media_type),
        storage_key: Set(storage_key),
        render_id: Set(render_id),
        recorded_at: Set(stamp(recorded_at)),
    })
}

fn record(row: document::Model) -> Result<DocumentRecord, DbError> {
    let document::Model {
        id,
        invoice,
        kind,
        sha256,
        bytes,
        media_type,
        storage_key,
        render_id,
        recorded_at,
    } = row;
    let from = From {
        table: "document",
        id: &id,
    };
    Ok(DocumentRecord {
        invoice: InvoiceId(invoice),
        bytes: u64::try_from(bytes).map_err(|why| from.corrupt(why))?,
        recorded_at: from.instant(&recorded_at)?,
        kind,
        sha256,
        media_type,
        storage_key,
        render_id,
    })
}

/// Keeps a template set under its hash, so that a document can be rendered again years later.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn keep_template_set(
    txn: &Txn,
    hash: &str,
    archive: &[u8],
    recorded_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = template_set::ActiveModel {
        hash: Set(hash.to_owned()),
        recorded_at: Set(stamp(recorded_at)),
        archive: Set(archive.to_vec()),
    };
    let once = sea_orm::sea_query::OnConflict::column(template_set::Column::Hash)
        .do_nothing()
        .to_owned();
    let insert = template_set::Entity::insert(row).on_conflict(once);
    insert.exec_without_returning(txn.orm()).await?;
    Ok(())
}

/// The archived bytes of a template set.
///
/// # Errors
/// `db.missing`.
pub async fn template_set(on: &impl Source, hash: &str) -> Result<Vec<u8>, DbError> {
    let row = template_set::Entity::find_by_id(hash)
        .one(&on.on().0)
        .await?;
    let row = row.ok_or_else(|| DbError::missing("template_set", hash))?;
    let template_set::Model {
        hash: _,
        recorded_at: _,
        archive,
    } = row;
    Ok(archive)
}
