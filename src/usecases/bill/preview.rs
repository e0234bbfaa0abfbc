//! What a run would issue, without writing anything.

use super::super::Failure;
use super::super::close_readings::{as_closed, unread};
use super::super::facts::{ContractFacts, billed};
use super::{BlockedRow, NO_LIMIT, Report, Request, Row, biller_run, rate};
use crate::access::Program;
use crate::app::App;
use crate::billing::biller::bill_until_blocked;
use crate::billing::invoice::{Invoice, PrecedingDocument};
use crate::db::partials::UnreadHour;
use crate::db::runs::{self, RunId, RunRecord, RunRequest};
use crate::db::{DbError, contracts, sha256_hex};
use crate::documents::einvoice;
use crate::error::Problem;

/// Previews a date: the same facts and the same rules, nothing written but hours that are rolled.
/// Readings that the run would close, or correct, first are taken as it would leave them.
///
/// # Errors
/// `db.*`.
pub async fn preview(app: &App, request: Request) -> Result<Report, Failure> {
    let unread = unread(app).await?;
    looked_ahead(app, request, Some(&unread)).await
}

/// As [`preview`], after the readings that are due were closed.
///
/// # Errors
/// `db.*`.
pub(crate) async fn of_closed(app: &App, request: Request) -> Result<Report, Failure> {
    looked_ahead(app, request, None).await
}

async fn looked_ahead(
    app: &App,
    request: Request,
    unread: Option<&[UnreadHour]>,
) -> Result<Report, Failure> {
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
    for contract in contracts::all(&reader, Program::itself(), now).await? {
        let outcome = async {
            let facts = ContractFacts::load(&reader, &contract.id, request.as_of, now).await?;
            let facts = match unread {
                Some(unread) => as_closed(app, facts, request.as_of, unread).await?,
                None => facts,
            };
            let before = billed(&reader, &contract.id, None).await?;
            let facts = facts.facts(&app.tax)?;
            // Credit notes follow documents that a run would have numbered by then.
            let stand_in = |invoice: &Invoice| {
                Some(PrecedingDocument {
                    number: rate::placeholder(&rate::series_of(invoice).0),
                    issue_date: invoice.issue_date,
                })
            };
            let (invoices, stop) = bill_until_blocked(&facts, &before, asked, stand_in);
            let rows: Vec<Row> = invoices.iter().map(row).collect::<Result<_, Failure>>()?;
            Ok::<_, Failure>((rows, stop))
        };
        match outcome.await {
            Ok((rows, stop)) => {
                report.issued.extend(rows);
                let blocked = stop.map(|stop| BlockedRow::of(&contract.id, &stop));
                report.blocked.extend(blocked);
            }
            Err(Failure::Db(error @ DbError::Unreachable(_))) => return Err(error.into()),
            Err(failure) => {
                let problem = Problem::from(failure);
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

/// The row of a document without a number, with the hash of all that it says; a document that
/// breaks the rules of its format has none.
fn row(invoice: &Invoice) -> Result<Row, Failure> {
    let (series, _) = rate::series_of(invoice);
    if let Err(failures) = einvoice::check(invoice, &rate::placeholder(&series)) {
        let listed: Vec<String> = failures.iter().map(ToString::to_string).collect();
        return Err(Problem::new("einvoice.rules", listed.join("; ")).into());
    }
    let text =
        serde_json::to_string(invoice).map_err(|error| Failure::of("internal.unlisted", &error))?;
    Ok(Row {
        content: sha256_hex(text.as_bytes()),
        ..Row::of(invoice, None)
    })
}
