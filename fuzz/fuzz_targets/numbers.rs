//! See `herdbook::fuzzing::numbers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::fuzzing::numbers(bytes));
