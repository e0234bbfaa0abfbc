//! Quantities with the word for their unit.

use crate::billing::Quantity;
use crate::billing::invoice::Unit;
use crate::billing::party::Language;
use crate::documents::format::{NBSP, decimal};

/// Singular and plural in one language; the two are equal where the word does not change.
type Words = (&'static str, &'static str);

const fn words(unit: Unit, language: Language) -> Words {
    use Language::{De, En, Fr};
    match (unit, language) {
        (Unit::Month, De) => ("Monat", "Monate"),
        (Unit::Month, En) => ("month", "months"),
        (Unit::Month, Fr) => ("mois", "mois"),
        (Unit::Quarter, De) => ("Quartal", "Quartale"),
        (Unit::Quarter, En) => ("quarter", "quarters"),
        (Unit::Quarter, Fr) => ("trimestre", "trimestres"),
        (Unit::HalfYear, De) => ("Halbjahr", "Halbjahre"),
        (Unit::HalfYear, En) => ("half-year", "half-years"),
        (Unit::HalfYear, Fr) => ("semestre", "semestres"),
        (Unit::Year, De) => ("Jahr", "Jahre"),
        (Unit::Year, En) => ("year", "years"),
        (Unit::Year, Fr) => ("an", "ans"),
        (Unit::Day, De) => ("Tag", "Tage"),
        (Unit::Day, En) => ("day", "days"),
        (Unit::Day, Fr) => ("jour", "jours"),
        (Unit::Hour, De) => ("Std.", "Std."),
        (Unit::Hour, En | Fr) => ("h", "h"),
        (Unit::Gigabyte, De | En) => ("GB", "GB"),
        (Unit::Gigabyte, Fr) => ("Go", "Go"),
        (Unit::Package, De) => ("Paket", "Pakete"),
        (Unit::Package, En) => ("package", "packages"),
        (Unit::Package, Fr) => ("lot", "lots"),
        (Unit::Piece, De) => ("Stück", "Stück"),
        (Unit::Piece, En) => ("piece", "pieces"),
        (Unit::Piece, Fr) => ("unité", "unités"),
        (Unit::LumpSum, De) => ("pauschal", "pauschal"),
        (Unit::LumpSum, En) => ("lump sum", "lump sums"),
        (Unit::LumpSum, Fr) => ("forfait", "forfaits"),
    }
}

/// `3 Monate`, `2,50 Std.`, `100 Go`. Hours show two places. A long fraction may break before its
/// unit, a short one never does.
#[must_use]
pub fn quantity(quantity: Quantity, unit: Unit, language: Language) -> String {
    let figure = figure(quantity, unit, language);
    let gap = if figure.chars().count() > 8 {
        ' '
    } else {
        NBSP
    };
    format!("{figure}{gap}{}", name(quantity, unit, language))
}

/// The figure alone, with the places its unit is known by.
pub(super) fn figure(quantity: Quantity, unit: Unit, language: Language) -> String {
    let min_places = if unit == Unit::Hour { 2 } else { 0 };
    decimal(quantity.decimal(), min_places, language)
}

/// The word for the unit as it follows this quantity: English counts one as singular, French all
/// that is below two (CLDR plural rules), German one.
#[must_use]
pub fn name(quantity: Quantity, unit: Unit, language: Language) -> &'static str {
    let (one, many) = words(unit, language);
    let size = quantity.decimal().abs();
    let singular = match language {
        Language::Fr => size < rust_decimal::Decimal::TWO,
        Language::De | Language::En => size == rust_decimal::Decimal::ONE,
    };
    if singular { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, unit: Unit) -> [String; 3] {
        [Language::De, Language::En, Language::Fr]
            .map(|l| quantity(text.parse().unwrap(), unit, l).replace(NBSP, "~"))
    }

    #[test]
    fn quantities_carry_their_unit_in_the_right_number() {
        assert_eq!(written("1", Unit::Month), ["1~Monat", "1~month", "1~mois"]);
        assert_eq!(
            written("3", Unit::Month),
            ["3~Monate", "3~months", "3~mois"]
        );
        assert_eq!(
            written("2.5", Unit::Hour),
            ["2,50~Std.", "2.50~h", "2,50~h"]
        );
        assert_eq!(
            written("1.5", Unit::Year),
            ["1,5~Jahre", "1.5~years", "1,5~an"]
        );
        assert_eq!(
            written("-1", Unit::Package),
            ["\u{2212}1~Paket", "\u{2212}1~package", "\u{2212}1~lot"]
        );
        assert_eq!(written("38", Unit::Gigabyte), ["38~GB", "38~GB", "38~Go"]);
    }

    #[test]
    fn a_long_fraction_may_break_before_its_unit() {
        assert_eq!(written("0.366666667", Unit::Month)[0], "0,366666667 Monate");
    }
}
