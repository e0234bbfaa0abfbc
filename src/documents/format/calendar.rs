//! Dates, months and periods.
//!
//! Periods are half-open inside (`start` counts, `end` does not) and written with their last day.

use chrono::{Datelike, NaiveDate};

use super::NBSP;
use crate::billing::calendar::Period;
use crate::billing::party::Language;

const DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
// Abbreviations by CLDR; German and French months of up to four letters keep their name.
const DE_SHORT: [&str; 12] = [
    "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
];
const EN_SHORT: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec",
];
const FR_SHORT: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

fn month_name(date: NaiveDate, language: Language, short: bool) -> &'static str {
    let names = match (language, short) {
        (Language::De, false) => &DE,
        (Language::En, false) => &EN,
        (Language::Fr, false) => &FR,
        (Language::De, true) => &DE_SHORT,
        (Language::En, true) => &EN_SHORT,
        (Language::Fr, true) => &FR_SHORT,
    };
    names[date.month0() as usize]
}

/// `1.`, `1`, `1er`: the day as it stands before its month.
fn day(date: NaiveDate, language: Language) -> String {
    match (language, date.day()) {
        (Language::De, day) => format!("{day}."),
        (Language::Fr, 1) => "1er".to_owned(),
        (Language::En | Language::Fr, day) => day.to_string(),
    }
}

fn day_and_month(date: NaiveDate, language: Language, short: bool) -> String {
    format!(
        "{}{NBSP}{}",
        day(date, language),
        month_name(date, language, short)
    )
}

/// `1. Oktober 2026`, `1 October 2026`, `1er octobre 2026`; the day never parts from its month.
///
/// ```
/// use herdbook::billing::party::Language;
/// use herdbook::documents::format::date;
/// let day = chrono::NaiveDate::from_ymd_opt(2026, 8, 1).unwrap();
/// assert_eq!(date(day, Language::Fr), "1er\u{a0}août 2026");
/// ```
#[must_use]
pub fn date(date: NaiveDate, language: Language) -> String {
    format!("{} {}", day_and_month(date, language, false), date.year())
}

/// `Oktober 2026`, `October 2026`, `octobre 2026`.
#[must_use]
pub fn month(date: NaiveDate, language: Language) -> String {
    format!("{} {}", month_name(date, language, false), date.year())
}

/// `Okt.`, `Oct`, `oct.`: a month beside others of its year.
#[must_use]
pub fn short_month(date: NaiveDate, language: Language) -> &'static str {
    month_name(date, language, true)
}

/// One period of several in a list: calendar months by their names alone, anything else by its
/// days. The list stands beside a service period that names the year.
#[must_use]
pub fn month_of_many(period: Period, language: Language) -> String {
    let (start, last) = (period.start(), period.last_day());
    if start.day() != 1 || period.end().day() != 1 || start.year() != last.year() {
        return range(start, last, language, true);
    }
    let (from, to) = (
        month_name(start, language, false),
        month_name(last, language, false),
    );
    match language {
        _ if from == to => from.to_owned(),
        Language::De => format!("{from} bis {to}"),
        Language::En => format!("{from} to {to}"),
        Language::Fr => format!("{from} à {to}"),
    }
}

/// First to last day, both counted, without what the two have in common:
/// `1.–31. Juli 2026`, `1. Juli – 30. September 2026`, `16. Dezember 2026 – 15. Januar 2027`.
#[must_use]
pub fn date_range(first: NaiveDate, last: NaiveDate, language: Language) -> String {
    range(first, last, language, false)
}

/// A half-open period with its last day, months in full.
#[must_use]
pub fn period(period: Period, language: Language) -> String {
    range(period.start(), period.last_day(), language, false)
}

/// A half-open period with its last day, months abbreviated where two of them must share a line.
#[must_use]
pub fn short_period(period: Period, language: Language) -> String {
    range(period.start(), period.last_day(), language, true)
}

fn range(first: NaiveDate, last: NaiveDate, language: Language, short: bool) -> String {
    let dash = format!("{NBSP}\u{2013} ");
    if first == last {
        return date(first, language);
    }
    if first.year() != last.year() {
        return format!(
            "{} {}{dash}{} {}",
            day_and_month(first, language, short),
            first.year(),
            day_and_month(last, language, short),
            last.year()
        );
    }
    if first.month() != last.month() {
        return format!(
            "{}{dash}{} {}",
            day_and_month(first, language, short),
            day_and_month(last, language, short),
            last.year()
        );
    }
    // Days of one month: figures alone take no spaces round the dash, "1er" does.
    let dash = if language == Language::Fr {
        format!("{NBSP}\u{2013}{NBSP}")
    } else {
        "–".into()
    };
    format!("{}{dash}{}", day(first, language), date(last, language))
}

