//! Expected minus billed, group by group.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::schedule::Owed;
use super::{Billed, BilledLine, BillingError, is_true_up};
use crate::billing::Money;
use crate::billing::calendar::{Interval, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, LineKey};
use crate::billing::contract::{Change, CommitmentBasis, Contract, Item, Price};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::rating::{ChargeGroup, GroupKey, RatedLine, cycle, lump_sum};
use crate::billing::tax::TaxTreatment;

/// Lines of one group that are not billed yet.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// The item.
    pub(super) item: String,
    /// Day from which they may be billed.
    pub(super) due: NaiveDate,
    /// The lines.
    pub(super) lines: Vec<RatedLine>,
    /// How lines that give back are taxed: as the charge was that they give back from.
    pub(super) given_back_as: Option<TaxTreatment>,
    /// Use within the allowance: period, reading, allowance.
    pub(super) within: Option<(Period, crate::billing::Quantity, crate::billing::Quantity)>,
}

/// What was billed so far, by charge group. Each line is put into its group once, however many days
/// are looked at after it.
#[derive(Default)]
pub(super) struct Groups {
    groups: BTreeMap<GroupKey, Sum>,
    /// How many of the billed lines are in.
    seen: usize,
}

/// One group: its sum, and where its lines stand.
struct Sum {
    total: Money,
    lines: Vec<usize>,
}

impl Groups {
    /// Takes in the lines that were billed since it was last asked.
    pub(super) fn catch_up(
        &mut self,
        contract: &Contract,
        billed: &Billed,
    ) -> Result<(), BillingError> {
        for (index, line) in billed.lines.iter().enumerate().skip(self.seen) {
            let zero = Money::zero(contract.currency);
            let group = self
                .groups
                .entry(group_of(contract, &line.key)?)
                .or_insert(Sum {
                    total: zero,
                    lines: Vec::new(),
                });
            group.total = group.total.plus(line.net)?;
            group.lines.push(index);
        }
        self.seen = billed.lines.len();
        Ok(())
    }

    /// What was billed for a group; none where nothing was.
    pub(super) fn total(&self, key: &GroupKey) -> Option<Money> {
        self.groups.get(key).map(|sum| sum.total)
    }
}

impl Sum {
    /// True when all that was billed was taken back again, an invoice at a time.
    fn taken_back(&self, billed: &Billed) -> bool {
        let reversal = |&index: &usize| {
            let line = billed.lines.get(index);
            line.is_some_and(|line| matches!(line.key.cause, Cause::Reversal { .. }))
        };
        self.total.is_zero() && self.lines.iter().any(reversal)
    }
}

/// The lines of a group whose invoice was cancelled: as they would be billed for the first time,
/// under an identity of their own. The count of lines so far keeps them apart from those before.
fn anew(group: &ChargeGroup, sum: &Sum) -> Vec<RatedLine> {
    let places = sum.lines.len()..;
    let lines = places.zip(&group.lines).map(|(place, line)| RatedLine {
        cause: Cause::Amendment {
            id: format!("{}#{place}", group.amendments),
        },
        ..line.clone()
    });
    // A run must not find a line over nothing due again and again.
    lines.filter(|line| !line.net.is_zero()).collect()
}

/// What was billed for one group.
struct Before<'a> {
    total: Money,
    lines: Vec<&'a BilledLine>,
}

impl<'a> Before<'a> {
    fn of(sum: &Sum, billed: &'a Billed) -> Self {
        let lines = sum.lines.iter();
        Self {
            total: sum.total,
            lines: lines.filter_map(|&index| billed.lines.get(index)).collect(),
        }
    }

    /// How the newest charge was taxed: article 90 of Directive 2006/112/EC and § 17 UStG lower the
    /// tax of the supply that was charged, whatever the customer has become since.
    fn treatment(&self) -> Option<TaxTreatment> {
        let charge = self.lines.iter().rev().find(|line| line.charges());
        charge.map(|line| line.tax.clone())
    }
}

