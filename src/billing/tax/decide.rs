//! The decision itself, in the order in which a tax adviser asks.
//!
//! 1. The seller's own country and regime.
//! 2. Exempt bodies.
//! 3. The country of the buyer.
//! 4. A VAT id that VIES confirms.
//! 5. Other evidence.
//! 6. The nature of the service.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::evidence::{self, ViesStanding, vies_standing};
use super::third_country::third_country;
use super::{
    RateKind, RateTable, ServiceNature, TaxBlocked, TaxCase, TaxCategory, TaxTreatment,
    VIES_HOLD_DAYS, VIES_RECHECK_DAYS, is_eu_member, vat_prefix, wording,
};
use crate::billing::Percent;
use crate::billing::party::{Customer, CustomerKind, Seller, SellerRegime};

/// What is supplied, by whom, to whom and when.
#[derive(Clone, Copy, Debug)]
pub struct Supply<'a> {
    /// Nature of the service; of a composite supply the nature of its main element.
    pub nature: ServiceNature,
    /// Who supplies.
    pub seller: &'a Seller,
    /// Who receives, with the evidence on file.
    pub customer: &'a Customer,
    /// The day whose rates and proofs count: the end of the service or of its part.
    pub tax_point: NaiveDate,
    /// The day of the decision, from which answers of VIES are aged.
    pub decided_on: NaiveDate,
}

/// What a person says about the seller's sales and about VIES: kept with each billing run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct TaxSettings {
    /// True while VIES cannot be asked, so that an answer up to 90 days old counts.
    #[serde(default)]
    pub vies_down: bool,
    /// True when sales to non-taxable persons in other member states are above 10,000 euros a
    /// year (article 59c of Directive 2006/112/EC), so that destination rates are due without an
    /// option.
    #[serde(default)]
    pub above_eu_threshold: bool,
}

/// What the decision knows besides the parties.
#[derive(Clone, Debug)]
pub struct TaxRules {
    /// Rates on file.
    pub rates: RateTable,
    /// What a person says.
    pub settings: TaxSettings,
    /// The reduced rate of a charity's activity; none unless somebody confirmed it.
    pub reduced_rate: Option<ReducedRateRuling>,
}

/// Who may bill at the reduced rate: only a charitable body within a Zweckbetrieb, and the courts
/// read that narrowly (§ 12 (2) no. 8 (a) UStG). Off unless confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReducedRateRuling {
    /// First day on which it holds.
    pub confirmed_on: NaiveDate,
    /// Reference of the confirmation.
    pub reference: String,
}

impl Default for TaxRules {
    fn default() -> Self {
        Self {
            rates: RateTable::builtin(),
            settings: TaxSettings::default(),
            reduced_rate: None,
        }
    }
}

impl TaxRules {
    /// The same rules under other settings.
    #[must_use]
    pub fn under(&self, settings: TaxSettings) -> Self {
        Self {
            settings,
            ..self.clone()
        }
    }
}

/// Decides category, rate, exemption code and wording of one line.
///
/// # Errors
/// [`TaxBlocked`] when evidence is missing, a rate is unknown or the case needs a ruling.
pub fn decide(supply: &Supply<'_>, rules: &TaxRules) -> Result<TaxTreatment, TaxBlocked> {
    let case = case_of(supply, rules)?;
    let country = supply.customer.address.country.as_str();
    let rate = match case.category() {
        TaxCategory::O => None,
        TaxCategory::AE | TaxCategory::E => Some(Percent::ZERO),
        TaxCategory::S => {
            let (country, kind) = match case {
                TaxCase::OneStopShop => (country, RateKind::Standard),
                TaxCase::DomesticReduced => ("DE", RateKind::Reduced),
                _ => ("DE", RateKind::Standard),
            };
            Some(rules.rates.find(country, kind, supply.tax_point)?.percent)
        }
    };
    Ok(TaxTreatment {
        category: case.category(),
        rate,
        exemption_code: case.exemption_code().map(str::to_owned),
        reason: wording::reason(case),
        scheme: case.scheme(),
        rule: case.rule(),
    })
}

fn case_of(supply: &Supply<'_>, rules: &TaxRules) -> Result<TaxCase, TaxBlocked> {
    if supply.seller.address.country != "DE" {
        return Err(TaxBlocked::SellerCountry {
            country: supply.seller.address.country.clone(),
        });
    }
    let case = case_by_buyer(supply, rules)?;
    match (supply.seller.regime, case) {
        (SellerRegime::Standard, case) => Ok(case),
        // The exemption of § 19 covers what is taxable in Germany. Where the customer owes the tax
        // or no German tax arises, there is nothing to exempt.
        (SellerRegime::SmallBusiness, TaxCase::OneStopShop) => {
            Err(TaxBlocked::SmallBusinessAbroad {
                country: supply.customer.address.country.clone(),
            })
        }
        (SellerRegime::SmallBusiness, case) if case.category() == TaxCategory::S => {
            Ok(TaxCase::SmallBusiness)
        }
        (SellerRegime::SmallBusiness, case) => Ok(case),
    }
}

