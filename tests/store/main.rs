//! The store, on SQLite and PostgreSQL: it keeps what it is given, refuses what must not change,
//! and says so by name.

mod audit;
mod backup;
mod beside;
mod browse;
mod customers;
mod immutable;
mod kept;
mod lists;
mod numbering;
mod payments;
mod queues;
mod readings;
mod search;
mod standing;
mod transactions;
