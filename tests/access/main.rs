//! Access end to end on both databases: who may sign in, with what, and what ends it.

mod api;
mod authenticator;
mod customers;
mod edit_customer;
mod fixture;
mod hardened;
mod identity;
mod matrix;
mod passkeys;
mod portal;
mod provider;
mod rates;
mod sign_in;
mod users;
