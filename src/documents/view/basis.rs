//! What a quantity rests on, in words: the reading and its allowance, the share of an interval, the
//! level that was reached.

use rust_decimal::Decimal;

use super::unit;
use crate::billing::calendar::Interval;
use crate::billing::invoice::{DocumentAllowance, Line, LineBasis, Unit};
use crate::billing::party::Language;
use crate::billing::{Money, Percent, Quantity, Ratio, Rounding};
use crate::documents::format::{NBSP, amount, decimal, unbroken};

use Language::{De, En, Fr};

/// Second lines of a table line that follow from its basis.
pub(super) fn details(line: &Line, language: Language) -> Vec<String> {
    match &line.basis {
        LineBasis::Time {
            per,
            fraction,
            count,
        } => share(*per, *fraction, *count, language)
            .into_iter()
            .collect(),
        LineBasis::Usage {
            reading,
            included,
            tier,
            coverage,
            estimated,
        } => {
            let mut found = Vec::new();
            if let Some((above, upto)) = tier {
                found.push(bounds(*included, *above, *upto, line.unit, language));
            }
            // The reading is the same for every tier; it is said where it is shared out first.
            if tier.is_none_or(|(above, _)| above.is_zero()) {
                found.push(read(*reading, *included, line.unit, language));
            }
            found.extend(quality(*coverage, *estimated, language));
            found
        }
        LineBasis::Sum => Vec::new(),
        LineBasis::Difference {
            expected,
            billed,
            amendments,
        } => difference(*expected, *billed, amendments, language),
        LineBasis::ServiceLevel {
            reached,
            target,
            references,
        } => level(reached.zip(*target), references, language),
    }
}

/// What is due now, what was billed before, and the amendment that says so.
fn difference(expected: Money, billed: Money, amendments: &str, language: Language) -> Vec<String> {
    let (expected, billed) = (amount(expected, language), amount(billed, language));
    let mut lines = vec![match language {
        De => format!("Fällig {expected}, bisher berechnet {billed}"),
        En => format!("Due {expected}, billed before {billed}"),
        Fr => format!("Dû {expected}, déjà facturé {billed}"),
    }];
    if !amendments.is_empty() {
        let ids = unbroken(&amendments.replace(',', ", "));
        lines.push(match language {
            De => format!("Nachtrag {ids}"),
            En => format!("Amendment {ids}"),
            Fr => format!("Avenant {ids}"),
        });
    }
    lines
}

/// The quantity of a line: `3 Monate`, and for a part of an interval the exact `21/31 Monat`, which
/// is what was multiplied; as a decimal it would look like a fault.
pub(super) fn quantity(line: &Line, language: Language) -> String {
    match &line.basis {
        LineBasis::Time {
            per,
            fraction,
            count,
        } if *count == Quantity::whole(1) && !fraction.is_whole() && !line.net.is_negative() => {
            let (above, below) = (fraction.numerator(), fraction.denominator());
            let part = Quantity::rounded(*fraction, Rounding::HalfUp);
            let part = part.unwrap_or(line.quantity);
            format!(
                "{above}/{below}{NBSP}{}",
                unit::name(part, of(*per), language)
            )
        }
        _ => unit::quantity(line.quantity, line.unit, language),
    }
}

const fn of(per: Interval) -> Unit {
    match per {
        Interval::Month => Unit::Month,
        Interval::Quarter => Unit::Quarter,
        Interval::HalfYear => Unit::HalfYear,
        Interval::Year => Unit::Year,
    }
}

/// `12 × 21/31 Monat` where there is more than one of the thing; of one its quantity says it all.
fn share(per: Interval, fraction: Ratio, count: Quantity, language: Language) -> Option<String> {
    if count == Quantity::whole(1) {
        return None;
    }
    let of = of(per);
    let (above, below) = (fraction.numerator(), fraction.denominator());
    let part = if fraction.is_whole() {
        let whole = i64::try_from(above).map_or(Quantity::whole(1), Quantity::whole);
        format!("{above}{NBSP}{}", unit::name(whole, of, language))
    } else {
        format!(
            "{above}/{below}{NBSP}{}",
            unit::name(Quantity::whole(1), of, language)
        )
    };
    let count = decimal(count.decimal(), 0, language);
    Some(format!("{count}{NBSP}×{NBSP}{part}"))
}

