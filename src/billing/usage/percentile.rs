//! The 95th percentile as carriers bill it.

use crate::billing::Quantity;

/// Drops the highest 5 % of the values (rounded down to whole values); the highest of the rest is
/// billed. A month of 8,640 five-minute values drops 432. `None` of nothing.
///
/// This is the nearest-rank method of burstable billing: no interpolation, so that the result is
/// always a value that was measured.
pub fn p95(values: impl IntoIterator<Item = Quantity>) -> Option<Quantity> {
    nearest_rank(values.into_iter().collect())
}

/// The value at that rank, whatever the values are.
pub(super) fn nearest_rank<V: Ord + Copy>(mut sorted: Vec<V>) -> Option<V> {
    sorted.sort_unstable();
    let dropped = sorted.len().checked_div(20)?;
    let index = sorted.len().checked_sub(dropped)?.checked_sub(1)?;
    sorted.get(index).copied()
}
