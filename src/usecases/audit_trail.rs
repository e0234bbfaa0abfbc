//! The audit trail, for whoever may see it: a page at a time, one record, and how far it is sealed.

use std::collections::BTreeMap;

use super::Failure;
use crate::access::principal::Denied;
use crate::access::{AccountId, Permission, Principal, Scope};
use crate::app::App;
use crate::db::access::accounts;
use crate::db::audit::AuditEntry;
use crate::db::audit_list::{self, AuditFilter, AuditPage, ChainState, Sealed};
use crate::error::Problem;

/// Names of accounts, as far as the trail names their owners.
pub type Names = BTreeMap<AccountId, String>;

fn require(by: &Principal) -> Result<Scope, Failure> {
    let granted = by.require(Permission::ReadAudit);
    granted
        .map(|granted| granted.scope())
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A page of the trail, how far it is sealed, and who is who in it.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn page(
    app: &App,
    by: &Principal,
    filter: &AuditFilter,
    from: (Option<i64>, u64),
) -> Result<(AuditPage, ChainState, Names), Failure> {
    let scope = require(by)?;
    let on = app.db.reader();
    let page = audit_list::page(&on, filter, from).await?;
    Ok((
        page,
        audit_list::chain_state(&on).await?,
        names(app, scope).await?,
    ))
}

/// One record with its place in the chain, and who is who in it.
///
/// # Errors
/// `access.denied`, `audit.unknown`, `db.*`.
pub async fn one(
    app: &App,
    by: &Principal,
    id: i64,
) -> Result<(AuditEntry, Option<Sealed>, Names), Failure> {
    let scope = require(by)?;
    let found = audit_list::one(&app.db.reader(), id).await?;
    let unknown = || Problem::new("audit.unknown", "there is no such record");
    let (entry, seal) = found.ok_or_else(unknown)?;
    Ok((entry, seal, names(app, scope).await?))
}

async fn names(app: &App, scope: Scope) -> Result<Names, Failure> {
    let all = accounts::list(&app.db.reader(), scope).await?;
    let named = all.into_iter().map(|account| (account.id, account.name));
    Ok(named.collect())
}
