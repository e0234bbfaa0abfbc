//! The slip: a credit transfer with its code, or the sentence why there is none.

use sepa::RfReference;

use super::{EpcView, PaymentView, ViewError, wording};
use crate::billing::Currency;
use crate::billing::invoice::{DocumentType, Invoice, PaymentMeans};
use crate::documents::code::{Code, Transfer, epc_payload};
use crate::documents::format;

/// Who is paid how much, by when and how.
pub(super) fn payment(invoice: &Invoice, number: Option<&str>) -> Result<PaymentView, ViewError> {
    let payable = invoice.totals.payable;
    let mut slip = PaymentView {
        amount: format::money(payable, invoice.language),
        due: None,
        reference: None,
        iban: None,
        bic: None,
        payee: payee(invoice).to_owned(),
        epc: None,
        sentence: None,
    };
    let nothing_to_pay = payable.is_zero() || invoice.document_type == DocumentType::CreditNote;
    match (invoice.payment.means, number) {
        _ if nothing_to_pay => slip.sentence = Some(wording::nothing_to_pay(invoice)),
        (PaymentMeans::Card, _) => slip.sentence = Some(wording::charged_by_card(invoice)),
        (_, None) => slip.sentence = Some(wording::not_issued(invoice.language).to_owned()),
        (means, Some(number)) => transfer(invoice, means, number, &mut slip)?,
    }
    Ok(slip)
}

/// Who receives the amount: the account holder, or the customer of a credit note.
fn payee(invoice: &Invoice) -> &str {
    match invoice.document_type {
        DocumentType::CreditNote => &invoice.customer.legal_name,
        DocumentType::Invoice | DocumentType::CorrectedInvoice => &invoice.seller.bank.holder,
    }
}

fn transfer(
    invoice: &Invoice,
    means: PaymentMeans,
    number: &str,
    slip: &mut PaymentView,
) -> Result<(), ViewError> {
    let language = invoice.language;
    let bank = &invoice.seller.bank;
    let reference = creditor_reference(number)?;
    if means == PaymentMeans::SepaCreditTransfer && invoice.currency == Currency::EUR {
        let payload = epc_payload(Transfer {
            payee: &bank.holder,
            iban: &bank.iban,
            bic: &bank.bic,
            amount: invoice.totals.payable,
            reference: reference.as_str(),
        })?;
        slip.epc = Some(EpcView {
            code: Code::epc(&payload)?,
            alt: wording::epc_alt(language, &slip.amount, &bank.holder, reference.as_str()),
        });
    }
    slip.due = Some(format::date(invoice.payment.due_date, language));
    slip.reference = Some(format::fours(reference.as_str()));
    slip.iban = Some(format::fours(&bank.iban));
    slip.bic = Some(bank.bic.clone());
    Ok(())
}

/// The RF reference (ISO 11649) over the letters and digits of a document number:
/// `RE-2026-00001` gives `RF25RE202600001`.
fn creditor_reference(number: &str) -> Result<RfReference, ViewError> {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    RfReference::generate(&plain).map_err(|cause| ViewError::Reference {
        number: number.to_owned(),
        cause: cause.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_creditor_reference_follows_from_the_number() {
        let reference = creditor_reference("RE-2026-00001").unwrap();
        assert_eq!(reference.as_str(), "RF25RE202600001");
        assert_eq!(
            creditor_reference("–").unwrap_err().code(),
            "document.reference"
        );
        let long = creditor_reference("RE-2026-000000000000000000001").unwrap_err();
        assert_eq!(long.code(), "document.reference");
    }
}
