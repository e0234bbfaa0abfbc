//! See `herdbook::telemetry::fuzzing::admin_measures`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::admin_measures(bytes));
