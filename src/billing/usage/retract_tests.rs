//! Facts about events that take others back, one case a rule.

use std::collections::{BTreeMap, BTreeSet};

use super::tests::{at, event, meter, quantity, window};
use super::*;

pub(super) fn key(id: &str) -> EventKey {
    EventKey {
        subject: "social.stadt.example".to_owned(),
        source: "desk".to_owned(),
        id: id.to_owned(),
    }
}

/// An event as `id`, `id!target` for a void, `id>target` for a replacement, or `id~target` for one
/// without a number, by its minute; `id~` alone replaces nothing.
pub(super) fn said(text: &str, minute: i64) -> Said {
    let voids = text
        .split_once('!')
        .map(|(id, of)| (id, Retracts::Voids(of.to_owned())));
    let replaces = text
        .split_once('>')
        .map(|(id, of)| (id, Retracts::Replaces(of.to_owned())));
    let mute = text.split_once('~');
    let billable = voids.is_none() && mute.is_none();
    let mute = mute.map(|(id, of)| match of {
        "" => (id, None),
        of => (id, Some(Retracts::Replaces(of.to_owned()))),
    });
    let some = voids.or(replaces);
    let some = some.map(|(id, retracts)| (id, Some(retracts)));
    let (id, retracts) = some.or(mute).unwrap_or((text, None));
    Said {
        key: key(id),
        time: at(minute),
        retracts,
        billable,
    }
}

/// Each in a chunk of its own, in the order in which they are named.
pub(super) fn arrived(texts: &[&str]) -> Vec<Stamped<Said>> {
    let one = |(place, text): (i64, &&str)| Stamped {
        received: Received {
            at: at(place),
            chunk: place,
        },
        record: said(text, place),
    };
    (0..).zip(texts).map(one).collect()
}

fn standing(texts: &[&str]) -> Standing {
    Standing::of(arrived(texts))
}

/// Ids that count, of those that are named and can be counted.
fn counting(texts: &[&str]) -> Vec<String> {
    let standing = standing(texts);
    let ids: BTreeSet<String> = arrived(texts)
        .into_iter()
        .filter(|one| one.record.billable || one.record.is_void())
        .map(|one| one.record.key.id)
        .collect();
    ids.into_iter()
        .filter(|id| standing.counts(&key(id)))
        .collect()
}

fn disputed(texts: &[&str]) -> Vec<String> {
    let all = standing(texts).disputed;
    all.into_iter().map(|one| one.record.key.id).collect()
}

#[test]
fn a_void_takes_an_event_back_and_counts_nothing_itself() {
    assert_eq!(counting(&["x", "y", "v!x"]), ["y"]);
    assert_eq!(disputed(&["x", "y", "v!x"]), [""; 0]);
}

#[test]
fn a_void_that_is_voided_has_no_effect() {
    assert_eq!(counting(&["x", "v!x", "w!v"]), ["x"]);
    assert_eq!(counting(&["x", "v!x", "w!v", "u!w"]), [""; 0]);
}

#[test]
fn a_replacement_counts_in_place_of_what_it_replaces() {
    assert_eq!(counting(&["x", "r>x"]), ["r"]);
    assert_eq!(
        counting(&["x", "r>x", "v!r"]),
        ["x"],
        "the correction was a mistake"
    );
}

#[test]
fn of_a_chain_of_replacements_the_last_one_counts() {
    assert_eq!(counting(&["x", "r>x", "s>r", "t>s"]), ["t"]);
    assert_eq!(counting(&["x", "r>x", "s>r", "v!s"]), ["r"]);
    assert_eq!(disputed(&["x", "r>x", "s>r", "t>s"]), [""; 0]);
}

#[test]
fn voiding_an_event_takes_back_what_replaced_it() {
    assert_eq!(counting(&["x", "r>x", "s>r", "v!x"]), [""; 0]);
    assert_eq!(counting(&["x", "r>x", "s>r", "v!r"]), ["x"]);
}

#[test]
fn of_two_replacements_of_one_event_the_later_counts_and_the_other_is_disputed() {
    assert_eq!(counting(&["x", "r>x", "s>x"]), ["s"]);
    assert_eq!(disputed(&["x", "r>x", "s>x"]), ["r"]);
    // The branch that lost takes its own replacements along, and comes back when the other is void.
    assert_eq!(counting(&["x", "r>x", "s>x", "t>r"]), ["s"]);
    assert_eq!(counting(&["x", "r>x", "s>x", "t>r", "v!s"]), ["t"]);
    assert_eq!(disputed(&["x", "r>x", "s>x", "t>r", "v!s"]), [""; 0]);
    // Of equal times the id decides.
    let mut same = arrived(&["x", "b>x", "a>x"]);
    for one in &mut same {
        one.record.time = at(7);
    }
    let found = Standing::of(same);
    assert!(found.counts(&key("b")) && !found.counts(&key("a")));
}

#[test]
fn what_retracts_an_event_that_is_not_there_yet_waits_for_it() {
    assert_eq!(counting(&["v!x"]), [""; 0]);
    assert_eq!(counting(&["r>x"]), ["r"]);
    assert_eq!(
        counting(&["v!x", "r>x", "x"]),
        counting(&["x", "r>x", "v!x"])
    );
}

