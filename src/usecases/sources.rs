//! Sources that push telemetry: make one with its credential, exchange it, revoke it.
//!
//! Sources live beside the evidence log, the audit trail in the book: on SQLite two files. What is
//! done to a source happens within the transaction that records it, and happens once however often
//! that transaction is tried; a crash between the two leaves a credential nobody has seen.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::Failure;
use crate::access::principal::Denied;
use crate::access::source_token::{CredentialError, Door, MAX_OVERLAP_DAYS, SourceToken};
use crate::access::{Permission, Principal, SecretText};
use crate::app::App;
use crate::db::audit::{self, AuditEvent};
use crate::db::sources::{self, ListedSource, PUSHED, SourceRecord};
use crate::db::{Txn, audit_chain};
use crate::error::Problem;
use crate::keys::random;

/// Longest name of a source, and of an instance (a domain name has 253 characters at most).
const LONGEST_NAME: usize = 64;
const LONGEST_INSTANCE: usize = 253;
/// Most instances of one collector.
const MOST_INSTANCES: usize = 1_000;

/// A source that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    pub name: String,
    /// The instance it is bound to; none for a collector.
    pub instance: Option<String>,
    /// The instances a collector speaks for.
    pub instances: BTreeSet<String>,
    pub doors: BTreeSet<Door>,
    /// First moment at which its credential no longer works.
    pub expires_at: DateTime<Utc>,
}

/// A credential that is made and not stored yet.
#[derive(Debug, Clone)]
pub struct Drafted {
    pub source: NewSource,
    pub token: SourceToken,
    /// How long the credentials before it work beside it; none for a new source.
    pub overlap: Option<TimeDelta>,
}

fn refused(error: CredentialError) -> Failure {
    Failure::of(error.code(), &error)
}

/// Asks for the permission to change sources.
///
/// # Errors
/// `access.denied`.
pub fn may_manage(by: &Principal) -> Result<(), Failure> {
    let granted = by.require(Permission::ManageSources);
    granted
        .map(|_| ())
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// Sources that push, by name, each with its credentials (never their secrets) and state: for
/// whoever may run the program.
///
/// # Errors
/// `db.*`.
pub async fn all(app: &App) -> Result<Vec<ListedSource>, Failure> {
    Ok(sources::list(&app.db.telemetry.reader(), Some(PUSHED)).await?)
}

/// Makes the credential of a new source, to be stored by [`create_in`], and the text that is shown
/// once.
///
/// # Errors
/// `source.malformed`, `source.no-door`, `source.life-out-of-bounds`.
pub fn draft(app: &App, source: NewSource) -> Result<(SecretText, Drafted), Failure> {
    check(&source)?;
    let issued = SourceToken::issue(
        random()?,
        source.doors.clone(),
        app.clock.system(),
        source.expires_at,
    );
    let (text, token) = issued.map_err(refused)?;
    let drafted = Drafted {
        source,
        token,
        overlap: None,
    };
    Ok((text, drafted))
}

fn check(source: &NewSource) -> Result<(), Failure> {
    let malformed = |text: &str| Failure::from(Problem::new("source.malformed", text));
    let sign =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let name = &source.name;
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(sign) {
        let text = "a source is named by 1 to 64 of the signs a-z, 0-9, point, hyphen, underscore";
        return Err(malformed(text));
    }
    if source.instance.is_some() != source.instances.is_empty() {
        return Err(malformed("a source has one instance, or a list of them"));
    }
    if source.instances.len() > MOST_INSTANCES {
        return Err(malformed("a collector speaks for 1,000 instances at most"));
    }
    let fits = |instance: &String| {
        !instance.is_empty()
            && instance.len() <= LONGEST_INSTANCE
            && !instance
                .chars()
                .any(|sign| sign.is_whitespace() || sign.is_control())
    };
    if !source.instance.iter().chain(&source.instances).all(fits) {
        return Err(malformed(
            "an instance is a name of 1 to 253 characters without blanks",
        ));
    }
    Ok(())
}

/// Stores a new source with its credential and records it. Again with the same draft, it changes
/// nothing.
///
/// # Errors
/// `source.exists`.
pub async fn create_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    drafted: &Drafted,
) -> Result<(), Failure> {
    let (now, by) = (app.clock.system(), actor.to_owned());
    let Drafted { source, token, .. } = drafted.clone();
    let write = async move |txn: &Txn| {
        let bound = (source.instance.as_deref(), &source.instances);
        let (id, new) = sources::create(txn, (&source.name, PUSHED), bound, now).await?;
        if !new && sources::credential(txn, &token.id).await?.is_none() {
            let text = format!("there is a source {} already", source.name);
            return Err(Problem::new("source.exists", text).into());
        }
        sources::insert_credential(txn, id, &token, (&by, now)).await?;
        Ok::<_, Failure>(())
    };
    app.db.telemetry.write(write).await?;
    let content = json!({
        "instance": drafted.source.instance,
        "instances": drafted.source.instances,
        "doors": drafted.token.doors,
        "credential": drafted.token.display_prefix(),
        "expires_at": drafted.token.expires_at,
    });
    note(
        txn,
        app,
        (actor, "source.created", &drafted.source.name),
        &content,
    )
    .await
}

