//! From pending lines to a complete document.

use chrono::NaiveDate;

use super::difference::Pending;
use super::{Billed, BilledLine, BillingError, Credit, Facts, Missing, closing, credit};
use crate::billing::Money;
use crate::billing::calendar::{Period, add_days};
use crate::billing::charge::{ChargeKind, LineBasis, LineKey};
use crate::billing::contract::{Item, Price};
use crate::billing::invoice::{
    DocumentType, Invoice, Line, LineAllowance, Note, PaymentTerms, References, TotalsError,
    tax_breakdown, totals,
};
use crate::billing::party::{Customer, InvoiceFormat, Language, Localised};
use crate::billing::rating::RatedLine;
use crate::billing::tax::{ServiceNature, Supply, TaxTreatment, decide};

/// Version of the stored shape of [`Invoice`].
pub const INVOICE_VERSION: u32 = 1;

/// The document of a day, or none when nothing is due or the sum would be negative: then what is
/// pending waits for the next document. Only when the contract is over, so that no document
/// follows, a negative sum becomes a credit note.
pub(super) fn document(
    facts: &Facts<'_>,
    pending: Vec<Pending>,
    billed: &Billed,
    day: NaiveDate,
) -> Result<Option<Invoice>, BillingError> {
    let notes = notes(facts, &pending, facts.customer.on(day).language)?;
    let mut lines = Vec::new();
    for part in pending {
        let Some(item) = item_of(facts, &part.item) else {
            let contract = facts.contract.number.clone();
            return Err(Missing::BilledItem {
                contract,
                item: part.item,
            }
            .into());
        };
        for rated in part.lines {
            let as_charged = part
                .given_back_as
                .as_ref()
                .filter(|_| rated.net.is_negative());
            let tax = match as_charged {
                Some(tax) => tax.clone(),
                None => treatment(facts, item.nature, rated.service, day)?,
            };
            lines.push(line(facts, item, rated, tax, (part.due, day))?);
        }
    }
    if lines.is_empty() {
        return closing::credit_note(facts, lines, billed, day);
    }
    let order = |id: &str| items(facts).position(|item| item.id == id);
    lines.sort_by_cached_key(|line| {
        (
            rank(&line.key.kind),
            order(&line.key.item),
            line.key.clone(),
        )
    });
    let sum = Money::sum(lines.iter().map(|line| line.net), facts.contract.currency)?;
    if sum.is_negative() {
        return closing::credit_note(facts, lines, billed, day);
    }
    let allowances = credit::settle(
        facts.credits,
        billed,
        &lines,
        day,
        facts.customer.on(day).language,
        |credit| credited(facts, billed, credit, day),
    )?;
    let mut invoice = frame(facts, lines, day, DocumentType::Invoice)?;
    invoice.allowances = allowances;
    invoice.notes = notes;
    match close(&mut invoice) {
        Ok(()) => Ok(Some(invoice)),
        // Tax rates may differ between lines, so that gross is negative where net is not. When no
        // document follows, what is owed back comes first and what is due after it.
        Err(BillingError::Totals(TotalsError::Negative { .. })) => {
            let owed = invoice
                .lines
                .into_iter()
                .filter(|line| line.net.is_negative());
            closing::credit_note(facts, owed.collect(), billed, day)
        }
        Err(other) => Err(other),
    }
}

/// Fees before use, corrections last: the order in which a reader expects them.
const fn rank(kind: &ChargeKind) -> u8 {
    match kind {
        ChargeKind::Recurring => 0,
        ChargeKind::OneOff => 1,
        ChargeKind::Usage { .. } => 2,
        ChargeKind::TrueUp => 3,
        ChargeKind::Correction => 4,
        ChargeKind::ServiceCredit => 5,
    }
}

fn items<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Item> {
    facts.contract.every_item()
}

fn item_of<'a>(facts: &Facts<'a>, id: &str) -> Option<&'a Item> {
    items(facts).find(|item| item.id == id)
}

/// The nature of the service that an item is, as it is or was in the contract.
pub(super) fn nature_of(facts: &Facts<'_>, item: &str) -> ServiceNature {
    item_of(facts, item).map_or(ServiceNature::Automated, |item| item.nature)
}

pub(super) fn treatment(
    facts: &Facts<'_>,
    nature: ServiceNature,
    service: Period,
    day: NaiveDate,
) -> Result<TaxTreatment, BillingError> {
    let supply = Supply {
        nature,
        seller: facts.seller.on(day),
        customer: facts.customer.on(day),
        tax_point: service.last_day(),
        decided_on: day,
    };
    Ok(decide(&supply, facts.tax)?)
}

/// How a service credit is taxed: as the fee was that it lowers.
pub(super) fn credited(
    facts: &Facts<'_>,
    billed: &Billed,
    credit: &Credit,
    day: NaiveDate,
) -> Result<TaxTreatment, BillingError> {
    let lowers = |line: &&BilledLine| {
        let meets = line.key.service.intersection(credit.period).is_some();
        line.charges() && meets && line.key.item == credit.item
    };
    match billed.lines.iter().rev().find(lowers) {
        Some(line) => Ok(line.tax.clone()),
        None => treatment(facts, nature_of(facts, &credit.item), credit.period, day),
    }
}

