//! Evidence: a request as one immutable record. The hash covers every byte as received; the body is
//! kept compressed; the span says which periods it can concern. From these records alone a reading
//! can be computed again years later.

use std::io::{Read, Write};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use ring::digest;
use thiserror::Error;

use super::judge::judge;
use super::{Context, DecodeError, Decoded, Limits, PayloadKind, decode};

/// How a stored body is packed. The code is stored with the evidence and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// The bytes as they came: they did not get smaller.
    Plain,
    /// Raw DEFLATE (RFC 1951).
    Deflate,
}

impl Codec {
    /// The stored name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Deflate => "deflate",
        }
    }

    /// Reads a stored name; `None` if no version of this program wrote it.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Plain, Self::Deflate]
            .into_iter()
            .find(|codec| codec.code() == code)
    }
}

/// A request as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who sent it: the credential's name, or the target of a scrape.
    pub source: String,
    /// The instance the source stands for, when payloads need not name one.
    pub instance: Option<String>,
    pub received_at: DateTime<Utc>,
    pub kind: PayloadKind,
    pub bytes: Vec<u8>,
}

/// A request as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The record's number in the evidence log; the second key of the order of arrival.
    pub id: i64,
    pub source: String,
    pub instance: Option<String>,
    pub received_at: DateTime<Utc>,
    pub kind: PayloadKind,
    /// SHA-256 over the request's bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Earliest instant the request speaks about.
    pub span_from: DateTime<Utc>,
    /// Latest instant the request speaks about, itself included.
    pub span_to: DateTime<Utc>,
    pub codec: Codec,
    /// The bytes, packed by the codec.
    pub body: Vec<u8>,
    /// Version of the limits that held when it arrived.
    pub limits: i64,
}

/// Why evidence cannot be sealed or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// The stored body does not unpack.
    #[error("evidence {sha256}: the stored body does not unpack")]
    Unpack { sha256: String },
    /// The unpacked bytes have another hash: the record was changed.
    #[error("evidence {sha256}: the bytes hash to {actual}")]
    Changed { sha256: String, actual: String },
    /// The limits of its arrival are not known here.
    #[error("evidence {sha256}: there is no version {version} of the limits")]
    Limits { sha256: String, version: i64 },
    /// The bytes do not decode.
    #[error("evidence {sha256}: {source}")]
    Decode { sha256: String, source: DecodeError },
}

impl EvidenceError {
    /// The stable dotted code, listed in docs/ERRORS.md.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unpack { .. } => "evidence.unpack",
            Self::Changed { .. } => "evidence.changed",
            Self::Limits { .. } => "evidence.limits",
            Self::Decode { source, .. } => source.code(),
        }
    }
}

/// Decodes a request under the limits of today and seals it. The decoded content is returned too,
/// so that the door can answer what was accepted and what was refused without decoding again.
///
/// The chunk's `id` is 0 until the store gives it one. A request without a single usable time spans
/// the instant of its arrival.
///
/// # Errors
/// [`DecodeError`]: nothing of such a request is kept.
pub fn seal(request: &Request) -> Result<(Chunk, Decoded), DecodeError> {
    let limits = Limits::DEFAULT;
    let instance = request.instance.as_deref();
    let context = Context {
        instance,
        received_at: request.received_at,
        limits,
    };
    let mut decoded = decode(request.kind, &request.bytes, &context)?;
    judge(&mut decoded, request.received_at, &limits);
    let (span_from, span_to) = decoded
        .span()
        .unwrap_or((request.received_at, request.received_at));
    let (codec, body) = pack(&request.bytes);
    let chunk = Chunk {
        id: 0,
        source: request.source.clone(),
        instance: request.instance.clone(),
        received_at: request.received_at,
        kind: request.kind,
        sha256: sha256_hex(&request.bytes),
        span_from,
        span_to,
        codec,
        body,
        limits: Limits::VERSION,
    };
    Ok((chunk, decoded))
}

impl Chunk {
    /// The request's bytes, unpacked and checked against the hash.
    ///
    /// # Errors
    /// [`EvidenceError::Unpack`] and [`EvidenceError::Changed`].
    pub fn bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        let lost = || EvidenceError::Unpack {
            sha256: self.sha256.clone(),
        };
        let limit = self.limits()?.decoded_bytes;
        let bytes = unpack(self.codec, &self.body, limit).ok_or_else(lost)?;
        let actual = sha256_hex(&bytes);
        if actual == self.sha256 {
            Ok(bytes)
        } else {
            Err(EvidenceError::Changed {
                sha256: self.sha256.clone(),
                actual,
            })
        }
    }

    /// What the request said.
    ///
    /// # Errors
    /// [`EvidenceError`].
    pub fn decoded(&self) -> Result<Decoded, EvidenceError> {
        let limits = self.limits()?;
        let context = Context {
            instance: self.instance.as_deref(),
            received_at: self.received_at,
            limits,
        };
        let decoded = decode(self.kind, &self.bytes()?, &context);
        let mut decoded = decoded.map_err(|source| EvidenceError::Decode {
            sha256: self.sha256.clone(),
            source,
        })?;
        judge(&mut decoded, self.received_at, &limits);
        Ok(decoded)
    }

    /// The limits under which it arrived, and is read for ever.
    fn limits(&self) -> Result<Limits, EvidenceError> {
        Limits::of_version(self.limits).ok_or_else(|| EvidenceError::Limits {
            sha256: self.sha256.clone(),
            version: self.limits,
        })
    }

    /// Whether the request may speak about `[from, to)`.
    pub fn overlaps(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.span_from < to && self.span_to >= from
    }
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// One hash for a set of evidence: over the sorted hashes, one a line.
pub fn combined_hash<'a>(hashes: impl IntoIterator<Item = &'a str>) -> String {
    let mut sorted: Vec<&str> = hashes.into_iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut context = digest::Context::new(&digest::SHA256);
    for hash in sorted {
        context.update(hash.as_bytes());
        context.update(b"\n");
    }
    hex(context.finish().as_ref())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble & 0xf)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// Compresses at the fastest level: ingest waits for it, and remote write is compressed already.
fn pack(bytes: &[u8]) -> (Codec, Vec<u8>) {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    match packed {
        Ok(packed) if packed.len() < bytes.len() => (Codec::Deflate, packed),
        _ => (Codec::Plain, bytes.to_vec()),
    }
}

fn unpack(codec: Codec, body: &[u8], limit: usize) -> Option<Vec<u8>> {
    match codec {
        Codec::Plain => Some(body.to_vec()),
        Codec::Deflate => {
            let limit = u64::try_from(limit).ok()?;
            let mut bytes = Vec::new();
            let mut decoder = DeflateDecoder::new(body).take(limit + 1);
            decoder.read_to_end(&mut bytes).ok()?;
            (u64::try_from(bytes.len()).ok()? <= limit).then_some(bytes)
        }
    }
}
