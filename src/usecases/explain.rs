//! Why an amount: the derivation of an invoice or one of its lines, down to readings and evidence.

use super::Failure;
use crate::access::Program;
use crate::app::App;
use crate::billing::invoice::{Derivation, Invoice, SourceKind};
use crate::db::invoices;
use crate::error::Problem;

/// The derivation of an invoice, or of one line by its position.
///
/// # Errors
/// `explain.unknown-invoice`, `explain.unknown-line`, `db.*`.
pub async fn explain(app: &App, number: &str, line: Option<u32>) -> Result<Derivation, Failure> {
    let found = invoices::by_number(&app.db.reader(), Program::itself().into(), number).await?;
    let stored = found.first().ok_or_else(|| {
        Problem::new(
            "explain.unknown-invoice",
            format!("there is no invoice {number}"),
        )
    })?;
    let view: Invoice = stored.read_view()?;
    let Some(position) = line else {
        return Ok(of_invoice(&view, number));
    };
    let line = view
        .lines
        .iter()
        .find(|line| line.position == position)
        .ok_or_else(|| {
            let last = view.lines.len();
            let text = format!("invoice {number} has lines 1 to {last}, not {position}");
            Problem::new("explain.unknown-line", text)
        })?;
    Ok(Derivation::fact(
        format!("{number}, line {position}: {}", line.name),
        line.net.to_string(),
    )
    .because([line.derivation.clone(), tax_of(line)]))
}

fn tax_of(line: &crate::billing::invoice::Line) -> Derivation {
    let rate = line
        .tax
        .rate
        .map_or("no rate".to_owned(), |rate| format!("{rate} %"));
    let code = line
        .tax
        .exemption_code
        .as_deref()
        .map(|c| format!(", {c}"))
        .unwrap_or_default();
    Derivation::fact(
        format!("tax: {}", line.tax.rule),
        format!("{} {rate}{code}", line.tax.category.code()),
    )
}

fn of_invoice(view: &Invoice, number: &str) -> Derivation {
    let totals = &view.totals;
    let lines = view.lines.iter().map(|line| {
        Derivation::fact(
            format!("line {}: {}", line.position, line.name),
            line.net.to_string(),
        )
        .because([line.derivation.clone()])
    });
    let allowances = view.allowances.iter().map(|allowance| {
        Derivation::fact(allowance.reason.clone(), format!("-{}", allowance.amount))
            .from(SourceKind::ServiceLevel, allowance.credit.clone())
            .because([allowance.derivation.clone()])
    });
    let tax = view.tax.iter().map(|group| {
        let rate = group
            .rate
            .map_or("no rate".to_owned(), |rate| format!("{rate} %"));
        Derivation::fact(
            format!("tax {} {rate} of {}", group.category.code(), group.taxable),
            group.tax.to_string(),
        )
    });
    let mut parts =
        vec![Derivation::fact("sum of lines (BT-106)", totals.lines.to_string()).because(lines)];
    if !totals.allowances.is_zero() {
        let text = format!("-{}", totals.allowances);
        parts.push(Derivation::fact("allowances (BT-107)", text).because(allowances));
    }
    parts.push(Derivation::fact("tax (BT-110)", totals.tax.to_string()).because(tax));
    let what = format!("{number}: amount due");
    Derivation::fact(what, totals.payable.to_string()).because(parts)
}

/// A derivation as an indented tree.
#[must_use]
pub fn tree(derivation: &Derivation) -> String {
    let mut out = String::new();
    write_node(derivation, "", "", &mut out);
    out
}

fn write_node(node: &Derivation, lead: &str, indent: &str, out: &mut String) {
    out.push_str(lead);
    out.push_str(&node.what);
    if !node.value.is_empty() {
        out.push_str(" = ");
        out.push_str(&node.value);
    }
    if let Some(source) = &node.source {
        let kind = format!("{:?}", source.kind).to_lowercase();
        out.push_str(&format!("  [{kind} {}]", source.id));
    }
    out.push('\n');
    // Evidence can be a thousand requests; the tree shows the ends and says how many lie between.
    let shown = 6;
    let many = node.because.len() > 2 * shown
        && node.because.iter().all(|n| {
            n.source
                .as_ref()
                .is_some_and(|s| s.kind == SourceKind::Evidence)
        });
    let count = node.because.len();
    for (index, child) in node.because.iter().enumerate() {
        if many && index == shown {
            out.push_str(&format!(
                "{indent}├─ … {} more requests …\n",
                count - 2 * shown
            ));
        }
        if many && index >= shown && index + shown < count {
            continue;
        }
        let last = index + 1 == count;
        let (branch, further) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        write_node(
            child,
            &format!("{indent}{branch}"),
            &format!("{indent}{further}"),
            out,
        );
    }
}
