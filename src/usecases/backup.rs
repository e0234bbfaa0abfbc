//! Backup into one file, and restore from it with proof.
//!
//! The file is a tar any tool opens: `manifest.json`, one text file a table (see `db::dump`) and
//! every document under its key. The manifest holds the hash of each and the head of the audit
//! chain. A restore goes into an empty place only, checks every hash and then verifies the chain.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Program;
use crate::db::dump::{self, DumpedTable};
use crate::db::{Db, DbError, DbUrl, Txn, audit_chain, documents};
use crate::documents::archive::{Archive, ArchiveError};

/// The form of the file; a later form has a higher number.
const FORM: u32 = 1;

/// Why a backup or a restore did not come about.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The archive of documents.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The file, or the folder beside it that is worked in.
    #[error("{path}: {why}")]
    File { path: String, why: String },
    /// The file to write is there already.
    #[error("{path} exists")]
    Exists { path: String },
    /// The file is no backup, or a part of it is missing or changed.
    #[error("{path}: {why}")]
    Damaged { path: String, why: String },
    /// The archive to restore into holds documents.
    #[error("the archive to restore into holds {0} documents")]
    ArchiveNotEmpty(usize),
    /// The backup was made by a version with another form.
    #[error("the backup is of form {found}, this version reads form {FORM}")]
    Form { found: u32 },
    /// What was restored does not verify.
    #[error("the restored audit trail does not verify: {0}")]
    Trail(String),
}

impl BackupError {
    /// The stable code, as docs/ERRORS.md lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Db(cause) => cause.code(),
            Self::Archive(cause) => cause.code(),
            Self::File { .. } => "backup.file",
            Self::Exists { .. } => "backup.exists",
            Self::Damaged { .. } => "backup.damaged",
            Self::ArchiveNotEmpty(_) => "backup.archive-not-empty",
            Self::Form { .. } => "backup.form",
            Self::Trail(_) => "backup.trail",
        }
    }
}

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the file.
    pub form: u32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Its tables.
    pub tables: Vec<DumpedTable>,
    /// Its documents, in the order they were recorded; equal ones lie there once.
    pub documents: Vec<ArchivedDocument>,
    /// Links and last hash of the audit chain.
    pub audit_head: Option<(i64, String)>,
}

/// A document in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivedDocument {
    /// Its key in the archive.
    pub key: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// How many rows there are in all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Writes a consistent copy of databases and documents into `to`, which appears when it is
/// complete.
///
/// # Errors
/// `backup.exists` when the file is there, `backup.file` when it cannot be written,
/// `archive.changed` and `archive.missing` when a document is damaged: a backup that could not be
/// restored is not made.
pub async fn write(
    db: &Db,
    archive: &Archive,
    to: &Path,
    made_at: DateTime<Utc>,
) -> Result<Manifest, BackupError> {
    // An older backup is never lost to a newer one that may be worse.
    if to.try_exists().map_err(|why| file(to, why))? {
        let path = to.display().to_string();
        return Err(BackupError::Exists { path });
    }
    let scratch = Scratch::beside(to)?;
    let tables = dump::dump(db, &scratch.0).await?;
    let audit_head = audit_chain::head(&db.reader())
        .await?
        .map(|head| (head.place, head.hash));
    let partial = scratch.0.join("backup.tar");
    let mut tar = tar::Builder::new(File::create(&partial).map_err(|why| file(&partial, why))?);
    for table in &tables {
        let path = scratch.0.join(table.file());
        tar.append_path_with_name(&path, table.file())
            .map_err(|why| file(&path, why))?;
    }
    let documents = append_documents(db, archive, &mut tar, &partial).await?;
    let manifest = Manifest {
        form: FORM,
        made_at,
        tables,
        documents,
        audit_head,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|why| file(to, why))?;
    append(&mut tar, "manifest.json", &text).map_err(|why| file(&partial, why))?;
    let written = tar.into_inner().and_then(|mut whole| {
        whole.flush()?;
        whole.sync_all()?;
        std::fs::rename(&partial, to)
    });
    written.map_err(|why| file(to, why))?;
    Ok(manifest)
}

async fn append_documents(
    db: &Db,
    archive: &Archive,
    tar: &mut tar::Builder<File>,
    partial: &Path,
) -> Result<Vec<ArchivedDocument>, BackupError> {
    let mut listed: Vec<ArchivedDocument> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for document in documents::all(&db.reader(), Program::itself()).await? {
        let (key, sha256) = (document.storage_key, document.sha256);
        if !seen.insert(key.clone()) {
            continue;
        }
        let bytes = archive.get(&key, &sha256).await?;
        append(tar, &format!("documents/{key}"), &bytes).map_err(|why| file(partial, why))?;
        listed.push(ArchivedDocument { key, sha256 });
    }
    Ok(listed)
}

