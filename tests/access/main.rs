//! Access end to end on both databases: who may sign in, with what, and what ends it.

mod api;
mod customers;
mod edit_customer;
mod fixture;
mod matrix;
mod portal;
mod rates;
mod sign_in;
mod users;
