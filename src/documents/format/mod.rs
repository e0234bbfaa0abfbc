//! How figures, dates and codes are written in German, English and French documents.
//!
//! Everything here is pure text work: the templates get finished strings and neither compute nor
//! round. Conventions follow CLDR (<https://cldr.unicode.org>) and the paper rules of each language:
//! no-break space between figure and unit and between day and month, U+2212 as minus, U+202F
//! between thousands in French.

mod calendar;
mod figure;
mod grouping;

pub use calendar::{
    date, date_range, month, month_of_many, period, short_month, short_period, span_in_words,
};
pub use figure::{amount, currency_head, decimal, money, percent, unit_price};
pub use grouping::{digits_of_siret, fours, short_hash, unbroken};

/// No-break space.
pub const NBSP: char = '\u{a0}';
/// Narrow no-break space: between thousands in French.
pub const NNBSP: char = '\u{202f}';
/// Minus sign.
pub const MINUS: char = '\u{2212}';
/// Word joiner: forbids a line break where it stands.
pub const JOINER: char = '\u{2060}';
/// What stands where nothing is to be said.
pub const NOTHING: &str = "\u{2013}";
