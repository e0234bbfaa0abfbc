//! Numbers, amounts and percentages.

use rust_decimal::Decimal;

use super::{MINUS, NBSP, NNBSP};
use crate::billing::party::Language;
use crate::billing::{Currency, Money, Percent, UnitPrice};

/// Signs of one language.
struct Signs {
    thousands: char,
    point: char,
}

const fn signs(language: Language) -> Signs {
    match language {
        Language::De => Signs {
            thousands: '.',
            point: ',',
        },
        Language::En => Signs {
            thousands: ',',
            point: '.',
        },
        Language::Fr => Signs {
            thousands: NNBSP,
            point: ',',
        },
    }
}

/// A plain decimal text (`-1234.5`) in the signs of the language.
fn localised(plain: &str, language: Language) -> String {
    let signs = signs(language);
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (rest.bytes().any(|byte| (b'1'..=b'9').contains(&byte)), rest),
        None => (false, plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 3);
    if negative {
        text.push(MINUS);
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(signs.thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(signs.point);
        text.push_str(fraction);
    }
    text
}

/// A decimal number with all its significant places and at least `min_places`.
///
/// ```
/// use herdbook::billing::party::Language;
/// use herdbook::documents::format::decimal;
/// let value = "1234.5".parse().unwrap();
/// assert_eq!(decimal(value, 2, Language::De), "1.234,50");
/// ```
#[must_use]
pub fn decimal(value: Decimal, min_places: u32, language: Language) -> String {
    let mut value = value.normalize();
    if value.scale() < min_places {
        value.rescale(min_places);
    }
    localised(&value.to_string(), language)
}

/// The amount alone, with all places of its currency: `1.234,56`.
#[must_use]
pub fn amount(money: Money, language: Language) -> String {
    localised(&money.amount(), language)
}

/// The amount with its currency, as it stands in a sentence: `1.234,56 €`, `EUR 1,234.56`,
/// `1 234,56 €`. Other currencies show their code.
#[must_use]
pub fn money(money: Money, language: Language) -> String {
    let figure = amount(money, language);
    let currency = currency_head(money.currency(), language);
    match language {
        Language::En => format!("{currency}{NBSP}{figure}"),
        Language::De | Language::Fr => format!("{figure}{NBSP}{currency}"),
    }
}

/// The currency as the head of a column of amounts: `€`, or the ISO 4217 code.
#[must_use]
pub const fn currency_head(currency: Currency, language: Language) -> &'static str {
    match (currency, language) {
        (Currency::EUR, Language::De | Language::Fr) => "€",
        _ => currency.code(),
    }
}

/// A price of one unit: at least the places of the currency, more where the price has more.
#[must_use]
pub fn unit_price(price: UnitPrice, currency: Currency, language: Language) -> String {
    decimal(price.decimal(), currency.minor_digits(), language)
}

/// A percentage without needless places: `19 %`, `2,5 %`.
#[must_use]
pub fn percent(value: Percent, language: Language) -> String {
    format!("{}{NBSP}%", decimal(value.decimal(), 0, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Language; 3] = [Language::De, Language::En, Language::Fr];

    fn in_all(write: impl Fn(Language) -> String) -> [String; 3] {
        ALL.map(write)
    }

    #[test]
    fn thousands_are_grouped_by_the_signs_of_the_language() {
        let written = |text: &str, places: u32| {
            let value: Decimal = text.parse().unwrap();
            in_all(|language| decimal(value, places, language))
        };
        assert_eq!(written("0", 0), ["0", "0", "0"]);
        assert_eq!(written("999", 0), ["999", "999", "999"]);
        assert_eq!(written("1000", 0), ["1.000", "1,000", "1\u{202f}000"]);
        assert_eq!(
            written("1234567.891", 2),
            [
                "1.234.567,891",
                "1,234,567.891",
                "1\u{202f}234\u{202f}567,891"
            ]
        );
        assert_eq!(written("2.50", 0), ["2,5", "2.5", "2,5"]);
        assert_eq!(written("2.5", 2), ["2,50", "2.50", "2,50"]);
        assert_eq!(written("0.000000000001", 2)[1], "0.000000000001");
    }

    #[test]
    fn below_zero_stands_a_true_minus_and_zero_has_no_sign() {
        let value: Decimal = "-1234.5".parse().unwrap();
        assert_eq!(decimal(value, 2, Language::De), "\u{2212}1.234,50");
        assert_eq!(decimal("-0.00".parse().unwrap(), 2, Language::De), "0,00");
        let credit = Money::new(-32_741, Currency::EUR);
        assert_eq!(amount(credit, Language::En), "\u{2212}327.41");
        assert_eq!(
            amount(Money::new(i64::MIN, Currency::EUR), Language::En)
                .chars()
                .count(),
            26
        );
    }

    #[test]
    fn amounts_carry_all_places_of_their_currency() {
        let euro = Money::new(123_456, Currency::EUR);
        assert_eq!(
            in_all(|l| amount(euro, l)),
            ["1.234,56", "1,234.56", "1\u{202f}234,56"]
        );
        assert_eq!(amount(Money::new(5, Currency::EUR), Language::De), "0,05");
        assert_eq!(
            amount(Money::new(123_456, Currency::JPY), Language::De),
            "123.456"
        );
    }

    #[test]
    fn in_a_sentence_the_currency_goes_where_the_language_has_it() {
        let euro = Money::new(123_456, Currency::EUR);
        assert_eq!(
            in_all(|l| money(euro, l)),
            [
                "1.234,56\u{a0}€",
                "EUR\u{a0}1,234.56",
                "1\u{202f}234,56\u{a0}€"
            ]
        );
        let dollar = Money::new(123_600, Currency::USD);
        assert_eq!(
            in_all(|l| money(dollar, l)),
            [
                "1.236,00\u{a0}USD",
                "USD\u{a0}1,236.00",
                "1\u{202f}236,00\u{a0}USD"
            ]
        );
    }

    #[test]
    fn a_unit_price_shows_every_place_it_has() {
        let price = |text: &str| text.parse::<UnitPrice>().unwrap();
        assert_eq!(
            unit_price(price("145"), Currency::EUR, Language::De),
            "145,00"
        );
        assert_eq!(
            unit_price(price("0.125"), Currency::EUR, Language::De),
            "0,125"
        );
        assert_eq!(unit_price(price("3"), Currency::JPY, Language::De), "3");
    }

    #[test]
    fn a_percentage_keeps_a_no_break_space_before_its_sign() {
        let rate = |text: &str| text.parse::<Percent>().unwrap();
        assert_eq!(
            in_all(|l| percent(rate("19"), l)),
            ["19\u{a0}%", "19\u{a0}%", "19\u{a0}%"]
        );
        assert_eq!(
            in_all(|l| percent(rate("5.5"), l)),
            ["5,5\u{a0}%", "5.5\u{a0}%", "5,5\u{a0}%"]
        );
    }
}
