//! Seller and buyer (BG-4 to BG-9).

use en16931::Identifier;
use en16931::invoice::{Code, Contact, Party, PostalAddress};

use super::Profile;
use super::values::{joined, text};
use crate::billing::invoice::Invoice;
use crate::billing::party::{self, Address};
use crate::billing::tax::TaxCategory;

/// Scheme of a SIRET in ISO 6523, as Chorus Pro expects it in BT-47.
const SIRET_SCHEME: &str = "0009";

/// Electronic address scheme of the Leitweg-ID.
const LEITWEG_SCHEME: &str = "0204";

/// True when the document is outside the scope of tax: neither party's VAT id may appear then
/// (BR-O-02), and the seller is identified by its local tax number.
fn out_of_scope(invoice: &Invoice) -> bool {
    invoice
        .tax
        .iter()
        .any(|subtotal| subtotal.category == TaxCategory::O)
}

/// The seller (BG-4).
pub(super) fn seller(invoice: &Invoice) -> Party {
    let seller = &invoice.seller;
    let directors = seller.directors.iter().map(String::as_str);
    Party {
        name: text(&seller.legal_name),
        legal_registration: text(&seller.register_number).map(Identifier::new),
        vat_identifier: seller
            .vat_id
            .as_deref()
            .and_then(text)
            .filter(|_| !out_of_scope(invoice)),
        tax_registration: seller.tax_number.as_deref().and_then(text),
        additional_legal_information: joined(
            std::iter::once(seller.register.as_str()).chain(directors),
            "; ",
        ),
        electronic_address: Some(identifier(&seller.endpoint)),
        address: address(&seller.address, &[]),
        contact: contact(Some(&seller.contact)),
        ..Party::default()
    }
}

/// The buyer (BG-7).
pub(super) fn buyer(invoice: &Invoice, profile: Profile) -> Party {
    let customer = &invoice.customer;
    let siret = customer.routing.siret.as_deref().and_then(text);
    Party {
        name: text(&customer.legal_name),
        identifiers: vec![Identifier::new(customer.number.to_string())],
        legal_registration: siret.map(|siret| Identifier::schemed(siret, SIRET_SCHEME)),
        vat_identifier: customer
            .vat_id
            .as_deref()
            .and_then(text)
            .filter(|_| !out_of_scope(invoice)),
        electronic_address: endpoint(invoice, profile),
        address: address(&customer.address, &customer.departments),
        contact: contact(customer.contact.as_ref()),
        ..Party::default()
    }
}

/// The buyer's electronic address (BT-49): as agreed, else for a German authority its Leitweg-ID,
/// which is its address in the Peppol network too.
fn endpoint(invoice: &Invoice, profile: Profile) -> Option<Identifier> {
    let routing = &invoice.customer.routing;
    let leitweg = || {
        let id = routing.leitweg_id.as_deref().and_then(text)?;
        (profile == Profile::XRechnungUbl).then(|| Identifier::schemed(id, LEITWEG_SCHEME))
    };
    routing.endpoint.as_ref().map(identifier).or_else(leitweg)
}

fn identifier(id: &party::Identifier) -> Identifier {
    Identifier::schemed(id.id.trim(), id.scheme.trim())
}

/// BG-5 or BG-8. Departments have no term of their own and take the third address line.
fn address(address: &Address, departments: &[String]) -> PostalAddress {
    PostalAddress {
        line1: text(&address.street),
        line2: address.extra.as_deref().and_then(text),
        line3: joined(departments.iter().map(String::as_str), ", "),
        city: text(&address.city),
        post_code: text(&address.post_code),
        subdivision: address.region.as_deref().and_then(text),
        country: text(&address.country).map(Code::new),
    }
}

/// BG-6 or BG-9.
fn contact(contact: Option<&party::Contact>) -> Contact {
    contact.map_or_else(Contact::default, |contact| Contact {
        name: text(&contact.name),
        phone: contact.phone.as_deref().and_then(text),
        email: contact.email.as_deref().and_then(text),
    })
}
