//! What some dirty hours come to. Their requests are read a few at a time; what meters take of them
//! is held until all are read, as far as it can be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::meters::Meters;
use super::together::involved;
use super::{Bounds, span};
use crate::app::App;
use crate::billing::usage::Partial;
use crate::db::evidence::DirtyHour;
use crate::db::quarantine::{MORE, Note};
use crate::db::speakers::Speaker;
use crate::db::{Source, speakers};
use crate::telemetry::Reason;
use crate::telemetry::evidence::{Chunk, EvidenceError};
use crate::telemetry::hours::{Conflict, Place, Rolled, Rolling, Share};
use crate::usecases::Failure;
use crate::usecases::ingest::prepare::{CONFLICT, bounded};
use crate::usecases::read_usage::{chunks_of, request_ids};

/// Conflicts of a batch that are noted one by one.
const MOST_NOTES: usize = 100;
/// Requests that are read at once, and their bytes as they are stored; one request at least.
const READ: usize = 64;
const READ_BYTES: i64 = 1 << 20;
/// Passes over the requests of an hour, each for its share of the series. A single series is never
/// divided.
const SHARES: u32 = 256;

/// What some hours came to, and what it was computed from.
pub struct Work {
    pub(super) marks: Vec<DirtyHour>,
    /// The number of each meter in the store.
    pub(super) meters: Vec<i64>,
    pub(super) hours: BTreeSet<i64>,
    pub(super) instances: BTreeSet<String>,
    pub(super) speakers: Vec<Speaker>,
    pub(super) span: (i64, i64),
    pub(super) requests: (i64, i64),
    pub(super) passes: u32,
    pub(super) partials: BTreeMap<Place, Partial>,
    pub(super) notes: Vec<Note>,
}

/// Computes what some dirty hours come to; nothing when there are several of them and they cannot
/// be held together.
pub(super) async fn compute(
    app: &App,
    meters: &Meters,
    marks: &[DirtyHour],
    bounds: Bounds,
) -> Result<Option<Work>, Failure> {
    let reader = app.db.telemetry.reader();
    let hours: BTreeSet<i64> = marks.iter().map(|mark| mark.hour).collect();
    let first = hours.first().copied().unwrap_or_default();
    let last = hours.last().copied().unwrap_or_default();
    let span = span(first, last);
    let (instances, speakers) = involved(&reader, marks).await?;
    let counted = speakers::count(&reader, &speakers, span).await?;
    let ids = request_ids(app, &speakers, span).await?;
    let asked = Arc::new(Asked {
        slices: slices(speakers::sizes(&reader, &ids).await?),
        heard: heard(&reader, &speakers).await?,
        instances: instances.clone(),
    });
    let begin = |share| Rolling::of(meters.list.clone(), hours.clone(), share);
    let mut of = 1;
    let (rolled, receipts) = loop {
        match passes(app, &asked, &speakers, (of, bounds), &begin).await? {
            Some(found) => break found,
            None if marks.len() > 1 => return Ok(None),
            None => of = of.saturating_mul(2),
        }
    };
    let mut notes = notes_of(CONFLICT, rolled.conflicts, &receipts);
    let retraction = Reason::Retraction.code();
    notes.extend(notes_of(retraction, rolled.disputed, &receipts));
    let number = Reason::ValueMissing.code();
    notes.extend(notes_of(number, rolled.unnumbered, &receipts));
    Ok(Some(Work {
        marks: marks.to_vec(),
        meters: meters.ids.clone(),
        hours,
        speakers,
        span,
        requests: counted,
        passes: of,
        partials: rolled.partials,
        notes,
        instances,
    }))
}

/// What is read, and who is believed about what.
struct Asked {
    slices: Vec<Vec<i64>>,
    heard: Heard,
    instances: BTreeSet<String>,
}

/// For which instances each of some sources may speak.
type Heard = BTreeMap<String, BTreeSet<String>>;

async fn heard(reader: &impl Source, speakers: &[Speaker]) -> Result<Heard, Failure> {
    let mut heard = Heard::new();
    for Speaker { id, instance } in speakers {
        let names = speakers::heard(reader, (*id, instance)).await?;
        heard.insert(id.to_string(), names);
    }
    Ok(heard)
}

