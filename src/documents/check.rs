//! `herdbook templates check`: every document in every language, compiled under PDF/A-3a and
//! PDF/UA-1, with the typesetter's own messages.

use std::fmt;

use super::render::{Engine, Fault, RenderError, TemplateError, TemplateSet};
use super::samples::{self, SampleError};

/// Why a check cannot even start.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The templates cannot be loaded.
    #[error(transparent)]
    Templates(#[from] TemplateError),
    /// The samples cannot be made.
    #[error(transparent)]
    Sample(#[from] SampleError),
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Documents compiled.
    pub documents: usize,
    /// What is wrong, each message once, with the first document that showed it.
    pub findings: Vec<Finding>,
}

/// One message and where it came up first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Sample document.
    pub document: String,
    /// What is wrong.
    pub what: String,
    /// True when documents can still be made.
    pub warning: bool,
}

impl CheckReport {
    /// True when every document came out.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|finding| finding.warning)
    }

    fn add(&mut self, document: &str, what: String, warning: bool) {
        if self.findings.iter().all(|known| known.what != what) {
            self.findings.push(Finding {
                document: document.to_owned(),
                what,
                warning,
            });
        }
    }

    fn add_faults(&mut self, document: &str, faults: &[Fault]) {
        for fault in faults {
            self.add(document, fault.to_string(), fault.warning);
        }
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{}\n  in the sample {}", finding.what, finding.document)?;
        }
        let errors = self
            .findings
            .iter()
            .filter(|finding| !finding.warning)
            .count();
        let warnings = self.findings.len() - errors;
        write!(f, "{} documents checked: ", self.documents)?;
        write!(f, "{errors} errors, {warnings} warnings")
    }
}

/// Compiles every sample with a set of templates.
///
/// # Errors
/// [`CheckError`] when templates or samples cannot be loaded; faults of templates are findings.
pub fn check(templates: &TemplateSet) -> Result<CheckReport, CheckError> {
    let engine = Engine::new(templates)?;
    let mut report = CheckReport::default();
    for (name, job) in samples::all()? {
        report.documents += 1;
        let outcome = engine.render(&job).and_then(|_| engine.warnings(&job));
        match outcome {
            Ok(warnings) => report.add_faults(&name, &warnings),
            Err(RenderError::Template { faults }) => report.add_faults(&name, &faults),
            Err(other) => report.add(&name, other.to_string(), false),
        }
    }
    Ok(report)
}
