//! The flow goes one way: no module imports one to its right.

use crate::source;
use crate::tree::File;

/// The folders and files of `src/`, left to right: each may use what stands to its left.
const MODULES: &[&str] = &[
    "billing",
    "access",
    "error",
    "config",
    "observe",
    "telemetry",
    "book",
    "documents",
    "db",
    "delivery",
    "payments",
    "forecast",
    "identity",
    "app",
    "usecases",
    "jobs",
    "web",
    "cli",
];

/// Inside the core, the flow of the trade: a reading becomes a charge, a line, an entry. The biller
/// writes invoices, so it stands right of their model.
const CORE: &[&str] = &[
    "money", "calendar", "usage", "rating", "invoice", "biller", "payment", "ledger",
];

/// Pairs that the order alone would let pass.
const APART: &[(&str, &str, &str)] = &[
    (
        "db",
        "documents",
        "a repository stores bytes; a use case brings them",
    ),
    (
        "db",
        "telemetry",
        "the evidence log stores bytes; a use case decodes them",
    ),
    (
        "error",
        "billing",
        "errors of the core carry their own code; a use case converts them",
    ),
];

pub fn findings(file: &File) -> Vec<String> {
    let Some(inside) = file.path.strip_prefix("src/") else {
        return Vec::new();
    };
    let own: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    if own == ["lib"] || own == ["main"] || inside.ends_with("/tests.rs") {
        return Vec::new();
    }
    let code = source::shipped(&file.text);
    let mut out = Vec::new();
    for (at, seen) in imports(&own, &code) {
        if let Some(why) = forbidden(&own, &seen) {
            let line_no = code[..at].matches('\n').count() + 1;
            out.push(format!("{}:{line_no}: {why}", file.path));
        }
    }
    out
}

/// Why `own` may not use `seen` (both as paths of modules), if it may not.
fn forbidden(own: &[&str], seen: &[String]) -> Option<String> {
    let (from, to) = (*own.first()?, seen.first()?.as_str());
    if let Some((.., why)) = APART.iter().find(|(a, b, _)| *a == from && *b == to) {
        return Some(format!("{from} uses {to}: {why}"));
    }
    if from != to {
        let (here, there) = (rank(MODULES, from)?, rank(MODULES, to)?);
        return (here < there).then(|| format!("{from} stands left of {to} and may not use it"));
    }
    if from != "billing" {
        return None;
    }
    let (from, to) = (*own.get(1)?, seen.get(1)?.as_str());
    let (here, there) = (rank(CORE, from)?, rank(CORE, to)?);
    (here < there).then(|| format!("{from} stands left of {to} in the flow and may not use it"))
}

fn rank(order: &[&str], name: &str) -> Option<usize> {
    order.iter().position(|m| *m == name)
}

/// The modules of this crate that the code names, as absolute paths, with their place.
fn imports(own: &[&str], code: &str) -> Vec<(usize, Vec<String>)> {
    let alone = |at: usize| !code[..at].ends_with(|c: char| is_name(c) || c == ':' || c == '$');
    let mut out = Vec::new();
    for (at, prefix) in code.match_indices("crate::").filter(|(at, _)| alone(*at)) {
        let mut seen = Vec::new();
        branches(&[], &code[at + prefix.len()..], &mut seen);
        out.extend(seen.into_iter().map(|path| (at, path)));
    }
    // `a/mod.rs` is module `a`, `a/b.rs` is module `a::b`.
    let depth = if own.last() == Some(&"mod") {
        own.len() - 1
    } else {
        own.len()
    };
    for (at, _) in code.match_indices("super::").filter(|(at, _)| alone(*at)) {
        let rest = code[at..].trim_start_matches("super::");
        let ups = (code.len() - at - rest.len()) / "super::".len();
        let Some(base) = depth.checked_sub(ups).and_then(|n| own.get(..n)) else {
            continue;
        };
        let base: Vec<String> = base.iter().map(|s| (*s).to_owned()).collect();
        let mut seen = Vec::new();
        branches(&base, rest, &mut seen);
        out.extend(seen.into_iter().map(|path| (at, path)));
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Collects the paths of a use tree: `money::Money`, or `{money, ledger::{Entry, Posting}}`.
/// Returns what follows the tree.
fn branches<'a>(base: &[String], rest: &'a str, out: &mut Vec<Vec<String>>) -> &'a str {
    let mut rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        rest = group;
        loop {
            rest = branches(base, rest, out).trim_start();
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => return rest.strip_prefix('}').unwrap_or(""),
            }
        }
    }
    let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
    let after = &rest[name.len()..];
    let mut path = base.to_vec();
    if !name.is_empty() {
        path.push(name);
    }
    match after.strip_prefix("::") {
        Some(deeper) => branches(&path, deeper, out),
        None => {
            out.push(path);
            // `money::*` and `money as m` end at the next comma or brace.
            let end = after
                .find([',', '}', ';', '(', ')', '\n'])
                .unwrap_or(after.len());
            &after[end..]
        }
    }
}

fn broken(path: &str, text: &str) -> Vec<String> {
    findings(&File {
        path: path.to_owned(),
        text: text.to_owned(),
    })
}

#[test]
fn the_core_uses_nothing_around_it() {
    assert_eq!(
        broken("src/billing/money.rs", "use crate::db::Txn;").len(),
        1
    );
    assert_eq!(
        broken("src/billing/rating/mod.rs", "fn f(x: crate::web::X) {}").len(),
        1
    );
    assert!(broken("src/db/invoice.rs", "use crate::billing::money::Money;").is_empty());
}

#[test]
fn the_flow_of_the_trade_goes_one_way() {
    assert_eq!(
        broken(
            "src/billing/usage/meter.rs",
            "use crate::billing::rating::rate;"
        )
        .len(),
        1
    );
    assert_eq!(
        broken("src/billing/rating.rs", "use super::ledger::Entry;").len(),
        1
    );
    assert_eq!(
        broken(
            "src/billing/usage/meter.rs",
            "use super::super::invoice::Line;"
        )
        .len(),
        1
    );
    assert_eq!(
        broken(
            "src/billing/usage/mod.rs",
            "use super::{money, ledger::Entry};"
        )
        .len(),
        1
    );
    let many = "use crate::billing::{\n    calendar::Period,\n    ledger::{Entry, Posting},\n};";
    assert_eq!(broken("src/billing/rating/mod.rs", many).len(), 2);
    assert!(broken("src/billing/ledger.rs", "use super::invoice::Invoice;").is_empty());
    assert!(
        broken(
            "src/billing/usage/mod.rs",
            "use super::{money::Money, calendar};"
        )
        .is_empty()
    );
}

#[test]
fn pairs_that_must_stay_apart_are_found() {
    assert_eq!(
        broken("src/db/archive.rs", "use crate::documents::View;").len(),
        1
    );
    assert!(broken("src/usecases/bill.rs", "use crate::{db, documents::View};").is_empty());
    assert_eq!(
        broken("src/documents/pdf.rs", "use crate::{billing, db};").len(),
        1
    );
}
