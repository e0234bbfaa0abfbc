//! Facts about events that take others back, one case a rule, and what holds for any set of them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{at, event, meter, quantity, window};
use super::*;

fn key(id: &str) -> EventKey {
    EventKey {
        subject: "social.stadt.example".to_owned(),
        source: "desk".to_owned(),
        id: id.to_owned(),
    }
}

/// An event as `id`, `id!target` for a void or `id>target` for a replacement, by its minute.
fn said(text: &str, minute: i64) -> Said {
    let voids = text
        .split_once('!')
        .map(|(id, of)| (id, Retracts::Voids(of.to_owned())));
    let replaces = text
        .split_once('>')
        .map(|(id, of)| (id, Retracts::Replaces(of.to_owned())));
    let (id, retracts) = match voids.or(replaces) {
        Some((id, retracts)) => (id, Some(retracts)),
        None => (text, None),
    };
    Said {
        key: key(id),
        time: at(minute),
        retracts,
    }
}

/// Each in a chunk of its own, in the order in which they are named.
fn arrived(texts: &[&str]) -> Vec<Stamped<Said>> {
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

/// Ids that count, of those that are named.
fn counting(texts: &[&str]) -> Vec<String> {
    let standing = standing(texts);
    let ids: BTreeSet<String> = arrived(texts)
        .into_iter()
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
    let chunks = |id: &str| found.decided_in(&key(id)).collect::<Vec<_>>();
    assert_eq!(chunks("x"), [1, 2]);
    assert_eq!(chunks("r"), [4]);
    assert_eq!(standing(&["x"]).decided_in(&key("x")).count(), 0);
}

#[test]
fn an_event_that_is_moved_is_known_by_its_first_time() {
    let mut all = arrived(&["x", "x"]);
    all.reverse();
    assert_eq!(Standing::of(all).moved_from(&key("x")), Some(at(0)));
    assert_eq!(standing(&["x", "y"]).moved_from(&key("x")), None);
}

/// Events of few ids, so that they meet: plain, voids and replacements, each id once.
fn events() -> impl Strategy<Value = Vec<Said>> {
    let one = (0u8..4, 0usize..9, 0i64..60);
    proptest::collection::vec(one, 1..9).prop_map(|raw| {
        let one = |(id, (kind, target, minute)): (usize, (u8, usize, i64))| match kind {
            0 | 1 => said(&id.to_string(), minute),
            2 => said(&format!("{id}!{target}"), minute),
            _ => said(&format!("{id}>{target}"), minute),
        };
        raw.into_iter().enumerate().map(one).collect()
    })
}

/// What is billed of some events: each is worth a power of two, so that any two sums differ.
fn billed(records: &[Said], standing: &Standing) -> crate::billing::Quantity {
    let counted = records.iter().filter(|one| standing.counts(&one.key));
    let counted: Vec<UsageEvent> = counted
        .map(|one| {
            let worth = 1i64 << one.key.id.parse::<u32>().expect("a number");
            event("desk", &one.key.id, 1, &worth.to_string())
        })
        .collect();
    let found = read_events(&meter(Aggregation::Sum), &counted, window(0, 10));
    found.expect("a reading").quantity
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_quantity(
        (records, order) in events().prop_flat_map(|all| {
            let places: Vec<usize> = (0..all.len()).collect();
            (Just(all), Just(places).prop_shuffle())
        }),
    ) {
        let arrived = |places: &[usize]| -> Vec<Stamped<Said>> {
            let one = |(place, of): (i64, &usize)| Stamped {
                received: Received { at: at(place), chunk: place },
                record: records[*of].clone(),
            };
            (0..).zip(places).map(one).collect()
        };
        let in_order: Vec<usize> = (0..records.len()).collect();
        let (one, two) = (Standing::of(arrived(&in_order)), Standing::of(arrived(&order)));
        prop_assert_eq!(billed(&records, &one), billed(&records, &two));
        let ids = |of: &Standing| {
            let disputed = of.disputed.iter().map(|one| one.record.key.clone());
            disputed.collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(ids(&one), ids(&two));
        // Sent twice is sent once.
        let mut twice = arrived(&in_order);
        twice.extend(arrived(&order).into_iter().map(|mut one| {
            one.received.at = at(100);
            one
        }));
        prop_assert_eq!(billed(&records, &Standing::of(twice)), billed(&records, &one));
    }

    #[test]
    fn of_an_event_and_all_that_replace_it_at_most_one_counts(records in events()) {
        let stamped = records.iter().cloned().map(|record| Stamped {
            received: Received { at: at(0), chunk: 0 },
            record,
        });
        let standing = Standing::of(stamped.collect());
        let by_key: BTreeMap<&EventKey, &Said> = records.iter().map(|one| (&one.key, one)).collect();
        // The first of each chain of replacements; none of a circle.
        let first = |one: &Said| {
            let (mut one, mut steps) = (one.clone(), 0);
            while let Some(Retracts::Replaces(id)) = &one.retracts {
                match by_key.get(&key(id)) {
                    Some(target) if matches!(target.retracts, Some(Retracts::Voids(_))) => break,
                    Some(target) => one = (*target).clone(),
                    None => return Some(key(id)),
                }
                steps += 1;
                if steps > records.len() {
                    return None;
                }
            }
            Some(one.key)
        };
        let mut counted: BTreeMap<Option<EventKey>, usize> = BTreeMap::new();
        for one in records.iter().filter(|one| standing.counts(&one.key)) {
            prop_assert!(!matches!(one.retracts, Some(Retracts::Voids(_))));
            *counted.entry(first(one)).or_default() += 1;
        }
        prop_assert!(!counted.contains_key(&None), "a circle counts nothing");
        prop_assert!(counted.values().all(|count| *count == 1), "{:?}", counted);
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
