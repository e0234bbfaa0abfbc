//! A simulation as an accountant reads it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Simulation;
use crate::billing::invoice::{DocumentType, Invoice};
use crate::billing::{Currency, Money, MoneyError};

/// The table of documents with totals, then credits, blocked contracts and warnings.
pub(super) fn render(simulation: &Simulation) -> String {
    let mut out = String::new();
    documents(&mut out, simulation);
    credits(&mut out, simulation);
    if !simulation.blocked.is_empty() {
        let _ = writeln!(out, "\nBlocked:");
    }
    for blocked in &simulation.blocked {
        let _ = writeln!(
            out,
            "  {} of customer {} from {}: {} [{}]",
            blocked.contract, blocked.customer, blocked.from, blocked.reason, blocked.code
        );
    }
    if !simulation.warnings.is_empty() {
        let _ = writeln!(out, "\nWill be blocked when due:");
    }
    for warning in &simulation.warnings {
        let _ = writeln!(
            out,
            "  {} of customer {}: {} [{}]",
            warning.contract, warning.customer, warning.reason, warning.code
        );
    }
    out
}

fn documents(out: &mut String, simulation: &Simulation) {
    let header = [
        "number", "date", "customer", "net", "tax", "gross", "", "format",
    ];
    let mut rows = vec![header.map(str::to_owned)];
    for given in &simulation.invoices {
        let invoice = &given.invoice;
        let totals = &invoice.totals;
        let amount = |money: Money| grouped(signed(invoice, money));
        rows.push([
            given.number.clone(),
            invoice.issue_date.to_string(),
            format!(
                "{} {}",
                invoice.customer.number, invoice.customer.legal_name
            ),
            amount(totals.net),
            amount(totals.tax),
            amount(totals.gross),
            invoice.currency.to_string(),
            kind(invoice).to_owned(),
        ]);
    }
    for (currency, sums) in totals(simulation) {
        let [net, tax, gross] = sums.map(|sum| sum.map_or_else(|e| e.to_string(), grouped));
        let blank = String::new;
        let name = "total".to_owned();
        rows.push([
            name,
            blank(),
            blank(),
            net,
            tax,
            gross,
            currency.to_string(),
            blank(),
        ]);
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; 8] = std::array::from_fn(width);
    for row in &rows {
        let mut line = String::new();
        for ((column, cell), width) in row.iter().enumerate().zip(widths) {
            let right = (3..6).contains(&column);
            let _ = if right {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn credits(out: &mut String, simulation: &Simulation) {
    let credited = simulation
        .service_levels
        .iter()
        .filter(|r| r.credit.is_some());
    for (index, result) in credited.enumerate() {
        if index == 0 {
            let _ = writeln!(out, "\nService credits:");
        }
        let Some(credit) = &result.credit else {
            continue;
        };
        let (percent, fee) = &credit.percent;
        let _ = writeln!(
            out,
            "  {} {} {}: {percent} % of {} = {} from {}",
            result.contract,
            result.month,
            result.objective,
            grouped(*fee),
            grouped(credit.amount),
            credit.applies_from
        );
    }
}

fn kind(invoice: &Invoice) -> &'static str {
    match invoice.document_type {
        DocumentType::CreditNote => "credit note",
        _ => invoice.customer.routing.format.title(),
    }
}

/// What a document changes the debt by.
fn signed(invoice: &Invoice, amount: Money) -> Money {
    match invoice.document_type {
        DocumentType::CreditNote => amount.negated().unwrap_or(amount),
        _ => amount,
    }
}

type Sums = [Result<Money, MoneyError>; 3];

fn totals(simulation: &Simulation) -> BTreeMap<Currency, Sums> {
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for given in &simulation.invoices {
        let (invoice, totals) = (&given.invoice, &given.invoice.totals);
        let zero = || Ok(Money::zero(invoice.currency));
        let row = sums
            .entry(invoice.currency)
            .or_insert_with(|| [zero(), zero(), zero()]);
        for (sum, amount) in row.iter_mut().zip([totals.net, totals.tax, totals.gross]) {
            let before = std::mem::replace(sum, zero());
            *sum = before.and_then(|before| before.plus(signed(invoice, amount)));
        }
    }
    sums
}

/// An amount with its thousands apart: `-1,234.50`.
fn grouped(money: Money) -> String {
    let text = money.amount();
    let (sign, plain) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |p| ("-", p));
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut groups = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            groups.push(',');
        }
        groups.push(digit);
    }
    format!("{sign}{groups}{rest}")
}
