//! How much one request may hold, and how far its times may lie from its arrival. Decoders allocate
//! in proportion to what they accept, so these bounds are also the bound of memory a single request
//! can cost.
//!
//! Limits are versioned: a request of the log is decoded for ever under those that held when it
//! arrived. A version is never edited.

/// Limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as received.
    pub body_bytes: usize,
    /// Bytes after decompression.
    pub decoded_bytes: usize,
    pub series: usize,
    pub points: usize,
    pub events: usize,
    pub labels_per_series: usize,
    /// Bytes of one label name or value, event attribute or payload member.
    pub text_bytes: usize,
    /// How many seconds after its arrival a request may speak about.
    pub ahead_seconds: i64,
    /// How many seconds before its arrival a request may speak about.
    pub behind_seconds: i64,
}

impl Limits {
    /// The version that holds for requests that arrive now.
    pub const VERSION: i64 = 2;

    /// Generous for a collector's batch (Prometheus sends 2,000 samples at most by default, the
    /// OpenTelemetry Collector 8,192), small beside the memory of the smallest machine. Clocks may
    /// be ten minutes ahead; two years back is as far as an invoice is corrected by new evidence.
    pub const DEFAULT: Self = Self {
        ahead_seconds: 600,
        behind_seconds: 731 * 86_400,
        ..Self::FIRST
    };

    /// Before times were held against the arrival.
    const FIRST: Self = Self {
        body_bytes: 4 << 20,
        decoded_bytes: 16 << 20,
        series: 50_000,
        points: 200_000,
        events: 20_000,
        labels_per_series: 64,
        text_bytes: 2_048,
        ahead_seconds: i64::MAX,
        behind_seconds: i64::MAX,
    };

    /// The limits of a version; `None` if no version of this program had it.
    pub const fn of_version(version: i64) -> Option<Self> {
        match version {
            1 => Some(Self::FIRST),
            2 => Some(Self::DEFAULT),
            _ => None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_in_force_and_none_is_lost() {
        assert_eq!(Limits::of_version(Limits::VERSION), Some(Limits::DEFAULT));
        for version in 1..=Limits::VERSION {
            assert!(Limits::of_version(version).is_some(), "{version}");
        }
        assert_eq!(Limits::of_version(Limits::VERSION + 1), None);
        // What stood once stands for ever: evidence of then is decoded under it.
        let first = Limits::of_version(1).unwrap();
        assert_eq!((first.points, first.ahead_seconds), (200_000, i64::MAX));
        let second = Limits::of_version(2).unwrap();
        assert_eq!(
            (second.ahead_seconds, second.behind_seconds),
            (600, 63_158_400)
        );
    }
}
