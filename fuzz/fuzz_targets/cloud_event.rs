//! See `herdbook::telemetry::fuzzing::cloud_event`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::cloud_event(bytes));
