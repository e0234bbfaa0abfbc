//! The own use: contracts with readings, and one of them by meter and period.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::access::{encoded, go};
use super::super::answer::{Failed, html};
use super::super::customers::usage_item::{ItemBody, sub};
use super::super::customers::usage_now::Now;
use super::super::customers::usage_of::{Asked, Meters, years};
use super::super::guard::Who;
use super::super::parts::PublicFrame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::frame::Place;
use crate::db::readings::list::ReadingFilter;
use crate::usecases::portal::own;
use crate::usecases::usage::{of_contract, of_item, page, running_now};
use crate::web::format;

/// Readings that are looked through for their contracts.
const LOOKED_AT: u64 = 200;

#[derive(Template)]
#[template(path = "portal/usage.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    customer: String,
    /// Number, title and address of each contract.
    contracts: Vec<(String, String, String)>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/usage`: the contracts with readings, or the only one.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let failed = |failure: crate::usecases::Failure| Failed::of(words, failure);
    let all = ReadingFilter::default();
    let newest = page(&shared.app, &who.principal, &all, (None, LOOKED_AT)).await;
    let contracts = newest.map_err(failed)?.contracts.into_values();
    let contracts: Vec<(String, String, String)> = contracts
        .map(|contract| {
            let href = format!("/portal/usage/{}", encoded(&contract.number));
            (contract.number, contract.title, href)
        })
        .collect();
    if let [(_, _, only)] = contracts.as_slice() {
        return Ok(go(only, []));
    }
    let customer = own::customer(&shared.app, &who.principal).await;
    let title = words.say("portal-usage-title");
    html(
        words,
        &Page {
            frame: shared.portal(words, &who, Place::Usage, title),
            words,
            customer: customer.map_err(failed)?.legal_name,
            contracts,
        },
    )
}

#[derive(Template)]
#[template(path = "portal/usage-of.html")]
struct OfPage {
    frame: PublicFrame,
    words: Words,
    customer: String,
    lead: String,
    years: Vec<(String, String, bool)>,
    now: Now,
    body: Meters,
}

impl OfPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/usage/{contract}`.
pub(in super::super) async fn of(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let year = asked.year.parse().ok();
    let found = of_contract(&shared.app, &who.principal, &number, year).await;
    let Some(sheet) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let now = running_now(&shared.app, &who.principal, &sheet.contract).await;
    let now = now.map_err(|error| Failed::of(words, error))?;
    let shown = sheet.year.to_string();
    let contract = format::unbroken(&sheet.contract.number);
    let lead = [
        ("contract", Argument::Text(&sheet.contract.title)),
        ("number", Argument::Text(&contract)),
        ("year", Argument::Text(&shown)),
    ];
    html(
        words,
        &OfPage {
            frame: shared.portal(words, &who, Place::Usage, words.say("portal-usage-title")),
            lead: words.with("portal-usage-lead", &lead),
            years: years(&sheet, "/portal/usage"),
            now: Now::of(words, (&sheet.contract.number, &now), "/portal/usage"),
            body: Meters::of(words, &sheet, "/portal/invoices"),
            customer: sheet.customer,
            words,
        },
    )
}

#[derive(Template)]
#[template(path = "portal/usage-item.html")]
struct ItemPage {
    frame: PublicFrame,
    words: Words,
    usage_href: String,
    sub: String,
    body: ItemBody,
}

impl ItemPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/usage/{contract}/{item}`.
pub(in super::super) async fn item(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, item)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let found = of_item(&shared.app, &who.principal, (&number, &item)).await;
    let Some(sheet) = found.map_err(|error| Failed::of(words, error))? else {
        return Err(Failed::missing(words));
    };
    let name = sheet.item.item.name.get(words.0);
    let title = words.with("running-title", &[("item", Argument::Text(name))]);
    html(
        words,
        &ItemPage {
            frame: shared.portal(words, &who, Place::Usage, title),
            usage_href: format!("/portal/usage/{}", encoded(&number)),
            sub: sub(words, &sheet),
            body: ItemBody::of(words, &sheet, false),
            words,
        },
    )
}
