//! Value added tax: the category, rate and wording of each line, decided from evidence.
//!
//! The treatment belongs to a line, not to a customer: it follows from what is supplied (automated
//! or by people), to whom, and from the evidence that is on file on the day of the decision. What
//! cannot be shown is not guessed: the line is blocked with a reason, and with it the document.
//!
//! The rules hold for a seller established in Germany that supplies services. They are defaults to
//! be confirmed by the seller's tax adviser; every treatment names its rule and statute.

mod blocked;
mod case;
mod category;
mod countries;
mod decide;
mod evidence;
mod rates;
mod third_country;
mod wording;

#[cfg(test)]
mod tests;

pub use blocked::TaxBlocked;
pub use case::TaxCase;
pub use category::{ServiceNature, TaxCategory, TaxScheme, TaxTreatment, UnknownCategory};
pub use countries::{EU_MEMBERS, is_eu_member, vat_prefix};
pub use decide::{ReducedRateRuling, Supply, TaxRules, TaxSettings, decide, may_share_document};
pub use evidence::{VIES_HOLD_DAYS, VIES_RECHECK_DAYS, ViesStanding, vies_standing};
pub use rates::{DatedRate, RateKind, RateTable, UnknownRate};
pub use third_country::{TaxAdvisory, advisories};
