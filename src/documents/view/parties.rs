//! Seller and receiver as a letter names them.

use super::{Fact, SellerView, country};
use crate::billing::invoice::Invoice;
use crate::billing::party::{Address, Language};
use crate::billing::tax::TaxCategory;
use crate::documents::format::{NBSP, fours};

/// Region of the language, for hyphenation and the reading voice: where the receiver is, if the
/// language is spoken there, else the country the language is named after.
pub(super) fn region(invoice: &Invoice) -> String {
    let country = invoice.customer.address.country.as_str();
    let (home, spoken): (&str, &[&str]) = match invoice.language {
        Language::De => ("DE", &["AT", "CH", "LU", "LI", "BE"]),
        Language::En => ("GB", &["US", "IE", "CA", "AU", "NZ"]),
        Language::Fr => ("FR", &["BE", "CH", "LU", "CA"]),
    };
    if spoken.contains(&country) {
        country.to_owned()
    } else {
        home.to_owned()
    }
}

/// The window of the envelope: French ones show the right side, all others DIN 5008 form B.
pub(super) fn window(invoice: &Invoice) -> &'static str {
    if invoice.customer.address.country == "FR" {
        "fr"
    } else {
        "de"
    }
}

/// The address field: name, departments, street, city, and the country where it is another than
/// ours. Nothing else may stand in the window.
pub(super) fn address(invoice: &Invoice) -> Vec<String> {
    let customer = &invoice.customer;
    let mut lines = vec![customer.legal_name.clone()];
    lines.extend(customer.departments.iter().cloned());
    lines.push(customer.address.street.clone());
    lines.extend(customer.address.extra.iter().cloned());
    lines.extend(city_lines(&customer.address));
    if customer.address.country != invoice.seller.address.country {
        lines.push(country::name(&customer.address.country, invoice.language).to_uppercase());
    }
    lines
}

/// City and post code in the order of the country (UPU S42): France in capitals, the United States
/// with the state, the United Kingdom with the post code on its own line.
fn city_lines(address: &Address) -> Vec<String> {
    let Address {
        city,
        post_code,
        region,
        ..
    } = address;
    match address.country.as_str() {
        "FR" => vec![format!("{post_code} {}", city.to_uppercase())],
        "US" | "CA" | "AU" => {
            let state = region.as_deref().map(short_state).unwrap_or_default();
            vec![format!("{city}, {state} {post_code}").replace(",  ", " ")]
        }
        "GB" | "IE" => vec![city.clone(), post_code.clone()],
        _ => vec![format!("{post_code} {city}")],
    }
}

/// `US-CA` (ISO 3166-2) is written `CA`.
fn short_state(region: &str) -> &str {
    match region.split_once('-') {
        Some((country, state)) if country.len() == 2 => state,
        _ => region,
    }
}

/// The seller's facts; the tax number stands in place of the VAT id on a document of category O,
/// which must not carry one (EN 16931 BR-O-02).
pub(super) fn seller(invoice: &Invoice) -> SellerView {
    let language = invoice.language;
    let seller = &invoice.seller;
    let city = city_lines(&seller.address).join(", ");
    let mut seat = format!("{}, {city}", seller.address.street);
    if seller.address.country != invoice.customer.address.country {
        seat = format!(
            "{seat}, {}",
            country::name(&seller.address.country, language)
        );
    }
    let mut entity = vec![seller.legal_name.clone(), seat.clone()];
    if !seller.directors.is_empty() {
        let label = match language {
            Language::De => "Geschäftsführung: ".to_owned(),
            Language::En => "Managing directors: ".to_owned(),
            Language::Fr => format!("Gérance{NBSP}: "),
        };
        entity.push(format!("{label}{}", seller.directors.join(", ")));
    }
    // Number and court are two facts; the column is too narrow for both on one line.
    let mut register: Vec<String> = seller.register.splitn(2, ", ").map(str::to_owned).collect();
    // § 35a GmbHG asks for the number; a register that names the court alone gets it from beside.
    if !seller.register.contains(&seller.register_number) {
        register.insert(0, seller.register_number.clone());
    }
    register.extend(tax_line(invoice));
    let bank = &seller.bank;
    SellerView {
        name: seller.legal_name.clone(),
        sender: format!("{} · {} · {city}", seller.legal_name, seller.address.street),
        letterhead: vec![seat, host(&seller.website).to_owned()],
        entity,
        register,
        bank: vec![
            format!("{}, BIC{NBSP}{}", bank.bank, bank.bic),
            format!("IBAN{NBSP}{}", fours(&bank.iban)),
        ],
    }
}

/// A web address as people write it: without scheme and closing slash.
pub(super) fn host(website: &str) -> &str {
    let bare = website
        .strip_prefix("https://")
        .or_else(|| website.strip_prefix("http://"));
    bare.unwrap_or(website).trim_end_matches('/')
}

fn tax_line(invoice: &Invoice) -> Option<String> {
    let seller = &invoice.seller;
    let out_of_scope = invoice
        .tax
        .iter()
        .any(|group| group.category == TaxCategory::O);
    let vat_id = seller.vat_id.as_ref().filter(|_| !out_of_scope).map(|id| {
        let label = match invoice.language {
            Language::De => "USt-IdNr.",
            Language::En => "VAT id",
            Language::Fr => "N° de TVA",
        };
        format!("{label}{NBSP}{id}")
    });
    vat_id.or_else(|| {
        let label = match invoice.language {
            Language::De => "Steuernummer",
            Language::En => "Tax number",
            Language::Fr => "N° fiscal",
        };
        seller
            .tax_number
            .as_ref()
            .map(|number| format!("{label}{NBSP}{number}"))
    })
}

/// Whom to ask: the office and how to reach it.
pub(super) fn contact(invoice: &Invoice, label: &str) -> Fact {
    let contact = &invoice.seller.contact;
    let mut value = vec![contact.name.clone()];
    value.extend(
        contact
            .email
            .iter()
            .chain(contact.phone.iter())
            .take(1)
            .cloned(),
    );
    Fact {
        label: label.to_owned(),
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(country: &str, region: Option<&str>) -> Address {
        Address {
            street: "1 Sample Street".to_owned(),
            extra: None,
            post_code: "12345".to_owned(),
            city: "Exempleville".to_owned(),
            region: region.map(str::to_owned),
            country: country.to_owned(),
        }
    }

    #[test]
    fn the_city_stands_as_its_country_writes_it() {
        assert_eq!(city_lines(&address("DE", None)), ["12345 Exempleville"]);
        assert_eq!(city_lines(&address("FR", None)), ["12345 EXEMPLEVILLE"]);
        assert_eq!(
            city_lines(&address("US", Some("US-CA"))),
            ["Exempleville, CA 12345"]
        );
        assert_eq!(
            city_lines(&address("US", Some("CA"))),
            ["Exempleville, CA 12345"]
        );
        assert_eq!(city_lines(&address("US", None)), ["Exempleville 12345"]);
        assert_eq!(city_lines(&address("GB", None)), ["Exempleville", "12345"]);
    }
}
