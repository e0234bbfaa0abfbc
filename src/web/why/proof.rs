//! What proves the figures of a line: readings with their evidence, the agreement, the price, the
//! share of an interval, the rounding, the tax, and when all of it was decided.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Asked, Proof, money, steps, text};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::invoice::{Cause, Line, LineBasis, Unit};
use crate::billing::party::Language;
use crate::billing::tax::{TaxCase, TaxCategory, TaxTreatment};
use crate::billing::{Quantity, Ratio, Rounding};
use crate::documents::view::quantity_with_unit;
use crate::web::access::encoded;
use crate::web::format;
use crate::web::words::{Argument, Words};

/// Units that readings are taken in, by the codes that derivations carry.
const READ: [Unit; 5] = [
    Unit::Gigabyte,
    Unit::Piece,
    Unit::Hour,
    Unit::Package,
    Unit::Day,
];

fn item(label: String, text: String) -> Proof {
    Proof {
        label,
        text,
        ..Proof::default()
    }
}

/// What a line rests on, in the order in which it is checked.
pub(super) fn of_line(asked: Asked<'_>, line: &Line) -> Vec<Proof> {
    let words = asked.words;
    let mut found = readings(asked, &line.derivation);
    found.extend(billed(asked, line));
    found.push(contract(asked));
    found.extend(amendment(words, line));
    found.extend(price(asked, line));
    if let LineBasis::Time { fraction, .. } = &line.basis
        && !fraction.is_whole()
    {
        let share = fraction.to_string();
        let said = words.with("why-share-text", &text("share", &share));
        found.push(item(words.say("why-share"), said));
    }
    found.push(item(
        words.say("why-rounding"),
        words.say("why-rounding-text"),
    ));
    found.push(tax(words, &line.tax));
    found.push(decision(asked));
    found
}

/// What a service credit rests on; `said` is what the document says of the level.
pub(super) fn of_credit(asked: Asked<'_>, derivation: &Derivation, said: &[String]) -> Vec<Proof> {
    let words = asked.words;
    let mut found = Vec::new();
    if !said.is_empty() {
        let mut level = item(words.say("source-service-level"), said.join(" · "));
        level.detail = downtime(words, derivation).unwrap_or_default();
        found.push(level);
    }
    found.push(contract(asked));
    found.push(item(
        words.say("why-rounding"),
        words.say("why-rounding-text"),
    ));
    found.push(decision(asked));
    found
}

/// How long the service was down of the time that was agreed.
fn downtime(words: Words, derivation: &Derivation) -> Option<String> {
    let seconds = |what: &str| -> Option<u64> {
        let step = steps(derivation).into_iter().find(|one| one.what == what)?;
        step.value.strip_suffix(" s")?.parse().ok()
    };
    let (down, agreed) = (seconds("down")?, seconds("agreed time")?);
    let figure = |seconds: u64| format::decimal(seconds.into(), 0, words.0);
    let (down, agreed) = (figure(down), figure(agreed));
    let arguments = [
        ("down", Argument::Text(down.as_str())),
        ("agreed", Argument::Text(agreed.as_str())),
    ];
    Some(words.with("why-downtime", &arguments))
}

/// Every reading once, with the reports it was made from folded into one line.
fn readings(asked: Asked<'_>, derivation: &Derivation) -> Vec<Proof> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for step in steps(derivation) {
        let Some(source) = &step.source else { continue };
        if source.kind == SourceKind::Reading && seen.insert(source.id.as_str()) {
            found.push(reading(asked, step, &source.id));
        }
    }
    found
}

fn reading(asked: Asked<'_>, step: &Derivation, id: &str) -> Proof {
    let words = asked.words;
    // Named by instance, meter, days and revision; an instance has no slash in its name.
    let parts: Vec<&str> = id.split('/').collect();
    let [instance, _, days, revision] = parts.as_slice() else {
        return item(words.say("source-reading"), id.to_owned());
    };
    let (quantity, coverage) = read(words, &step.value);
    let days = period(words, days);
    let arguments = [
        ("quantity", Argument::Text(quantity.as_str())),
        ("instance", Argument::Text(instance)),
        ("days", Argument::Text(days.as_str())),
    ];
    let mut proof = item(
        words.say("source-reading"),
        words.with("why-reading-text", &arguments),
    );
    proof.href.clone_from(&asked.pages.usage);
    let arguments = [
        ("coverage", Argument::Text(coverage.as_str())),
        ("revision", Argument::Text(revision)),
    ];
    proof.detail = match step.what.ends_with(", estimated") {
        true => words.with("why-reading-estimated", &arguments),
        false => words.with("why-reading-detail", &arguments),
    };
    let reports: Vec<&str> = step
        .because
        .iter()
        .filter_map(|one| one.source.as_ref())
        .filter(|one| one.kind == SourceKind::Evidence)
        .map(|one| one.id.as_str())
        .collect();
    proof.more = (!reports.is_empty()).then(|| evidence(words, &reports));
    proof
}

