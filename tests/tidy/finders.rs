//! Rows of customers are found within a scope, or by the program itself: a finder that takes
//! neither has nothing to filter by.

use crate::source;
use crate::tree::File;

/// Types of rows that belong to a customer.
const ROWS: &[&str] = &[
    "Account",
    "Checkout",
    "ContractParties",
    "CreditRecord",
    "CustomerBalance",
    "DocumentRecord",
    "EntryRecord",
    "FedEntry",
    "Held",
    "Hook",
    "InvoicePage",
    "LineRecord",
    "PaymentFile",
    "ReadingRecord",
    "Receivable",
    "Refund",
    "RefundUnderWay",
    "SlaRecord",
    "StoredAlert",
    "StoredInvoice",
    "Version",
];

/// Finders without a scope, each group with its reason.
const WITHOUT: &[(&str, &[&str])] = &[
    // Who signs in has no scope yet: an account is found by what somebody proves or was sent.
    (
        "src/db/access/accounts.rs",
        &["by_email", "by_identity", "get", "of_customer"],
    ),
    ("src/db/access/sessions.rs", &["get"]),
    // The ledger is the house's. Its one reader asks for a permission that only staff have.
    ("src/db/ledger/feed.rs", &["feed"]),
    // Between us and the gateway: reached from an invoice or a payment that was found in scope.
    (
        "src/db/payments/checkouts.rs",
        &[
            "all_running",
            "by_key",
            "by_session",
            "newest",
            "running",
            "with_session",
        ],
    ),
    ("src/db/payments/refunds.rs", &["by_key", "sending"]),
    // Sellers are no customers.
    ("src/db/sellers.rs", &["as_of", "history", "states_at"]),
    // What the finders of customers, contracts and sellers are made of.
    (
        "src/db/versions.rs",
        &[
            "as_of",
            "at_edition",
            "by_ids",
            "history",
            "query",
            "query_all",
        ],
    ),
];

/// Finders of a file that read rows of customers and take no scope.
fn unscoped(file: &File) -> Vec<String> {
    let shipped = source::shipped(&file.text);
    let mut found = Vec::new();
    for (at, _) in shipped.match_indices("pub async fn ") {
        let item = &shipped[at + "pub async fn ".len()..];
        let head = item.split('{').next().unwrap_or_default();
        let name = head.split(['(', '<']).next().unwrap_or_default();
        // What takes a transaction alone changes rows, or holds those that somebody has found.
        let Some((arguments, answer)) = head.rsplit_once("->") else {
            continue;
        };
        let reads = arguments.contains("impl Source");
        let scoped = ["Scope", "Program"]
            .iter()
            .any(|word| source::has_word(arguments, word));
        let rows = ROWS.iter().any(|row| source::has_word(answer, row));
        if reads && rows && !scoped {
            found.push(name.to_owned());
        }
    }
    found.sort();
    found
}

pub fn findings(file: &File) -> Vec<String> {
    if !file.is_rust() || !file.under("src/db/") {
        return Vec::new();
    }
    let known = WITHOUT.iter().find(|(path, _)| *path == file.path);
    let known = known.map_or(&[][..], |(_, names)| names);
    let found = unscoped(file);
    let path = &file.path;
    let new = found.iter().filter(|name| !known.contains(&name.as_str()));
    let new = new.map(|name| format!("{path}: {name} finds rows of customers: take a Scope"));
    let gone = known
        .iter()
        .filter(|name| !found.iter().any(|one| one == *name));
    let gone = gone.map(|name| format!("{path}: {name} is no exception any more"));
    new.chain(gone).collect()
}

#[test]
fn a_finder_without_a_scope_is_found() {
    let broken = |path: &str, text: &str| {
        let (path, text) = (path.to_owned(), text.to_owned());
        findings(&File { path, text }).len()
    };
    let path = "src/db/invoices/mod.rs";
    let finder = |arguments: &str, answer: &str| {
        format!("pub async fn page<B>(on: &impl Source{arguments}) -> Result<{answer}, E> {{}}")
    };
    assert_eq!(broken(path, &finder(", id: &str", "Vec<StoredInvoice>")), 1);
    assert_eq!(
        broken("src/web/api/mod.rs", &finder("", "Vec<StoredInvoice>")),
        0
    );
    for scoped in [
        ", scope: Scope",
        ", scope: impl Into<Scope>",
        ", _: Program",
    ] {
        assert_eq!(
            broken(path, &finder(scoped, "Option<Version<B>>")),
            0,
            "{scoped}"
        );
    }
    assert_eq!(
        broken(path, &finder("", "Vec<String>")),
        0,
        "no row of a customer"
    );
    assert_eq!(
        broken("src/db/ledger/feed.rs", ""),
        1,
        "an exception that is none"
    );
}
