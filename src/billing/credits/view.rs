//! A contract as it stood in a month: which service ran, what it cost, how it was measured.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{CreditError, MissedResult, ServiceFacts, ServiceResult, wording};
use crate::billing::calendar::{Interval, Period};
use crate::billing::contract::effective::effective;
use crate::billing::contract::{Change, EffectiveItem, Month, ServiceLevel};
use crate::billing::money::MoneyError;
use crate::billing::rating::{cycle, monthly_fee};
use crate::billing::sla::{
    AlreadyCredited, CreditBase, CreditCaps, Exclusion, MissedObjective, Outage, availability,
    credit_for_availability, credit_for_missed,
};
use crate::billing::span::SpanSet;
use crate::billing::{Currency, Money};

/// Credits given so far, by month and by contract year.
#[derive(Default)]
pub(super) struct Given {
    months: BTreeMap<Month, Money>,
    years: BTreeMap<NaiveDate, Money>,
}

impl Given {
    pub(super) fn so_far(
        &self,
        month: Month,
        year: NaiveDate,
        currency: Currency,
    ) -> AlreadyCredited {
        let zero = Money::zero(currency);
        AlreadyCredited {
            month: self.months.get(&month).copied().unwrap_or(zero),
            year: self.years.get(&year).copied().unwrap_or(zero),
        }
    }

    pub(super) fn add(
        &mut self,
        month: Month,
        year: NaiveDate,
        amount: Money,
    ) -> Result<(), MoneyError> {
        let zero = Money::zero(amount.currency());
        for sum in [
            self.months.entry(month).or_insert(zero),
            self.years.entry(year).or_insert(zero),
        ] {
            *sum = sum.plus(amount)?;
        }
        Ok(())
    }
}

/// The contract as it stood in a month.
pub(super) struct View<'a> {
    pub(super) facts: &'a ServiceFacts<'a>,
    pub(super) month: Month,
    whole: Period,
    pub(super) year: NaiveDate,
    items: Vec<EffectiveItem>,
}

impl<'a> View<'a> {
    pub(super) fn of(facts: &'a ServiceFacts<'a>, month: Month) -> Result<Self, CreditError> {
        let whole = Period::new(month.first_day(), month.after(1)?.first_day())?;
        let years = cycle(facts.contract, Interval::Year)?;
        let items = effective(facts.contract, facts.indices, whole.end(), whole.end())?;
        Ok(Self {
            facts,
            month,
            whole,
            year: years.around(whole.last_day())?.start(),
            items,
        })
    }

    fn currency(&self) -> Currency {
        self.facts.contract.currency
    }

    /// The item and what replaced it by then, in order.
    fn successors(&self, id: &str) -> Result<Vec<&EffectiveItem>, CreditError> {
        let contract = self.facts.contract;
        let mut ids = vec![id];
        let mut known: Vec<_> = contract
            .amendments
            .iter()
            .filter(|amendment| amendment.known_from() <= self.whole.end())
            .collect();
        known.sort_by_key(|amendment| amendment.effective);
        for amendment in known {
            if let Change::ReplaceItem { item, with } = &amendment.change
                && ids.last() == Some(&item.as_str())
            {
                ids.push(&with.id);
            }
        }
        let found: Vec<&EffectiveItem> = ids
            .iter()
            .filter_map(|id| self.items.iter().find(|item| item.item.id == *id))
            .collect();
        let mut brought = contract
            .amendments
            .iter()
            .filter_map(|one| one.change.item());
        let agreed_later = brought.any(|item| item.id == id);
        if found.is_empty() && !agreed_later {
            return Err(CreditError::UnknownItem {
                contract: contract.number.clone(),
                item: id.to_owned(),
            });
        }
        Ok(found)
    }

