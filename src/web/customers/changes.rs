//! What changes, in words: amendments of a contract, clauses that adjust prices, and the states of
//! a customer.

use super::super::words::{Argument, Words};
use super::prices::Speaker;
use super::{count, day, text};
use crate::billing::Quantity;
use crate::billing::contract::adjustment::DatedFactor;
use crate::billing::contract::{
    Adjustment, AdjustmentRule, Amendment, Change, Contract, Item, Month, UnknownChange,
};
use crate::billing::party::{Customer, Language};
use crate::billing::{Percent, Ratio};
use crate::web::format;

/// Every item that a contract has or gets, by its identifier.
pub(super) fn item<'a>(contract: &'a Contract, id: &str) -> Option<&'a Item> {
    contract.every_item().find(|item| item.id == id)
}

/// The name of an item, in the reader's language.
pub(super) fn item_name(contract: &Contract, id: &str, language: Language) -> String {
    let found = item(contract, id);
    found.map_or_else(|| id.to_owned(), |item| item.name.get(language).to_owned())
}

/// What an amendment changes: a sentence, and the price where there is a new one.
pub(super) fn amendment(
    speaker: Speaker,
    contract: &Contract,
    amendment: &Amendment,
) -> (String, String) {
    let words = speaker.words;
    let name = |id: &str| item_name(contract, id, words.0);
    let plain = |count: Quantity| format::decimal(count.decimal(), 0, words.0);
    let priced = |item: &Item| speaker.item(item, None, item.quantity).main;
    match &amendment.change {
        Change::AddItem { item } => {
            let added = text("item", item.name.get(words.0));
            (words.with("contract-change-add", &added), priced(item))
        }
        Change::EndItem { item } => (
            words.with("contract-change-end", &text("item", &name(item))),
            String::new(),
        ),
        Change::ReplaceItem { item, with } => {
            let (old, new) = (name(item), with.name.get(words.0).to_owned());
            let arguments = [("old", Argument::Text(&old)), ("new", Argument::Text(&new))];
            (
                words.with("contract-change-replace", &arguments),
                priced(with),
            )
        }
        Change::SetPrice { item: id, price } => {
            let new = item(contract, id)
                .map(|item| speaker.step(item, price, item.quantity))
                .unwrap_or_default();
            let name = name(id);
            (
                words.with("contract-change-price", &text("item", &name)),
                new,
            )
        }
        Change::SetQuantity { item: id, quantity } => (
            words.with(
                "contract-change-count",
                &[
                    ("item", Argument::Text(&name(id))),
                    ("count", Argument::Text(&plain(*quantity))),
                ],
            ),
            String::new(),
        ),
        Change::Cancel => (words.say("contract-change-cancel"), String::new()),
    }
}

fn month(words: Words, month: Month) -> String {
    format::month(month.first_day(), words.0)
}

/// What a clause does to prices: a sentence each for the rule, its dates and its limits.
pub(super) fn clause(words: Words, clause: &Adjustment) -> Vec<String> {
    let first = day(words, clause.first);
    let mut lines = Vec::new();
    match &clause.rule {
        AdjustmentRule::Uplift { percent } => {
            let percent = format::percent(*percent, words.0);
            lines.push(words.with("contract-clause-uplift", &text("percent", &percent)));
        }
        AdjustmentRule::Index {
            series,
            base_month,
            lag_months,
            cap,
            threshold,
            symmetric,
        } => {
            let base = month(words, *base_month);
            let series = format::unbroken(series);
            let arguments = [
                ("series", Argument::Text(&series)),
                ("base", Argument::Text(&base)),
                ("months", Argument::Count(u64::from(*lag_months))),
            ];
            lines.push(words.with("contract-clause-index", &arguments));
            lines.extend(limits(words, *cap, *threshold));
            lines.push(match symmetric {
                true => words.say("contract-clause-symmetric"),
                false => words.say("contract-clause-upward"),
            });
        }
    }
    let arguments = [
        ("day", Argument::Text(&first)),
        ("months", Argument::Count(u64::from(clause.every_months))),
    ];
    lines.insert(1, words.with("contract-clause-dates", &arguments));
    let age = count("months", clause.minimum_age_months);
    lines.push(words.with("contract-clause-age", &age));
    lines
}

fn limits(words: Words, cap: Option<Percent>, threshold: Option<Percent>) -> Vec<String> {
    let written = |percent: Percent| format::percent(percent, words.0);
    let cap = cap.map(written);
    let cap = cap.map(|cap| words.with("contract-clause-cap", &text("percent", &cap)));
    let threshold = threshold.map(written);
    let threshold =
        threshold.map(|least| words.with("contract-clause-threshold", &text("percent", &least)));
    cap.into_iter().chain(threshold).collect()
}

/// A change of price that a clause makes: its day, and by how much.
pub(super) fn factor(words: Words, factor: &DatedFactor) -> String {
    let from = day(words, factor.from);
    let percent = change(words, factor.factor).unwrap_or_default();
    let arguments = [
        ("day", Argument::Text(&from)),
        ("percent", Argument::Text(&percent)),
    ];
    words.with("contract-clause-change", &arguments)
}

/// A factor as the change that it makes, in per cent with its sign: `+2.44 %`.
fn change(words: Words, factor: Ratio) -> Option<String> {
    format::change(factor.minus(Ratio::ONE).ok()?, 2, words.0)
}

/// A change of price that cannot be worked out yet.
pub(super) fn unknown(words: Words, change: &UnknownChange) -> String {
    let from = day(words, change.from);
    let clause = format::unbroken(&change.clause);
    let arguments = [
        ("day", Argument::Text(&from)),
        ("clause", Argument::Text(&clause)),
    ];
    words.with("contract-clause-unknown", &arguments)
}

/// What is different in a later state of a customer.
pub(super) fn differences(words: Words, before: &Customer, after: &Customer) -> Vec<String> {
    let Customer {
        number: _,
        legal_name,
        departments,
        kind,
        address,
        contact,
        language,
        currency,
        vat_id,
        evidence,
        routing,
        purchase_order_required,
        valid_from: _,
    } = after;
    let changed = [
        (
            *legal_name != before.legal_name,
            words.say("customer-change-name"),
        ),
        (
            *departments != before.departments,
            words.say("customer-change-departments"),
        ),
        (*kind != before.kind, words.say("customer-change-kind")),
        (
            *address != before.address,
            words.say("customer-change-address"),
        ),
        (
            *contact != before.contact,
            words.say("customer-change-contact"),
        ),
        (
            *language != before.language,
            words.say("customer-change-language"),
        ),
        (
            *currency != before.currency,
            words.say("customer-change-currency"),
        ),
        (
            *vat_id != before.vat_id,
            words.say("customer-change-vat-id"),
        ),
        (
            *evidence != before.evidence,
            words.say("customer-change-evidence"),
        ),
        (
            *routing != before.routing,
            words.say("customer-change-routing"),
        ),
        (
            *purchase_order_required != before.purchase_order_required,
            words.say("customer-change-order"),
        ),
    ];
    changed
        .into_iter()
        .filter_map(|(changed, what)| changed.then_some(what))
        .collect()
}
