//! Telemetry at the door: payload bytes become exact samples and events, requests become evidence.
//!
//! Left of `usage` in the flow. Decoders are pure and bounded: the same bytes and context give the
//! same result for ever, which is what lets `verify` recompute a reading from the evidence log.
//! This is the only place of the product where a float becomes a billing quantity ([`value`]).

use chrono::{DateTime, Utc};

pub mod admin_measures;
pub mod billed;
pub mod cloud_events;
pub mod encode;
pub mod error;
pub mod evidence;
pub mod fuzzing;
pub mod hours;
mod json_cursor;
mod json_scalar;
pub mod judge;
pub mod limits;
pub mod mastodon;
pub mod meters;
pub mod otlp;
pub mod otlp_json;
pub mod prometheus_text;
pub mod pull;
pub mod readings;
pub mod remote_write;
pub mod retracted;
pub mod sample;
pub mod simulation;
mod tracks;
pub mod upload;
mod usual_events;
pub mod value;
mod wire;
pub mod year;

pub use error::{DecodeError, Reason, Rejection};
pub use limits::Limits;
pub use sample::{Decoded, Event, Point, SampleKind, Series, SeriesKey};
pub use value::SampleValue;

/// What the bytes of a request are. The code is stored with the evidence and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayloadKind {
    OtlpProtobuf,
    OtlpJson,
    RemoteWrite1,
    RemoteWrite2,
    CloudEvent,
    CloudEventBatch,
    PrometheusText,
    AdminMeasures,
    CloudEventBinary,
    UsageCsv,
    UsageJson,
    /// Reports to moderators, reduced to what may be kept.
    MastodonReports,
    /// Figures an instance states about itself, with the time of asking.
    MastodonFigures,
}

impl PayloadKind {
    /// Every kind, in the order of the codes' introduction.
    pub const ALL: [Self; 13] = [
        Self::OtlpProtobuf,
        Self::OtlpJson,
        Self::RemoteWrite1,
        Self::RemoteWrite2,
        Self::CloudEvent,
        Self::CloudEventBatch,
        Self::PrometheusText,
        Self::AdminMeasures,
        Self::CloudEventBinary,
        Self::UsageCsv,
        Self::UsageJson,
        Self::MastodonReports,
        Self::MastodonFigures,
    ];

    /// The stored name.
    pub fn code(self) -> &'static str {
        match self {
            Self::OtlpProtobuf => "otlp-protobuf",
            Self::OtlpJson => "otlp-json",
            Self::RemoteWrite1 => "remote-write-1",
            Self::RemoteWrite2 => "remote-write-2",
            Self::CloudEvent => "cloud-event",
            Self::CloudEventBatch => "cloud-event-batch",
            Self::PrometheusText => "prometheus-text",
            Self::AdminMeasures => "mastodon-admin-measures",
            Self::CloudEventBinary => "cloud-event-binary",
            Self::UsageCsv => "usage-csv",
            Self::UsageJson => "usage-json",
            Self::MastodonReports => "mastodon-reports",
            Self::MastodonFigures => "mastodon-figures",
        }
    }

    /// Whether requests of this kind may hold events.
    pub fn tells_events(self) -> bool {
        match self {
            Self::CloudEvent
            | Self::CloudEventBatch
            | Self::CloudEventBinary
            | Self::UsageJson
            | Self::MastodonReports => true,
            Self::OtlpProtobuf
            | Self::OtlpJson
            | Self::RemoteWrite1
            | Self::RemoteWrite2
            | Self::PrometheusText
            | Self::AdminMeasures
            | Self::UsageCsv
            | Self::MastodonFigures => false,
        }
    }

    /// Reads a stored name.
    ///
    /// # Errors
    /// [`DecodeError::UnknownKind`].
    pub fn from_code(code: &str) -> Result<Self, DecodeError> {
        let unknown = || DecodeError::UnknownKind {
            kind: code.to_owned(),
        };
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(unknown)
    }
}

/// What a decoder may know beyond the bytes. All of it is stored with the evidence.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The instance of the source, for payloads that do not name one.
    pub instance: Option<&'a str>,
    /// When the request arrived: the time of scraped lines that carry none.
    pub received_at: DateTime<Utc>,
    pub limits: Limits,
}

/// Decodes a request of any kind.
///
/// # Errors
/// [`DecodeError`] when the request as a whole cannot be trusted.
pub fn decode(
    kind: PayloadKind,
    bytes: &[u8],
    context: &Context<'_>,
) -> Result<Decoded, DecodeError> {
    match kind {
        PayloadKind::OtlpProtobuf => otlp::decode(bytes, context),
        PayloadKind::OtlpJson => otlp_json::decode(bytes, context),
        PayloadKind::RemoteWrite1 => remote_write::decode_v1(bytes, context),
        PayloadKind::RemoteWrite2 => remote_write::decode_v2(bytes, context),
        PayloadKind::CloudEvent => cloud_events::decode_single(bytes, context),
        PayloadKind::CloudEventBatch => cloud_events::decode_batch(bytes, context),
        PayloadKind::PrometheusText => prometheus_text::decode(bytes, context),
        PayloadKind::AdminMeasures => admin_measures::decode(bytes, context),
        PayloadKind::CloudEventBinary => cloud_events::decode_binary(bytes, context),
        PayloadKind::UsageCsv => upload::decode_csv(bytes, context),
        PayloadKind::UsageJson => upload::decode_json(bytes, context),
        PayloadKind::MastodonReports => mastodon::reports::decode(bytes, context),
        PayloadKind::MastodonFigures => mastodon::figures::decode(bytes, context),
    }
}
