//! See `herdbook::telemetry::fuzzing::prometheus_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::prometheus_text(bytes));
