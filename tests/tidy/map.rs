//! The map in ARCHITECTURE.md: every file under src/ with the first sentence of its module doc.
//!
//! The map is written from the files, so it cannot be wrong for long: `UPDATE=1` rewrites it.

use crate::source::{self, Part};
use crate::tree::File;

pub const START: &str = "<!-- map: written by tests/tidy.rs, run it with UPDATE=1 -->";
pub const END: &str = "<!-- end of the map -->";

/// Files whose module doc is missing or says nothing.
pub fn findings(file: &File) -> Vec<String> {
    let bound = file.is_rust() && (file.under("src/") || file.under("migrations/src/"));
    if !bound || !first_sentence(&file.text).is_empty() {
        return Vec::new();
    }
    vec![format!(
        "{}:1: begin with `//! What this is, and why.`: the map shows it",
        file.path
    )]
}

/// The map as it has to stand between the marks.
pub fn render(files: &[File]) -> String {
    let mut out = String::from("\n");
    let mut folder = "";
    let mut mapped: Vec<&File> = files
        .iter()
        .filter(|f| f.is_rust() && f.under("src/"))
        .collect();
    mapped.sort_by_key(|f| {
        (
            folder_of(&f.path),
            !f.path.ends_with("/mod.rs"),
            f.path.as_str(),
        )
    });
    for file in mapped {
        let (here, name) = (
            folder_of(&file.path),
            &file.path[folder_of(&file.path).len()..],
        );
        if here != folder {
            folder = here;
            out.push_str(&format!("\n**`{folder}`**\n\n"));
        }
        out.push_str(&format!("- `{name}`: {}\n", first_sentence(&file.text)));
    }
    out.push('\n');
    out
}

/// ARCHITECTURE.md with the map put between its marks.
pub fn placed(document: &str, map: &str) -> Option<String> {
    let start = document.find(START)? + START.len();
    let end = document.find(END)?;
    Some(format!("{}{map}{}", &document[..start], &document[end..]))
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// The first sentence of the `//!` doc, on one line, without its full stop.
pub fn first_sentence(text: &str) -> String {
    let comments = source::only(text, &[Part::Comment]);
    let doc: Vec<&str> = comments
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("//!"))
        .take_while(|line| line.starts_with("//!") && line.len() > 3)
        .map(|line| line[3..].trim())
        .collect();
    let doc = doc.join(" ");
    let end = doc.find(". ").unwrap_or(doc.len());
    doc[..end].trim_end_matches('.').to_owned()
}

#[test]
fn the_first_sentence_may_span_lines() {
    let text =
        "//! Money: minor units and\n//! a currency. Never floats.\n//!\n//! More.\nfn f() {}";
    assert_eq!(first_sentence(text), "Money: minor units and a currency");
    assert_eq!(first_sentence("fn f() {}\n"), "");
}

#[test]
fn a_file_without_a_doc_is_found() {
    let file = |path: &str| File {
        path: path.to_owned(),
        text: "fn f() {}\n".to_owned(),
    };
    assert_eq!(findings(&file("src/billing/money.rs")).len(), 1);
    assert!(findings(&file("tests/facts.rs")).is_empty());
}

#[test]
fn a_file_missing_from_the_map_changes_it() {
    let file = |path: &str| File {
        path: path.to_owned(),
        text: "//! A. B.\n".to_owned(),
    };
    let one = render(&[file("src/billing/money.rs")]);
    let two = render(&[file("src/billing/money.rs"), file("src/billing/mod.rs")]);
    assert!(one.contains("- `money.rs`: A\n") && one != two, "{two}");
    let document = format!("a{START}old{END}z");
    assert_eq!(
        placed(&document, &one),
        Some(format!("a{START}{one}{END}z"))
    );
    assert_eq!(placed("no marks", &one), None);
}
