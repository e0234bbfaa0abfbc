//! Paying by card against a server that plays the gateway: whatever comes twice, late, in another
//! order or not at all, each cent is booked once.

#[path = "../billing/fixture.rs"]
#[allow(
    dead_code,
    reason = "the fixture of billing has more than is needed here"
)]
mod fixture;
mod lost;
mod messages;
mod once;
mod paying;
mod refunds;
mod town;
mod waiting;
