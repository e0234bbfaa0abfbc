//! See `herdbook::telemetry::fuzzing::remote_write_1`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::remote_write_1(bytes));
