//! The calculation of a line as an equation: factors with captions, exact value, rounded value.

use super::{Asked, Term, amount_of, named, text};
use crate::billing::calendar::Interval;
use crate::billing::derivation::Derivation;
use crate::billing::invoice::{ChargeKind, Line, LineBasis, Unit};
use crate::billing::{Money, Percent, Quantity, Ratio, Rounding};
use crate::documents::view::{quantity_with_unit, unit_name};
use crate::web::format;
use crate::web::words::Argument;

const TIMES: &str = "×";
const LESS: &str = "−";
const IS: &str = "=";
const BECOMES: &str = "→";

fn term(sign: &'static str, value: String, caption: String) -> Term {
    Term {
        sign,
        value,
        caption,
        ..Term::default()
    }
}

fn amount(asked: Asked<'_>, money: Money) -> String {
    format::amount(money, asked.words.0)
}

/// What stands on the document.
fn result(asked: Asked<'_>, sign: &'static str, money: Money) -> Term {
    let caption = match sign {
        BECOMES => {
            let places = money.currency().minor_digits().to_string();
            let places = [
                ("places", Argument::Text(places.as_str())),
                ("currency", Argument::Text(money.currency().code())),
            ];
            asked.words.with("why-rounded", &places)
        }
        _ => asked
            .words
            .with("why-net", &text("currency", money.currency().code())),
    };
    Term {
        result: true,
        ..term(sign, amount(asked, money), caption)
    }
}

/// The equations of a line, in the order they are read.
pub(super) fn of_line(asked: Asked<'_>, line: &Line) -> Vec<Vec<Term>> {
    let currency = asked.currency();
    let words = asked.words;
    match &line.basis {
        LineBasis::Usage {
            reading,
            included,
            tier,
            ..
        } => {
            let mut found = Vec::new();
            found.extend(above(asked, line, (*reading, *included), tier.is_some()));
            found.push(product(asked, line));
            found
        }
        LineBasis::Time {
            per,
            fraction,
            count,
        } => vec![time(asked, line, (*per, *fraction, *count))],
        LineBasis::Difference {
            expected, billed, ..
        } => vec![vec![
            term("", amount(asked, *expected), words.say("why-expected")),
            term(LESS, amount(asked, *billed), words.say("why-billed")),
            result(asked, IS, line.net),
        ]],
        LineBasis::ServiceLevel { .. } => of_credit(asked, &line.derivation, None, line.net),
        LineBasis::Sum if line.key.kind == ChargeKind::TrueUp => {
            let least = amount_of(&line.derivation, "least amount agreed", currency);
            let used = amount_of(&line.derivation, "charged for use", currency);
            match least.zip(used) {
                Some((least, used)) => vec![vec![
                    term("", amount(asked, least), words.say("why-least")),
                    term(LESS, amount(asked, used), words.say("why-used")),
                    result(asked, IS, line.net),
                ]],
                None => vec![product(asked, line)],
            }
        }
        LineBasis::Sum => vec![product(asked, line)],
    }
}

/// `638 GB − 500 GB = 138 GB`: what is charged of what was read. None where nothing is included.
fn above(
    asked: Asked<'_>,
    line: &Line,
    (reading, included): (Quantity, Quantity),
    tiers: bool,
) -> Option<Vec<Term>> {
    let words = asked.words;
    let over = reading.ratio().minus(included.ratio()).ok()?;
    let over = Quantity::rounded(over, Rounding::HalfUp).ok()?;
    if included.is_zero() && over == line.quantity {
        return None;
    }
    let measured = |quantity: Quantity| match line.unit {
        Unit::Package | Unit::LumpSum => format::decimal(quantity.decimal(), 0, words.0),
        unit => quantity_with_unit(quantity, unit, words.0),
    };
    let mut terms = vec![
        term("", measured(reading), words.say("why-read")),
        term(LESS, measured(included), words.say("why-included")),
        term(IS, measured(over), words.say("why-above")),
    ];
    if tiers && over != line.quantity {
        let own = measured(line.quantity);
        terms.push(term(BECOMES, own, words.say("why-tier")));
    }
    Some(terms)
}

/// Quantity times price, less discounts.
fn product(asked: Asked<'_>, line: &Line) -> Vec<Term> {
    let one = line.unit == Unit::LumpSum || line.quantity == Quantity::whole(1);
    let mut terms = Vec::new();
    if !one {
        let quantity = quantity_with_unit(line.quantity, line.unit, asked.words.0);
        terms.push(term("", quantity, asked.words.say("why-quantity")));
    }
    let sign = if one { "" } else { TIMES };
    terms.push(price(asked, line, (sign, line.unit)));
    let exact = line.quantity.ratio().times(line.price.ratio());
    finished(asked, line, terms, exact.ok())
}

/// The price of one unit.
fn price(asked: Asked<'_>, line: &Line, (sign, unit): (&'static str, Unit)) -> Term {
    let words = asked.words;
    let figure = format::unit_price(line.price, asked.currency(), words.0);
    let currency = asked.currency();
    let caption = match unit {
        Unit::LumpSum => currency.to_string(),
        unit => {
            let arguments = [
                ("currency", Argument::Text(currency.code())),
                (
                    "unit",
                    Argument::Text(unit_name(Quantity::whole(1), unit, words.0)),
                ),
            ];
            words.with("why-price", &arguments)
        }
    };
    term(sign, figure, caption)
}

const fn of(per: Interval) -> Unit {
    match per {
        Interval::Month => Unit::Month,
        Interval::Quarter => Unit::Quarter,
        Interval::HalfYear => Unit::HalfYear,
        Interval::Year => Unit::Year,
    }
}

