//! What holds for any set of events that take others back, and what they cost.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::retract_tests::{key, said};
use super::tests::{at, event, meter, window};
use super::*;

/// Events of few ids, so that they meet: plain, voids and replacements, with a number and without,
/// each id once.
fn events() -> impl Strategy<Value = Vec<Said>> {
    let one = (0u8..6, 0usize..9, 0i64..60);
    proptest::collection::vec(one, 1..9).prop_map(|raw| {
        let one = |(id, (kind, target, minute)): (usize, (u8, usize, i64))| match kind {
            0 | 1 => said(&id.to_string(), minute),
            2 => said(&format!("{id}!{target}"), minute),
            3 => said(&format!("{id}~{target}"), minute),
            4 => said(&format!("{id}~"), minute),
            _ => said(&format!("{id}>{target}"), minute),
        };
        raw.into_iter().enumerate().map(one).collect()
    })
}

/// What is billed of some events: each is worth a power of two, so that any two sums differ.
fn billed(records: &[Said], standing: &Standing) -> crate::billing::Quantity {
    let counted = records.iter();
    let counted = counted.filter(|one| one.billable && standing.counts(&one.key));
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
        let counts = |one: &&Said| one.billable && standing.counts(&one.key);
        for one in records.iter().filter(counts) {
            prop_assert!(!matches!(one.retracts, Some(Retracts::Voids(_))));
            *counted.entry(first(one)).or_default() += 1;
        }
        prop_assert!(!counted.contains_key(&None), "a circle counts nothing");
        prop_assert!(counted.values().all(|count| *count == 1), "{:?}", counted);
    }
}

/// The rules as they are written down, by looking at everything again and again.
struct Naive<'a> {
    records: &'a [Said],
    effective: BTreeSet<&'a EventKey>,
}

impl<'a> Naive<'a> {
    fn of(records: &'a [Said]) -> Self {
        let voids = || records.iter().filter(|one| one.is_void());
        let mut decided: BTreeMap<&EventKey, bool> = BTreeMap::new();
        loop {
            let before = decided.len();
            for void in voids() {
                let of_it = voids().filter(|of| of.target().as_ref() == Some(&void.key));
                let of_it: Vec<Option<bool>> =
                    of_it.map(|of| decided.get(&of.key).copied()).collect();
                if of_it.contains(&Some(true)) {
                    decided.insert(&void.key, false);
                } else if !of_it.contains(&None) {
                    decided.insert(&void.key, true);
                }
            }
            if decided.len() == before {
                break;
            }
        }
        let effective = decided.into_iter().filter(|(_, effective)| *effective);
        let effective = effective.map(|(key, _)| key).collect();
        Self { records, effective }
    }

    fn naming(&self, key: &EventKey) -> impl Iterator<Item = &Said> {
        let all = self.records.iter();
        all.filter(move |one| one.target().as_ref() == Some(key))
    }

    fn get(&self, key: &EventKey) -> Option<&Said> {
        self.records.iter().find(|one| one.key == *key)
    }

    /// What counts in the place of an event.
    fn place(&self, key: &EventKey) -> Option<EventKey> {
        if self
            .naming(key)
            .any(|one| self.effective.contains(&one.key))
        {
            return None;
        }
        let named = self.naming(key).filter(|one| !one.is_void());
        let with_place = named.filter_map(|one| Some((one, self.place(&one.key)?)));
        let last = with_place.max_by_key(|(one, _)| (one.time, &one.key));
        let own = || self.get(key).filter(|one| one.billable);
        last.map(|(_, place)| place)
            .or_else(|| own().map(|one| one.key.clone()))
    }

    fn counted(&self) -> BTreeSet<EventKey> {
        let begin = self.records.iter().filter(|one| !one.is_void());
        let begin = begin.filter_map(|one| {
            let Some(target) = one.target() else {
                return Some(one.key.clone());
            };
            match self.get(&target) {
                None => Some(target),
                Some(of) if of.is_void() => Some(one.key.clone()),
                Some(_) => None,
            }
        });
        begin.filter_map(|key| self.place(&key)).collect()
    }

    /// Places of the retractions that have to do with an event.
    fn related(&self, key: &EventKey) -> BTreeSet<i64> {
        let mut keys = BTreeSet::from([key.clone()]);
        let mut places = BTreeSet::new();
        loop {
            let before = (keys.len(), places.len());
            for (place, one) in (0..).zip(self.records) {
                let Some(target) = one.target() else { continue };
                if keys.contains(&target) || keys.contains(&one.key) {
                    keys.extend([target, one.key.clone()]);
                    places.insert(place);
                }
            }
            if before == (keys.len(), places.len()) {
                return places;
            }
        }
    }
}

fn in_order(records: &[Said]) -> Vec<Stamped<Said>> {
    let one = |(place, record): (i64, &Said)| Stamped {
        received: Received {
            at: at(place),
            chunk: place,
        },
        record: record.clone(),
    };
    (0..).zip(records).map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn what_stands_is_what_the_naive_rule_says(records in events()) {
        let standing = Standing::of(in_order(&records));
        let naive = Naive::of(&records);
        let counted = naive.counted();
        for one in &records {
            let counts = one.billable && standing.counts(&one.key);
            prop_assert_eq!(counts, counted.contains(&one.key), "{:?}", &one.key.id);
            let group = standing.group_of(&one.key);
            let chunks: BTreeSet<i64> =
                group.into_iter().flat_map(|of| standing.decided_in(of)).collect();
            prop_assert_eq!(chunks, naive.related(&one.key), "{:?}", &one.key.id);
        }
    }
}

#[test]
fn a_chain_of_replacements_costs_its_length() {
    const LENGTH: usize = 20_000;
    let mut chain = vec![said("0", 0)];
    chain.extend((1..=LENGTH).map(|id| said(&format!("{id}>{}", id - 1), 0)));
    let standing = Standing::of(in_order(&chain));
    let counted = chain.iter().filter(|one| standing.counts(&one.key));
    let counted: Vec<&str> = counted.map(|one| one.key.id.as_str()).collect();
    assert_eq!(counted, [LENGTH.to_string()]);
    // What proves them is kept once, and not with each of them.
    let groups: BTreeSet<Option<usize>> = chain
        .iter()
        .map(|one| standing.group_of(&one.key))
        .collect();
    assert_eq!(groups, BTreeSet::from([Some(0)]));
    assert_eq!(standing.decided_in(0).count(), LENGTH);
}
