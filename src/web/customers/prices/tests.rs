//! Facts about prices in words.

use super::*;
use crate::billing::contract::Contract;
use crate::billing::party::Language;

const LANGUAGES: [Language; 3] = [Language::De, Language::En, Language::Fr];

fn speaker(language: Language) -> Speaker {
    Speaker {
        words: Words(language),
        currency: Currency::EUR,
    }
}

/// An item with a price, given as in a book.
fn item(price: &str, quantity: &str) -> Item {
    let text = format!(
        "id = \"x\"\nfamily = \"operated\"\nname = {{ de = \"X\", en = \"X\", fr = \"X\" }}\n\
         nature = \"automated\"\nfrom = \"2026-01-01\"\nbilling = \"month\"\n\
         timing = \"in_arrears\"\nquantity = \"{quantity}\"\nprice = {{ {price} }}"
    );
    toml::from_str(&text).expect("an item")
}

/// The sentences in one language, with plain spaces.
fn said(price: &str, quantity: &str, language: Language) -> Vec<String> {
    let item = item(price, quantity);
    let priced = speaker(language).item(&item, None, item.quantity);
    let all = std::iter::once(priced.main).chain(priced.more);
    all.map(|text| text.replace([NBSP, '\u{202f}'], " "))
        .collect()
}

fn in_all(price: &str, quantity: &str) -> [Vec<String>; 3] {
    LANGUAGES.map(|language| said(price, quantity, language))
}

#[test]
fn a_fee_names_its_interval() {
    let price = "type = \"recurring\", per = \"month\", \
                 charge = { model = \"flat\", price = \"3200\" }";
    assert_eq!(
        in_all(price, "1"),
        [
            ["3.200,00 EUR im Monat"],
            ["3,200.00 EUR a month"],
            ["3 200,00 EUR par mois"]
        ]
    );
    let price = "type = \"recurring\", per = \"half_year\", \
                 charge = { model = \"per_unit\", price = \"4.5\" }";
    assert_eq!(
        said(price, "12", Language::En),
        ["12 × 4.50 EUR a half-year"]
    );
}

#[test]
fn a_fee_by_tier_names_the_count() {
    let price = "type = \"recurring\", per = \"year\", charge = { model = \"volume\", \
                 tiers = [{ up_to = \"10\", price = \"90\" }, { up_to = \"50\", price = \"80\" }, \
                 { price = \"70\" }] }";
    assert_eq!(
        said(price, "12", Language::En),
        [
            "By tier, all of it at the price of the tier it reaches",
            "up to 10: 90.00 EUR per unit",
            "10 to 50: 80.00 EUR per unit",
            "above 50: 70.00 EUR per unit",
            "Count: 12, charged a year",
        ]
    );
}

#[test]
fn metered_use_names_unit_tiers_and_allowance() {
    let price = "type = \"usage\", per = \"month\", meter = \"m\", unit = \"gigabyte\", \
                 included = \"500\", charge = { model = \"graduated\", \
                 tiers = [{ up_to = \"100\", price = \"0.20\" }, { price = \"0.125\" }] }";
    assert_eq!(
        in_all(price, "1"),
        [
            [
                "Nach Stufen, jeder Teil zum Preis seiner Stufe",
                "500 GB im Monat enthalten; berechnet wird, was darüber liegt",
                "500 bis 600 GB: 0,20 EUR je GB",
                "über 600 GB: 0,125 EUR je GB",
            ],
            [
                "By tier, each part at the price of its own tier",
                "500 GB a month included; what is above is charged",
                "500 to 600 GB: 0.20 EUR per GB",
                "above 600 GB: 0.125 EUR per GB",
            ],
            [
                "Par tranche, chaque part au prix de sa tranche",
                "500 Go par mois inclus ; l’excédent est facturé",
                "de 500 à 600 Go : 0,20 EUR par Go",
                "au-delà de 600 Go : 0,125 EUR par Go",
            ],
        ]
    );
}

#[test]
fn packages_steps_and_limits_are_said() {
    let price = "type = \"usage\", per = \"quarter\", meter = \"m\", unit = \"hour\", \
                 roll_over = true, step = \"0.25\", \
                 minimum = { amount = \"100\", basis = \"period\" }, maximum = \"900\", \
                 pooled_with = [\"a.example\", \"b.example\"], \
                 charge = { model = \"package\", size = \"5\", price = \"45\" }";
    assert_eq!(
        said(price, "1", Language::En),
        [
            "45.00 EUR for each started package of 5.00 h",
            "What is left of the allowance is added to the next period, once",
            "Rounded up to a multiple of 0.25 h",
            "At least 100.00 EUR a quarter",
            "At most 900.00 EUR a quarter",
            "The allowance is shared with a.example, b.example",
        ]
    );
    let price = "type = \"usage\", per = \"year\", meter = \"m\", unit = \"piece\", \
                 minimum = { amount = \"50\", basis = \"year\" }, \
                 charge = { model = \"flat\", price = \"20\" }";
    assert_eq!(
        said(price, "1", Language::De),
        [
            "20,00 EUR im Jahr, wie viel auch genutzt wird",
            "Mindestens 50,00 EUR im Vertragsjahr",
        ]
    );
}

#[test]
fn what_is_charged_once_says_how_many() {
    let price = "type = \"one_off\", amount = \"150\"";
    assert_eq!(said(price, "1", Language::En), ["150.00 EUR once"]);
    assert_eq!(said(price, "3", Language::Fr), ["3 × 150,00 EUR une fois"]);
}

#[test]
fn discounts_say_what_they_take_off() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = crate::book::load(&folder.join("discounts.toml")).expect("a book");
    let contract: &Contract = book.contracts.first().expect("a contract");
    for language in LANGUAGES {
        for discount in &contract.discounts {
            let said = speaker(language).discount(discount);
            let sized = said.contains('%') || said.contains("EUR");
            assert!(sized && !said.contains("price-"), "{said}");
        }
    }
}
