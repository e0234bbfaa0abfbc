//! Which thresholds of an allowance or a budget the use of a period has reached.

use super::charge::RatingError;
use super::running::Standing;
use crate::billing::contract::UsageAlerts;
use crate::billing::{Percent, Ratio};

/// What a threshold is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// The quantity that is included in the price.
    Allowance,
    /// The net amount that the contract names for the item.
    Budget,
}

impl Limit {
    /// The code under which it is stored and told to programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowance => "allowance",
            Self::Budget => "budget",
        }
    }

    /// The limit of a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        [Self::Allowance, Self::Budget]
            .into_iter()
            .find(|limit| limit.as_str() == code)
    }
}

/// A threshold that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// What it is a share of.
    pub limit: Limit,
    /// The threshold.
    pub threshold: Percent,
    /// The quantity, or the net amount, so far; exact.
    pub used: String,
    /// The allowance, or the budget; exact.
    pub bound: String,
}

/// The thresholds that a standing has reached, by limit, the lowest first. A threshold counts as
/// reached at exactly its share. Without allowance and budget there is nothing to reach.
///
/// # Errors
/// [`RatingError::Ratio`] when a share leaves the exact range.
pub fn reached(
    standing: &Standing,
    alerts: &UsageAlerts,
    item: &str,
) -> Result<Vec<Reached>, RatingError> {
    let mut thresholds = alerts.thresholds.clone();
    thresholds.sort_unstable();
    thresholds.dedup();
    let mut found = Vec::new();
    let mut hold = |limit, used: (Ratio, String), bound: (Ratio, String)| {
        for threshold in &thresholds {
            let positive = !threshold.is_zero() && !threshold.is_negative();
            if positive && used.0 >= bound.0.times(threshold.factor()?)? {
                found.push(Reached {
                    limit,
                    threshold: *threshold,
                    used: used.1.clone(),
                    bound: bound.1.clone(),
                });
            }
        }
        Ok::<_, RatingError>(())
    };
    let (used, included) = (standing.used, standing.included);
    if !included.is_zero() {
        hold(
            Limit::Allowance,
            (used.ratio(), used.to_string()),
            (included.ratio(), included.to_string()),
        )?;
    }
    if let Some(budget) = alerts.budget(item).filter(|budget| !budget.is_zero()) {
        hold(
            Limit::Budget,
            (standing.amount.ratio()?, standing.amount.amount()),
            (budget.ratio(), budget.to_string()),
        )?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::billing::contract::Budget;
    use crate::billing::rating::Fact;
    use crate::billing::{Currency, Money, Quantity};

    fn standing(used: &str, included: &str, amount: &str) -> Standing {
        Standing {
            used: used.parse().expect("a quantity"),
            included: included.parse().expect("a quantity"),
            above: Quantity::ZERO,
            amount: Money::parse(amount, Currency::EUR).expect("an amount"),
            committed: None,
            lines: Vec::new(),
            reason: Fact::Above {
                quantity: Quantity::ZERO,
            }
            .alone(),
        }
    }

    fn thresholds(standing: &Standing, alerts: &UsageAlerts) -> Vec<(Limit, String)> {
        let found = reached(standing, alerts, "storage").expect("thresholds");
        let said = |one: Reached| (one.limit, one.threshold.to_string());
        found.into_iter().map(said).collect()
    }

    #[test]
    fn a_threshold_is_reached_at_exactly_its_share() {
        let usual = UsageAlerts::default();
        for (used, expected) in [
            ("74.999999999", vec![]),
            ("75", vec!["75"]),
            ("89.9", vec!["75"]),
            ("100", vec!["75", "90", "100"]),
            ("400", vec!["75", "90", "100"]),
        ] {
            let found = thresholds(&standing(used, "100", "0.00"), &usual);
            let expected: Vec<_> = expected
                .into_iter()
                .map(|one| (Limit::Allowance, one.to_owned()))
                .collect();
            assert_eq!(found, expected, "{used}");
        }
    }

    #[test]
    fn a_budget_is_held_against_money() {
        let budget = |item: &str| Budget {
            item: item.to_owned(),
            amount: "20".parse().expect("an amount"),
        };
        let alerts = UsageAlerts {
            thresholds: vec![Percent::whole(100), Percent::whole(50)],
            budgets: vec![budget("other"), budget("storage")],
        };
        let found = thresholds(&standing("500", "0", "10.00"), &alerts);
        assert_eq!(found, [(Limit::Budget, "50".to_owned())]);
        let all = thresholds(&standing("500", "1000", "20.00"), &alerts);
        assert_eq!(all.len(), 3, "{all:?}");
        assert_eq!(Limit::of("budget"), Some(Limit::Budget));
        assert_eq!(Limit::of("fee"), None);
    }

    #[test]
    fn where_there_is_no_limit_or_no_threshold_nothing_is_reached() {
        let usual = UsageAlerts::default();
        assert!(thresholds(&standing("500", "0", "900.00"), &usual).is_empty());
        let silent = UsageAlerts {
            thresholds: Vec::new(),
            ..usual
        };
        assert!(thresholds(&standing("500", "10", "0.00"), &silent).is_empty());
        let never = UsageAlerts {
            thresholds: vec![Percent::whole(0), Percent::whole(-5)],
            budgets: Vec::new(),
        };
        assert!(thresholds(&standing("500", "10", "0.00"), &never).is_empty());
    }

    proptest! {
        #[test]
        fn more_use_reaches_every_threshold_that_less_reached(
            less in 0i64..10_000, more in 0i64..10_000, included in 0i64..5_000,
        ) {
            let usual = UsageAlerts::default();
            let of = |used: i64| {
                thresholds(&standing(&used.to_string(), &included.to_string(), "0.00"), &usual)
            };
            let (fewer, all) = (of(less), of(less + more));
            prop_assert!(all.starts_with(&fewer), "{fewer:?} {all:?}");
        }
    }
}
