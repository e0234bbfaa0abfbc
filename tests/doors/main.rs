//! The doors of telemetry over HTTP: what comes in, what is refused and how, and that nothing that
//! was acknowledged is lost or counted twice.

mod aside;
mod collectors;
mod fixture;
#[cfg(target_os = "linux")]
mod full;
mod killed;
mod payloads;
mod prometheus;
mod refusals;
mod samples;
mod versions;
