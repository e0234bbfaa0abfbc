//! Limits of size: what fits on a screen is read, what does not is skipped.

use crate::source;
use crate::tree::File;

pub const FILE_LINES: usize = 400;
pub const FUNCTION_LINES: usize = 70;
pub const LINE_COLUMNS: usize = 100;

/// Files written by hand that the limits bind.
fn is_bound(path: &str) -> bool {
    [".rs", ".py", ".sh", ".typ"]
        .iter()
        .any(|end| path.ends_with(end))
        || path == "tests/run"
}

pub fn findings(file: &File) -> Vec<String> {
    if !is_bound(&file.path) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LINES {
        let path = &file.path;
        out.push(format!(
            "{path}: {lines} lines, at most {FILE_LINES}: split it by meaning"
        ));
    }
    out.extend(long_lines(file));
    if file.is_rust() {
        out.extend(long_functions(file));
    }
    out
}

fn long_lines(file: &File) -> Vec<String> {
    let mut out = Vec::new();
    for (n, line) in file.text.lines().enumerate() {
        // An address cannot be broken, and rustfmt does not count a closing comma or semicolon.
        let columns = line.trim_end_matches([',', ';']).chars().count();
        if columns > LINE_COLUMNS && !line.contains("://") {
            let path = &file.path;
            let line_no = n + 1;
            out.push(format!(
                "{path}:{line_no}: {columns} columns, at most {LINE_COLUMNS}: break the line"
            ));
        }
    }
    out
}

fn long_functions(file: &File) -> Vec<String> {
    let code = source::code(&file.text);
    let mut out = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let named = code[at + 3..].starts_with(|c: char| c.is_alphabetic() || c == '_');
        let alone = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if !named || !alone {
            continue;
        }
        let lines = code[at..at + source::item_len(&code[at..])].lines().count();
        if lines > FUNCTION_LINES {
            let path = &file.path;
            let line_no = code[..at].matches('\n').count() + 1;
            let name: String = code[at + 3..].chars().take_while(|c| *c != '(').collect();
            out.push(format!(
                "{path}:{line_no}: fn {name} has {lines} lines, at most {FUNCTION_LINES}: \
                 take a step out and name it"
            ));
        }
    }
    out
}

fn broken(path: &str, text: String) -> Vec<String> {
    findings(&File {
        path: path.to_owned(),
        text,
    })
}

#[test]
fn a_long_file_is_found() {
    assert_eq!(broken("src/a.rs", "//\n".repeat(FILE_LINES + 1)).len(), 1);
    assert!(broken("src/a.rs", "//\n".repeat(FILE_LINES)).is_empty());
    assert!(broken("Cargo.lock", "\n".repeat(5_000)).is_empty());
}

#[test]
fn a_long_line_is_found_unless_it_is_an_address() {
    assert_eq!(broken("src/a.rs", "ü".repeat(LINE_COLUMNS + 1)).len(), 1);
    assert!(broken("src/a.rs", "ü".repeat(LINE_COLUMNS)).is_empty());
    assert!(
        broken(
            "src/a.rs",
            format!("// https://{}", "a".repeat(LINE_COLUMNS))
        )
        .is_empty()
    );
}

#[test]
fn a_long_function_is_found_by_its_name() {
    let body = |lines: usize| format!("fn f(a: [u8; 2]) {{\n{}}}\nfn g();\n", "x;\n".repeat(lines));
    assert!(broken("src/a.rs", body(FUNCTION_LINES - 2)).is_empty());
    let found = broken("src/a.rs", body(FUNCTION_LINES - 1));
    assert!(
        found.len() == 1 && found[0].contains("fn f has 71 lines"),
        "{found:?}"
    );
}
