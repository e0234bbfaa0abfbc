//! Sample invoices: what `templates check` compiles, and what tests and benchmarks render.
//!
//! All parties and figures are invented. Each file is a frozen invoice as the database would hold
//! it: German with an XRechnung, English with an exemption and a service credit, French with
//! reverse charge and embedded XML, English in dollars paid by card.

use super::render::{Job, Template};
use super::view::{InvoiceView, ViewContext, ViewError, derivation_code, invoice_view};
use crate::billing::invoice::{DocumentType, Invoice, PrecedingDocument};

const FILES: [(&str, &str); 4] = [
    ("de", include_str!("de.json")),
    ("en", include_str!("en.json")),
    ("fr", include_str!("fr.json")),
    ("us", include_str!("us.json")),
];

/// Stands for the hash of a frozen invoice.
const HASH: &str = "535fa30d0a4dd2b6b8b32a3f0ce3f3c44e1a6a06e4c1c9c80a5e2b1d6c88f790";
/// Stands for the e-invoice inside hybrid samples.
const XML: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rsm:CrossIndustryInvoice \
    xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\"/>\n";

/// Why a sample cannot be made: its file no longer is an invoice, or the view refuses it.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The stored sample does not read.
    #[error("the sample invoice {name} cannot be read: {cause}")]
    Unreadable {
        /// Name of the sample.
        name: String,
        /// What is wrong.
        cause: String,
    },
    /// No view of it can be made.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// The sample invoice of a name: `de`, `en`, `fr`, `us`.
///
/// # Errors
/// [`SampleError::Unreadable`].
pub fn invoice(name: &str) -> Result<Invoice, SampleError> {
    let unreadable = |cause: String| SampleError::Unreadable {
        name: name.to_owned(),
        cause,
    };
    let (_, text) = FILES
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| unreadable("no such sample".to_owned()))?;
    serde_json::from_str(text).map_err(|cause| unreadable(cause.to_string()))
}

/// The same invoice with `count` lines, its own repeated. The totals are not those of the lines:
/// this is for looking at pages, not at sums.
///
/// # Errors
/// [`SampleError::Unreadable`].
pub fn invoice_with_lines(name: &str, count: usize) -> Result<Invoice, SampleError> {
    let mut sample = invoice(name)?;
    let lines = sample.lines.clone();
    sample.lines = lines.into_iter().cycle().take(count).collect();
    for (position, line) in (1..).zip(&mut sample.lines) {
        line.position = position;
    }
    Ok(sample)
}

/// The view of a sample under a number of final length.
///
/// # Errors
/// [`SampleError::View`].
pub fn view(invoice: &Invoice) -> Result<InvoiceView, SampleError> {
    let why = derivation_code(HASH);
    let context = ViewContext {
        number: Some("RE-2026-00031"),
        sha256: Some(HASH),
        why: why.as_deref(),
    };
    Ok(invoice_view(invoice, &context)?)
}

/// What a worker is given for a view.
///
/// # Errors
/// [`SampleError::Unreadable`] when the view does not become JSON.
pub fn job(template: Template, view: &InvoiceView) -> Result<Job, SampleError> {
    let json = serde_json::to_vec(view).map_err(|cause| SampleError::Unreadable {
        name: view.number.clone(),
        cause: cause.to_string(),
    })?;
    let factur_x = view.attachment.is_some().then(|| XML.to_vec());
    Ok(Job {
        template,
        view: json,
        factur_x,
    })
}

/// Every document in every language, of one page and of several, with its name.
///
/// # Errors
/// [`SampleError`].
pub fn all() -> Result<Vec<(String, Job)>, SampleError> {
    let mut jobs = Vec::new();
    for (name, _) in FILES {
        for (kind, lines) in [("short", 2), ("long", 25)] {
            let sample = invoice_with_lines(name, lines)?;
            jobs.push((
                format!("invoice-{name}-{kind}"),
                job(Template::Invoice, &view(&sample)?)?,
            ));
        }
        let plain = invoice(name)?;
        jobs.push((
            format!("invoice-{name}"),
            job(Template::Invoice, &view(&plain)?)?,
        ));
        let draft = invoice_view(&plain, &ViewContext::default())?;
        jobs.push((format!("draft-{name}"), job(Template::Invoice, &draft)?));
        jobs.push((format!("credit-note-{name}"), credit_note(plain)?));
    }
    Ok(jobs)
}

fn credit_note(mut sample: Invoice) -> Result<Job, SampleError> {
    sample.document_type = DocumentType::CreditNote;
    sample.preceding = Some(PrecedingDocument {
        number: "RE-2026-00012".to_owned(),
        issue_date: sample.service_period.start(),
    });
    job(Template::CreditNote, &view(&sample)?)
}
