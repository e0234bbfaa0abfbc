//! The typesetter: one finished view in, one PDF/A-3a and PDF/UA-1 file out.
//!
//! Fonts, library and template sources are loaded once; only the view and the embedded XML change
//! from document to document. There is no clock, no network and no system font: the same view under
//! the same render id gives the same bytes.

mod fault;
mod templates;
mod world;

use serde::{Deserialize, Serialize};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use fault::{Fault, RenderError};
pub use templates::{TemplateError, TemplateSet};
pub use world::Engine;

use crate::documents::finish;
use world::JobWorld;

/// Which template lays the view out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// `invoice.typ`
    Invoice,
    /// `credit-note.typ`
    CreditNote,
}

impl Template {
    /// Every template.
    pub const ALL: [Self; 2] = [Self::Invoice, Self::CreditNote];

    /// File name in the template folder.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Invoice => "invoice.typ",
            Self::CreditNote => "credit-note.typ",
        }
    }
}

/// What is to be typeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Template.
    pub template: Template,
    /// The view as JSON.
    pub view: Vec<u8>,
    /// EN 16931 CII to embed as `factur-x.xml`; none for documents that are views of another
    /// original.
    pub factur_x: Option<Vec<u8>>,
}

/// The two facts of a view that the file's own metadata needs.
#[derive(Deserialize)]
struct Identity {
    number: String,
    date: chrono::NaiveDate,
}

impl Engine {
    /// Typesets one document.
    ///
    /// # Errors
    /// [`RenderError::Template`] with typst's own messages, a letter no font has among them;
    /// [`RenderError::View`], [`RenderError::Finish`].
    pub fn render(&self, job: &Job) -> Result<Vec<u8>, RenderError> {
        let result = self.typeset(job);
        // Memoised layout of one document never helps the next; without this the cache only grows.
        comemo::evict(0);
        result
    }

    fn typeset(&self, job: &Job) -> Result<Vec<u8>, RenderError> {
        let identity: Identity =
            serde_json::from_slice(&job.view).map_err(|cause| RenderError::View {
                cause: cause.to_string(),
            })?;
        let world = JobWorld::new(self, job)?;
        let document = typst::compile::<PagedDocument>(&world)
            .output
            .map_err(|faults| RenderError::template(&world, &faults))?;
        let options = options(&identity, job)?;
        let pdf = typst_pdf::pdf(&document, &options)
            .map_err(|faults| RenderError::template(&world, &faults))?;
        Ok(finish::finish(&pdf, job.factur_x.is_some())?)
    }

    /// Compiles a job and returns what typst warns about, for the template check.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn warnings(&self, job: &Job) -> Result<Vec<Fault>, RenderError> {
        let world = JobWorld::new(self, job)?;
        let compiled = typst::compile::<PagedDocument>(&world);
        let faults = compiled
            .warnings
            .iter()
            .map(|fault| Fault::of(&world, fault))
            .collect();
        comemo::evict(0);
        Ok(faults)
    }
}

/// PDF/A-3a and PDF/UA-1 together; identifier and time stamp come from the frozen view alone.
fn options(identity: &Identity, job: &Job) -> Result<PdfOptions, RenderError> {
    use chrono::Datelike;
    let standards = [PdfStandard::A_3a, PdfStandard::Ua_1];
    let standards = PdfStandards::new(&standards).map_err(|cause| RenderError::Standards {
        cause: cause.message().to_string(),
    })?;
    let day = identity.date;
    let timestamp = u8::try_from(day.month())
        .ok()
        .zip(u8::try_from(day.day()).ok())
        .and_then(|(month, of_month)| Datetime::from_ymd_hms(day.year(), month, of_month, 0, 0, 0))
        .map(Timestamp::new_utc);
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    digest.update(&job.view);
    digest.update(job.factur_x.as_deref().unwrap_or_default());
    let digest = hex(digest.finish().as_ref());
    Ok(PdfOptions {
        ident: Smart::Custom(format!("{}:{digest}", identity.number)),
        creator: Smart::Custom(Some("Herdbook".to_owned())),
        timestamp,
        standards,
        ..PdfOptions::default()
    })
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
