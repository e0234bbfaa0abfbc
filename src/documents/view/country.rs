//! Names of countries for addresses and tax notes (CLDR, English short form, German, French).

use crate::billing::party::Language;

const NAMES: [(&str, [&str; 3]); 46] = [
    ("AD", ["Andorra", "Andorra", "Andorre"]),
    ("AT", ["Österreich", "Austria", "Autriche"]),
    ("AU", ["Australien", "Australia", "Australie"]),
    ("BE", ["Belgien", "Belgium", "Belgique"]),
    ("BG", ["Bulgarien", "Bulgaria", "Bulgarie"]),
    ("BR", ["Brasilien", "Brazil", "Brésil"]),
    ("CA", ["Kanada", "Canada", "Canada"]),
    ("CH", ["Schweiz", "Switzerland", "Suisse"]),
    ("CY", ["Zypern", "Cyprus", "Chypre"]),
    ("CZ", ["Tschechien", "Czechia", "Tchéquie"]),
    ("DE", ["Deutschland", "Germany", "Allemagne"]),
    ("DK", ["Dänemark", "Denmark", "Danemark"]),
    ("EE", ["Estland", "Estonia", "Estonie"]),
    ("ES", ["Spanien", "Spain", "Espagne"]),
    ("FI", ["Finnland", "Finland", "Finlande"]),
    ("FR", ["Frankreich", "France", "France"]),
    (
        "GB",
        ["Vereinigtes Königreich", "United Kingdom", "Royaume-Uni"],
    ),
    ("GR", ["Griechenland", "Greece", "Grèce"]),
    ("HR", ["Kroatien", "Croatia", "Croatie"]),
    ("HU", ["Ungarn", "Hungary", "Hongrie"]),
    ("IE", ["Irland", "Ireland", "Irlande"]),
    ("IN", ["Indien", "India", "Inde"]),
    ("IS", ["Island", "Iceland", "Islande"]),
    ("IT", ["Italien", "Italy", "Italie"]),
    ("JP", ["Japan", "Japan", "Japon"]),
    ("LI", ["Liechtenstein", "Liechtenstein", "Liechtenstein"]),
    ("LT", ["Litauen", "Lithuania", "Lituanie"]),
    ("LU", ["Luxemburg", "Luxembourg", "Luxembourg"]),
    ("LV", ["Lettland", "Latvia", "Lettonie"]),
    ("MC", ["Monaco", "Monaco", "Monaco"]),
    ("MT", ["Malta", "Malta", "Malte"]),
    ("NL", ["Niederlande", "Netherlands", "Pays-Bas"]),
    ("NO", ["Norwegen", "Norway", "Norvège"]),
    ("NZ", ["Neuseeland", "New Zealand", "Nouvelle-Zélande"]),
    ("PL", ["Polen", "Poland", "Pologne"]),
    ("PT", ["Portugal", "Portugal", "Portugal"]),
    ("RO", ["Rumänien", "Romania", "Roumanie"]),
    ("RS", ["Serbien", "Serbia", "Serbie"]),
    ("SE", ["Schweden", "Sweden", "Suède"]),
    ("SI", ["Slowenien", "Slovenia", "Slovénie"]),
    ("SK", ["Slowakei", "Slovakia", "Slovaquie"]),
    ("SM", ["San Marino", "San Marino", "Saint-Marin"]),
    ("TR", ["Türkei", "Türkiye", "Turquie"]),
    ("UA", ["Ukraine", "Ukraine", "Ukraine"]),
    ("US", ["Vereinigte Staaten", "United States", "États-Unis"]),
    ("VA", ["Vatikanstadt", "Vatican City", "Cité du Vatican"]),
];

/// Name of a country by its ISO 3166-1 code; the code itself where the name is not known here.
#[must_use]
pub fn name(code: &str, language: Language) -> &str {
    let column = match language {
        Language::De => 0,
        Language::En => 1,
        Language::Fr => 2,
    };
    match NAMES.binary_search_by_key(&code, |(known, _)| known) {
        Ok(index) => NAMES[index].1[column],
        Err(_) => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_found_by_their_code() {
        assert!(NAMES.is_sorted_by_key(|(code, _)| code));
        assert_eq!(name("BE", Language::En), "Belgium");
        assert_eq!(name("AD", Language::Fr), "Andorre");
        assert_eq!(name("VA", Language::De), "Vatikanstadt");
        assert_eq!(name("XK", Language::De), "XK");
    }
}
