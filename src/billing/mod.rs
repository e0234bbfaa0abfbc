//! The pure core: every rule about money, dates, usage, tax and service levels.
//!
//! Deliberately absent: I/O, async, the wall clock, the environment, floats, and panics on input.
//! A use case loads facts, calls one function of this module and saves what it returns.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod biller;
pub mod calendar;
pub mod change;
pub mod charge;
pub mod contract;
pub mod credits;
pub mod currency;
pub mod dated;
pub mod decimal;
pub mod derivation;
pub mod invoice;
pub mod ledger;
pub mod money;
pub mod outlook;
pub mod party;
pub mod payment;
pub mod proration;
pub mod rating;
pub mod ratio;
pub mod revenue;
pub mod rounding;
pub mod routing;
pub mod shared;
pub mod sla;
pub mod span;
pub mod tax;
pub mod usage;

pub use currency::Currency;
pub use decimal::{Percent, Quantity, UnitPrice};
pub use money::{Money, MoneyError};
pub use ratio::Ratio;
pub use rounding::Rounding;
