//! Expected cash: open amounts by the week in which they fall due.

use std::collections::BTreeMap;

use super::{OpenAmount, OpenAmounts, OpenSum, OutlookError};
use crate::billing::Money;
use crate::billing::calendar::{Period, add_days};

/// How many weeks are looked ahead.
const WEEKS: u32 = 8;
const WEEK_DAYS: u64 = 7;

/// What falls due in seven days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashWeek {
    /// The days.
    pub days: Period,
    /// What falls due in them.
    pub due: OpenSum,
}

/// When the open amounts of one currency should come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCash {
    /// All of it: overdue, the weeks and later.
    pub amount: Money,
    /// What should have come by now.
    pub overdue: OpenSum,
    /// Eight weeks of seven days, the first from the day itself.
    pub weeks: Vec<CashWeek>,
    /// What falls due after the weeks.
    pub later: OpenSum,
}

impl OpenAmounts {
    /// What is due by the end of so many days: what is overdue and what falls due from the day on,
    /// the day itself counted.
    ///
    /// # Errors
    /// [`OutlookError::Money`], [`OutlookError::Calendar`].
    pub fn due_within(&self, days: u64) -> Result<Money, OutlookError> {
        let end = add_days(self.day, days)?;
        let parts = self.by_age.values().flat_map(|sum| &sum.parts);
        let due = parts.filter(|part| part.due < end).map(|part| part.amount);
        Ok(Money::sum(due, self.amount.currency())?)
    }

    /// When these amounts should come in, by their due dates: what is overdue first, then eight
    /// weeks from the day on, then the rest. It says when money is due, not when it will be paid;
    /// what we owe by credit notes is not taken off.
    ///
    /// # Errors
    /// [`OutlookError::Money`], [`OutlookError::Calendar`].
    pub fn expected_cash(&self) -> Result<ExpectedCash, OutlookError> {
        let currency = self.amount.currency();
        let mut weeks = Vec::new();
        let mut start = self.day;
        for _ in 0..WEEKS {
            let end = add_days(start, WEEK_DAYS)?;
            weeks.push(Period::new(start, end)?);
            start = end;
        }
        let mut overdue = Vec::new();
        let mut later = Vec::new();
        let mut due: BTreeMap<Period, Vec<OpenAmount>> = BTreeMap::new();
        let mut parts: Vec<&OpenAmount> = self.by_age.values().flat_map(|sum| &sum.parts).collect();
        parts.sort_by_key(|part| part.due);
        for part in parts {
            let week = weeks.iter().find(|week| week.contains(part.due));
            match week {
                Some(week) => due.entry(*week).or_default(),
                None if part.due < self.day => &mut overdue,
                None => &mut later,
            }
            .push(part.clone());
        }
        let weeks: Result<Vec<CashWeek>, OutlookError> = weeks
            .into_iter()
            .map(|days| {
                let parts = due.remove(&days).unwrap_or_default();
                let due = OpenSum::of(parts, currency)?;
                Ok(CashWeek { days, due })
            })
            .collect();
        Ok(ExpectedCash {
            amount: self.amount,
            overdue: OpenSum::of(overdue, currency)?,
            weeks: weeks?,
            later: OpenSum::of(later, currency)?,
        })
    }
}
