//! Member states of the European Union and the prefixes of their VAT ids.

/// ISO 3166-1 codes of the 27 member states.
///
/// Northern Ireland (prefix XI) follows EU rules for goods only (Windsor Framework, article 8 and
/// annex 3); for services it is part of the United Kingdom. The Canary Islands, Ceuta, Melilla,
/// Büsingen, Livigno, Åland and the other territories of article 6 of Directive 2006/112/EC share
/// the code of their state and need a ruling.
pub const EU_MEMBERS: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Whether the ISO 3166-1 code names a member state.
#[must_use]
pub fn is_eu_member(country: &str) -> bool {
    EU_MEMBERS.contains(&country)
}

/// Prefix of the VAT ids of a country: its ISO code, except that Greece uses EL (article 215 of
/// Directive 2006/112/EC).
#[must_use]
pub fn vat_prefix(country: &str) -> &str {
    if country == "GR" { "EL" } else { country }
}