/// Price × share of the interval × count. A line that states its sum alone names no price of one
/// interval; its equation is that sum.
fn time(
    asked: Asked<'_>,
    line: &Line,
    (per, fraction, count): (Interval, Ratio, Quantity),
) -> Vec<Term> {
    let words = asked.words;
    if line.unit != of(per) {
        return product(asked, line);
    }
    let mut terms = vec![price(asked, line, ("", of(per)))];
    let unit = unit_name(Quantity::whole(2), of(per), words.0);
    if !fraction.is_whole() {
        let part = unit_name(Quantity::whole(1), of(per), words.0);
        terms.push(Term {
            under: fraction.denominator().to_string(),
            ..term(
                TIMES,
                fraction.numerator().to_string(),
                words.with("why-part", &text("unit", part)),
            )
        });
    } else if fraction != Ratio::ONE {
        terms.push(term(
            TIMES,
            fraction.numerator().to_string(),
            unit.to_owned(),
        ));
    }
    if count != Quantity::whole(1) {
        let many = format::decimal(count.decimal(), 0, words.0);
        terms.push(term(TIMES, many, words.say("why-count")));
    }
    let exact = fraction
        .times(count.ratio())
        .and_then(|share| share.times(line.price.ratio()));
    finished(asked, line, terms, exact.ok())
}

/// The exact value where it has more places than the amount, discounts, and the amount itself. What
/// does not come out at the amount is a sum of parts that were rounded before: its factors would
/// mislead, so that the amount alone is left.
fn finished(
    asked: Asked<'_>,
    line: &Line,
    mut terms: Vec<Term>,
    exact: Option<Ratio>,
) -> Vec<Term> {
    let words = asked.words;
    let taken = line.allowances.iter().map(|one| one.amount);
    let gross = Money::sum(taken, asked.currency()).and_then(|taken| taken.plus(line.net));
    let rounded = exact.and_then(|exact| {
        let money = Money::rounded(exact, asked.currency(), Rounding::HalfUp).ok()?;
        let even = money.ratio().ok()? == exact;
        Some((exact, money, even))
    });
    let (Some((exact, money, even)), Ok(gross)) = (rounded, gross) else {
        return vec![result(asked, "", line.net)];
    };
    if money != gross {
        return vec![result(asked, "", line.net)];
    }
    if !even {
        terms.push(term(IS, decimals(asked, exact), words.say("why-exact")));
    }
    if line.allowances.is_empty() {
        if terms.len() == 1 {
            return vec![Term {
                sign: "",
                ..result(asked, "", line.net)
            }];
        }
        terms.push(result(asked, if even { IS } else { BECOMES }, line.net));
        return terms;
    }
    if terms.len() > 1 {
        let sign = if even { IS } else { BECOMES };
        terms.push(term(sign, amount(asked, gross), words.say("why-before")));
    }
    for one in &line.allowances {
        terms.push(term(LESS, amount(asked, one.amount), one.reason.clone()));
    }
    terms.push(result(asked, IS, line.net));
    terms
}

/// An exact value in digits: all of them, or the first ones and a sign that more follow.
fn decimals(asked: Asked<'_>, exact: Ratio) -> String {
    const PLACES: u32 = 6;
    let cut = exact.rounded(PLACES, Rounding::Down).unwrap_or_default();
    let Ok(digits) = rust_decimal::Decimal::try_from_i128_with_scale(cut, PLACES) else {
        return exact.to_string();
    };
    let whole = Ratio::of_decimal(digits).is_ok_and(|shown| shown == exact);
    let shown = format::decimal(digits, asked.currency().minor_digits(), asked.words.0);
    match whole {
        true => shown,
        false => format!("{shown}…"),
    }
}

/// `3,274.11 × 10 % = 327.41`: a share of the month's fee.
pub(super) fn of_credit(
    asked: Asked<'_>,
    derivation: &Derivation,
    percent: Option<(Percent, Money)>,
    net: Money,
) -> Vec<Vec<Term>> {
    let words = asked.words;
    let stated = || {
        let step = named(derivation, "credit in per cent of the month's fee")?;
        let percent: Percent = step.value.trim_end_matches(" %").parse().ok()?;
        let fee = amount_of(derivation, "fee of the month", asked.currency())?;
        Some((percent, fee))
    };
    let Some((percent, fee)) = percent.or_else(stated) else {
        return vec![vec![result(asked, "", net)]];
    };
    let mut terms = vec![
        term("", amount(asked, fee), words.say("why-fee")),
        term(
            TIMES,
            format::percent(percent, words.0),
            words.say("why-credit"),
        ),
    ];
    let exact = percent
        .factor()
        .and_then(|factor| fee.ratio()?.times(factor));
    let rounded = exact.ok().and_then(|exact| {
        let money = Money::rounded(exact, asked.currency(), Rounding::HalfUp).ok()?;
        Some((exact, money, money.ratio().ok()? == exact))
    });
    let size = |money: Money| money.minor().unsigned_abs();
    match rounded {
        Some((exact, money, even)) => {
            if !even {
                terms.push(term(IS, decimals(asked, exact), words.say("why-exact")));
            }
            let bounded = size(money) != size(net);
            let sign = if even && !bounded { IS } else { BECOMES };
            let mut last = result(asked, sign, net);
            if bounded {
                last.caption = words.say("why-bounded");
            }
            terms.push(last);
        }
        None => terms.push(result(asked, IS, net)),
    }
    vec![terms]
}
