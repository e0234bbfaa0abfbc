//! The sense of a book: references, identifiers, dates and prices that the types alone cannot
//! check. All faults of all files are found at once.
//!
//! Routing identifiers and tax ids are no matter of this pass: a customer whose Leitweg-ID is wrong
//! can be in the book, and is blocked when it is billed.

use std::collections::{BTreeMap, BTreeSet};

use super::node::Step;
use super::read::Sheet;
use crate::billing::contract::effective::effective;
use crate::billing::contract::{Change, ChargeModel, Contract, IndexTable, Item, Price};
use crate::billing::rating::price_quantity;
use crate::billing::{Quantity, Ratio, UnitPrice};
use crate::error::Fault;

macro_rules! path {
    ($($step:expr),+ $(,)?) => { &[$(Step::from($step)),+] };
}

mod alerts;
mod bounds;
mod instants;

/// Every fault of the files together.
pub(super) fn faults(sheets: &[Sheet]) -> Vec<Fault> {
    let mut found = Vec::new();
    let known = Known::of(sheets, &mut found);
    for sheet in sheets {
        let mut checker = Checker {
            sheet,
            known: &known,
            found: &mut found,
        };
        checker.bounds();
        checker.contracts();
        checker.facts();
        checker.instants();
    }
    found
}

/// What exists in any of the files.
struct Known<'a> {
    sellers: BTreeSet<&'a str>,
    customers: BTreeMap<u32, crate::billing::Currency>,
    contracts: BTreeMap<&'a str, &'a Contract>,
    instances: BTreeSet<&'a str>,
    meters: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(sheets: &'a [Sheet], found: &mut Vec<Fault>) -> Self {
        let mut known = Self {
            sellers: BTreeSet::new(),
            customers: BTreeMap::new(),
            contracts: BTreeMap::new(),
            instances: BTreeSet::new(),
            meters: BTreeSet::new(),
        };
        let mut states: BTreeSet<(String, Option<chrono::NaiveDate>)> = BTreeSet::new();
        let mut series: BTreeMap<&str, &str> = BTreeMap::new();
        for sheet in sheets {
            for (place, seller) in sheet.file.seller.iter().enumerate() {
                known.sellers.insert(&seller.code);
                if !states.insert((seller.code.clone(), Some(seller.valid_from))) {
                    let what = format!("the seller {} exists twice from that day", seller.code);
                    found.push(sheet.fault(path!["seller", place, "valid_from"], what));
                }
                let owner = series.entry(&seller.series).or_insert(&seller.code);
                if *owner != seller.code {
                    let what = format!("the number series is that of the seller {owner}");
                    found.push(sheet.fault(path!["seller", place, "series"], what));
                }
            }
            for (place, customer) in sheet.file.customer.iter().enumerate() {
                let number = customer.number;
                if !states.insert((number.to_string(), customer.valid_from)) {
                    let what = format!("the customer {number} exists twice from that day");
                    found.push(sheet.fault(path!["customer", place, "number"], what));
                }
                if *known.customers.entry(number).or_insert(customer.currency) != customer.currency
                {
                    let what = "a customer keeps its currency";
                    found.push(sheet.fault(path!["customer", place, "currency"], what));
                }
            }
            for (place, contract) in sheet.file.contract.iter().enumerate() {
                if known.contracts.insert(&contract.number, contract).is_some() {
                    let what = format!("the contract {} exists twice", contract.number);
                    found.push(sheet.fault(path!["contract", place, "number"], what));
                }
                for item in contract.every_item() {
                    known.instances.extend(item.instance.as_deref());
                    if let Price::Usage {
                        meter, pooled_with, ..
                    } = &item.price
                    {
                        known.meters.insert(meter);
                        known
                            .instances
                            .extend(pooled_with.iter().map(String::as_str));
                    }
                }
            }
        }
        known
    }
}

