//! The doors of telemetry over HTTP: what comes in, what is refused and how, and that nothing that
//! was acknowledged is lost or counted twice.

mod aside;
mod collectors;
mod fixture;
mod killed;
mod payloads;
mod prometheus;
mod refusals;
mod samples;
