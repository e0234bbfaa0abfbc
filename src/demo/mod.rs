//! What the demonstration brings along: a book of reference customers, a server that plays the
//! payment gateway, and collectors that push telemetry. The product itself uses none of it.

pub mod card_server;
pub mod collectors;
