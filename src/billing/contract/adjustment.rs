//! Index and uplift clauses: dated price changes that follow from a rule in the contract.
//!
//! Recurring fees change; usage prices and hourly rates never do. A ratio is always taken of
//! values of one series and one base year. A change below the threshold is not applied, and its
//! base stays, so that it counts the next time.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Month;
use crate::billing::calendar::CalendarError;
use crate::billing::decimal::DecimalError;
use crate::billing::ratio::RatioError;
use crate::billing::{Percent, Quantity, Ratio};

/// One published value of an index series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexValue {
    /// Series with its base year, e.g. `VPI-2020`.
    pub series: String,
    /// Month the value is for.
    pub month: Month,
    /// The value as published.
    pub value: Quantity,
    /// Where it was published.
    pub source: String,
}

/// Known index values by series and month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexTable(BTreeMap<(String, Month), Quantity>);

impl IndexTable {
    /// A table of values; a later value of the same month replaces an earlier one.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = IndexValue>) -> Self {
        Self(
            values
                .into_iter()
                .map(|v| ((v.series, v.month), v.value))
                .collect(),
        )
    }

    fn get(&self, series: &str, month: Month) -> Result<Quantity, AdjustmentError> {
        self.0
            .get(&(series.to_owned(), month))
            .copied()
            .filter(|value| !value.is_zero() && !value.is_negative())
            .ok_or_else(|| AdjustmentError::UnknownIndexValue {
                series: series.to_owned(),
                month,
            })
    }
}

/// What a clause does to a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum AdjustmentRule {
    /// A fixed percentage at every date.
    Uplift {
        /// Percentage; 3 raises the price by 3 %.
        percent: Percent,
    },
    /// The ratio of two index values.
    Index {
        /// Series with its base year.
        series: String,
        /// Month whose value the contract's prices rest on.
        base_month: Month,
        /// Months between the value that is taken and the date of the change.
        lag_months: u32,
        /// Greatest change in per cent, both ways when symmetric.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Percent>,
        /// Smallest change in per cent that is applied; equal counts as reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<Percent>,
        /// True when falling values lower the price as rising ones raise it (PreisKlG § 2).
        symmetric: bool,
    },
}

fn twelve() -> u32 {
    12
}

/// A clause that changes recurring prices at dates of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Identifier, unique in the contract.
    pub id: String,
    /// First date of change.
    pub first: NaiveDate,
    /// Months between dates of change.
    #[serde(default = "twelve")]
    pub every_months: u32,
    /// Items added later are adjusted from this age in months on.
    #[serde(default = "twelve")]
    pub minimum_age_months: u32,
    /// What happens to the price.
    pub rule: AdjustmentRule,
}

/// Why a price cannot be adjusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdjustmentError {
    /// The value is not published, or nobody entered it. It is never guessed.
    #[error("index series {series} has no value for {month}")]
    UnknownIndexValue {
        /// The series.
        series: String,
        /// The month.
        month: Month,
    },
    /// Dates of change that never advance.
    #[error("adjustment {id} must change prices every 1 to 120 months, not every {months}")]
    Cadence {
        /// The clause.
        id: String,
        /// What was given.
        months: u32,
    },
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Exact arithmetic left its range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
    /// A price out of range.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
}

impl AdjustmentError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownIndexValue { .. } => "adjustment.unknown-index-value",
            Self::Cadence { .. } => "adjustment.cadence",
            Self::Calendar(cause) => cause.code(),
            Self::Ratio(cause) => cause.code(),
            Self::Decimal(cause) => cause.code(),
        }
    }
}

/// A factor that applies from a date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedFactor {
    /// First day of the new price.
    pub from: NaiveDate,
    /// New price over old price.
    pub factor: Ratio,
    /// How it came about, for the derivation.
    pub because: String,
}

/// A date of change whose index value is not on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownChange {
    /// The clause.
    pub clause: String,
    /// First day of the price that cannot be worked out.
    pub from: NaiveDate,
    /// What is missing.
    pub because: AdjustmentError,
}

impl Adjustment {
    /// The factors of all dates of change before `until`.
    ///
    /// # Errors
    /// [`AdjustmentError`].
    pub fn factors(
        &self,
        until: NaiveDate,
        table: &IndexTable,
    ) -> Result<Vec<DatedFactor>, AdjustmentError> {
        match self.known_factors(until, table)? {
            (_, Some(stop)) => Err(stop.because),
            (found, None) => Ok(found),
        }
    }

