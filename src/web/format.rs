//! How figures, amounts and dates are written on pages: by CLDR through ICU4X, and where the house
//! has rules of its own, by these.
//!
//! The rules: a true minus (U+2212), no-break spaces between figure and unit and between day and
//! month, `1er` in French, and the currency behind the figure, by its ISO 4217 code: pages show
//! amounts of several currencies beside each other. Documents keep to
//! [`crate::documents::format`], whose bytes must not change with a new version of CLDR; a test
//! holds both against each other where they must agree. What is no matter of language (codes in
//! groups, ranges of days) is theirs.

use std::cell::OnceCell;

use chrono::{Datelike, NaiveDate};
use icu::calendar::Gregorian;
use icu::datetime::FixedCalendarDateTimeFormatter as Calendar;
use icu::datetime::fieldsets::{YM, YMD};
use icu::datetime::input::Date;
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal as Figure;
use icu::locale::{Locale, locale};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::billing::calendar::Period;
use crate::billing::party::Language;
use crate::billing::{Currency, Money, Percent, Ratio, Rounding, UnitPrice};
use crate::documents::format as documents;

pub(super) use crate::documents::format::{
    MINUS, NBSP, NOTHING, digits_of_siret, fours, short_hash, short_month, unbroken,
};

/// What writes in one language.
struct Writers {
    figures: DecimalFormatter,
    days: Calendar<Gregorian, YMD>,
    months: Calendar<Gregorian, YM>,
}

impl Writers {
    fn of(language: Language) -> Option<Self> {
        let locale: Locale = match language {
            Language::De => locale!("de"),
            Language::En => locale!("en-GB"),
            Language::Fr => locale!("fr"),
        };
        Some(Self {
            figures: DecimalFormatter::try_new((&locale).into(), Default::default()).ok()?,
            days: Calendar::try_new((&locale).into(), YMD::long()).ok()?,
            months: Calendar::try_new((&locale).into(), YM::long()).ok()?,
        })
    }
}

thread_local! {
    /// Made once for each thread: their data may not go from one to another.
    static WRITERS: [OnceCell<Option<Writers>>; 3] = const {
        [OnceCell::new(), OnceCell::new(), OnceCell::new()]
    };
}

/// What the writers of a language make of it; none where CLDR has no data for it.
fn written<T>(language: Language, write: impl FnOnce(&Writers) -> Option<T>) -> Option<T> {
    let place = match language {
        Language::De => 0,
        Language::En => 1,
        Language::Fr => 2,
    };
    WRITERS.with(|all| {
        let own = all[place].get_or_init(|| Writers::of(language));
        own.as_ref().and_then(write)
    })
}

/// A plain decimal text (`-1234.50`) with the signs of a language, all of its places kept.
fn localised(plain: &str, language: Language) -> Option<String> {
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (rest.bytes().any(|byte| (b'1'..=b'9').contains(&byte)), rest),
        None => (false, plain),
    };
    let figure: Figure = digits.parse().ok()?;
    let text = written(language, |own| Some(own.figures.format_to_string(&figure)))?;
    Some(match negative {
        true => format!("{MINUS}{text}"),
        false => text,
    })
}

/// A decimal number with all its significant places and at least `min_places`.
pub(super) fn decimal(value: Decimal, min_places: u32, language: Language) -> String {
    let mut shown = value.normalize();
    if shown.scale() < min_places {
        shown.rescale(min_places);
    }
    localised(&shown.to_string(), language)
        .unwrap_or_else(|| documents::decimal(value, min_places, language))
}

/// Places after the point that a figure is read with.
const READ: u32 = 3;

/// A figure as it is read: rounded to three places, and what is below one to three digits that
/// count, so that little never reads as nothing. What is exact stands in exports and the API.
pub(super) fn readable(value: Decimal, min_places: u32, language: Language) -> String {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let rounded = match value.abs() < Decimal::ONE {
        true => value.round_sf_with_strategy(READ, half_up),
        false => Some(value.round_dp_with_strategy(READ, half_up)),
    };
    decimal(rounded.unwrap_or(value), min_places, language)
}

/// The places that the figures of a column have when each is read with as many as the one that has
/// most, so that their points stand below each other.
pub(super) fn places(values: impl Iterator<Item = Decimal>) -> u32 {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let read = |value: Decimal| value.round_dp_with_strategy(READ, half_up).normalize();
    values.map(|value| read(value).scale()).max().unwrap_or(0)
}

