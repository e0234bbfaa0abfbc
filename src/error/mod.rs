//! What went wrong, as everyone outside sees it: a stable code, a sentence, an exit status.
//!
//! Modules of the core have their own small error enums with `fn code()`. A use case turns them
//! into a [`Problem`] at the edge, once. The external text goes to the person at the screen, the
//! internal text to the log only: a customer learns that a document is missing, not its path.

pub mod catalogue;

use std::fmt;

use serde_json::{Value, json};

use catalogue::Entry;

/// A failure at the edge of the program, in the terms of RFC 9457 (problem details).
///
/// ```
/// use herdbook::error::Problem;
///
/// let problem = Problem::new("book.unreadable", "acme.toml is not there");
/// assert_eq!(problem.exit_code(), 2);
/// assert_eq!(problem.to_json()["code"], "book.unreadable");
/// ```
#[derive(Debug)]
pub struct Problem {
    entry: &'static Entry,
    external: String,
    internal: Option<String>,
    faults: Vec<Fault>,
}

/// One fault of an input: where it is, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// File and line, a customer number, or a path of keys: what the reader can find.
    pub at: String,
    /// One sentence.
    pub what: String,
}

impl Problem {
    /// A problem with a code of the catalogue and the sentence that a person reads.
    ///
    /// A code that is not in the catalogue becomes `internal.unlisted`, whose log line names it;
    /// `tests/errors.rs` finds such codes before they ship.
    pub fn new(code: &str, external: impl Into<String>) -> Self {
        let external = external.into();
        match catalogue::entry(code) {
            Some(entry) => Self {
                entry,
                external,
                internal: None,
                faults: Vec::new(),
            },
            None => Self {
                entry: &catalogue::UNLISTED,
                external,
                internal: Some(format!("code {code} is not in the catalogue")),
                faults: Vec::new(),
            },
        }
    }

    /// A problem whose error text is fit for the reader: its own input, his own figures.
    pub fn of(code: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::new(code, error.to_string()).because(&chain(error))
    }

    /// A problem whose error text is for the log only; the reader gets the catalogue's sentence.
    pub fn hidden(code: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut problem = Self::new(code, "");
        problem.external = problem.entry.meaning.to_owned();
        problem.because(&chain(error))
    }

    /// Adds text for the log.
    #[must_use]
    pub fn because(mut self, internal: &str) -> Self {
        self.internal = Some(match self.internal {
            Some(first) => format!("{first}; {internal}"),
            None => internal.to_owned(),
        });
        self
    }

    /// Adds the faults of an input, in the order of the input.
    #[must_use]
    pub fn with_faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// The stable code, such as `tax.evidence-missing`.
    pub fn code(&self) -> &'static str {
        self.entry.code
    }

    /// Exit status of the command line: 1 a finding, 2 bad input or a failure.
    pub fn exit_code(&self) -> u8 {
        self.entry.exit
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.entry.status
    }

    /// The short summary of this kind of problem; the same for every occurrence.
    pub fn title(&self) -> &'static str {
        self.entry.meaning
    }

    /// The sentence for the reader.
    pub fn external(&self) -> &str {
        &self.external
    }

    /// The text for the log.
    pub fn internal(&self) -> Option<&str> {
        self.internal.as_deref()
    }

    /// What the reader can do about it.
    pub fn remedy(&self) -> &'static str {
        self.entry.remedy
    }

    /// The faults of the input.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The body of an `application/problem+json` answer (RFC 9457, section 3). The internal text
    /// is not part of it.
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "type": format!("urn:herdbook:problem:{}", self.entry.code),
            "title": self.entry.meaning,
            "status": self.entry.status,
            "detail": self.external,
            "code": self.entry.code,
            "remedy": self.entry.remedy,
        });
        if !self.faults.is_empty() {
            let faults = self
                .faults
                .iter()
                .map(|f| json!({ "at": f.at, "what": f.what }));
            body["faults"] = faults.collect();
        }
        body
    }

    /// Writes the problem to the log, with its internal text. Called once, at the edge.
    pub fn log(&self) {
        let internal = self.internal.as_deref().unwrap_or("");
        tracing::error!(code = self.entry.code, internal, "{}", self.external);
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.external, self.entry.code)?;
        for fault in &self.faults {
            write!(f, "\n  {}: {}", fault.at, fault.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// An error and its causes, outermost first.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("connection to {0} refused")]
    struct Refused(&'static str);

    #[test]
    fn the_internal_text_never_leaves_by_json_or_display() {
        let problem = Problem::hidden("db.unreachable", &Refused("db.internal:5432"));
        assert!(problem.internal().is_some_and(|t| t.contains("5432")));
        assert!(!problem.to_json().to_string().contains("5432"));
        assert!(!problem.to_string().contains("5432"));
    }

    #[test]
    fn an_unlisted_code_is_an_internal_failure_that_names_it() {
        let problem = Problem::new("no.such-code", "something");
        assert_eq!(
            (problem.code(), problem.exit_code()),
            ("internal.unlisted", 2)
        );
        assert!(
            problem
                .internal()
                .is_some_and(|t| t.contains("no.such-code"))
        );
    }

    #[test]
    fn faults_stand_below_the_sentence() {
        let fault = Fault {
            at: "acme.toml:7".into(),
            what: "expected a date".into(),
        };
        let problem = Problem::new("book.invalid", "1 fault in acme.toml").with_faults([fault]);
        assert_eq!(
            problem.to_string(),
            "1 fault in acme.toml [book.invalid]\n  acme.toml:7: expected a date"
        );
        assert_eq!(problem.to_json()["faults"][0]["at"], "acme.toml:7");
    }
}
