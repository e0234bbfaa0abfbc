//! Customers outside the European Union: category O when the place of supply can be shown.

use super::decide::Supply;
use super::{ServiceNature, TaxBlocked, TaxCase, evidence};
use crate::billing::party::CustomerKind;

/// Something that does not block a document but that finance should know before it grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaxAdvisory {
    /// Sales to customers in one state of the USA may create a duty to register for sales tax
    /// there (South Dakota v. Wayfair, Inc., 585 U.S. 162 (2018)).
    UsSalesTaxNexus,
    /// Supplies to non-registered recipients in Switzerland may create a duty to register there
    /// from 100,000 francs of worldwide turnover (Art. 10 MWSTG).
    SwissRegistration,
    /// A digital service to a non-business outside the EU may be taxed where it is used.
    LocalRegistration,
}

impl TaxAdvisory {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UsSalesTaxNexus => "tax.us-nexus",
            Self::SwissRegistration => "tax.ch-registration",
            Self::LocalRegistration => "tax.local-registration",
        }
    }
}

/// What finance should know about a supply, whatever its treatment.
#[must_use]
pub fn advisories(supply: &Supply<'_>) -> Vec<TaxAdvisory> {
    let customer = supply.customer;
    let mut found = Vec::new();
    match customer.address.country.as_str() {
        "US" => found.push(TaxAdvisory::UsSalesTaxNexus),
        "CH" if customer.vat_id.is_none() => found.push(TaxAdvisory::SwissRegistration),
        _ => {}
    }
    if matches!(third_country(supply), Ok(TaxCase::ThirdCountryDigital)) {
        found.push(TaxAdvisory::LocalRegistration);
    }
    found
}

/// The case of a customer outside the EU.
pub(super) fn third_country(supply: &Supply<'_>) -> Result<TaxCase, TaxBlocked> {
    let customer = supply.customer;
    let country = customer.address.country.as_str();
    if supply.seller.tax_number.is_none() {
        return Err(TaxBlocked::SellerTaxNumber {
            seller: supply.seller.code.clone(),
        });
    }
    let proven = evidence::holds(customer.evidence.business.as_ref(), supply.tax_point);
    let business = matches!(customer.kind, CustomerKind::Business);
    let case = match country {
        "GB" => TaxCase::UnitedKingdom,
        "CH" => TaxCase::Switzerland,
        "NO" => TaxCase::Norway,
        _ => TaxCase::ThirdCountry,
    };
    if proven {
        return Ok(case);
    }
    if business {
        return Err(TaxBlocked::BusinessEvidence {
            customer: customer.number,
            on: supply.tax_point,
        });
    }
    match (case, supply.nature) {
        (TaxCase::UnitedKingdom, _) => Err(TaxBlocked::UkRegistration {
            customer: customer.number,
        }),
        // Authorities there account for the tax of services from abroad themselves.
        (TaxCase::Switzerland | TaxCase::Norway, _) => Ok(case),
        (_, ServiceNature::Automated) => Ok(TaxCase::ThirdCountryDigital),
        (_, ServiceNature::Human) => Err(TaxBlocked::RulingNeeded {
            customer: customer.number,
            country: country.to_owned(),
        }),
    }
}
