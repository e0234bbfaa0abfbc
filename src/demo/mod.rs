//! What the demonstration brings along: a book of reference customers, and a server that plays the
//! payment gateway. The product itself uses none of it.

pub mod card_server;
