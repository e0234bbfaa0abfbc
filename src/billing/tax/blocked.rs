//! Why a line cannot be taxed, so that its document must wait.

use chrono::NaiveDate;

use super::rates::UnknownRate;

/// A missing fact or a case that needs a person. The document stays unissued until it is settled;
/// all other documents of the run are issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxBlocked {
    /// The rules know only sellers established in Germany.
    #[error("the tax rules cover sellers in Germany, not in {country}")]
    SellerCountry {
        /// Country of the seller.
        country: String,
    },
    /// A document under reverse charge names both VAT ids (EN 16931 BR-AE-02).
    #[error("seller {seller} has no VAT id, which a reverse-charge invoice must show")]
    SellerVatId {
        /// Code of the seller.
        seller: String,
    },
    /// A document outside the scope of tax must not show the VAT id (BR-O-02), so it needs the
    /// tax number (§ 14 (4) no. 2 UStG).
    #[error("seller {seller} has no tax number, which an invoice of category O must show")]
    SellerTaxNumber {
        /// Code of the seller.
        seller: String,
    },
    /// A small business that supplies private persons abroad needs the special scheme there.
    #[error("a small business cannot bill a consumer in {country} without a ruling")]
    SmallBusinessAbroad {
        /// Country of the customer.
        country: String,
    },
    /// No evidence for an exemption.
    #[error("customer {customer}: no evidence on file that the exemption holds on {on}")]
    ExemptionEvidence {
        /// Customer number.
        customer: u32,
        /// Tax point.
        on: NaiveDate,
    },
    /// A business in the EU without a VAT id.
    #[error("customer {customer}: a business in {country} needs a VAT id confirmed by VIES")]
    VatIdMissing {
        /// Customer number.
        customer: u32,
        /// Country of the customer.
        country: String,
    },
    /// The VAT id belongs to another country than the address.
    #[error("customer {customer}: VAT id {vat_id} is not one of {country}; needs a ruling")]
    VatIdCountry {
        /// Customer number.
        customer: u32,
        /// The id.
        vat_id: String,
        /// Country of the address.
        country: String,
    },
    /// VIES was never asked.
    #[error("customer {customer}: VAT id {vat_id} was never confirmed by VIES")]
    ViesMissing {
        /// Customer number.
        customer: u32,
        /// The id.
        vat_id: String,
    },
    /// VIES says that the id is not valid.
    #[error("customer {customer}: VIES reported {vat_id} as not valid on {checked_on}")]
    ViesInvalid {
        /// Customer number.
        customer: u32,
        /// The id.
        vat_id: String,
        /// Day of the answer.
        checked_on: NaiveDate,
    },
    /// The last answer is too old and VIES can be asked again.
    #[error(
        "customer {customer}: the VIES answer of {checked_on} is {age_days} days old; ask again"
    )]
    ViesRecheck {
        /// Customer number.
        customer: u32,
        /// Day of the last answer.
        checked_on: NaiveDate,
        /// Its age.
        age_days: i64,
    },
    /// The last answer is too old to be relied on, even while VIES is down.
    #[error("customer {customer}: the VIES answer of {checked_on} is {age_days} days old; on hold")]
    ViesExpired {
        /// Customer number.
        customer: u32,
        /// Day of the last answer.
        checked_on: NaiveDate,
        /// Its age.
        age_days: i64,
    },
    /// Above the threshold of article 59c and not registered for the one-stop shop.
    #[error("customer {customer}: tax of {country} is due, but the seller is not in the OSS")]
    OneStopShop {
        /// Customer number.
        customer: u32,
        /// Country of the customer.
        country: String,
    },
    /// No proof that a customer outside the EU is a business.
    #[error("customer {customer}: no proof of business on file that holds on {on}")]
    BusinessEvidence {
        /// Customer number.
        customer: u32,
        /// Tax point.
        on: NaiveDate,
    },
    /// A digital service to a body that is not VAT-registered in the United Kingdom.
    #[error("customer {customer}: not VAT-registered in the UK; the seller may have to register")]
    UkRegistration {
        /// Customer number.
        customer: u32,
    },
    /// Work of people for a private customer outside the EU.
    #[error("customer {customer}: place of supply of human work in {country} needs a ruling")]
    RulingNeeded {
        /// Customer number.
        customer: u32,
        /// Country of the customer.
        country: String,
    },
    /// No rate on file.
    #[error(transparent)]
    Rate(#[from] UnknownRate),
}

impl TaxBlocked {
    /// Stable code of the reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SellerCountry { .. } => "tax.seller-country",
            Self::SellerVatId { .. } => "tax.seller-vat-id-missing",
            Self::SellerTaxNumber { .. } => "tax.seller-tax-number-missing",
            Self::SmallBusinessAbroad { .. } => "tax.small-business-abroad",
            Self::ExemptionEvidence { .. } => "tax.evidence-missing",
            Self::VatIdMissing { .. } => "tax.vat-id-missing",
            Self::VatIdCountry { .. } => "tax.vat-id-country",
            Self::ViesMissing { .. } => "tax.vies-missing",
            Self::ViesInvalid { .. } => "tax.vies-invalid",
            Self::ViesRecheck { .. } => "tax.vies-recheck-due",
            Self::ViesExpired { .. } => "tax.vies-expired",
            Self::OneStopShop { .. } => "tax.oss-missing",
            Self::BusinessEvidence { .. } => "tax.business-evidence-missing",
            Self::UkRegistration { .. } => "tax.uk-registration",
            Self::RulingNeeded { .. } => "tax.ruling-needed",
            Self::Rate(cause) => cause.code(),
        }
    }

    /// The reason in words, for the list of blocked documents.
    #[must_use]
    pub fn reason(&self) -> String {
        self.to_string()
    }
}
