//! Level two for readings: those that an invoice rests on are read again from the best that is kept
//! of them: the requests, else the hours, else the readings themselves.

use std::collections::BTreeSet;

use super::super::Failure;
use super::super::close_readings::same;
use super::super::facts::ContractFacts;
use super::super::read_usage::{Wanted, agreed, deleted_under, from_evidence, from_partials};
use super::VerifyReport;
use crate::app::App;
use crate::billing::usage::MeterReading;
use crate::db::invoices::StoredInvoice;
use crate::db::{DbError, runs};
use crate::error::Problem;
use crate::telemetry::readings::Read;

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
            if reading.evidence.is_empty() {
                report.readings_as_entered += 1;
                continue;
            }
            let (meter, instance) = (&reading.meter, &reading.instance);
            let Some(metering) = agreed(&facts.contract, meter, instance, reading.period) else {
                continue;
            };
            let of = Wanted {
                contract: &facts.contract,
                metering: &metering,
                instance,
                period: reading.period,
            };
            match prove(app, of, reading, report).await {
                Err(Failure::Db(error)) if !matches!(error, DbError::CorruptRow { .. }) => {
                    return Err(error.into());
                }
                Err(failure) => {
                    let what = Problem::from(failure).to_string();
                    report.found(2, subject(reading), what);
                }
                Ok(()) => {}
            }
        }
    }
    Ok(())
}

fn subject(reading: &MeterReading) -> String {
    let MeterReading {
        instance,
        meter,
        period,
        revision,
        ..
    } = reading;
    format!("reading {meter} at {instance}, {period}, revision {revision}")
}

/// Reads one reading again, at the best level that is left, and its hours beside it.
async fn prove(
    app: &App,
    of: Wanted<'_>,
    reading: &MeterReading,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let hours = from_partials(app, of).await?;
    let told = |from: &str, read: &Read| {
        let now = read.reading.quantity;
        format!(
            "{from} now gives {now}, the reading says {}",
            reading.quantity
        )
    };
    if let Some(read) = hours.as_ref().filter(|read| !same(reading, &read.reading)) {
        report.found(2, subject(reading), told("what its hours hold", read));
    }
    let protocols = deleted_under(app, of).await?;
    if !protocols.is_empty() {
        report.deleted_by_protocol.extend(protocols);
        match hours {
            Some(_) => report.readings_from_partials += 1,
            None => report.readings_as_closed += 1,
        }
        return Ok(());
    }
    match from_evidence(app, of).await? {
        Some(again) if same(reading, &again.reading) => report.readings_from_evidence += 1,
        Some(again) => report.found(2, subject(reading), told("evidence", &again)),
        None => report.found(2, subject(reading), "its evidence is gone"),
    }
    Ok(())
}
