//! CloudEvents 1.0 in JSON, single and batch: support time entries, resolved reports, mails sent.
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>
//!
//! The event's payload is kept as its scalar members only. What a meter bills is one of them, named
//! by the meter; nested content is personal data more often than not and is not read.
//!
//! Two extension attributes retract an earlier event of the same source and subject by its id:
//! `voids` takes it back, `replaces` stands in its place. `billing::usage::Standing` has the rules.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Context;
use super::error::{DecodeError, Reason};
use super::json_scalar::Scalar;
use super::limits::Limits;
use super::sample::{Decoded, Event};
use super::usual_events;
use super::value::instant_from_text;
use crate::billing::usage::Retracts;

#[derive(Default, Deserialize)]
pub(super) struct CloudEvent<'a> {
    #[serde(borrow, default)]
    specversion: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    source: Cow<'a, str>,
    #[serde(borrow, default, rename = "type")]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    subject: Option<Text<'a>>,
    #[serde(borrow, default)]
    time: Option<Text<'a>>,
    #[serde(borrow, default)]
    data: Option<Payload<'a>>,
    /// Extension attribute: the id of the event that this one takes back.
    #[serde(borrow, default)]
    voids: Option<Text<'a>>,
    /// Extension attribute: the id of the event in whose place this one stands.
    #[serde(borrow, default)]
    replaces: Option<Text<'a>>,
}

/// A scalar member of an event's payload: its name and its text.
pub(super) type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// What an event says, whoever read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'e> {
    pub(super) specversion: &'e str,
    pub(super) id: &'e str,
    pub(super) source: &'e str,
    pub(super) name: &'e str,
    pub(super) subject: Option<&'e str>,
    pub(super) time: Option<&'e str>,
    pub(super) fields: &'e [Field<'e>],
    pub(super) voids: Option<&'e str>,
    pub(super) replaces: Option<&'e str>,
}

