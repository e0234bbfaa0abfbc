//! Billing end to end on both databases: import, bill, verify; twice, at once, with faults.

mod between_people;
mod fixture;
mod rerun;
mod tampering;