/// How many reports there are, with one checksum over the list of theirs, and the list.
fn evidence(words: Words, reports: &[&str]) -> (String, Vec<String>) {
    let mut list = reports.join("\n");
    list.push('\n');
    let checksum = format::short_hash(&crate::db::sha256_hex(list.as_bytes()));
    let arguments = [
        ("count", Argument::Count(reports.len() as u64)),
        ("checksum", Argument::Text(checksum.as_str())),
    ];
    let said = words.with("why-evidence", &arguments);
    let lines = reports.iter().map(|hash| format::short_hash(hash));
    (said, lines.collect())
}

/// `638 E34 (coverage 1)` in words: the quantity with its unit, and the share that was measured.
fn read(words: Words, value: &str) -> (String, String) {
    let (measured, rest) = value.split_once(" (coverage ").unwrap_or((value, "1)"));
    let quantity = measured.split_once(' ').and_then(|(figure, code)| {
        let unit = READ.into_iter().find(|unit| unit.code() == code)?;
        let quantity: Quantity = figure.parse().ok()?;
        Some(match unit {
            Unit::Package => format::decimal(quantity.decimal(), 0, words.0),
            unit => quantity_with_unit(quantity, unit, words.0),
        })
    });
    let coverage = share(rest.trim_end_matches(')')).and_then(|share| {
        // Rounded down: what is missing never looks as if it were there.
        let points = share.rounded(4, Rounding::Down).ok()?;
        let percent = rust_decimal::Decimal::try_from_i128_with_scale(points, 2).ok()?;
        let percent = format::decimal(percent, 0, words.0);
        Some(format!("{percent}{}%", format::NBSP))
    });
    (
        quantity.unwrap_or_else(|| measured.to_owned()),
        coverage.unwrap_or_default(),
    )
}

/// A fraction as text: `1`, `743/744`.
fn share(text: &str) -> Option<Ratio> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    Ratio::new(above.parse().ok()?, below.parse().ok()?).ok()
}

/// `2026-07-01..2026-07-31`, both days in, as the reader has it.
fn period(words: Words, text: &str) -> String {
    let days = text.split_once("..").and_then(|(first, last)| {
        let first: NaiveDate = first.parse().ok()?;
        Some(format::date_range(first, last.parse().ok()?, words.0))
    });
    days.unwrap_or_else(|| text.to_owned())
}

fn contract(asked: Asked<'_>) -> Proof {
    Proof {
        href: asked.pages.contract.clone(),
        ..item(
            asked.words.say("source-contract"),
            format::unbroken(&asked.view.contract),
        )
    }
}

fn amendment(words: Words, line: &Line) -> Option<Proof> {
    let ids = match (&line.basis, &line.key.cause) {
        (LineBasis::Difference { amendments, .. }, _) if !amendments.is_empty() => {
            amendments.replace(',', ", ")
        }
        _ => return None,
    };
    Some(item(words.say("source-amendment"), format::unbroken(&ids)))
}

/// What was billed before and is set against this line, or taken back by it.
fn billed(asked: Asked<'_>, line: &Line) -> Vec<Proof> {
    let words = asked.words;
    let label = || words.say("source-billed-line");
    if let Cause::Reversal { document, position } = &line.key.cause {
        let position = position.to_string();
        let number = format::unbroken(document);
        let arguments = [
            ("number", Argument::Text(number.as_str())),
            ("position", Argument::Text(position.as_str())),
        ];
        return vec![Proof {
            href: format!("{}{}", asked.pages.invoices, encoded(document)),
            ..item(label(), words.with("why-taken-back", &arguments))
        }];
    }
    let mut found = Vec::new();
    for step in &line.derivation.because {
        let days = step.what.strip_prefix("billed for ");
        let sum = money(&step.value, asked.currency());
        if let (Some(days), Some(sum)) = (days, sum) {
            let (days, sum) = (period(words, days), format::money(sum, words.0));
            let arguments = [
                ("amount", Argument::Text(sum.as_str())),
                ("days", Argument::Text(days.as_str())),
            ];
            found.push(item(label(), words.with("why-billed-text", &arguments)));
        }
    }
    found
}

