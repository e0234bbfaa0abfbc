//! The closed readings of all contracts, the newest first.

use axum::extract::State;
use axum::response::Response;

use super::super::answer::Failed;
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::table::{
    self, Asked, Cell, Filter, Kind, List, Listing, Rows, Texts, Value, column,
};
use super::super::words::{Argument, Words};
use super::levels::share;
use super::readings::{covered_in, metered, quantity};
use super::{href, text};
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::billing::Ratio;
use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, Price};
use crate::db::browse::Window;
use crate::db::readings::list::{ClosedReading, ReadingFilter, ReadingOrder};
use crate::usecases::Failure;
use crate::usecases::usage::{browse, meters};
use crate::web::format;

static LIST: List = List {
    key: "usage",
    path: "/usage",
    place: Place::Usage,
    columns: &[
        column("contract", Kind::Head, |words| words.say("fact-contract"))
            .always()
            .sorts()
            .second(|words| words.say("column-title")),
        column("name", Kind::Words, |words| words.say("usage-meter"))
            .second(|words| words.say("column-instance")),
        column("meter", Kind::Fact, |words| words.say("column-meter-name"))
            .sorts()
            .on_demand(),
        column("period", Kind::Fact, |words| words.say("usage-period")),
        column("from", Kind::Day, |words| words.say("column-start"))
            .sorts()
            .on_demand(),
        column("quantity", Kind::Figure, |words| {
            words.say("invoice-quantity")
        }),
        column("coverage", Kind::Share, |words| words.say("usage-coverage")),
        column("closed", Kind::Day, |words| words.say("usage-closed-at"))
            .sorts()
            .second(|words| words.say("column-revision")),
        column("state", Kind::State, |words| words.say("column-state")),
    ],
    order: ("closed", true),
    texts: |words| Texts {
        title: words.say("usage-title"),
        filter: words.say("usage-filter"),
        clear: words.say("usage-clear"),
        none: words.say("usage-none-text"),
        empty: (
            words.say("usage-empty-title"),
            words.say("usage-empty-text"),
        ),
    },
    sum: |words, count, filtered| {
        let count = [("count", Argument::Count(count))];
        match filtered {
            true => words.with("usage-found", &count),
            false => words.with("usage-all", &count),
        }
    },
};

/// The list for somebody, narrowed.
struct Readings<'a> {
    app: &'a App,
    words: Words,
    by: &'a Principal,
    filter: ReadingFilter,
    /// Meters to choose from.
    meters: Vec<String>,
}

impl Listing for Readings<'_> {
    type By = ReadingOrder;
    const LIST: &'static List = &LIST;

    fn by(key: &str) -> Option<ReadingOrder> {
        match key {
            "contract" => Some(ReadingOrder::Contract),
            "meter" => Some(ReadingOrder::Meter),
            "from" => Some(ReadingOrder::Period),
            "closed" => Some(ReadingOrder::Closed),
            _ => None,
        }
    }

    fn filters(&self) -> Vec<Filter> {
        let chosen = self.filter.meter.as_ref();
        let meter = |meter: &String| (meter.clone(), meter.clone(), chosen == Some(meter));
        vec![
            Filter::Search {
                name: "contract",
                label: self.words.say("usage-filter-text"),
                value: self.filter.of.clone().unwrap_or_default(),
            },
            Filter::Pick {
                name: "meter",
                label: self.words.say("usage-meter"),
                choices: self.meters.iter().map(meter).collect(),
            },
        ]
    }

    fn fills(&self) -> Option<(String, String)> {
        let prepare = || {
            (
                self.words.say("empty-prepare-run"),
                "/runs#prepare".to_owned(),
            )
        };
        self.by.may(Permission::PreviewRun).then(prepare)
    }

    async fn load(&self, window: Window<ReadingOrder>) -> Result<Rows, Failure> {
        let found = browse(self.app, self.by, &self.filter, &window).await?;
        let ((readings, contracts), pages) = found;
        let row = |one: &ClosedReading| row(self.words, contracts.get(&one.contract), one);
        Ok((readings.iter().map(row).collect(), pages))
    }
}

/// `GET /usage`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let meters = meters(&shared.app, &who.principal).await;
    let readings = Readings {
        app: &shared.app,
        words,
        by: &who.principal,
        filter: ReadingFilter {
            of: asked.typed("contract"),
            meter: asked.typed("meter"),
        },
        meters: meters.map_err(|error| Failed::of(words, error))?,
    };
    table::list(&shared, words, &who, (&readings, &asked)).await
}

fn row(words: Words, contract: Option<&Contract>, reading: &ClosedReading) -> Vec<Cell> {
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
    let title = contract.map(|contract| contract.title.as_str());
    let name = item.map_or(reading.meter.as_str(), |item| item.name.get(words.0));
    let span = period.map(|period| format::span_in_words(period, words.0));
    let at = reading.recorded_at;
    let closed = Cell {
        second: format!(
            "{} UTC, {}",
            at.format("%H:%M"),
            words.with("usage-revision", &text("revision", &revision))
        ),
        second_value: Value::Decimal(revision.clone()),
        ..Cell::day(words, at.date_naive())
    };
    vec![
        Cell::head(
            reading.contract.as_str(),
            href("/usage", &reading.contract),
            title.unwrap_or_default(),
        ),
        Cell::words(name, reading.instance.as_str()),
        Cell::words(reading.meter.as_str(), ""),
        Cell::words(span.unwrap_or_default(), ""),
        Cell::day(words, reading.from),
        Cell::figure(quantity, unit, reading.quantity.clone()),
        Cell::words(
            coverage
                .and_then(|ratio| covered_in(words, ratio, 2))
                .unwrap_or_default(),
            "",
        )
        .exact(Value::Text(
            coverage
                .and_then(|ratio| share(words, ratio))
                .unwrap_or_default(),
        )),
        closed.exact(Value::Moment(at)),
        Cell::state(match reading.replaced {
            true => ("open", words.say("usage-replaced")),
            false => ("good", words.say("usage-closed")),
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_sorts_has_an_order() {
        table::tests::sorts::<Readings<'_>>();
    }
}
