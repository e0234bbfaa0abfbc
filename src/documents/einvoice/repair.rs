//! Two terms of a UBL credit note that the writer leaves out.
//!
//! UBL's `CreditNote` has neither `cbc:DueDate` nor `cac:ProjectReference`. EN 16931 binds BT-9 to
//! `cac:PaymentMeans/cbc:PaymentDueDate` there, and BT-11 to a `cac:AdditionalDocumentReference` of
//! type 50 (CEN/TS 16931-3-2; rule UBL-CR-412 allows the date in credit notes only).
//! `en16931-formats` 0.8.0 reports both as dropped instead; this puts them where they belong.

use chrono::NaiveDate;

use super::{EInvoiceError, Profile, is_credit};
use crate::billing::invoice::{DocumentType, Invoice};

/// The element the date follows in the schema's sequence.
const MEANS_END: &str = "</cbc:PaymentMeansCode>";

/// Elements that follow an additional document reference, the first that occurs counts.
const AFTER_REFERENCE: [&str; 2] = [
    "<cac:OriginatorDocumentReference>",
    "<cac:AccountingSupplierParty>",
];

/// The terms the written XML lacks, by their names.
pub(super) fn lost_terms(document_type: DocumentType, profile: Profile) -> &'static [&'static str] {
    match is_credit(document_type) && profile != Profile::En16931Cii {
        true => &["BT-9", "BT-11"],
        false => &[],
    }
}

/// The credit note with both terms.
///
/// # Errors
/// [`EInvoiceError::Unmappable`] when the XML has not the expected form.
pub(super) fn credit_note(xml: String, invoice: &Invoice) -> Result<String, EInvoiceError> {
    let xml = with_due_date(&xml, invoice.payment.due_date)?;
    match &invoice.references.project {
        Some(project) if !project.trim().is_empty() => with_project(&xml, project.trim()),
        _ => Ok(xml),
    }
}

/// Puts the due date behind the code of the means of payment, which occurs exactly once.
fn with_due_date(xml: &str, due: NaiveDate) -> Result<String, EInvoiceError> {
    let unmappable = || EInvoiceError::Unmappable {
        term: "BT-9",
        value: due.to_string(),
    };
    let mut found = xml
        .match_indices(MEANS_END)
        .map(|(at, _)| at + MEANS_END.len());
    let (Some(at), None) = (found.next(), found.next()) else {
        return Err(unmappable());
    };
    let (before, after) = xml.split_at_checked(at).ok_or_else(unmappable)?;
    let indent = indent(before);
    let date = due.format("%Y-%m-%d");
    Ok(format!(
        "{before}\n{indent}<cbc:PaymentDueDate>{date}</cbc:PaymentDueDate>{after}"
    ))
}

/// Puts the project before the elements that follow it in the schema's sequence.
fn with_project(xml: &str, project: &str) -> Result<String, EInvoiceError> {
    let unmappable = || EInvoiceError::Unmappable {
        term: "BT-11",
        value: project.to_owned(),
    };
    let at = AFTER_REFERENCE
        .iter()
        .find_map(|element| xml.find(element))
        .ok_or_else(unmappable)?;
    let (before, after) = xml.split_at_checked(at).ok_or_else(unmappable)?;
    let indent = indent(before);
    let project = project
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    Ok(format!(
        "{before}<cac:AdditionalDocumentReference>\n\
         {indent}{indent}<cbc:ID>{project}</cbc:ID>\n\
         {indent}{indent}<cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>\n\
         {indent}</cac:AdditionalDocumentReference>\n\
         {indent}{after}"
    ))
}

/// White space at the start of the last line.
fn indent(text: &str) -> String {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.chars().take_while(|c| c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 2, 1).unwrap()
    }

    #[test]
    fn the_date_follows_the_code_of_the_means() {
        let xml = "<cac:PaymentMeans>\n    <cbc:PaymentMeansCode>57</cbc:PaymentMeansCode>\n  </x>";
        assert_eq!(
            with_due_date(xml, due()).unwrap(),
            "<cac:PaymentMeans>\n    <cbc:PaymentMeansCode>57</cbc:PaymentMeansCode>\n    \
             <cbc:PaymentDueDate>2026-02-01</cbc:PaymentDueDate>\n  </x>"
        );
    }

    #[test]
    fn the_project_becomes_a_reference_of_type_50() {
        let xml = "<x>\n  <cac:AccountingSupplierParty>\n";
        assert_eq!(
            with_project(xml, "R&D").unwrap(),
            "<x>\n  <cac:AdditionalDocumentReference>\n    <cbc:ID>R&amp;D</cbc:ID>\n    \
             <cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>\n  \
             </cac:AdditionalDocumentReference>\n  <cac:AccountingSupplierParty>\n"
        );
    }

    #[test]
    fn an_unexpected_document_is_refused_rather_than_damaged() {
        assert_eq!(
            with_due_date("<x/>", due()).unwrap_err().code(),
            "einvoice.unmappable"
        );
        assert!(with_due_date(&MEANS_END.repeat(2), due()).is_err());
        assert!(with_project("<x/>", "P").is_err());
    }

    #[test]
    fn only_ubl_credit_notes_are_touched() {
        assert!(!lost_terms(DocumentType::CreditNote, Profile::PeppolBis3).is_empty());
        assert!(lost_terms(DocumentType::CreditNote, Profile::En16931Cii).is_empty());
        assert!(lost_terms(DocumentType::Invoice, Profile::XRechnungUbl).is_empty());
    }
}
