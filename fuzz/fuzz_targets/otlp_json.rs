//! See `herdbook::telemetry::fuzzing::otlp_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::otlp_json(bytes));
