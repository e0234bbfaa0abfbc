//! The catalogue of errors: complete, in use, and the same as docs/ERRORS.md.

#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tree.rs"]
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use herdbook::error::catalogue;
use source::Part;
use tree::File;

/// docs/ERRORS.md, from the catalogue.
fn render() -> String {
    let mut out = String::from(
        "# Errors\n\nWritten by `tests/errors.rs` from `src/error/catalogue/`; \
         `UPDATE=1 cargo nextest run errors` rewrites it.\n\n\
         A code never changes its meaning. Exit status 1 is a finding of a check, 2 is bad input\n\
         or a failure; nothing was written then unless the text says so. As the reason of a\n\
         blocked\n\
         contract every code ends in 1, because all others were billed. Over HTTP the same code\n\
         is the `code` of an RFC 9457 problem.\n",
    );
    for (heading, entries) in catalogue::AREAS {
        let _ = write!(
            out,
            "\n## {heading}\n\n| code | exit | HTTP | meaning | what to do |\n"
        );
        out.push_str("|---|---|---|---|---|\n");
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|e| e.code);
        for e in entries {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | {} |",
                e.code, e.exit, e.status, e.meaning, e.remedy
            );
        }
    }
    let e = &catalogue::UNLISTED;
    let _ = write!(
        out,
        "\n`{}` (exit {}): {} {}\n",
        e.code, e.exit, e.meaning, e.remedy
    );
    out
}

/// Text literals of the form `area.some-code` that stand where codes stand: in a function named
/// `code`, or as the first argument of a `Problem`.
fn codes_of(file: &File) -> BTreeSet<String> {
    let code = source::only(&file.text, &[Part::Code, Part::Text]);
    let mut out = BTreeSet::new();
    for start in ["fn code(", "fn as_code("] {
        for (at, _) in code.match_indices(start) {
            out.extend(literals(&code[at..at + source::item_len(&code[at..])]));
        }
    }
    for start in ["Problem::new(", "Problem::of(", "Problem::hidden("] {
        for (at, _) in code.match_indices(start) {
            let argument = code[at + start.len()..].trim_start();
            if let Some(text) = argument.strip_prefix('"') {
                out.extend(
                    text.split('"')
                        .next()
                        .filter(|t| is_code(t))
                        .map(str::to_owned),
                );
            }
        }
    }
    out
}

fn literals(code: &str) -> impl Iterator<Item = String> {
    code.split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| is_code(text))
        .map(str::to_owned)
}

/// `area.what`: two or more parts of lower-case letters, digits and hyphens.
fn is_code(text: &str) -> bool {
    let part = |p: &str| {
        p.starts_with(|c: char| c.is_ascii_lowercase())
            && p.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.contains('.') && text.split('.').all(part)
}

fn sources() -> Vec<File> {
    let mut files = tree::files();
    files.retain(|f| f.is_rust() && f.under("src/") && !f.under("src/error/catalogue"));
    files
}

#[test]
fn every_code_in_the_source_is_in_the_catalogue() {
    let mut missing = BTreeMap::new();
    for file in sources() {
        let shipped = File {
            text: without_tests(&file),
            path: file.path,
        };
        for code in codes_of(&shipped) {
            if catalogue::entry(&code).is_none() {
                missing.insert(code, shipped.path.clone());
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in src/error/catalogue/: {missing:#?}"
    );
}

/// A test may make up a code to show what happens to it.
fn without_tests(file: &File) -> String {
    match file.text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => file.text[..at].to_owned(),
        None => file.text.clone(),
    }
}

#[test]
fn every_code_of_the_catalogue_is_used() {
    let sources = sources();
    let used = |code: &str| {
        sources
            .iter()
            .any(|f| f.text.contains(&format!("\"{code}\"")))
    };
    let idle: Vec<_> = catalogue::all()
        .map(|e| e.code)
        .filter(|code| !used(code))
        .collect();
    assert!(
        idle.is_empty(),
        "in the catalogue, but nothing answers with them: {idle:#?}"
    );
}

#[test]
fn entries_are_well_formed_and_unique() {
    let mut seen = BTreeSet::new();
    for entry in catalogue::all() {
        let code = entry.code;
        assert!(is_code(code), "{code}");
        assert!(seen.insert(code), "{code} stands twice");
        assert!(matches!(entry.exit, 1 | 2), "{code}: exit {}", entry.exit);
        assert!(
            (400..600).contains(&entry.status),
            "{code}: status {}",
            entry.status
        );
        for text in [entry.meaning, entry.remedy] {
            assert!(text.ends_with('.') && !text.contains('|'), "{code}: {text}");
        }
    }
}

#[test]
fn the_error_list_is_up_to_date() {
    let path = tree::root().join("docs/ERRORS.md");
    let expected = render();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).expect("docs/ERRORS.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/ERRORS.md is out of date: UPDATE=1 cargo nextest run errors"
    );
}

#[test]
fn codes_are_found_where_they_stand() {
    let text = "fn code(&self) -> &'static str { match self { A => \"a.b-c\", B => \"EUR\" } }\n\
                fn f() { Problem::new(\n  \"d.e\", \"x.y\") } // \"f.g\"\n";
    let file = File {
        path: "src/a.rs".to_owned(),
        text: text.to_owned(),
    };
    let found: Vec<_> = codes_of(&file).into_iter().collect();
    assert_eq!(found, ["a.b-c", "d.e"]);
}
