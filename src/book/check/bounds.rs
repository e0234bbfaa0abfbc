//! Bounds of a book: texts that a document prints are there and fit it, terms and prices are such
//! as a contract has. What is outside is most often a slip of the hand, and would be refused when
//! it is billed; here it is named with its line.

use chrono::{Datelike, NaiveDate};

use super::{Checker, Step};
use crate::billing::contract::{
    AdjustmentRule, ChargeModel, Contract, DiscountAmount, Item, Price,
};
use crate::billing::party::Localised;
use crate::billing::party::check::{self, LONGEST_ID, LONGEST_TEXT, WrongFact, YEARS};
use crate::billing::{Percent, UnitPrice};

/// Longest term of payment in days. Public bodies pay within 30, at most 60 days
/// (§ 271a (2) BGB); a year is beyond any agreement.
const LONGEST_PAYMENT: u32 = 366;

/// Highest price of one unit: a hundred million. With a million units the sum still fits into an
/// amount.
fn highest() -> UnitPrice {
    UnitPrice::whole(100_000_000)
}

impl Checker<'_> {
    pub(super) fn bounds(&mut self) {
        let file = &self.sheet.file;
        for (n, one) in file.seller.iter().enumerate() {
            self.wrong(path!["seller", n], check::seller(one));
        }
        for (n, one) in file.customer.iter().enumerate() {
            self.wrong(path!["customer", n], check::customer(one));
        }
        let mut missed = std::collections::BTreeSet::new();
        for (n, result) in file.objective_result.iter().enumerate() {
            let promise = (&result.contract, &result.item, &result.objective);
            if !missed.insert((promise, result.month, &result.evidence)) {
                let what = "this promise is missed twice by the same evidence";
                self.fault(path!["objective_result", n, "evidence"], what);
            }
        }
        for (n, contract) in file.contract.iter().enumerate() {
            self.contract_bounds(path!["contract", n], contract);
        }
    }

    fn contract_bounds(&mut self, at: &[Step], contract: &Contract) {
        let key = |steps: &[Step]| [at, steps].concat();
        self.id(&key(path!["number"]), &contract.number);
        self.text(&key(path!["title"]), &contract.title);
        self.day(&key(path!["term", "start"]), contract.term.start);
        if let Some(end) = contract.term.end {
            self.day(&key(path!["term", "end"]), end);
        }
        if contract.billing.payment_days > LONGEST_PAYMENT {
            let what = format!("expected at most {LONGEST_PAYMENT} days");
            self.fault(&key(path!["billing", "payment_days"]), what);
        }
        self.alerts(at, contract);
        for (n, amendment) in contract.amendments.iter().enumerate() {
            self.id(&key(path!["amendments", n, "id"]), &amendment.id);
            self.day(
                &key(path!["amendments", n, "effective"]),
                amendment.effective,
            );
        }
        for (n, discount) in contract.discounts.iter().enumerate() {
            let at = key(path!["discounts", n]);
            self.words(&at, &discount.id, &discount.reason);
            let fits = match discount.amount {
                DiscountAmount::Percent(percent) => {
                    (Percent::ZERO..=Percent::whole(100)).contains(&percent)
                }
                DiscountAmount::Absolute(amount) => !amount.is_negative(),
            };
            if !fits {
                let what = "expected a percentage from 0 to 100, or an amount that is not negative";
                self.fault(&at, what);
            }
        }
        for (n, adjustment) in contract.adjustments.iter().enumerate() {
            if let AdjustmentRule::Uplift { percent, .. } = &adjustment.rule
                && *percent <= Percent::whole(-100)
            {
                let what = "an uplift never lowers a price to nothing";
                self.fault(&key(path!["adjustments", n, "rule"]), what);
            }
        }
        // Items of amendments have no place of their own in this walk; they are named instead.
        for item in contract.every_item() {
            let own = contract.items.iter().position(|own| own.id == item.id);
            let at = own.map_or_else(|| key(path!["amendments"]), |n| key(path!["items", n]));
            self.item_bounds(&at, item);
        }
    }

    fn item_bounds(&mut self, at: &[Step], item: &Item) {
        self.id(at, &item.id);
        self.words(at, &item.id, &item.name);
        self.day(at, item.from);
        let mut prices = Vec::new();
        match &item.price {
            Price::Recurring { charge, .. } => prices.extend(prices_of(charge)),
            Price::OneOff { amount } => prices.push(*amount),
            Price::Usage {
                charge,
                minimum,
                maximum,
                ..
            } => {
                prices.extend(prices_of(charge));
                prices.extend(minimum.as_ref().map(|minimum| minimum.amount));
                prices.extend(maximum);
            }
        }
        prices.extend(item.ramp.iter().flat_map(|step| prices_of(&step.model)));
        if let Some(price) = prices.into_iter().find(|price| *price > highest()) {
            let what = format!(
                "item {}: expected at most {}, found {price}",
                item.id,
                highest()
            );
            self.fault(at, what);
        }
    }

    /// Facts of a party, as the core judges them.
    fn wrong(&mut self, at: &[Step], found: Vec<WrongFact>) {
        for WrongFact { field, why } in found {
            let keys: Vec<Step> = field.split('.').map(Step::from).collect();
            self.fault(&[at, &keys].concat(), why.to_string());
        }
    }

    fn words(&mut self, at: &[Step], item: &str, words: &Localised) {
        let languages = [("de", &words.de), ("en", &words.en), ("fr", &words.fr)];
        for (language, text) in languages {
            let length = text.chars().count();
            if text.trim().is_empty() || length > LONGEST_TEXT {
                let what = format!(
                    "item {item}: expected a name in {language} of 1 to {LONGEST_TEXT} characters"
                );
                self.fault(at, what);
            }
        }
    }

    fn text(&mut self, at: &[Step], text: &str) {
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            let what = format!("expected a text of 1 to {LONGEST_TEXT} characters");
            self.fault(at, what);
        }
    }

    fn id(&mut self, at: &[Step], id: &str) {
        let fits = !id.trim().is_empty() && id.trim() == id && id.len() <= LONGEST_ID;
        if !fits || id.chars().any(char::is_control) {
            let what = format!("expected an identifier of 1 to {LONGEST_ID} bytes, found {id:?}");
            self.fault(at, what);
        }
    }

    fn day(&mut self, at: &[Step], day: NaiveDate) {
        if !YEARS.contains(&day.year()) {
            let what = format!("expected a year from {} to {}", YEARS.start(), YEARS.end());
            self.fault(at, what);
        }
    }
}

fn prices_of(model: &ChargeModel) -> Vec<UnitPrice> {
    match model {
        ChargeModel::Flat { price }
        | ChargeModel::PerUnit { price }
        | ChargeModel::Package { price, .. } => vec![*price],
        ChargeModel::Graduated { tiers } | ChargeModel::Volume { tiers } => {
            tiers.iter().map(|tier| tier.price).collect()
        }
    }
}