fn append(tar: &mut tar::Builder<File>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, bytes)
}

/// Fills an empty place from a backup and verifies what came of it.
///
/// # Errors
/// `db.not-empty`, `backup.archive-not-empty` when the place holds something; `backup.file` when
/// the file cannot be opened, `backup.damaged` when it is no whole backup, `backup.form` when it is
/// of another version, `db.backup` when a table is not what was written; `archive.changed` when a
/// document is not; `backup.trail` when the audit chain does not verify.
pub async fn restore(from: &Path, url: &DbUrl, archive: &Archive) -> Result<Manifest, BackupError> {
    dump::require_empty(url).await?;
    let held = archive.keys().await?.len();
    if held > 0 {
        return Err(BackupError::ArchiveNotEmpty(held));
    }
    let scratch = Scratch::beside(from)?;
    let opened = File::open(from).map_err(|why| file(from, why))?;
    tar::Archive::new(opened)
        .unpack(&scratch.0)
        .map_err(|why| damaged(from, why))?;
    let manifest = read_manifest(&scratch.0.join("manifest.json"), from)?;
    match fill(&scratch.0, from, url, archive, &manifest).await {
        Ok(()) => Ok(manifest),
        Err(why) => {
            // Half a book would look like one. On PostgreSQL the database is dropped by its owner.
            if let DbUrl::Folder(folder) = url {
                for file in ["book.db", "telemetry.db"] {
                    for ending in ["", "-wal", "-shm"] {
                        let _ = std::fs::remove_file(folder.join(format!("{file}{ending}")));
                    }
                }
            }
            Err(why)
        }
    }
}

async fn fill(
    scratch: &Path,
    from: &Path,
    url: &DbUrl,
    archive: &Archive,
    manifest: &Manifest,
) -> Result<(), BackupError> {
    let db = Db::open_migrated(url).await?;
    dump::load(&db, scratch, &manifest.tables).await?;
    for ArchivedDocument { key, sha256 } in &manifest.documents {
        let path = scratch.join("documents").join(key);
        let put = archive
            .put(std::fs::read(&path).map_err(|why| damaged(from, why))?)
            .await?;
        if put.sha256 != *sha256 || put.key != *key {
            return Err(ArchiveError::Changed {
                key: key.clone(),
                found: put.sha256,
            }
            .into());
        }
    }
    verify(&db, manifest).await?;
    db.close().await?;
    Ok(())
}

fn read_manifest(path: &Path, backup: &Path) -> Result<Manifest, BackupError> {
    /// The one field every form has.
    #[derive(Deserialize)]
    struct Form {
        form: u32,
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|mut open| open.read_to_string(&mut text));
    read.map_err(|why| damaged(backup, format!("manifest.json: {why}")))?;
    let Form { form } = serde_json::from_str(&text).map_err(|why| damaged(backup, why))?;
    if form != FORM {
        return Err(BackupError::Form { found: form });
    }
    serde_json::from_str(&text).map_err(|why| damaged(backup, why))
}

async fn verify(db: &Db, manifest: &Manifest) -> Result<(), BackupError> {
    let report = db
        .snapshot(async |txn: &Txn| audit_chain::verify_chain(txn).await)
        .await?;
    // A record that waited for its seal when the backup was made is sealed by the next sealer.
    let waiting = |finding: &_| matches!(finding, audit_chain::ChainFinding::Unsealed { .. });
    if let Some(finding) = report.findings.iter().find(|finding| !waiting(finding)) {
        return Err(BackupError::Trail(format!("{finding:?}")));
    }
    let head = report.head.map(|head| (head.place, head.hash));
    // The head was read after the dump: the chain may have grown by then, never shrunk.
    let reached = head.as_ref().map_or(0, |(place, _)| *place);
    match &manifest.audit_head {
        Some((place, _)) if *place < reached => Err(BackupError::Trail(format!(
            "{reached} links, the manifest knows {place}"
        ))),
        Some((place, hash)) if *place == reached && Some((*place, hash.clone())) != head => Err(
            BackupError::Trail(format!("the hash of link {place} is another")),
        ),
        _ => Ok(()),
    }
}

/// A folder beside a file, removed when it is done with.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(path: &Path) -> Result<Self, BackupError> {
        let name = path
            .file_name()
            .ok_or_else(|| file(path, "not a file name"))?;
        let name = format!(".{}.{}", name.to_string_lossy(), std::process::id());
        let folder = path.with_file_name(name);
        std::fs::create_dir_all(&folder).map_err(|why| file(&folder, why))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn file(path: &Path, why: impl std::fmt::Display) -> BackupError {
    BackupError::File {
        path: path.display().to_string(),
        why: why.to_string(),
    }
}

fn damaged(path: &Path, why: impl std::fmt::Display) -> BackupError {
    BackupError::Damaged {
        path: path.display().to_string(),
        why: why.to_string(),
    }
}