/// Requests in groups that are read at once.
fn slices(sizes: Vec<(i64, i64)>) -> Vec<Vec<i64>> {
    let mut slices: Vec<Vec<i64>> = Vec::new();
    let mut held = 0i64;
    for (id, bytes) in sizes {
        held = held.saturating_add(bytes);
        match slices.last_mut() {
            Some(own) if own.len() < READ && held <= READ_BYTES => own.push(id),
            _ => {
                held = bytes;
                slices.push(vec![id]);
            }
        }
    }
    slices
}

/// What is noted of a request.
struct Receipt {
    source: i64,
    at: i64,
    sha256: String,
}

type Receipts = BTreeMap<i64, Receipt>;

/// Reads all requests once for each of so many shares of the series; nothing when the samples of
/// one are more than can be held.
async fn passes(
    app: &App,
    asked: &Arc<Asked>,
    speakers: &[Speaker],
    (of, bounds): (u32, Bounds),
    begin: &(dyn Fn(Share) -> Rolling + Sync),
) -> Result<Option<(Rolled, Receipts)>, Failure> {
    let (mut rolled, mut receipts) = (Rolled::default(), Receipts::new());
    for number in 0..of {
        let mut rolling = begin(Share { number, of });
        for slice in &asked.slices {
            let chunks = chunks_of(app, speakers, slice).await?;
            receipts.extend(chunks.iter().filter_map(receipt));
            let asked = Arc::clone(asked);
            rolling = off(move || taken(rolling, &chunks, &asked))
                .await?
                .map_err(|error| Failure::of(error.code(), &error))?;
            if rolling.bytes() > bounds.held && of < SHARES {
                return Ok(None);
            }
        }
        rolled.join(off(move || rolling.finish()).await?);
    }
    Ok(Some((rolled, receipts)))
}

/// Runs something that takes a processor for long off the threads that serve.
async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|cut| Failure::of("internal.unlisted", &cut))
}

fn taken(mut rolling: Rolling, chunks: &[Chunk], asked: &Asked) -> Result<Rolling, EvidenceError> {
    for chunk in chunks {
        let names = asked.heard.get(&chunk.source);
        rolling.take(chunk, &|instance| {
            let heard = names.is_some_and(|names| names.contains(instance));
            heard && asked.instances.contains(instance)
        })?;
    }
    Ok(rolling)
}

fn receipt(chunk: &Chunk) -> Option<(i64, Receipt)> {
    let receipt = Receipt {
        source: chunk.source.parse().ok()?,
        at: chunk.received_at.timestamp_micros(),
        sha256: chunk.sha256.clone(),
    };
    Some((chunk.id, receipt))
}

/// What of the requests contradicts what came first, for a person to look at; the most of a batch
/// are counted as further ones of their source.
fn notes_of(reason: &str, conflicts: Vec<Conflict>, receipts: &Receipts) -> Vec<Note> {
    let mut notes: BTreeMap<(i64, String), Note> = BTreeMap::new();
    for Conflict { chunk, what } in conflicts {
        let Some(Receipt { source, at, sha256 }) = receipts.get(&chunk) else {
            continue;
        };
        let what = match notes.len() < MOST_NOTES {
            true => bounded(&what),
            false => MORE.to_owned(),
        };
        let note = Note {
            source: *source,
            reason: reason.to_owned(),
            what: what.clone(),
            count: 1,
            at: *at,
            evidence: sha256.clone(),
        };
        notes.entry((*source, what)).or_insert(note);
    }
    notes.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_in_groups_of_few_bytes() {
        let large = READ_BYTES / 2 + 1;
        let sizes = vec![(1, 5), (2, large), (3, large), (4, READ_BYTES * 4), (5, 5)];
        let expected = [vec![1, 2], vec![3], vec![4], vec![5]];
        assert_eq!(slices(sizes), expected);
        let many = (0..i64::try_from(READ).unwrap() + 1).map(|id| (id, 1));
        let lengths: Vec<usize> = slices(many.collect()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [READ, 1]);
    }
}
