//! Service levels of a contract: what is promised, and what it came to.

use super::super::words::{Argument, Words};
use super::changes::item_name;
use super::{count, day, text};
use crate::billing::biller::Credit;
use crate::billing::contract::{Contract, CreditSettlement, ServiceLevel};
use crate::billing::sla::{
    AvailabilityRules, ComponentRule, CreditBase, ExclusionMode, Objective, UnmeasuredPolicy,
};
use crate::billing::{Percent, Ratio, Rounding};
use crate::db::service_levels::{CreditState, Outcome};
use crate::web::format::{self, NBSP};

/// A promise.
pub(super) struct Level {
    /// Objective, item and target.
    pub(super) promise: String,
    pub(super) ladder: Vec<String>,
    pub(super) rules: Vec<String>,
}

/// What a promise came to in a period.
pub(super) struct Result {
    pub(super) period: String,
    pub(super) what: String,
    pub(super) reached: String,
    pub(super) state: &'static str,
    pub(super) state_text: String,
    pub(super) credit: String,
    pub(super) currency: String,
    pub(super) credit_state: String,
}

/// A promise in words.
pub(super) fn level(words: Words, contract: &Contract, level: &ServiceLevel) -> Level {
    let ServiceLevel {
        item,
        objective,
        from,
        settlement,
    } = level;
    let Objective {
        id,
        rules,
        ladder,
        caps,
        base,
    } = objective;
    let written = |percent: Percent| format::percent(percent, words.0);
    let steps = ladder.steps().iter().map(|step| {
        let (below, credit) = (written(step.below), written(step.credit));
        let arguments = [
            ("below", Argument::Text(&below)),
            ("credit", Argument::Text(&credit)),
        ];
        words.with("contract-level-step", &arguments)
    });
    let mut said = vec![match base {
        CreditBase::ServiceFee => words.say("contract-level-base-service"),
        CreditBase::ContractFees => words.say("contract-level-base-contract"),
    }];
    if let Some(cap) = caps.per_month.map(written) {
        said.push(words.with("contract-level-cap-month", &text("percent", &cap)));
    }
    if let Some(cap) = caps.per_year.map(written) {
        said.push(words.with("contract-level-cap-year", &text("percent", &cap)));
    }
    said.push(match settlement {
        CreditSettlement::NextInvoice => words.say("contract-level-next"),
        CreditSettlement::AfterQuarter => words.say("contract-level-quarter"),
    });
    if let Some(from) = from {
        let from = day(words, *from);
        said.push(words.with("contract-level-from", &text("day", &from)));
    }
    said.extend(measured(words, rules));
    let target = written(rules.target);
    let target = text("percent", &target);
    let target = match rules.inclusive {
        true => words.with("contract-level-target", &target),
        false => words.with("contract-level-target-above", &target),
    };
    let named = format!(
        "{}, {}",
        objective_name(words, id),
        item_name(contract, item, words.0)
    );
    Level {
        promise: words.labelled(&named, &target),
        ladder: steps.collect(),
        rules: said,
    }
}

/// The name of a usual objective; of another one its identifier.
fn objective_name(words: Words, id: &str) -> String {
    match id {
        "availability" => words.say("contract-level-availability"),
        other => other.to_owned(),
    }
}

/// How it is measured.
fn measured(words: Words, rules: &AvailabilityRules) -> Vec<String> {
    let mut said = vec![match rules.exclusion_mode {
        ExclusionMode::Remove => words.say("contract-level-excluded"),
        ExclusionMode::CountAsAvailable => words.say("contract-level-excluded-up"),
    }];
    said.push(match rules.unmeasured {
        UnmeasuredPolicy::CountsAsUp => words.say("contract-level-unmeasured-up"),
        UnmeasuredPolicy::CountsAsDown => words.say("contract-level-unmeasured-down"),
        UnmeasuredPolicy::Excluded => words.say("contract-level-unmeasured-out"),
    });
    if rules.minimum_outage_seconds > 0 {
        let seconds = count("seconds", rules.minimum_outage_seconds);
        said.push(words.with("contract-level-shortest", &seconds));
    }
    if rules.merge_gap_seconds > 0 {
        let seconds = count("seconds", rules.merge_gap_seconds);
        said.push(words.with("contract-level-merge", &seconds));
    }
    if rules.maintenance_notice_hours > 0 {
        let hours = count("hours", rules.maintenance_notice_hours);
        said.push(words.with("contract-level-maintenance", &hours));
    }
    if let Some(seconds) = rules.maintenance_allowance_seconds {
        let minutes = count("minutes", seconds / 60);
        said.push(words.with("contract-level-allowance", &minutes));
    }
    if !rules.components.is_empty() {
        let names = rules
            .components
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let names = text("components", &names);
        said.push(match rules.component_rule {
            ComponentRule::Any => words.with("contract-level-any", &names),
            ComponentRule::All => words.with("contract-level-all", &names),
        });
    }
    said.push(match rules.third_party_counts {
        true => words.say("contract-level-suppliers"),
        false => words.say("contract-level-suppliers-not"),
    });
    said
}

/// A result in words.
pub(super) fn result(words: Words, contract: &Contract, outcome: &Outcome) -> Result {
    let stored = &outcome.result;
    let credit = outcome.credit.as_ref();
    let detail: Option<Credit> = serde_json::from_str(&stored.body).ok();
    let period = crate::billing::calendar::Period::new(stored.from, stored.to).ok();
    let measured = detail
        .as_ref()
        .is_none_or(|detail| detail.reached.is_some());
    let ratio = Ratio::try_from(stored.ratio.clone())
        .ok()
        .filter(|_| measured);
    Result {
        period: period
            .map(|period| format::span_in_words(period, words.0))
            .unwrap_or_default(),
        what: detail.map_or_else(
            || stored.objective.clone(),
            |detail| {
                let item = item_name(contract, &detail.item, words.0);
                let references = format::unbroken(&detail.references.join(", "));
                match references.is_empty() {
                    true => item,
                    false => format!("{item} · {references}"),
                }
            },
        ),
        reached: ratio
            .and_then(|ratio| share(words, ratio))
            .unwrap_or_default(),
        state: if stored.met { "good" } else { "overdue" },
        state_text: match stored.met {
            true => words.say("contract-level-met"),
            false => words.say("contract-level-missed"),
        },
        credit: credit
            .map(|credit| format::amount(credit.amount, words.0))
            .unwrap_or_default(),
        currency: credit
            .map(|credit| credit.amount.currency().to_string())
            .unwrap_or_default(),
        credit_state: credit
            .map(|one| credit_state(words, one.state))
            .unwrap_or_default(),
    }
}

fn credit_state(words: Words, state: CreditState) -> String {
    match state {
        CreditState::Proposed => words.say("contract-credit-proposed"),
        CreditState::Approved => words.say("contract-credit-approved"),
        CreditState::Applied(_) => words.say("contract-credit-applied"),
        CreditState::Expired => words.say("contract-credit-expired"),
        CreditState::Rejected => words.say("contract-credit-rejected"),
    }
}

/// A share in per cent with four places at most: `99.4198 %`. Rounded down, so that a promise
/// that was missed by little does not look kept.
pub(super) fn share(words: Words, ratio: Ratio) -> Option<String> {
    let percent = ratio.times(Ratio::whole(100)).ok()?;
    let scaled = percent.rounded(4, Rounding::Down).ok()?;
    let scaled = i64::try_from(scaled).ok()?;
    let figure = format::decimal(rust_decimal::Decimal::new(scaled, 4), 0, words.0);
    Some(format!("{figure}{NBSP}%"))
}
