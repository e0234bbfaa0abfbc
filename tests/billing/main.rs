//! Billing end to end on both databases: import, bill, verify; twice, at once, with faults.

mod fixture;
mod rerun;
mod tampering;