    /// The factors of the dates of change before `until`, up to the first whose index value is
    /// not on file; that one comes second.
    ///
    /// # Errors
    /// [`AdjustmentError`], but none for the value that is not on file.
    pub fn known_factors(
        &self,
        until: NaiveDate,
        table: &IndexTable,
    ) -> Result<(Vec<DatedFactor>, Option<UnknownChange>), AdjustmentError> {
        if !(1..=120).contains(&self.every_months) {
            let (id, months) = (self.id.clone(), self.every_months);
            return Err(AdjustmentError::Cadence { id, months });
        }
        let mut found = Vec::new();
        let mut base = match &self.rule {
            AdjustmentRule::Index { base_month, .. } => *base_month,
            AdjustmentRule::Uplift { .. } => Month::of(self.first),
        };
        for k in 0_u32.. {
            let months = k
                .checked_mul(self.every_months)
                .ok_or(CalendarError::OutOfRange)?;
            let from = self
                .first
                .checked_add_months(Months::new(months))
                .ok_or(CalendarError::OutOfRange)?;
            if from >= until {
                break;
            }
            match self.factor_at(from, &mut base, table) {
                Ok(Some((factor, because))) => found.push(DatedFactor {
                    from,
                    factor,
                    because,
                }),
                Ok(None) => {}
                Err(because @ AdjustmentError::UnknownIndexValue { .. }) => {
                    let clause = self.id.clone();
                    let stop = UnknownChange {
                        clause,
                        from,
                        because,
                    };
                    return Ok((found, Some(stop)));
                }
                Err(other) => return Err(other),
            }
        }
        Ok((found, None))
    }

    fn factor_at(
        &self,
        from: NaiveDate,
        base: &mut Month,
        table: &IndexTable,
    ) -> Result<Option<(Ratio, String)>, AdjustmentError> {
        match &self.rule {
            AdjustmentRule::Uplift { percent } => {
                let factor = Ratio::ONE.plus(percent.factor()?)?;
                Ok(Some((factor, format!("uplift of {percent} % on {from}"))))
            }
            AdjustmentRule::Index {
                series,
                lag_months,
                cap,
                threshold,
                symmetric,
                ..
            } => {
                let reference = Month::of(from).before(*lag_months)?;
                let (new, old) = (table.get(series, reference)?, table.get(series, *base)?);
                let raw = new.ratio().over(old.ratio())?;
                let change = raw.minus(Ratio::ONE)?;
                let size = if change.is_negative() {
                    change.negated()?
                } else {
                    change
                };
                let below = match threshold {
                    Some(threshold) => size < threshold.factor()?,
                    None => false,
                };
                if below || size.is_zero() || (change.is_negative() && !symmetric) {
                    return Ok(None);
                }
                let mut because = format!("{series} {new} ({reference}) over {old} ({base})");
                let mut factor = raw;
                if let Some(cap) = cap {
                    let most = cap.factor()?;
                    if size > most {
                        let signed = if change.is_negative() {
                            most.negated()?
                        } else {
                            most
                        };
                        factor = Ratio::ONE.plus(signed)?;
                        because.push_str(&format!(", capped at {cap} %"));
                    }
                }
                *base = reference;
                Ok(Some((factor, because)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(values: &[(&str, &str)]) -> IndexTable {
        IndexTable::new(values.iter().map(|(month, value)| IndexValue {
            series: "VPI".to_owned(),
            month: month.parse().unwrap(),
            value: value.parse().unwrap(),
            source: "test".to_owned(),
        }))
    }

    fn clause(cap: Option<&str>, threshold: Option<&str>, symmetric: bool) -> Adjustment {
        Adjustment {
            id: "index".to_owned(),
            first: "2026-07-01".parse().unwrap(),
            every_months: 12,
            minimum_age_months: 12,
            rule: AdjustmentRule::Index {
                series: "VPI".to_owned(),
                base_month: "2025-04".parse().unwrap(),
                lag_months: 3,
                cap: cap.map(|text| text.parse().unwrap()),
                threshold: threshold.map(|text| text.parse().unwrap()),
                symmetric,
            },
        }
    }

    fn factors(clause: &Adjustment, values: &[(&str, &str)]) -> Vec<String> {
        let until = "2028-07-01".parse().unwrap();
        let found = clause.factors(until, &table(values)).unwrap();
        found
            .iter()
            .map(|f| format!("{} {}", f.from, f.factor))
            .collect()
    }

    #[test]
    fn a_change_below_the_threshold_waits_and_counts_the_next_time() {
        let values = [("2025-04", "100"), ("2026-04", "101.9"), ("2027-04", "104")];
        let found = factors(&clause(None, Some("2"), true), &values);
        assert_eq!(found, ["2027-07-01 26/25"]);
    }

    #[test]
    fn a_change_that_equals_the_threshold_is_applied() {
        let values = [("2025-04", "100"), ("2026-04", "102"), ("2027-04", "102")];
        assert_eq!(
            factors(&clause(None, Some("2"), true), &values),
            ["2026-07-01 51/50"]
        );
    }

    #[test]
    fn caps_hold_both_ways_and_falling_values_count_only_when_symmetric() {
        let values = [("2025-04", "100"), ("2026-04", "110"), ("2027-04", "99")];
        let both = factors(&clause(Some("3"), None, true), &values);
        assert_eq!(both, ["2026-07-01 103/100", "2027-07-01 97/100"]);
        assert_eq!(
            factors(&clause(Some("3"), None, false), &values),
            ["2026-07-01 103/100"]
        );
    }

    #[test]
    fn an_unknown_value_is_refused() {
        let values = table(&[("2025-04", "100")]);
        let found = clause(None, None, true).factors("2027-01-01".parse().unwrap(), &values);
        assert!(matches!(
            found,
            Err(AdjustmentError::UnknownIndexValue { .. })
        ));
    }
}
