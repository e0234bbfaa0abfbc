//! All that a contract is owed by a date: one charge group an item and period.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::charge::{ChargeGroup, GroupKey, RatedLine, RatingError};
use super::model::price_quantity;
use super::recurring;
use super::usage::{self, Metered};
use crate::billing::calendar::{self, Cycle, Interval, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, Unit};
use crate::billing::contract::{
    ArrearsIssue, BillingTerms, CommitmentBasis, Contract, Discount, EffectiveItem, IndexTable,
    Price, Proration, Timing, price_as_money,
};
use crate::billing::contract::{contract_end, effective};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::usage::{MeterReading, grace_days};
use crate::billing::{Currency, Money, Quantity, Ratio, Rounding};

/// What rating reads besides the contract.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Known index values.
    pub indices: &'a IndexTable,
    /// Closed readings; of several revisions the highest counts.
    pub readings: &'a [MeterReading],
    /// Amendments known by this day count.
    pub known_on: NaiveDate,
    /// Groups due by this day are expected.
    pub due_by: NaiveDate,
    /// Service that starts after this day is not billed; none for no such limit.
    pub service_until: Option<NaiveDate>,
}

/// The contract's terms as the raters see them.
pub(super) struct Terms<'a> {
    of: Expectation<'a>,
    end: Option<NaiveDate>,
}

impl<'a> Terms<'a> {
    pub(super) fn of(of: Expectation<'a>) -> Result<Self, RatingError> {
        let end = contract_end(of.contract, of.known_on)?;
        Ok(Self { of, end })
    }

    pub(super) fn currency(&self) -> Currency {
        self.of.contract.currency
    }

    pub(super) fn zone(&self) -> Tz {
        self.of.contract.zone
    }

    pub(super) fn proration(&self) -> Proration {
        self.of.contract.billing.proration
    }

    pub(super) fn contract_number(&self) -> &'a str {
        &self.of.contract.number
    }

    pub(super) fn discounts(&self) -> impl Iterator<Item = (usize, &'a Discount)> {
        self.of.contract.discounts.iter().enumerate()
    }

    pub(super) fn discount(&self, index: usize) -> Option<&'a Discount> {
        self.of.contract.discounts.get(index)
    }

    pub(super) fn cycle(&self, interval: Interval) -> Result<Cycle, RatingError> {
        Ok(cycle(self.of.contract, interval)?)
    }

    pub(super) fn reading(
        &self,
        instance: &str,
        meter: &str,
        period: Period,
    ) -> Option<&'a MeterReading> {
        self.of
            .readings
            .iter()
            .filter(|r| r.period == period && r.meter == meter && r.instance == instance)
            .max_by_key(|reading| reading.revision)
    }

    /// The day a period may be billed.
    pub(super) fn due(
        &self,
        item: &EffectiveItem,
        period: Period,
        window: Period,
    ) -> Result<NaiveDate, RatingError> {
        if item.item.timing == Timing::InAdvance {
            return Ok(window.start());
        }
        // When the contract is over there is no later invoice of the period to wait for.
        let over = self.end == Some(window.end());
        let day = if over { window.end() } else { period.end() };
        let terms = &self.of.contract.billing;
        let day = match &item.item.price {
            Price::Usage { .. } => after_grace(terms, day)?,
            Price::Recurring { .. } | Price::OneOff { .. } => day,
        };
        Ok(arrears_day(terms, day)?)
    }

    fn billable(&self, start: NaiveDate, due: NaiveDate) -> bool {
        due <= self.of.due_by && self.of.service_until.is_none_or(|until| start <= until)
    }
}

/// The first day on which use up to `day` may be closed and invoiced: late measurements still come
/// in during the grace.
///
/// # Errors
/// [`calendar::CalendarError`].
pub fn after_grace(
    terms: &BillingTerms,
    day: NaiveDate,
) -> Result<NaiveDate, calendar::CalendarError> {
    calendar::add_days(day, u64::from(grace_days(terms.grace_hours)))
}

/// The day on which arrears of a period are invoiced that ends before `day`.
///
/// # Errors
/// [`calendar::CalendarError`].
pub fn arrears_day(
    terms: &BillingTerms,
    day: NaiveDate,
) -> Result<NaiveDate, calendar::CalendarError> {
    match terms.arrears_issue {
        ArrearsIssue::NextDay => Ok(day),
        ArrearsIssue::FirstWorkingDay => {
            calendar::first_working_day(day, terms.holidays.as_deref(), &terms.closed_days)
        }
    }
}

