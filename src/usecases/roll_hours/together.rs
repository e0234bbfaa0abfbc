//! Which dirty hours are rolled together: as many as can be held at once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bounds, span};
use crate::app::App;
use crate::db::evidence::DirtyHour;
use crate::db::speakers::Speaker;
use crate::db::{Source, speakers};
use crate::usecases::Failure;

/// Hours of a transaction: two days of one server, or one hour of many.
const SLICE: i64 = 48;
/// Hours with which the first transaction is tried.
pub(super) const FIRST: usize = 32;

/// How many of the first marks are rolled together: those of two days, at most twice as many as the
/// last time, and fewer until what has to be read for them is little enough to be held at once.
pub(super) async fn together(
    app: &App,
    marks: &[DirtyHour],
    (before, bounds): (usize, Bounds),
) -> Result<usize, Failure> {
    let first = marks.first().map_or(0, |mark| mark.hour);
    let until = first.saturating_add(SLICE);
    let within = marks.partition_point(|mark| mark.hour < until);
    let mut many = within.min(before.saturating_mul(2));
    while let Some(slice) = marks.get(..many).filter(|slice| slice.len() > 1) {
        let last = slice.last().map_or(first, |mark| mark.hour);
        let reader = app.db.telemetry.reader();
        let (_, speakers) = involved(&reader, slice).await?;
        let (requests, bytes) = speakers::weight(&reader, &speakers, span(first, last)).await?;
        if requests <= bounds.requests && bytes <= bounds.bytes {
            break;
        }
        many = many.div_ceil(2);
    }
    Ok(many.max(1))
}

/// The instances of which the sources of some marks speak, and all who speak of those.
pub(super) async fn involved(
    reader: &impl Source,
    marks: &[DirtyHour],
) -> Result<(BTreeSet<String>, Vec<Speaker>), Failure> {
    let sources: BTreeSet<i64> = marks.iter().map(|mark| mark.source).collect();
    let own = speakers::own(reader, &sources).await?;
    let mut instances = BTreeSet::new();
    let mut involved: BTreeMap<i64, Speaker> = BTreeMap::new();
    for (id, instance) in own {
        if instance.is_empty() {
            instances.extend(speakers::listed(reader, id).await?);
        } else {
            instances.insert(instance.clone());
        }
        involved.insert(id, Speaker { id, instance });
    }
    for instance in &instances {
        for speaker in speakers::of_instance(reader, instance).await? {
            involved.insert(speaker.id, speaker);
        }
    }
    Ok((instances, involved.into_values().collect()))
}
