//! CloudEvents in the form that programs write them, read in one go; everything else is left to
//! `serde_json`, event by event, or the batch as a whole when it has to say what is wrong.
//!
//! A batch says the same either way: `fuzzing` compares the two on whatever bytes it is given.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::cloud_events::{CloudEvent, Field, Told, accept};
use super::json_cursor::Cursor;
use super::json_scalar::Scalar;
use super::{Context, Decoded};

/// A batch; `None` when it is malformed or has too many events. Which of the two it is, when it is
/// both, is told by whoever reads it as a whole.
pub(super) fn batch(body: &[u8], context: &Context<'_>) -> Option<Decoded> {
    let mut cursor = Cursor::new(body)?;
    let mut decoded = Decoded::default();
    let mut fields = Vec::new();
    cursor.elements(|cursor| {
        if let Some(told) = event(cursor, &mut fields) {
            return accept(told, context, &mut decoded).ok();
        }
        let event: CloudEvent<'_> = cursor.value()?;
        accept(event.told(), context, &mut decoded).ok()
    })?;
    cursor.at_end().then_some(decoded)
}

/// The event at the cursor, which moves behind it; the members of its payload lie in `fields`,
/// whose room is used again. `None`, and the cursor stays, when an attribute is no text without
/// escapes or comes twice, or the payload is no object.
fn event<'a, 'f>(cursor: &mut Cursor<'a>, fields: &'f mut Vec<Field<'a>>) -> Option<Told<'f>> {
    fields.clear();
    let mut texts: [Option<&'a str>; 8] = [None; 8];
    let mut has_data = false;
    let mut here = *cursor;
    here.members(|cursor, name| {
        let place = match name {
            "specversion" => 0,
            "id" => 1,
            "source" => 2,
            "type" => 3,
            "subject" => 4,
            "time" => 5,
            "voids" => 6,
            "replaces" => 7,
            "data" if has_data => return None,
            "data" => {
                has_data = true;
                return payload(cursor, fields);
            }
            _ => return skip(cursor),
        };
        let text = texts.get_mut(place)?;
        let first = text.replace(cursor.text()?).is_none();
        first.then_some(())
    })?;
    *cursor = here;
    let [
        specversion,
        id,
        source,
        name,
        subject,
        time,
        voids,
        replaces,
    ] = texts;
    Some(Told {
        specversion: specversion.unwrap_or_default(),
        id: id.unwrap_or_default(),
        source: source.unwrap_or_default(),
        name: name.unwrap_or_default(),
        subject,
        time,
        fields,
        voids,
        replaces,
    })
}

fn skip(cursor: &mut Cursor<'_>) -> Option<()> {
    match cursor.text() {
        Some(_) => Some(()),
        None => cursor.value::<IgnoredAny>().map(drop),
    }
}

#[inline(always)]
fn payload<'a>(cursor: &mut Cursor<'a>, fields: &mut Vec<Field<'a>>) -> Option<()> {
    cursor.members(|cursor, name| {
        let text = match cursor.text().or_else(|| cursor.integer()) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => cursor.value::<Scalar<'a>>()?.0,
        };
        fields.extend(text.map(|text| (Cow::Borrowed(name), text)));
        Some(())
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::super::Limits;
    use super::super::cloud_events::{decode_batch, whole_batch};
    use super::*;

    const USUAL: [(&str, &str); 8] = [
        ("datacontenttype", r#""application/json""#),
        ("specversion", r#""1.0""#),
        ("id", r#""entry-1""#),
        ("source", r#""https://tickets.example""#),
        ("type", r#""herdbook.support.time_entry""#),
        ("subject", r#""social.example""#),
        ("time", r#""2026-03-01T00:00:00Z""#),
        ("data", r#"{"ticket":"T-1","minutes":15}"#),
    ];
    const NAMES: [&str; 12] = [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "data",
        "voids",
        "replaces",
        "other",
        "",
        r"i\u0064",
    ];
    const VALUES: [&str; 32] = [
        "null",
        "true",
        "false",
        "nul",
        "-",
        "-0",
        "00",
        "1.",
        "1.5",
        "1e3",
        "1E400",
        "-5",
        "18446744073709551616",
        "123456789012345678",
        "'x'",
        "[]",
        "[1,{}]",
        "{}",
        r#""""#,
        r#""1.0""#,
        r#""ü""#,
        r#""a\n""#,
        r#""\u00e4""#,
        r#""\ud800""#,
        r#""open"#,
        r#""entry-1""#,
        r#""2026-02-29T00:00:00Z""#,
        r#""2026-03-01t00:00:00.5+01:00""#,
        r#""longer than any text may be here""#,
        "\"\u{1}\"",
        r#"{"b":true,"a":null,"b":"x","c":-5.25}"#,
        r#"{"n":{"m":[1]},"e":"\u00e4","f":1e400}"#,
    ];
    const SPACES: [&str; 4] = ["", "", " ", "\n\t\r "];

    fn context() -> Context<'static> {
        Context {
            instance: Some("social.example"),
            received_at: DateTime::UNIX_EPOCH,
            limits: Limits {
                events: 4,
                text_bytes: 27,
                ..Limits::DEFAULT
            },
        }
    }

    fn object(members: &[(&str, &str)], space: &str) -> String {
        let members = members
            .iter()
            .map(|(name, value)| format!("{space}\"{name}\"{space}:{space}{value}{space}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn what_programs_write_is_read_in_one_go() {
        for space in SPACES {
            let json = object(&USUAL, space);
            let mut cursor = Cursor::new(json.as_bytes()).unwrap();
            let mut fields = Vec::new();
            let told = event(&mut cursor, &mut fields).unwrap();
            assert_eq!((told.id, told.subject), ("entry-1", Some("social.example")));
            assert_eq!(told.fields[1], ("minutes".into(), "15".into()));
            assert!(cursor.at_end());
        }
    }

    #[test]
    fn attributes_said_twice_are_left_to_serde() {
        for twice in USUAL.iter().skip(1) {
            let mut members = USUAL.to_vec();
            members.push(*twice);
            let json = object(&members, "");
            let mut cursor = Cursor::new(json.as_bytes()).unwrap();
            assert!(event(&mut cursor, &mut Vec::new()).is_none(), "{json}");
        }
    }

    #[test]
    fn what_is_cut_off_goes_on_or_lacks_a_mark_is_what_serde_says() {
        let event = object(&USUAL, "");
        let batch = format!("[{event},{event}]");
        let mut bodies: Vec<String> = (0..batch.len()).map(|end| batch[..end].into()).collect();
        bodies.extend([
            format!("{batch}]"),
            format!("{batch} x"),
            format!("[{event},]"),
        ]);
        for mark in ["[", "{", "}", ":", ",", "\""] {
            let lost = batch.match_indices(mark);
            bodies.extend(lost.map(|(at, _)| format!("{}{}", &batch[..at], &batch[at + 1..])));
        }
        for body in bodies {
            let decoded = decode_batch(body.as_bytes(), &context());
            assert_eq!(decoded, whole_batch(body.as_bytes(), &context()), "{body}");
        }
    }

    #[test]
    fn members_of_the_payload_are_what_serde_reads() {
        for value in VALUES {
            let mut members = USUAL.to_vec();
            let data = object(
                &[("before", "1"), ("member", value), ("after", "true")],
                " ",
            );
            members[7].1 = &data;
            let body = format!("[{}]", object(&members, ""));
            let decoded = decode_batch(body.as_bytes(), &context());
            assert_eq!(decoded, whole_batch(body.as_bytes(), &context()), "{body}");
        }
    }

    /// A usual event with a few members replaced, added or taken away.
    fn events() -> impl Strategy<Value = String> {
        let change = (0..NAMES.len(), 0..VALUES.len(), 0..12_usize, 0..3_u8);
        let changes = prop::collection::vec(change, 0..4);
        (changes, 0..SPACES.len()).prop_map(|(changes, space)| {
            let mut members = USUAL.to_vec();
            for (name, value, at, how) in changes {
                let at = at.min(members.len());
                match how {
                    0 => members.insert(at, (NAMES[name], VALUES[value])),
                    1 if at < members.len() => members[at].1 = VALUES[value],
                    _ if at < members.len() => drop(members.remove(at)),
                    _ => {}
                }
            }
            object(&members, SPACES[space])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_batch_says_what_serde_says(
            events in prop::collection::vec(events(), 0..6),
            damage in prop::option::weighted(0.2, (any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let mut body = format!("[{}]", events.join(" ,")).into_bytes();
            if let Some((at, byte)) = damage {
                let at = at.index(body.len());
                body[at] = byte;
            }
            let context = context();
            prop_assert_eq!(decode_batch(&body, &context), whole_batch(&body, &context));
        }
    }
}
