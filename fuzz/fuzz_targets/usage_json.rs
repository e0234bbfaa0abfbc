//! See `herdbook::telemetry::fuzzing::usage_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::usage_json(bytes));
