//! The house rules, checked by an ordinary test. Each message names what to do instead.
//!
//! Rules are functions from a file to its findings; their own tests stand beside them and show
//! that each rule finds what it is for.

#[path = "tidy/bans.rs"]
mod bans;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/finders.rs"]
mod finders;
#[path = "tidy/flow.rs"]
mod flow;
#[path = "tidy/lengths.rs"]
mod lengths;
#[path = "tidy/map.rs"]
mod map;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/words.rs"]
mod words;

use tree::File;

fn check(rule: fn(&File) -> Vec<String>) {
    let files = tree::files();
    assert!(
        files.iter().any(|f| f.path == "src/lib.rs"),
        "the tree was not found"
    );
    let findings: Vec<String> = files.iter().flat_map(rule).collect();
    assert!(
        findings.is_empty(),
        "{} findings\n{}",
        findings.len(),
        findings.join("\n")
    );
}

#[test]
fn banned_words_stand_nowhere() {
    check(bans::findings);
}

#[test]
fn rows_of_customers_are_found_within_a_scope() {
    check(finders::findings);
}

#[test]
fn files_functions_and_lines_are_short() {
    check(lengths::findings);
}

#[test]
fn no_module_uses_one_to_its_right() {
    check(flow::findings);
}

#[test]
fn no_file_tells_of_one_machine() {
    check(words::findings);
}

#[test]
fn every_module_says_what_it_is() {
    check(map::findings);
}

#[test]
fn every_rule_of_metering_has_a_test() {
    let path = tree::root().join("docs/metering-rules.md");
    let document = std::fs::read_to_string(path).expect("docs/metering-rules.md");
    let findings = rules::findings(&document, &tree::files());
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn every_dependency_was_decided_on() {
    let read = |name: &str| std::fs::read_to_string(tree::root().join(name)).expect(name);
    let missing = dependencies::undecided(&read("Cargo.toml"), &read("docs/DECISIONS.md"));
    assert!(
        missing.is_empty(),
        "add a row to docs/DECISIONS.md for {missing:?}"
    );
}

#[test]
fn the_map_shows_every_file() {
    let path = tree::root().join("ARCHITECTURE.md");
    let document = std::fs::read_to_string(&path).expect("ARCHITECTURE.md is there");
    let expected = map::placed(&document, &map::render(&tree::files()))
        .expect("ARCHITECTURE.md has the marks of the map");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).expect("ARCHITECTURE.md can be written");
    } else {
        assert!(
            document == expected,
            "the map is out of date: UPDATE=1 cargo nextest run map"
        );
    }
}
