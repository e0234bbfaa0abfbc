//! Civil time: periods, billing cycles and their anchor days, and the way to instants.
//!
//! A billing period is a half-open range of civil dates in the contract's zone; telemetry is
//! instants. The two meet only through [`Period::instants`], which wants the zone.

mod cycle;
mod period;
mod workdays;

pub use cycle::{Cycle, Interval};
pub use period::{CalendarError, Instants, Period, add_days, day_after, day_before};

pub use workdays::first_working_day;

pub use chrono::{DateTime, NaiveDate, Utc};
pub use chrono_tz::Tz;
