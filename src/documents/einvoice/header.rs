//! The document level: identity, references, payment, tax and totals.

use en16931::invoice::{
    Code, CreditTransfer, DocumentTotals, InvoiceNote, PaymentInstructions, PaymentMeans,
    PrecedingInvoice, VatBreakdown,
};
use en16931::{DocumentKind, DocumentReference, Percentage};

use super::values::{amount, date, period, rate, text};
use super::{EInvoiceError, Profile, is_credit, lines, party, wording};
use crate::billing::Money;
use crate::billing::invoice::{self, Invoice, TaxSubtotal};
use crate::billing::routing::rf_reference;

/// BT-23 of the Peppol billing process, which XRechnung took over (PEPPOL-EN16931-R001).
const PEPPOL_BILLING: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

/// BT-23 on Chorus Pro: "A1", an invoice deposited by the supplier.
const CHORUS_DEPOSIT: &str = "A1";

/// UNTDID 4461 codes of the means of payment (BT-81).
mod means {
    /// Credit transfer outside SEPA.
    pub const CREDIT_TRANSFER: &str = "30";
    /// SEPA credit transfer.
    pub const SEPA_CREDIT_TRANSFER: &str = "58";
    /// Bank card.
    pub const CARD: &str = "48";
    /// Online payment service. XRechnung wants the card's number beside code 48 (BR-DE-24-a), which
    /// we neither have nor may print; the card is charged by an online service, which is as true.
    pub const ONLINE: &str = "68";
    /// Means agreed before and thus not stated: where a credit goes, the customer has told us, and
    /// our own account (which codes 30 and 58 demand, BR-61) would be the wrong one.
    pub const AGREED: &str = "57";
}

/// The whole document in the semantic model.
pub(super) fn document(
    invoice: &Invoice,
    number: &str,
    profile: Profile,
) -> Result<en16931::Invoice, EInvoiceError> {
    let mut model = en16931::Invoice::builder(
        profile.specification_id(),
        number,
        date(invoice.issue_date, "BT-2")?,
        invoice.document_type.code(),
        invoice.currency.code(),
    )
    .seller(party::seller(invoice))
    .buyer(party::buyer(invoice, profile))
    .due_date(date(invoice.payment.due_date, "BT-9")?)
    .payment_terms(wording::payment_terms(invoice))
    .payment(payment(invoice, number, profile))
    .invoicing_period(period(invoice.service_period, "BG-14")?)
    .totals(totals(&invoice.totals, invoice.allowances.is_empty())?)
    .build();
    model.kind = match is_credit(invoice.document_type) {
        true => DocumentKind::CreditNote,
        false => DocumentKind::Invoice,
    };
    model.business_process = business_process(invoice, profile).map(str::to_owned);
    references(invoice, &mut model)?;
    model.notes = notes(invoice, profile);
    model.allowances = invoice
        .allowances
        .iter()
        .map(lines::document_allowance)
        .collect::<Result<_, _>>()?;
    model.lines = invoice
        .lines
        .iter()
        .map(lines::line)
        .collect::<Result<_, _>>()?;
    model.vat_breakdown = invoice
        .tax
        .iter()
        .map(|group| subtotal(group, invoice, profile))
        .collect::<Result<_, _>>()?;
    Ok(model)
}

fn business_process(invoice: &Invoice, profile: Profile) -> Option<&'static str> {
    match profile {
        Profile::XRechnungUbl | Profile::PeppolBis3 => Some(PEPPOL_BILLING),
        Profile::En16931Cii => invoice
            .customer
            .routing
            .siret
            .as_ref()
            .map(|_| CHORUS_DEPOSIT),
    }
}

/// References the receiver sorts by, and the document this one corrects (BG-3).
fn references(invoice: &Invoice, model: &mut en16931::Invoice) -> Result<(), EInvoiceError> {
    let references = &invoice.references;
    let reference =
        |value: &Option<String>| value.as_deref().and_then(text).map(DocumentReference::new);
    model.buyer_reference = buyer_reference(invoice).and_then(text);
    model.purchase_order_reference = reference(&references.purchase_order);
    model.project_reference = reference(&references.project);
    model.tender_reference = reference(&references.tender);
    model.accounting_reference = references.cost_centre.as_deref().and_then(text);
    model.contract_reference = reference(&references.contract)
        .or_else(|| text(&invoice.contract).map(DocumentReference::new));
    if let Some(preceding) = &invoice.preceding {
        model.preceding_invoices.push(PrecedingInvoice {
            reference: DocumentReference::new(preceding.number.trim()),
            issue_date: Some(date(preceding.issue_date, "BT-26")?),
        });
    }
    Ok(())
}

