//! The frame of public pages: no side bar, the few places of a customer, and whose book it is.

use super::super::assets;
use super::super::form::token;
use super::super::frame::BRAND;
use super::super::parts::{NavLink, PublicFrame, PublicWords};
use super::super::router::Shared;
use super::super::words::Words;
use crate::access::Permission;
use crate::usecases::access::authenticate::SignedIn;

/// A place of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Place {
    Invoices,
    Usage,
    Contact,
    Account,
    /// A page that is none of the places.
    Elsewhere,
}

impl Shared {
    /// The frame of a page of the portal, with the places that the reader may go to.
    pub(in super::super) fn portal(
        &self,
        words: Words,
        who: &SignedIn,
        place: Place,
        title: String,
    ) -> PublicFrame {
        let link = |own, label: String, href: &str| NavLink {
            label,
            href: href.to_owned(),
            current: own == place,
            ..NavLink::default()
        };
        let mut links = Vec::new();
        if who.principal.may(Permission::ReadOwnInvoices) {
            let label = words.say("nav-invoices");
            links.push(link(Place::Invoices, label, "/portal/invoices"));
        }
        if who.principal.may(Permission::ReadOwnUsage) {
            let label = words.say("portal-usage");
            links.push(link(Place::Usage, label, "/portal/usage"));
        }
        if who.principal.may(Permission::EditOwnContact) {
            let label = words.say("portal-contact-nav");
            links.push(link(Place::Contact, label, "/portal/contact"));
        }
        let label = words.say("portal-account");
        links.push(link(Place::Account, label, "/portal/account"));
        PublicFrame {
            links,
            csrf: token(self, who),
            home: "/portal".to_owned(),
            ..self.public(words, title)
        }
    }

    /// The frame of a public page that is read without an account.
    pub(in super::super) fn public(&self, words: Words, title: String) -> PublicFrame {
        PublicFrame {
            lang: words.tag().to_owned(),
            title,
            brand: BRAND.to_owned(),
            assets: assets::folder().to_owned(),
            theme: String::new(),
            home: "/portal".to_owned(),
            links: Vec::new(),
            foot: self.foot(words),
            csrf: String::new(),
            words: PublicWords {
                skip: words.say("skip"),
                navigation: words.say("navigation"),
                help: words.say("portal-help"),
                sign_out: words.say("sign-out"),
            },
        }
    }
}
