//! What can go wrong while typesetting, with the place in the template.

use std::fmt;

use serde::{Deserialize, Serialize};
use typst::diag::{Severity, SourceDiagnostic};
use typst::{World, WorldExt};

use super::TemplateError;
use crate::documents::finish::FinishError;

/// One message of the typesetter, at its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// File in the template folder; none when the message belongs to no place.
    pub file: Option<String>,
    /// Line and column, both from 1.
    pub place: Option<(usize, usize)>,
    /// True for a warning.
    pub warning: bool,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hints: Vec<String>,
}

impl Fault {
    pub(super) fn of(world: &dyn World, diagnostic: &SourceDiagnostic) -> Self {
        // A fault of the export has no span of its own; the call that led there has one.
        let span = diagnostic.span;
        let id = span.id();
        let file = id.map(|id| id.get().vpath().get_without_slash().to_owned());
        let place = id.and_then(|id| {
            let source = world.source(id).ok()?;
            let start = world.range(span)?.start;
            let (line, column) = source.lines().byte_to_line_column(start)?;
            Some((line + 1, column + 1))
        });
        Self {
            file,
            place,
            warning: diagnostic.severity == Severity::Warning,
            message: diagnostic.message.to_string(),
            hints: diagnostic
                .hints
                .iter()
                .map(|hint| hint.v.to_string())
                .collect(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.place) {
            (Some(file), Some((line, column))) => write!(f, "{file}:{line}:{column}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            _ => {}
        }
        let kind = if self.warning { "warning" } else { "error" };
        write!(f, "{kind}: {}", self.message)?;
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Why a document was not typeset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RenderError {
    /// The template and this view do not give a conforming document.
    #[error("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Template {
        /// Every message.
        faults: Vec<Fault>,
    },
    /// The view is not what a template is given.
    #[error("the view cannot be read: {cause}")]
    View {
        /// What is wrong with it.
        cause: String,
    },
    /// The folder of templates lacks a file.
    #[error("the template {file} is missing")]
    Missing {
        /// Its name.
        file: String,
    },
    /// The standards of the export contradict each other.
    #[error("the export standards are refused: {cause}")]
    Standards {
        /// What typst says.
        cause: String,
    },
    /// The exported file cannot be finished.
    #[error("{message}")]
    Finish {
        /// Stable code of the cause.
        cause: String,
        /// Its message.
        message: String,
    },
    /// A template folder or its fonts cannot be used.
    #[error("{message}")]
    Templates {
        /// What is wrong.
        message: String,
    },
}

impl RenderError {
    pub(super) fn template(world: &dyn World, diagnostics: &[SourceDiagnostic]) -> Self {
        Self::Template {
            faults: diagnostics
                .iter()
                .map(|one| Fault::of(world, one))
                .collect(),
        }
    }

    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Template { .. } => "document.template",
            Self::View { .. } => "document.view",
            Self::Missing { .. } => "document.template-missing",
            Self::Standards { .. } => "document.standards",
            Self::Finish { cause, .. } => cause,
            Self::Templates { .. } => "document.template-folder",
        }
    }
}

impl From<FinishError> for RenderError {
    fn from(error: FinishError) -> Self {
        Self::Finish {
            cause: error.code().to_owned(),
            message: error.to_string(),
        }
    }
}

impl From<TemplateError> for RenderError {
    fn from(error: TemplateError) -> Self {
        Self::Templates {
            message: error.to_string(),
        }
    }
}