struct Checker<'a> {
    sheet: &'a Sheet,
    known: &'a Known<'a>,
    found: &'a mut Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &[Step], what: impl Into<String>) {
        let fault = self.sheet.fault(path, what);
        self.found.push(fault);
    }

    fn contracts(&mut self) {
        for (place, contract) in self.sheet.file.contract.iter().enumerate() {
            let at: Vec<Step> = path!["contract", place].to_vec();
            self.parties(&at, contract);
            self.term(&at, contract);
            self.references(&at, contract);
            for (n, item) in contract.items.iter().enumerate() {
                self.item(&[&at, &path!["items", n][..]].concat(), item, true);
            }
            for (n, amendment) in contract.amendments.iter().enumerate() {
                let change = [&at, &path!["amendments", n, "change"][..]].concat();
                match &amendment.change {
                    Change::AddItem { item } => {
                        self.item(&[&change, &path!["item"][..]].concat(), item, false);
                    }
                    Change::ReplaceItem { with, .. } => {
                        self.item(&[&change, &path!["with"][..]].concat(), with, false);
                    }
                    Change::SetPrice { price, .. } => {
                        self.model(&[&change, &path!["price"][..]].concat(), price);
                    }
                    Change::SetQuantity { quantity, .. } if quantity.is_negative() => {
                        let what = "a count is never negative";
                        self.fault(&[&change, &path!["quantity"][..]].concat(), what);
                    }
                    _ => {}
                }
            }
            self.fold(&at, contract);
        }
    }

    fn parties(&mut self, at: &[Step], contract: &Contract) {
        let key = |name: &str| [at, &[Step::from(name)]].concat();
        if !self.known.sellers.contains(contract.seller.as_str()) {
            let what = format!("the seller {:?} is not in the book", contract.seller);
            self.fault(&key("seller"), what);
        }
        match self.known.customers.get(&contract.customer) {
            None => {
                let what = format!("the customer {} is not in the book", contract.customer);
                self.fault(&key("customer"), what);
            }
            Some(currency) if *currency != contract.currency => {
                let what = format!(
                    "the contract is in {}, its customer in {currency}",
                    contract.currency
                );
                self.fault(&key("currency"), what);
            }
            Some(_) => {}
        }
    }

    fn term(&mut self, at: &[Step], contract: &Contract) {
        let key = |steps: &[Step]| [at, steps].concat();
        let term = &contract.term;
        if term.end.is_some_and(|end| end <= term.start) {
            let what = format!("expected a day after the start {}", term.start);
            self.fault(&key(path!["term", "end"]), what);
        }
        if !(1..=31).contains(&contract.billing.anchor_day) {
            let what = "expected a day of the month from 1 to 31";
            self.fault(&key(path!["billing", "anchor_day"]), what);
        }
        for (n, discount) in contract.discounts.iter().enumerate() {
            if discount.until.is_some_and(|until| until <= discount.from) {
                let what = format!("expected a day after {}", discount.from);
                self.fault(&key(path!["discounts", n, "until"]), what);
            }
        }
    }

    fn references(&mut self, at: &[Step], contract: &Contract) {
        let key = |steps: &[Step]| [at, steps].concat();
        let ids: BTreeSet<&str> = contract.every_item().map(|item| item.id.as_str()).collect();
        let unknown = |id: &str| format!("the contract has no item {id:?}");
        for (n, discount) in contract.discounts.iter().enumerate() {
            for id in discount
                .items
                .iter()
                .filter(|id| !ids.contains(id.as_str()))
            {
                self.fault(&key(path!["discounts", n, "items"]), unknown(id));
            }
        }
        for (n, level) in contract.service_levels.iter().enumerate() {
            if !ids.contains(level.item.as_str()) {
                self.fault(
                    &key(path!["service_levels", n, "item"]),
                    unknown(&level.item),
                );
            }
        }
        self.unique(
            at,
            "amendments",
            contract.amendments.iter().map(|a| a.id.as_str()),
        );
        self.unique(
            at,
            "adjustments",
            contract.adjustments.iter().map(|a| a.id.as_str()),
        );
        self.unique(
            at,
            "discounts",
            contract.discounts.iter().map(|d| d.id.as_str()),
        );
    }

    fn unique<'b>(&mut self, at: &[Step], list: &str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for (n, id) in ids.enumerate() {
            if !seen.insert(id) {
                let path = [at, path![list, n, "id"]].concat();
                self.fault(
                    &path,
                    format!("the identifier {id:?} stands twice in {list}"),
                );
            }
        }
    }

    fn item(&mut self, at: &[Step], item: &Item, dated: bool) {
        let key = |steps: &[Step]| [at, steps].concat();
        if dated && item.until.is_some_and(|until| until <= item.from) {
            let what = format!("expected a day after the first day {}", item.from);
            self.fault(&key(path!["until"]), what);
        }
        if item.quantity.is_negative() {
            self.fault(&key(path!["quantity"]), "a count is never negative");
        }
        match &item.price {
            Price::Recurring { charge, .. } => self.model(&key(path!["price", "charge"]), charge),
            Price::OneOff { amount } => self.price(&key(path!["price", "amount"]), *amount),
            Price::Usage {
                charge,
                minimum,
                maximum,
                included,
                step,
                ..
            } => {
                self.model(&key(path!["price", "charge"]), charge);
                if let Some(minimum) = minimum {
                    self.price(&key(path!["price", "minimum", "amount"]), minimum.amount);
                }
                if let Some(maximum) = maximum {
                    self.price(&key(path!["price", "maximum"]), *maximum);
                }
                if included.is_negative() {
                    self.fault(
                        &key(path!["price", "included"]),
                        "an allowance is never negative",
                    );
                }
                if step.is_some_and(|step| step <= Quantity::ZERO) {
                    self.fault(&key(path!["price", "step"]), "expected more than nothing");
                }
                if item.instance.is_none() {
                    self.fault(&key(path!["id"]), "a metered item needs an instance");
                }
            }
        }
        for (n, ramp) in item.ramp.iter().enumerate() {
            self.model(&key(path!["ramp", n, "model"]), &ramp.model);
        }
    }

    fn price(&mut self, at: &[Step], price: UnitPrice) {
        if price.is_negative() {
            let what = format!("a price is never negative, found {price}");
            self.fault(at, what);
        }
    }

    fn model(&mut self, at: &[Step], model: &ChargeModel) {
        match model {
            ChargeModel::Flat { price }
            | ChargeModel::PerUnit { price }
            | ChargeModel::Package { price, .. } => {
                self.price(&[at, path!["price"]].concat(), *price);
            }
            ChargeModel::Graduated { tiers } | ChargeModel::Volume { tiers } => {
                for (n, tier) in tiers.iter().enumerate() {
                    self.price(&[at, path!["tiers", n, "price"]].concat(), tier.price);
                }
            }
        }
        // Rating itself knows what tiers and packages must be.
        if let Err(error) = price_quantity("price", model, Quantity::whole(1)) {
            self.fault(at, error.to_string().trim_start_matches("item price: "));
        }
    }

    /// The amendments must fold: what they name must exist and run on their day.
    fn fold(&mut self, at: &[Step], contract: &Contract) {
        let (last, first) = (chrono::NaiveDate::MAX, chrono::NaiveDate::MIN);
        if let Err(error) = effective(contract, &IndexTable::default(), last, first) {
            self.fault(at, error.to_string());
        }
    }

    fn facts(&mut self) {
        let file = &self.sheet.file;
        let mut seen = BTreeSet::new();
        for (n, reading) in file.reading.iter().enumerate() {
            if reading.month.is_some() == reading.period.is_some() {
                let what = "expected one of month and period";
                self.fault(path!["reading", n], what);
            }
            self.instance("reading", n, &reading.instance);
            if reading.quantity.is_negative() {
                let what = "a quantity is never negative";
                self.fault(path!["reading", n, "quantity"], what);
            }
            if !(Ratio::ZERO..=Ratio::ONE).contains(&reading.coverage) {
                self.fault(
                    path!["reading", n, "coverage"],
                    "expected a share from 0 to 1",
                );
            }
            if reading.revision == 0 {
                self.fault(path!["reading", n, "revision"], "revisions count from 1");
            }
            if !self.known.meters.contains(reading.meter.as_str()) {
                let what = format!("no item is priced by the meter {:?}", reading.meter);
                self.fault(path!["reading", n, "meter"], what);
            }
            let month = reading.month.map(|month| month.to_string());
            let period = reading.period.map(|period| period.to_string());
            let (instance, meter) = (&reading.instance, &reading.meter);
            if !seen.insert((instance, meter, month, period, reading.revision)) {
                let what = "the same reading stands twice; a better one needs a higher revision";
                self.fault(path!["reading", n], what);
            }
        }
        for (n, result) in file.objective_result.iter().enumerate() {
            let contract = self.known.contracts.get(result.contract.as_str());
            match contract {
                None => {
                    let what = format!("the contract {:?} is not in the book", result.contract);
                    self.fault(path!["objective_result", n, "contract"], what);
                }
                Some(contract) if !contract.every_item().any(|item| item.id == result.item) => {
                    let what = format!("the contract has no item {:?}", result.item);
                    self.fault(path!["objective_result", n, "item"], what);
                }
                Some(_) => {}
            }
        }
        for (n, payment) in file.payment.iter().enumerate() {
            if !self.known.customers.contains_key(&payment.customer) {
                let what = format!("the customer {} is not in the book", payment.customer);
                self.fault(path!["payment", n, "customer"], what);
            }
        }
    }

    fn instance(&mut self, list: &str, place: usize, instance: &str) {
        if !self.known.instances.contains(instance) {
            let what = format!("no contract has an instance {instance:?}");
            self.fault(path![list, place, "instance"], what);
        }
    }
}