fn line(
    facts: &Facts<'_>,
    item: &Item,
    rated: RatedLine,
    tax: TaxTreatment,
    (due, day): (NaiveDate, NaiveDate),
) -> Result<Line, BillingError> {
    let language = facts.customer.on(day).language;
    let mut allowances = Vec::new();
    for discount in rated.discounts {
        let of_contract = discount
            .discount
            .and_then(|index| facts.contract.discounts.get(index));
        let reason = of_contract.map_or_else(maximum, |found| found.reason.clone());
        allowances.push(LineAllowance {
            amount: discount.amount,
            percent: discount.percent,
            reason: reason.get(language).to_owned(),
        });
    }
    let mut name = item.name.get(language).to_owned();
    if let Some(prefix) = prefix(&rated.kind, &rated.basis) {
        name = format!("{}: {name}", prefix.get(language));
    }
    let mut details: Vec<String> = item.instance.iter().cloned().collect();
    details.extend(
        item.details
            .iter()
            .map(|detail| detail.get(language).to_owned()),
    );
    Ok(Line {
        position: 0,
        key: LineKey {
            item: item.id.clone(),
            service: rated.service,
            kind: rated.kind,
            cause: rated.cause,
        },
        name,
        details,
        quantity: rated.quantity,
        unit: rated.unit,
        price: rated.price,
        allowances,
        basis: rated.basis,
        net: rated.net,
        nature: item.nature,
        tax,
        due,
        derivation: rated.derivation,
    })
}

fn prefix(kind: &ChargeKind, basis: &LineBasis) -> Option<Localised> {
    let words = |de: &str, en: &str, fr: &str| {
        Some(Localised {
            de: de.to_owned(),
            en: en.to_owned(),
            fr: fr.to_owned(),
        })
    };
    // What was agreed anew is no mistake that is put right.
    let agreed =
        matches!(basis, LineBasis::Difference { amendments, .. } if !amendments.is_empty());
    match kind {
        ChargeKind::Correction if agreed => words("Änderung", "Change", "Modification"),
        ChargeKind::Correction => words("Korrektur", "Correction", "Régularisation"),
        ChargeKind::TrueUp => words("Mindestabnahme", "Minimum commitment", "Minimum garanti"),
        ChargeKind::Recurring
        | ChargeKind::Usage { .. }
        | ChargeKind::OneOff
        | ChargeKind::ServiceCredit => None,
    }
}

fn maximum() -> Localised {
    Localised {
        de: "Vereinbarter Höchstbetrag".to_owned(),
        en: "Agreed maximum".to_owned(),
        fr: "Plafond convenu".to_owned(),
    }
}

/// Everything but allowances, notes and sums.
pub(super) fn frame(
    facts: &Facts<'_>,
    mut lines: Vec<Line>,
    day: NaiveDate,
    document_type: DocumentType,
) -> Result<Invoice, BillingError> {
    for (line, position) in lines.iter_mut().zip(1_u32..) {
        line.position = position;
    }
    let own = lines
        .iter()
        .map(|line| line.key.service)
        .reduce(Period::hull);
    let service_period = match own {
        Some(period) => period,
        None => Period::inclusive(day, day)?,
    };
    let customer = facts.customer.on(day);
    let currency = facts.contract.currency;
    let zero = Money::zero(currency);
    let billing = &facts.contract.billing;
    let due_date = add_days(day, u64::from(billing.payment_days))?;
    Ok(Invoice {
        version: INVOICE_VERSION,
        document_type,
        issue_date: day,
        service_period,
        currency,
        language: customer.language,
        contract: facts.contract.number.clone(),
        seller: facts.seller.on(day).clone(),
        customer: customer.clone(),
        references: references(facts, customer),
        payment: PaymentTerms {
            means: billing.payment,
            days: billing.payment_days,
            due_date,
        },
        lines,
        allowances: Vec::new(),
        tax: Vec::new(),
        totals: crate::billing::invoice::Totals {
            lines: zero,
            allowances: zero,
            net: zero,
            tax: zero,
            gross: zero,
            prepaid: zero,
            payable: zero,
        },
        notes: Vec::new(),
        preceding: None,
    })
}

fn references(facts: &Facts<'_>, customer: &Customer) -> References {
    let mut references = facts.contract.references.clone();
    let routing = &customer.routing;
    let code = match routing.format {
        InvoiceFormat::XrechnungUbl => routing.leitweg_id.clone(),
        InvoiceFormat::FacturX => routing.service_code.clone(),
        InvoiceFormat::PeppolBis3 | InvoiceFormat::PdfWithCii => None,
    };
    references.buyer_reference = code.or(references.buyer_reference);
    references
}

pub(super) fn close(invoice: &mut Invoice) -> Result<(), BillingError> {
    invoice.tax = tax_breakdown(&invoice.lines, &invoice.allowances, invoice.currency)?;
    let prepaid = Money::zero(invoice.currency);
    invoice.totals = totals(&invoice.lines, &invoice.allowances, &invoice.tax, prepaid)?;
    Ok(())
}

/// One note an item for use that stayed within its allowance.
fn notes(
    facts: &Facts<'_>,
    pending: &[Pending],
    language: Language,
) -> Result<Vec<Note>, BillingError> {
    let mut notes = Vec::new();
    for item in items(facts) {
        let Price::Usage { unit, included, .. } = item.price else {
            continue;
        };
        let readings: Vec<_> = pending
            .iter()
            .filter(|part| part.item == item.id)
            .filter_map(|part| part.within)
            .map(|(period, reading, _)| (period, reading))
            .collect();
        if !readings.is_empty() {
            notes.push(Note::WithinAllowance {
                item: item.name.get(language).to_owned(),
                unit,
                allowance: included,
                readings,
            });
        }
    }
    Ok(notes)
}
