//! Sources of telemetry: how each is doing, credentials, what was kept aside, what is fetched.

pub(super) mod aside;
pub(super) mod list;
pub(super) mod new;
pub(super) mod source;
pub(super) mod targets;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::access::account::moment;
use super::access::encoded;
use super::words::{Argument, Words};
use crate::access::source_token::Door;
use crate::db::quarantine::State;
use crate::db::sources::{Credential, PUSHED};
use crate::usecases::source_pages::SourceHealth;
use crate::web::format;

/// Days before its end from which a credential is told to end.
const SOON_DAYS: i64 = 14;

/// The address of a source's page.
pub(super) fn href(name: &str) -> String {
    format!("/sources/{}", encoded(name))
}

/// A count as the language writes it.
fn count(words: Words, number: u64) -> String {
    format::decimal(Decimal::from(number), 0, words.0)
}

/// A stored count; what is below zero was never counted.
fn stored(words: Words, number: i64) -> String {
    count(words, u64::try_from(number).unwrap_or_default())
}

/// An instant in words; a dash where there is none.
fn at(words: Words, instant: Option<DateTime<Utc>>) -> String {
    instant.map_or_else(|| "–".to_owned(), |instant| moment(words, instant))
}

/// An instant of the log in words.
fn micros(words: Words, instant: i64) -> String {
    at(words, DateTime::from_timestamp_micros(instant))
}

/// What a source reports on: its instance, or of how many it collects.
fn reports_on(words: Words, of: &SourceHealth) -> String {
    let source = &of.listed.source;
    match &source.instance {
        Some(instance) => instance.clone(),
        None => {
            let many = [("count", Argument::Count(source.instances.len() as u64))];
            words.with("source-collects", &many)
        }
    }
}

/// How telemetry of a source comes in.
fn way(words: Words, kind: &str) -> String {
    match kind {
        PUSHED => words.say("source-way-pushed"),
        "manual" => words.say("source-way-manual"),
        "replay" => words.say("source-way-replay"),
        _ => words.say("source-way-read"),
    }
}

/// Where a source stands: kind of badge and words.
fn standing(words: Words, of: &SourceHealth, now: DateTime<Utc>) -> (&'static str, String) {
    let pushes = of.listed.source.kind == PUSHED;
    let ends = of.listed.credentials.iter();
    let ends = ends.filter(|one| works(one, now));
    let last = ends.map(|one| one.token.expires_at).max();
    let waiting = of.open_conflicts().saturating_add(of.open_others());
    match last {
        None if pushes => ("blocked", words.say("source-state-no-credential")),
        Some(last) if (last - now).num_days() < SOON_DAYS => {
            let left = u64::try_from((last - now).num_days()).unwrap_or_default();
            let left = [("count", Argument::Count(left))];
            ("overdue", words.with("source-state-ends", &left))
        }
        _ if waiting > 0 => {
            let waiting = [("count", Argument::Count(waiting))];
            ("soon", words.with("source-state-decide", &waiting))
        }
        _ if of.last_heard.is_none() => ("open", words.say("source-state-silent")),
        _ => ("good", words.say("source-state-good")),
    }
}

/// Whether a credential opens anything.
fn works(one: &Credential, now: DateTime<Utc>) -> bool {
    one.token.revoked_at.is_none() && one.token.expires_at > now
}

/// What became of something that was kept aside.
fn decided(words: Words, state: State) -> (&'static str, String) {
    match state {
        State::Open => ("soon", words.say("aside-state-open")),
        State::Dismissed => ("open", words.say("aside-state-dismissed")),
        State::Replayed => ("good", words.say("aside-state-replayed")),
    }
}

/// What a door is for.
fn door(words: Words, door: Door) -> String {
    match door {
        Door::Metrics => words.say("door-metrics"),
        Door::Write => words.say("door-write"),
        Door::Events => words.say("door-events"),
        Door::Upload => words.say("door-upload"),
    }
}

/// Why something is kept aside, in words; the code of what has none.
fn reason(words: Words, code: &str) -> String {
    match code {
        "telemetry.conflict" => words.say("aside-conflict"),
        "telemetry.retraction" => words.say("aside-retraction"),
        "telemetry.instance-foreign" => words.say("aside-foreign"),
        "telemetry.series-unknown" => words.say("aside-unknown"),
        "telemetry.unit" => words.say("aside-unit"),
        "usage.kind-mismatch" => words.say("aside-kind"),
        "telemetry.time-ahead" => words.say("aside-ahead"),
        "telemetry.time-behind" => words.say("aside-behind"),
        "telemetry.time" => words.say("aside-time"),
        "telemetry.value-not-finite" => words.say("aside-not-finite"),
        "telemetry.value-inexact" => words.say("aside-inexact"),
        "telemetry.value-out-of-range" => words.say("aside-out-of-range"),
        "telemetry.value-missing" => words.say("aside-value-missing"),
        "telemetry.counter-negative" => words.say("aside-negative"),
        "telemetry.instance-missing" => words.say("aside-instance-missing"),
        "telemetry.name-missing" => words.say("aside-name-missing"),
        "telemetry.label" => words.say("aside-label"),
        "telemetry.temporality" => words.say("aside-temporality"),
        "telemetry.type-unsupported" => words.say("aside-unsupported"),
        "telemetry.event" => words.say("aside-event"),
        other => other.to_owned(),
    }
}

/// What of a row is about; what came on top of the rows of a source has a word.
fn about(words: Words, what: &str) -> String {
    match what {
        crate::db::quarantine::MORE => words.say("aside-more"),
        "" => words.say("aside-nameless"),
        what => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;
    use crate::telemetry::Reason;
    use crate::usecases::ingest::prepare::{CONFLICT, FOREIGN, KIND, UNIT, UNKNOWN};

    #[test]
    fn every_reason_for_which_something_is_kept_aside_has_its_words() {
        let codes = Reason::ALL.map(Reason::code);
        let codes = codes
            .into_iter()
            .chain([CONFLICT, FOREIGN, KIND, UNIT, UNKNOWN]);
        for code in codes {
            for language in [Language::De, Language::En, Language::Fr] {
                let said = reason(Words(language), code);
                assert!(
                    said != code && !said.starts_with("aside-"),
                    "{language:?} {code}"
                );
            }
        }
    }
}
