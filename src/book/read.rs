//! Reading book files: the text, its shape, and the files it includes.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::facts::Book;
use super::file::BookFile;
use super::node::{Node, Step, display};
use super::{check, shape};
use crate::error::{Fault, Problem};

/// Most files that one book may consist of.
const FILES: usize = 1_000;

/// The text of a book file and its name, as messages give it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name for messages: the path as it was given.
    pub name: String,
    /// The text. It is JSON when the name ends in `.json`, TOML otherwise.
    pub text: String,
}

/// A file that has the right shape, with what is needed to name a place in it.
pub(super) struct Sheet {
    pub(super) source: Source,
    pub(super) tree: Node,
    pub(super) file: BookFile,
}

impl Source {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn fault(&self, at: usize, path: &[Step], what: impl Into<String>) -> Fault {
        let key = display(path);
        let blank = if key.is_empty() { "" } else { " " };
        Fault {
            at: format!("{}:{}{blank}{key}", self.name, self.line(at)),
            what: what.into(),
        }
    }
}

impl Sheet {
    /// A fault at a path of the file, or at the nearest value above it.
    pub(super) fn fault(&self, path: &[Step], what: impl Into<String>) -> Fault {
        self.source.fault(self.tree.place_of(path), path, what)
    }
}

/// The JSON Schema of book files, generated from their types.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(BookFile).to_value()
}

/// Reads a book file, or all book files of a folder in the order of their names, with what they
/// include.
///
/// # Errors
/// [`Problem`] `book.unreadable` or `book.invalid`, the latter with every fault found.
pub fn load(path: &Path) -> Result<Book, Problem> {
    let mut waiting = vec![path.to_path_buf()];
    if path.is_dir() {
        waiting = books_of(path)?;
    }
    waiting.reverse();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut sheets = Vec::new();
    let mut faults = Vec::new();
    let schema = schema();
    while let Some(path) = waiting.pop() {
        let real = path
            .canonicalize()
            .map_err(|error| unreadable(&path, &error))?;
        if seen.contains(&real) {
            continue;
        }
        if seen.len() >= FILES {
            let what = format!("{}: a book has at most {FILES} files", path.display());
            return Err(Problem::new("book.unreadable", what));
        }
        seen.push(real);
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let name = path.display().to_string();
        match sheet(Source { name, text }, &schema) {
            Ok(sheet) => {
                let folder = path.parent().unwrap_or(Path::new("."));
                let included = sheet
                    .file
                    .include
                    .iter()
                    .rev()
                    .map(|path| folder.join(path));
                waiting.extend(included);
                sheets.push(sheet);
            }
            Err(found) => faults.extend(found),
        }
    }
    finish(sheets, faults)
}

/// Reads a book from a text that is at hand. Its `include` list is not followed.
///
/// # Errors
/// [`Problem`] `book.invalid` with every fault found.
pub fn parse(text: &str, name: &str) -> Result<Book, Problem> {
    let (text, name) = (text.to_owned(), name.to_owned());
    parse_all([Source { name, text }])
}

/// Reads a book from several texts that are at hand. Their `include` lists are not followed.
///
/// # Errors
/// [`Problem`] `book.invalid` with every fault found.
pub fn parse_all(sources: impl IntoIterator<Item = Source>) -> Result<Book, Problem> {
    let schema = schema();
    let (mut sheets, mut faults) = (Vec::new(), Vec::new());
    for source in sources {
        match sheet(source, &schema) {
            Ok(sheet) => sheets.push(sheet),
            Err(found) => faults.extend(found),
        }
    }
    finish(sheets, faults)
}

fn finish(sheets: Vec<Sheet>, mut faults: Vec<Fault>) -> Result<Book, Problem> {
    if faults.is_empty() {
        faults = check::faults(&sheets);
    }
    if faults.is_empty() {
        let names: Vec<&str> = sheets.iter().map(|s| s.source.name.as_str()).collect();
        let name = names.join(", ");
        return Ok(Book::of(name, sheets.into_iter().map(|sheet| sheet.file)));
    }
    let sentence = match faults.len() {
        1 => "The book has a fault; nothing was written.".to_owned(),
        count => format!("The book has {count} faults; nothing was written."),
    };
    Err(Problem::new("book.invalid", sentence).with_faults(faults))
}

fn books_of(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let kind = path.extension().and_then(|extension| extension.to_str());
        if matches!(kind, Some("toml" | "json")) {
            found.push(path);
        }
    }
    if found.is_empty() {
        let what = format!("{} holds no .toml or .json file", folder.display());
        return Err(Problem::new("book.unreadable", what));
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new("book.unreadable", format!("{}: {error}", path.display()))
}

/// One file, if its text and shape are right.
fn sheet(source: Source, schema: &Value) -> Result<Sheet, Vec<Fault>> {
    let is_json = Path::new(&source.name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let tree = if is_json {
        Node::of_json(&source.text)
    } else {
        Node::of_toml(&source.text)
    };
    let tree = tree.map_err(|error| vec![source.fault(error.at, &[], error.what)])?;
    let flaws = shape::flaws(&tree, schema);
    if !flaws.is_empty() {
        let fault = |flaw: shape::Flaw| source.fault(flaw.at, &flaw.path, flaw.what);
        return Err(flaws.into_iter().map(fault).collect());
    }
    match serde_path_to_error::deserialize(tree.value()) {
        Ok(file) => Ok(Sheet { source, tree, file }),
        Err(error) => {
            let path: Vec<Step> = error.path().iter().filter_map(step).collect();
            let what = error.inner().to_string();
            Err(vec![source.fault(tree.place_of(&path), &path, what)])
        }
    }
}

fn step(segment: &serde_path_to_error::Segment) -> Option<Step> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(Step::Place(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
