//! Search: the palette's fragment, and the page of it for those without a script.
//!
//! It finds what the reader may see, and offers what the reader may do.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::access::encoded;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use crate::access::Permission as P;
use crate::access::Principal;
use crate::billing::invoice::Invoice;
use crate::db::browse::{Pages, Window};
use crate::db::contracts::browse::ContractOrder;
use crate::db::contracts::list::ContractFilter;
use crate::db::customers::browse::CustomerOrder;
use crate::db::customers::list::CustomerFilter;
use crate::db::invoices::browse::InvoiceOrder;
use crate::db::invoices::list::InvoiceFilter;
use crate::usecases::Failure;
use crate::usecases::{contracts, customers, invoices};
use crate::web::format;

/// Records of a kind that are offered.
const OFFERED: u64 = 6;

#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    q: String,
}

/// A page or record to go to, or something to do.
struct Hit {
    href: String,
    text: String,
    detail: String,
}

/// Hits of one kind.
struct Group {
    key: &'static str,
    label: String,
    hits: Vec<Hit>,
    /// Where the rest is listed, with its words; empty when all of it is shown.
    more: (String, String),
}

impl Group {
    fn of(key: &'static str, label: String, hits: Vec<Hit>) -> Self {
        Self {
            key,
            label,
            hits,
            more: Default::default(),
        }
    }

    /// Says how many of all are shown, and links to the list of them.
    fn of_all(mut self, words: Words, (pages, list): (&Pages, &str), text: &str) -> Self {
        let shown = self.hits.len() as u64;
        if pages.count > shown {
            let arguments = [
                ("shown", Argument::Count(shown)),
                ("count", Argument::Count(pages.count)),
                ("list", Argument::Text(self.label.as_str())),
            ];
            let href = format!("{list}?q={}", encoded(text));
            let said = match pages.more {
                true => words.with("search-more-many", &arguments),
                false => words.with("search-more", &arguments),
            };
            self.more = (said, href);
        }
        self
    }
}

#[derive(Template)]
#[template(path = "finance/search.html")]
struct Page {
    frame: Frame,
    words: Words,
    text: String,
    groups: Vec<Group>,
    status: String,
}

#[derive(Template)]
#[template(path = "finance/results.html")]
struct Fragment {
    groups: Vec<Group>,
    status: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// What can be looked for. Numbers of documents never break.
    fn examples(&self) -> String {
        let [invoice, contract] = ["RE-2026-00001", "C-10003"].map(format::unbroken);
        let numbers = [
            ("invoice", Argument::Text(&invoice)),
            ("contract", Argument::Text(&contract)),
        ];
        self.words.with("search-examples", &numbers)
    }
}

/// Who may do it, what it is called, where it begins.
type Action = (P, fn(Words) -> String, &'static str);

/// What can be done.
const ACTIONS: &[Action] = &[
    (
        P::PreviewRun,
        |words| words.say("do-prepare-run"),
        "/runs#prepare",
    ),
    (
        P::EditCustomers,
        |words| words.say("do-new-customer"),
        "/customers/new",
    ),
    (
        P::ManageUsers,
        |words| words.say("do-invite-user"),
        "/settings/users#invite",
    ),
];

/// `GET /search?q=`; with the header `x-fragment: results` only the results.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let text: String = asked.q.trim().chars().take(100).collect();
    let frame = shared.frame(words, &who, Place::Nowhere, words.say("search-title"));
    let by = &who.principal;
    let mut groups = vec![pages(words, &frame, &text)];
    if !text.is_empty() {
        let found = records(&shared, words, by, &text).await;
        groups.extend(found.map_err(|error| Failed::of(words, error))?);
    }
    groups.push(actions(words, by, &text));
    groups.retain(|group| !group.hits.is_empty());
    let count: usize = groups.iter().map(|group| group.hits.len()).sum();
    let status = words.with("results-found", &[("count", Argument::Count(count as u64))]);
    if headers.get("x-fragment").is_some() {
        return html(words, &Fragment { groups, status });
    }
    html(
        words,
        &Page {
            frame,
            words,
            text,
            groups,
            status,
        },
    )
}

fn holds(name: &str, wanted: &str) -> bool {
    name.to_lowercase().contains(&wanted.to_lowercase())
}

/// The pages of the side bar, and those of the reader's own.
fn pages(words: Words, frame: &Frame, text: &str) -> Group {
    let places = frame.nav.iter().flatten();
    let places = places.map(|link| (link.label.clone(), link.href.clone()));
    let own = [
        (words.say("nav-account"), "/account".to_owned()),
        (words.say("display-title"), "/account/display".to_owned()),
    ];
    let matching = places.chain(own).filter(|(name, _)| holds(name, text));
    let hit = |(text, href)| Hit {
        href,
        text,
        detail: String::new(),
    };
    Group::of("pages", words.say("search-go"), matching.map(hit).collect())
}

