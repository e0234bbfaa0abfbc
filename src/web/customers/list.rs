//! The list of customers.

use axum::extract::State;
use axum::response::Response;

use super::super::answer::Failed;
use super::super::countries;
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::table::{
    self, Asked, Cell, Filter, Kind, List, Listing, Rows, Texts, Value, column,
};
use super::super::words::{Argument, Words};
use super::href;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::billing::party::{Customer, CustomerKind};
use crate::db::browse::Window;
use crate::db::customers::browse::CustomerOrder;
use crate::db::customers::list::CustomerFilter;
use crate::usecases::Failure;
use crate::usecases::customers::{browse, countries};

static LIST: List = List {
    key: "customers",
    path: "/customers",
    place: Place::Customers,
    columns: &[
        column("number", Kind::Head, |words| words.say("column-number"))
            .always()
            .sorts(),
        column("name", Kind::Words, |words| words.say("column-customer"))
            .sorts()
            .second(|words| words.say("customer-kind")),
        column("country", Kind::Words, |words| {
            words.say("customer-country")
        }),
        column("format", Kind::Fact, |words| words.say("customer-format")),
        column("contracts", Kind::Day, |words| words.say("contract-title")),
        column("invoices", Kind::Actions, |words| words.say("nav-invoices")),
    ],
    order: ("number", false),
    texts: |words| Texts {
        title: words.say("customer-title"),
        filter: words.say("customer-filter"),
        clear: words.say("customer-clear"),
        none: words.say("invoices-none-text"),
        empty: (
            words.say("customer-empty-title"),
            words.say("customer-empty-text"),
        ),
    },
    sum: |words, count, filtered| {
        let count = [("count", Argument::Count(count))];
        match filtered {
            true => words.with("customer-found", &count),
            false => words.with("customer-all", &count),
        }
    },
};

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

/// The list for somebody, narrowed.
struct Customers<'a> {
    app: &'a App,
    words: Words,
    by: &'a Principal,
    filter: CustomerFilter,
    /// Codes of the countries to choose from.
    countries: Vec<String>,
}

fn filter(asked: &Asked) -> CustomerFilter {
    let asked_kind = asked.one("kind");
    let known = KINDS.into_iter().find(|(code, _)| *code == asked_kind);
    CustomerFilter {
        text: asked.typed("q"),
        country: asked.typed("country"),
        kind: known.map(|(code, _)| code.to_owned()),
    }
}

impl Listing for Customers<'_> {
    type By = CustomerOrder;
    const LIST: &'static List = &LIST;

    fn by(key: &str) -> Option<CustomerOrder> {
        match key {
            "number" => Some(CustomerOrder::Number),
            "name" => Some(CustomerOrder::Name),
            _ => None,
        }
    }

    fn filters(&self) -> Vec<Filter> {
        let (words, filter) = (self.words, &self.filter);
        let country = |code: &String| {
            let name = countries::name(words, code);
            (code.clone(), name, filter.country.as_ref() == Some(code))
        };
        let mut countries: Vec<_> = self.countries.iter().map(country).collect();
        countries.sort_by(|a, b| a.1.cmp(&b.1));
        let one = |(code, of): (&str, CustomerKind)| {
            let chosen = filter.kind.as_deref() == Some(code);
            (code.to_owned(), kind(words, of), chosen)
        };
        vec![
            Filter::Search {
                name: "q",
                label: words.say("customer-filter-text"),
                value: filter.text.clone().unwrap_or_default(),
            },
            Filter::Pick {
                name: "country",
                label: words.say("customer-country"),
                choices: countries,
            },
            Filter::Pick {
                name: "kind",
                label: words.say("customer-kind"),
                choices: KINDS.into_iter().map(one).collect(),
            },
        ]
    }

    fn actions(&self) -> Vec<(String, String)> {
        let new = || (self.words.say("customer-new"), "/customers/new".to_owned());
        let may = self.by.may(Permission::EditCustomers);
        may.then(new).into_iter().collect()
    }

    async fn load(&self, window: Window<CustomerOrder>) -> Result<Rows, Failure> {
        let (found, pages) = browse(self.app, self.by, &self.filter, &window).await?;
        let invoices = self.by.may(Permission::ReadInvoices);
        let row =
            |(customer, running): &(Customer, u64)| row(self.words, invoices, (customer, *running));
        Ok((found.iter().map(row).collect(), pages))
    }
}

/// `GET /customers`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let countries = countries(&shared.app, &who.principal).await;
    let customers = Customers {
        app: &shared.app,
        words,
        by: &who.principal,
        filter: filter(&asked),
        countries: countries.map_err(|error| Failed::of(words, error))?,
    };
    table::list(&shared, words, &who, (&customers, &asked)).await
}

fn row(words: Words, invoices: bool, (customer, running): (&Customer, u64)) -> Vec<Cell> {
    let number = customer.number.to_string();
    let many = words.with("customer-running", &[("count", Argument::Count(running))]);
    let invoices = invoices.then(|| (words.say("nav-invoices"), format!("/invoices?q={number}")));
    vec![
        Cell::head(number.as_str(), href("/customers", &number), ""),
        Cell::words(customer.legal_name.as_str(), kind(words, customer.kind)),
        Cell::words(countries::name(words, &customer.address.country), ""),
        Cell::words(customer.routing.format.title(), ""),
        Cell::words(many, "").exact(Value::Decimal(running.to_string())),
        Cell::links(invoices, &number),
    ]
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
        let asked = Asked::of("q=%20%20&kind=nobility");
        assert_eq!(filter(&asked), CustomerFilter::default());
    }

    #[test]
    fn every_column_that_sorts_has_an_order() {
        table::tests::sorts::<Customers<'_>>();
    }
}
