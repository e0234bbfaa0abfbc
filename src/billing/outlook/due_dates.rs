//! Open amounts by how soon they fall due.

use chrono::NaiveDate;

use super::{OpenAmount, OpenAmounts, OpenSum, OutlookError};
use crate::billing::calendar::add_days;

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
}
