//! The rules of metering each name tests, and those are there.

use std::collections::BTreeSet;

use crate::tree::File;

/// Names in backticks within rows of tables, with whether they are scenarios.
fn named(document: &str) -> Vec<(String, bool)> {
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let mut names = Vec::new();
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next();
        let parts: Vec<&str> = tests.unwrap_or_default().split('`').collect();
        for pair in parts.chunks_exact(2) {
            names.push((pair[1].to_owned(), pair[0].ends_with("scenario ")));
        }
    }
    names
}

/// Rows of tables that name no test.
fn untested(document: &str) -> Vec<&str> {
    let heads = ["| rule | tests |", "|---"];
    let rows = document.lines().filter(|line| line.starts_with('|'));
    let rows = rows.filter(|row| !heads.iter().any(|head| row.starts_with(head)));
    rows.filter(|row| named(row).is_empty()).collect()
}

/// Names of functions that stand right below a mark of a test, or in `on_both!` or `proptest!`.
fn tests_of(files: &[File]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let mut marked = false;
        for line in file.text.lines().map(str::trim) {
            let rest = line.strip_prefix("async ").unwrap_or(line);
            if let Some(rest) = rest.strip_prefix("fn ") {
                if marked {
                    found.extend(rest.split('(').next());
                }
                marked = false;
            } else if line.starts_with("#[test]")
                || line.starts_with("#[tokio::test")
                || line.starts_with("on_both! {")
            {
                marked = true;
            }
        }
    }
    found
}

pub fn findings(document: &str, files: &[File]) -> Vec<String> {
    let tests = tests_of(files);
    let scenario = |name: &str| {
        let path = format!("tests/scenarios/{name}.toml");
        files.iter().any(|file| file.path == path)
    };
    let missing = named(document)
        .into_iter()
        .filter(|(name, is_scenario)| match is_scenario {
            true => !scenario(name),
            false => !tests.contains(name.as_str()),
        });
    let missing = missing.map(|(name, _)| format!("there is no test {name}"));
    let untested = untested(document).into_iter();
    missing
        .chain(untested.map(|row| format!("no test is named: {row}")))
        .collect()
}

#[test]
fn a_test_that_is_not_there_is_found_and_a_rule_without_one_too() {
    let text = "#[test]\nfn is_there() {}\nfn is_none() {}\non_both! {\n    async fn both(db: &Db)";
    let file = |path: &str| File {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let files = [file("tests/a.rs"), file("tests/scenarios/one.toml")];
    let document = "| rule | tests |\n|---|---|\n| A | `is_there`, `both`, scenario `one` |\n";
    assert_eq!(findings(document, &files), [""; 0]);
    let document = "| A | `is_none`, scenario `two` |\n| `B` | none |\n";
    let found = findings(document, &files);
    let expected = [
        "there is no test is_none",
        "there is no test two",
        "no test is named: | `B` | none |",
    ];
    assert_eq!(found, expected);
}
