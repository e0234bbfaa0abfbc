//! Figures an instance states about itself: nodeinfo, `/api/v2/instance`, and the space its parts
//! take up by the admin API's dimensions.
//!
//! The answers also hold names and addresses of people, and do not say when they were given. What
//! is stored is the figures and the time of asking, one way to write each content.
//!
//! `users_active_month` is a moving four weeks, cached, and 0 on an instance with limited
//! federation: it is for comparing, never for billing. `space_usage` of media is a sum over
//! Mastodon's own rows, cached remote media included: storage is billed by the bucket.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::telemetry::Context;
use crate::telemetry::error::{DecodeError, Reason};
use crate::telemetry::sample::{Decoded, SampleKind, SeriesKey};
use crate::telemetry::value::{SampleValue, instant_from_text};

/// Whose figures they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// <https://nodeinfo.diaspora.software/protocol.html>
    NodeInfo,
    /// <https://docs.joinmastodon.org/methods/instance/#v2>
    Instance,
    /// <https://docs.joinmastodon.org/methods/admin/dimensions/>, `space_usage`.
    Space,
}

/// Where a figure stands in an answer, and what it is called.
type Figures = &'static [(&'static str, &'static str)];

const OF_NODEINFO: Figures = &[
    ("/usage/users/total", "users_total"),
    ("/usage/users/activeMonth", "users_active_month"),
    ("/usage/users/activeHalfyear", "users_active_halfyear"),
    ("/usage/localPosts", "local_posts"),
];
const OF_INSTANCE: Figures = &[("/usage/users/active_month", "users_active_month")];
/// Longest name of a part.
const NAME_BYTES: usize = 32;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<'a> {
    of: Origin,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    figures: Vec<Figure<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    value: u64,
}

fn odd(reason: &str) -> DecodeError {
    DecodeError::Json {
        line: 0,
        column: 0,
        reason: reason.to_owned(),
    }
}

/// Takes the figures out of an answer that was given at `at`.
///
/// # Errors
/// [`DecodeError::Json`] when it is no JSON or has none of the figures; nothing of it is quoted.
pub fn minimised(origin: Origin, answer: &[u8], at: DateTime<Utc>) -> Result<Vec<u8>, DecodeError> {
    let answer: Value =
        serde_json::from_slice(answer).map_err(|error| DecodeError::json(&error))?;
    let figures = match origin {
        Origin::NodeInfo => named(&answer, OF_NODEINFO),
        Origin::Instance => named(&answer, OF_INSTANCE),
        Origin::Space => space(&answer),
    };
    if figures.is_empty() {
        return Err(odd(
            "the answer has none of the figures that are looked for",
        ));
    }
    let kept = Kept {
        of: origin,
        at: at.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        figures,
    };
    serde_json::to_vec(&kept).map_err(|error| DecodeError::json(&error))
}

fn named(answer: &Value, wanted: Figures) -> Vec<Figure<'static>> {
    let figure = |(pointer, name): &(&str, &'static str)| {
        let value = answer.pointer(pointer)?.as_u64()?;
        let name = Cow::Borrowed(*name);
        Some(Figure { name, value })
    };
    wanted.iter().filter_map(figure).collect()
}

/// `[{"key": "space_usage", "data": [{"key": "media", "value": "7500", "unit": "bytes"}, …]}, …]`
fn space(answer: &Value) -> Vec<Figure<'static>> {
    let dimensions = answer.as_array().into_iter().flatten();
    let parts = dimensions
        .filter(|dimension| dimension["key"] == "space_usage")
        .filter_map(|dimension| dimension["data"].as_array())
        .flatten();
    let figure = |part: &Value| {
        let name = part["key"].as_str().filter(|name| is_name(name))?;
        let value = part["value"].as_str()?.parse().ok()?;
        let name = Cow::Owned(name.to_owned());
        (part["unit"] == "bytes").then_some(Figure { name, value })
    };
    let mut figures: Vec<Figure<'_>> = parts.filter_map(figure).collect();
    figures.sort_by(|one, two| one.name.cmp(&two.name));
    figures
}

fn is_name(name: &str) -> bool {
    let sign = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(sign)
}

