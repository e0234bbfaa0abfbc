//! Mastodon's own doors: webhooks, and what is fetched from an instance.

mod collectors;
mod faults;
#[path = "../access/fixture.rs"]
#[allow(
    dead_code,
    reason = "the fixture of access has more than is needed here"
)]
mod fixture;
mod hooks;
mod hooks_api;
mod instance;
mod kept;
mod pulls;
mod samples;
mod simulation;
