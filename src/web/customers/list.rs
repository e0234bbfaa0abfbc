//! The list of customers: search, filter, a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{Address, Pages, ROWS, first, href, typed};
use crate::access::Permission;
use crate::billing::party::{Customer, CustomerKind};
use crate::db::customers::list::CustomerFilter;
use crate::documents::view::country_name;
use crate::usecases::customers::{ListedCustomers, page};

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    q: String,
    country: String,
    kind: String,
    after: String,
    from: String,
}

impl Asked {
    fn filter(&self) -> CustomerFilter {
        let known = KINDS.into_iter().find(|(code, _)| *code == self.kind);
        CustomerFilter {
            text: typed(&self.q),
            country: typed(&self.country),
            kind: known.map(|(code, _)| code.to_owned()),
        }
    }
}

/// Kinds of customers by the code they are stored under.
pub(super) const KINDS: [(&str, CustomerKind); 8] = [
    ("public_body_de", CustomerKind::PublicBodyDe),
    ("public_body_eu", CustomerKind::PublicBodyEu),
    ("eu_institution", CustomerKind::EuInstitution),
    (
        "international_organisation",
        CustomerKind::InternationalOrganisation,
    ),
    ("diplomatic_mission", CustomerKind::DiplomaticMission),
    ("university", CustomerKind::University),
    ("business", CustomerKind::Business),
    ("ngo", CustomerKind::Ngo),
];

/// A choice of a filter: value, label, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "customers/customers.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    text: String,
    countries: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    filtered: bool,
    edits: bool,
    invoices: bool,
    pages: Pages,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

struct Row {
    number: String,
    href: String,
    name: String,
    kind: String,
    country: String,
    format: &'static str,
    running: String,
    invoices: String,
}

/// `GET /customers`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let filter = asked.filter();
    let after = Some(asked.after.as_str());
    let found = page(&shared.app, &who.principal, &filter, (after, ROWS)).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    let filtered = filter != CustomerFilter::default();
    let count = [("count", Argument::Count(found.page.count))];
    let sub = match filtered {
        true => words.with("customer-found", &count),
        false => words.with("customer-all", &count),
    };
    let address = Address {
        path: "/customers",
        parts: vec![
            ("q", filter.text.clone().unwrap_or_default()),
            ("country", filter.country.clone().unwrap_or_default()),
            ("kind", filter.kind.clone().unwrap_or_default()),
        ],
    };
    let rows = rows(words, &found);
    let shown = (
        first(&asked.after, &asked.from),
        rows.len(),
        found.page.count,
    );
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Customers, words.say("customer-title")),
            sub,
            text: filter.text.clone().unwrap_or_default(),
            countries: countries(words, &found.countries, filter.country.as_deref()),
            kinds: kinds(words, filter.kind.as_deref()),
            filtered,
            edits: who.principal.may(Permission::EditCustomers),
            invoices: who.principal.may(Permission::ReadInvoices),
            pages: address.pages(words, shown, found.page.next),
            rows,
            words,
        },
    )
}

fn rows(words: Words, found: &ListedCustomers) -> Vec<Row> {
    let row = |number: &str, customer: &Customer| {
        let running = found.running.get(number).copied().unwrap_or_default();
        Row {
            href: href("/customers", number),
            name: customer.legal_name.clone(),
            kind: kind(words, customer.kind),
            country: country_name(&customer.address.country, words.0).to_owned(),
            format: customer.routing.format.title(),
            running: words.with("customer-running", &[("count", Argument::Count(running))]),
            invoices: format!("/invoices?q={number}"),
            number: number.to_owned(),
        }
    };
    let customers = found.page.customers.iter();
    customers.map(|one| row(&one.owner, &one.body)).collect()
}

fn countries(words: Words, codes: &[String], chosen: Option<&str>) -> Vec<Choice> {
    let choice = |code: &String| {
        let name = country_name(code, words.0).to_owned();
        (code.clone(), name, Some(code.as_str()) == chosen)
    };
    let mut all: Vec<Choice> = codes.iter().map(choice).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

fn kinds(words: Words, chosen: Option<&str>) -> Vec<Choice> {
    let choice =
        |(code, of): (&str, CustomerKind)| (code.to_owned(), kind(words, of), Some(code) == chosen);
    KINDS.into_iter().map(choice).collect()
}

/// A kind of customer in words.
pub(super) fn kind(words: Words, kind: CustomerKind) -> String {
    match kind {
        CustomerKind::PublicBodyDe => words.say("customer-kind-public-de"),
        CustomerKind::PublicBodyEu => words.say("customer-kind-public-eu"),
        CustomerKind::EuInstitution => words.say("customer-kind-eu-institution"),
        CustomerKind::InternationalOrganisation => words.say("customer-kind-organisation"),
        CustomerKind::DiplomaticMission => words.say("customer-kind-mission"),
        CustomerKind::University => words.say("customer-kind-university"),
        CustomerKind::Business => words.say("customer-kind-business"),
        CustomerKind::Ngo => words.say("customer-kind-ngo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_codes_they_are_stored_under() {
        for (code, kind) in KINDS {
            assert_eq!(serde_json::to_value(kind).unwrap(), code);
        }
    }

    #[test]
    fn an_address_without_sense_shows_the_whole_list() {
        let asked = Asked {
            q: "  ".to_owned(),
            kind: "nobility".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.filter(), CustomerFilter::default());
    }
}