/// The price and where it comes from.
fn price(asked: Asked<'_>, line: &Line) -> Option<Proof> {
    let words = asked.words;
    let step = steps(&line.derivation)
        .into_iter()
        .find(|step| step.what == "price of one interval" || step.what == "price of one")?;
    let stated = step.value.strip_suffix(asked.currency().code())?.trim_end();
    let figure: rust_decimal::Decimal = stated.parse().ok()?;
    let figure = format::decimal(figure, asked.currency().minor_digits(), words.0);
    let currency = asked.currency();
    let origins: Vec<String> = step
        .because
        .iter()
        .filter_map(|why| origin(words, &why.what))
        .collect();
    let mut proof = item(
        words.say("why-price-item"),
        format!("{figure}{}{currency}", format::NBSP),
    );
    proof.detail = match origins.is_empty() {
        true => words.say("price-agreed"),
        false => origins.join(" · "),
    };
    Some(proof)
}

/// Where a price comes from, as the fold of contracts words it.
fn origin(words: Words, what: &str) -> Option<String> {
    if what.starts_with("agreed for ") {
        return Some(words.say("price-agreed"));
    }
    if what.starts_with("price step agreed from ") {
        return Some(words.say("price-ramp"));
    }
    if let Some(id) = what.strip_prefix("set by amendment ") {
        let id = format::unbroken(id);
        return Some(words.with("price-by-amendment", &text("id", &id)));
    }
    // `VPI 128.1 (2026-08) over 125.3 (2025-08), capped at 3 %`
    let (index, cap) = match what.split_once(", capped at ") {
        Some((index, cap)) => (index, Some(cap)),
        None => (what, None),
    };
    let (new, old) = index.split_once(" over ")?;
    let (series, new) = new.split_once(' ')?;
    let value = |text: &str| -> Option<String> {
        let (figure, month) = text.split_once(" (")?;
        let day: NaiveDate = format!("{}-01", month.trim_end_matches(')')).parse().ok()?;
        let figure: rust_decimal::Decimal = figure.parse().ok()?;
        let (figure, month) = (
            format::decimal(figure, 0, words.0),
            format::month(day, words.0),
        );
        Some(format!("{figure} ({month})"))
    };
    let (new, old) = (value(new)?, value(old)?);
    let arguments = [
        ("series", Argument::Text(series)),
        ("new", Argument::Text(new.as_str())),
        ("old", Argument::Text(old.as_str())),
    ];
    let said = words.with("why-index", &arguments);
    let most = cap.and_then(|cap| {
        let percent = cap.trim_end_matches(" %").parse().ok()?;
        let percent = format::percent(percent, words.0);
        Some(words.with("contract-clause-cap", &text("percent", &percent)))
    });
    Some(match most {
        Some(most) => format!("{said}; {most}"),
        None => said,
    })
}

/// How the line is taxed, and by which rule.
fn tax(words: Words, treatment: &TaxTreatment) -> Proof {
    let rate = treatment.rate.map(|rate| format::percent(rate, words.0));
    let said = match treatment.category {
        TaxCategory::S => {
            let rate = rate.unwrap_or_default();
            words.with("customer-tax-rate", &text("rate", &rate))
        }
        TaxCategory::AE => words.say("customer-tax-reverse"),
        TaxCategory::E => words.say("customer-tax-exempt"),
        TaxCategory::O => words.say("customer-tax-outside"),
    };
    let mut proof = item(words.say("why-tax"), said);
    let reason = treatment.reason.as_ref().map(|reason| match words.0 {
        Language::De => reason.de.clone(),
        Language::En => reason.en.clone(),
        Language::Fr => reason.fr.clone(),
    });
    let statute = || TaxCase::of(treatment).map(|case| in_words_of(words.0, case.statute()));
    proof.detail = reason.or_else(statute).unwrap_or_default();
    proof
}

/// A statute with the words that citations have in a language.
fn in_words_of(language: Language, statute: &str) -> String {
    let pairs: &[(&str, &str)] = match language {
        Language::En => &[],
        Language::De => &[
            ("Directive", "MwStSystRL"),
            (" no. ", " Nr. "),
            ("sentence", "Satz"),
        ],
        Language::Fr => &[
            ("Directive", "directive TVA"),
            (" no. ", " n° "),
            ("sentence", "phrase"),
        ],
    };
    let mut text = statute.to_owned();
    for (from, to) in pairs {
        text = text.replace(from, to);
    }
    text
}

fn decision(asked: Asked<'_>) -> Proof {
    let day = format::date(asked.frozen, asked.words.0);
    item(
        asked.words.say("why-decision"),
        asked.words.with("why-decision-text", &text("day", &day)),
    )
}
