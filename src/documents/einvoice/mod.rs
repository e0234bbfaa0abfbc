//! The e-invoice: an issued document as EN 16931 XML.
//!
//! The semantic model, its business rules and both syntaxes come from the crates `en16931` and
//! `en16931-formats`; nothing outside this folder names them, so that they can be replaced. Our
//! part is the mapping (`docs/einvoice-fields.md` lists it term by term), the checks the official
//! rules leave out (exact arithmetic, check digits of routing identifiers), and a repair of UBL
//! credit notes. The same rules run twice: in [`check`] before a document may get its number, and
//! in [`xml`], which therefore never fails for a document that was checked.

mod exact;
mod header;
mod lines;
mod party;
mod repair;
mod route;
mod values;
mod wording;

use std::fmt;

use en16931::validation::profile::{ProfileMarker, Validated};
use en16931::{En16931, PeppolBis3, XRechnung};
use en16931_formats::report::Kind;
use en16931_formats::{Syntax, Written};

use crate::billing::invoice::{DocumentType, Invoice};
use crate::billing::party::InvoiceFormat;

/// What the XML declares itself to be (BT-24), which also fixes its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// XRechnung 3.0 in UBL 2.1, the German CIUS.
    XRechnungUbl,
    /// Peppol BIS Billing 3.0 in UBL 2.1.
    PeppolBis3,
    /// EN 16931 itself in UN/CEFACT CII: the level "EN 16931" of Factur-X.
    En16931Cii,
}

impl Profile {
    /// The profile a receiver's format asks for.
    #[must_use]
    pub const fn of(format: InvoiceFormat) -> Self {
        match format {
            InvoiceFormat::XrechnungUbl => Self::XRechnungUbl,
            InvoiceFormat::PeppolBis3 => Self::PeppolBis3,
            InvoiceFormat::FacturX | InvoiceFormat::PdfWithCii => Self::En16931Cii,
        }
    }

    /// Specification identifier (BT-24).
    #[must_use]
    pub fn specification_id(self) -> &'static str {
        match self {
            Self::XRechnungUbl => XRechnung::PROFILE.specification_id,
            Self::PeppolBis3 => PeppolBis3::PROFILE.specification_id,
            Self::En16931Cii => En16931::PROFILE.specification_id,
        }
    }
}

/// A rule that a document breaks: official ones by their own identifier (`BR-CO-15`, `BR-DE-15`,
/// `PEPPOL-EN16931-R003`), ours as `EXACT-…`, `CHORUS-…` or a `routing.…` code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// Identifier of the rule.
    pub rule: String,
    /// Business term or group, e.g. `BG-25[2]/BT-151`.
    pub location: String,
    /// What the rule demands, or what was found.
    pub message: String,
}

impl RuleFailure {
    fn new(rule: &str, location: &str, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            location: location.to_owned(),
            message: message.into(),
        }
    }
}

impl fmt::Display for RuleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.rule, self.location, self.message)
    }
}

/// Why no XML was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EInvoiceError {
    /// The document breaks rules of its profile.
    #[error("the document breaks {} rule(s): {}", failures.len(), list(failures))]
    Rules {
        /// Every broken rule.
        failures: Vec<RuleFailure>,
    },
    /// A value has no place in the semantic model, e.g. a currency with three decimal places.
    #[error("{term} cannot hold {value}")]
    Unmappable {
        /// The business term.
        term: &'static str,
        /// The value.
        value: String,
    },
}

impl EInvoiceError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rules { .. } => "einvoice.rules",
            Self::Unmappable { .. } => "einvoice.unmappable",
        }
    }
}

