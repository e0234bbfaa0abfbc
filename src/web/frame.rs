//! The frame of a page: language, navigation, keys, and where its assets lie.

use super::assets;
use super::parts::{BareFrame, Frame, Key, NavLink};
use super::words::Words;

/// A page of the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Invoices,
    Components,
    /// Reached from elsewhere.
    Nowhere,
}

const BRAND: &str = "Herdbook";

/// The finance frame of a page.
pub(super) fn frame(words: Words, place: Place, title: String, organisation: String) -> Frame {
    let link = |own, label: String, href: &str, key: &str| NavLink {
        label,
        href: href.to_owned(),
        key: key.to_owned(),
        current: own == place,
        count: String::new(),
        urgent: false,
    };
    Frame {
        lang: words.tag().to_owned(),
        title,
        brand: BRAND.to_owned(),
        assets: assets::folder().to_owned(),
        theme: String::new(),
        compact: false,
        single_keys: true,
        nav: vec![
            vec![link(
                Place::Invoices,
                words.say("nav-invoices"),
                "/invoices",
                "i",
            )],
            vec![link(
                Place::Components,
                words.say("nav-components"),
                "/styleguide",
                "k",
            )],
        ],
        organisation,
        keys: keys(words),
        words: frame_words(words),
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
    }
}

fn keys(words: Words) -> Vec<Key> {
    let keys = [
        (vec!["Ctrl", "K"], words.say("key-palette")),
        (vec!["?"], words.say("key-list")),
        (vec!["/"], words.say("key-filter")),
        (vec!["g", "i k"], words.say("key-go")),
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
