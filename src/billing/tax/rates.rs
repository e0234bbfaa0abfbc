//! Dated rates of value added tax. A rate that is not on file is refused, never guessed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::billing::ratio::RatioError;
use crate::billing::{Percent, Ratio, Rounding};

/// Which of a country's rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateKind {
    /// Standard rate (article 96 of Directive 2006/112/EC).
    Standard,
    /// Reduced rate.
    Reduced,
}

/// A rate and the first day on which it holds; it holds until the next row of its country and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedRate {
    /// ISO 3166-1 code of the country.
    pub country: String,
    /// Which of its rates.
    pub kind: RateKind,
    /// First day.
    pub valid_from: NaiveDate,
    /// The rate in per cent.
    pub percent: Percent,
    /// Where it is written.
    pub source: String,
}

/// No rate is on file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {kind:?} VAT rate of {country} is on file for {on}")]
pub struct UnknownRate {
    /// Country that was asked for.
    pub country: String,
    /// Which of its rates.
    pub kind: RateKind,
    /// The tax point.
    pub on: NaiveDate,
}

impl UnknownRate {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "tax.rate-unknown"
    }
}

/// All rates on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateTable {
    rows: Vec<DatedRate>,
}

impl RateTable {
    /// The rates that ship with the program: the 27 member states from 2024-01-01.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            rows: BUILTIN.iter().filter_map(Row::dated).collect(),
        }
    }

    /// The same table with further rows, which win over equal ones.
    #[must_use]
    pub fn with(mut self, rows: impl IntoIterator<Item = DatedRate>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> &[DatedRate] {
        &self.rows
    }

    /// The rate on a day, with its source.
    ///
    /// # Errors
    /// [`UnknownRate`] when no row had begun on that day.
    pub fn find(
        &self,
        country: &str,
        kind: RateKind,
        on: NaiveDate,
    ) -> Result<&DatedRate, UnknownRate> {
        self.rows
            .iter()
            .filter(|row| row.country == country && row.kind == kind && row.valid_from <= on)
            .max_by_key(|row| row.valid_from)
            .ok_or_else(|| UnknownRate {
                country: country.to_owned(),
                kind,
                on,
            })
    }
}

/// A row as it is written below: the day as (year, month, day), the rate in hundredths.
struct Row(&'static str, RateKind, (i32, u32, u32), i64, &'static str);

impl Row {
    fn dated(&self) -> Option<DatedRate> {
        let Row(country, kind, (year, month, day), hundredths, source) = *self;
        let percent = |value: i64| -> Result<Percent, RatioError> {
            let exact = Ratio::new(i128::from(value), 100)?;
            Percent::rounded(exact, Rounding::Down).map_err(|_| RatioError::Overflow)
        };
        Some(DatedRate {
            country: country.to_owned(),
            kind,
            valid_from: NaiveDate::from_ymd_opt(year, month, day)?,
            percent: percent(hundredths).ok()?,
            source: source.to_owned(),
        })
    }
}

use RateKind::{Reduced, Standard};

/// First day for which rates are on file.
const Y24: (i32, u32, u32) = (2024, 1, 1);

/// Each row cites the national act; the figures agree with the Commission's "Taxes in Europe"
/// database, <https://ec.europa.eu/taxation_customs/tedb/>.
const BUILTIN: &[Row] = &[
    Row("AT", Standard, Y24, 2000, "§ 10 (1) UStG 1994"),
    Row(
        "BE",
        Standard,
        Y24,
        2100,
        "Art. 1 Arrêté royal n° 20 (1970)",
    ),
    Row("BG", Standard, Y24, 2000, "Art. 66 ZDDS"),
    Row("CY", Standard, Y24, 1900, "s. 17 VAT Law 95(I)/2000"),
    Row("CZ", Standard, Y24, 2100, "§ 47 zákon 235/2004"),
    Row("DE", Standard, Y24, 1900, "§ 12 (1) UStG"),
    Row("DE", Reduced, Y24, 700, "§ 12 (2) UStG"),
    Row("DK", Standard, Y24, 2500, "§ 33 momsloven"),
    Row("EE", Standard, Y24, 2200, "§ 15 (1) KMS"),
    Row(
        "EE",
        Standard,
        (2025, 7, 1),
        2400,
        "§ 15 (1) KMS as amended 2024",
    ),
    Row("ES", Standard, Y24, 2100, "Art. 90 Ley 37/1992"),
    Row("FI", Standard, Y24, 2400, "84 § AVL"),
    Row(
        "FI",
        Standard,
        (2024, 9, 1),
        2550,
        "84 § AVL as amended 2024",
    ),
    Row("FR", Standard, Y24, 2000, "Art. 278 CGI"),
    Row("GR", Standard, Y24, 2400, "Art. 21 Law 2859/2000"),
    Row("HR", Standard, Y24, 2500, "čl. 38 Zakon o PDV-u"),
    Row("HU", Standard, Y24, 2700, "82. § 2007. évi CXXVII. törvény"),
    Row(
        "IE",
        Standard,
        Y24,
        2300,
        "s. 46 VAT Consolidation Act 2010",
    ),
    Row("IT", Standard, Y24, 2200, "Art. 16 DPR 633/1972"),
    Row("LT", Standard, Y24, 2100, "19 str. PVM įstatymas"),
    Row("LU", Standard, Y24, 1700, "Art. 39 loi TVA 1979"),
    Row("LV", Standard, Y24, 2100, "41. pants PVN likums"),
    Row("MT", Standard, Y24, 1800, "Art. 19 VAT Act, Cap. 406"),
    Row("NL", Standard, Y24, 2100, "Art. 9 Wet OB 1968"),
    Row("PL", Standard, Y24, 2300, "Art. 41, 146ef ustawa o VAT"),
    Row("PT", Standard, Y24, 2300, "Art. 18 CIVA"),
    Row("RO", Standard, Y24, 1900, "Art. 291 Codul fiscal"),
    Row(
        "RO",
        Standard,
        (2025, 8, 1),
        2100,
        "Art. 291 Codul fiscal, Legea 141/2025",
    ),
    Row("SE", Standard, Y24, 2500, "9 kap. 2 § mervärdesskattelagen"),
    Row("SI", Standard, Y24, 2200, "41. člen ZDDV-1"),
    Row("SK", Standard, Y24, 2000, "§ 27 zákon 222/2004"),
    Row(
        "SK",
        Standard,
        (2025, 1, 1),
        2300,
        "§ 27 zákon 222/2004, zákon 278/2024",
    ),
];
