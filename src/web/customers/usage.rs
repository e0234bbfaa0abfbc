//! The newest closed readings of all contracts, a page at a time.

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
use super::readings::{covered, metered, quantity};
use super::{Address, Pages, ROWS, day, first, href, text, typed};
use crate::billing::Ratio;
use crate::billing::calendar::Period;
use crate::billing::contract::Price;
use crate::db::readings::list::{ClosedReading, ReadingFilter};
use crate::documents::format;
use crate::usecases::usage::{Newest, page};

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    contract: String,
    meter: String,
    after: String,
    from: String,
}

impl Asked {
    fn filter(&self) -> ReadingFilter {
        ReadingFilter {
            of: typed(&self.contract),
            meter: typed(&self.meter),
        }
    }
}

#[derive(Template)]
#[template(path = "customers/usage.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    contract: String,
    meters: Vec<(String, bool)>,
    rows: Vec<Row>,
    filtered: bool,
    pages: Pages,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

struct Row {
    contract: String,
    href: String,
    title: String,
    name: String,
    instance: String,
    period: String,
    quantity: String,
    unit: String,
    coverage: String,
    closed: String,
    revision: String,
    state: &'static str,
    state_text: String,
}

/// `GET /usage`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let filter = asked.filter();
    let before: Option<i64> = asked.after.parse().ok();
    let found = page(&shared.app, &who.principal, &filter, (before, ROWS)).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    let filtered = filter != ReadingFilter::default();
    let count = [("count", Argument::Count(found.page.count))];
    let sub = match filtered {
        true => words.with("usage-found", &count),
        false => words.with("usage-all", &count),
    };
    let address = Address {
        path: "/usage",
        parts: vec![
            ("contract", filter.of.clone().unwrap_or_default()),
            ("meter", filter.meter.clone().unwrap_or_default()),
        ],
    };
    let closed = found.page.readings.iter();
    let rows: Vec<Row> = closed.map(|reading| row(words, &found, reading)).collect();
    let after = if before.is_some() { "x" } else { "" };
    let shown = (first(after, &asked.from), rows.len(), found.page.count);
    let next = found.page.next.map(|id| id.to_string());
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Usage, words.say("usage-title")),
            sub,
            contract: filter.of.clone().unwrap_or_default(),
            meters: found
                .meters
                .iter()
                .map(|meter| (meter.clone(), Some(meter) == filter.meter.as_ref()))
                .collect(),
            filtered,
            pages: address.pages(words, shown, next),
            rows,
            words,
        },
    )
}

fn row(words: Words, found: &Newest, reading: &ClosedReading) -> Row {
    let contract = found.contracts.get(&reading.contract);
    let item = contract
        .and_then(|contract| metered(contract, &reading.meter, &reading.instance, reading.from));
    let unit = item.and_then(|item| match &item.price {
        Price::Usage { unit, .. } => Some(*unit),
        _ => None,
    });
    let (quantity, unit) = quantity(words, &reading.quantity, unit);
    let period = Period::new(reading.from, reading.to).ok();
    let coverage = Ratio::try_from(reading.coverage.clone()).ok();
    let revision = reading.revision.to_string();
    let (state, state_text) = match reading.replaced {
        true => ("open", words.say("usage-replaced")),
        false => ("good", words.say("usage-closed")),
    };
    Row {
        contract: reading.contract.clone(),
        href: href("/usage", &reading.contract),
        title: contract
            .map(|contract| contract.title.clone())
            .unwrap_or_default(),
        name: item.map_or_else(
            || reading.meter.clone(),
            |item| item.name.get(words.0).to_owned(),
        ),
        instance: reading.instance.clone(),
        period: period
            .map(|period| format::span_in_words(period, words.0))
            .unwrap_or_default(),
        quantity,
        unit,
        coverage: coverage
            .and_then(|ratio| covered(words, ratio))
            .unwrap_or_default(),
        closed: day(words, reading.recorded_at.date_naive()),
        revision: format!(
            "{} UTC, {}",
            reading.recorded_at.format("%H:%M"),
            words.with("usage-revision", &text("revision", &revision))
        ),
        state,
        state_text,
    }
}
