//! Reports to moderators, as webhooks and the admin API tell of them, and what is kept of them.
//!
//! A report comes with the names, e-mail and network addresses of the reporter and the accused, and
//! with the posts. Of all that only [`Report`] is kept: ids of the report and of whoever has it,
//! times, category, whether action was taken. [`minimised_message`] and [`minimised_list`] make the
//! stored bytes, one way to write each content, so that equal content has an equal hash;
//! [`decode`] reads nothing else than those bytes.
//!
//! | from a report | event | identity |
//! |---|---|---|
//! | it was filed | `mastodon.report.created` at `created_at` | `ID/created` |
//! | how it stood | `mastodon.report.updated` at `updated_at` | `ID/updated/TIME` |
//! | it was resolved | `mastodon.report.resolved` at `action_taken_at` | `ID/resolved/TIME` |
//!
//! Webhooks and reconciling give the same identities and the same content, so each is counted once.
//! <https://docs.joinmastodon.org/entities/Admin_Report/>

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::hook::HookError;
use super::{REPORT_CREATED, REPORT_RESOLVED, REPORT_UPDATED, SOURCE};
use crate::telemetry::error::{DecodeError, Reason};
use crate::telemetry::evidence::sha256_hex;
use crate::telemetry::sample::{Decoded, Event};
use crate::telemetry::value::instant_from_text;
use crate::telemetry::{Context, Limits};

/// Longest id: 64 bits in decimal digits.
const ID_DIGITS: usize = 20;
/// Longest category. Mastodon has `spam`, `legal`, `violation` and `other`.
const CATEGORY_BYTES: usize = 24;

/// All that is kept of a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    /// Its number on the instance: decimal digits.
    pub id: String,
    /// When it was filed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was resolved, if it is.
    pub action_taken_at: Option<DateTime<Utc>>,
    /// Account number of the moderator who has it.
    pub assignee: Option<String>,
    /// One word in lower case.
    pub category: String,
}

/// A report with everything else it carries left unread.
#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    action_taken: bool,
    #[serde(default)]
    action_taken_at: Option<String>,
    category: String,
    created_at: String,
    updated_at: String,
    #[serde(default)]
    assigned_account: Option<Assignee>,
}

#[derive(Deserialize)]
struct Assignee {
    id: String,
}

impl Wire {
    /// Checks form by form: a text that is no id, no time and no word could be anything, a name
    /// too.
    fn report(self) -> Result<Report, &'static str> {
        let id = |text: String| {
            let digits = text.bytes().all(|sign| sign.is_ascii_digit());
            let fits = digits && (1..=ID_DIGITS).contains(&text.len());
            fits.then_some(text).ok_or("an id is not a number")
        };
        let time = |text: &str| {
            let time = instant_from_text(text).map(to_micros);
            time.ok_or("a time is no RFC 3339 between 1970 and 2261")
        };
        let word = |sign: u8| sign.is_ascii_lowercase() || sign == b'_';
        let category = self.category;
        if !(1..=CATEGORY_BYTES).contains(&category.len()) || !category.bytes().all(word) {
            return Err("the category is no word");
        }
        let resolved = self.action_taken_at.filter(|_| self.action_taken);
        if self.action_taken && resolved.is_none() {
            return Err("action was taken at no time");
        }
        Ok(Report {
            id: id(self.id)?,
            created_at: time(&self.created_at)?,
            updated_at: time(&self.updated_at)?,
            action_taken_at: resolved.as_deref().map(time).transpose()?,
            assignee: self.assigned_account.map(|one| id(one.id)).transpose()?,
            category,
        })
    }
}

/// Evidence knows microseconds.
fn to_micros(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The stored form. Member names and their order never change.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<'a> {
    /// `report.created` or `report.updated`; none for a list.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    event: Option<Cow<'a, str>>,
    /// SHA-256 of the message as it came: what makes a replay the same evidence.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reports: Vec<KeptReport<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptReport<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    created_at: Cow<'a, str>,
    #[serde(borrow)]
    updated_at: Cow<'a, str>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    action_taken_at: Option<Cow<'a, str>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    assignee: Option<Cow<'a, str>>,
    #[serde(borrow)]
    category: Cow<'a, str>,
}

impl Kept<'_> {
    fn bytes(&self) -> Vec<u8> {
        // Texts and lists of texts: there is nothing that JSON could not express.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn kept(report: &Report) -> KeptReport<'static> {
    KeptReport {
        id: report.id.clone().into(),
        created_at: written(report.created_at).into(),
        updated_at: written(report.updated_at).into(),
        action_taken_at: report.action_taken_at.map(|time| written(time).into()),
        assignee: report.assignee.clone().map(Cow::Owned),
        category: report.category.clone().into(),
    }
}

/// A message of a webhook, reduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// It tells of a report; the bytes are what is stored.
    Report { bytes: Vec<u8> },
    /// It tells of something that nothing is billed by, such as a new account. Nothing of it is
    /// kept.
    Other,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Body {
    object: Wire,
}

/// Reads a message whose signature was checked, and drops all that is not kept.
///
/// # Errors
/// [`HookError::Payload`] when it is no event, or its report has not the documented form. The
/// reason quotes nothing of the message.
pub fn minimised_message(body: &[u8]) -> Result<Message, HookError> {
    let wrong = |reason: &str| HookError::Payload {
        reason: reason.to_owned(),
    };
    // The texts of serde's errors quote what they found.
    let at = |error: &serde_json::Error| {
        wrong(&format!("line {}, column {}", error.line(), error.column()))
    };
    let head: Head<'_> = serde_json::from_slice(body).map_err(|error| at(&error))?;
    if !["report.created", "report.updated"].contains(&head.event.as_ref()) {
        return Ok(Message::Other);
    }
    let Body { object } = serde_json::from_slice(body).map_err(|error| at(&error))?;
    let report = object.report().map_err(wrong)?;
    let kept = Kept {
        event: Some(head.event),
        message: Some(sha256_hex(body).into()),
        reports: vec![kept(&report)],
    };
    Ok(Message::Report {
        bytes: kept.bytes(),
    })
}

