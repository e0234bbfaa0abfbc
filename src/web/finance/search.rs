//! Search: the palette's fragment, and the page of it for those without a script.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use crate::access::Permission;
use crate::billing::invoice::Invoice;
use crate::db::invoices::list::InvoiceFilter;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::invoices::page;

/// Invoices that are offered.
const OFFERED: u64 = 8;

#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    q: String,
}

/// A page or record to go to.
struct Hit {
    id: String,
    href: String,
    text: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "finance/search.html")]
struct Page {
    frame: Frame,
    words: Words,
    text: String,
    pages: Vec<Hit>,
    invoices: Vec<Hit>,
    status: String,
}

#[derive(Template)]
#[template(path = "finance/results.html")]
struct Fragment {
    words: Words,
    pages: Vec<Hit>,
    invoices: Vec<Hit>,
    status: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

impl Fragment {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /search?q=`; with the header `x-fragment: results` only the results.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let text: String = asked.q.trim().chars().take(100).collect();
    let pages = pages(words, &who, &text);
    let invoices = invoices(&shared, &who, &text).await;
    let invoices = invoices.map_err(|error| Failed::of(words, error))?;
    let count = (pages.len() + invoices.len()) as u64;
    let status = words.with("results-found", &[("count", Argument::Count(count))]);
    if headers.get("x-fragment").is_some() {
        return html(
            words,
            &Fragment {
                words,
                pages,
                invoices,
                status,
            },
        );
    }
    let title = words.say("search-title");
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Nowhere, title),
            words,
            text,
            pages,
            invoices,
            status,
        },
    )
}

fn pages(words: Words, who: &SignedIn, text: &str) -> Vec<Hit> {
    let mut all = vec![
        (words.say("nav-components"), "/styleguide"),
        (words.say("nav-account"), "/account"),
    ];
    if who.principal.may(Permission::ReadUsers) {
        all.insert(0, (words.say("nav-users"), "/settings/users"));
    }
    if who.principal.may(Permission::ReadInvoices) {
        all.insert(0, (words.say("nav-invoices"), "/invoices"));
    }
    if who.principal.may(Permission::ReadRuns) {
        all.insert(0, (words.say("nav-runs"), "/runs"));
    }
    if who.principal.may(Permission::ReadUsage) {
        all.insert(0, (words.say("usage-title"), "/usage"));
    }
    if who.principal.may(Permission::ReadContracts) {
        all.insert(0, (words.say("contract-title"), "/contracts"));
    }
    if who.principal.may(Permission::ReadCustomers) {
        all.insert(0, (words.say("customer-title"), "/customers"));
    }
    let wanted = text.to_lowercase();
    let matching = all
        .into_iter()
        .filter(|(name, _)| name.to_lowercase().contains(&wanted));
    (1_usize..)
        .zip(matching)
        .map(|(n, (text, href))| Hit {
            id: format!("page-{n}"),
            href: href.to_owned(),
            text,
            detail: String::new(),
        })
        .collect()
}

async fn invoices(shared: &Shared, who: &SignedIn, text: &str) -> Result<Vec<Hit>, Failure> {
    if text.is_empty() || !who.principal.may(Permission::ReadInvoices) {
        return Ok(Vec::new());
    }
    let filter = InvoiceFilter {
        text: Some(text.to_owned()),
        year: None,
    };
    let (page, _) = page(&shared.app, &who.principal, &filter, (None, OFFERED)).await?;
    let hits = page.invoices.iter().map(|stored| {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        Ok(Hit {
            id: format!("invoice-{}", stored.id.0),
            href: format!("/invoices/{number}"),
            text: number.to_owned(),
            detail: view.customer.legal_name.clone(),
        })
    });
    hits.collect()
}
