//! Delivery: what leaves the house.

pub mod letters;
pub mod mail;
pub mod webhook;
