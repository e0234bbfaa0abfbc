//! The use of one contract in a year: each meter as a drawing and as a table, with coverage,
//! revisions, the evidence it rests on, and what was billed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::access::account::moment;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::prices::{Priced, Speaker};
use super::readings::{covered, metered, quantity};
use super::usage_chart::{Column, Columns, columns};
use super::usage_now::Now;
use super::usage_sums::{Sums, above, net};
use super::{href, text};
use crate::access::Permission;
use crate::billing::contract::{Item, Price};
use crate::usecases::usage::{BilledUse, Read, UsageSheet, of_contract, running_now};
use crate::web::format;

/// Hashes of evidence that are shown one by one; of more, the first ones and a count.
const SHOWN: usize = 6;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    pub(in super::super) year: String,
}

#[derive(Template)]
#[template(path = "customers/usage-of.html")]
struct Page {
    frame: Frame,
    words: Words,
    number: String,
    contract_href: String,
    sub: String,
    years: Vec<(String, String, bool)>,
    now: Now,
    body: Meters,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// The meters of a contract in a year, drawn and as tables. Writes itself, on the pages of both
/// sides.
#[derive(Template)]
#[template(path = "customers/usage-meters.html")]
pub(in super::super) struct Meters {
    words: Words,
    meters: Vec<Meter>,
    billed: bool,
}

impl Meters {
    /// The readings by instance and meter, in whose order they come. `invoices` is where the pages
    /// of invoices lie.
    pub(in super::super) fn of(words: Words, sheet: &UsageSheet, invoices: &str) -> Self {
        let same = |a: &Read, b: &Read| {
            (&a.reading.instance, &a.reading.meter) == (&b.reading.instance, &b.reading.meter)
        };
        let groups = (1_u32..).zip(sheet.readings.chunk_by(same));
        Self {
            words,
            meters: groups
                .filter_map(|(number, readings)| meter(words, (sheet, invoices), number, readings))
                .collect(),
            billed: sheet.billed.is_some(),
        }
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.meters.is_empty()
    }

    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// The readings of one meter of one instance.
struct Meter {
    id: String,
    /// Identities of its drawings.
    chart: String,
    narrow: String,
    name: String,
    meter: String,
    instance: String,
    price: Priced,
    drawing: Option<Columns>,
    quantity_head: String,
    net_head: String,
    rows: Vec<Row>,
    /// The sums below; empty where nothing was billed.
    above: String,
    net: String,
}

/// A period of it.
struct Row {
    period: String,
    before: Vec<String>,
    quantity: String,
    estimated: bool,
    above: String,
    net: String,
    coverage: String,
    closed: String,
    revision: String,
    entered: bool,
    evidence: Vec<String>,
    /// How many requests the evidence is, and the hash over all of it.
    proof: String,
    left_text: String,
    invoices: Vec<(String, String)>,
}

/// `GET /usage/{contract}`.
pub(in super::super) async fn show(
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
    let contract = &sheet.contract;
    let now = running_now(&shared.app, &who.principal, contract).await;
    let now = now.map_err(|error| Failed::of(words, error))?;
    let shown = sheet.year.to_string();
    let arguments = [
        ("number", Argument::Text(&contract.number)),
        ("customer", Argument::Text(&sheet.customer)),
        ("year", Argument::Text(&shown)),
    ];
    let title = words.with("usage-of-title", &text("contract", &contract.title));
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Usage, title),
            sub: words.with("usage-of-sub", &arguments),
            contract_href: match who.principal.may(Permission::ReadContracts) {
                true => href("/contracts", &contract.number),
                false => String::new(),
            },
            years: years(&sheet, "/usage"),
            now: Now::of(words, (&number, &now), "/usage"),
            body: Meters::of(words, &sheet, "/invoices"),
            number,
            words,
        },
    )
}

/// The years with readings, and the one shown.
pub(in super::super) fn years(sheet: &UsageSheet, pages: &str) -> Vec<(String, String, bool)> {
    let shown = sheet.year.to_string();
    let mut years = sheet.years.clone();
    if !years.contains(&shown) {
        years.push(shown.clone());
        years.sort_by(|a, b| b.cmp(a));
    }
    let path = href(pages, &sheet.contract.number);
    years
        .into_iter()
        .map(|year| {
            let (href, chosen) = (format!("{path}?year={year}"), year == shown);
            (year, href, chosen)
        })
        .collect()
}

