//! What is stored, read back from the evidence log.

use chrono::{DateTime, Utc};
use herdbook::app::App;
use herdbook::db::evidence::{self, EvidenceRecord};
use herdbook::telemetry::evidence::{Chunk, Codec};
use herdbook::telemetry::{Event, PayloadKind};

/// Every request of an instance's sources, as chunks.
pub async fn chunks(app: &App, instance: &str) -> Vec<Chunk> {
    let on = app.db.telemetry.reader();
    let mut chunks = Vec::new();
    for source in evidence::sources_of(&on, instance).await.expect("read") {
        let found = evidence::overlapping(&on, source, 0, i64::MAX).await;
        chunks.extend(
            found
                .expect("read")
                .into_iter()
                .map(|one| chunk(one, instance)),
        );
    }
    chunks
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("an instant")
}

fn chunk(record: EvidenceRecord, instance: &str) -> Chunk {
    let EvidenceRecord { id, evidence } = record;
    Chunk {
        id,
        source: evidence.source.to_string(),
        instance: Some(instance.to_owned()),
        received_at: instant(evidence.received_at),
        kind: PayloadKind::from_code(&evidence.kind).expect("a kind"),
        sha256: evidence.hash,
        span_from: instant(evidence.span_from),
        span_to: instant(evidence.span_to),
        codec: Codec::from_code(&evidence.codec).expect("a codec"),
        body: evidence.body,
        limits: evidence.limits,
    }
}

/// The events that the chunks decode to, each once.
pub fn events(chunks: &[Chunk]) -> Vec<Event> {
    let decoded = chunks.iter().map(|chunk| chunk.decoded().expect("decodes"));
    let mut events: Vec<Event> = decoded.flat_map(|one| one.events).collect();
    events.sort_by(|one, two| (one.time, &one.id).cmp(&(two.time, &two.id)));
    events.dedup();
    events
}
