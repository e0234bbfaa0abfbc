//! What a run would issue, without writing anything.

use super::super::Failure;
use super::super::facts::{ContractFacts, billed};
use super::{BlockedRow, NO_LIMIT, Report, Request, Row, biller_run, rate};
use crate::app::App;
use crate::billing::biller::bill;
use crate::db::runs::{self, RunId, RunRecord, RunRequest};
use crate::db::{DbError, contracts};
use crate::documents::einvoice;

/// Previews a date: the same facts and the same rules, nothing written. Readings that are not
/// closed yet are not in it; the contracts that wait for them are listed as blocked.
///
/// # Errors
/// `db.*`.
pub async fn preview(app: &App, request: Request) -> Result<Report, Failure> {
    let now = app.clock.business();
    let reader = app.db.reader();
    let run = RunRecord {
        id: RunId(i64::MAX),
        request: RunRequest {
            as_of: request.as_of,
            service_until: request.service_until.unwrap_or(NO_LIMIT),
            as_known_at: now,
            tax: app.tax.settings,
        },
        not_before: runs::closed_until(&reader).await?,
        started_at: now,
        finished: None,
    };
    let asked = biller_run(&run);
    let mut report = Report::default();
    for contract in contracts::all(&reader, now).await? {
        let outcome = async {
            let facts = ContractFacts::load(&reader, &contract.id, request.as_of, now).await?;
            let before = billed(&reader, &contract.id, None).await?;
            let invoices = bill(&facts.facts(&app.tax)?, &before, asked)?;
            for invoice in &invoices {
                let (series, _) = rate::series_of(invoice);
                if let Err(failures) = einvoice::check(invoice, &rate::placeholder(&series)) {
                    let listed: Vec<String> = failures.iter().map(ToString::to_string).collect();
                    return Err(
                        crate::error::Problem::new("einvoice.rules", listed.join("; ")).into(),
                    );
                }
            }
            Ok::<_, Failure>(invoices)
        };
        match outcome.await {
            Ok(invoices) => report
                .issued
                .extend(invoices.iter().map(|one| Row::of(one, None))),
            Err(Failure::Db(error @ DbError::Unreachable(_))) => return Err(error.into()),
            Err(failure) => {
                let problem = crate::error::Problem::from(failure);
                report.blocked.push(BlockedRow {
                    contract: contract.id,
                    code: problem.code().to_owned(),
                    reason: problem.to_string(),
                });
            }
        }
    }
    report
        .issued
        .sort_by(|a, b| (a.date, a.customer, &a.contract).cmp(&(b.date, b.customer, &b.contract)));
    Ok(report)
}
