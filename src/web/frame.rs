//! The frame of a page: language, navigation, keys, and where its assets lie.

use super::access::encoded;
use super::assets;
use super::form::token;
use super::parts::{BareFrame, Foot, Frame, Key, NavLink};
use super::router::Shared;
use super::said;
use super::words::Words;
use crate::access::preferences::{KEYS, Theme};
use crate::access::{Permission, Preferences};
use crate::usecases::access::authenticate::SignedIn;

/// A page of the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Today,
    Outlook,
    Customers,
    Contracts,
    Usage,
    Invoices,
    Runs,
    Audit,
    Jobs,
    Sources,
    Sellers,
    Users,
    Tokens,
    Components,
    /// Reached from elsewhere.
    Nowhere,
}

pub(super) const BRAND: &str = "Herdbook";

impl Shared {
    /// The finance frame of a page, with the places that the reader may go to.
    pub(super) fn frame(&self, words: Words, who: &SignedIn, place: Place, title: String) -> Frame {
        let nav = places(words, who, (place, self.components));
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
            organisation: self.organisation.clone(),
            person: who.account.name.clone(),
            csrf: token(self, who),
            keys: keys(words, &who.preferences, &nav),
            keymap: keymap(&who.preferences),
            nav,
            trail: None,
            words: frame_words(words),
            toast: said::take(words),
        }
    }
}

/// The side bar: the places that the reader may go to, in groups.
fn places(words: Words, who: &SignedIn, (place, components): (Place, bool)) -> Vec<Vec<NavLink>> {
    let link = |own, label: String, href: &str, key: &str| NavLink {
        label,
        href: href.to_owned(),
        key: key.to_owned(),
        current: own == place,
        count: String::new(),
        urgent: false,
    };
    let may = |permission| who.principal.may(permission);
    let today = vec![link(Place::Today, words.say("nav-today"), "/", "h")];
    let mut agreed = Vec::new();
    if may(Permission::ReadCustomers) {
        let label = words.say("customer-title");
        agreed.push(link(Place::Customers, label, "/customers", "k"));
    }
    if may(Permission::ReadContracts) {
        let label = words.say("contract-title");
        agreed.push(link(Place::Contracts, label, "/contracts", "c"));
    }
    if may(Permission::ReadUsage) {
        agreed.push(link(Place::Usage, words.say("usage-title"), "/usage", "u"));
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
    if may(Permission::ReadContracts) {
        let label = words.say("nav-outlook");
        work.push(link(Place::Outlook, label, "/outlook/recurring", "o"));
    }
    let (watched, mut settings) = upkeep(words, who, place);
    if may(Permission::ReadUsers) {
        settings.push(link(
            Place::Users,
            words.say("nav-users"),
            "/settings/users",
            "p",
        ));
        let label = words.say("tokens-title");
        settings.push(link(Place::Tokens, label, "/settings/tokens", "t"));
    }
    if components && may(Permission::EditSettings) {
        let label = words.say("nav-components");
        settings.push(link(Place::Components, label, "/styleguide", "m"));
    }
    let all = vec![today, agreed, work, watched, settings].into_iter();
    all.filter(|group| !group.is_empty()).collect()
}

impl Frame {
    /// With a link to the audit trail of what the page shows, for those who may see the trail.
    pub(super) fn with_trail(mut self, words: Words, who: &SignedIn, subject: &str) -> Self {
        if who.principal.may(Permission::ReadAudit) {
            let address = format!("/audit?about={}", encoded(subject));
            self.trail = Some((words.say("audit-own"), address));
        }
        self
    }
}

/// Links to what is watched, and to the first of the settings.
fn upkeep(words: Words, who: &SignedIn, place: Place) -> (Vec<NavLink>, Vec<NavLink>) {
    let all = [
        (
            Permission::ReadAudit,
            (Place::Audit, words.say("audit-title"), "/audit", "a"),
        ),
        (
            Permission::ReadJobs,
            (Place::Jobs, words.say("jobs-title"), "/jobs", "j"),
        ),
        (
            Permission::ReadSources,
            (
                Place::Sources,
                words.say("sources-telemetry"),
                "/sources",
                "d",
            ),
        ),
        (
            Permission::ReadSettings,
            (
                Place::Sellers,
                words.say("sellers-title"),
                "/settings/seller",
                "s",
            ),
        ),
    ];
    let open = all.into_iter().filter(|(to, _)| who.principal.may(*to));
    open.map(|(_, (own, label, href, key))| NavLink {
        label,
        href: href.to_owned(),
        key: key.to_owned(),
        current: own == place,
        count: String::new(),
        urgent: false,
    })
    .partition(|link| link.href != "/settings/seller")
}

/// The frame of a page that stands alone: an error.
pub(super) fn bare(words: Words, title: String) -> BareFrame {
    BareFrame {
        lang: words.tag().to_owned(),
        title,
        brand: BRAND.to_owned(),
        assets: assets::folder().to_owned(),
        theme: String::new(),
        foot: Foot::default(),
    }
}

fn frame_words(words: Words) -> super::parts::Words {
    super::parts::Words {
        skip: words.say("skip"),
        menu: words.say("menu"),
        close: words.say("close"),
        navigation: words.say("navigation"),
        go_to: words.say("go-to"),
        control: words.say("key-control"),
        search_hint: words.say("search-hint"),
        results: words.say("results"),
        open: words.say("waiting"),
        dark: words.say("dark"),
        keys: words.say("keys"),
        keys_note: words.say("keys-note"),
        sign_out: words.say("sign-out"),
    }
}

/// What a single key does, in words.
pub(super) fn key_word(words: Words, action: &str) -> String {
    match action {
        "list" => words.say("key-list"),
        "filter" => words.say("key-filter"),
        "go" => words.say("key-go"),
        "next" => words.say("key-next"),
        "previous" => words.say("key-previous"),
        "select" => words.say("key-select"),
        "export" => words.say("key-export"),
        _ => words.say("key-why"),
    }
}

/// The keys of an account in the order of [`KEYS`], as the script reads them.
fn keymap(own: &Preferences) -> String {
    let keys = KEYS
        .into_iter()
        .map(|(action, key)| own.key(action).unwrap_or(key));
    keys.collect()
}

/// Every key that works, with what it does: those of the account, then those of the side bar.
fn keys(words: Words, own: &Preferences, nav: &[Vec<NavLink>]) -> Vec<Key> {
    let key = |keys: &[&str], does: String| Key {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        does,
    };
    let mut all = vec![key(
        &[&words.say("key-control"), "K"],
        words.say("key-palette"),
    )];
    let mut go = String::new();
    if own.single_keys() {
        for (action, usual) in KEYS {
            let sign = own.key(action).unwrap_or(usual).to_string();
            match action {
                "go" => go = sign,
                _ => all.push(key(&[&sign], key_word(words, action))),
            }
        }
    }
    all.push(key(&[&words.say("key-enter-name")], words.say("key-enter")));
    all.push(key(
        &[&words.say("key-escape-name")],
        words.say("key-escape"),
    ));
    if own.single_keys() {
        let links = nav.iter().flatten().filter(|link| !link.key.is_empty());
        all.extend(links.map(|link| key(&[&go, &link.key], link.label.clone())));
    }
    all
}
