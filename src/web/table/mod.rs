//! The one component for lists: columns that are declared, and from them sorting, filters, choice
//! of columns, saved views, pages in both directions and exports.
//!
//! A list is a [`Listing`]: its [`List`] says what columns there are, its `load` brings the rows of
//! a window. [`list`] does the rest. Who may see it is settled before: by the table of routes, and
//! by the use case that `load` calls, for pages and exports alike.

mod actions;
mod asked;
mod cell;
mod csv;
mod drawn;
mod export;
mod workbook;

use std::future::Future;

use axum::response::Response;

pub(super) use actions::{choose_columns, remove_view, save_view};
pub(super) use asked::Asked;
pub(super) use cell::{Cell, Value};
pub(super) use drawn::{Drawn, Page};

use super::answer::{Failed, html};
use super::frame::Place;
use super::router::Shared;
use super::words::Words;
use crate::db::browse::{Pages, Window};
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;

/// Rows of a page.
const ROWS: u64 = 25;

/// What a column holds, which says how it stands on the page and in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The head of the row, its link.
    Head,
    /// Words that speak for themselves.
    Words,
    /// Words that need their header beside them where the row becomes a record.
    Fact,
    /// The same, on one line: a date.
    Day,
    /// An amount with its currency.
    Amount,
    /// A quantity with its unit.
    Figure,
    /// A figure beside others, such as a share.
    Share,
    /// Where the thing stands.
    State,
    /// Buttons. They are in no file.
    Actions,
}

/// Whether a column is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It cannot be left out.
    Always,
    /// Until somebody leaves it out.
    AtFirst,
    /// Once somebody asks for it.
    OnDemand,
}

/// A word in the reader's language.
pub(super) type Word = fn(Words) -> String;

/// A column as it is declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Names it in addresses and settings: lower-case letters and hyphens.
    pub(super) key: &'static str,
    pub(super) header: Word,
    /// What the second line of a cell is called in files; none where there is none, or where it
    /// says nothing of its own.
    pub(super) second: Option<Word>,
    pub(super) kind: Kind,
    pub(super) seen: Seen,
    /// Can the list be ordered by it? Then [`Listing::by`] knows its key.
    pub(super) sorts: bool,
}

/// A column that is there at first and does not sort.
pub(super) const fn column(key: &'static str, kind: Kind, header: Word) -> Column {
    Column {
        key,
        header,
        second: None,
        kind,
        seen: Seen::AtFirst,
        sorts: false,
    }
}

impl Column {
    /// The list can be ordered by it.
    pub(super) const fn sorts(self) -> Self {
        Self {
            sorts: true,
            ..self
        }
    }

    /// It is there when it is asked for.
    pub(super) const fn on_demand(self) -> Self {
        Self {
            seen: Seen::OnDemand,
            ..self
        }
    }

    /// It cannot be left out.
    pub(super) const fn always(self) -> Self {
        Self {
            seen: Seen::Always,
            ..self
        }
    }

    /// Its second line is a column of its own in files.
    pub(super) const fn second(self, word: Word) -> Self {
        Self {
            second: Some(word),
            ..self
        }
    }
}

/// A list as it is declared.
#[derive(Debug)]
pub(super) struct List {
    /// Names it in settings, views and files: lower-case letters and hyphens.
    pub(super) key: &'static str,
    pub(super) path: &'static str,
    pub(super) place: Place,
    pub(super) columns: &'static [Column],
    /// The order it has of itself: the key of a column, and whether the greatest comes first.
    pub(super) order: (&'static str, bool),
    pub(super) texts: fn(Words) -> Texts,
    /// "Three invoices are issued": of how many there are, and whether they are filtered.
    pub(super) sum: fn(Words, u64, bool) -> String,
}

/// What a list says besides its columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// The title of its page.
    pub(super) title: String,
    /// The name of its filter.
    pub(super) filter: String,
    /// The link that takes the filter away.
    pub(super) clear: String,
    /// What to do when nothing matches the filter.
    pub(super) none: String,
    /// What the list is for, while it is empty.
    pub(super) empty: (String, String),
}

/// A field of the filter.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    /// Text, which `/` reaches.
    Search {
        name: &'static str,
        label: String,
        value: String,
    },
    /// One of several: value, label, whether it is chosen. "All" stands before them.
    Pick {
        name: &'static str,
        label: String,
        choices: Vec<(String, String, bool)>,
    },
}

