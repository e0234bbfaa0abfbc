//! The note that explains why no tax is charged (BT-120), in the three languages of our documents.
//!
//! Three of the phrases are prescribed: "Steuerschuldnerschaft des Leistungsempfängers" by § 14a
//! (5) UStG, "Reverse charge" and "Autoliquidation" by article 226 (11a) of Directive 2006/112/EC
//! in its language versions. The notes are written around them and name the statute.

use super::TaxCase;
use crate::billing::party::Localised;

/// The note of a case; none where tax is charged, because then nothing is to be explained.
pub(super) fn reason(case: TaxCase) -> Option<Localised> {
    let (de, en, fr) = texts(case)?;
    Some(Localised {
        de: de.to_owned(),
        en: en.to_owned(),
        fr: fr.to_owned(),
    })
}

type Texts = (&'static str, &'static str, &'static str);

fn texts(case: TaxCase) -> Option<Texts> {
    match case {
        TaxCase::DomesticStandard
        | TaxCase::DomesticReduced
        | TaxCase::OneStopShop
        | TaxCase::BelowThreshold
        | TaxCase::EuHumanService => None,
        TaxCase::SmallBusiness => Some(SMALL_BUSINESS),
        TaxCase::EuInstitution | TaxCase::EuInstitutionInGermany => Some(EU_INSTITUTION),
        TaxCase::InternationalOrganisation => Some(INTERNATIONAL_ORGANISATION),
        TaxCase::DiplomaticMission => Some(DIPLOMATIC_MISSION),
        TaxCase::EuReverseCharge => Some(REVERSE_CHARGE),
        TaxCase::UnitedKingdom => Some(UNITED_KINGDOM),
        TaxCase::Switzerland => Some(SWITZERLAND),
        TaxCase::Norway => Some(NORWAY),
        TaxCase::ThirdCountry | TaxCase::ThirdCountryDigital => Some(OUTSIDE_THE_EU),
    }
}

const SMALL_BUSINESS: Texts = (
    "Steuerfrei nach § 19 Abs. 1 UStG (Kleinunternehmer); es wird keine Umsatzsteuer ausgewiesen.",
    "Exempt from German VAT as a supply by a small business (§ 19 (1) UStG).",
    "Exonération de la TVA allemande : régime des petites entreprises (§ 19, al. 1, UStG).",
);

const EU_INSTITUTION: Texts = (
    "Umsatzsteuerfrei: Leistung an eine Einrichtung der Europäischen Union \
     (Art. 151 Abs. 1 Unterabs. 1 Buchst. aa der Richtlinie 2006/112/EG).",
    "Exempt from VAT: supply to a body of the European Union \
     (Article 151(1)(aa) of Directive 2006/112/EC).",
    "Exonération de la TVA : prestation à un organisme de l’Union européenne \
     (article 151, paragraphe 1, point a bis), de la directive 2006/112/CE).",
);

const INTERNATIONAL_ORGANISATION: Texts = (
    "Umsatzsteuerfrei: Leistung an eine internationale Einrichtung \
     (Art. 151 Abs. 1 Unterabs. 1 Buchst. b der Richtlinie 2006/112/EG, § 4 Nr. 7 UStG).",
    "Exempt from VAT: supply to an international body \
     (Article 151(1)(b) of Directive 2006/112/EC).",
    "Exonération de la TVA : prestation à un organisme international \
     (article 151, paragraphe 1, point b), de la directive 2006/112/CE).",
);

const DIPLOMATIC_MISSION: Texts = (
    "Umsatzsteuerfrei: Leistung an eine diplomatische oder konsularische Vertretung \
     (Art. 151 Abs. 1 Unterabs. 1 Buchst. a der Richtlinie 2006/112/EG, § 4 Nr. 7 UStG).",
    "Exempt from VAT: supply to a diplomatic or consular mission \
     (Article 151(1)(a) of Directive 2006/112/EC).",
    "Exonération de la TVA : prestation à une mission diplomatique ou consulaire \
     (article 151, paragraphe 1, point a), de la directive 2006/112/CE).",
);

const REVERSE_CHARGE: Texts = (
    "Steuerschuldnerschaft des Leistungsempfängers (Art. 44 und 196 der Richtlinie 2006/112/EG).",
    "Reverse charge: VAT is due from the recipient \
     (Articles 44 and 196 of Directive 2006/112/EC).",
    "Autoliquidation : la TVA est due par le preneur \
     (articles 44 et 196 de la directive 2006/112/CE).",
);

const OUTSIDE_THE_EU: Texts = (
    "Nicht im Inland steuerbar: Ort der sonstigen Leistung ist der Sitz des Leistungsempfängers \
     (§ 3a UStG).",
    "Not subject to German VAT: the place of supply is where the recipient is established \
     (§ 3a UStG).",
    "Non soumis à la TVA allemande : le lieu de la prestation est celui du preneur (§ 3a UStG).",
);

const UNITED_KINGDOM: Texts = (
    "Nicht im Inland steuerbar (§ 3a Abs. 2 UStG). \
     Reverse charge: customer to account for VAT to HMRC.",
    "Not subject to German VAT (§ 3a (2) UStG). \
     Reverse charge: customer to account for VAT to HMRC.",
    "Non soumis à la TVA allemande (§ 3a, al. 2, UStG). \
     Reverse charge: customer to account for VAT to HMRC.",
);

const SWITZERLAND: Texts = (
    "Nicht im Inland steuerbar (§ 3a Abs. 2 UStG). \
     In der Schweiz unterliegt der Bezug der Bezugsteuer (Art. 45 MWSTG).",
    "Not subject to German VAT (§ 3a (2) UStG). \
     In Switzerland the recipient accounts for acquisition tax (Art. 45 MWSTG).",
    "Non soumis à la TVA allemande (§ 3a, al. 2, UStG). \
     En Suisse, le preneur doit l’impôt sur les acquisitions (art. 45 LTVA).",
);

const NORWAY: Texts = (
    "Nicht im Inland steuerbar (§ 3a Abs. 2 UStG). \
     In Norwegen berechnet der Leistungsempfänger die Steuer (§ 3-30 merverdiavgiftsloven).",
    "Not subject to German VAT (§ 3a (2) UStG). \
     In Norway the recipient calculates the tax (§ 3-30 merverdiavgiftsloven).",
    "Non soumis à la TVA allemande (§ 3a, al. 2, UStG). \
     En Norvège, le preneur calcule la taxe (§ 3-30 merverdiavgiftsloven).",
);
