//! The queue before the log: many senders, one writer, one transaction for as many as wait.
//!
//! A request is answered after the commit that holds it. What waits is bounded in number and in
//! bytes, so that a flood is told to come again and never fills the memory. The queue ends with its
//! last holder: what waits is written first.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::notes::{Notes, Sent};
use super::prepare::{Prepared, prepare};
use super::rate::{Allowance, Rates};
use crate::db::evidence::{self, Arrival};
use crate::db::quarantine::{self, Note};
use crate::db::sources::{self, SourceRecord};
use crate::db::{DbError, Store, Txn};
use crate::observe::metrics;
use crate::telemetry::DecodeError;
use crate::telemetry::evidence::Request;

pub use super::prepare::Verdict;

/// Requests that may wait for the writer.
const WAITING: usize = 1_024;
/// KiB of bodies that may be read, decoded or waiting at once: a third of what the process may use.
const ROOM_KIB: usize = 32 << 10;
/// Requests and bytes that one transaction takes.
const GROUP: usize = 256;
const GROUP_BYTES: usize = 8 << 20;
/// How often counts are written.
const COUNTS: Duration = Duration::from_secs(1);

/// Why a request is not taken.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Too much waits already; nothing was kept.
    #[error("too much waits to be stored; send it again")]
    Full,
    /// The request as a whole cannot be trusted; nothing was kept.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The store is away, or its disk is full; nothing was kept.
    #[error("nothing can be stored at the moment; send it again")]
    Store(#[source] Arc<DbError>),
    /// The writer ended while the request waited.
    #[error("the server is about to stop; send it again")]
    Ending,
}

impl IngestError {
    /// The stable code, listed in docs/ERRORS.md.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full => "ingest.full",
            Self::Decode(error) => error.code(),
            Self::Store(_) => "ingest.store",
            Self::Ending => "ingest.ending",
        }
    }
}

/// A request that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// False when the same bytes of the same source had come before.
    pub new: bool,
    pub verdict: Verdict,
    /// SHA-256 over the request's bytes.
    pub hash: String,
}

/// Who sends, as far as the queue asks.
#[derive(Debug, Clone)]
pub struct Sender {
    pub source: Arc<SourceRecord>,
    /// Id of the credential it came with.
    pub credential: Option<String>,
}

/// Room for the bytes of one request, until it is answered.
#[derive(Debug)]
pub struct Room {
    _held: OwnedSemaphorePermit,
}

struct Waiting {
    prepared: Prepared,
    sent: Sent,
    answer: oneshot::Sender<Result<bool, IngestError>>,
}

enum Message {
    Store(Box<Waiting>),
    Refused(Sent),
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    store: Store,
    room: Arc<Semaphore>,
    /// Requests that are decoded at once: one a processor.
    decoders: Semaphore,
    rates: Rates,
    writer: OnceLock<mpsc::Sender<Message>>,
}

impl Queue {
    /// A queue before a log. The writer starts with the first request.
    #[must_use]
    pub fn new(store: Store, allowance: Allowance) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self(Arc::new(Inner {
            store,
            room: Arc::new(Semaphore::new(ROOM_KIB)),
            decoders: Semaphore::new(processors),
            rates: Rates::new(allowance),
            writer: OnceLock::new(),
        }))
    }

    /// How many samples each source may send.
    #[must_use]
    pub fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// Holds room for a body of so many bytes.
    ///
    /// # Errors
    /// [`IngestError::Full`].
    pub fn room(&self, bytes: usize) -> Result<Room, IngestError> {
        let kib = bytes.div_ceil(1024).clamp(1, ROOM_KIB);
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        let held = Arc::clone(&self.0.room).try_acquire_many_owned(kib);
        let held = held.map_err(|_| IngestError::Full)?;
        Ok(Room { _held: held })
    }

    /// Decodes a request off the threads that serve, puts it in line, and comes back when it is
    /// committed. `room` is held until then. Of what `unpack` leaves the bytes are kept and hashed.
    ///
    /// # Errors
    /// [`IngestError`].
    pub async fn take(
        &self,
        sender: &Sender,
        mut request: Request,
        unpack: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, DecodeError> + Send + 'static,
        room: Room,
    ) -> Result<Taken, IngestError> {
        let sent = Sent {
            source: sender.source.id,
            credential: sender.credential.clone(),
            at: request.received_at,
        };
        let decoding = self.0.decoders.acquire().await;
        let decoding = decoding.map_err(|_| IngestError::Ending)?;
        let source = Arc::clone(&sender.source);
        let decoded = tokio::task::spawn_blocking(move || {
            request.bytes = unpack(std::mem::take(&mut request.bytes))?;
            prepare(source.id, &request, &source.instances)
        });
        let prepared = match decoded.await {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(error)) => {
                self.refuse(sent);
                return Err(error.into());
            }
            Err(_) => return Err(IngestError::Ending),
        };
        drop(decoding);
        let (verdict, hash) = (
            prepared.verdict.clone(),
            prepared.arrival.evidence.hash.clone(),
        );
        let (answer, committed) = oneshot::channel();
        let waiting = Box::new(Waiting {
            prepared,
            sent,
            answer,
        });
        let writer = self.writer();
        writer
            .try_send(Message::Store(waiting))
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => IngestError::Full,
                mpsc::error::TrySendError::Closed(_) => IngestError::Ending,
            })?;
        metrics::ingest_waiting(WAITING.saturating_sub(writer.capacity()));
        let new = committed.await.map_err(|_| IngestError::Ending)??;
        drop(room);
        Ok(Taken { new, verdict, hash })
    }

    /// Counts a request that was refused before it was decoded.
    pub fn refused(&self, sender: &Sender, at: chrono::DateTime<chrono::Utc>) {
        let sent = Sent {
            source: sender.source.id,
            credential: sender.credential.clone(),
            at,
        };
        self.refuse(sent);
    }

    fn refuse(&self, sent: Sent) {
        // A count that finds no room is one of very many.
        let _ = self.writer().try_send(Message::Refused(sent));
    }

    fn writer(&self) -> &mpsc::Sender<Message> {
        self.0.writer.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(WAITING);
            let store = self.0.store.clone();
            tokio::spawn(write_all(store, receiver));
            sender
        })
    }
}

