//! See `herdbook::telemetry::fuzzing::cloud_event_binary`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::cloud_event_binary(bytes));
