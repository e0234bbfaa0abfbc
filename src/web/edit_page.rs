//! The pages on which a dated record is edited: its form, and what sending it would change.

use askama::Template;

use super::fields::{Difference, Group, Kind};
use super::parts::Frame;
use super::words::Words;

/// The form.
#[derive(Template)]
#[template(path = "edit/form.html")]
pub(super) struct EditPage {
    pub(super) frame: Frame,
    pub(super) words: Words,
    pub(super) csrf: String,
    /// Label and address of what stands above.
    pub(super) crumbs: Vec<(String, String)>,
    pub(super) sub: String,
    pub(super) path: String,
    pub(super) back: String,
    /// The edition that the form was made from.
    pub(super) made_from: String,
    pub(super) wrong: Vec<(String, String)>,
    /// What somebody else changed since the form was opened, and whether the state it was made from
    /// is known.
    pub(super) meanwhile: Option<(bool, Vec<Difference>)>,
    pub(super) groups: Vec<Group>,
}

/// What an edit would change, before it is saved.
#[derive(Template)]
#[template(path = "edit/look.html")]
pub(super) struct LookPage {
    pub(super) frame: Frame,
    pub(super) words: Words,
    pub(super) csrf: String,
    pub(super) crumbs: Vec<(String, String)>,
    pub(super) sub: String,
    /// Whether there was nothing before: then only what is entered is shown.
    pub(super) new: bool,
    pub(super) path: String,
    /// What the reader should know before.
    pub(super) warnings: Vec<String>,
    pub(super) changes: Vec<Difference>,
    /// What it does to billing; none where it does nothing.
    pub(super) effect: Option<Effect>,
    /// The label of the button; empty where there is nothing to save.
    pub(super) save: String,
    /// What was typed.
    pub(super) kept: Vec<(String, String)>,
}

/// What an edit does to billing.
pub(super) struct Effect {
    pub(super) title: String,
    pub(super) unblocks: Vec<String>,
    pub(super) blocks: Vec<String>,
    pub(super) still: Vec<String>,
}

impl EditPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

impl LookPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}