fn list(failures: &[RuleFailure]) -> String {
    failures
        .iter()
        .map(RuleFailure::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The XML of a document, in UTF-8. The same document and number give the same bytes.
///
/// # Errors
/// [`EInvoiceError::Rules`] when the document breaks a rule of its profile, so nothing is written;
/// [`EInvoiceError::Unmappable`] when a value does not fit the model.
pub fn xml(invoice: &Invoice, number: &str, profile: Profile) -> Result<Vec<u8>, EInvoiceError> {
    let model = header::document(invoice, number, profile)?;
    let national = national_failures(&model, profile);
    let written = match profile {
        Profile::XRechnungUbl => write::<XRechnung>(model, Syntax::Ubl),
        Profile::PeppolBis3 => write::<PeppolBis3>(model, Syntax::Ubl),
        Profile::En16931Cii => write::<En16931>(model, Syntax::Cii),
    };
    let written = match written {
        Ok(written) if national.is_empty() => written,
        Ok(_) => return Err(EInvoiceError::Rules { failures: national }),
        Err(mut failures) => {
            failures.extend(national);
            return Err(EInvoiceError::Rules { failures });
        }
    };
    let repaired = repair::lost_terms(invoice.document_type, profile);
    let failures = losses(&written, repaired);
    match (failures.is_empty(), repaired.is_empty()) {
        (false, _) => Err(EInvoiceError::Rules { failures }),
        (true, true) => Ok(written.xml.into_bytes()),
        (true, false) => repair::credit_note(written.xml, invoice).map(String::into_bytes),
    }
}

/// Runs every rule the document will meet, with a placeholder number of final length, so that a
/// document that could not be sent is held back before it gets its number.
///
/// # Errors
/// Every failed rule: the profile's official ones, exact arithmetic, routing identifiers.
pub fn check(invoice: &Invoice, placeholder_number: &str) -> Result<(), Vec<RuleFailure>> {
    let profile = Profile::of(invoice.customer.routing.format);
    let mut failures = exact::failures(invoice);
    failures.extend(route::failures(invoice, placeholder_number));
    match xml(invoice, placeholder_number, profile) {
        Ok(_) => {}
        Err(EInvoiceError::Rules { failures: broken }) => failures.extend(broken),
        Err(EInvoiceError::Unmappable { term, value }) => {
            failures.push(RuleFailure::new(
                "EXACT-VALUE",
                term,
                format!("no place for {value}"),
            ));
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures)
    }
}

/// Proves the model against its profile and writes it, or returns the fatal findings.
fn write<P: ProfileMarker>(
    model: en16931::Invoice,
    syntax: Syntax,
) -> Result<Written, Vec<RuleFailure>> {
    match Validated::<P>::new(model) {
        Ok(proof) => Ok(en16931_formats::write(&proof, syntax)),
        Err(rejected) => Err(rejected.report().fatal().map(failure).collect()),
    }
}

/// Peppol's national rules of Germany (DE-R-001 to DE-R-031) hold between two German parties. They
/// are those of XRechnung under other names, so XRechnung's are run; its own identifier apart.
fn national_failures(model: &en16931::Invoice, profile: Profile) -> Vec<RuleFailure> {
    let german = |party: &en16931::invoice::Party| {
        party
            .address
            .country
            .as_ref()
            .is_some_and(|country| country.as_str() == "DE")
    };
    if profile != Profile::PeppolBis3 || !german(&model.seller) || !german(&model.buyer) {
        return Vec::new();
    }
    let report = XRechnung::PROFILE.validate(model);
    let national = |rule: &str| rule.starts_with("BR-DE-") && rule != "BR-DE-21";
    report
        .fatal()
        .filter(|finding| national(&finding.rule))
        .map(failure)
        .collect()
}

fn failure(finding: &en16931::Finding) -> RuleFailure {
    let figures = finding.detail.as_ref().map_or_else(String::new, |detail| {
        format!(" (expected {}, found {})", detail.expected, detail.actual)
    });
    RuleFailure {
        rule: finding.rule.clone(),
        location: finding.path.to_string(),
        message: format!("{}{figures}", finding.message),
    }
}

/// What the syntax could not carry: nothing may be lost silently, save the terms of a UBL credit
/// note that [`repair`] puts where they belong.
fn losses(written: &Written, repaired: &[&str]) -> Vec<RuleFailure> {
    let lost = |kind| matches!(kind, Kind::Dropped | Kind::Prohibited | Kind::Schema);
    written
        .entries
        .iter()
        .filter(|entry| lost(entry.kind))
        .filter(|entry| {
            !entry
                .term
                .as_deref()
                .is_some_and(|term| repaired.contains(&term))
        })
        .map(|entry| {
            let location = entry.term.as_deref().unwrap_or(&entry.path);
            RuleFailure::new("EXACT-SYNTAX", location, entry.message.clone())
        })
        .collect()
}

/// True for documents that give money back.
const fn is_credit(document_type: DocumentType) -> bool {
    matches!(document_type, DocumentType::CreditNote)
}
