//! An instance that is simulated: what its collector sends, with what goes wrong on cue, and what a
//! correct receiver must have counted.
//!
//! Everything follows from the settings: equal settings, equal bytes. The totals are computed from
//! what was drawn, not from what is sent, so that they hold against any receiver.

mod drawn;

use chrono::{DateTime, Utc};

use super::PayloadKind;
use crate::billing::Ratio;
use crate::billing::ratio::RatioError;
use drawn::Drawn;

/// What an instance is spoken about in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    RemoteWrite1,
    RemoteWrite2,
    OtlpProtobuf,
    OtlpJson,
    CloudEvents,
}

impl Protocol {
    /// Where its requests go.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::RemoteWrite1 | Self::RemoteWrite2 => "/api/v1/write",
            Self::OtlpProtobuf | Self::OtlpJson => "/v1/metrics",
            Self::CloudEvents => "/api/v1/events",
        }
    }

    /// The headers that say what the bytes are.
    #[must_use]
    pub fn headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::RemoteWrite1 => &[
                ("content-type", "application/x-protobuf"),
                ("content-encoding", "snappy"),
                ("x-prometheus-remote-write-version", "0.1.0"),
            ],
            Self::RemoteWrite2 => &[
                (
                    "content-type",
                    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                ),
                ("content-encoding", "snappy"),
                ("x-prometheus-remote-write-version", "2.0.0"),
            ],
            Self::OtlpProtobuf => &[("content-type", "application/x-protobuf")],
            Self::OtlpJson => &[("content-type", "application/json")],
            Self::CloudEvents => &[("content-type", "application/cloudevents-batch+json")],
        }
    }

    /// What a receiver stores the bytes as.
    #[must_use]
    pub fn kind(self) -> PayloadKind {
        match self {
            Self::RemoteWrite1 => PayloadKind::RemoteWrite1,
            Self::RemoteWrite2 => PayloadKind::RemoteWrite2,
            Self::OtlpProtobuf => PayloadKind::OtlpProtobuf,
            Self::OtlpJson => PayloadKind::OtlpJson,
            Self::CloudEvents => PayloadKind::CloudEventBatch,
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The exporter's process begins anew: its counters start from zero.
    Restart,
    /// The answer was lost: the request comes again, byte for byte.
    Duplicate,
    /// The collector is unsure of its last batch: it sends its samples again with the new ones.
    Overlap,
    /// The request is overtaken by the one after it.
    Reorder,
    /// Half of the request arrives first, and has to be refused; then the whole comes.
    Cut,
}

impl Fault {
    /// Every fault with its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("restart", Self::Restart),
        ("duplicate", Self::Duplicate),
        ("overlap", Self::Overlap),
        ("reorder", Self::Reorder),
        ("cut", Self::Cut),
    ];
}

/// What is simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub instance: String,
    pub protocol: Protocol,
    /// The first sample.
    pub start: DateTime<Utc>,
    /// Seconds between two samples of a series.
    pub step_seconds: u32,
    /// Samples of each series.
    pub steps: u32,
    /// Steps in one request.
    pub steps_a_request: u32,
    pub seed: u64,
    /// Faults, each at a request, counted from 0.
    pub faults: Vec<(Fault, u32)>,
}

/// One request as it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    pub bytes: Vec<u8>,
    /// Must the receiver refuse it?
    pub refused: bool,
}

/// What a correct receiver counts of a meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Name of the meter.
    pub meter: &'static str,
    /// In the unit of the samples: bytes or minutes; for a level the mean over the measured time.
    pub exact: Ratio,
    /// In the meter's own unit, before rounding.
    pub billed: Ratio,
}

/// What is sent, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulation {
    pub sendings: Vec<Sending>,
    /// Samples or events, each once.
    pub unique: u64,
    pub totals: Vec<Total>,
}

/// Why a simulation cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// A figure is beyond what a fraction holds.
    #[error(transparent)]
    Ratio(#[from] RatioError),
    /// A request cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A request cannot be compressed.
    #[error(transparent)]
    Snappy(#[from] snap::Error),
}

/// Most samples of a series: a month of half minutes.
pub const MOST_STEPS: u32 = 100_000;

/// Draws an instance and puts its requests in the order of their sending.
///
/// # Errors
/// [`SimulationError`]; there is none within [`MOST_STEPS`].
pub fn simulate(settings: &Settings) -> Result<Simulation, SimulationError> {
    let drawn = Drawn::new(settings);
    let per_request = settings.steps_a_request.max(1) as usize;
    let steps = settings.steps.min(MOST_STEPS) as usize;
    let restarts: Vec<usize> = faults(settings, Fault::Restart)
        .map(|request| request * per_request)
        .collect();
    let shown = drawn.shown(&restarts);
    let mut requests = Vec::new();
    for (number, from) in (0..steps).step_by(per_request).enumerate() {
        let to = (from + per_request).min(steps);
        let overlap = faults(settings, Fault::Overlap).any(|at| at == number);
        let from = if overlap {
            from.saturating_sub(per_request)
        } else {
            from
        };
        if let Some(bytes) = drawn.request(&shown, from..to)? {
            requests.push((number, bytes));
        }
    }
    Ok(Simulation {
        sendings: in_order(settings, requests),
        unique: drawn.unique(),
        totals: drawn.totals()?,
    })
}

fn faults(settings: &Settings, wanted: Fault) -> impl Iterator<Item = usize> + '_ {
    let of = settings
        .faults
        .iter()
        .filter(move |(fault, _)| *fault == wanted);
    of.map(|(_, at)| *at as usize)
}

/// Puts the faults of sending into the row of requests.
fn in_order(settings: &Settings, requests: Vec<(usize, Vec<u8>)>) -> Vec<Sending> {
    let at = |fault, number| faults(settings, fault).any(|at| at == number);
    let mut sendings = Vec::new();
    let mut held: Vec<Sending> = Vec::new();
    for (number, bytes) in requests {
        let mut own = Vec::new();
        if at(Fault::Cut, number) && bytes.len() > 1 {
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            own.push(Sending {
                bytes: half.to_vec(),
                refused: true,
            });
        }
        let whole = Sending {
            bytes,
            refused: false,
        };
        if at(Fault::Duplicate, number) {
            own.push(whole.clone());
        }
        own.push(whole);
        if at(Fault::Reorder, number) {
            held.append(&mut own);
        } else {
            sendings.append(&mut own);
            sendings.append(&mut held);
        }
    }
    sendings.append(&mut held);
    sendings
}
