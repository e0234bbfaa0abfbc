//! Each dependency is there on purpose: docs/DECISIONS.md has a line for it.

/// Names under `[dependencies]` of a manifest that docs/DECISIONS.md does not mention.
pub fn undecided(manifest: &str, decisions: &str) -> Vec<String> {
    let table = manifest
        .split("\n[dependencies]\n")
        .nth(1)
        .unwrap_or_default();
    table
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .filter(|(name, rest)| !name.starts_with([' ', '#']) && !rest.contains("path = "))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !decisions.lines().any(|line| mentions(line, name)))
        .collect()
}

/// Is `name` one of the parts in the first column of a table's row?
fn mentions(line: &str, name: &str) -> bool {
    let part = line
        .strip_prefix('|')
        .and_then(|row| row.split('|').next())
        .unwrap_or_default();
    let bare = part.split('(').next().unwrap_or_default();
    bare.split(',').any(|one| one.trim() == name)
}

#[test]
fn a_dependency_without_a_line_is_found() {
    let manifest = "[package]\n\n[dependencies]\nclap = \"4\"\nown = { path = \"own\" }\n\
                    tokio = { version = \"1\", features = [\n    \"full\",\n] }\n\n[lints]\na = 1\n";
    let decisions = "| clap, anyhow | command line | argh |\n";
    assert_eq!(undecided(manifest, decisions), ["tokio"]);
    assert!(undecided(manifest, &format!("{decisions}| tokio (pinned) | x | y |")).is_empty());
}
