//! Who is behind the server, at the foot of pages that anybody may see: § 5 DDG (Germany) wants
//! name, address, register and a way to write to them where a stranger looks first; article 13 of
//! Regulation (EU) 2016/679 what becomes of personal data.

use super::countries;
use super::frame::bare;
use super::parts::{BareFrame, Foot};
use super::router::Shared;
use super::words::{Argument, Words};
use crate::billing::party::Seller;

/// Who is behind the server, as it is known when it starts.
#[derive(Debug, Clone, Default)]
pub struct Imprint {
    /// The first seller of the book; none while there is none.
    pub seller: Option<Box<Seller>>,
    /// Page with the whole imprint.
    pub imprint_url: Option<String>,
    /// Page about personal data.
    pub privacy_url: Option<String>,
}

impl Imprint {
    /// As a page says it in the reader's language.
    fn foot(&self, words: Words, organisation: &str) -> Foot {
        let mut links = Vec::new();
        let wanted = |url: &Option<String>| url.clone().filter(|url| !url.is_empty());
        if let Some(url) = wanted(&self.imprint_url) {
            links.push((words.say("foot-imprint"), url));
        }
        if let Some(url) = wanted(&self.privacy_url) {
            links.push((words.say("foot-privacy"), url));
        }
        let Some(seller) = &self.seller else {
            return Foot {
                name: organisation.to_owned(),
                links,
                ..Foot::default()
            };
        };
        Foot {
            name: seller.legal_name.clone(),
            address: address(words, seller),
            facts: match wanted(&self.imprint_url) {
                // The page behind the link says it all.
                Some(_) => Vec::new(),
                None => facts(words, seller),
            },
            links,
        }
    }
}

fn address(words: Words, seller: &Seller) -> String {
    let address = &seller.address;
    let place = format!("{} {}", address.post_code, address.city);
    let country = countries::name(words, &address.country);
    let lines = [Some(address.street.clone()), address.extra.clone()];
    let lines = lines.into_iter().flatten().chain([place, country]);
    lines.collect::<Vec<_>>().join(" · ")
}

/// What § 5 (1) DDG asks for besides the address.
fn facts(words: Words, seller: &Seller) -> Vec<String> {
    let mut facts = Vec::new();
    let directors = seller.directors.join(", ");
    let labelled = [
        ("foot-directors", Some(&directors)),
        ("foot-mail", seller.contact.email.as_ref()),
        ("foot-phone", seller.contact.phone.as_ref()),
        ("foot-vat-id", seller.vat_id.as_ref()),
    ];
    if !seller.register.is_empty() {
        facts.push(seller.register.clone());
    }
    for (key, value) in labelled {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        let argument = [("value", Argument::Text(value))];
        facts.push(match key {
            "foot-directors" => words.with("foot-directors", &argument),
            "foot-mail" => words.with("foot-mail", &argument),
            "foot-phone" => words.with("foot-phone", &argument),
            _ => words.with("foot-vat-id", &argument),
        });
    }
    facts
}

impl Shared {
    /// The foot of a page that anybody may see.
    pub(super) fn foot(&self, words: Words) -> Foot {
        self.imprint.foot(words, &self.organisation)
    }

    /// The frame of a page that stands alone, with its foot.
    pub(super) fn bare(&self, words: Words, title: String) -> BareFrame {
        BareFrame {
            foot: self.foot(words),
            ..bare(words, title)
        }
    }
}