/// BT-10: what the document says, else the Leitweg-ID or service code of the receiver.
pub(super) fn buyer_reference(invoice: &Invoice) -> Option<&str> {
    let routing = &invoice.customer.routing;
    [
        &invoice.references.buyer_reference,
        &routing.leitweg_id,
        &routing.service_code,
    ]
    .into_iter()
    .find_map(|candidate| {
        candidate
            .as_deref()
            .filter(|value| !value.trim().is_empty())
    })
}

/// BG-1. Peppol takes one note unless both parties are German (PEPPOL-EN16931-R002), so there all
/// of them share one.
fn notes(invoice: &Invoice, profile: Profile) -> Vec<InvoiceNote> {
    let texts: Vec<String> = invoice
        .notes
        .iter()
        .filter_map(|note| wording::note(note, invoice.language))
        .collect();
    match profile {
        Profile::PeppolBis3 if texts.len() > 1 => vec![InvoiceNote::new(texts.join("\n"))],
        _ => texts.into_iter().map(InvoiceNote::new).collect(),
    }
}

/// BG-16. The remittance information (BT-83) is the structured creditor reference, so that the
/// payment finds its invoice by itself.
fn payment(invoice: &Invoice, number: &str, profile: Profile) -> PaymentInstructions {
    let credit = is_credit(invoice.document_type);
    let code = match invoice.payment.means {
        invoice::PaymentMeans::SepaCreditTransfer if !credit => means::SEPA_CREDIT_TRANSFER,
        invoice::PaymentMeans::CreditTransfer if !credit => means::CREDIT_TRANSFER,
        invoice::PaymentMeans::SepaCreditTransfer | invoice::PaymentMeans::CreditTransfer => {
            means::AGREED
        }
        invoice::PaymentMeans::Card if profile == Profile::XRechnungUbl => means::ONLINE,
        invoice::PaymentMeans::Card => means::CARD,
    };
    let by_transfer = code == means::SEPA_CREDIT_TRANSFER || code == means::CREDIT_TRANSFER;
    let bank = &invoice.seller.bank;
    PaymentInstructions {
        means_code: Some(Code::new(code)),
        means_text: None,
        remittance_information: rf_reference(number).ok().filter(|_| by_transfer),
        means: by_transfer.then(|| {
            PaymentMeans::CreditTransfer(vec![CreditTransfer {
                account_identifier: text(&bank.iban),
                account_name: text(&bank.holder),
                provider_identifier: text(&bank.bic),
            }])
        }),
    }
}

/// BG-23: one category and rate. XRechnung wants a rate in each of them (BR-DE-14), category O
/// included, whose lines must have none (BR-O-05).
fn subtotal(
    group: &TaxSubtotal,
    invoice: &Invoice,
    profile: Profile,
) -> Result<VatBreakdown, EInvoiceError> {
    let reason = group
        .reason
        .as_ref()
        .map(|reason| reason.get(invoice.language));
    let zero = (profile == Profile::XRechnungUbl).then_some(Percentage::ZERO);
    Ok(VatBreakdown {
        taxable_amount: amount(group.taxable, "BT-116")?,
        tax_amount: amount(group.tax, "BT-117")?,
        category: Code::new(group.category.code()),
        rate: rate(group.category, group.rate).or(zero),
        exemption_reason: reason.and_then(text),
        exemption_reason_code: group
            .exemption_code
            .as_deref()
            .and_then(text)
            .map(Code::new),
    })
}

/// BG-22.
fn totals(
    totals: &invoice::Totals,
    without_allowances: bool,
) -> Result<DocumentTotals, EInvoiceError> {
    let unless = |absent: bool, money: Money, term| match absent {
        true => Ok(None),
        false => amount(money, term).map(Some),
    };
    Ok(DocumentTotals {
        line_total: amount(totals.lines, "BT-106")?,
        allowance_total: unless(without_allowances, totals.allowances, "BT-107")?,
        charge_total: None,
        taxable_total: amount(totals.net, "BT-109")?,
        vat_total: Some(amount(totals.tax, "BT-110")?),
        vat_total_accounting: None,
        gross_total: amount(totals.gross, "BT-112")?,
        paid: unless(totals.prepaid.is_zero(), totals.prepaid, "BT-113")?,
        rounding: None,
        due: amount(totals.payable, "BT-115")?,
    })
}