impl Filter {
    /// Its name and value in an address.
    fn part(&self) -> (&'static str, String) {
        match self {
            Self::Search { name, value, .. } => (name, value.clone()),
            Self::Pick { name, choices, .. } => {
                let chosen = choices.iter().find(|(.., chosen)| *chosen);
                let value = chosen.map(|(value, ..)| value.clone());
                (name, value.unwrap_or_default())
            }
        }
    }
}

/// Sums over all pages of a list, below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Foot {
    /// What is summed up; empty where nothing is.
    pub(super) title: String,
    /// The heads of the columns behind the currency.
    pub(super) heads: Vec<String>,
    /// The currency, and an amount a column.
    pub(super) rows: Vec<(String, Vec<String>)>,
    /// How the sums count, or why there are none.
    pub(super) note: String,
}

/// The rows of a window: their cells in the order of the declared columns.
pub(super) type Rows = (Vec<Vec<Cell>>, Pages);

/// A list with what is asked of it.
pub(super) trait Listing: Sync {
    /// What it can be ordered by.
    type By: Copy + Send + Sync;
    const LIST: &'static List;
    /// The order by a column.
    fn by(key: &str) -> Option<Self::By>;
    fn filters(&self) -> Vec<Filter>;
    /// What can be done beside reading it: label and address of each button of the page's head.
    fn actions(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    /// What fills the list while it is empty: label and address; none where nothing does, or where
    /// the reader may not.
    fn fills(&self) -> Option<(String, String)> {
        None
    }
    /// A line under the list; empty for none.
    fn note(&self) -> String {
        String::new()
    }
    /// Sums over all its pages, which hold so many rows.
    fn foot(&self, _count: u64) -> impl Future<Output = Result<Foot, Failure>> + Send {
        std::future::ready(Ok(Foot::default()))
    }
    /// The rows of a window, under the permission and within the scope of whoever asks.
    fn load(&self, window: Window<Self::By>) -> impl Future<Output = Result<Rows, Failure>> + Send;
}

/// A list as it is answered.
pub(super) enum Answered {
    /// Part of a page.
    Drawn(Box<Drawn>),
    /// A file.
    File(Response),
}

/// What is asked of a list: a part of a page, or a file.
///
/// # Errors
/// Those of its use case, `web.too-many-rows`.
pub(super) async fn answered<L: Listing>(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (listing, asked): (&L, &Asked),
) -> Result<Answered, Failed> {
    let failed = |error: Failure| Failed::of(words, error);
    let (key, descending) = asked.order(L::LIST);
    let Some(by) = L::by(key) else {
        return Err(Failed::missing(words));
    };
    let window = Window {
        by,
        descending,
        side: asked.side(),
        rows: ROWS,
    };
    if let Some(format) = asked.export() {
        let file = export::file(words, who, listing, (window, format)).await;
        return Ok(Answered::File(file.map_err(failed)?));
    }
    let rows = listing.load(window).await.map_err(failed)?;
    let drawn = Drawn::of(shared, words, who, (listing, asked, rows)).await;
    Ok(Answered::Drawn(Box::new(drawn.map_err(failed)?)))
}

/// A page that holds one list and nothing else.
///
/// # Errors
/// As [`answered`].
pub(super) async fn list<L: Listing>(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (listing, asked): (&L, &Asked),
) -> Result<Response, Failed> {
    match answered(shared, words, who, (listing, asked)).await? {
        Answered::File(file) => Ok(file),
        Answered::Drawn(drawn) => {
            let title = (L::LIST.texts)(words).title;
            let frame = shared.frame(words, who, L::LIST.place, title);
            html(words, &Page::of(frame, listing.actions(), *drawn))
        }
    }
}

/// The declared columns that somebody sees, by their place.
fn seen(list: &List, who: &SignedIn) -> Vec<usize> {
    let chosen = who.preferences.columns(list.key);
    let is_seen = |column: &Column| match column.seen {
        Seen::Always => true,
        Seen::AtFirst if chosen.is_empty() => true,
        Seen::OnDemand if chosen.is_empty() => false,
        Seen::AtFirst | Seen::OnDemand => chosen.contains(&column.key),
    };
    let all = list.columns.iter().enumerate();
    all.filter(|(_, column)| is_seen(column))
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Columns have keys of their own, and those that sort an order.
    pub(in super::super) fn sorts<L: Listing>() {
        let mut keys = std::collections::BTreeSet::new();
        for column in L::LIST.columns {
            assert!(keys.insert(column.key), "{} stands twice", column.key);
            assert_eq!(L::by(column.key).is_some(), column.sorts, "{}", column.key);
        }
        let (usual, _) = L::LIST.order;
        assert!(L::by(usual).is_some(), "{usual}");
    }
}