#[test]
fn what_goes_round_in_a_circle_counts_nothing_and_voids_nothing() {
    assert_eq!(counting(&["a>b", "b>a", "c>b", "y"]), ["y"]);
    assert_eq!(disputed(&["a>b", "b>a", "c>b", "y"]), ["a", "b", "c"]);
    assert_eq!(counting(&["x", "v!w", "w!v", "r>x"]), ["r"]);
    assert_eq!(disputed(&["x", "v!w", "w!v", "r>x"]), ["v", "w"]);
    // Of three voids in a circle none has effect, until another one breaks it.
    assert_eq!(disputed(&["a!b", "b!c", "c!a"]), ["a", "b", "c"]);
    assert_eq!(disputed(&["a!b", "b!c", "c!a", "d!a"]), [""; 0]);
    assert_eq!(disputed(&["a>a", "b!b"]), ["a", "b"]);
}

#[test]
fn a_void_is_taken_back_by_a_void_only() {
    assert_eq!(counting(&["x", "v!x", "r>v"]), ["r"]);
    assert_eq!(disputed(&["x", "v!x", "r>v"]), ["r"]);
}

#[test]
fn an_event_reaches_none_of_another_instance_or_reporter() {
    for change in [
        |key: &mut EventKey| key.subject = "other.example".to_owned(),
        |key: &mut EventKey| key.source = "other desk".to_owned(),
    ] {
        let mut all = arrived(&["x", "v!x"]);
        change(&mut all[1].record.key);
        assert!(Standing::of(all).counts(&key("x")));
    }
}

#[test]
fn whoever_decided_is_evidence_of_what_was_decided() {
    let found = standing(&["x", "v!x", "w!v", "y", "r>y"]);
    let chunks = |id: &str| {
        let group = found.group_of(&key(id)).expect("a group");
        found.decided_in(group).collect::<Vec<_>>()
    };
    assert_eq!(chunks("x"), [1, 2]);
    assert_eq!(chunks("r"), [4]);
    assert_eq!(standing(&["x"]).group_of(&key("x")), None);
}

#[test]
fn an_event_that_is_moved_is_known_by_its_first_time() {
    let mut all = arrived(&["x", "x"]);
    all.reverse();
    let found = Standing::of(all);
    assert_eq!(
        found.first_of(&key("x")).map(|first| first.time),
        Some(at(0))
    );
    assert_eq!(standing(&["x", "y"]).first_of(&key("x")), None);
}

#[test]
fn a_replacement_that_cannot_be_counted_takes_nothing_away() {
    assert_eq!(counting(&["x", "r~x"]), ["x"]);
    assert_eq!(disputed(&["x", "r~x"]), [""; 0]);
    // It is told as long as nobody took it back.
    assert!(standing(&["x", "r~x"]).counts(&key("r")));
    assert!(!standing(&["x", "r~x", "v!r"]).counts(&key("r")));
    assert!(!standing(&["x", "r~x", "v!x"]).counts(&key("r")));
    // One that can be counted stands beside it, whichever is later.
    assert_eq!(counting(&["x", "s>x", "r~x"]), ["s"]);
    assert_eq!(disputed(&["x", "s>x", "r~x"]), [""; 0]);
    // What replaces it in turn stands in the place of both.
    assert_eq!(counting(&["x", "r~x", "s>r"]), ["s"]);
    assert!(!standing(&["x", "r~x", "s>r"]).counts(&key("r")));
    assert_eq!(counting(&["x", "r~x", "s>r", "v!s"]), ["x"]);
    assert_eq!(counting(&["x", "r~x", "s>r", "t~s"]), ["s"]);
}

#[test]
fn a_record_that_says_nothing_is_no_other_value_for_one_that_does() {
    assert_eq!(counting(&["x", "r~x", "r>x"]), ["r"]);
    assert_eq!(counting(&["x", "r>x", "r~x"]), ["r"]);
    let found = standing(&["x", "r~x", "r>x"]);
    assert_eq!(found.contradicting, []);
}

#[test]
fn an_event_that_comes_again_with_another_target_contradicts_the_first() {
    let contradicting = |texts: &[&str]| -> Vec<(i64, String)> {
        let all = standing(texts).contradicting.into_iter();
        all.map(|one| (one.received.chunk, one.record.key.id))
            .collect()
    };
    for [first, second] in [
        ["r>x", "r>y"],
        ["r!x", "r!y"],
        ["r!x", "r>x"],
        ["r>x", "r!x"],
        ["r", "r>x"],
        ["r>x", "r"],
        ["r!x", "r"],
    ] {
        let told = contradicting(&["x", "y", first, second]);
        assert_eq!(told, [(3, "r".to_owned())], "{first} {second}");
        assert_eq!(
            standing(&["x", "y", first, second]).out,
            standing(&["x", "y", first]).out,
            "{first} {second}"
        );
        assert_eq!(contradicting(&["x", first, first]), [], "the same again");
    }
}

#[test]
fn an_hour_whose_events_are_taken_back_keeps_what_proves_it() {
    let stamped = |chunk| Stamped {
        received: Received { at: at(0), chunk },
        record: event("desk", "x", 0, "1.5"),
    };
    let (whole, _) = roll_events(vec![stamped(4)]);
    let empty = Partial::default().decided(1, &BTreeSet::from([4, 9]));
    assert!(!empty.is_empty());
    assert_eq!(empty.chunks, [4, 9]);
    let hours = |partial: Partial| BTreeMap::from([(0, partial)]);
    let read = |partial| {
        let found = fold(
            &meter(Aggregation::Sum),
            Records::Events,
            &hours(partial),
            window(0, 60),
        );
        let found = found.expect("a reading");
        (found.measured.quantity, found.chunks)
    };
    assert_eq!(read(whole), (quantity("1.5"), vec![4]));
    assert_eq!(read(empty), (quantity("0"), vec![4, 9]));
}
