//! See `herdbook::telemetry::fuzzing::mastodon_reports`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::mastodon_reports(bytes));
