//! How much one request may hold. Decoders allocate in proportion to what they accept, so these
//! bounds are also the bound of memory a single request can cost.

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
}

impl Limits {
    /// Generous for a collector's batch (Prometheus sends 2,000 samples at most by default, the
    /// OpenTelemetry Collector 8,192), small beside the memory of the smallest machine.
    pub const DEFAULT: Self = Self {
        body_bytes: 4 << 20,
        decoded_bytes: 16 << 20,
        series: 50_000,
        points: 200_000,
        events: 20_000,
        labels_per_series: 64,
        text_bytes: 2_048,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