fn actions(words: Words, by: &Principal, text: &str) -> Group {
    let allowed = ACTIONS
        .iter()
        .filter(|(permission, ..)| by.may(*permission));
    let named = allowed.map(|(_, name, href)| (name(words), (*href).to_owned()));
    let matching = named.filter(|(name, _)| holds(name, text));
    let hit = |(text, href)| Hit {
        href,
        text,
        detail: String::new(),
    };
    Group::of(
        "actions",
        words.say("search-do"),
        matching.map(hit).collect(),
    )
}

/// Customers, contracts and invoices that the reader may see.
async fn records(
    shared: &Shared,
    words: Words,
    by: &Principal,
    text: &str,
) -> Result<Vec<Group>, Failure> {
    let mut groups = Vec::new();
    if by.may(P::ReadCustomers) {
        let (hits, pages) = of_customers(shared, by, text).await?;
        let group = Group::of("customers", words.say("customer-title"), hits);
        groups.push(group.of_all(words, (&pages, "/customers"), text));
    }
    if by.may(P::ReadContracts) {
        let (hits, pages) = of_contracts(shared, by, text).await?;
        let group = Group::of("contracts", words.say("contract-title"), hits);
        groups.push(group.of_all(words, (&pages, "/contracts"), text));
        let servers = of_servers(shared, by, text).await?;
        groups.push(Group::of("servers", words.say("search-servers"), servers));
    }
    if by.may(P::ReadInvoices) {
        let (hits, pages) = of_invoices(shared, by, text).await?;
        let group = Group::of("invoices", words.say("search-invoices"), hits);
        groups.push(group.of_all(words, (&pages, "/invoices"), text));
    }
    Ok(groups)
}

/// The first ones, and how many there are in all.
type Found = Result<(Vec<Hit>, Pages), Failure>;

async fn of_customers(shared: &Shared, by: &Principal, text: &str) -> Found {
    let filter = CustomerFilter {
        text: Some(text.to_owned()),
        ..CustomerFilter::default()
    };
    let window = Window::first(CustomerOrder::Number, false, OFFERED);
    let (found, pages) = customers::browse(&shared.app, by, &filter, &window).await?;
    let hit = |(customer, _): (crate::billing::party::Customer, u64)| Hit {
        href: format!("/customers/{}", customer.number),
        text: customer.legal_name,
        detail: customer.number.to_string(),
    };
    Ok((found.into_iter().map(hit).collect(), pages))
}

/// Contracts by number, title and customer.
async fn of_contracts(shared: &Shared, by: &Principal, text: &str) -> Found {
    let filter = ContractFilter {
        text: Some(text.to_owned()),
        ..ContractFilter::default()
    };
    let window = Window::first(ContractOrder::Number, false, OFFERED);
    let (found, pages) = contracts::browse(&shared.app, by, &filter, &window).await?;
    let contract = |one: &contracts::ListedContract| {
        let customer = found.names.get(&one.contract.customer);
        let said = customer.into_iter().chain([&one.contract.title]);
        let said: Vec<&str> = said.map(String::as_str).collect();
        Hit {
            href: format!("/contracts/{}", encoded(&one.contract.number)),
            text: one.contract.number.clone(),
            detail: said.join(" · "),
        }
    };
    Ok((found.contracts.iter().map(contract).collect(), pages))
}

/// Servers by their domain, with the contract they belong to.
async fn of_servers(shared: &Shared, by: &Principal, text: &str) -> Result<Vec<Hit>, Failure> {
    let servers = contracts::instances(&shared.app, by, text, OFFERED).await?;
    let server = |(domain, contract): (String, String)| Hit {
        href: format!("/contracts/{}", encoded(&contract)),
        text: domain,
        detail: contract,
    };
    Ok(servers.into_iter().map(server).collect())
}

async fn of_invoices(shared: &Shared, by: &Principal, text: &str) -> Found {
    let filter = InvoiceFilter {
        text: Some(text.to_owned()),
        ..InvoiceFilter::default()
    };
    let window = Window::first(InvoiceOrder::Issued, true, OFFERED);
    let (found, pages) = invoices::browse(&shared.app, by, &filter, &window).await?;
    let hits = found.iter().map(|stored| {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        Ok(Hit {
            href: format!("/invoices/{number}"),
            text: number.to_owned(),
            detail: view.customer.legal_name.clone(),
        })
    });
    let hits: Result<Vec<Hit>, Failure> = hits.collect();
    Ok((hits?, pages))
}