/// A figure with the unit it was read in. Packages are sold by the package and read in what they
/// hold, so that there the figure stands alone.
fn measured(value: Quantity, of: Unit, language: Language) -> String {
    match of {
        Unit::Package | Unit::LumpSum => decimal(value.decimal(), 0, language),
        of => unit::quantity(value, of, language),
    }
}

/// The bounds of a tier as the reader counts: from nothing, not from the allowance.
fn bounds(
    included: Quantity,
    above: Quantity,
    upto: Option<Quantity>,
    of: Unit,
    language: Language,
) -> String {
    // Sums of two quantities of nine places stay far inside 28 digits; if not, the tier's own
    // bounds are shown.
    let from_zero = |bound: Quantity| {
        let sum = included.decimal().checked_add(bound.decimal());
        sum.and_then(|sum| sum.to_string().parse().ok())
            .unwrap_or(bound)
    };
    let from = decimal(from_zero(above).decimal(), 0, language);
    match (upto, language) {
        (Some(upto), _) => {
            let to = measured(from_zero(upto), of, language);
            match language {
                De => format!("Über {from} bis {to}"),
                En => format!("Over {from} up to {to}"),
                Fr => format!("Au-delà de {from}, jusqu’à {to}"),
            }
        }
        (None, De) => format!("Über {}", measured(from_zero(above), of, language)),
        (None, En) => format!("Over {}", measured(from_zero(above), of, language)),
        (None, Fr) => format!("Au-delà de {}", measured(from_zero(above), of, language)),
    }
}

fn read(reading: Quantity, included: Quantity, of: Unit, language: Language) -> String {
    let reading = measured(reading, of, language);
    let word = match language {
        De => "Messwert",
        En => "Reading",
        Fr => "Relevé",
    };
    if included.is_zero() {
        return format!("{word} {reading}");
    }
    let included = measured(included, of, language);
    match language {
        De => format!("{word} {reading}, enthalten {included}"),
        En => format!("{word} {reading}, included {included}"),
        Fr => format!("{word} {reading}, inclus {included}"),
    }
}

/// Said only where something is missing.
fn quality(coverage: Ratio, estimated: bool, language: Language) -> Option<String> {
    let complete = coverage == Ratio::whole(1);
    match (complete, estimated, language) {
        (_, true, De) => Some("Geschätzt".to_owned()),
        (_, true, En) => Some("Estimated".to_owned()),
        (_, true, Fr) => Some("Estimé".to_owned()),
        (true, false, _) => None,
        (false, false, _) => {
            let share = percent_below(coverage, language)?;
            Some(match language {
                De => format!("{share} der Zeit gemessen"),
                En => format!("{share} of the time measured"),
                Fr => format!("{share} du temps mesuré"),
            })
        }
    }
}

/// A share in per cent of two places, rounded down: what was missed never looks as if it was met.
fn percent_below(share: Ratio, language: Language) -> Option<String> {
    let basis_points = share.rounded(4, Rounding::Down).ok()?;
    let percent = Decimal::try_from_i128_with_scale(basis_points, 2).ok()?;
    Some(format!("{}{NBSP}%", decimal(percent, 2, language)))
}

/// A level in per cent of two places, half up; rounded down where that would make a level that was
/// missed look as if it was met.
fn percent_reached(share: Ratio, target: Percent, language: Language) -> Option<String> {
    let points = |rounding| -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(share.rounded(4, rounding).ok()?, 2).ok()
    };
    let nearest = points(Rounding::HalfUp)?;
    let missed = share < target.factor().ok()?;
    let shown = if missed && nearest >= target.decimal() {
        points(Rounding::Down)?
    } else {
        nearest
    };
    Some(format!("{}{NBSP}%", decimal(shown, 2, language)))
}

