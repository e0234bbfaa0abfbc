//! Seller and customer as a document names them, with tax evidence and routing.
//!
//! These are the facts a document freezes: later changes of a party never reach an issued invoice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Currency;

pub mod check;

/// Language of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::De, Self::En, Self::Fr];

    /// Its code of two letters (ISO 639-1).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A text in the three languages of our documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl Localised {
    /// The text in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }

    /// The same text in every language: names, codes.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self {
            de: text.to_owned(),
            en: text.to_owned(),
            fr: text.to_owned(),
        }
    }
}

/// A postal address. `country` is ISO 3166-1 alpha-2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number (BT-35, BT-50).
    pub street: String,
    /// Second address line (BT-36, BT-51).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<String>,
    /// Post code (BT-38, BT-53).
    pub post_code: String,
    /// City (BT-37, BT-52).
    pub city: String,
    /// State or province (BT-39, BT-54).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2 country code (BT-40, BT-55).
    pub country: String,
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Person or office (BT-41, BT-56).
    pub name: String,
    /// Telephone (BT-42, BT-57).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address (BT-43, BT-58).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// An identifier within a scheme: EAS for electronic addresses, ISO 6523 ICD for legal ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// Scheme code, e.g. `0204` (Leitweg-ID), `0009` (SIRET), `9930` (German VAT id), `EM`.
    pub scheme: String,
    /// The identifier itself.
    pub id: String,
}

/// An account we are paid to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccount {
    /// Account holder exactly as the bank has it: Regulation (EU) 2024/886 checks the payee name.
    pub holder: String,
    /// IBAN without spaces (BT-84).
    pub iban: String,
    /// BIC (BT-86).
    pub bic: String,
    /// Name of the bank.
    pub bank: String,
}

/// How the seller is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SellerRegime {
    /// Standard taxation.
    Standard,
    /// Small-business exemption, § 19 UStG.
    SmallBusiness,
}

/// Chart of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Chart {
    /// DATEV chart SKR03.
    Skr03,
    /// DATEV chart SKR04.
    Skr04,
}

/// The legal entity that bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Our short code of the entity.
    pub code: String,
    /// Registered name (BT-27).
    pub legal_name: String,
    /// Registered office.
    pub address: Address,
    /// Register, number and court as printed, e.g. `HRB 999999 B, Amtsgericht …` (BT-33).
    pub register: String,
    /// Company number in its register (BT-30).
    pub register_number: String,
    /// Managing directors as printed (§ 35a GmbHG).
    pub directors: Vec<String>,
    /// VAT id (BT-31).
    pub vat_id: Option<String>,
    /// Tax number of the local office (BT-32).
    pub tax_number: Option<String>,
    /// How the entity is taxed.
    pub regime: SellerRegime,
    /// True when EU consumers' VAT is declared through the one-stop shop.
    #[serde(default)]
    pub oss: bool,
    /// Accounts office.
    pub contact: Contact,
    /// Electronic address (BT-34).
    pub endpoint: Identifier,
    /// Account for credit transfers.
    pub bank: BankAccount,
    /// Prefix of invoice numbers, e.g. `RE` gives `RE-2026-00001`.
    pub series: String,
    /// Chart of accounts the ledger is exported with.
    pub chart: Chart,
    /// Web site printed in the letterhead, also the address of derivation pages.
    pub website: String,
    /// First day these facts hold.
    pub valid_from: NaiveDate,
}

/// Kind of customer; presets evidence and formats, never decides tax alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// Public body in Germany.
    PublicBodyDe,
    /// Public body of another EU state.
    PublicBodyEu,
    /// Institution or body of the European Union.
    EuInstitution,
    /// International organisation.
    InternationalOrganisation,
    /// Embassy or consulate.
    DiplomaticMission,
    /// University.
    University,
    /// Business.
    Business,
    /// Non-profit organisation.
    Ngo,
}

/// Answer of the VAT Information Exchange System (Reg. (EU) No 904/2010, article 31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViesAnswer {
    /// The id that was asked for.
    pub vat_id: String,
    /// What VIES said.
    pub valid: bool,
    /// Day of the answer.
    pub checked_on: NaiveDate,
    /// Consultation number.
    pub request_id: String,
}

/// A certificate, order clause or proof, kept by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// What it is, e.g. `order clause Art. 151`, `W-9`, `register extract`.
    pub title: String,
    /// Reference printed in the file.
    pub reference: String,
    /// First day it holds.
    pub valid_from: NaiveDate,
    /// Last day it holds; none for open-ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 of the file, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// What we can show for a tax treatment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxEvidence {
    /// VIES answers, in any order. All are kept: an invoice of March rests on what was known in
    /// March.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vies: Vec<ViesAnswer>,
    /// Evidence of the exemption of article 151 of Directive 2006/112/EC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Proof>,
    /// Proof of business of a customer outside the EU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<Proof>,
}

/// What the customer receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceFormat {
    /// XRechnung 3.0 in UBL; the PDF is a view.
    XrechnungUbl,
    /// Peppol BIS Billing 3.0 in UBL; the PDF is a view.
    PeppolBis3,
    /// PDF/A-3 with EN 16931 CII inside, level EN 16931 (Factur-X), legal original.
    FacturX,
    /// PDF as the legal original, with an EN 16931 CII copy inside.
    PdfWithCii,
}

impl InvoiceFormat {
    /// True when the PDF carries the XML and is the legal original.
    #[must_use]
    pub const fn is_hybrid(self) -> bool {
        matches!(self, Self::FacturX | Self::PdfWithCii)
    }

    /// The name finance uses in lists.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::XrechnungUbl => "XRechnung 3.0 UBL",
            Self::PeppolBis3 => "Peppol BIS 3 UBL",
            Self::FacturX => "Factur-X EN 16931",
            Self::PdfWithCii => "PDF/A-3 + EN 16931 CII",
        }
    }
}

/// Where an e-invoice goes and what the receiver's system sorts it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Format the receiver demands.
    pub format: InvoiceFormat,
    /// Electronic address (BT-49).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Identifier>,
    /// Leitweg-ID (BT-10 of German public bodies).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leitweg_id: Option<String>,
    /// SIRET of a French receiver (BT-47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    /// Service code of a French receiver (BT-10 on Chorus Pro).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    /// E-mail address for notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A customer as documents name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Customer number, also the debtor account (10000–69999).
    pub number: u32,
    /// Legal name (BT-44).
    pub legal_name: String,
    /// Department lines below the name.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Kind of customer.
    pub kind: CustomerKind,
    /// Postal address.
    pub address: Address,
    /// Person or office at the customer (BG-9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Language of documents.
    pub language: Language,
    /// Currency of the customer's contracts.
    pub currency: Currency,
    /// VAT id (BT-48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// Evidence for the tax treatment.
    #[serde(default)]
    pub evidence: TaxEvidence,
    /// Where e-invoices go.
    pub routing: Routing,
    /// True when this customer rejects invoices without a purchase order number.
    #[serde(default)]
    pub purchase_order_required: bool,
    /// First day these facts hold; from the beginning unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
}
