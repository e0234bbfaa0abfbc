//! See `herdbook::fuzzing::telemetry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::fuzzing::telemetry(bytes));
