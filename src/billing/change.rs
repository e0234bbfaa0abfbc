//! What changed from one run to the next: documents and their sums, currency by currency.

use std::collections::BTreeMap;

use super::currency::Currency;
use super::money::{Money, MoneyError};
use super::ratio::Ratio;

/// Documents of one currency and their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// How many.
    pub documents: u64,
    /// What they come to; credit notes count below zero.
    pub sum: Money,
}

/// One currency then and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The run before.
    pub before: Side,
    /// This run.
    pub now: Side,
    /// This run less the run before.
    pub difference: Money,
    /// The difference as a share of what the run before came to, whatever its sign; none where it
    /// came to nothing, for there is no share of nothing.
    pub share: Option<Ratio>,
}

/// The change from the amounts of one run to those of another, for every currency of either.
///
/// # Errors
/// [`MoneyError::Overflow`] when a sum leaves its range.
pub fn changes(
    before: impl IntoIterator<Item = Money>,
    now: impl IntoIterator<Item = Money>,
) -> Result<BTreeMap<Currency, Change>, MoneyError> {
    let (before, now) = (sides(before)?, sides(now)?);
    let currencies = before.keys().chain(now.keys()).copied();
    let mut found = BTreeMap::new();
    for currency in currencies {
        let side = |of: &BTreeMap<Currency, Side>| {
            let none = Side {
                documents: 0,
                sum: Money::zero(currency),
            };
            of.get(&currency).copied().unwrap_or(none)
        };
        let (before, now) = (side(&before), side(&now));
        let difference = now.sum.minus(before.sum)?;
        let (part, whole) = (difference.minor(), before.sum.minor());
        let share = Ratio::new(part.into(), i128::from(whole).abs()).ok();
        let change = Change {
            before,
            now,
            difference,
            share,
        };
        found.insert(currency, change);
    }
    Ok(found)
}

fn sides(amounts: impl IntoIterator<Item = Money>) -> Result<BTreeMap<Currency, Side>, MoneyError> {
    let mut sides: BTreeMap<Currency, Side> = BTreeMap::new();
    for amount in amounts {
        let side = sides.entry(amount.currency()).or_insert(Side {
            documents: 0,
            sum: Money::zero(amount.currency()),
        });
        side.documents = side.documents.saturating_add(1);
        side.sum = side.sum.plus(amount)?;
    }
    Ok(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EUR: Currency = Currency::EUR;
    const USD: Currency = Currency::USD;

    fn euros(minor: i64) -> Money {
        Money::new(minor, EUR)
    }

    #[test]
    fn a_run_is_held_against_the_one_before_in_each_currency() {
        let before = [euros(100_000), euros(50_000), Money::new(7_000, USD)];
        let now = [euros(120_000), euros(-6_000)];
        let found = changes(before, now).unwrap();
        let of = |currency| found[&currency];
        assert_eq!(
            of(EUR).before,
            Side {
                documents: 2,
                sum: euros(150_000)
            }
        );
        assert_eq!(
            of(EUR).now,
            Side {
                documents: 2,
                sum: euros(114_000)
            }
        );
        assert_eq!(of(EUR).difference, euros(-36_000));
        assert_eq!(of(EUR).share, Ratio::new(-24, 100).ok());
        assert_eq!(of(USD).now.documents, 0, "what is gone is told");
        assert_eq!(of(USD).share, Ratio::new(-1, 1).ok());
    }

    #[test]
    fn nothing_before_has_no_share_and_a_sum_below_zero_keeps_the_sense() {
        let found = changes([], [euros(5)]).unwrap();
        assert_eq!(
            (found[&EUR].difference, found[&EUR].share),
            (euros(5), None)
        );
        let none = changes([euros(7), euros(-7)], [euros(3)]).unwrap();
        assert_eq!(none[&EUR].share, None, "two documents that come to nothing");
        let more = changes([euros(-100)], [euros(-50)]).unwrap();
        assert_eq!(
            more[&EUR].share,
            Ratio::new(1, 2).ok(),
            "more is above zero"
        );
        assert!(changes([], []).unwrap().is_empty());
    }

    #[test]
    fn a_sum_beyond_its_range_is_refused() {
        let far = [euros(i64::MAX), euros(1)];
        assert!(changes([], far).is_err());
        assert!(changes([euros(i64::MIN)], [euros(1)]).is_err());
    }
}
