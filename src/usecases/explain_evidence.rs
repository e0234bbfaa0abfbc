//! What one request of the evidence log said: the last step of a derivation.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Failure;
use super::read_usage::chunk;
use crate::app::App;
use crate::billing::usage::Retracts;
use crate::db::{evidence, retention};
use crate::error::Problem;
use crate::telemetry::evidence::Chunk;

/// The requests of an instance's sources that speak about `[from, to)`, microseconds since 1970,
/// as decoders take them.
///
/// # Errors
/// `db.*`.
pub async fn requests_of(
    app: &App,
    instance: &str,
    (from, to): (i64, i64),
) -> Result<Vec<Chunk>, Failure> {
    let reader = app.db.telemetry.reader();
    let mut chunks = Vec::new();
    for source in evidence::sources_of(&reader, instance).await? {
        for record in evidence::overlapping(&reader, source, from, to).await? {
            chunks.push(chunk(record, instance)?);
        }
    }
    Ok(chunks)
}

/// Shortest part of a hash that is looked for: fewer digits would match by chance.
const SHORTEST: usize = 8;
/// Rows a text shows of a request that holds more.
const SHOWN: usize = 40;

/// A request as it was received, unpacked and decoded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// SHA-256 over its bytes; they were hashed again.
    pub sha256: String,
    /// Who sent it: the name of the credential or the target of a scrape.
    pub source: String,
    /// The instance it speaks for.
    pub instance: String,
    /// Payload shape.
    pub kind: String,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Length in bytes, unpacked.
    pub bytes: u64,
    /// Every value and event in it: instant, what, value.
    pub said: Vec<(DateTime<Utc>, String, String)>,
    /// What in it was refused, and why.
    pub refused: Vec<String>,
}

/// The request with a hash, or with the only hash that begins so.
///
/// # Errors
/// `explain.evidence-prefix` when fewer than eight digits are given or several requests match,
/// `explain.unknown-evidence`, `evidence.*` when its bytes are no longer those that were hashed.
pub async fn tell(app: &App, hash: &str) -> Result<Told, Failure> {
    let hash = hash.trim().to_lowercase();
    let hexadecimal = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hash.len() < SHORTEST || !hexadecimal {
        let text = format!("expected at least {SHORTEST} hexadecimal digits, found {hash:?}");
        return Err(Problem::new("explain.evidence-prefix", text).into());
    }
    let reader = app.db.telemetry.reader();
    let mut found = evidence::by_prefix(&reader, &hash, 2).await?;
    let (Some((record, source)), true) = (found.pop(), found.is_empty()) else {
        let (code, text) = if found.is_empty() {
            let text = format!("no request has the hash {hash}");
            ("explain.unknown-evidence", text)
        } else {
            let text = format!("several requests begin with {hash}");
            ("explain.evidence-prefix", text)
        };
        return Err(Problem::new(code, text).into());
    };
    if let Some(protocol) = retention::protocol_of(&reader, record.id).await? {
        let hash = &record.evidence.hash;
        let text = format!("the bytes of {hash} were deleted by protocol {protocol}");
        return Err(Problem::new("evidence.deleted", text).into());
    }
    let chunk = chunk(record, &source.instance)?;
    told(&chunk, source.name, source.instance)
}

fn told(chunk: &Chunk, source: String, instance: String) -> Result<Told, Failure> {
    let of = |error: crate::telemetry::evidence::EvidenceError| Failure::of(error.code(), &error);
    let decoded = chunk.decoded().map_err(of)?;
    let mut said = Vec::with_capacity(decoded.points.len().saturating_add(decoded.events.len()));
    for series in &decoded.series {
        let unit = series.unit.as_deref().unwrap_or_default();
        for point in decoded.points_of(series) {
            let value = format!("{} {unit}", point.value.decimal())
                .trim_end()
                .to_owned();
            said.push((point.time, series.key.to_string(), value));
        }
    }
    for event in &decoded.events {
        let retracts = event.retracts.iter().map(|of| match of {
            Retracts::Voids(id) => format!("voids={id}"),
            Retracts::Replaces(id) => format!("replaces={id}"),
        });
        let fields = event.fields.iter();
        let fields = fields.map(|(name, value)| format!("{name}={value}"));
        let fields: Vec<String> = retracts.chain(fields).collect();
        let what = format!("{} {} of {}", event.name, event.id, event.subject);
        said.push((event.time, what, fields.join(" ")));
    }
    said.sort();
    Ok(Told {
        sha256: chunk.sha256.clone(),
        source,
        instance,
        kind: chunk.kind.code().to_owned(),
        received_at: chunk.received_at,
        bytes: chunk.bytes().map_err(of)?.len() as u64,
        said,
        refused: decoded
            .rejected
            .iter()
            .map(|one| format!("{} ({})", one.what, one.reason))
            .collect(),
    })
}

impl Told {
    /// As text; a long request is cut in the middle of the list, and says so.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!(
            "request {}\n  {} bytes of {} from {}, for {}, received {}\n",
            self.sha256,
            self.bytes,
            self.kind,
            self.source,
            self.instance,
            stamp(self.received_at),
        );
        for (time, what, value) in self.said.iter().take(SHOWN) {
            let _ = writeln!(out, "  {}  {what} = {value}", stamp(*time));
        }
        if self.said.len() > SHOWN {
            let more = self.said.len() - SHOWN;
            let _ = writeln!(out, "  … {more} more; --format json has them all");
        }
        for refused in &self.refused {
            let _ = writeln!(out, "  refused: {refused}");
        }
        out
    }
}

fn stamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
