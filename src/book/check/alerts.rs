//! Alerts of a contract: thresholds that can be reached, and budgets of items it has.

use super::{Checker, Step};
use crate::billing::Percent;
use crate::billing::contract::{Contract, Price};

/// Highest threshold in per cent: ten times the allowance.
const HIGHEST: i64 = 1_000;

impl Checker<'_> {
    pub(super) fn alerts(&mut self, at: &[Step], contract: &Contract) {
        let key = |steps: &[Step]| [at, path!["usage_alerts"], steps].concat();
        let alerts = &contract.usage_alerts;
        for (n, threshold) in alerts.thresholds.iter().enumerate() {
            let reachable = !threshold.is_zero() && !threshold.is_negative();
            if !reachable || *threshold > Percent::whole(HIGHEST) {
                let what = format!("expected more than 0 and at most {HIGHEST} per cent");
                self.fault(&key(path!["thresholds", n]), what);
            }
        }
        for (n, budget) in alerts.budgets.iter().enumerate() {
            let metered = contract
                .every_item()
                .any(|item| item.id == budget.item && matches!(item.price, Price::Usage { .. }));
            if !metered {
                let what = format!("the contract has no metered item {:?}", budget.item);
                self.fault(&key(path!["budgets", n, "item"]), what);
            }
            if budget.amount.is_zero() || budget.amount.is_negative() {
                let what = "a budget is more than nothing";
                self.fault(&key(path!["budgets", n, "amount"]), what);
            }
        }
    }
}