/// A period as it is named in a sentence: a month, quarter, half-year or year by its name where it
/// is one of the calendar, else its first and last day.
#[must_use]
pub fn span_in_words(period: Period, language: Language) -> String {
    let last = period.last_day();
    let whole = period.start().day() == 1 && period.end().day() == 1;
    let months = (period.end().year() - period.start().year()) * 12 + period.end().month0() as i32
        - period.start().month0() as i32;
    match months {
        1 if whole => month(period.start(), language),
        2..=12 if whole && period.start().year() == last.year() => {
            let (from, to) = (
                month_name(period.start(), language, false),
                month_name(last, language, false),
            );
            let year = last.year();
            match language {
                Language::De => format!("{from} bis {to} {year}"),
                Language::En => format!("{from} to {to} {year}"),
                Language::Fr => format!("{from} à {to} {year}"),
            }
        }
        2.. if whole => {
            let (from, to) = (month(period.start(), language), month(last, language));
            match language {
                Language::De => format!("{from} bis {to}"),
                Language::En => format!("{from} to {to}"),
                Language::Fr => format!("{from} à {to}"),
            }
        }
        _ => range(period.start(), last, language, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Language; 3] = [Language::De, Language::En, Language::Fr];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(start: &str, end: &str) -> Period {
        Period::new(day(start), day(end)).unwrap()
    }

    fn plain(write: impl Fn(Language) -> String) -> [String; 3] {
        ALL.map(|language| write(language).replace(NBSP, " "))
    }

    #[test]
    fn a_date_names_its_month_in_full() {
        assert_eq!(
            plain(|l| date(day("2026-10-01"), l)),
            ["1. Oktober 2026", "1 October 2026", "1er octobre 2026"]
        );
        assert_eq!(
            plain(|l| date(day("2026-03-31"), l)),
            ["31. März 2026", "31 March 2026", "31 mars 2026"]
        );
        assert_eq!(date(day("2026-08-01"), Language::Fr), "1er\u{a0}août 2026");
    }

    #[test]
    fn every_month_has_its_name() {
        for number in 1..=12 {
            let first = NaiveDate::from_ymd_opt(2026, number, 1).unwrap();
            let index = first.month0() as usize;
            assert_eq!(
                ALL.map(|l| month(first, l)),
                [DE[index], EN[index], FR[index]].map(|name| format!("{name} 2026"))
            );
        }
    }

    #[test]
    fn a_period_ends_with_its_last_day() {
        assert_eq!(
            plain(|l| period(days("2026-07-01", "2026-08-01"), l)),
            [
                "1.–31. Juli 2026",
                "1–31 July 2026",
                "1er – 31 juillet 2026"
            ]
        );
        assert_eq!(
            plain(|l| period(days("2026-07-01", "2026-10-01"), l)),
            [
                "1. Juli – 30. September 2026",
                "1 July – 30 September 2026",
                "1er juillet – 30 septembre 2026"
            ]
        );
        assert_eq!(
            plain(|l| period(days("2026-12-16", "2027-01-16"), l)),
            [
                "16. Dezember 2026 – 15. Januar 2027",
                "16 December 2026 – 15 January 2027",
                "16 décembre 2026 – 15 janvier 2027"
            ]
        );
        assert_eq!(
            plain(|l| period(days("2026-02-28", "2026-03-01"), l)),
            ["28. Februar 2026", "28 February 2026", "28 février 2026"]
        );
    }

    #[test]
    fn the_information_block_abbreviates_two_months() {
        assert_eq!(
            plain(|l| short_period(days("2026-07-01", "2026-10-01"), l)),
            [
                "1. Juli – 30. Sept. 2026",
                "1 Jul – 30 Sept 2026",
                "1er juil. – 30 sept. 2026"
            ]
        );
        assert_eq!(
            plain(|l| short_period(days("2026-07-01", "2026-08-01"), l)),
            [
                "1.–31. Juli 2026",
                "1–31 July 2026",
                "1er – 31 juillet 2026"
            ]
        );
    }

    #[test]
    fn a_sentence_names_calendar_months() {
        let written = |start, end| plain(|l| span_in_words(days(start, end), l));
        assert_eq!(
            written("2026-07-01", "2026-08-01"),
            ["Juli 2026", "July 2026", "juillet 2026"]
        );
        assert_eq!(
            written("2026-10-01", "2027-01-01"),
            [
                "Oktober bis Dezember 2026",
                "October to December 2026",
                "octobre à décembre 2026"
            ]
        );
        assert_eq!(
            written("2026-07-01", "2027-07-01"),
            [
                "Juli 2026 bis Juni 2027",
                "July 2026 to June 2027",
                "juillet 2026 à juin 2027"
            ]
        );
        assert_eq!(
            written("2026-05-11", "2026-07-01"),
            [
                "11. Mai – 30. Juni 2026",
                "11 May – 30 June 2026",
                "11 mai – 30 juin 2026"
            ]
        );
    }

    #[test]
    fn a_list_of_months_leaves_out_the_year() {
        let written = |start, end| plain(|l| month_of_many(days(start, end), l));
        assert_eq!(
            written("2026-08-01", "2026-09-01"),
            ["August", "August", "août"]
        );
        assert_eq!(
            written("2026-04-01", "2026-07-01"),
            ["April bis Juni", "April to June", "avril à juin"]
        );
        assert_eq!(
            written("2026-12-01", "2027-01-01"),
            ["Dezember", "December", "décembre"]
        );
        assert_eq!(
            written("2026-08-03", "2026-09-01"),
            ["3.–31. August 2026", "3–31 August 2026", "3 – 31 août 2026"]
        );
    }

    #[test]
    fn lines_may_break_after_the_dash_only() {
        let text = period(days("2026-07-01", "2026-10-01"), Language::De);
        assert_eq!(text, "1.\u{a0}Juli\u{a0}– 30.\u{a0}September 2026");
    }
}
