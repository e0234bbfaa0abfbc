//! Expected cash: open amounts by the week in which they fall due.

use std::collections::BTreeMap;

use chrono::NaiveDate;

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

/// Open amounts of one currency by how soon they fall due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDates {
    /// Due before the day they are seen from.
    pub overdue: OpenSum,
    /// Due from that day up to [`DueDates::soon_until`].
    pub soon: OpenSum,
    /// The last day that is soon.
    pub soon_until: NaiveDate,
    /// Due after it, up to the later limit.
    pub later: OpenSum,
    /// Due after that.
    pub rest: OpenSum,
}

impl OpenAmounts {
    /// The same amounts by how soon they fall due, seen from the day itself: what is overdue, what
    /// falls due from the day up to the one so many days later, what up to a later one, and the
    /// rest. Both limits count as within: an amount due on the thirtieth day after is due within 30
    /// days. Parts are in order of due date, number and customer.
    ///
    /// # Errors
    /// [`OutlookError::Money`]; [`OutlookError::Calendar`] for a limit beyond the calendar.
    pub fn due_dates(&self, soon: u64, later: u64) -> Result<DueDates, OutlookError> {
        let currency = self.amount.currency();
        let soon_until = add_days(self.day, soon)?;
        let later_until = add_days(self.day, later)?;
        let mut found: [Vec<OpenAmount>; 4] = Default::default();
        for part in self.by_age.values().flat_map(|sum| &sum.parts) {
            let [overdue, within, after, rest] = &mut found;
            match part.due {
                due if due < self.day => overdue,
                due if due <= soon_until => within,
                due if due <= later_until => after,
                _ => rest,
            }
            .push(part.clone());
        }
        let sum = |mut parts: Vec<OpenAmount>| {
            let key = |part: &OpenAmount| (part.due, part.number.clone(), part.customer);
            parts.sort_by_cached_key(key);
            OpenSum::of(parts, currency)
        };
        let [overdue, within, after, rest] = found.map(sum);
        Ok(DueDates {
            overdue: overdue?,
            soon: within?,
            soon_until,
            later: after?,
            rest: rest?,
        })
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
