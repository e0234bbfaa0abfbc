//! The cases of the decision, each with its statute: what a treatment names as its rule.

use super::{TaxCategory, TaxScheme, TaxTreatment};

/// A rule of the decision. Its identifier opens the `rule` text of every treatment, which is how
/// the ledger finds the account and an auditor the statute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxCase {
    /// Supply in Germany at the standard rate.
    DomesticStandard,
    /// Supply in Germany at the reduced rate by a confirmed ruling.
    DomesticReduced,
    /// Exempt because the seller is a small business.
    SmallBusiness,
    /// Body of the European Union, place of supply outside Germany.
    EuInstitution,
    /// Body of the European Union, place of supply in Germany.
    EuInstitutionInGermany,
    /// International organisation in another member state.
    InternationalOrganisation,
    /// Embassy or consulate in another member state.
    DiplomaticMission,
    /// Taxable or identified person in another member state.
    EuReverseCharge,
    /// Automated service to a non-taxable person, taxed at destination.
    OneStopShop,
    /// The same below the threshold: taxed in Germany.
    BelowThreshold,
    /// Work of people for a non-taxable person in the EU: taxed in Germany.
    EuHumanService,
    /// Business outside the EU.
    ThirdCountry,
    /// Business in the United Kingdom.
    UnitedKingdom,
    /// Business or authority in Switzerland.
    Switzerland,
    /// Business or public body in Norway.
    Norway,
    /// Automated service to a non-business outside the EU.
    ThirdCountryDigital,
}

impl TaxCase {
    /// Every case.
    pub const ALL: [Self; 16] = [
        Self::DomesticStandard,
        Self::DomesticReduced,
        Self::SmallBusiness,
        Self::EuInstitution,
        Self::EuInstitutionInGermany,
        Self::InternationalOrganisation,
        Self::DiplomaticMission,
        Self::EuReverseCharge,
        Self::OneStopShop,
        Self::BelowThreshold,
        Self::EuHumanService,
        Self::ThirdCountry,
        Self::UnitedKingdom,
        Self::Switzerland,
        Self::Norway,
        Self::ThirdCountryDigital,
    ];

    /// Stable identifier.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DomesticStandard => "de-standard",
            Self::DomesticReduced => "de-reduced",
            Self::SmallBusiness => "de-small-business",
            Self::EuInstitution => "eu-institution",
            Self::EuInstitutionInGermany => "eu-institution-de",
            Self::InternationalOrganisation => "international-organisation",
            Self::DiplomaticMission => "diplomatic-mission",
            Self::EuReverseCharge => "eu-reverse-charge",
            Self::OneStopShop => "eu-one-stop-shop",
            Self::BelowThreshold => "eu-below-threshold",
            Self::EuHumanService => "eu-human-service",
            Self::ThirdCountry => "third-country",
            Self::UnitedKingdom => "gb-business",
            Self::Switzerland => "ch-recipient",
            Self::Norway => "no-recipient",
            Self::ThirdCountryDigital => "third-country-digital",
        }
    }

    /// The statute that it rests on. "Directive" is Directive 2006/112/EC.
    #[must_use]
    pub const fn statute(self) -> &'static str {
        match self {
            Self::DomesticStandard => "§ 1 (1) no. 1, § 12 (1) UStG",
            Self::DomesticReduced => "§ 12 (2) no. 8 (a) UStG",
            Self::SmallBusiness => "§ 19 (1) UStG",
            Self::EuInstitution => "Art. 151 (1)(aa) Directive; § 3a UStG",
            Self::EuInstitutionInGermany => "Art. 151 (1)(aa) Directive; § 4 no. 7 UStG",
            Self::InternationalOrganisation => "Art. 151 (1)(b) Directive; § 4 no. 7 UStG",
            Self::DiplomaticMission => "Art. 151 (1)(a) Directive; § 4 no. 7 UStG",
            Self::EuReverseCharge => "Art. 44, 196 Directive; § 3a (2) UStG",
            Self::OneStopShop => "Art. 58, 369b Directive; § 3a (5), § 18j UStG",
            Self::BelowThreshold => "Art. 59c Directive; § 3a (5) sentence 3 UStG",
            Self::EuHumanService => "Art. 45 Directive; § 3a (1) UStG",
            Self::ThirdCountry => "Art. 44 Directive; § 3a (2) UStG",
            Self::UnitedKingdom => "§ 3a (2) UStG; s. 8 VAT Act 1994",
            Self::Switzerland => "§ 3a (2) UStG; Art. 45 MWSTG",
            Self::Norway => "§ 3a (2) UStG; § 3-30 merverdiavgiftsloven",
            Self::ThirdCountryDigital => "Art. 58 Directive; § 3a (5) UStG",
        }
    }

    /// The text a treatment keeps: identifier and statute.
    #[must_use]
    pub fn rule(self) -> String {
        format!("{}: {}", self.id(), self.statute())
    }

    /// The case a treatment was decided by.
    #[must_use]
    pub fn of(treatment: &TaxTreatment) -> Option<Self> {
        let (id, _) = treatment.rule.split_once(':')?;
        Self::ALL.into_iter().find(|case| case.id() == id)
    }

    /// Category of EN 16931.
    #[must_use]
    pub const fn category(self) -> TaxCategory {
        match self {
            Self::DomesticStandard
            | Self::DomesticReduced
            | Self::OneStopShop
            | Self::BelowThreshold
            | Self::EuHumanService => TaxCategory::S,
            Self::EuReverseCharge => TaxCategory::AE,
            Self::SmallBusiness
            | Self::EuInstitution
            | Self::EuInstitutionInGermany
            | Self::InternationalOrganisation
            | Self::DiplomaticMission => TaxCategory::E,
            Self::ThirdCountry
            | Self::UnitedKingdom
            | Self::Switzerland
            | Self::Norway
            | Self::ThirdCountryDigital => TaxCategory::O,
        }
    }

    /// Where the tax is declared.
    #[must_use]
    pub const fn scheme(self) -> TaxScheme {
        match self.category() {
            TaxCategory::S => match self {
                Self::OneStopShop => TaxScheme::OneStopShop,
                _ => TaxScheme::Domestic,
            },
            TaxCategory::AE => TaxScheme::ReverseCharge,
            TaxCategory::E => TaxScheme::Exempt,
            TaxCategory::O => TaxScheme::ThirdCountry,
        }
    }

    /// Code of the VATEX list (BT-121). The list has none for the German small business.
    #[must_use]
    pub const fn exemption_code(self) -> Option<&'static str> {
        match self {
            Self::EuInstitution | Self::EuInstitutionInGermany => Some("VATEX-EU-151-1AA"),
            Self::InternationalOrganisation => Some("VATEX-EU-151-1B"),
            Self::DiplomaticMission => Some("VATEX-EU-151-1A"),
            Self::EuReverseCharge => Some("VATEX-EU-AE"),
            _ => match self.category() {
                TaxCategory::O => Some("VATEX-EU-O"),
                _ => None,
            },
        }
    }
}
