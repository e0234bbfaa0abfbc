//! The fuzz targets on their committed corpus, then on mutations of it.
//!
//! HERDBOOK_FUZZ_SECONDS (default 2) is the time for mutations over all targets;
//! HERDBOOK_FUZZ_SEED repeats a run. A finding names target and seed and keeps the input below
//! `fuzz/artifacts/`, where it is ready to become a part of the corpus.

#[path = "fuzz/mutate.rs"]
mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use herdbook::fuzzing::{Target, targets};
use mutate::Generator;

fn folder(kind: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(kind)
        .join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder("corpus", target))
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("a readable seed"))
        .collect()
}

/// Runs one input; a panic becomes a finding that tells how to repeat it.
fn run(name: &str, target: Target, input: &[u8], origin: &str) {
    if catch_unwind(AssertUnwindSafe(|| target(input))).is_ok() {
        return;
    }
    let kept = folder("artifacts", name);
    std::fs::create_dir_all(&kept).expect("a folder for the input");
    let path = kept.join(format!("crash-{}", origin.replace(' ', "-")));
    std::fs::write(&path, input).expect("the input is kept");
    panic!("target {name}, {origin}: input kept in {}", path.display());
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().expect("a whole number"))
}

#[expect(clippy::disallowed_methods, reason = "any seed will do; it is printed")]
fn moment() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs()
}

#[test]
fn every_target_has_a_corpus_and_passes_it() {
    for (name, target) in targets() {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "fuzz/corpus/{name} is empty");
        for (n, seed) in seeds.iter().enumerate() {
            run(name, target, seed, &format!("seed {n}"));
        }
    }
}

#[test]
fn every_target_is_a_program_for_the_fuzzer() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    for (name, _) in targets() {
        assert!(
            manifest.contains(&format!("\nname = \"{name}\"\n")),
            "{name}"
        );
        let program = folder("fuzz_targets", name).with_extension("rs");
        let text = std::fs::read_to_string(program).expect("its program");
        let called = if name == "routing" {
            "identifiers"
        } else {
            name
        };
        assert!(text.contains(&format!("::{called}(bytes)")), "{text}");
    }
    let bins = manifest.matches("[[bin]]").count();
    assert_eq!(bins, targets().count(), "a program without a target");
}

#[test]
fn mutations_of_the_corpus_pass() {
    let seconds = setting("HERDBOOK_FUZZ_SECONDS").unwrap_or(2);
    let seed = setting("HERDBOOK_FUZZ_SEED").unwrap_or_else(moment);
    let share =
        Duration::from_secs(seconds) / u32::try_from(targets().count()).expect("few targets");
    for (name, target) in targets() {
        let seeds = corpus(name);
        let mut generator = Generator::new(seed);
        let begun = Instant::now();
        let mut runs = 0_u64;
        while begun.elapsed() < share {
            let input = generator.mutate(&seeds);
            run(
                name,
                target,
                &input,
                &format!("HERDBOOK_FUZZ_SEED={seed} run {runs}"),
            );
            runs += 1;
        }
        println!("{name}: {runs} runs with HERDBOOK_FUZZ_SEED={seed}");
    }
}

#[test]
fn a_panic_is_kept_with_its_origin() {
    fn picky(bytes: &[u8]) {
        assert!(bytes != b"bad", "found");
    }
    run("self-test", picky, b"good", "seed 0");
    let found = catch_unwind(|| run("self-test", picky, b"bad", "seed 1"));
    let text = *found
        .expect_err("a finding")
        .downcast::<String>()
        .expect("a message");
    assert!(
        text.contains("self-test") && text.contains("seed 1"),
        "{text}"
    );
    let kept = folder("artifacts", "self-test");
    assert_eq!(
        std::fs::read(kept.join("crash-seed-1")).expect("the input"),
        b"bad"
    );
    std::fs::remove_dir_all(kept).expect("removed");
}
