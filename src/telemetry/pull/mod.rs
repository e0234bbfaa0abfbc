//! What is fetched from instances, and by which rules.
//!
//! Only configured addresses are asked. A target that is not marked as private is asked over https
//! and never at an address of the own network, whatever its name resolves to; redirects stay on the
//! host. Answers are bounded in time and size while they come in.

pub mod address;
pub mod client;
pub mod schedule;

use std::time::Duration;

use reqwest::Url;
use thiserror::Error;

use super::error::DecodeError;
use super::mastodon::measures::OddAnswer;

pub use schedule::Schedule;

/// What is fetched. The code is stored and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// The text of a Prometheus exporter, at the URL itself.
    PrometheusText,
    /// Measures of the days that are over; the URL is the instance's own.
    AdminMeasures,
    /// The space that database, Redis and media take up.
    AdminDimensions,
    /// What `/.well-known/nodeinfo` leads to.
    NodeInfo,
    /// `/api/v2/instance`.
    Instance,
    /// All reports that are open or were filed within 92 days.
    Reports,
}

impl TargetKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::PrometheusText,
        Self::AdminMeasures,
        Self::AdminDimensions,
        Self::NodeInfo,
        Self::Instance,
        Self::Reports,
    ];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PrometheusText => "prometheus-text",
            Self::AdminMeasures => "admin-measures",
            Self::AdminDimensions => "admin-dimensions",
            Self::NodeInfo => "nodeinfo",
            Self::Instance => "instance",
            Self::Reports => "reports",
        }
    }

    /// Reads a stored name.
    ///
    /// # Errors
    /// [`PullError::Kind`].
    pub fn from_code(code: &str) -> Result<Self, PullError> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|kind| kind.code() == code);
        found.ok_or_else(|| PullError::Kind {
            kind: code.chars().take(40).collect(),
        })
    }
}

/// Shortest and longest time for one answer, in seconds.
pub const TIMEOUT_SECONDS: std::ops::RangeInclusive<u32> = 1..=60;
/// Smallest and largest answer, in bytes: the largest is what one request of evidence may hold.
pub const LIMIT_BYTES: std::ops::RangeInclusive<u32> = 1_024..=4_194_304;

/// Where something is fetched, and how far that may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Address of the exporter, or of the instance.
    pub url: Url,
    /// May it lie in the own network, and be asked without encryption?
    pub private: bool,
    /// Longest time for one answer.
    pub timeout: Duration,
    /// Longest answer, in bytes.
    pub limit_bytes: usize,
}

impl Reach {
    /// Reads and checks an address.
    ///
    /// # Errors
    /// [`PullError::Url`]: no http, credentials or a fragment in it, or not encrypted and not
    /// private; [`PullError::Address`]; [`PullError::Bounds`].
    pub fn new(
        url: &str,
        private: bool,
        timeout_seconds: u32,
        limit_bytes: u32,
    ) -> Result<Self, PullError> {
        let wrong = |why: &'static str| PullError::Url { why };
        let url = Url::parse(url.trim()).map_err(|_| wrong("it is no URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if private => {}
            "http" => return Err(wrong("only private targets are asked without encryption")),
            _ => return Err(wrong("it is neither https nor http")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("credentials do not belong into an address"));
        }
        if url.host_str().is_none() || url.fragment().is_some() || url.as_str().len() > 2_000 {
            return Err(wrong(
                "it has no host, a fragment, or more than 2000 characters",
            ));
        }
        address::check_literal(&url, private)?;
        if !TIMEOUT_SECONDS.contains(&timeout_seconds) || !LIMIT_BYTES.contains(&limit_bytes) {
            return Err(PullError::Bounds);
        }
        Ok(Self {
            url,
            private,
            timeout: Duration::from_secs(timeout_seconds.into()),
            limit_bytes: usize::try_from(limit_bytes).unwrap_or(usize::MAX),
        })
    }
}

/// Why a target is not taken, or was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PullError {
    /// No kind of target.
    #[error("{kind:?} is no kind of target")]
    Kind { kind: String },
    /// Not an address that may be asked.
    #[error("the address cannot be a target: {why}")]
    Url { why: &'static str },
    /// Not a schedule.
    #[error("the schedule cannot be kept: {why}")]
    Schedule { why: String },
    /// Time or size outside of what is allowed.
    #[error(
        "a target takes {} to {} seconds and {} to {} bytes",
        TIMEOUT_SECONDS.start(), TIMEOUT_SECONDS.end(), LIMIT_BYTES.start(), LIMIT_BYTES.end()
    )]
    Bounds,
    /// The name leads into a network that may not be asked.
    #[error("{host} lies in a network that this target may not reach")]
    Address { host: String },
    /// A redirect to another host, or one too many.
    #[error("the target redirects to {to}, which is not on its own host, or redirects in circles")]
    Redirect { to: String },
    /// No connection, or a broken one.
    #[error("the target cannot be reached")]
    Unreachable,
    /// No whole answer in time.
    #[error("the target gave no whole answer in time")]
    Timeout,
    /// More than the limit.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge { limit: usize },
    /// 401 or 403.
    #[error("the target refuses the token: status {status}")]
    Denied { status: u16 },
    /// 429 or 503 with a time to wait, in seconds.
    #[error("the target asks to wait {seconds} seconds")]
    Busy { seconds: u64 },
    /// Any other status than 200.
    #[error("the target answers with status {status}")]
    Status { status: u16 },
    /// An answer about other days than were asked for.
    #[error(transparent)]
    Odd(#[from] OddAnswer),
    /// More pages than a list of reports may have.
    #[error("the list of reports does not end after {pages} pages")]
    Pages { pages: usize },
    /// A text that speaks of another instance than the target's.
    #[error("the answer speaks of the instance {instance:?}, which is not the target's")]
    Foreign { instance: String },
    /// An answer that cannot be read.
    #[error(transparent)]
    Answer(#[from] DecodeError),
}

impl PullError {
    /// The stable dotted code, listed in docs/ERRORS.md.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "pull.kind",
            Self::Url { .. } => "pull.url",
            Self::Schedule { .. } => "pull.schedule",
            Self::Bounds => "pull.bounds",
            Self::Address { .. } => "pull.address",
            Self::Redirect { .. } => "pull.redirect",
            Self::Unreachable => "pull.unreachable",
            Self::Timeout => "pull.timeout",
            Self::TooLarge { .. } => "pull.too-large",
            Self::Denied { .. } => "pull.denied",
            Self::Busy { .. } => "pull.busy",
            Self::Status { .. } => "pull.status",
            Self::Odd(_) => "pull.odd-answer",
            Self::Pages { .. } => "pull.pages",
            Self::Foreign { .. } => "pull.foreign",
            Self::Answer(error) => error.code(),
        }
    }
}