/// The cycle of a contract for an interval: anchored on the billing anchor or the term's start.
///
/// # Errors
/// [`calendar::CalendarError`].
pub fn cycle(contract: &Contract, interval: Interval) -> Result<Cycle, calendar::CalendarError> {
    let anchor = contract.billing.anchor.unwrap_or(contract.term.start);
    Cycle::new(anchor, contract.billing.anchor_day, interval)
}

/// Every charge group that is due, in order of item and period.
///
/// # Errors
/// [`RatingError`].
pub fn expected(of: Expectation<'_>) -> Result<Vec<ChargeGroup>, RatingError> {
    let horizon = calendar::day_after(of.due_by)?;
    let items = effective(of.contract, of.indices, of.known_on, horizon)?;
    let terms = Terms::of(of)?;
    let mut groups = Vec::new();
    for item in &items {
        match (&item.item.price, Metered::of(&item.item.price)) {
            (Price::Recurring { per, .. }, _) => {
                for (period, window) in windows(&terms, item, item.item.billing)? {
                    groups.push(recurring::group(&terms, item, *per, period, window)?);
                }
            }
            (Price::Usage { .. }, Some(metered)) => {
                metered_groups(&terms, item, &metered, &mut groups)?;
            }
            (Price::OneOff { .. }, _) | (Price::Usage { .. }, None) => {
                groups.extend(one_off(&terms, item)?);
            }
        }
    }
    Ok(groups)
}

/// First and last day an item is ours to bill.
pub(super) fn range(item: &EffectiveItem, end: NaiveDate) -> Option<Period> {
    let start = item
        .item
        .billed_until
        .map_or(item.item.from, |day| day.max(item.item.from));
    Period::new(start, item.item.until.map_or(end, |until| until.min(end))).ok()
}

/// Whole periods and the parts of them in which the item runs, as far as they are due.
fn windows(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    interval: Interval,
) -> Result<Vec<(Period, Period)>, RatingError> {
    let cycle = terms.cycle(interval)?;
    let Some(range) = range(item, NaiveDate::MAX) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut period = cycle.around(range.start())?;
    while let Some(window) = period.intersection(range) {
        let due = terms.due(item, period, window)?;
        if !terms.billable(window.start(), due) {
            break;
        }
        found.push((period, window));
        period = cycle.around(period.end())?;
    }
    Ok(found)
}

/// Usage periods of a metered item that have ended by a day, with their windows: what must be
/// read before it can be billed.
///
/// # Errors
/// [`RatingError`].
pub fn usage_windows(
    contract: &Contract,
    item: &EffectiveItem,
    ended_by: NaiveDate,
) -> Result<Vec<(Period, Period)>, RatingError> {
    let Some(metered) = Metered::of(&item.item.price) else {
        return Ok(Vec::new());
    };
    let cycle = cycle(contract, metered.per)?;
    let Some(range) = range(item, NaiveDate::MAX) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut period = cycle.around(range.start())?;
    while let Some(window) = period.intersection(range) {
        if window.end() > ended_by {
            break;
        }
        found.push((period, window));
        period = cycle.around(period.end())?;
    }
    Ok(found)
}

