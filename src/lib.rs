//! Herdbook: contracts, metering, service levels and billing for hosted Mastodon servers.
//!
//! One direction: telemetry → usage → rating → invoice → document → delivery → payment → ledger →
//! forecast. Each arrow is one type conversion in one function; no module imports one to its right.

pub mod access;
pub mod app;
pub mod billing;
pub mod book;
pub mod cli;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod documents;
pub mod error;
pub mod fuzzing;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod observe;
pub mod payments;
pub mod telemetry;
pub mod usecases;
pub mod web;
