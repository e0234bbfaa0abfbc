//! What every page needs besides its own content: the frames, and the tree of a derivation.

use askama::Template;

use super::soft;

/// A link of the side bar.
#[derive(Debug, Clone, Default)]
pub struct NavLink {
    /// What the reader sees.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// The letter that follows `g`; empty for none.
    pub key: String,
    /// Whether the page belongs here.
    pub current: bool,
    /// How many wait there; empty for none.
    pub count: String,
    /// Whether one of them is late.
    pub urgent: bool,
}

/// A line of the key list.
#[derive(Debug, Clone, Default)]
pub struct Key {
    /// The keys in the order they are pressed.
    pub keys: Vec<String>,
    /// What they do.
    pub does: String,
}

/// Words of the finance frame, in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub skip: String,
    pub menu: String,
    pub close: String,
    pub navigation: String,
    pub go_to: String,
    /// The name of the key that opens the palette together with K.
    pub control: String,
    pub search_hint: String,
    pub results: String,
    pub open: String,
    pub dark: String,
    pub keys: String,
    pub keys_note: String,
    pub sign_out: String,
}

/// The finance frame (`base.html`). A page of it is a template with a field `frame`.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Language of the page, BCP 47.
    pub lang: String,
    /// Title of the page, without the brand.
    pub title: String,
    pub brand: String,
    /// Where style sheet, script and logo lie, without a slash at the end.
    pub assets: String,
    /// "light" or "dark" where the reader chose; empty follows the system.
    pub theme: String,
    /// Rows of 32 instead of 40 px.
    pub compact: bool,
    /// Whether single keys work (WCAG 2.1.4 lets the reader switch them off).
    pub single_keys: bool,
    /// The keys of actions, a sign each, in the order of the script.
    pub keymap: String,
    /// Groups of the side bar.
    pub nav: Vec<Vec<NavLink>>,
    pub organisation: String,
    /// Who is signed in.
    pub person: String,
    /// The proof of the form that signs out.
    pub csrf: String,
    pub keys: Vec<Key>,
    /// The audit trail of the record that the page shows: label and address, for those who may.
    pub trail: Option<(String, String)>,
    pub words: Words,
    /// What was just done; empty when there is nothing to say.
    pub toast: String,
}

/// Gives a frame the title as a heading shows it.
macro_rules! heading {
    ($($frame:ty),*) => {
        $(impl $frame {
            /// The title, with the places where its long words may part.
            pub(super) fn heading(&self) -> String {
                soft::hyphens(&self.title, &self.lang)
            }
        })*
    };
}

heading!(Frame, BareFrame, PublicFrame);

/// Who is behind the server, at the foot of a page.
#[derive(Debug, Clone, Default)]
pub struct Foot {
    /// Registered name.
    pub name: String,
    /// In one line.
    pub address: String,
    /// Register, directors and the like, where no link leads to them.
    pub facts: Vec<String>,
    /// Label and address.
    pub links: Vec<(String, String)>,
}

/// The frame of a page that stands alone (`bare.html`): a sign-in, an error.
#[derive(Debug, Clone, Default)]
pub struct BareFrame {
    pub lang: String,
    pub title: String,
    pub brand: String,
    pub assets: String,
    pub theme: String,
    pub foot: Foot,
}

/// The frame of a public page (`public.html`): the portal, and what is read without an account.
#[derive(Debug, Clone, Default)]
pub struct PublicFrame {
    /// Language of the page, BCP 47.
    pub lang: String,
    /// Title of the page, without the brand.
    pub title: String,
    pub brand: String,
    /// Where style sheet, script and logo lie, without a slash at the end.
    pub assets: String,
    pub theme: String,
    /// Where the brand leads.
    pub home: String,
    /// Places at the top; none for whoever is not signed in.
    pub links: Vec<NavLink>,
    /// Whose book it is.
    pub foot: Foot,
    /// The proof of the form that signs out; empty for whoever is not signed in.
    pub csrf: String,
    pub words: PublicWords,
}

/// Words of the public frame, in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct PublicWords {
    pub skip: String,
    pub navigation: String,
    pub help: String,
    pub sign_out: String,
}

/// One step of a derivation and what it was made of. Writes itself, because a macro cannot recurse.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "parts/derivation_step.html")]
pub struct Step {
    pub what: String,
    pub value: String,
    /// The value where it is rounded for reading; empty where it is exact.
    pub exact: String,
    pub source: String,
    /// Link of the source; empty where it has no page.
    pub source_href: String,
    pub because: String,
    pub parts: Vec<Step>,
}

impl Step {
    /// The step under a name.
    #[must_use]
    pub fn named(self, what: String) -> Self {
        Self { what, ..self }
    }
}

/// A step without a page of its source.
#[must_use]
pub fn step(what: &str, value: &str, source: &str, because: &str, parts: Vec<Step>) -> Step {
    Step {
        what: what.into(),
        value: value.into(),
        exact: String::new(),
        source: source.into(),
        source_href: String::new(),
        because: because.into(),
        parts,
    }
}
