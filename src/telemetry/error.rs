//! What can be wrong with a telemetry payload. Two levels: a [`DecodeError`] refuses the whole
//! request (its structure cannot be trusted), a [`Rejection`] refuses one point or event and keeps
//! its neighbours. Nothing is dropped without one of them.

use std::fmt;

use thiserror::Error;

/// Why a whole request was refused. Every variant has a stable [`code`](DecodeError::code).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The body, before or after decompression, is larger than the limit.
    #[error("body of {bytes} bytes is above the limit of {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// More series, points, labels or events than one request may carry.
    #[error("more than {limit} {what} in one request")]
    TooMany { what: &'static str, limit: usize },
    /// The snappy block is truncated or corrupt.
    #[error("snappy block is corrupt: {reason}")]
    Snappy { reason: String },
    /// The gzip stream is truncated or corrupt.
    #[error("gzip stream is corrupt: {reason}")]
    Gzip { reason: String },
    /// The protobuf bytes are truncated or malformed.
    #[error("protobuf is malformed at byte {offset} from the end: {reason}")]
    Protobuf { offset: usize, reason: &'static str },
    /// The JSON text is malformed or not of the expected shape.
    #[error("JSON is malformed at line {line}, column {column}: {reason}")]
    Json {
        line: usize,
        column: usize,
        reason: String,
    },
    /// The Prometheus text has a line that does not parse.
    #[error("line {line} of the exposition text: {reason}")]
    Text { line: usize, reason: &'static str },
    /// A row or record of an upload does not have the expected form.
    #[error("line {line} of the upload: {reason}")]
    Upload { line: usize, reason: String },
    /// The text is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// A remote write 2.0 request points outside its symbol table, or the table has no empty first.
    #[error("symbol {reference} of a table of {symbols}")]
    Symbol { reference: u32, symbols: usize },
    /// The payload kind is not one this program decodes.
    #[error("unknown payload kind {kind:?}")]
    UnknownKind { kind: String },
}

impl DecodeError {
    /// The stable dotted code, listed in docs/ERRORS.md.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "telemetry.too-large",
            Self::TooMany { .. } => "telemetry.too-many",
            Self::Snappy { .. } => "telemetry.snappy",
            Self::Gzip { .. } => "telemetry.gzip",
            Self::Protobuf { .. } => "telemetry.protobuf",
            Self::Json { .. } => "telemetry.json",
            Self::Text { .. } => "telemetry.text",
            Self::Upload { .. } => "telemetry.upload",
            Self::Utf8 => "telemetry.utf8",
            Self::Symbol { .. } => "telemetry.symbol",
            Self::UnknownKind { .. } => "telemetry.kind",
        }
    }

    /// A JSON error with the position serde found it at.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        }
    }
}

/// Why one point or event was refused while the rest of its request was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// NaN (other than the stale marker) or an infinity.
    NotFinite,
    /// A float integer beyond 2^53, where neighbouring integers share one float.
    Inexact,
    /// A number with more digits than an exact decimal holds.
    OutOfRange,
    /// A counter below zero.
    NegativeCounter,
    /// A time before 1970 or after 2261, or not a time at all.
    Time,
    /// Neither the payload nor its source names an instance.
    InstanceMissing,
    /// A metric without a name.
    NameMissing,
    /// A label longer than allowed, repeated, or with the separator U+001F.
    Label,
    /// A data point with no value.
    ValueMissing,
    /// A sum whose temporality is not stated: neither cumulative nor delta.
    Temporality,
    /// Histograms and summaries: their quantiles and buckets are no billing quantities.
    Unsupported,
    /// An event that lacks a required attribute or has another version than 1.0.
    Event,
    /// An event that voids or replaces itself, nothing, or two at once.
    Retraction,
    /// A time further ahead of the arrival than clocks may differ.
    Ahead,
    /// A time further back than evidence is taken.
    Behind,
}

impl Reason {
    /// The stable dotted code, listed in docs/ERRORS.md.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFinite => "telemetry.value-not-finite",
            Self::Inexact => "telemetry.value-inexact",
            Self::OutOfRange => "telemetry.value-out-of-range",
            Self::NegativeCounter => "telemetry.counter-negative",
            Self::Time => "telemetry.time",
            Self::InstanceMissing => "telemetry.instance-missing",
            Self::NameMissing => "telemetry.name-missing",
            Self::Label => "telemetry.label",
            Self::ValueMissing => "telemetry.value-missing",
            Self::Temporality => "telemetry.temporality",
            Self::Unsupported => "telemetry.type-unsupported",
            Self::Event => "telemetry.event",
            Self::Retraction => "telemetry.retraction",
            Self::Ahead => "telemetry.time-ahead",
            Self::Behind => "telemetry.time-behind",
        }
    }

    /// Every reason, so that a test can compare the list with the catalogue.
    pub const ALL: [Self; 15] = [
        Self::NotFinite,
        Self::Inexact,
        Self::OutOfRange,
        Self::NegativeCounter,
        Self::Time,
        Self::InstanceMissing,
        Self::NameMissing,
        Self::Label,
        Self::ValueMissing,
        Self::Temporality,
        Self::Unsupported,
        Self::Event,
        Self::Retraction,
        Self::Ahead,
        Self::Behind,
    ];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One refused point or event: why, and what it called itself (bounded text, for the source's
/// page).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub reason: Reason,
    pub what: String,
}