/// Makes another credential for a source, good for the doors of its newest one, to be stored by
/// [`rotate_in`].
///
/// # Errors
/// `source.unknown`, `source.overlap`, `source.life-out-of-bounds`.
pub async fn draft_rotation(
    app: &App,
    name: &str,
    overlap: TimeDelta,
    expires_at: DateTime<Utc>,
) -> Result<(SecretText, Drafted), Failure> {
    if overlap < TimeDelta::zero() || overlap > TimeDelta::days(MAX_OVERLAP_DAYS) {
        return Err(refused(CredentialError::Overlap));
    }
    let listed = all(app).await?;
    let known = listed.into_iter().find(|one| one.source.name == name);
    let known = known.ok_or_else(|| unknown(name))?;
    let newest = known.credentials.first();
    let doors = newest
        .map(|one| one.token.doors.clone())
        .unwrap_or_default();
    let SourceRecord {
        name,
        instance,
        instances,
        ..
    } = known.source;
    let source = NewSource {
        instances: match &instance {
            Some(_) => BTreeSet::new(),
            None => instances,
        },
        name,
        instance,
        doors,
        expires_at,
    };
    let (text, drafted) = draft(app, source)?;
    let drafted = Drafted {
        overlap: Some(overlap),
        ..drafted
    };
    Ok((text, drafted))
}

fn unknown(name: &str) -> Failure {
    Problem::new("source.unknown", format!("there is no source {name}")).into()
}

/// Stores the new credential, lets the others end after the overlap, and records it.
///
/// # Errors
/// `source.unknown`.
pub async fn rotate_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    drafted: &Drafted,
) -> Result<(), Failure> {
    exchange_in(txn, app, actor, (drafted, None)).await
}

/// The same; if a credential was `seen` as the newest, only while it still is.
///
/// # Errors
/// `source.unknown`, `source.stale`.
pub async fn exchange_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    (drafted, seen): (&Drafted, Option<&str>),
) -> Result<(), Failure> {
    let (now, by) = (app.clock.system(), actor.to_owned());
    let overlap = drafted.overlap.unwrap_or_default();
    let ends = now.checked_add_signed(overlap).unwrap_or(now);
    let (name, token) = (drafted.source.name.clone(), drafted.token.clone());
    let seen = seen.map(str::to_owned);
    let write = async move |txn: &Txn| {
        let known = sources::by_name(txn, &name).await?;
        let known = known.ok_or_else(|| unknown(&name))?;
        let newest = sources::newest_held(txn, known.id).await?;
        let is = |id: &str| newest.as_deref() == Some(id);
        // The draft itself, of a transaction that is tried again.
        if seen
            .as_deref()
            .is_some_and(|seen| !is(seen) && !is(&token.id))
        {
            let text = "the credential was exchanged in the meantime";
            return Err(Problem::new("source.stale", text).into());
        }
        sources::insert_credential(txn, known.id, &token, (&by, now)).await?;
        sources::end_others(txn, (known.id, &token.id), ends).await?;
        Ok::<_, Failure>(())
    };
    app.db.telemetry.write(write).await?;
    let content = json!({
        "credential": drafted.token.display_prefix(),
        "expires_at": drafted.token.expires_at,
        "others_end_at": ends,
    });
    note(
        txn,
        app,
        (actor, "source.rotated", &drafted.source.name),
        &content,
    )
    .await
}

/// Revokes one credential of a source, or all of them, and records it. A second time changes
/// nothing.
///
/// # Errors
/// `source.unknown`.
pub async fn revoke_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    (name, credential): (&str, Option<&str>),
) -> Result<u64, Failure> {
    let now = app.clock.system();
    let (source, id) = (name.to_owned(), credential.map(str::to_owned));
    let write = async move |txn: &Txn| {
        let known = sources::by_name(txn, &source).await?;
        let known = known.ok_or_else(|| unknown(&source))?;
        Ok::<_, Failure>(sources::revoke(txn, known.id, id.as_deref(), now).await?)
    };
    let ended = app.db.telemetry.write(write).await?;
    let content = json!({ "credential": credential.map(|id| format!("hbs_{id}")) });
    note(txn, app, (actor, "source.revoked", name), &content).await?;
    Ok(ended)
}

async fn note(
    txn: &Txn,
    app: &App,
    (actor, action, name): (&str, &str, &str),
    content: &serde_json::Value,
) -> Result<(), Failure> {
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("source/{name}"),
        payload: content.to_string(),
    };
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}

/// Does one of these deeds in a transaction of its own, for whoever may run the program.
///
/// # Errors
/// What the deed refuses.
pub async fn done_by_program<T: Send + 'static>(
    app: &App,
    deed: impl AsyncFn(&Txn, &App) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let own = app.clone();
    let done = app
        .db
        .write(async move |txn: &Txn| deed(txn, &own).await)
        .await?;
    seal(app).await?;
    Ok(done)
}

/// Seals the trail after something was recorded.
///
/// # Errors
/// `db.*`.
pub async fn seal(app: &App) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    Ok(())
}
