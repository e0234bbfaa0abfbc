//! Sources as people look after them: how each is doing, what of theirs was kept aside, and the
//! deeds of their pages.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::Failure;
use super::ingest::prepare::CONFLICT;
use super::sources::{self, Drafted, NewSource, done_by_program, may_manage};
use super::waiting_retractions::{self, Waiting};
use crate::access::principal::Denied;
use crate::access::{Permission, Principal, SecretText};
use crate::app::App;
use crate::db::pull::{self, PullState, PullTarget};
use crate::db::quarantine::{self, KeptAside, Tally};
use crate::db::sources::{ListedSource, list};
use crate::db::{Txn, evidence_seen};
use crate::error::Problem;
use crate::telemetry::Reason;

/// Rows of what was kept aside that the page of a source shows.
const ROWS: u64 = 100;

/// A source with what is known of how it is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceHealth {
    pub listed: ListedSource,
    /// When it was last heard of; none before the first request.
    pub last_heard: Option<DateTime<Utc>>,
    /// What of it was kept aside, by reason.
    pub aside: Vec<Tally>,
}

impl SourceHealth {
    /// Things kept aside that nobody has decided about and that contradict others.
    #[must_use]
    pub fn open_conflicts(&self) -> u64 {
        let conflicts = self.aside.iter().filter(|one| is_conflict(&one.reason));
        conflicts.map(|one| one.open).sum()
    }

    /// The other things that nobody has decided about.
    #[must_use]
    pub fn open_others(&self) -> u64 {
        let others = self.aside.iter().filter(|one| !is_conflict(&one.reason));
        others.map(|one| one.open).sum()
    }
}

/// What the page of a source shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSheet {
    pub health: SourceHealth,
    /// What of it was kept aside: what is open first.
    pub aside: Vec<KeptAside>,
    /// How many of its retractions wait for an event that did not come yet.
    pub waiting: u64,
    /// Those of them that wait longest.
    pub waiting_longest: Vec<Waiting>,
}

/// Whether a reason says that two things contradict each other.
#[must_use]
pub fn is_conflict(reason: &str) -> bool {
    reason == CONFLICT || reason == Reason::Retraction.code()
}

fn may_read(by: &Principal) -> Result<(), Failure> {
    by.require(Permission::ReadSources)
        .map(|_| ())
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// Every source by name, those included that the program reads itself.
///
/// # Errors
/// `access.denied`.
pub async fn all(app: &App, by: &Principal) -> Result<Vec<SourceHealth>, Failure> {
    may_read(by)?;
    let reader = app.db.telemetry.reader();
    let newest = evidence_seen::newest(&reader).await?;
    let mut aside: BTreeMap<i64, Vec<Tally>> = BTreeMap::new();
    for one in quarantine::tally(&reader, None).await? {
        aside.entry(one.source).or_default().push(one);
    }
    let listed = list(&reader, None).await?.into_iter();
    let each = listed.map(|listed| {
        let id = listed.source.id;
        // A repetition is heard too, and leaves nothing in the log.
        let heard = listed.state.map(|state| state.last_seen);
        let heard = heard.max(newest.get(&id).copied());
        SourceHealth {
            last_heard: heard.and_then(DateTime::from_timestamp_micros),
            aside: aside.remove(&id).unwrap_or_default(),
            listed,
        }
    });
    Ok(each.collect())
}

/// One source.
///
/// # Errors
/// `access.denied`, `source.unknown`.
pub async fn one(app: &App, by: &Principal, name: &str) -> Result<SourceSheet, Failure> {
    let all = all(app, by).await?;
    let mut found = all.into_iter();
    let found = found.find(|one| one.listed.source.name == name);
    let found = found.ok_or_else(|| unknown(name))?;
    let id = found.listed.source.id;
    let aside = quarantine::of_source(&app.db.telemetry.reader(), id, ROWS).await?;
    let (waiting, waiting_longest) = waiting_retractions::of_source(app, id).await?;
    Ok(SourceSheet {
        health: found,
        aside,
        waiting,
        waiting_longest,
    })
}

fn unknown(name: &str) -> Failure {
    Problem::new("source.unknown", format!("there is no source {name}")).into()
}

/// What is fetched, by name, with how each went.
///
/// # Errors
/// `access.denied`.
pub async fn targets(app: &App, by: &Principal) -> Result<Vec<(PullTarget, PullState)>, Failure> {
    may_read(by)?;
    Ok(pull::list(&app.db.reader()).await?)
}

/// One of them; none when there is none of that name.
///
/// # Errors
/// `access.denied`.
pub async fn target(
    app: &App,
    by: &Principal,
    name: &str,
) -> Result<Option<(PullTarget, PullState)>, Failure> {
    may_read(by)?;
    Ok(pull::get(&app.db.reader(), name).await?)
}

/// Makes a source with its first credential, whose text is shown once.
///
/// # Errors
/// `access.denied`, `source.*`.
pub async fn make(
    app: &App,
    by: &Principal,
    source: NewSource,
) -> Result<(SecretText, Drafted), Failure> {
    let (text, drafted) = draft(app, by, source)?;
    let (actor, stored) = (by.actor(), drafted.clone());
    let write =
        async move |txn: &Txn, app: &App| sources::create_in(txn, app, &actor, &stored).await;
    done_by_program(app, write).await?;
    Ok((text, drafted))
}

/// A source with its first credential, that is not stored yet.
///
/// # Errors
/// Those of [`make`], but for `source.exists`.
pub fn draft(
    app: &App,
    by: &Principal,
    source: NewSource,
) -> Result<(SecretText, Drafted), Failure> {
    may_manage(by)?;
    sources::draft(app, source)
}

/// Exchanges the credential of a source for another one, if `newest` is still the newest: a form
/// that is sent twice makes one.
///
/// # Errors
/// `access.denied`, `source.unknown`, `source.stale`, `source.*`.
pub async fn exchange(
    app: &App,
    by: &Principal,
    (name, newest): (&str, &str),
    (overlap, expires_at): (TimeDelta, DateTime<Utc>),
) -> Result<(SecretText, Drafted), Failure> {
    may_manage(by)?;
    let (text, drafted) = sources::draft_rotation(app, name, overlap, expires_at).await?;
    let (actor, stored) = (by.actor(), drafted.clone());
    let seen = newest.to_owned();
    let write = async move |txn: &Txn, app: &App| {
        sources::exchange_in(txn, app, &actor, (&stored, Some(&seen))).await
    };
    done_by_program(app, write).await?;
    Ok((text, drafted))
}

/// Revokes one credential of a source. A second time changes nothing.
///
/// # Errors
/// `access.denied`, `source.unknown`.
pub async fn revoke(
    app: &App,
    by: &Principal,
    (name, credential): (&str, &str),
) -> Result<(), Failure> {
    may_manage(by)?;
    let all = list(&app.db.telemetry.reader(), None).await?;
    let known = all.iter().find(|one| one.source.name == name);
    let known = known.ok_or_else(|| unknown(name))?;
    let mut own = known.credentials.iter().map(|one| &one.token);
    let own = own.find(|token| token.id == credential);
    if own.is_none_or(|token| token.revoked_at.is_some()) {
        return Ok(());
    }
    let (actor, name, id) = (by.actor(), name.to_owned(), credential.to_owned());
    let write = async move |txn: &Txn, app: &App| {
        sources::revoke_in(txn, app, &actor, (&name, Some(&id))).await
    };
    done_by_program(app, write).await?;
    Ok(())
}
