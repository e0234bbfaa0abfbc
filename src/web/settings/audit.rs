//! The audit trail: who did what to what, and how far it is sealed.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::access::account::moment;
use super::super::access::{code, encoded};
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::deeds::{self, Choice, action, kinds};
use super::facts::{Row as FactRow, rows as facts};
use crate::app::COMMAND_LINE;
use crate::db::audit::AuditEntry;
use crate::db::audit_list::{AuditFilter, ChainState};
use crate::usecases::audit_trail::{self, Names};
use crate::web::format;

/// Rows of a page.
const ROWS: u64 = 50;
/// Longest text of a filter.
const LONGEST: usize = 100;
/// A record that waits longer is worth a look, in seconds: the sealer follows within one.
const LATE: u64 = 60;

/// What the address asks for. What makes no sense is passed over: a filter is no form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    who: String,
    what: String,
    about: String,
    from: String,
    until: String,
    before: String,
}

fn typed(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

impl Asked {
    fn filter(&self) -> AuditFilter {
        AuditFilter {
            actor: typed(&self.who),
            action: typed(&self.what),
            subject: typed(&self.about),
            from: self.from.parse().ok(),
            until: self.until.parse().ok(),
        }
    }

    /// The address of the same list from a record on.
    fn address(&self, before: i64) -> String {
        let parts = [
            ("who", &self.who),
            ("what", &self.what),
            ("about", &self.about),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let parts = parts.map(|(name, value)| format!("{name}={}&", encoded(value)));
        format!("/audit?{}before={before}", parts.collect::<String>())
    }
}

struct Row {
    time: String,
    href: String,
    who: String,
    what: String,
    code: String,
    about: String,
    about_href: String,
}

#[derive(Template)]
#[template(path = "settings/audit.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    chain: &'static str,
    chain_text: String,
    head: String,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    about: String,
    from: String,
    until: String,
    filtered: bool,
    rows: Vec<Row>,
    shown: String,
    first: String,
    onward: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /audit`.
pub(in super::super) async fn list(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let filter = asked.filter();
    let before: Option<i64> = asked.before.parse().ok();
    let found = audit_trail::page(&shared.app, &who.principal, &filter, (before, ROWS)).await;
    let (page, chain, names) = found.map_err(|error| Failed::of(words, error))?;
    let (state, chain_text) = chain_words(words, &chain);
    let rows: Vec<Row> = page
        .entries
        .iter()
        .map(|one| row(words, &names, one))
        .collect();
    let filtered = filter != AuditFilter::default();
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Audit, words.say("audit-title")),
            sub: words.say("audit-text"),
            chain: state,
            chain_text,
            head: chain.head.map(|head| head.hash).unwrap_or_default(),
            people: people(words, &names, &asked.who),
            kinds: kinds(words, &asked.what),
            shown: words.with(
                "audit-shown",
                &[("count", Argument::Count(rows.len() as u64))],
            ),
            first: match (before, filtered) {
                (None, _) => String::new(),
                (Some(_), false) => "/audit".to_owned(),
                (Some(_), true) => asked.address(i64::MAX),
            },
            onward: page
                .next
                .map(|next| asked.address(next))
                .unwrap_or_default(),
            about: asked.about,
            from: asked.from,
            until: asked.until,
            filtered,
            rows,
            words,
        },
    )
}

/// How far the trail is sealed, as a badge and a sentence.
fn chain_words(words: Words, chain: &ChainState) -> (&'static str, String) {
    let Some(head) = &chain.head else {
        return ("open", words.say("audit-unsealed"));
    };
    let sealed = moment(words, head.sealed_at);
    let arguments = [
        ("moment", Argument::Text(&sealed)),
        ("links", Argument::Count(head.place.unsigned_abs())),
        ("count", Argument::Count(chain.unsealed)),
        ("seconds", Argument::Count(chain.waits)),
    ];
    match chain.unsealed {
        0 => ("good", words.with("audit-sealed", &arguments)),
        _ if chain.waits > LATE => ("overdue", words.with("audit-late", &arguments)),
        _ => ("running", words.with("audit-waiting", &arguments)),
    }
}

fn row(words: Words, names: &Names, entry: &AuditEntry) -> Row {
    Row {
        time: moment(words, entry.recorded_at),
        href: format!("/audit/{}", entry.id),
        who: actor(words, names, &entry.actor),
        what: action(words, &entry.action),
        code: entry.action.clone(),
        about_href: about(&entry.subject),
        about: subject(words, names, &entry.subject),
    }
}

/// What a record is about, in words; accounts by their names.
fn subject(words: Words, names: &Names, subject: &str) -> String {
    let Some((kind, id)) = subject.split_once('/') else {
        return subject.to_owned();
    };
    let account = id.parse().ok().filter(|_| kind == "account");
    let name = account.and_then(|id| names.get(&crate::access::AccountId(id)));
    let name = name.map_or(id, String::as_str);
    deeds::subject(words, kind, name).unwrap_or_else(|| subject.to_owned())
}

fn people(words: Words, names: &Names, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<Choice> = names
        .iter()
        .map(|(id, name)| (id.to_string(), name.clone(), id.to_string() == chosen))
        .collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all.insert(
        0,
        (
            "token/".to_owned(),
            words.say("audit-programs"),
            chosen == "token/",
        ),
    );
    all
}

/// Who acted, by the name of the account where there is one.
fn actor(words: Words, names: &Names, actor: &str) -> String {
    let person = |id: &str| {
        let id = id.rsplit('/').next().and_then(|id| id.parse().ok());
        let name = id.and_then(|id| names.get(&crate::access::AccountId(id)));
        name.cloned()
    };
    match actor.split_once(" for ") {
        Some((token, owner)) => {
            let owner = person(owner).unwrap_or_else(|| owner.to_owned());
            let token = token.trim_start_matches("token/");
            let arguments = [
                ("token", Argument::Text(token)),
                ("owner", Argument::Text(&owner)),
            ];
            words.with("audit-by-token", &arguments)
        }
        None if actor == COMMAND_LINE => words.say("audit-command-line"),
        None => person(actor).unwrap_or_else(|| actor.to_owned()),
    }
}

/// The page of what a record is about; empty where there is none.
pub(super) fn about(subject: &str) -> String {
    let Some((kind, id)) = subject.split_once('/') else {
        return String::new();
    };
    match kind {
        "customer" => format!("/customers/{}", encoded(id)),
        "contract" => format!("/contracts/{}", encoded(id)),
        "invoice" => format!("/invoices/{}", encoded(id)),
        "run" => format!("/runs/{}", encoded(id)),
        "account" => format!("/settings/users/{}", encoded(id)),
        "seller" => format!("/settings/seller/{}", encoded(id)),
        "token" => "/settings/tokens".to_owned(),
        "job" => "/jobs".to_owned(),
        _ => String::new(),
    }
}

#[derive(Template)]
#[template(path = "settings/audit-record.html")]
struct RecordPage {
    frame: Frame,
    words: Words,
    sub: String,
    about: (String, String),
    trail: String,
    facts: Vec<(String, String)>,
    erased: bool,
    compares: bool,
    rows: Vec<FactRow>,
}

impl RecordPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /audit/{id}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
) -> Result<Response, Failed> {
    // A record's id is a number; what is none names no record.
    let id: i64 = text.parse().unwrap_or(-1);
    let found = audit_trail::one(&shared.app, &who.principal, id).await;
    let (entry, seal, names) = match found {
        Ok(found) => found,
        Err(failure) if code(&failure) == "audit.unknown" => return Err(Failed::missing(words)),
        Err(failure) => return Err(Failed::of(words, failure)),
    };
    let (compares, rows) = facts(entry.payload.as_deref().unwrap_or("{}"));
    let seal = match &seal {
        None => vec![(words.say("audit-seal"), words.say("audit-seal-waits"))],
        Some(seal) => vec![
            (words.say("audit-seal"), moment(words, seal.sealed_at)),
            (words.say("audit-link"), seal.place.to_string()),
            (words.say("audit-hash"), format::short_hash(&seal.hash)),
        ],
    };
    let own = [
        (words.say("audit-who"), actor(words, &names, &entry.actor)),
        (words.say("audit-code"), entry.action.clone()),
        (words.say("audit-number"), entry.id.to_string()),
    ];
    html(
        words,
        &RecordPage {
            frame: shared.frame(words, &who, Place::Audit, action(words, &entry.action)),
            sub: moment(words, entry.recorded_at),
            trail: format!("/audit?about={}", encoded(&entry.subject)),
            facts: own.into_iter().chain(seal).collect(),
            erased: entry.payload.is_none(),
            about: (
                subject(words, &names, &entry.subject),
                about(&entry.subject),
            ),
            compares,
            rows,
            words,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    #[test]
    fn records_link_to_what_they_are_about() {
        for (subject, expected) in [
            ("customer/20001", "/customers/20001"),
            ("invoice/RE-2026-1", "/invoices/RE-2026-1"),
            ("account/x/y", "/settings/users/x%2Fy"),
            ("book/Reference", ""),
            ("nothing", ""),
        ] {
            assert_eq!(about(subject), expected);
        }
    }

    #[test]
    fn actors_are_named_by_their_accounts() {
        let id = uuid::Uuid::from_u128(7);
        let names = Names::from([(crate::access::AccountId(id), "Ada".to_owned())]);
        let words = Words(Language::En);
        assert_eq!(actor(words, &names, &format!("user/{id}")), "Ada");
        let token = actor(words, &names, &format!("token/abc for user/{id}"));
        assert!(token.contains("Ada") && token.contains("abc"), "{token}");
        assert_eq!(actor(words, &names, "system"), "system");
    }
}
