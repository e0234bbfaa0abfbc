//! Items of a contract as its page shows them: the price of today, and every one before and after.

use chrono::NaiveDate;

use super::super::words::Words;
use super::prices::{Priced, Speaker};
use super::terms::rhythm;
use super::{day, stretch, text};
use crate::billing::contract::{Adjustment, EffectiveItem, PriceStep};
use crate::usecases::contracts::ContractSheet;
use crate::web::format;

/// An item with its price of today and its later or earlier ones.
pub(super) struct ItemRow {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) rhythm: String,
    pub(super) runs: String,
    pub(super) over: bool,
    pub(super) price: Priced,
    pub(super) steps: Vec<(String, String)>,
}

/// An item in words.
pub(super) fn row(speaker: Speaker, sheet: &ContractSheet, effective: &EffectiveItem) -> ItemRow {
    let words = speaker.words;
    let item = &effective.item;
    let today = sheet.today.max(item.from);
    let count = effective.quantity_on(today);
    let now = effective.price_on(today);
    let mut detail: Vec<&str> = vec![item.id.as_str()];
    detail.extend(item.instance.as_deref());
    let further = item.details.iter().map(|text| text.get(words.0));
    ItemRow {
        name: item.name.get(words.0).to_owned(),
        detail: detail
            .into_iter()
            .chain(further)
            .collect::<Vec<_>>()
            .join(" · "),
        rhythm: rhythm(words, item),
        runs: stretch(words, item.from, item.until),
        over: item.until.is_some_and(|until| until <= sheet.today),
        price: speaker.item(item, now.map(|step| &step.model), count),
        steps: steps(speaker, sheet, effective),
    }
}

/// Every price of an item with the day it begins on and where it comes from; none when there is
/// only one.
fn steps(
    speaker: Speaker,
    sheet: &ContractSheet,
    effective: &EffectiveItem,
) -> Vec<(String, String)> {
    let several = effective.prices.len() > 1 || effective.quantities.len() > 1;
    if !several {
        return Vec::new();
    }
    let words = speaker.words;
    let mut days: Vec<NaiveDate> = effective.prices.iter().map(|step| step.from).collect();
    days.extend(effective.quantities.iter().map(|step| step.from));
    days.sort_unstable();
    days.dedup();
    let mut lines = Vec::with_capacity(days.len());
    for from in days {
        let Some(step) = effective.price_on(from) else {
            continue;
        };
        let count = effective.quantity_on(from);
        let price = speaker.step(&effective.item, &step.model, count);
        let counted = effective.quantities.iter().find(|one| one.from == from);
        let counted = counted.and_then(|one| one.cause.as_deref());
        let cause = match step.from == from {
            true => cause(words, sheet, step, from == effective.item.from),
            false => counted
                .map(|id| words.with("price-by-amendment", &text("id", &format::unbroken(id)))),
        };
        let said = match cause {
            Some(cause) => format!("{price} · {cause}"),
            None => price,
        };
        lines.push((day(words, from), said));
    }
    lines
}

/// Who or what set a price.
fn cause(words: Words, sheet: &ContractSheet, step: &PriceStep, first: bool) -> Option<String> {
    let Some(id) = step.cause.as_deref() else {
        return Some(match first {
            true => words.say("price-agreed"),
            false => words.say("price-ramp"),
        });
    };
    let adjusts = |clause: &Adjustment| clause.id == id;
    Some(match sheet.contract.adjustments.iter().any(adjusts) {
        true => words.with("price-by-clause", &text("id", &format::unbroken(id))),
        false => words.with("price-by-amendment", &text("id", &format::unbroken(id))),
    })
}
