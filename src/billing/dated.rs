//! A fact that changes on known days: a seller that moves, a customer that gets a VAT id.

use chrono::NaiveDate;

/// The states of a fact, each from its first day on. Borrowed and cheap to copy.
///
/// ```
/// use chrono::NaiveDate;
/// use herdbook::billing::dated::Dated;
///
/// let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
/// let states = [(day(1), "Kiel"), (day(10), "Lübeck")];
/// let seat = Dated::since(&states).unwrap();
/// assert_eq!(*seat.on(day(9)), "Kiel");
/// assert_eq!(*seat.on(day(10)), "Lübeck");
/// ```
#[derive(Debug)]
pub struct Dated<'a, T> {
    first: &'a T,
    later: &'a [(NaiveDate, T)],
}

impl<T> Clone for Dated<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Dated<'_, T> {}

impl<'a, T> Dated<'a, T> {
    /// A fact that does not change.
    #[must_use]
    pub const fn always(fact: &'a T) -> Self {
        Self {
            first: fact,
            later: &[],
        }
    }

    /// States in order of their first day; none when there is none.
    #[must_use]
    pub fn since(states: &'a [(NaiveDate, T)]) -> Option<Self> {
        let ((_, first), later) = states.split_first()?;
        Some(Self { first, later })
    }

    /// The state on a day. Days before the first state have the first: what was agreed before we
    /// knew a party was agreed with that party.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> &'a T {
        let holds = |(from, _): &&(NaiveDate, T)| *from <= day;
        let state = self.later.iter().rev().find(holds);
        state.map_or(self.first, |(_, fact)| fact)
    }
}