/// Reads one page of `GET /api/v1/admin/reports`.
///
/// # Errors
/// [`DecodeError`] when it is no such list; what it quotes is where, not what.
pub fn read_list(body: &[u8], limits: &Limits) -> Result<Vec<Report>, DecodeError> {
    let bounded = |error: &serde_json::Error, reason: &str| DecodeError::Json {
        line: error.line(),
        column: error.column(),
        reason: reason.to_owned(),
    };
    if body.len() > limits.decoded_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.decoded_bytes,
        });
    }
    let wire: Vec<Wire> = serde_json::from_slice(body)
        .map_err(|error| bounded(&error, "not a list of reports as Mastodon documents it"))?;
    let odd = |reason: &str| DecodeError::Json {
        line: 0,
        column: 0,
        reason: reason.to_owned(),
    };
    let reports = wire.into_iter().map(Wire::report);
    reports.map(|one| one.map_err(odd)).collect()
}

/// Lists of reports, one for each UTC day on which they were filed: on a day whose reports have
/// not changed the bytes are those of the time before, and so is the evidence. A day of more
/// reports than one request may hold is cut into several.
#[must_use]
pub fn minimised_list(mut reports: Vec<Report>, limits: &Limits) -> Vec<Vec<u8>> {
    let day = |report: &Report| -> NaiveDate { report.created_at.date_naive() };
    reports.sort_unstable_by(|one, two| {
        let key = |report: &Report| (report.created_at, report.id.clone(), report.updated_at);
        key(one).cmp(&key(two))
    });
    reports.dedup();
    let most = (limits.events / EVENTS_A_REPORT).max(1);
    let days = reports.chunk_by(|one, two| day(one) == day(two));
    let parts = days.flat_map(|day| day.chunks(most));
    let bytes = |part: &[Report]| {
        let reports = part.iter().map(kept).collect();
        Kept {
            event: None,
            message: None,
            reports,
        }
        .bytes()
    };
    parts.map(bytes).collect()
}

/// Most events that one report becomes.
const EVENTS_A_REPORT: usize = 3;

/// Decodes the stored form.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Json`]; a report without
/// its instance, or with a damaged time, is refused in [`Decoded::rejected`].
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let kept: Kept<'_> = serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    if kept.reports.len() > limits.events / EVENTS_A_REPORT {
        return Err(DecodeError::TooMany {
            what: "reports",
            limit: limits.events / EVENTS_A_REPORT,
        });
    }
    let mut decoded = Decoded::default();
    for report in kept.reports {
        let wire = Wire {
            id: report.id.into(),
            action_taken: report.action_taken_at.is_some(),
            action_taken_at: report.action_taken_at.map(Cow::into_owned),
            category: report.category.into(),
            created_at: report.created_at.into(),
            updated_at: report.updated_at.into(),
            assigned_account: report.assignee.map(|id| Assignee { id: id.into() }),
        };
        match (wire.report(), context.instance) {
            (Ok(report), Some(instance)) if !instance.is_empty() => {
                decoded.events.extend(events(&report, instance));
            }
            (Ok(report), _) => decoded.reject(Reason::InstanceMissing, &report.id),
            (Err(what), _) => decoded.reject(Reason::Event, what),
        }
    }
    Ok(decoded)
}

/// The events of a report, by the table above.
fn events(report: &Report, instance: &str) -> impl Iterator<Item = Event> {
    let Report {
        id,
        created_at,
        updated_at,
        action_taken_at,
        assignee,
        category,
    } = report;
    // Whoever takes a report on touches it, and so does whoever resolves it: of an assigned report
    // the first action was at the latest at its change.
    let acted = action_taken_at.or(assignee.as_ref().map(|_| *updated_at));
    let event = |name: &str, key: String, time, mut fields: Vec<(String, String)>| {
        fields.push(("report".to_owned(), id.clone()));
        fields.sort();
        Event {
            source: format!("{SOURCE}/{instance}"),
            id: format!("{id}/{key}"),
            name: name.to_owned(),
            subject: instance.to_owned(),
            time,
            fields,
            retracts: None,
        }
    };
    let field = |name: &str, text: String| (name.to_owned(), text);
    let mut state = vec![
        field("category", category.clone()),
        field("created_at", written(*created_at)),
    ];
    state.extend(assignee.clone().map(|id| field("assignee", id)));
    state.extend(acted.map(|time| field("first_action_at", written(time))));
    state.extend(action_taken_at.map(|time| field("resolved_at", written(time))));
    let key = |what: &str, time| format!("{what}/{}", written(time));
    let resolved = action_taken_at.map(|time| {
        let one = vec![field("count", "1".to_owned())];
        event(REPORT_RESOLVED, key("resolved", time), time, one)
    });
    let updated = event(
        REPORT_UPDATED,
        key("updated", *updated_at),
        *updated_at,
        state,
    );
    let created = event(
        REPORT_CREATED,
        "created".to_owned(),
        *created_at,
        Vec::new(),
    );
    [Some(created), Some(updated), resolved]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests;
