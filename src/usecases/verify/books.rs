//! Level two across invoices: number series without gaps, in the order of issue dates.

use std::collections::BTreeMap;

use super::super::Failure;
use super::{PAGE, VerifyReport};
use crate::app::App;
use crate::db::invoices::{self, InvoiceState};
use crate::db::numbering;

/// Every place of a series from 1 to the counter is taken exactly once, and the printed number is
/// the place's own.
pub(super) async fn series(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let reader = app.db.reader();
    let mut places: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    let mut after = None;
    loop {
        let Ok(page) = invoices::page(&reader, after, PAGE).await else {
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
    for (id, mut taken) in places {
        taken.sort();
        let series = numbering::series(&reader, &id).await?;
        for (expected, (place, number)) in (1_u64..).zip(&taken) {
            if *place != expected || *number != super::super::bill::number_of(&series, *place) {
                report.found(
                    2,
                    format!("series {id}"),
                    format!("{number} stands at {expected}"),
                );
                break;
            }
        }
        if series.next != taken.len() as u64 + 1 {
            let what = format!(
                "the counter is at {}, {} are issued",
                series.next,
                taken.len()
            );
            report.found(2, format!("series {id}"), what);
        }
    }
    Ok(())
}