/// Decodes the stored form: gauges named `mastodon.nodeinfo.*`, `mastodon.instance.*` and
/// `mastodon.space_usage.bytes` with the label `part`.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Json`]; a figure that is no
/// exact quantity, or has no instance, is refused in [`Decoded::rejected`].
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let kept: Kept<'_> = serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let instance = context.instance.unwrap_or_default();
    let time = instant_from_text(&kept.at);
    let mut decoded = Decoded::default();
    for Figure { name, value } in &kept.figures {
        let from = decoded.points.len();
        let value = i64::try_from(*value).map_err(|_| Reason::OutOfRange);
        let value = value.map(SampleValue::Integer);
        decoded.push_point(SampleKind::Gauge, time, None, value, name, limits)?;
        let (key, unit) = match kept.of {
            _ if !is_name(name) => (Err(Reason::NameMissing), None),
            Origin::NodeInfo => (plain(instance, "nodeinfo", name), None),
            Origin::Instance => (plain(instance, "instance", name), None),
            Origin::Space => {
                let mut labels = [("part", name.as_ref())];
                let metric = "mastodon.space_usage.bytes";
                (SeriesKey::new(instance, metric, &mut labels), Some("By"))
            }
        };
        decoded.close_series(from, key, name, SampleKind::Gauge, unit, limits)?;
    }
    Ok(decoded)
}

fn plain(instance: &str, of: &str, name: &str) -> Result<SeriesKey, Reason> {
    SeriesKey::new(instance, &format!("mastodon.{of}.{name}"), &mut [])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Limits;

    fn at() -> DateTime<Utc> {
        "2026-03-01T00:05:00Z".parse().unwrap()
    }

    fn told(origin: Origin, answer: &str) -> Vec<(String, i64)> {
        let stored = minimised(origin, answer.as_bytes(), at()).unwrap();
        let context = Context {
            instance: Some("social.example.org"),
            received_at: DateTime::UNIX_EPOCH,
            limits: Limits::DEFAULT,
        };
        let decoded = decode(&stored, &context).unwrap();
        assert!(decoded.rejected.is_empty());
        assert!(decoded.points.iter().all(|point| point.time == at()));
        let value = |point: &crate::telemetry::Point| match point.value {
            SampleValue::Integer(value) => value,
            SampleValue::Decimal(_) => panic!("a count"),
        };
        let series = decoded.series.iter();
        series
            .map(|one| (one.key.to_string(), value(&decoded.points_of(one)[0])))
            .collect()
    }

    fn figure(name: &str, value: i64) -> (String, i64) {
        (format!("social.example.org {name}"), value)
    }

    const NODEINFO: &str = r#"{"version":"2.0","usage":{"users":{"total":1834,"activeMonth":612,
        "activeHalfyear":1107},"localPosts":48211},"metadata":{"nodeName":"Somebody's name"}}"#;

    #[test]
    fn figures_are_taken_and_names_are_not() {
        let expected = [
            figure("mastodon.nodeinfo.users_total", 1_834),
            figure("mastodon.nodeinfo.users_active_month", 612),
            figure("mastodon.nodeinfo.users_active_halfyear", 1_107),
            figure("mastodon.nodeinfo.local_posts", 48_211),
        ];
        assert_eq!(told(Origin::NodeInfo, NODEINFO), expected);
        let stored = minimised(Origin::NodeInfo, NODEINFO.as_bytes(), at()).unwrap();
        assert!(!String::from_utf8(stored).unwrap().contains("Somebody"));
        let instance =
            r#"{"usage":{"users":{"active_month":7}},"contact":{"email":"a@b.example"}}"#;
        let expected = [figure("mastodon.instance.users_active_month", 7)];
        assert_eq!(told(Origin::Instance, instance), expected);
    }

    #[test]
    fn space_is_told_by_part_in_bytes() {
        let answer = r#"[{"key":"languages","data":[{"key":"en","value":"10"}]},
            {"key":"space_usage","data":[
              {"key":"redis","value":"100765744","unit":"bytes","human_value":"96.1 MB"},
              {"key":"media","value":"769949","unit":"bytes"},
              {"key":"A Name","value":"1","unit":"bytes"},
              {"key":"search","value":"1","unit":"documents"}]}]"#;
        let expected = [
            figure("mastodon.space_usage.bytes{part=\"media\"}", 769_949),
            figure("mastodon.space_usage.bytes{part=\"redis\"}", 100_765_744),
        ];
        assert_eq!(told(Origin::Space, answer), expected);
    }

    #[test]
    fn an_answer_without_figures_is_refused() {
        for answer in ["", "[]", "{}", r#"{"usage":{"users":{"total":"many"}}}"#] {
            let refused = minimised(Origin::NodeInfo, answer.as_bytes(), at()).unwrap_err();
            assert_eq!(refused.code(), "telemetry.json", "{answer}");
        }
    }
}