fn case_by_buyer(supply: &Supply<'_>, rules: &TaxRules) -> Result<TaxCase, TaxBlocked> {
    let customer = supply.customer;
    let country = customer.address.country.as_str();
    if let Some(case) = exempt_body(supply)? {
        return Ok(case);
    }
    if country == "DE" {
        let reduced = rules.reduced_rate.as_ref();
        let confirmed = reduced.is_some_and(|ruling| ruling.confirmed_on <= supply.tax_point);
        return Ok(if confirmed {
            TaxCase::DomesticReduced
        } else {
            TaxCase::DomesticStandard
        });
    }
    if !is_eu_member(country) {
        return third_country(supply);
    }
    match &customer.vat_id {
        Some(vat_id) => identified_in_the_eu(supply, rules, vat_id),
        None => not_identified_in_the_eu(supply, rules),
    }
}

/// Bodies that are exempt by evidence. A body of the Union is never billed without: whether its
/// order carries the exemption is not ours to guess.
fn exempt_body(supply: &Supply<'_>) -> Result<Option<TaxCase>, TaxBlocked> {
    let customer = supply.customer;
    let country = customer.address.country.as_str();
    let abroad_in_the_eu = country != "DE" && is_eu_member(country);
    let case = match customer.kind {
        CustomerKind::EuInstitution => {
            // Work of people for a body without VAT id is supplied where the seller is (article
            // 45), so the exemption is the German one; otherwise the place is the body's.
            let in_germany = country == "DE"
                || (customer.vat_id.is_none() && supply.nature == ServiceNature::Human);
            if in_germany {
                TaxCase::EuInstitutionInGermany
            } else {
                TaxCase::EuInstitution
            }
        }
        // An embassy in Germany is billed with tax and refunded (UStErstV); outside the EU the
        // article does not apply.
        CustomerKind::InternationalOrganisation if abroad_in_the_eu => {
            TaxCase::InternationalOrganisation
        }
        CustomerKind::DiplomaticMission if abroad_in_the_eu => TaxCase::DiplomaticMission,
        _ => return Ok(None),
    };
    if evidence::holds(customer.evidence.exemption.as_ref(), supply.tax_point) {
        return Ok(Some(case));
    }
    Err(TaxBlocked::ExemptionEvidence {
        customer: customer.number,
        on: supply.tax_point,
    })
}

/// A buyer with a VAT id of its own member state. Article 43 of the directive treats it as taxable
/// for all services it receives, also as a public body and also for its non-business part.
fn identified_in_the_eu(
    supply: &Supply<'_>,
    rules: &TaxRules,
    vat_id: &str,
) -> Result<TaxCase, TaxBlocked> {
    let customer = supply.customer.number;
    let country = supply.customer.address.country.as_str();
    let vat_id = evidence::plain(vat_id);
    if !vat_id.starts_with(vat_prefix(country)) {
        let country = country.to_owned();
        return Err(TaxBlocked::VatIdCountry {
            customer,
            vat_id,
            country,
        });
    }
    if supply.seller.vat_id.is_none() {
        return Err(TaxBlocked::SellerVatId {
            seller: supply.seller.code.clone(),
        });
    }
    match vies_standing(&supply.customer.evidence.vies, &vat_id, supply.decided_on) {
        ViesStanding::Unknown => Err(TaxBlocked::ViesMissing { customer, vat_id }),
        ViesStanding::Invalid { checked_on } => Err(TaxBlocked::ViesInvalid {
            customer,
            vat_id,
            checked_on,
        }),
        ViesStanding::Valid {
            checked_on,
            age_days,
        } => {
            if age_days <= VIES_RECHECK_DAYS {
                Ok(TaxCase::EuReverseCharge)
            } else if age_days > VIES_HOLD_DAYS {
                Err(TaxBlocked::ViesExpired {
                    customer,
                    checked_on,
                    age_days,
                })
            } else if rules.settings.vies_down {
                Ok(TaxCase::EuReverseCharge)
            } else {
                Err(TaxBlocked::ViesRecheck {
                    customer,
                    checked_on,
                    age_days,
                })
            }
        }
    }
}

/// A buyer in another member state without VAT id: a business cannot be told from a private person
/// and is blocked; a public body, university or association is a non-taxable person.
fn not_identified_in_the_eu(supply: &Supply<'_>, rules: &TaxRules) -> Result<TaxCase, TaxBlocked> {
    let customer = supply.customer;
    let country = customer.address.country.clone();
    if customer.kind == CustomerKind::Business {
        return Err(TaxBlocked::VatIdMissing {
            customer: customer.number,
            country,
        });
    }
    let above = rules.settings.above_eu_threshold;
    match (supply.nature, supply.seller.oss, above) {
        (ServiceNature::Human, _, _) => Ok(TaxCase::EuHumanService),
        (ServiceNature::Automated, true, _) => Ok(TaxCase::OneStopShop),
        (ServiceNature::Automated, false, false) => Ok(TaxCase::BelowThreshold),
        (ServiceNature::Automated, false, true) => Err(TaxBlocked::OneStopShop {
            customer: customer.number,
            country,
        }),
    }
}

/// Whether two lines may stand on one document. Category O stands alone (BR-O-11 to BR-O-14), and
/// one category and rate has one reason, because the tax breakdown shows it once (BR-E-01 ff.).
#[must_use]
pub fn may_share_document(one: &TaxTreatment, two: &TaxTreatment) -> bool {
    let outside = [one, two].map(|treatment| treatment.category == TaxCategory::O);
    let same_group = one.category == two.category && one.rate == two.rate;
    outside[0] == outside[1] && (!same_group || one.exemption_code == two.exemption_code)
}
