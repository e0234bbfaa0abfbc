//! See `herdbook::telemetry::fuzzing::cloud_event_batch`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::cloud_event_batch(bytes));
