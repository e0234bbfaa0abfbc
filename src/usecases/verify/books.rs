//! Levels one and two across invoices: number series without gaps, and rows of other tables that
//! tell of them.

use std::collections::BTreeMap;

use super::super::Failure;
use super::super::bill::number_of;
use super::super::import::result_of;
use super::{PAGE, VerifyReport};
use crate::access::Program;
use crate::app::App;
use crate::billing::biller::Credit;
use crate::db::invoices::{self, InvoiceState};
use crate::db::{contracts, numbering, reconcile, service_levels};

/// Every place of a series from 1 to the counter is taken exactly once, and the printed number is
/// the place's own.
pub(super) async fn series(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let reader = app.db.reader();
    let mut places: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    let mut after = None;
    loop {
        let Ok(page) = invoices::page(&reader, Program::itself(), after, PAGE).await else {
            break;
        };
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for stored in page {
            let (InvoiceState::Issued { number, place, .. }
            | InvoiceState::Cancelled { number, place, .. }) = &stored.state
            else {
                continue;
            };
            places
                .entry(stored.head.series.clone())
                .or_default()
                .push((*place, number.clone()));
        }
    }
    for series in numbering::all_series(&reader).await? {
        let mut taken = places.remove(&series.id).unwrap_or_default();
        let subject = format!("series {}", series.id);
        taken.sort();
        for (expected, (place, number)) in (1_u64..).zip(&taken) {
            if *place != expected || *number != number_of(&series, *place) {
                let what = format!("{number} stands at {expected}");
                report.found(2, subject.as_str(), what);
                break;
            }
        }
        if series.next != taken.len() as u64 + 1 {
            let issued = taken.len();
            let what = format!("the counter is at {}, {issued} are issued", series.next);
            report.found(2, subject, what);
        }
    }
    for series in places.into_keys() {
        let what = "invoices stand in a series that has no counter";
        report.found(2, format!("series {series}"), what);
    }
    Ok(())
}

/// What the audit trail, the ledger and the runs tell of is there.
pub(super) async fn counterparts(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let reader = app.db.reader();
    for number in reconcile::issued_and_gone(&reader).await? {
        report.found(
            1,
            number,
            "the audit trail tells of its issue, and it is gone",
        );
    }
    for key in reconcile::booked_without_invoice(&reader).await? {
        report.found(2, key, "the ledger books an invoice that is not there");
    }
    for key in reconcile::booked_without_cause(&reader).await? {
        report.found(2, key, "the ledger entry has no cause");
    }
    for head in reconcile::heads_and_gone(&reader).await? {
        let what = format!("a run reported the head {head}, which no link has");
        report.found(1, "audit chain", what);
    }
    Ok(())
}

/// The results of service levels and their credits say the same in their columns and their bodies.
pub(super) async fn service_levels(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let reader = app.db.reader();
    let now = app.clock.business();
    for contract in contracts::all(&reader, Program::itself(), now).await? {
        for stored in service_levels::results(&reader, Program::itself(), &contract.id, now).await?
        {
            let same = serde_json::from_str(&stored.body).is_ok_and(|credit: Credit| {
                let written = result_of(&contract.id, &credit, &stored.body, stored.recorded_at);
                written == stored
            });
            if !same {
                let subject = format!("service level {}", stored.objective);
                report.found(2, subject, "its columns and its content differ");
            }
        }
    }
    Ok(())
}
