//! Deleting usage evidence whose invoices need not be kept any longer, or earlier by a decision of
//! finance. A protocol says what, why and by whose word; readings and hours stay.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::Failure;
use crate::app::App;
use crate::db::audit::{self, AuditEvent};
use crate::db::retention::{self, Deleted, Protocol};
use crate::db::{Txn, audit_chain};
use crate::error::Problem;

/// Years for which what an invoice rests on is kept, from the end of the calendar year on.
///
/// § 147 (3) AO: eight years for accounting vouchers since 1 January 2025 (before: ten), counted
/// by § 147 (4) AO from the end of the year; § 14b (1) UStG says the same of invoices.
/// <https://www.gesetze-im-internet.de/ao_1977/__147.html>
const YEARS: i32 = 8;

/// What finance asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Requests that speak only of the time before this day (UTC) are deleted.
    pub before: NaiveDate,
    /// Why.
    pub reason: String,
    /// The decision by which evidence goes before its term is over.
    pub decision: Option<String>,
    /// Who approved it.
    pub approved_by: String,
}

/// The first day on which evidence about a day may go without a decision. Use of December is
/// invoiced in January, so the year of the invoice counts, which is the one after at the latest.
pub fn kept_until(day: NaiveDate) -> Option<NaiveDate> {
    let invoiced = day.year().checked_add(1)?;
    NaiveDate::from_ymd_opt(invoiced.checked_add(YEARS)?.checked_add(1)?, 1, 1)
}

/// Deletes the bytes of evidence. Asked for again it finds nothing left, and says so.
///
/// # Errors
/// `retention.term` when the term is not over and no decision is named, `retention.unrolled` while
/// an hour of that time is not rolled, `retention.words` without reason or name, `db.*`.
pub async fn delete_evidence(app: &App, order: &Order) -> Result<Option<Deleted>, Failure> {
    let today = app.clock.business().date_naive();
    let named = |text: &str| !text.trim().is_empty();
    let decided = order.decision.as_deref().is_some_and(named);
    if !named(&order.reason) || !named(&order.approved_by) {
        let text = "a protocol says why, and who approved it";
        return Err(Problem::new("retention.words", text).into());
    }
    let newest = order.before.pred_opt().unwrap_or(order.before);
    let over = kept_until(newest).is_some_and(|first| first <= today);
    if !over && !decided {
        let text = format!("evidence before {} is kept for {YEARS} years", order.before);
        return Err(Problem::new("retention.term", text).into());
    }
    super::roll_hours::roll_due(app).await?;
    let before = order.before.and_time(NaiveTime::MIN).and_utc();
    let before = before.timestamp_micros();
    if retention::is_dirty_before(&app.db.telemetry.reader(), before).await? {
        let text = format!("hours before {} are not rolled yet", order.before);
        return Err(Problem::new("retention.unrolled", text).into());
    }
    let protocol = Protocol {
        before,
        reason: order.reason.clone(),
        decision: order.decision.clone().filter(|text| named(text)),
        approved_by: order.approved_by.clone(),
        recorded_at: app.clock.business(),
    };
    let deleted = app
        .db
        .telemetry
        .write(async move |txn: &Txn| Ok::<_, Failure>(retention::delete(txn, &protocol).await?));
    let Some(deleted) = deleted.await? else {
        return Ok(None);
    };
    record(app, order, &deleted).await?;
    Ok(Some(deleted))
}

/// The trail tells of the protocol. Evidence lies in a database of its own, so the record follows;
/// should the program die in between, the protocol itself is there and `verify` names it.
async fn record(app: &App, order: &Order, deleted: &Deleted) -> Result<(), Failure> {
    let event = AuditEvent {
        actor: app.actor.clone(),
        action: "evidence.deleted".to_owned(),
        subject: format!("evidence-protocol/{}", deleted.protocol),
        payload: serde_json::json!({
            "before": order.before,
            "reason": order.reason,
            "decision": order.decision,
            "approved_by": order.approved_by,
            "requests": deleted.requests,
            "hash": deleted.hash,
        })
        .to_string(),
    };
    let now = app.clock.business();
    app.db
        .write(async move |txn: &Txn| audit::append(txn, now, std::slice::from_ref(&event)).await)
        .await?;
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_kept_for_eight_years_after_the_year_of_its_invoice() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(kept_until(day("2026-02-10")), Some(day("2036-01-01")));
        assert_eq!(kept_until(day("2026-12-31")), Some(day("2036-01-01")));
    }
}