    /// The days of the month on which the service runs, and the item of the last of them.
    fn running(
        &self,
        id: &str,
        from: Option<NaiveDate>,
    ) -> Result<Option<(Period, &EffectiveItem)>, CreditError> {
        let items = self.successors(id)?;
        let mut part: Option<(Period, &EffectiveItem)> = None;
        for item in items {
            let start = from.map_or(item.item.from, |from| from.max(item.item.from));
            let end = item.item.until.unwrap_or(self.whole.end());
            let runs = Period::new(start, end)
                .ok()
                .and_then(|runs| runs.intersection(self.whole));
            if let Some(runs) = runs {
                part = Some(match part {
                    Some((before, _)) => (before.hull(runs), item),
                    None => (runs, item),
                });
            }
        }
        Ok(part)
    }

    fn fee(
        &self,
        base: CreditBase,
        item: &EffectiveItem,
        day: NaiveDate,
    ) -> Result<Money, CreditError> {
        match base {
            CreditBase::ServiceFee => Ok(monthly_fee(item, day, self.currency())?),
            CreditBase::ContractFees => {
                let mut sum = Money::zero(self.currency());
                for item in &self.items {
                    sum = sum.plus(monthly_fee(item, day, self.currency())?)?;
                }
                Ok(sum)
            }
        }
    }

    pub(super) fn measure(
        &self,
        level: &ServiceLevel,
        given: &mut Given,
    ) -> Result<Option<ServiceResult>, CreditError> {
        let Some((part, item)) = self.running(&level.item, level.from)? else {
            return Ok(None);
        };
        let instance = item
            .item
            .instance
            .as_deref()
            .ok_or_else(|| CreditError::NoInstance {
                item: item.item.id.clone(),
            })?;
        let of_instance = |other: &str| other == instance;
        let outages: Vec<Outage> = self
            .facts
            .incidents
            .iter()
            .filter(|incident| of_instance(&incident.instance))
            .map(|incident| incident.outage.clone())
            .collect();
        let exclusions: Vec<Exclusion> = self
            .facts
            .exempt
            .iter()
            .filter(|exempt| of_instance(&exempt.instance))
            .map(|exempt| exempt.exclusion.clone())
            .collect();
        let blind = self.facts.unmeasured.get(instance);
        let blind = blind.cloned().unwrap_or_else(|| SpanSet::union_of([]));
        let objective = &level.objective;
        let measured = availability(part, &outages, &exclusions, &blind, objective)?;
        let base = self.fee(objective.base, item, part.last_day())?;
        let already = given.so_far(self.month, self.year, self.currency());
        let granted = credit_for_availability(objective, &measured, base, already)?;
        let words = wording::availability(self.month);
        let credit = self.credit(item, level.settlement, granted, words, given)?;
        Ok(Some(ServiceResult {
            contract: self.facts.contract.number.clone(),
            item: item.item.id.clone(),
            objective: objective.id.clone(),
            month: self.month,
            target: Some(objective.rules.target),
            measured: Some(measured),
            credit,
        }))
    }

    pub(super) fn missed(
        &self,
        result: &MissedResult,
        given: &mut Given,
    ) -> Result<ServiceResult, CreditError> {
        let unknown = || CreditError::UnknownItem {
            contract: result.contract.clone(),
            item: result.item.clone(),
        };
        let (part, item) = self.running(&result.item, None)?.ok_or_else(unknown)?;
        let base = self.fee(CreditBase::ServiceFee, item, part.last_day())?;
        let missed = MissedObjective {
            objective: result.objective.clone(),
            period: part,
            credit: result.credit,
            evidence: result.evidence.clone(),
            what: result.what.en.clone(),
        };
        // The promise of an availability objective of the same name also bounds its other credits.
        let caps = self
            .facts
            .contract
            .service_levels
            .iter()
            .find(|level| level.objective.id == result.objective)
            .map_or(CreditCaps::default(), |level| level.objective.caps);
        let already = given.so_far(self.month, self.year, self.currency());
        let granted = credit_for_missed(&missed, base, caps, already)?;
        let words = wording::missed(&result.what, self.month);
        let credit = self.credit(item, result.settlement, granted, words, given)?;
        Ok(ServiceResult {
            contract: result.contract.clone(),
            item: item.item.id.clone(),
            objective: result.objective.clone(),
            month: self.month,
            target: None,
            measured: None,
            credit,
        })
    }
}
