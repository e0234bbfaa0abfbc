//! The frame of a page: language, navigation, keys, and where its assets lie.

use super::assets;
use super::form::token;
use super::parts::{BareFrame, Frame, Key, NavLink};
use super::router::Shared;
use super::words::Words;
use crate::access::Permission;
use crate::access::preferences::Theme;
use crate::usecases::access::authenticate::SignedIn;

/// A page of the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Customers,
    Contracts,
    Usage,
    Invoices,
    Runs,
    Users,
    Components,
    /// Reached from elsewhere.
    Nowhere,
}

pub(super) const BRAND: &str = "Herdbook";

impl Shared {
    /// The finance frame of a page, with the places that the reader may go to.
    pub(super) fn frame(&self, words: Words, who: &SignedIn, place: Place, title: String) -> Frame {
        let link = |own, label: String, href: &str, key: &str| NavLink {
            label,
            href: href.to_owned(),
            key: key.to_owned(),
            current: own == place,
            count: String::new(),
            urgent: false,
        };
        let may = |permission| who.principal.may(permission);
        let mut agreed = Vec::new();
        if may(Permission::ReadCustomers) {
            let label = words.say("customer-title");
            agreed.push(link(Place::Customers, label, "/customers", "c"));
        }
        if may(Permission::ReadContracts) {
            let label = words.say("contract-title");
            agreed.push(link(Place::Contracts, label, "/contracts", "o"));
        }
        if may(Permission::ReadUsage) {
            agreed.push(link(Place::Usage, words.say("usage-title"), "/usage", "e"));
        }
        let mut work = Vec::new();
        if may(Permission::ReadInvoices) {
            work.push(link(
                Place::Invoices,
                words.say("nav-invoices"),
                "/invoices",
                "i",
            ));
        }
        if may(Permission::ReadRuns) {
            work.push(link(Place::Runs, words.say("nav-runs"), "/runs", "b"));
        }
        let mut rest = Vec::new();
        if may(Permission::ReadUsers) {
            rest.push(link(
                Place::Users,
                words.say("nav-users"),
                "/settings/users",
                "u",
            ));
        }
        rest.push(link(
            Place::Components,
            words.say("nav-components"),
            "/styleguide",
            "k",
        ));
        Frame {
            lang: words.tag().to_owned(),
            title,
            brand: BRAND.to_owned(),
            assets: assets::folder().to_owned(),
            theme: match who.preferences.theme() {
                Theme::System => String::new(),
                chosen => chosen.as_str().to_owned(),
            },
            compact: who.preferences.compact(),
            single_keys: who.preferences.single_keys(),
            nav: vec![agreed, work, rest]
                .into_iter()
                .filter(|group| !group.is_empty())
                .collect(),
            organisation: self.organisation.clone(),
            person: who.account.name.clone(),
            csrf: token(self, who),
            keys: keys(words),
            words: frame_words(words),
        }
    }
}

/// The frame of a page that stands alone: an error.
pub(super) fn bare(words: Words, title: String) -> BareFrame {
    BareFrame {
        lang: words.tag().to_owned(),
        title,
        brand: BRAND.to_owned(),
        assets: assets::folder().to_owned(),
        theme: String::new(),
    }
}

fn frame_words(words: Words) -> super::parts::Words {
    super::parts::Words {
        skip: words.say("skip"),
        menu: words.say("menu"),
        close: words.say("close"),
        navigation: words.say("navigation"),
        go_to: words.say("go-to"),
        search_hint: words.say("search-hint"),
        results: words.say("results"),
        open: words.say("waiting"),
        dark: words.say("dark"),
        keys: words.say("keys"),
        keys_note: words.say("keys-note"),
        sign_out: words.say("sign-out"),
    }
}

fn keys(words: Words) -> Vec<Key> {
    let keys = [
        (vec!["Ctrl", "K"], words.say("key-palette")),
        (vec!["?"], words.say("key-list")),
        (vec!["/"], words.say("key-filter")),
        (vec!["g", "c o e i b u k"], words.say("key-go")),
        (vec!["j", "k"], words.say("key-rows")),
        (vec!["Enter"], words.say("key-enter")),
        (vec!["w"], words.say("key-why")),
        (vec!["Esc"], words.say("key-escape")),
    ];
    keys.into_iter()
        .map(|(keys, does)| Key {
            keys: keys.into_iter().map(str::to_owned).collect(),
            does,
        })
        .collect()
}
