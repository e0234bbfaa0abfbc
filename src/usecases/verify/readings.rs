//! Level two for readings: those that an invoice rests on are read again from raw evidence.

use std::collections::BTreeSet;

use super::super::Failure;
use super::super::close_readings::{read, same};
use super::super::facts::ContractFacts;
use super::VerifyReport;
use crate::app::App;
use crate::db::invoices::StoredInvoice;
use crate::db::{DbError, runs};
use crate::error::Problem;
use crate::telemetry::meters::metering;

/// Reads again every reading known to the runs of the chosen invoices.
pub(super) async fn check(
    app: &App,
    chosen: &[StoredInvoice],
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let reader = app.db.reader();
    let last = match runs::latest(&reader).await {
        Ok(Some(last)) => last,
        Ok(None) => return Ok(()),
        Err(error @ DbError::CorruptRow { .. }) => {
            report.found(1, "billing run", error.to_string());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let contracts: BTreeSet<&str> = chosen
        .iter()
        .map(|stored| stored.head.contract.as_str())
        .collect();
    for number in contracts {
        let (date, known) = (last.request.as_of, last.request.as_known_at);
        let Ok(facts) = ContractFacts::load(&reader, number, date, known).await else {
            continue;
        };
        for reading in &facts.readings {
            let subject = format!(
                "reading {} at {}, {}, revision {}",
                reading.meter, reading.instance, reading.period, reading.revision
            );
            if reading.evidence.is_empty() {
                report.readings_as_entered += 1;
                continue;
            }
            let Some(metering) = metering(&reading.meter) else {
                continue;
            };
            let again = read(
                app,
                &facts.contract,
                &metering,
                &reading.instance,
                reading.period,
            )
            .await;
            match again {
                Ok(Some(again)) if same(reading, &again.reading) => {
                    report.readings_from_evidence += 1;
                }
                Ok(Some(again)) => {
                    let what = format!(
                        "evidence now gives {}, the reading says {}",
                        again.reading.quantity, reading.quantity
                    );
                    report.found(2, subject, what);
                }
                Ok(None) => report.found(2, subject, "its evidence is gone"),
                Err(Failure::Db(error)) => return Err(error.into()),
                Err(failure) => report.found(2, subject, Problem::from(failure).to_string()),
            }
        }
    }
    Ok(())
}
