//! What typst-pdf leaves undone, edited into the finished file.
//!
//! * A hybrid invoice declares its XML in XMP with a PDF/A extension schema (Factur-X 1.0, section
//!   6.2; ISO 19005-3, 6.6.2.3.3); typst writes no custom XMP.
//! * Colour profiles are of ICC version 2.
//! * Bookmarks name their destination directly: PDFBox does not follow the indirect form.
//!
//! krilla 0.8 writes a classic cross-reference table and leaves XMP uncompressed, so all
//! three are edits of a few bytes plus moved offsets. Every assumption about that structure is
//! checked; whatever differs is an error, never a guess.

mod bookmarks;
mod profiles;
mod table;
mod xmp;

use table::Table;

/// File name of the embedded XML that Factur-X prescribes.
pub const FACTUR_X_FILE: &str = "factur-x.xml";

/// The structure of the file is not what the edits were written for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FinishError {
    /// A part was not found where it has to be.
    #[error("the PDF does not hold the expected {what}")]
    Structure {
        /// The part.
        what: &'static str,
    },
    /// The declaration is there already.
    #[error("the PDF already declares Factur-X")]
    AlreadyDeclared,
    /// The XML is not attached as another form of the document.
    #[error("the PDF does not carry {FACTUR_X_FILE} as an alternative of itself")]
    NotAttached,
}

impl FinishError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Structure { .. } => "document.pdf-structure",
            Self::AlreadyDeclared => "document.xml-declared-twice",
            Self::NotAttached => "document.xml-not-attached",
        }
    }
}

/// Finishes an exported file; `hybrid` declares its attached XML at level EN 16931.
///
/// # Errors
/// [`FinishError`] when the file was not written the way typst-pdf 0.15.1 writes it.
pub fn finish(pdf: &[u8], hybrid: bool) -> Result<Vec<u8>, FinishError> {
    let table = Table::read(pdf)?;
    let mut edits = bookmarks::direct_destinations(&table)?;
    edits.extend(profiles::of_version_2(&table)?);
    if hybrid {
        edits.extend(xmp::declare_factur_x(&table)?);
    }
    table.apply(edits)
}