/// All that is owed by `day` and not billed. `groups` has caught up with `billed`.
pub(super) fn pending(
    contract: &Contract,
    owed: &Owed,
    (groups, billed): (&Groups, &Billed),
    day: NaiveDate,
) -> Result<Vec<Pending>, BillingError> {
    let mut found = Vec::new();
    let mut due: BTreeSet<&GroupKey> = BTreeSet::new();
    for group in owed.groups.iter().filter(|group| group.due <= day) {
        due.insert(&group.key);
        let (lines, given_back_as) = match groups.groups.get(&group.key) {
            None => (group.lines.clone(), None),
            Some(sum) if sum.taken_back(billed) => (anew(group, sum), None),
            Some(sum) => {
                let total = group.total(contract.currency)?;
                correction(contract, group, (sum, billed), (total, day))?
            }
        };
        let within = group
            .within
            .filter(|_| group.due == day)
            .map(|(reading, included)| (group.key.period, reading, included));
        if lines.is_empty() && within.is_none() {
            continue;
        }
        found.push(Pending {
            item: group.key.item.clone(),
            due: group.due,
            lines,
            given_back_as,
            within,
        });
    }
    // What was billed for periods in which the item no longer runs is owed back.
    for (key, sum) in &groups.groups {
        let runs = owed.running.get(&key.item).copied().flatten();
        let still = runs.is_some_and(|runs| runs.intersection(key.period).is_some());
        if still || sum.total.is_zero() || due.contains(key) {
            continue;
        }
        let group = ChargeGroup {
            due: day,
            lines: Vec::new(),
            within: None,
            revision: 0,
            amendments: amendments_of(contract, &key.item, day),
            key: key.clone(),
        };
        let zero = Money::zero(contract.currency);
        let (lines, given_back_as) = correction(contract, &group, (sum, billed), (zero, day))?;
        found.push(Pending {
            item: group.key.item,
            due: day,
            lines,
            given_back_as,
            within: None,
        });
    }
    Ok(found)
}

fn amendments_of(contract: &Contract, item: &str, known_on: NaiveDate) -> String {
    let touching = contract
        .amendments
        .iter()
        .filter(|amendment| amendment.known_from() <= known_on && touches(&amendment.change, item));
    touching
        .map(|amendment| amendment.id.as_str())
        .collect::<Vec<_>>()
        .join(",")
}

fn touches(change: &Change, id: &str) -> bool {
    match change {
        Change::Cancel => true,
        Change::AddItem { item } => item.id == id,
        Change::EndItem { item } => item == id,
        Change::ReplaceItem { item, with } => item == id || with.id == id,
        Change::SetPrice { item, .. } | Change::SetQuantity { item, .. } => item == id,
    }
}

/// The charge group that a line belongs to.
pub(super) fn group_of(contract: &Contract, line: &LineKey) -> Result<GroupKey, BillingError> {
    let true_up = is_true_up(&line.kind);
    let item = line.item.clone();
    let interval = find_item(contract, &item).and_then(|item| interval(item, true_up));
    let period = match interval {
        Some(interval) => {
            let cycle = cycle(contract, interval)?;
            cycle.around(line.service.start())?
        }
        None => line.service,
    };
    Ok(GroupKey {
        item,
        period,
        true_up,
    })
}

fn find_item<'a>(contract: &'a Contract, id: &str) -> Option<&'a Item> {
    contract.every_item().find(|item| item.id == id)
}

/// The interval of an item's groups; none for one-off items.
fn interval(item: &Item, true_up: bool) -> Option<Interval> {
    match &item.price {
        Price::Recurring { .. } => Some(item.billing),
        Price::OneOff { .. } => None,
        Price::Usage { per, minimum, .. } => {
            let by_year = |basis| matches!(basis, CommitmentBasis::Year);
            let year = true_up && minimum.is_some_and(|minimum| by_year(minimum.basis));
            Some(if year { Interval::Year } else { *per })
        }
    }
}

