//! Tables of a command's answer.

use std::collections::BTreeMap;

use crate::billing::{Currency, Money};
use crate::usecases::bill::{BlockedRow, Row};

/// Invoices as a table, with a total for each currency.
#[must_use]
pub fn invoices(rows: &[Row]) -> String {
    let mut out = format!(
        "{:<15} {:<10} {:>5}  {:<30} {:>12} {:>11} {:>12}  {}\n",
        "number", "date", "cust.", "customer", "net", "tax", "gross", "format"
    );
    let mut sums: BTreeMap<Currency, [i64; 3]> = BTreeMap::new();
    for row in rows {
        out.push_str(&format!(
            "{:<15} {} {:>5}  {:<30} {:>12} {:>11} {:>12}  {} {}\n",
            row.number.as_deref().unwrap_or("(preview)"),
            row.date,
            row.customer,
            short(&row.name, 30),
            row.net.amount(),
            row.tax.amount(),
            row.gross.amount(),
            row.gross.currency(),
            row.format.title(),
        ));
        let sum = sums.entry(row.gross.currency()).or_default();
        for (part, money) in sum.iter_mut().zip([row.net, row.tax, row.gross]) {
            *part = part.saturating_add(money.minor());
        }
    }
    for (currency, parts) in sums {
        let [net, tax, gross] = parts.map(|minor| Money::new(minor, currency).amount());
        out.push_str(&format!(
            "{:<15} {:<10} {:>5}  {:<30} {net:>12} {tax:>11} {gross:>12}  {currency}\n",
            "total", "", "", ""
        ));
    }
    out
}

/// Blocked contracts with their reasons.
#[must_use]
pub fn blocked(rows: &[BlockedRow], heading: &str) -> String {
    let mut out = String::new();
    if !rows.is_empty() {
        out.push_str(&format!("{heading}\n"));
    }
    for row in rows {
        out.push_str(&format!("  {}: {}\n", row.contract, row.reason));
    }
    out
}

fn short(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}