fn meter(
    words: Words,
    (sheet, invoices): (&UsageSheet, &str),
    number: u32,
    readings: &[Read],
) -> Option<Meter> {
    let first = &readings.first()?.reading;
    let contract = &sheet.contract;
    let day = first.period.start();
    let item = metered(contract, &first.meter, &first.instance, day);
    let unit = item.and_then(|item| match &item.price {
        Price::Usage { unit, .. } => Some(*unit),
        _ => None,
    });
    let (_, unit_text) = quantity(words, "2", unit);
    let name = item.map_or_else(
        || first.meter.clone(),
        |item| item.name.get(words.0).to_owned(),
    );
    let speaker = Speaker {
        words,
        currency: contract.currency,
    };
    let periods = readings.chunk_by(|a, b| a.reading.period == b.reading.period);
    let (mut rows, mut drawn) = (Vec::new(), Vec::new());
    let mut sums = Sums::new(contract.currency);
    for period in periods {
        let Some((newest, before)) = period.split_last() else {
            continue;
        };
        let billed = billed(sheet, item, newest);
        drawn.push(column(words, item, newest));
        sums.add(&billed);
        rows.push(row(words, (newest, before), (&billed, invoices)));
    }
    let currency = contract.currency.code();
    Some(Meter {
        id: format!("meter-{number}"),
        chart: format!("chart-{number}"),
        narrow: format!("chart-{number}-narrow"),
        drawing: columns(words, &name, &unit_text, &drawn),
        price: item.map_or_else(
            || Priced {
                main: words.say("usage-unpriced"),
                more: Vec::new(),
            },
            |item| priced(speaker, sheet, item),
        ),
        name,
        meter: first.meter.clone(),
        instance: first.instance.clone(),
        quantity_head: match unit_text.is_empty() {
            true => words.say("invoice-quantity"),
            false => unit_text,
        },
        net_head: words.with("invoice-net", &text("currency", currency)),
        above: sums.above(words),
        net: sums.net(words),
        rows,
    })
}

/// The price as it is today, where the item still runs.
fn priced(speaker: Speaker, sheet: &UsageSheet, item: &Item) -> Priced {
    let found = sheet.items.iter().find(|one| one.item.id == item.id);
    let last = found.and_then(|one| one.prices.last());
    speaker.item(item, last.map(|step| &step.model), item.quantity)
}

fn column(words: Words, item: Option<&Item>, read: &Read) -> Column {
    let included = item.and_then(|item| match &item.price {
        Price::Usage { included, .. } => Some(included.decimal()),
        _ => None,
    });
    let reading = &read.reading;
    Column::of(words, reading.period).with(words, reading.quantity.decimal(), included)
}

/// What was billed for a reading's period under its item.
fn billed<'a>(sheet: &'a UsageSheet, item: Option<&Item>, read: &Read) -> Vec<&'a BilledUse> {
    let lines = sheet.billed.iter().flatten();
    let Some(item) = item else {
        return Vec::new();
    };
    lines
        .filter(|one| one.line.key.item == item.id)
        .filter(|one| one.line.key.service == read.reading.period)
        .collect()
}

fn row(
    words: Words,
    (newest, before): (&Read, &[Read]),
    (billed, pages): (&[&BilledUse], &str),
) -> Row {
    let reading = &newest.reading;
    let earlier = before.iter().map(|read| {
        let revision = read.reading.revision.to_string();
        let quantity = format::readable(read.reading.quantity.decimal(), 0, words.0);
        let moment = moment(words, read.record.recorded_at);
        let arguments = [
            ("revision", Argument::Text(&revision)),
            ("quantity", Argument::Text(&quantity)),
            ("moment", Argument::Text(&moment)),
        ];
        words.with("usage-before", &arguments)
    });
    let entered = reading.evidence.is_empty();
    let requests = [("count", Argument::Count(reading.evidence.len() as u64))];
    let requests = words.with("usage-requests", &requests);
    let checksum = format::short_hash(&newest.record.evidence_hash);
    let proof = [
        ("requests", Argument::Text(&requests)),
        ("checksum", Argument::Text(&checksum)),
    ];
    let left = reading.evidence.len().saturating_sub(SHOWN);
    let left = [("count", Argument::Count(left as u64))];
    let revision = reading.revision.to_string();
    let mut invoices: Vec<(String, String)> = Vec::new();
    for one in billed {
        if invoices.iter().all(|(known, _)| *known != one.number) {
            invoices.push((one.number.clone(), href(pages, &one.number)));
        }
    }
    let currency = billed.first().map(|one| one.line.net.currency());
    let net = currency.and_then(|currency| net(billed, currency));
    Row {
        period: format::span_in_words(reading.period, words.0),
        before: earlier.collect(),
        quantity: format::readable(reading.quantity.decimal(), 0, words.0),
        estimated: reading.estimated,
        above: above(billed)
            .map(|above| format::readable(above.decimal(), 0, words.0))
            .unwrap_or_default(),
        net: net
            .map(|net| format::amount(net, words.0))
            .unwrap_or_default(),
        coverage: covered(words, reading.coverage).unwrap_or_default(),
        closed: moment(words, newest.record.recorded_at),
        revision: words.with("usage-revision", &text("revision", &revision)),
        entered,
        evidence: reading
            .evidence
            .iter()
            .take(SHOWN)
            .map(|hash| format::hash(hash))
            .collect(),
        proof: words.with("usage-proof", &proof),
        left_text: match reading.evidence.len() > SHOWN {
            true => words.with("more-requests", &left),
            false => String::new(),
        },
        invoices,
    }
}
