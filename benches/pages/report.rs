//! What was measured, as a table.

/// One request.
#[derive(Clone, Copy)]
pub struct Measured {
    /// From when it was due to its last byte, in milliseconds.
    pub took: f64,
    /// Status, or 0 when there was no answer.
    pub status: u16,
    /// Bytes of the body as they were sent.
    pub bytes: usize,
}

/// The value below which this share of them lies.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few thousand measurements"
    )]
    let at = (last as f64 * share).ceil() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

/// Prints a line a route: requests, failures, quantiles, processor time, and the ratio of that to
/// the second line's; then one of all routes but the two without facts.
pub fn table(rows: &[(&str, Vec<Measured>, f64)]) {
    println!("| page | requests | p50 ms | p99 ms | kB | CPU ms | × bare |");
    println!("|---|---|---|---|---|---|---|");
    let bare = rows.get(1).map_or(1.0, |(_, _, processor)| *processor);
    let facts = rows.get(2..).unwrap_or_default();
    let every: Vec<Measured> = facts.iter().flat_map(|(_, all, _)| all.clone()).collect();
    let sum: f64 = facts.iter().map(|(_, _, processor)| processor).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen routes")]
    let mean = sum / facts.len().max(1) as f64;
    let all = ("**all but the first two**", every, mean);
    for (name, all, processor) in rows.iter().chain([&all]) {
        let mut took: Vec<f64> = all.iter().map(|one| one.took).collect();
        took.sort_by(f64::total_cmp);
        let failed = all.iter().filter(|one| one.status != 200).count();
        let most = all.iter().map(|one| one.bytes).max().unwrap_or_default();
        let failed = if failed > 0 {
            format!(" ({failed} FAILED)")
        } else {
            String::new()
        };
        println!(
            "| {name} | {}{failed} | {:.1} | {:.1} | {} | {processor:.2} | {:.1} |",
            all.len(),
            quantile(&took, 0.5),
            quantile(&took, 0.99),
            most.div_ceil(1_000),
            processor / bare.max(0.001),
        );
    }
}
