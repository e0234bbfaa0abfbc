//! See `herdbook::telemetry::fuzzing::mastodon_figures`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| herdbook::telemetry::fuzzing::mastodon_figures(bytes));
