//! See `herdbook::fuzzing::invoice`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::fuzzing::invoice(bytes));
