//! What is kept of reports, and what is not.

use super::*;
use crate::telemetry::mastodon::hook::HookError;

const BODY: &str = r#"{"event":"report.updated","created_at":"2026-03-29T01:12:09.402Z","object":{
    "id":"8437","action_taken":true,"action_taken_at":"2026-03-29T01:12:09.371Z",
    "category":"spam","comment":"private words","created_at":"2026-03-28T14:34:00.348+01:00",
    "updated_at":"2026-03-29T01:12:09.377Z","account":{"id":"1","email":"reporter@example.org"},
    "assigned_account":{"id":"77","username":"moderator"},"statuses":[{"content":"a post"}]}}"#;

fn context(instance: Option<&str>) -> Context<'_> {
    Context {
        instance,
        received_at: DateTime::UNIX_EPOCH,
        limits: Limits::DEFAULT,
    }
}

fn stored(body: &str) -> Vec<u8> {
    match minimised_message(body.as_bytes()) {
        Ok(Message::Report { bytes }) => bytes,
        other => panic!("{other:?}"),
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn the_stored_form_is_fixed_to_the_byte() {
    let text = String::from_utf8(stored(BODY)).unwrap();
    let hash = sha256_hex(BODY.as_bytes());
    let expected = format!(
        "{{\"event\":\"report.updated\",\"message\":\"{hash}\",\"reports\":[{{\"id\":\"8437\",\
         \"created_at\":\"2026-03-28T13:34:00.348000Z\",\
         \"updated_at\":\"2026-03-29T01:12:09.377000Z\",\
         \"action_taken_at\":\"2026-03-29T01:12:09.371000Z\",\"assignee\":\"77\",\
         \"category\":\"spam\"}}]}}"
    );
    assert_eq!(text, expected);
}

#[test]
fn a_report_becomes_its_events() {
    let decoded = decode(&stored(BODY), &context(Some("social.example.org"))).unwrap();
    assert!(decoded.rejected.is_empty() && decoded.series.is_empty());
    let told: Vec<(&str, &str, DateTime<Utc>)> = decoded
        .events
        .iter()
        .map(|event| (event.name.as_str(), event.id.as_str(), event.time))
        .collect();
    assert_eq!(
        told,
        [
            (
                REPORT_CREATED,
                "8437/created",
                at("2026-03-28T13:34:00.348Z")
            ),
            (
                REPORT_UPDATED,
                "8437/updated/2026-03-29T01:12:09.377000Z",
                at("2026-03-29T01:12:09.377Z")
            ),
            (
                REPORT_RESOLVED,
                "8437/resolved/2026-03-29T01:12:09.371000Z",
                at("2026-03-29T01:12:09.371Z")
            ),
        ]
    );
    let fields = |event: &Event| event.fields.clone();
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(
        fields(&decoded.events[1]),
        [
            pair("assignee", "77"),
            pair("category", "spam"),
            pair("created_at", "2026-03-28T13:34:00.348000Z"),
            pair("first_action_at", "2026-03-29T01:12:09.371000Z"),
            pair("report", "8437"),
            pair("resolved_at", "2026-03-29T01:12:09.371000Z"),
        ]
    );
    assert_eq!(
        fields(&decoded.events[2]),
        [pair("count", "1"), pair("report", "8437")]
    );
    for event in &decoded.events {
        assert_eq!(event.source, "mastodon/social.example.org");
        assert_eq!(event.subject, "social.example.org");
    }
}

#[test]
fn whoever_takes_a_report_on_has_acted_and_a_new_one_waits() {
    let open = BODY
        .replace(r#""action_taken":true"#, r#""action_taken":false"#)
        .replace(
            "2026-03-29T01:12:09.371Z",
            "ignored while no action is taken",
        );
    let first = |body: &str| {
        let decoded = decode(&stored(body), &context(Some("a.example"))).unwrap();
        assert_eq!(decoded.events.len(), 2);
        let fields = decoded.events[1].fields.clone().into_iter();
        let mut first = fields.filter(|(name, _)| name == "first_action_at");
        first.next().map(|(_, text)| text)
    };
    assert_eq!(first(&open).as_deref(), Some("2026-03-29T01:12:09.377000Z"));
    let fresh = open.replace(r#"{"id":"77","username":"moderator"}"#, "null");
    assert_eq!(first(&fresh), None);
}

#[test]
fn a_replay_is_the_same_bytes_and_another_message_is_not() {
    assert_eq!(stored(BODY), stored(BODY));
    // The same report in another message: two pieces of evidence, and the same events.
    let other = BODY.replace("private words", "other words");
    assert_ne!(stored(BODY), stored(&other));
    let events = |body: &str| {
        decode(&stored(body), &context(Some("a.example")))
            .unwrap()
            .events
    };
    assert_eq!(events(BODY), events(&other));
}

#[test]
fn what_nothing_is_billed_by_is_dropped_whole() {
    for event in ["account.created", "status.updated", "report.deleted", "x"] {
        let body = format!(r#"{{"event":"{event}","object":{{"email":"a@example.org"}}}}"#);
        assert_eq!(
            minimised_message(body.as_bytes()),
            Ok(Message::Other),
            "{event}"
        );
    }
}

#[test]
fn a_text_that_could_be_anything_is_refused_and_never_quoted() {
    let wrong = [
        ("\"8437\"", "\"reporter@example.org\""),
        ("\"8437\"", "\"\""),
        ("\"8437\"", "8437"),
        ("\"spam\"", "\"reporter@example.org\""),
        ("\"spam\"", "\"Spam\""),
        ("\"77\"", "\"moderator\""),
        ("2026-03-29T01:12:09.377Z", "reporter@example.org"),
        ("2026-03-29T01:12:09.371Z", "1969-12-31T00:00:00Z"),
        ("\"2026-03-29T01:12:09.371Z\"", "null"),
        ("\"category\":\"spam\",", ""),
    ];
    for (from, to) in wrong {
        let body = BODY.replacen(from, to, 1);
        assert_ne!(body, BODY, "{from}");
        let refused = minimised_message(body.as_bytes()).unwrap_err();
        assert_eq!(refused.code(), "mastodon.payload");
        assert!(!refused.to_string().contains("example.org"), "{refused}");
    }
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "{\"event\":1}",
        "{\"event\":\"report.created\"}",
    ] {
        let refused = minimised_message(body.as_bytes());
        assert!(matches!(refused, Err(HookError::Payload { .. })), "{body}");
    }
}

fn report(id: u32, day: u32, hour: u32) -> Report {
    let created_at = at(&format!("2026-03-{day:02}T{hour:02}:00:00Z"));
    Report {
        id: id.to_string(),
        created_at,
        updated_at: created_at,
        action_taken_at: None,
        assignee: None,
        category: "other".to_owned(),
    }
}

#[test]
fn lists_are_cut_by_day_and_a_day_without_change_is_the_same_bytes() {
    let first = vec![
        report(3, 2, 23),
        report(1, 1, 0),
        report(2, 1, 23),
        report(1, 1, 0),
    ];
    let before = minimised_list(first.clone(), &Limits::DEFAULT);
    assert_eq!(before.len(), 2);
    let mut second = first;
    second.reverse();
    second[3].assignee = Some("9".to_owned());
    let after = minimised_list(second, &Limits::DEFAULT);
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1]);
    let few = Limits {
        events: 7,
        ..Limits::DEFAULT
    };
    let many = (0..5).map(|id| report(id, 4, 1)).collect();
    let parts = minimised_list(many, &few);
    assert_eq!(parts.len(), 3, "two reports are six events");
    let context = Context {
        limits: few,
        ..context(Some("a.example"))
    };
    let events = parts
        .iter()
        .map(|part| decode(part, &context).unwrap().events.len());
    assert_eq!(events.sum::<usize>(), 10);
}

#[test]
fn a_list_is_read_or_refused_without_quoting_it() {
    let (_, object) = BODY.split_once("\"object\":").unwrap();
    let one = object.strip_suffix('}').unwrap();
    let list = read_list(format!("[{one}]").as_bytes(), &Limits::DEFAULT).unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].assignee.as_deref(), Some("77"));
    let odd = one.replace("\"spam\"", "\"reporter@example.org\"");
    for body in ["{}", "[1]", "[", &format!("[{odd}]")] {
        let refused = read_list(body.as_bytes(), &Limits::DEFAULT).unwrap_err();
        assert_eq!(refused.code(), "telemetry.json");
        assert!(!refused.to_string().contains("example.org"), "{refused}");
    }
}

#[test]
fn stored_bytes_without_instance_or_with_damage_are_refused_by_name() {
    let whole = stored(BODY);
    let decoded = decode(&whole, &context(None)).unwrap();
    assert_eq!(decoded.events, []);
    assert_eq!(decoded.rejected[0].reason, Reason::InstanceMissing);
    let text = String::from_utf8(whole).unwrap();
    let damaged = text.replace("2026-03-29T01:12:09.377000Z", "yesterday");
    let decoded = decode(damaged.as_bytes(), &context(Some("a.example"))).unwrap();
    assert_eq!(decoded.rejected[0].reason, Reason::Event);
    let unknown = text.replace("\"category\"", "\"email\"");
    let refused = decode(unknown.as_bytes(), &context(Some("a.example"))).unwrap_err();
    assert_eq!(refused.code(), "telemetry.json");
}
