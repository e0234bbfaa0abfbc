//! Rating: from a contract and its readings to the charges that are expected.
//!
//! A *charge group* is what one item is owed for one period of its own: a billing period of a
//! recurring fee, a usage period of a meter. The biller compares each group with what was billed
//! for it before.

mod alert;
mod charge;
mod expected;
mod model;
mod reason;
mod recurring;
mod running;
mod usage;
mod used;

pub use alert::{Limit, Reached, reached};
pub use charge::{ChargeGroup, GroupKey, RatedDiscount, RatedLine, RatingError};
pub use expected::{
    Expectation, after_grace, arrears_day, cycle, expected, interval_fee, monthly_fee,
    usage_windows,
};
pub use model::{Priced, price_quantity};
pub use reason::{Fact, Reason};
pub use recurring::lump_sum;
pub use running::{Running, Standing, running, standing};
