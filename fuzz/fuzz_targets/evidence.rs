//! See `herdbook::telemetry::fuzzing::evidence`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::evidence(bytes));