/// Lines below a service credit: the level reached and agreed, and the outages behind it.
pub(super) fn credit(allowance: &DocumentAllowance, language: Language) -> Vec<String> {
    let mut lines = allowance.details.clone();
    let share = allowance.reached.zip(allowance.target);
    lines.extend(level(share, &allowance.references, language));
    lines
}

fn level(
    share: Option<(Ratio, Percent)>,
    references: &[String],
    language: Language,
) -> Vec<String> {
    let mut lines = Vec::new();
    let reached = share.and_then(|(reached, target)| {
        let reached = percent_reached(reached, target, language)?;
        Some((reached, target))
    });
    if let Some((reached, target)) = reached {
        let agreed = format!("{}{NBSP}%", decimal(target.decimal(), 2, language));
        lines.push(match language {
            De => format!("{reached} erreicht, {agreed} vereinbart"),
            En => format!("{reached} reached, {agreed} agreed"),
            Fr => format!("{reached} atteint, {agreed} convenu"),
        });
    }
    if !references.is_empty() {
        let list: Vec<String> = references.iter().map(|one| unbroken(one)).collect();
        lines.push(list.join(", "));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(write: impl Fn(Language) -> Option<String>) -> [String; 3] {
        [De, En, Fr].map(|language| write(language).unwrap_or_default().replace(NBSP, " "))
    }

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn a_part_of_a_month_is_named_as_a_fraction_of_its_days() {
        let part = Ratio::new(21, 31).unwrap();
        let one = Quantity::whole(1);
        assert_eq!(share(Interval::Month, part, one, De), None);
        assert_eq!(
            plain(|l| share(Interval::Month, part, quantity("2"), l)),
            ["2 × 21/31 Monat", "2 × 21/31 month", "2 × 21/31 mois"]
        );
        assert_eq!(
            plain(|l| share(Interval::Month, Ratio::whole(3), Quantity::whole(12), l)),
            ["12 × 3 Monate", "12 × 3 months", "12 × 3 mois"]
        );
    }

    #[test]
    fn tiers_count_from_nothing_and_readings_name_their_allowance() {
        let (included, above) = (quantity("500"), Quantity::ZERO);
        let upto = Some(quantity("100"));
        assert_eq!(
            plain(|l| Some(bounds(included, above, upto, Unit::Gigabyte, l))),
            [
                "Über 500 bis 600 GB",
                "Over 500 up to 600 GB",
                "Au-delà de 500, jusqu’à 600 Go"
            ]
        );
        assert_eq!(
            plain(|l| Some(bounds(included, quantity("100"), None, Unit::Gigabyte, l))),
            ["Über 600 GB", "Over 600 GB", "Au-delà de 600 Go"]
        );
        assert_eq!(
            plain(|l| Some(read(quantity("638"), included, Unit::Gigabyte, l))),
            [
                "Messwert 638 GB, enthalten 500 GB",
                "Reading 638 GB, included 500 GB",
                "Relevé 638 Go, inclus 500 Go"
            ]
        );
        let packages = read(quantity("6340"), quantity("5000"), Unit::Package, En);
        assert_eq!(packages, "Reading 6,340, included 5,000");
    }

    #[test]
    fn a_level_that_was_missed_is_never_rounded_up_to_the_target() {
        let nearly = Ratio::new(998_999, 1_000_000).unwrap();
        assert_eq!(
            percent_below(nearly, En).unwrap().replace(NBSP, " "),
            "99.89 %"
        );
        let target: Percent = "99.9".parse().unwrap();
        let reached = |above, below| {
            let share = Ratio::new(above, below).unwrap();
            percent_reached(share, target, En)
                .unwrap()
                .replace(NBSP, " ")
        };
        assert_eq!(reached(998_999, 1_000_000), "99.89 %");
        assert_eq!(reached(994_198, 1_000_000), "99.42 %");
        assert_eq!(quality(Ratio::whole(1), false, De), None);
        assert_eq!(quality(Ratio::whole(1), true, De).unwrap(), "Geschätzt");
    }
}
