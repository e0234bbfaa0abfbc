//! Targets are put, listed and taken away.

use super::{JOB, Target, purpose, refused};
use crate::access::Sealed;
use crate::app::App;
use crate::config::TargetConfig;
use crate::db::audit::{self, AuditEvent};
use crate::db::pull::{self as store, PullState, PullTarget};
use crate::db::{Txn, audit_chain};
use crate::error::Problem;
use crate::keys::random;
use crate::telemetry::mastodon::hook::checked_instance;
use crate::telemetry::pull::{PullError, Reach, Schedule, TargetKind};
use crate::usecases::{Failure, SEALING};

/// Longest name, in bytes.
const NAME_BYTES: usize = 64;
/// Longest token, in bytes.
const TOKEN_BYTES: usize = 2_048;

/// A target as somebody states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTarget {
    pub name: String,
    pub kind: String,
    pub url: String,
    pub instance: String,
    pub schedule: String,
    pub timeout_seconds: u32,
    pub limit_bytes: u32,
    pub private: bool,
}

fn wrong(code: &str, text: impl Into<String>) -> Failure {
    Problem::new(code, text).into()
}

impl NewTarget {
    /// The row, in the one spelling of everything.
    fn checked(self, token: Option<Sealed>, configured: bool) -> Result<PullTarget, Failure> {
        let sign = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
        if !(1..=NAME_BYTES).contains(&self.name.len()) || !self.name.bytes().all(sign) {
            let text = "a name has 1 to 64 small letters, digits and hyphens";
            return Err(wrong("pull.name", text));
        }
        let kind = TargetKind::from_code(&self.kind).map_err(refused)?;
        let schedule: Schedule = self
            .schedule
            .parse()
            .map_err(|error: PullError| refused(error))?;
        let instance =
            checked_instance(&self.instance).map_err(|error| Failure::of(error.code(), &error))?;
        let reach = Reach::new(
            &self.url,
            self.private,
            self.timeout_seconds,
            self.limit_bytes,
        );
        Ok(PullTarget {
            name: self.name,
            kind: kind.code().to_owned(),
            url: reach.map_err(refused)?.url.to_string(),
            instance,
            schedule: schedule.to_string(),
            timeout_seconds: self.timeout_seconds,
            limit_bytes: self.limit_bytes,
            private: self.private,
            token,
            configured,
        })
    }
}

fn sealed(app: &App, name: &str, token: &str) -> Result<Sealed, Failure> {
    let token = token.trim();
    let visible = token.bytes().all(|sign| sign.is_ascii_graphic());
    if !visible || !(1..=TOKEN_BYTES).contains(&token.len()) {
        let text = "a token has 1 to 2048 visible ASCII characters";
        return Err(wrong("pull.token", text));
    }
    let sealed = app.keys.seal(&purpose(name), token.as_bytes(), random()?);
    sealed.map_err(|error| Failure::of(error.code(), &error))
}

/// Adds a target, or changes what was agreed about it. Without a token the one it has stays.
///
/// # Errors
/// `pull.*`, `mastodon.instance`, `db.*`.
pub async fn put(app: &App, new: NewTarget, token: Option<&str>) -> Result<(), Failure> {
    keep(app, new, token, false).await?;
    seal(app).await
}

async fn keep(
    app: &App,
    new: NewTarget,
    token: Option<&str>,
    configured: bool,
) -> Result<(), Failure> {
    let token = token
        .map(|token| sealed(app, &new.name, token))
        .transpose()?;
    let row = new.checked(token, configured)?;
    let (at, actor) = (app.clock.business(), app.actor.clone());
    app.db
        .write(async move |txn: &Txn| {
            let before = store::get(txn, &row.name).await?.map(|(known, _)| known);
            store::put(txn, &row, at).await?;
            let same = |known: &PullTarget| {
                let token = known.token.clone();
                *known
                    == PullTarget {
                        token,
                        ..row.clone()
                    }
            };
            // A configuration is read at every start: what has not changed is no deed.
            if row.token.is_none() && before.as_ref().is_some_and(same) {
                return Ok(());
            }
            let event = event(&actor, "pull-target.put", &row.name, &row.url);
            audit::append(txn, at, &[event]).await?;
            Ok::<_, Failure>(())
        })
        .await
}

