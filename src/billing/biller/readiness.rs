//! What must be on file before a customer can be billed at all.

use chrono::NaiveDate;

use super::{BillingError, Facts};
use crate::billing::invoice::PaymentMeans;
use crate::billing::party::InvoiceFormat;
use crate::billing::routing;

/// A fact that the document cannot do without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// XRechnung rule BR-DE-15.
    #[error("customer {customer} has no Leitweg-ID, which XRechnung demands")]
    LeitwegId {
        /// Customer number.
        customer: u32,
    },
    /// Chorus Pro identifies a public body by its SIRET.
    #[error("customer {customer} has no SIRET, which Chorus Pro demands")]
    Siret {
        /// Customer number.
        customer: u32,
    },
    /// XRechnung and Peppol rule R010.
    #[error("customer {customer} has no electronic address, which its format demands")]
    Endpoint {
        /// Customer number.
        customer: u32,
    },
    /// What was billed must stay in the contract; it ends by an amendment.
    #[error("item {item} of contract {contract} was billed and is no longer in the contract")]
    BilledItem {
        /// Contract number.
        contract: String,
        /// The item.
        item: String,
    },
    /// The customer rejects invoices without one.
    #[error("contract {contract} has no purchase order number, and the customer demands one")]
    PurchaseOrder {
        /// Contract number.
        contract: String,
    },
}

impl Missing {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LeitwegId { .. } => "readiness.leitweg-id-missing",
            Self::Siret { .. } => "readiness.siret-missing",
            Self::Endpoint { .. } => "readiness.endpoint-missing",
            Self::BilledItem { .. } => "readiness.billed-item-missing",
            Self::PurchaseOrder { .. } => "readiness.purchase-order-missing",
        }
    }
}

/// Checks identifiers of seller, customer and contract, as they are on a day, with their check
/// digits.
///
/// # Errors
/// [`BillingError::Missing`] and [`BillingError::Routing`].
pub fn readiness(facts: &Facts<'_>, day: NaiveDate) -> Result<(), BillingError> {
    let contract = facts.contract;
    let (seller, customer) = (facts.seller.on(day), facts.customer.on(day));
    let number = customer.number;
    let routing = &customer.routing;
    match routing.format {
        InvoiceFormat::XrechnungUbl => {
            let id = routing.leitweg_id.as_ref();
            routing::leitweg_id(id.ok_or(Missing::LeitwegId { customer: number })?)?;
        }
        InvoiceFormat::FacturX => {
            let siret = routing.siret.as_ref();
            routing::siret(siret.ok_or(Missing::Siret { customer: number })?)?;
        }
        InvoiceFormat::PeppolBis3 | InvoiceFormat::PdfWithCii => {}
    }
    let addressed = matches!(
        routing.format,
        InvoiceFormat::XrechnungUbl | InvoiceFormat::PeppolBis3
    );
    match &routing.endpoint {
        // An XRechnung without one goes to its Leitweg-ID, which is an address (scheme 0204).
        None if routing.format == InvoiceFormat::PeppolBis3 => {
            return Err(Missing::Endpoint { customer: number }.into());
        }
        Some(endpoint) if addressed && endpoint.scheme != "EM" => {
            routing::peppol_participant(&format!("{}:{}", endpoint.scheme, endpoint.id))?;
        }
        _ => {}
    }
    if let Some(vat_id) = &customer.vat_id {
        routing::vat_id(vat_id)?;
    }
    if contract.billing.payment != PaymentMeans::Card {
        routing::iban(&seller.bank.iban)?;
        routing::bic(&seller.bank.bic)?;
    }
    if customer.purchase_order_required && contract.references.purchase_order.is_none() {
        return Err(Missing::PurchaseOrder {
            contract: contract.number.clone(),
        }
        .into());
    }
    Ok(())
}
