//! Any bytes, and damaged real payloads, are refused by name: no decoder panics or forgets a bound.

use herdbook::telemetry::fuzzing::TARGETS;
use proptest::prelude::*;

const FIXTURES: [(&str, &str); 9] = [
    ("otlp_protobuf", "otlp-metrics.pb"),
    ("otlp_json", "otlp-metrics.json"),
    ("otlp_json", "otlp-upstream-example.json"),
    ("remote_write_1", "remote-write-1.bin"),
    ("remote_write_2", "remote-write-2.bin"),
    ("cloud_event", "cloud-event.json"),
    ("cloud_event_batch", "cloud-events-batch.json"),
    ("prometheus_text", "exporter-in-process.txt"),
    ("admin_measures", "admin-measures.json"),
];

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telemetry/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn run(target: &str, bytes: &[u8]) {
    let (_, function) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    function(bytes);
}

#[test]
fn every_prefix_of_every_fixture_is_survived() {
    for (target, name) in FIXTURES {
        let bytes = fixture(name);
        for length in 0..=bytes.len() {
            run(target, &bytes[..length]);
        }
    }
}

#[test]
fn every_fixture_is_survived_by_every_decoder() {
    for (_, name) in FIXTURES {
        let bytes = fixture(name);
        for (_, function) in TARGETS {
            function(&bytes);
        }
    }
}

#[test]
fn every_bit_flipped_alone_is_survived() {
    for (target, name) in FIXTURES {
        let whole = fixture(name);
        for at in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            run(target, &bytes);
        }
    }
}

/// The message inside a snappy block, so that damage reaches the protobuf.
fn inside(target: &str, bytes: Vec<u8>) -> Vec<u8> {
    if target.starts_with("remote_write") {
        snap::raw::Decoder::new().decompress_vec(&bytes).unwrap()
    } else {
        bytes
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for (_, function) in TARGETS {
            function(&bytes);
        }
    }

    #[test]
    fn mutated_payloads_are_survived(
        which in 0..FIXTURES.len(),
        edits in prop::collection::vec((any::<u16>(), any::<u8>(), 0_u8..3), 1..12),
    ) {
        let (target, name) = FIXTURES[which];
        let mut bytes = inside(target, fixture(name));
        for (at, byte, kind) in edits {
            let at = usize::from(at) % bytes.len().max(1);
            match kind {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if at < bytes.len() => { bytes.remove(at); }
                _ => {}
            }
        }
        run(target, &bytes);
    }
}