/// Writes until nobody holds the queue any more.
async fn write_all(store: Store, mut messages: mpsc::Receiver<Message>) {
    let mut notes = Notes::default();
    let mut counted = Instant::now();
    loop {
        let next = if notes.is_empty() {
            messages.recv().await.map(Some)
        } else {
            match tokio::time::timeout(COUNTS, messages.recv()).await {
                Ok(message) => message.map(Some),
                Err(_) => Some(None),
            }
        };
        let Some(mut next) = next else {
            count(&store, &mut notes).await;
            return;
        };
        let mut group = Vec::new();
        let mut bytes = 0;
        while let Some(message) = next {
            match message {
                Message::Store(waiting) => {
                    bytes += waiting.prepared.arrival.evidence.body.len();
                    group.push(*waiting);
                }
                Message::Refused(sent) => notes.refused(&sent),
            }
            let whole = group.len() >= GROUP || bytes >= GROUP_BYTES;
            next = if whole {
                None
            } else {
                messages.try_recv().ok()
            };
        }
        metrics::ingest_waiting(messages.len());
        if !group.is_empty() {
            commit(&store, group, &mut notes).await;
        }
        if counted.elapsed() >= COUNTS {
            count(&store, &mut notes).await;
            counted = Instant::now();
        }
    }
}

/// Commits a group. When the database refuses it, each on its own: one of them may be at fault.
async fn commit(store: &Store, group: Vec<Waiting>, notes: &mut Notes) {
    let begun = Instant::now();
    let size = group.len();
    match write(store, &group, notes).await {
        Ok(new) => {
            metrics::ingest_committed(size, begun.elapsed());
            for (waiting, new) in group.into_iter().zip(new) {
                finish(waiting, new, notes);
            }
        }
        Err(error) if size > 1 && !is_passing(&error) => {
            for waiting in group {
                let one = [waiting];
                let outcome = write(store, &one, notes).await;
                let [waiting] = one;
                match outcome {
                    Ok(new) => finish(waiting, new.first().copied().unwrap_or_default(), notes),
                    Err(error) => fail([waiting], error),
                }
            }
        }
        Err(error) => fail(group, error),
    }
}

/// Whether the same work may succeed later: nothing of it is at fault.
fn is_passing(error: &DbError) -> bool {
    use DbError as E;
    matches!(error, E::Unreachable(_) | E::DiskFull(_) | E::Conflict(_))
}

fn finish(waiting: Waiting, new: bool, notes: &mut Notes) {
    let Waiting {
        prepared,
        sent,
        answer,
    } = waiting;
    let aside = prepared.aside.values().sum();
    notes.stored(&sent, &prepared.verdict, (new, aside));
    if new {
        let keys = prepared.aside.into_keys();
        notes.written(keys.map(|(reason, what)| (sent.source, reason, what)));
    }
    // A sender that went away has its request stored all the same, and sends it again.
    let _ = answer.send(Ok(new));
}

fn fail(group: impl IntoIterator<Item = Waiting>, error: DbError) {
    tracing::error!(code = error.code(), "telemetry cannot be stored: {error}");
    let error = Arc::new(error);
    for waiting in group {
        let _ = waiting
            .answer
            .send(Err(IngestError::Store(Arc::clone(&error))));
    }
}

/// One transaction: the requests, and what of them nobody has noted yet.
async fn write(store: &Store, group: &[Waiting], notes: &mut Notes) -> Result<Vec<bool>, DbError> {
    let arrivals: Vec<Arrival> = group
        .iter()
        .map(|waiting| waiting.prepared.arrival.clone())
        .collect();
    let fresh: Vec<Vec<Note>> = group
        .iter()
        .map(|waiting| {
            let hash = &waiting.prepared.arrival.evidence.hash;
            notes.aside(&waiting.sent, &waiting.prepared.aside, hash)
        })
        .collect();
    store
        .write(async move |txn: &Txn| {
            let new = evidence::append_all(txn, &arrivals).await?;
            let fresh = fresh.iter().zip(&new).filter(|(_, new)| **new);
            let fresh: Vec<Note> = merged(fresh.flat_map(|(notes, _)| notes));
            quarantine::note_all(txn, &fresh).await?;
            Ok::<_, DbError>(new)
        })
        .await
}

/// Notes about the same thing as one.
fn merged<'a>(notes: impl Iterator<Item = &'a Note>) -> Vec<Note> {
    let mut all: BTreeMap<(i64, &str, &str), Note> = BTreeMap::new();
    for note in notes {
        let key = (note.source, note.reason.as_str(), note.what.as_str());
        let known = all.entry(key).or_insert_with(|| Note {
            count: 0,
            ..note.clone()
        });
        known.count = known.count.saturating_add(note.count);
    }
    all.into_values().collect()
}

/// Writes the counts. What cannot be written now is lost to the counts, not to the log.
async fn count(store: &Store, notes: &mut Notes) {
    let (states, seen, waiting) = notes.drain();
    let written = store
        .write(async move |txn: &Txn| {
            sources::add(txn, &states).await?;
            sources::seen(txn, &seen).await?;
            quarantine::note_all(txn, &waiting).await
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(code = error.code(), "counts of sources are lost: {error}");
    }
}