/// Gives a target another token.
///
/// # Errors
/// `pull.unknown`, `pull.token`, `db.*`.
pub async fn put_token(app: &App, name: &str, token: &str) -> Result<(), Failure> {
    let found = store::get(&app.db.reader(), name).await?;
    let (mut row, _) = found.ok_or_else(|| unknown(name))?;
    row.token = Some(sealed(app, name, token)?);
    let (at, actor) = (app.clock.business(), app.actor.clone());
    app.db
        .write(async move |txn: &Txn| {
            store::put(txn, &row, at).await?;
            let event = event(&actor, "pull-target.token", &row.name, &row.url);
            audit::append(txn, at, &[event]).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await
}

pub(super) fn unknown(name: &str) -> Failure {
    let name: String = name.chars().take(NAME_BYTES).collect();
    wrong("pull.unknown", format!("there is no target {name:?}"))
}

/// Takes a target away with its token. What it brought stays as evidence, and a job of it that
/// waits does nothing.
///
/// # Errors
/// `pull.unknown`, `db.*`.
pub async fn remove(app: &App, name: &str) -> Result<(), Failure> {
    let (name, at, actor) = (name.to_owned(), app.clock.business(), app.actor.clone());
    app.db
        .write(async move |txn: &Txn| {
            if !store::remove(txn, &name).await? {
                return Err(unknown(&name));
            }
            let event = event(&actor, "pull-target.removed", &name, "");
            audit::append(txn, at, &[event]).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await
}

/// All targets with how they went, by name.
///
/// # Errors
/// `db.*`.
pub async fn list(app: &App) -> Result<Vec<(PullTarget, PullState)>, Failure> {
    Ok(store::list(&app.db.reader()).await?)
}

/// Brings the targets of the configuration into the book: those that stand in it are put, those
/// that stood in it are taken away. Targets that were entered by hand stay.
///
/// # Errors
/// As [`put`], before anything is changed; `pull.token` for a file that cannot be read.
pub async fn sync(app: &App, configured: &[TargetConfig]) -> Result<(), Failure> {
    let mut all = Vec::with_capacity(configured.len());
    for one in configured {
        let new = NewTarget {
            name: one.name.clone(),
            kind: one.kind.clone(),
            url: one.url.clone(),
            instance: one.instance.clone(),
            schedule: one.schedule.clone(),
            timeout_seconds: one.timeout_seconds,
            limit_bytes: one.limit_bytes,
            private: one.private,
        };
        new.clone().checked(None, true)?;
        let token = one.token().map_err(|why| wrong("pull.token", why))?;
        all.push((new, token));
    }
    for (row, _) in list(app).await? {
        if row.configured && !all.iter().any(|(new, _)| new.name == row.name) {
            remove(app, &row.name).await?;
        }
    }
    for (new, token) in all {
        let known = store::get(&app.db.reader(), &new.name).await?;
        let same = known.and_then(|(row, _)| Target::of(app, &row).ok()?.token);
        let given = token.as_ref().map(crate::config::Secret::reveal);
        let given = given.filter(|given| same.is_none_or(|same| same.reveal() != given.trim()));
        keep(app, new, given, true).await?;
    }
    seal(app).await
}

async fn seal(app: &App) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, SEALING).await?;
    Ok(())
}

fn event(actor: &str, action: &str, name: &str, url: &str) -> AuditEvent {
    AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("{JOB}-target/{name}"),
        payload: serde_json::json!({ "url": url }).to_string(),
    }
}