/// The line that brings a billed group to its expected total, and how it is taxed if it gives back;
/// no line when the group is there already. What is given back never exceeds what was charged and
/// not yet given back, because the expected total is never negative.
fn correction(
    contract: &Contract,
    group: &ChargeGroup,
    (sum, billed): (&Sum, &Billed),
    (total, day): (Money, NaiveDate),
) -> Result<(Vec<RatedLine>, Option<TaxTreatment>), BillingError> {
    let difference = total.minus(sum.total)?;
    if difference.is_zero() {
        return Ok((Vec::new(), None));
    }
    let before = &Before::of(sum, billed);
    let revision = Cause::Reading {
        revision: group.revision,
    };
    let new_revision =
        group.revision > 0 && before.lines.iter().all(|line| line.key.cause != revision);
    let cause = if new_revision {
        revision
    } else {
        // The count of lines so far keeps two changes of one amendment apart.
        Cause::Amendment {
            id: format!("{}#{}", group.amendments, before.lines.len()),
        }
    };
    let kind = if group.key.true_up {
        ChargeKind::TrueUp
    } else {
        ChargeKind::Correction
    };
    let service = changed_part(contract, group, before, day);
    let shape = lump_sum(difference)?;
    let derivation = reasons(group, before, total, difference);
    let line = RatedLine {
        service,
        kind,
        cause,
        quantity: shape.0,
        unit: crate::billing::charge::Unit::LumpSum,
        price: shape.1,
        discounts: Vec::new(),
        basis: LineBasis::Difference {
            expected: total,
            billed: before.total,
            amendments: if new_revision {
                String::new()
            } else {
                group.amendments.clone()
            },
        },
        net: difference,
        derivation,
    };
    Ok((vec![line], before.treatment()))
}

/// Why a correction is what it is: what is expected, and every line that was billed for it.
fn reasons(
    group: &ChargeGroup,
    before: &Before<'_>,
    total: Money,
    difference: Money,
) -> Derivation {
    Derivation::fact(
        format!(
            "{}, {}: expected less billed",
            group.key.item, group.key.period
        ),
        difference.to_string(),
    )
    .because([Derivation::fact("expected", total.to_string())
        .because(group.lines.iter().map(|line| line.derivation.clone()))])
    .because(before.lines.iter().map(|line| {
        // Named by its identity: its document may not have a number yet, and later it has.
        let LineKey {
            item,
            service,
            kind,
            cause,
        } = &line.key;
        Derivation::fact(format!("billed for {service}"), line.net.to_string()).from(
            SourceKind::BilledLine,
            format!("{item}/{service}/{kind}/{cause}"),
        )
    }))
}

/// The service period of a correction: from the change inside the period on, or all that was
/// billed.
fn changed_part(
    contract: &Contract,
    group: &ChargeGroup,
    before: &Before<'_>,
    day: NaiveDate,
) -> Period {
    let billed = before
        .lines
        .iter()
        .map(|line| line.key.service)
        .chain(group.lines.iter().map(|line| line.service))
        .reduce(Period::hull)
        .unwrap_or(group.key.period);
    let newest = before.lines.iter().map(|line| line.issued_on).max();
    let effective = |new: bool| {
        contract
            .amendments
            .iter()
            .filter(|amendment| touches(&amendment.change, &group.key.item))
            .filter(|amendment| amendment.known_from() <= day)
            .filter(move |amendment| {
                !new || newest.is_none_or(|newest| newest < amendment.known_from())
            })
            .map(|amendment| amendment.effective)
            .filter(|&day| billed.contains(day))
    };
    // From the first day that an amendment changes which was not known yet; a run on the day of
    // the last document may have missed one that was made known on it.
    let changed = effective(true).min().or_else(|| effective(false).max());
    changed
        .and_then(|day| Period::new(day, billed.end()).ok())
        .unwrap_or(billed)
}
