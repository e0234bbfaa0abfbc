//! What pages show, programs read: each page has an address of the API, or a reason why not.

use std::collections::BTreeSet;

use axum::http::Method;
use herdbook::access::Permission;
use herdbook::web::guard::{Open, Route};
use herdbook::web::routes::table;

/// Pages, and where programs read what they show.
const PAGES: [(&str, &str); 30] = [
    ("/audit", "/api/v1/audit-records"),
    ("/audit/{id}", "/api/v1/audit-records"),
    ("/contracts", "/api/v1/contracts"),
    ("/contracts/{number}", "/api/v1/contracts/{number}"),
    ("/customers", "/api/v1/customers"),
    ("/customers/{number}", "/api/v1/customers/{number}"),
    ("/customers/{number}/webhook", "/api/v1/webhooks/{customer}"),
    ("/invoices", "/api/v1/invoices"),
    // Its section of payments.
    ("/invoices/{number}", "/api/v1/payments"),
    ("/jobs", "/api/v1/jobs"),
    ("/portal/invoices", "/api/v1/invoices"),
    ("/portal/invoices/{number}", "/api/v1/invoices/{number}"),
    (
        "/portal/invoices/{number}/{kind}",
        "/api/v1/invoices/{number}/documents/{kind}",
    ),
    (
        "/documents/{number}/{kind}",
        "/api/v1/invoices/{number}/documents/{kind}",
    ),
    ("/portal/usage", "/api/v1/readings"),
    (
        "/portal/usage/{contract}",
        "/api/v1/contracts/{number}/usage",
    ),
    (
        "/portal/usage/{contract}/{item}",
        "/api/v1/contracts/{number}/usage",
    ),
    ("/runs", "/api/v1/runs"),
    ("/runs/{id}", "/api/v1/runs/{id}"),
    ("/settings/seller", "/api/v1/sellers"),
    ("/settings/seller/{code}", "/api/v1/sellers/{code}"),
    ("/settings/tokens", "/api/v1/tokens"),
    ("/settings/users", "/api/v1/users"),
    ("/settings/users/{id}", "/api/v1/users/{id}"),
    ("/sources", "/api/v1/sources"),
    ("/sources/aside/{id}", "/api/v1/quarantine"),
    ("/sources/{name}", "/api/v1/sources/{name}"),
    ("/targets", "/api/v1/targets"),
    ("/usage", "/api/v1/readings"),
    ("/usage/{contract}", "/api/v1/contracts/{number}/usage"),
];

/// Pages without one, and why.
const WITHOUT: [(&str, &str); 17] = [
    (
        "/",
        "figures and tasks, made of what has addresses of its own",
    ),
    (
        "/account",
        "sessions and passkeys of a person, who has no token there",
    ),
    ("/account/display", "how pages look to one person"),
    (
        "/account/tokens",
        "a token tells of itself (/api/v1/me), not of its owner's others",
    ),
    ("/outlook/cash", "a figure, made of open amounts"),
    ("/outlook/contracted", "a figure, made of contracts"),
    (
        "/outlook/open",
        "/api/v1/open-amounts, for whoever reads the ledger",
    ),
    ("/outlook/recurring", "a figure, made of contracts"),
    ("/portal", "leads on"),
    ("/portal/account", "sessions of a person"),
    ("/portal/contact", "a form"),
    (
        "/portal/invoices/{number}/paid",
        "where a payer comes back to",
    ),
    ("/search", "leads on to what has addresses of its own"),
    ("/signed-in", "leads on"),
    ("/styleguide", "shows parts of pages, no facts"),
    (
        "/usage/{contract}/{item}",
        "a running period, /api/v1/contracts/{number}/usage by item",
    ),
    ("/why/{code}", "leads on"),
];

/// Whether whoever sees a page may read what it shows by the API.
fn reads(page: Open, resource: Open) -> bool {
    let within = |wanted: Permission| match resource {
        Open::To(permission) => permission == wanted,
        Open::ToEither(staff, customer) => staff == wanted || customer == wanted,
        _ => false,
    };
    match page {
        Open::To(permission) => within(permission),
        _ => false,
    }
}

#[test]
fn what_a_page_shows_is_read_by_programs_or_there_is_a_reason() {
    let table = table();
    let of = |path: &str| {
        let mut own = table.iter();
        own.find(|route| route.method == Method::GET && route.path == path)
    };
    // Facts of the book are shown to people who are signed in; forms show none.
    let shows = |route: &&Route| {
        let page = route.method == Method::GET && !route.path.starts_with("/api/");
        let form = ["/new", "/edit", "/cancel"];
        let form = form.iter().any(|end| route.path.ends_with(end));
        page && !form && !matches!(route.open, Open::Anyone | Open::Visitors)
    };
    let shown: BTreeSet<&str> = table.iter().filter(shows).map(|route| route.path).collect();
    let named = PAGES.iter().map(|(page, _)| *page);
    let named: BTreeSet<&str> = named.chain(WITHOUT.map(|(page, _)| page)).collect();
    assert_eq!(
        named.len(),
        PAGES.len() + WITHOUT.len(),
        "each is named once"
    );
    assert_eq!(
        shown, named,
        "a page and its address of the API, or why it has none"
    );
    for (page, resource) in PAGES {
        let (Some(page), Some(resource)) = (of(page), of(resource)) else {
            panic!("{page}: there is no {resource}");
        };
        assert!(
            reads(page.open, resource.open),
            "{}: {}",
            page.path,
            resource.path
        );
    }
}
