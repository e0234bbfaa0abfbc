//! The audit trail for programs: the last record first, a page at a time.

use super::{AuditEntry, entry};
use crate::db::DbError;
use crate::db::filter::{Filter, cut};
use crate::db::txn::{Source, rows};

/// What the trail is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// To what it happened, such as `run/7`.
    pub subject: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// What happened.
    pub action: Option<String>,
}

/// At most `limit` records before the one with an id, and the id before which the next page
/// begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    asked: &TrailFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<AuditEntry>, Option<i64>), DbError> {
    let mut filter = Filter::new(on);
    let wanted = [
        ("subject", &asked.subject),
        ("actor", &asked.actor),
        ("action", &asked.action),
    ];
    for (column, wanted) in wanted {
        if let Some(wanted) = wanted {
            let place = filter.value(wanted.as_str());
            filter.add(format!("r.{column} = {place}"));
        }
    }
    if let Some(id) = before {
        let place = filter.value(id);
        filter.add(format!("r.id < {place}"));
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT r.id, r.recorded_at, r.actor, r.action, r.subject, p.body \
         FROM audit_record r LEFT JOIN audit_payload p ON p.record = r.id \
         WHERE {condition} ORDER BY r.id DESC LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let mut entries = found.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut entries, limit);
    let next = entries.last().filter(|_| more).map(|last| last.id);
    Ok((entries, next))
}
