//! Calls the judge, once for many files.

use std::path::PathBuf;
use std::process::{Command, Output};

/// What the judge rejects among the files, or nothing when it accepts all.
///
/// # Panics
/// When the judge cannot run and `HERDBOOK_JUDGES` is not `skip`.
pub fn rejected(files: &[PathBuf]) -> Option<String> {
    let output = run(&[], files)?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let accepted = printed.lines().filter(|line| line.starts_with("PASS"));
    if output.status.success() && accepted.count() == files.len() {
        return None;
    }
    let rejected = printed.lines().filter(|line| !line.starts_with("PASS"));
    Some(said(rejected.collect::<Vec<_>>().join("\n"), &output))
}

/// Which faults the judge overlooks when it spoils these accepted files itself.
///
/// # Panics
/// As [`rejected`].
pub fn overlooked(files: &[PathBuf]) -> Option<String> {
    let output = run(&["--self-test"], files)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (!output.status.success()).then(|| said(printed, &output))
}

fn said(printed: String, output: &Output) -> String {
    format!("{printed}\n{}", String::from_utf8_lossy(&output.stderr))
}

/// Runs the judge, unless it is to be left out.
fn run(switches: &[&str], files: &[PathBuf]) -> Option<Output> {
    if std::env::var_os("HERDBOOK_JUDGES").is_some_and(|value| value == "skip") {
        return None;
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("HERDBOOK_JUDGE_PYTHON")
        .map_or_else(|| root.join("target/judges/bin/python"), PathBuf::from);
    let output = Command::new(&python)
        .arg(root.join("tests/judges/judge.py"))
        .args(switches)
        .args(files)
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}; run tests/judges/setup.sh target/judges",
                python.display()
            )
        });
    Some(output)
}
