//! Access end to end on both databases: who may sign in, with what, and what ends it.

mod alerts;
mod api;
mod at_once;
mod authenticator;
mod customers;
mod edit_customer;
mod edit_pages;
mod edit_seller;
mod entitlements;
mod fixture;
mod framed;
mod guesses;
mod hardened;
mod home;
mod identity;
mod lists;
mod matrix;
mod measured;
mod pages;
mod passkeys;
mod portal;
mod provider;
mod rates;
mod sign_in;
mod upkeep;
mod users;