impl CloudEvent<'_> {
    pub(super) fn told(&self) -> Told<'_> {
        let fields = self.data.as_ref().map(|payload| payload.0.as_slice());
        Told {
            specversion: &self.specversion,
            id: &self.id,
            source: &self.source,
            name: &self.name,
            subject: self.subject.as_deref(),
            time: self.time.as_deref(),
            fields: fields.unwrap_or_default(),
            voids: self.voids.as_deref(),
            replaces: self.replaces.as_deref(),
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Decodes one structured event.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::Json`]; an event that lacks what 1.0 requires (or the
/// time and subject usage needs) is refused in [`Decoded::rejected`].
pub fn decode_single(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    check_size(body, &context.limits)?;
    let event: CloudEvent<'_> =
        serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let mut decoded = Decoded::default();
    accept(event.told(), context, &mut decoded)?;
    Ok(decoded)
}

/// Decodes a batch: a JSON array of events.
///
/// # Errors
/// As [`decode_single`], and [`DecodeError::TooMany`].
pub fn decode_batch(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    check_size(body, &context.limits)?;
    usual_events::batch(body, context).map_or_else(|| whole_batch(body, context), Ok)
}

/// A batch by `serde_json` alone: what it says of a body is what [`decode_batch`] has to say.
pub(super) fn whole_batch(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let events: Vec<CloudEvent<'_>> =
        serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let mut decoded = Decoded::default();
    for event in events {
        accept(event.told(), context, &mut decoded)?;
    }
    Ok(decoded)
}

/// Decodes an event in binary mode: its attributes as `name: value` lines (what the headers
/// `ce-` and `content-type` said), an empty line, then the data.
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>
///
/// # Errors
/// As [`decode_single`].
pub fn decode_binary(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    check_size(body, &context.limits)?;
    let end = body.windows(2).position(|two| two == b"\n\n");
    let (head, data) = body.split_at(end.map_or(body.len(), |end| end + 1));
    let head = std::str::from_utf8(head).map_err(|_| DecodeError::Utf8)?;
    let mut event = CloudEvent::default();
    let mut kind = "application/json";
    for line in head.lines() {
        let Some((name, value)) = line.split_once(": ") else {
            continue;
        };
        let text = || Cow::Owned(percent_decoded(value));
        match name {
            "specversion" => event.specversion = text(),
            "id" => event.id = text(),
            "source" => event.source = text(),
            "type" => event.name = text(),
            "subject" => event.subject = Some(Text(text())),
            "time" => event.time = Some(Text(text())),
            "voids" => event.voids = Some(Text(text())),
            "replaces" => event.replaces = Some(Text(text())),
            "content-type" => kind = value,
            _ => {}
        }
    }
    let data = data.trim_ascii();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !data.is_empty() && (essence == "application/json" || essence.ends_with("+json")) {
        event.data = serde_json::from_slice(data).map_err(|error| DecodeError::json(&error))?;
    }
    let mut decoded = Decoded::default();
    accept(event.told(), context, &mut decoded)?;
    Ok(decoded)
}

/// Header values carry what is no visible ASCII as percent-encoded UTF-8 (section 3.1.3.2 of the
/// binding); what is no such triplet stays as it is.
fn percent_decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let triplet = after.get(..2).filter(|_| *first == b'%');
        let byte = triplet
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = match byte {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn check_size(body: &[u8], limits: &Limits) -> Result<(), DecodeError> {
    let (bytes, limit) = (body.len(), limits.body_bytes);
    if bytes > limit {
        Err(DecodeError::TooLarge { bytes, limit })
    } else {
        Ok(())
    }
}

pub(super) fn accept(
    event: Told<'_>,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let limits = &context.limits;
    if decoded.events.len() + decoded.rejected.len() >= limits.events {
        return Err(DecodeError::TooMany {
            what: "events",
            limit: limits.events,
        });
    }
    let Told {
        specversion,
        id,
        source,
        name,
        subject,
        time,
        fields,
        voids,
        replaces,
    } = event;
    let subject = subject.or(context.instance).unwrap_or_default();
    let attributes = [id, source, name, subject];
    let complete = specversion == "1.0" && attributes.iter().all(|text| !text.is_empty());
    let mut longest = 0;
    for text in attributes.into_iter().chain(voids).chain(replaces) {
        longest = longest.max(text.len());
    }
    for (name, text) in fields {
        longest = longest.max(name.len()).max(text.len());
    }
    if !complete || longest > limits.text_bytes {
        decoded.reject(Reason::Event, id);
        return Ok(());
    }
    let Some(time) = time.and_then(instant_from_text) else {
        decoded.reject(Reason::Time, id);
        return Ok(());
    };
    let Ok(retracts) = retracts_of(id, voids, replaces) else {
        decoded.reject(Reason::Retraction, id);
        return Ok(());
    };
    let owned = |(name, text): &Field<'_>| (name.as_ref().to_owned(), text.as_ref().to_owned());
    let mut fields: Vec<(String, String)> = fields.iter().map(owned).collect();
    fields.sort();
    decoded.events.push(Event {
        source: source.to_owned(),
        id: id.to_owned(),
        name: name.to_owned(),
        subject: subject.to_owned(),
        time,
        fields,
        retracts,
    });
    Ok(())
}

/// What an event of an id retracts; an error when that is itself, nothing, or two at once.
fn retracts_of(
    id: &str,
    voids: Option<&str>,
    replaces: Option<&str>,
) -> Result<Option<Retracts>, ()> {
    let retracts = match (voids, replaces) {
        (None, None) => return Ok(None),
        (Some(of), None) => Retracts::Voids(of.to_owned()),
        (None, Some(of)) => Retracts::Replaces(of.to_owned()),
        (Some(_), Some(_)) => return Err(()),
    };
    let of = retracts.id();
    if of.is_empty() || of == id {
        return Err(());
    }
    Ok(Some(retracts))
}

/// The scalar members of an event's `data`, numbers as the text they were written in.
#[derive(Default)]
struct Payload<'a>(Vec<Field<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Payload<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if let Some(text) = map.next_value::<Scalar<'de>>()?.0 {
                fields.push((name.0, text));
            }
        }
        Ok(Payload(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Payload::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Payload::default())
    }
}

/// A string borrowed from the body whenever it has no escapes; an optional `Cow` never is.
#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
