//! Whether the document will reach its receiver: check digits and the portals' own demands.

use super::header::buyer_reference;
use super::{Profile, RuleFailure};
use crate::billing::invoice::{Invoice, PaymentMeans};
use crate::billing::party::{CustomerKind, Identifier, InvoiceFormat};
use crate::billing::routing::{self, RoutingError};
use crate::billing::tax::TaxCategory;

/// Longest invoice number Chorus Pro takes (AIFE, external specifications of the EDI flows, BT-1).
const CHORUS_NUMBER: usize = 20;

/// Every identifier that would send the document or the money astray.
pub(super) fn failures(invoice: &Invoice, number: &str) -> Vec<RuleFailure> {
    let mut found = Vec::new();
    let mut note = |term: &str, result: Result<(), RoutingError>| {
        if let Err(error) = result {
            found.push(RuleFailure::new(error.code(), term, error.to_string()));
        }
    };
    let routing = &invoice.customer.routing;
    if invoice.payment.means == PaymentMeans::SepaCreditTransfer {
        note("BT-84", routing::iban(&invoice.seller.bank.iban).map(drop));
        note("BT-86", routing::bic(&invoice.seller.bank.bic).map(drop));
    }
    note("BT-83", routing::rf_reference(number).map(drop));
    if let Some(id) = &routing.leitweg_id {
        note("BT-10", routing::leitweg_id(id));
    }
    if let Some(siret) = &routing.siret {
        note("BT-47", routing::siret(siret));
    }
    if let Some(vat_id) = &invoice.seller.vat_id {
        note("BT-31", routing::vat_id(vat_id).map(drop));
    }
    note("BT-48", buyer_vat_id(invoice));
    let profile = Profile::of(routing.format);
    if profile != Profile::En16931Cii {
        note(
            "BT-34",
            electronic_address(Some(&invoice.seller.endpoint), profile),
        );
        note(
            "BT-49",
            electronic_address(routing.endpoint.as_ref(), profile),
        );
    }
    found.extend(german(invoice));
    found.extend(chorus(invoice, number));
    found
}

/// A buyer's VAT id is checked where it matters: under the reverse charge, or with an EU prefix.
fn buyer_vat_id(invoice: &Invoice) -> Result<(), RoutingError> {
    let Some(vat_id) = &invoice.customer.vat_id else {
        return Ok(());
    };
    let reverse = invoice
        .tax
        .iter()
        .any(|subtotal| subtotal.category == TaxCategory::AE);
    match routing::vat_id(vat_id) {
        Err(RoutingError::VatIdPrefix { .. }) if !reverse => Ok(()),
        result => result.map(drop),
    }
}

/// Peppol takes its own list of schemes; an XRechnung may also go to an e-mail address or another
/// scheme of the CEF list, which the profile's rules check.
fn electronic_address(id: Option<&Identifier>, profile: Profile) -> Result<(), RoutingError> {
    let Some(id) = id else { return Ok(()) };
    let participant = format!("{}:{}", id.scheme, id.id);
    match (profile, routing::peppol_participant(&participant)) {
        (Profile::PeppolBis3, result) => result.map(drop),
        (_, Err(error @ RoutingError::PeppolValue { .. })) => Err(error),
        _ => Ok(()),
    }
}

/// A German authority's XRechnung goes by its Leitweg-ID, whatever BT-10 was typed as.
fn german(invoice: &Invoice) -> Option<RuleFailure> {
    let routing = &invoice.customer.routing;
    let authority = invoice.customer.kind == CustomerKind::PublicBodyDe
        && routing.format == InvoiceFormat::XrechnungUbl;
    let reference = buyer_reference(invoice)?;
    let error = routing::leitweg_id(reference).err().filter(|_| authority)?;
    let checked_already = routing.leitweg_id.as_deref() == Some(reference);
    (!checked_already).then(|| RuleFailure::new(error.code(), "BT-10", error.to_string()))
}

/// What Chorus Pro demands beyond EN 16931 of an invoice to a French public body: the buyer's SIRET
/// (ordonnance n° 2014-697, arrêté du 9 décembre 2016), and its limits on three references.
fn chorus(invoice: &Invoice, number: &str) -> Vec<RuleFailure> {
    let routing = &invoice.customer.routing;
    let french_body = invoice.customer.address.country == "FR"
        && invoice.customer.kind == CustomerKind::PublicBodyEu;
    if routing.format != InvoiceFormat::FacturX || !(french_body || routing.siret.is_some()) {
        return Vec::new();
    }
    let too_long = |value: Option<&str>, most| value.is_some_and(|v| v.chars().count() > most);
    let allowed = |c: char| c.is_ascii_alphanumeric() || " -+_/".contains(c);
    let order = invoice.references.purchase_order.as_deref();
    let rules = [
        (
            routing.siret.is_none(),
            "BT-47",
            "a French public body is addressed by its SIRET",
        ),
        (
            number.chars().count() > CHORUS_NUMBER,
            "BT-1",
            "the number has more than 20 characters",
        ),
        (
            !number.chars().all(allowed),
            "BT-1",
            "only letters, digits, space and - + _ / are taken",
        ),
        (
            too_long(buyer_reference(invoice), 100),
            "BT-10",
            "the service code exceeds 100 characters",
        ),
        (
            too_long(order, 50),
            "BT-13",
            "the engagement number exceeds 50 characters",
        ),
    ];
    rules
        .into_iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, term, message)| RuleFailure::new(&format!("CHORUS-{term}"), term, message))
        .collect()
}
