//! The credit note over what a contract that is over still owes back: pending lines whose sum is
//! negative, and service credits that no invoice had room for.

use chrono::NaiveDate;

use super::compose::{close, credited, frame, nature_of};
use super::{Billed, BilledLine, BillingError, Facts, credit};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, LineKey, Unit};
use crate::billing::contract::{Contract, contract_end};
use crate::billing::invoice::{DocumentType, Invoice, Line};
use crate::billing::money::MoneyError;
use crate::billing::rating::{after_grace, arrears_day, lump_sum};
use crate::billing::{Money, Quantity, Rounding};

/// The day on which the last invoice of a contract may come: service credits wait for it before
/// they are given back. None while the contract runs on.
pub(super) fn last_invoice(
    contract: &Contract,
    known_on: NaiveDate,
) -> Result<Option<NaiveDate>, BillingError> {
    match contract_end(contract, known_on)? {
        Some(end) => {
            let terms = &contract.billing;
            Ok(Some(arrears_day(terms, after_grace(terms, end)?)?))
        }
        None => Ok(None),
    }
}

/// The credit note of a day, once the contract is over and the document that charged for the
/// service has its number (BG-3). What is given back never exceeds what was charged and not yet
/// given back.
pub(super) fn credit_note(
    facts: &Facts<'_>,
    lines: Vec<Line>,
    billed: &Billed,
    day: NaiveDate,
) -> Result<Option<Invoice>, BillingError> {
    let end = contract_end(facts.contract, day)?;
    if end.is_none_or(|end| day < end) {
        return Ok(None);
    }
    let mut given = Vec::with_capacity(lines.len());
    for line in lines {
        given.push(turned(line)?);
    }
    if last_invoice(facts.contract, day)?.is_some_and(|last| last <= day) {
        let credits = credit_lines(facts, &given, billed, day)?;
        given.extend(credits);
    }
    let Some(preceding) = charged(&given, billed).and_then(|line| line.document.clone()) else {
        return Ok(None);
    };
    let mut note = frame(facts, given, day, DocumentType::CreditNote)?;
    note.preceding = Some(preceding);
    close(&mut note)?;
    Ok(Some(note))
}

/// A line as the credit note states it: what was owed back is positive there.
fn turned(mut line: Line) -> Result<Line, BillingError> {
    line.net = line.net.negated()?;
    if line.allowances.is_empty() {
        let opposite = line.quantity.ratio().negated().map_err(MoneyError::from)?;
        line.quantity =
            Quantity::rounded(opposite, Rounding::HalfUp).map_err(|_| MoneyError::Overflow)?;
        return Ok(line);
    }
    // A discount of a negative quantity would be negative, which BG-27 is not: the sum is stated,
    // and the discount in words.
    let discounts = std::mem::take(&mut line.allowances);
    line.details
        .extend(discounts.into_iter().map(|one| one.reason));
    (line.quantity, line.price) = lump_sum(line.net)?;
    line.unit = Unit::LumpSum;
    line.basis = LineBasis::Sum;
    Ok(line)
}

/// A line for each service credit that is still open, oldest first, as long as there is anything
/// left of what the contract was charged.
fn credit_lines(
    facts: &Facts<'_>,
    given: &[Line],
    billed: &Billed,
    day: NaiveDate,
) -> Result<Vec<Line>, BillingError> {
    let currency = facts.contract.currency;
    let charged = Money::sum(billed.lines.iter().map(|line| line.net), currency)?;
    let back = Money::sum(given.iter().map(|line| line.net), currency)?;
    let settled = Money::sum(billed.credits.values().copied(), currency)?;
    let mut room = charged.minus(back)?.minus(settled)?;
    let mut found = Vec::new();
    for (credit, open) in credit::open(facts.credits, billed, day)? {
        let amount = if open.minor() <= room.minor() {
            open
        } else {
            room
        };
        if amount.minor() <= 0 {
            continue;
        }
        room = room.minus(amount)?;
        let nature = nature_of(facts, &credit.item);
        let (quantity, price) = lump_sum(amount)?;
        found.push(Line {
            position: 0,
            key: LineKey {
                item: credit.item.clone(),
                service: credit.period,
                kind: ChargeKind::ServiceCredit,
                cause: Cause::Credit {
                    id: credit.id.clone(),
                },
            },
            name: credit
                .reason
                .get(facts.customer.on(day).language)
                .to_owned(),
            details: Vec::new(),
            quantity,
            unit: Unit::LumpSum,
            price,
            allowances: Vec::new(),
            basis: LineBasis::ServiceLevel {
                reached: credit.reached,
                target: credit.target,
                references: credit.references.clone(),
            },
            net: amount,
            nature,
            tax: credited(facts, billed, credit, day)?,
            due: credit.applies_from,
            derivation: credit.derivation.clone(),
        });
    }
    Ok(found)
}

/// The newest charge of the service that the lines give back from; the newest of the item where
/// the periods do not meet, and the newest of all where the item was replaced.
fn charged<'a>(given: &[Line], billed: &'a Billed) -> Option<&'a BilledLine> {
    let newest = |of: &dyn Fn(&Line, &BilledLine) -> bool| {
        let matches = |line: &&BilledLine| given.iter().any(|own| of(own, line));
        let charges = |line: &&BilledLine| line.charges();
        billed.lines.iter().rev().filter(charges).find(matches)
    };
    let item = |own: &Line, line: &BilledLine| own.key.item == line.key.item;
    let service = |own: &Line, line: &BilledLine| {
        let meets = own.key.service.intersection(line.key.service).is_some();
        item(own, line) && meets
    };
    newest(&service)
        .or_else(|| newest(&item))
        .or_else(|| newest(&|_, _| true))
}
