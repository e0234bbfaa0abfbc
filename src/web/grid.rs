//! The grid of a chart: where its lines lie, so that the highest column ends at or below the last.

/// The next line of the grid at or above a value, and how many lines stand between it and the axis:
/// three to six, at 1, 2 or 5 times a power of ten. An empty chart has one line.
pub(super) fn up_to_grid(most: i64) -> (i64, usize) {
    let most = most.max(1);
    let mut power = 1_i64;
    loop {
        for step in [1, 2, 5].map(|step| power.saturating_mul(step)) {
            // The first step that needs no more than six lines.
            let lines = most.saturating_sub(1) / step + 1;
            if lines <= 6 {
                let top = step.saturating_mul(lines);
                return (top, usize::try_from(lines).unwrap_or(1));
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_line_of_the_grid() {
        for most in [0, 1, 6, 7, 100, 101, 1_320_000, 1_450_001, 999_999_999] {
            let (top, lines) = up_to_grid(most);
            let lines_i = i64::try_from(lines).unwrap();
            assert!(
                top >= most && top % lines_i == 0 && lines <= 6,
                "{most}: {top}"
            );
            let step = top / lines_i;
            assert!(
                most.max(1) > top - step,
                "{most}: {top} is more than the next line"
            );
            let digits = step.to_string();
            assert!(
                digits
                    .trim_end_matches('0')
                    .parse::<u32>()
                    .is_ok_and(|d| [1, 2, 5].contains(&d))
            );
        }
        assert!(up_to_grid(i64::MAX).0 > 0);
    }
}
