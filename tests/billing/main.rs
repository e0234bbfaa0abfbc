//! Billing end to end on both databases: import, bill, verify; twice, at once, with faults.

mod between_people;
mod cancellation;
mod fixture;
mod metering;
mod rerun;
mod retention;
mod retracted;
mod retracted_in_part;
mod rolling;
mod tampering;
