//! From which share of an allowance or budget somebody is told.

use serde::{Deserialize, Serialize};

use crate::billing::{Percent, UnitPrice};

/// What the use of an item may cost in one of its usage periods before somebody is told. It limits
/// nothing and bills nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The metered item.
    pub item: String,
    /// Net amount of a usage period, in the contract's currency.
    pub amount: UnitPrice,
}

/// When the customer and operations are told how far the use of a period has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageAlerts {
    /// Shares of an allowance or budget; 75, 90 and 100 % unless given. Of an empty list nobody is
    /// told anything.
    #[serde(default = "usual")]
    pub thresholds: Vec<Percent>,
    /// Budgets, by item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
}

fn usual() -> Vec<Percent> {
    [75, 90, 100].map(Percent::whole).to_vec()
}

impl Default for UsageAlerts {
    fn default() -> Self {
        Self {
            thresholds: usual(),
            budgets: Vec::new(),
        }
    }
}

impl UsageAlerts {
    /// True for what holds where a contract says nothing.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The budget of an item.
    #[must_use]
    pub fn budget(&self, item: &str) -> Option<UnitPrice> {
        let own = self.budgets.iter().find(|budget| budget.item == item);
        own.map(|budget| budget.amount)
    }
}