/// A share in per cent with at most so many places. None where it leaves the range of figures.
pub(super) fn share(
    share: Ratio,
    places: u32,
    rounding: Rounding,
    language: Language,
) -> Option<String> {
    share_in(share, (0, places), rounding, language)
}

/// As [`share`], with at least and at most so many places.
pub(super) fn share_in(
    share: Ratio,
    (least, most): (u32, u32),
    rounding: Rounding,
    language: Language,
) -> Option<String> {
    let percent = share.times(Ratio::whole(100)).ok()?;
    let scaled = i64::try_from(percent.rounded(most, rounding).ok()?).ok()?;
    let figure = decimal(Decimal::new(scaled, most), least, language);
    Some(format!("{figure}{NBSP}%"))
}

/// The amount alone, with all places of its currency.
pub(super) fn amount(money: Money, language: Language) -> String {
    localised(&money.amount(), language).unwrap_or_else(|| documents::amount(money, language))
}

/// The amount with its currency, as it stands in a sentence: the currency behind the figure.
pub(super) fn money(money: Money, language: Language) -> String {
    format!("{}{NBSP}{}", amount(money, language), money.currency())
}

/// A price of one unit: at least the places of the currency, more where the price has more.
pub(super) fn unit_price(price: UnitPrice, currency: Currency, language: Language) -> String {
    decimal(price.decimal(), currency.minor_digits(), language)
}

/// A hash in groups of four that a line may part between, and never within.
pub(super) fn hash(hex: &str) -> String {
    fours(hex).replace(NBSP, " ")
}

/// A percentage without needless places.
pub(super) fn percent(value: Percent, language: Language) -> String {
    format!("{}{NBSP}%", decimal(value.decimal(), 0, language))
}

/// A change as a share, in per cent with its sign and so many places: `+2.44 %`. None where it
/// leaves the range of figures.
pub(super) fn change(share: Ratio, places: u32, language: Language) -> Option<String> {
    let percent = share.times(Ratio::whole(100)).ok()?;
    let scaled = percent.rounded(places, Rounding::HalfUp).ok()?;
    let sign = match scaled.signum() {
        -1 => MINUS.to_string(),
        0 => String::new(),
        _ => "+".to_owned(),
    };
    let size = i64::try_from(scaled.unsigned_abs()).ok()?;
    let figure = decimal(Decimal::new(size, places), places, language);
    Some(format!("{sign}{figure}{NBSP}%"))
}

/// An amount as a change, with its sign.
pub(super) fn difference(money: Money, language: Language) -> String {
    let plus = if money.minor() > 0 { "+" } else { "" };
    format!("{plus}{}", amount(money, language))
}

fn civil(date: NaiveDate) -> Option<Date<Gregorian>> {
    let small = |number: u32| u8::try_from(number).ok();
    Date::try_new_gregorian(date.year(), small(date.month())?, small(date.day())?).ok()
}

/// A day; it never parts from its month.
pub(super) fn date(date: NaiveDate, language: Language) -> String {
    let text = written(language, |own| {
        Some(own.days.format(&civil(date)?).to_string())
    });
    let Some(text) = text else {
        return documents::date(date, language);
    };
    let text = text.replacen(' ', &NBSP.to_string(), 1);
    match text.strip_prefix("1\u{a0}") {
        Some(rest) if language == Language::Fr => format!("1er{NBSP}{rest}"),
        _ => text,
    }
}

/// A month with its year.
pub(super) fn month(date: NaiveDate, language: Language) -> String {
    written(language, |own| {
        Some(own.months.format(&civil(date)?).to_string())
    })
    .unwrap_or_else(|| documents::month(date, language))
}

/// Keeps a range together whose dash has no space behind it: a line may part after any dash, even
/// before a no-break space, which would then begin the next one.
pub(super) fn joined(range: &str) -> String {
    let mut out = String::with_capacity(range.len());
    let mut rest = range;
    while let Some((before, after)) = rest.split_once('\u{2013}') {
        out.push_str(before);
        out.push('\u{2013}');
        if !after.starts_with([' ', JOINER]) {
            out.push(JOINER);
        }
        rest = after;
    }
    out + rest
}

/// U+2060, which has no width: no line parts at it.
const JOINER: char = '\u{2060}';

