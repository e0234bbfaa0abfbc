//! E-invoices against the official rules: XSD, CEN and KoSIT schematrons, Factur-X rules, and exact
//! arithmetic, run once over every document of the matrix by `tests/judges/judge.py`.
//!
//! `HERDBOOK_JUDGE_PYTHON` names the interpreter of the environment that `tests/judges/setup.sh`
//! makes (default: `target/judges`); `HERDBOOK_JUDGES=skip` leaves the judge out, and nothing else.

mod fixtures;
mod judge;
mod matrix;
mod properties;
mod refusals;

use std::path::{Path, PathBuf};

use herdbook::documents::einvoice::{check, xml};

/// The number every document of the matrix carries.
const NUMBER: &str = "RE-2026-00001";

/// Writes the cases that `wanted` picks into the folder.
fn written(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let cases = matrix::cases()
        .into_iter()
        .filter(|case| wanted(&case.name));
    cases
        .map(|case| {
            let bytes = xml(&case.invoice, NUMBER, case.profile)
                .unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let path = folder.join(format!("{}.xml", case.name));
            std::fs::write(&path, bytes).expect("written");
            path
        })
        .collect()
}

#[test]
fn the_official_rules_accept_every_document_of_the_matrix() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = written(folder.path(), |_| true);
    assert!(
        files.len() >= 45,
        "the matrix has {} documents",
        files.len()
    );
    if let Some(rejected) = judge::rejected(&files) {
        panic!("rejected, kept in {}:\n{rejected}", folder.keep().display());
    }
}

#[test]
fn the_judge_rejects_every_spoilt_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let chosen = [
        "xrechnungubl-s19",
        "xrechnungubl-credit-note-full",
        "peppolbis3-line-discount",
        "en16931cii-s-two-rates",
        "en16931cii-o",
    ];
    let files = written(folder.path(), |name| chosen.contains(&name));
    assert_eq!(files.len(), chosen.len());
    if let Some(overlooked) = judge::overlooked(&files) {
        panic!("{overlooked}");
    }
}

#[test]
fn the_check_before_issuing_accepts_every_document_of_the_matrix() {
    for case in matrix::cases() {
        assert_eq!(check(&case.invoice, NUMBER), Ok(()), "{}", case.name);
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for case in matrix::cases() {
        let first = xml(&case.invoice, NUMBER, case.profile).expect("written");
        let copy = serde_json::to_string(&case.invoice).expect("stored");
        let stored = serde_json::from_str(&copy).expect("read");
        assert!(
            first == xml(&stored, NUMBER, case.profile).expect("written"),
            "{}",
            case.name
        );
    }
}
