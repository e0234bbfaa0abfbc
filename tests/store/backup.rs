//! A backup holds everything, a restore proves it, and nothing is restored over anything.

use harness::facts::{self, noon};
use harness::{empty_beside, on_both};
use herdbook::access::{Program, Scope};
use herdbook::db::documents::DocumentRecord;
use herdbook::db::evidence::{self, NewEvidence};
use herdbook::db::{Db, Txn, audit, audit_chain, documents, invoices, ledger};
use herdbook::documents::archive::Archive;
use herdbook::usecases::backup;

const ALL: Scope = Scope::of_program();

const EVIDENCE: &[u8] = &[0, 1, 2, 250, 255];

/// Two issued invoices with a document each, ledger entries, a sealed trail and evidence.
async fn filled(db: &Db, archive: &Archive) {
    facts::parties(db, 2).await;
    let run = facts::run(db).await;
    for n in 1..=2 {
        let invoice = facts::freeze(db, run, n, "hosting").await.expect("frozen");
        let put = archive
            .put(format!("document {n}").into_bytes())
            .await
            .expect("put");
        facts::number_all(db).await;
        let document = DocumentRecord {
            sha256: put.sha256,
            bytes: put.bytes,
            storage_key: put.key,
            ..facts::document(invoice)
        };
        db.write(async move |txn: &Txn| {
            documents::put(txn, &document).await?;
            ledger::post(txn, &[facts::entry(&format!("issue/{n}"), Some(invoice))]).await?;
            audit::append(txn, noon(), &[facts::event("invoice", n)]).await
        })
        .await
        .expect("filled");
    }
    db.telemetry
        .write(async |txn: &Txn| {
            let source = evidence::ensure_source(txn, "probe", "i", "otlp", noon()).await?;
            evidence::append(txn, &chunk(source)).await
        })
        .await
        .expect("evidence");
    let mut sealed = 0;
    while sealed < 2 {
        sealed += audit_chain::seal(&db.book, "sealer").await.expect("sealed");
    }
}

fn chunk(source: i64) -> NewEvidence {
    NewEvidence {
        source,
        received_at: 7_200_000_000,
        hash: evidence::hash_of(EVIDENCE),
        kind: "otlp".into(),
        span_from: 0,
        span_to: 3_600_000_000,
        codec: "none".into(),
        body: EVIDENCE.to_vec(),
        instance: None,
        limits: 1,
    }
}

on_both! {
    async fn a_restored_backup_is_the_same_book(db: &Db) {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(&folder.path().join("documents")).expect("an archive");
        filled(db, &archive).await;
        let file = folder.path().join("backup.tar");
        let written = backup::write(db, &archive, &file, noon()).await.expect("written");
        assert_eq!(written.documents.len(), 2);

        let (url, _kept) = empty_beside(db).await;
        let second = Archive::folder(&folder.path().join("restored")).expect("an archive");
        let restored = backup::restore(&file, &url, &second).await.expect("restored");
        assert_eq!(restored, written);
        let copy = Db::open(&url).await.expect("a store");
        let read = async |db: &Db| {
            invoices::page(&db.reader(), Program::itself(), None, 10).await.expect("a page")
        };
        assert_eq!(read(&copy).await, read(db).await);
        assert_eq!(second.keys().await.expect("keys"), archive.keys().await.expect("keys"));
        let chunk = evidence::by_hash(&copy.telemetry.reader(), &evidence::hash_of(EVIDENCE)).await;
        assert_eq!(chunk.expect("evidence").evidence.body, EVIDENCE);
        let again = folder.path().join("again.tar");
        let again = backup::write(&copy, &second, &again, noon()).await.expect("written");
        assert_eq!(again, written, "a backup of the restored book is the same backup");

        // Life goes on in the copy: new ids do not meet old ones, the chain grows.
        let run = facts::run(&copy).await;
        facts::freeze(&copy, run, 1, "more").await.expect("frozen");
        facts::number_all(&copy).await;
        let third = invoices::by_number(&copy.reader(), ALL, "RE-2026-0003").await.expect("found");
        assert_eq!(third.len(), 1);
        let event = [facts::event("invoice", 3)];
        copy.write(async move |txn: &Txn| audit::append(txn, noon(), &event).await)
            .await
            .expect("appended");
        while audit_chain::seal(&copy.book, "sealer").await.expect("sealed") == 0 {}
        let report = copy.snapshot(async |txn: &Txn| audit_chain::verify_chain(txn).await).await;
        let report = report.expect("verified");
        assert_eq!((report.links, report.findings.len()), (3, 0));
        copy.close().await.expect("closed");
    }
}

on_both! {
    async fn nothing_is_restored_over_anything(db: &Db) {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(&folder.path().join("documents")).expect("an archive");
        filled(db, &archive).await;
        let file = folder.path().join("backup.tar");
        backup::write(db, &archive, &file, noon()).await.expect("written");
        let empty = Archive::folder(&folder.path().join("empty")).expect("an archive");
        let refused = backup::restore(&file, db.url(), &empty).await.expect_err("not empty");
        assert_eq!(refused.code(), "db.not-empty");
        let (url, _kept) = empty_beside(db).await;
        let refused = backup::restore(&file, &url, &archive).await.expect_err("not empty");
        assert_eq!(refused.code(), "backup.archive-not-empty");
    }
}

on_both! {
    async fn one_changed_byte_of_a_backup_is_found(db: &Db) {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(&folder.path().join("documents")).expect("an archive");
        filled(db, &archive).await;
        let file = folder.path().join("backup.tar");
        backup::write(db, &archive, &file, noon()).await.expect("written");
        let whole = std::fs::read(&file).expect("read");
        for (needle, code) in [(&b"document 1"[..], "archive.changed"), (b"City", "db.backup")] {
            let mut changed = whole.clone();
            let at = changed.windows(needle.len()).position(|part| part == needle);
            changed[at.expect("it is in there")] ^= 1;
            let damaged = folder.path().join("damaged.tar");
            std::fs::write(&damaged, changed).expect("written");
            let (url, _kept) = empty_beside(db).await;
            let target = tempfile::tempdir().expect("a folder");
            let target = Archive::folder(target.path()).expect("an archive");
            let found = backup::restore(&damaged, &url, &target).await.expect_err("damaged");
            assert_eq!(found.code(), code, "{found}");
        }
    }
}

on_both! {
    async fn a_damaged_document_stops_a_backup(db: &Db) {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::folder(&folder.path().join("documents")).expect("an archive");
        filled(db, &archive).await;
        let key = archive.keys().await.expect("keys").remove(0);
        std::fs::write(folder.path().join("documents").join(key), b"x").expect("written");
        let file = folder.path().join("backup.tar");
        let stopped = backup::write(db, &archive, &file, noon()).await.expect_err("damaged");
        assert_eq!(stopped.code(), "archive.changed");
        assert!(!file.exists());
    }
}