/// First to last day, both counted, without what the two have in common.
pub(super) fn date_range(first: NaiveDate, last: NaiveDate, language: Language) -> String {
    joined(&documents::date_range(first, last, language))
}

/// A half-open period with its last day.
pub(super) fn period(period: Period, language: Language) -> String {
    joined(&documents::period(period, language))
}

/// One period of several in a list beside a period that names the year.
pub(super) fn month_of_many(period: Period, language: Language) -> String {
    joined(&documents::month_of_many(period, language))
}

/// A period as it is named in a sentence.
pub(super) fn span_in_words(period: Period, language: Language) -> String {
    joined(&documents::span_in_words(period, language))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Language; 3] = [Language::De, Language::En, Language::Fr];

    #[test]
    fn cldr_has_the_three_languages() {
        for language in ALL {
            assert!(written(language, |_| Some(())).is_some(), "{language:?}");
        }
    }

    #[test]
    fn days_are_written_as_the_language_has_them() {
        let day = "2026-10-01".parse().unwrap();
        let written = ALL.map(|language| date(day, language).replace(NBSP, "~"));
        assert_eq!(
            written,
            ["1.~Oktober 2026", "1~October 2026", "1er~octobre 2026"]
        );
        let written = ALL.map(|language| month(day, language));
        assert_eq!(written, ["Oktober 2026", "October 2026", "octobre 2026"]);
    }

    #[test]
    fn the_currency_stands_behind_the_figure() {
        let euro = Money::new(-123_456, Currency::EUR);
        let written = ALL.map(|language| money(euro, language).replace(NBSP, "~"));
        assert_eq!(
            written,
            [
                "\u{2212}1.234,56~EUR",
                "\u{2212}1,234.56~EUR",
                "\u{2212}1\u{202f}234,56~EUR"
            ]
        );
    }

    #[test]
    fn days_of_one_month_stay_on_one_line() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (first, last) = (day("2026-07-01"), day("2026-07-31"));
        let written = ALL.map(|language| date_range(first, last, language));
        let written = written.map(|text| text.replace(NBSP, "~").replace(JOINER, "+"));
        assert_eq!(
            written,
            [
                "1.–+31.~Juli 2026",
                "1–+31~July 2026",
                "1er~–+~31~juillet 2026"
            ]
        );
        let longer = date_range(first, day("2026-09-30"), Language::En);
        assert_eq!(longer, "1\u{a0}July\u{a0}– 30\u{a0}September 2026");
    }

    #[test]
    fn figures_are_rounded_for_reading_and_little_is_not_nothing() {
        for (exact, read) in [
            ("1989.885041648", "1.989,885"),
            ("482.744236551", "482,744"),
            ("1.0005", "1,001"),
            ("-1.0005", "\u{2212}1,001"),
            ("500", "500"),
            ("0", "0"),
            ("0.5", "0,5"),
            ("0.9996", "1"),
            ("0.000123456", "0,000123"),
        ] {
            let value = exact.parse().unwrap();
            assert_eq!(readable(value, 0, Language::De), read, "{exact}");
        }
        assert_eq!(readable("3".parse().unwrap(), 2, Language::En), "3.00");
    }

    #[test]
    fn shares_have_two_places_at_most() {
        let part = Ratio::new(317, 2976).unwrap();
        let said = |rounding| share(part, 2, rounding, Language::De).unwrap();
        assert_eq!(said(Rounding::Down), "10,65\u{a0}%");
        assert_eq!(said(Rounding::Up), "10,66\u{a0}%");
        let whole = share(Ratio::ONE, 2, Rounding::Down, Language::En);
        assert_eq!(whole.unwrap(), "100\u{a0}%");
    }

    proptest! {
        #[test]
        fn figures_are_those_of_documents(minor in any::<i64>(), places in 0_u32..6) {
            let value = Decimal::new(minor, places);
            for language in ALL {
                prop_assert_eq!(
                    decimal(value, 2, language),
                    documents::decimal(value, 2, language)
                );
                for currency in [Currency::EUR, Currency::JPY] {
                    let money = Money::new(minor, currency);
                    prop_assert_eq!(amount(money, language), documents::amount(money, language));
                }
            }
        }

        #[test]
        fn dates_are_those_of_documents(days in 0_u64..60_000) {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Days::new(days);
            for language in ALL {
                prop_assert_eq!(date(day, language), documents::date(day, language));
                prop_assert_eq!(month(day, language), documents::month(day, language));
            }
        }
    }
}
