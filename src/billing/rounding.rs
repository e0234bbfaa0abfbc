//! Named rounding: every place where an exact fraction becomes an amount says which rule it uses.

use serde::{Deserialize, Serialize};

/// How a fraction that lies between two representable values becomes one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Commercial rounding: a tie goes away from zero. The rule of EN 16931 amounts in practice and
    /// of Council Regulation (EC) No 1103/97, article 5, for euro amounts.
    HalfUp,
    /// Banker's rounding: a tie goes to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    /// Rounds `numerator / denominator` (denominator > 0) to an integer. `None` when the
    /// denominator is not positive or the result leaves `i128`.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i128> {
        if denominator <= 0 {
            return None;
        }
        let quotient = numerator.checked_div(denominator)?;
        let rest = numerator.checked_rem(denominator)?.unsigned_abs();
        if rest == 0 {
            return Some(quotient);
        }
        let half = denominator.unsigned_abs().abs_diff(rest).cmp(&rest);
        let away = match self {
            Self::Down => false,
            Self::Up => true,
            Self::HalfUp => half.is_le(),
            Self::HalfEven => half.is_lt() || (half.is_eq() && quotient.checked_rem(2)? != 0),
        };
        match (away, numerator < 0) {
            (false, _) => Some(quotient),
            (true, false) => quotient.checked_add(1),
            (true, true) => quotient.checked_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rounding::{Down, HalfEven, HalfUp, Up};

    #[test]
    fn ties_follow_the_named_rule_on_both_sides_of_zero() {
        let cases = [
            (5, 2, 3, 2, 2, 3),
            (7, 2, 4, 4, 3, 4),
            (-5, 2, -3, -2, -2, -3),
            (-7, 2, -4, -4, -3, -4),
            (1, 3, 0, 0, 0, 1),
            (2, 3, 1, 1, 0, 1),
            (-2, 3, -1, -1, 0, -1),
            (6, 3, 2, 2, 2, 2),
        ];
        for (n, d, half_up, half_even, down, up) in cases {
            assert_eq!(HalfUp.divide(n, d), Some(half_up), "{n}/{d} half up");
            assert_eq!(HalfEven.divide(n, d), Some(half_even), "{n}/{d} half even");
            assert_eq!(Down.divide(n, d), Some(down), "{n}/{d} down");
            assert_eq!(Up.divide(n, d), Some(up), "{n}/{d} up");
        }
    }

    #[test]
    fn a_denominator_that_is_not_positive_has_no_result() {
        assert_eq!(HalfUp.divide(1, 0), None);
        assert_eq!(HalfUp.divide(1, -2), None);
    }
}
