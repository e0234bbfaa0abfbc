//! A change of a bank account that waits for a second person, as the audit trail keeps it.

use serde::Deserialize;
use uuid::Uuid;

use super::EditError;
use crate::access::AccountId;
use crate::billing::party::Seller;
use crate::db::Source;
use crate::db::audit::{AuditEntry, of_subject};
use crate::db::sellers::Edition;

/// A change that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which proposal this is: its record in the audit trail, which nobody can rewrite.
    pub proposal: i64,
    /// The seller as it would be.
    pub after: Seller,
    /// Who proposed it; nobody that can be told when a program did.
    pub by: Option<AccountId>,
    made_from: i64,
}

/// How the trail names a seller.
pub(super) fn subject(code: &str) -> String {
    format!("seller/{code}")
}

/// What a proposal keeps.
#[derive(Debug, Deserialize)]
struct Proposed {
    after: Seller,
    made_from: i64,
}

/// The newest proposal that nobody has decided, as long as nothing else was recorded since.
///
/// # Errors
/// `db.*`.
pub async fn waiting(
    on: &impl Source,
    code: &str,
    newest: Edition,
) -> Result<Option<Waiting>, EditError> {
    let trail = of_subject(on, &subject(code)).await?;
    let last = trail
        .iter()
        .rev()
        .find(|one| one.action.starts_with("seller."));
    let Some(last) = last.filter(|last| last.action == "seller.proposed") else {
        return Ok(None);
    };
    Ok(read(last).filter(|found| found.made_from == newest.revision))
}

/// A proposal as the trail keeps it; none when its content was erased.
fn read(entry: &AuditEntry) -> Option<Waiting> {
    let proposed: Proposed = serde_json::from_str(entry.payload.as_deref()?).ok()?;
    let by = entry.actor.strip_prefix("user/");
    Some(Waiting {
        proposal: entry.id,
        after: proposed.after,
        made_from: proposed.made_from,
        by: by.and_then(|id| Uuid::try_parse(id).ok()).map(AccountId),
    })
}