fn metered_groups(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    metered: &Metered<'_>,
    groups: &mut Vec<ChargeGroup>,
) -> Result<(), RatingError> {
    let billing = terms.cycle(item.item.billing)?;
    let years = terms.cycle(Interval::Year)?;
    let mut before = None;
    let mut year_total: Vec<(Period, Money)> = Vec::new();
    for (period, window) in usage_windows(terms.of.contract, item, terms.of.due_by)? {
        let due = terms.due(item, billing.around(window.start())?, window)?;
        if !terms.billable(window.start(), due) {
            break;
        }
        let group = usage::group(terms, item, metered, (before, period, window), due)?;
        let total = group.total(terms.currency())?;
        groups.push(group);
        let year = years.around(window.start())?;
        match year_total.last_mut().filter(|(last, _)| *last == year) {
            Some((_, sum)) => *sum = sum.plus(total)?,
            None => year_total.push((year, total)),
        }
        let by_period =
            |c: &crate::billing::contract::Commitment| c.basis == CommitmentBasis::Period;
        if metered.minimum.as_ref().is_some_and(by_period) {
            groups.extend(usage::true_up(
                terms,
                item,
                metered,
                (period, window),
                due,
                total,
            )?);
        }
        before = Some(window);
    }
    let by_year = |c: &crate::billing::contract::Commitment| c.basis == CommitmentBasis::Year;
    if metered.minimum.as_ref().is_some_and(by_year) {
        for (year, total) in year_total {
            let Some(window) = range(item, NaiveDate::MAX).and_then(|r| r.intersection(year))
            else {
                continue;
            };
            let due = terms.due(item, year, window)?;
            if window.end() <= terms.of.due_by && terms.billable(window.start(), due) {
                groups.extend(usage::true_up(
                    terms,
                    item,
                    metered,
                    (year, window),
                    due,
                    total,
                )?);
            }
        }
    }
    Ok(())
}

fn one_off(terms: &Terms<'_>, item: &EffectiveItem) -> Result<Option<ChargeGroup>, RatingError> {
    let Price::OneOff { amount } = item.item.price else {
        return Ok(None);
    };
    let day = item.item.from;
    let billed_elsewhere = item.item.billed_until.is_some_and(|until| day < until);
    let cancelled = item.item.until.is_some_and(|until| until <= day);
    if billed_elsewhere || cancelled || !terms.billable(day, day) {
        return Ok(None);
    }
    let service = Period::new(day, calendar::day_after(day)?)?;
    let each = price_as_money(amount, terms.currency())?;
    let exact = each.ratio()?.times(item.item.quantity.ratio())?;
    let net = Money::rounded(exact, terms.currency(), Rounding::HalfUp)?;
    let shape = recurring::shape(item.item.quantity.ratio(), amount, Unit::LumpSum, net)?;
    let line = RatedLine {
        service,
        kind: ChargeKind::OneOff,
        cause: Cause::Base,
        quantity: shape.quantity,
        unit: shape.unit,
        price: shape.price,
        discounts: Vec::new(),
        basis: LineBasis::Sum,
        net,
        derivation: Derivation::fact(format!("{}, once", item.item.id), net.to_string())
            .from(SourceKind::Contract, terms.contract_number()),
    };
    Ok(Some(ChargeGroup {
        key: GroupKey {
            item: item.item.id.clone(),
            period: service,
            true_up: false,
        },
        due: day,
        lines: vec![line]
            .into_iter()
            .filter(|line| !line.net.is_zero())
            .collect(),
        within: None,
        revision: 0,
        amendments: item.amendments.join(","),
    }))
}

/// The exact fee of one price interval of an item, in major units, at its price and count of a
/// day, before discounts. None for metered and one-off items and on days the item does not run.
///
/// # Errors
/// [`RatingError`].
pub fn interval_fee(
    item: &EffectiveItem,
    day: NaiveDate,
) -> Result<Option<(Interval, Ratio)>, RatingError> {
    let runs = item.item.from <= day && item.item.until.is_none_or(|until| day < until);
    let (Price::Recurring { per, .. }, Some(step), true) =
        (&item.item.price, item.price_on(day), runs)
    else {
        return Ok(None);
    };
    let mut exact = Ratio::ZERO;
    let count: Quantity = item.quantity_on(day);
    for part in price_quantity(&item.item.id, &step.model, count)? {
        exact = exact.plus(part.price.ratio().times(part.quantity.ratio())?)?;
    }
    Ok(Some((*per, exact)))
}

/// The fee of one month of an item at its price of a day: the base of service credits. Longer
/// intervals are divided by their months. Zero for metered and one-off items and on days the item
/// does not run.
///
/// # Errors
/// [`RatingError`].
pub fn monthly_fee(
    item: &EffectiveItem,
    day: NaiveDate,
    currency: Currency,
) -> Result<Money, RatingError> {
    let Some((per, exact)) = interval_fee(item, day)? else {
        return Ok(Money::zero(currency));
    };
    let month = exact.over(Ratio::whole(i64::from(per.months())))?;
    Ok(Money::rounded(month, currency, Rounding::HalfUp)?)
}
