//! A fraction of its own, so that the oracle shares no arithmetic with the core.

/// Numerator over a positive denominator, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction(i128, i128);

impl Fraction {
    pub fn new(top: i128, bottom: i128) -> Self {
        assert!(bottom > 0, "a positive denominator");
        let (mut a, mut b) = (top.abs(), bottom);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        Self(top / a.max(1), bottom / a.max(1))
    }

    pub fn plus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(Self(-other.0, other.1))
    }

    pub fn times(self, factor: i64) -> Self {
        Self::new(self.0 * i128::from(factor), self.1)
    }

    pub fn at_most_one(self) -> Self {
        if self.0 > self.1 { Self(1, 1) } else { self }
    }

    /// To the nearest whole number, a tie away from zero; never below zero here.
    pub fn half_up(self) -> i64 {
        assert!(self.0 >= 0, "fees are never negative");
        i64::try_from((2 * self.0 + self.1) / (2 * self.1)).expect("cents")
    }
}
