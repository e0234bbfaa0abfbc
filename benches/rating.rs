//! Invoice lines rated in a second on one core: `cargo bench --bench rating`.
//!
//! A contract of ten monthly fees and five metered items over three years. `rate` is the pure
//! expectation (prices, proration, tiers, derivation), `bill` the whole way to documents with tax
//! and totals. The decoded book and its readings are made before the clock starts.

use std::fmt::Write as _;
use std::hint::black_box;

use chrono::NaiveDate;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use herdbook::billing::biller::{Billed, Facts, Run, bill};
use herdbook::billing::contract::IndexTable;
use herdbook::billing::dated::Dated;
use herdbook::billing::rating::{Expectation, expected};
use herdbook::billing::usage::MeterReading;
use herdbook::book::{self, Book};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FEES: usize = 10;
const METERS: usize = 5;
const PARTIES: &str = include_str!("../tests/scenarios/parties/parties.toml");

const CONTRACT: &str = r#"
[[contract]]
number = "C-1"
customer = 20001
seller = "herdbook"
title = "Benchmark"
zone = "Europe/Berlin"
currency = "EUR"
term = { start = 2026-01-01 }
billing = { payment = "sepa_credit_transfer", payment_days = 30 }
"#;
const ITEM: &str = r#"
[[contract.items]]
id = "ID"
family = "operated"
name = { de = "Betrieb ID", en = "Server ID", fr = "Serveur ID" }
instance = "social.beispielstadt.example"
nature = "automated"
from = 2026-01-01
billing = "month"
"#;
const FEE: &str = r#"timing = "in_advance"
[contract.items.price]
type = "recurring"
per = "month"
charge = { model = "flat", price = "199.90" }
"#;
const METER: &str = r#"timing = "in_arrears"
[contract.items.price]
type = "usage"
meter = "ID"
unit = "gigabyte"
per = "month"
included = "100"
charge = { model = "graduated", tiers = [{ up_to = "100", price = "0.20" }, { price = "0.15" }] }
"#;

fn book() -> Book {
    let mut text = format!("{PARTIES}{CONTRACT}");
    for n in 0..FEES {
        text.push_str(&format!("{ITEM}{FEE}").replace("ID", &format!("fee-{n}")));
    }
    for n in 0..METERS {
        let id = format!("meter-{n}");
        text.push_str(&format!("{ITEM}{METER}").replace("ID", &id));
        for month in 0..36 {
            let (year, month) = (2026 + month / 12, month % 12 + 1);
            let _ = write!(
                text,
                "\n[[reading]]\ninstance = \"social.beispielstadt.example\"\nmeter = \"{id}\"\n\
                 month = \"{year}-{month:02}\"\nquantity = \"{}.5\"\n",
                250 + month
            );
        }
    }
    book::parse(&text, "benchmark.toml").expect("the book is sound")
}

fn rating(c: &mut Criterion) {
    let book = book();
    let contract = &book.contracts[0];
    let indices = IndexTable::default();
    let readings: Vec<MeterReading> = book
        .readings
        .iter()
        .map(|known| known.reading.clone())
        .collect();
    let until = NaiveDate::from_ymd_opt(2029, 1, 1).expect("a day");
    let last_service = NaiveDate::from_ymd_opt(2028, 12, 31);
    let asked = Expectation {
        contract,
        indices: &indices,
        readings: &readings,
        known_on: until,
        due_by: until,
        service_until: last_service,
    };
    let groups = expected(asked).expect("rated");
    let lines: usize = groups.iter().map(|group| group.lines.len()).sum();
    assert_eq!(lines, 36 * (FEES + 2 * METERS));
    let (seller, customer) = (
        book.sellers[0].clone().into(),
        book.customers[0].clone().into(),
    );
    let facts = Facts {
        contract,
        seller: Dated::always(&seller),
        customer: Dated::always(&customer),
        indices: &indices,
        readings: &readings,
        credits: &[],
        tax: &book.tax,
    };
    let run = Run {
        as_of: until,
        not_before: None,
        service_until: last_service,
    };
    let billed: usize = bill(&facts, &Billed::default(), run)
        .expect("billed")
        .iter()
        .map(|invoice| invoice.lines.len())
        .sum();
    assert_eq!(billed, lines);
    let mut group = c.benchmark_group("lines");
    group.throughput(Throughput::Elements(lines as u64));
    group.bench_function("rate", |b| b.iter(|| expected(black_box(asked))));
    group.bench_function("bill", |b| {
        b.iter(|| bill(black_box(&facts), &Billed::default(), run));
    });
    group.finish();
}

criterion_group!(benches, rating);
criterion_main!(benches);
