//! A list as it stands on a page.

use askama::Template;

use super::super::form::token;
use super::super::parts::Frame;
use super::super::router::Shared;
use super::super::words::{Argument, Words};
use super::asked::{Address, on, place, sort};
use super::cell::Cell;
use super::{Asked, Column, Filter, Foot, Kind, List, Listing, Rows, Seen, Texts, seen};
use crate::db::access::preferences::SavedView;
use crate::db::browse::Pages;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::views;

/// The head of a column.
struct Head {
    kind: Kind,
    label: String,
    class: &'static str,
    href: String,
    /// `ascending` or `descending` where the order is in force.
    sort: &'static str,
    hidden: bool,
}

/// A box of the choice of columns.
struct Choice {
    key: &'static str,
    label: String,
    seen: bool,
}

/// An order to choose.
struct Order {
    /// Empty for the one that the list has of itself.
    value: String,
    label: String,
    chosen: bool,
}

/// A saved view.
struct View {
    id: String,
    name: String,
    href: String,
    current: bool,
    own: bool,
}

/// Which part of the list is seen, and the links to the others.
struct Pager {
    shown: String,
    before: String,
    after: String,
}

/// A list with its filter, views, tools and pages. It writes itself into the page.
#[derive(Template)]
#[template(path = "table/list.html")]
pub(in super::super) struct Drawn {
    words: Words,
    key: &'static str,
    path: &'static str,
    texts: Texts,
    note: String,
    /// What fills the list while it is empty: label and address.
    fills: Option<(String, String)>,
    /// How many there are, in words.
    pub(in super::super) sum: String,
    filters: Vec<Filter>,
    filtered: bool,
    orders: Vec<Order>,
    heads: Vec<Head>,
    rows: Vec<Vec<Cell>>,
    foot: Foot,
    pager: Pager,
    views: Vec<View>,
    /// May the reader share a view?
    shares: bool,
    choices: Vec<Choice>,
    compact: bool,
    csrf: String,
    /// Filter and order: what a new view keeps.
    query: String,
    /// The address of this page, to come back to.
    here: String,
    csv: String,
    xlsx: String,
}

impl Drawn {
    pub(super) async fn of<L: Listing>(
        shared: &Shared,
        words: Words,
        who: &SignedIn,
        (listing, asked, (rows, pages)): (&L, &Asked, Rows),
    ) -> Result<Self, Failure> {
        let list = L::LIST;
        let order = asked.order(list);
        let filters = listing.filters();
        let address = Address::of(list, &filters, order);
        let places = seen(list, who);
        let heads = places.iter().map(|place| &list.columns[*place]);
        let query = address.query(&[]);
        let saved = views::list(&shared.app, &who.principal, list.key).await?;
        let export = |format: &str| address.with(&[("export", format.to_owned())]);
        let filtered = address.filtered();
        let foot = match rows.is_empty() {
            true => Foot::default(),
            // Nobody knows how many they are: too many to be looked at.
            false if pages.more => listing.foot(u64::MAX).await?,
            false => listing.foot(pages.count).await?,
        };
        let turned = |name, mark: Option<&_>| {
            mark.map_or_else(String::new, |mark| address.with(&[(name, place(mark))]))
        };
        Ok(Self {
            words,
            key: list.key,
            path: list.path,
            texts: (list.texts)(words),
            note: listing.note(),
            foot,
            fills: listing.fills(),
            sum: match (pages.more, filtered) {
                (true, true) => words.with("list-found-many", &counted(&pages)),
                (true, false) => words.with("list-all-many", &counted(&pages)),
                (false, _) => (list.sum)(words, pages.count, filtered),
            },
            filtered,
            orders: orders(words, list, order),
            heads: heads
                .map(|one| head(words, one, (order, list.order), &address))
                .collect(),
            pager: Pager {
                shown: shown(words, &pages, rows.len()),
                before: turned("before", pages.before.as_ref()),
                after: turned("after", pages.after.as_ref()),
            },
            shares: views::may_share(&who.principal),
            views: saved
                .iter()
                .map(|one| view(one, list.path, &query, who))
                .collect(),
            choices: choices(words, list.columns, &places),
            compact: who.preferences.compact(),
            csrf: token(shared, who),
            here: address.with(&[]),
            csv: export("csv"),
            xlsx: export("xlsx"),
            rows: rows.into_iter().map(|row| kept(row, &places)).collect(),
            query,
            filters,
        })
    }

    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// What a filter says that leaves nothing out; it agrees with what is chosen.
    fn any(&self, name: &str) -> String {
        match name {
            "year" => self.words.say("filter-any-year"),
            _ => self.words.say("filter-any"),
        }
    }

    /// The cells of a row with their heads.
    fn cells<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a Head, &'a Cell)> {
        self.heads.iter().zip(row)
    }

    /// The sums of a currency with their heads.
    fn summed<'a>(
        &'a self,
        amounts: &'a [String],
    ) -> impl Iterator<Item = (&'a String, &'a String)> {
        self.foot.heads.iter().zip(amounts)
    }

    fn has_own_views(&self) -> bool {
        self.views.iter().any(|view| view.own)
    }

    /// No view is in force, nor a filter.
    fn is_whole(&self) -> bool {
        self.query.is_empty()
    }
}

fn counted(pages: &Pages) -> [(&'static str, Argument<'static>); 1] {
    [("count", Argument::Count(pages.count))]
}

/// Which rows a page shows, of how many.
fn shown(words: Words, pages: &Pages, rows: usize) -> String {
    let end = pages.first.saturating_add(rows as u64);
    let shown = [
        ("from", Argument::Count(pages.first)),
        ("to", Argument::Count(end.saturating_sub(1))),
        ("count", Argument::Count(pages.count)),
    ];
    match (pages.more, pages.first > pages.count) {
        (false, _) => words.with("page-shown", &shown),
        (true, false) => words.with("page-shown-many", &shown),
        (true, true) => words.with("page-shown-behind", &shown),
    }
}

fn kept(mut row: Vec<Cell>, places: &[usize]) -> Vec<Cell> {
    let cell = |place: &usize| row.get_mut(*place).map(std::mem::take).unwrap_or_default();
    places.iter().map(cell).collect()
}

fn head(
    words: Words,
    column: &Column,
    (order, usual): ((&str, bool), (&str, bool)),
    address: &Address,
) -> Head {
    let class = match column.kind {
        Kind::Amount => "num with-currency",
        Kind::Figure => "num with-unit",
        Kind::Share => "num",
        _ => "",
    };
    let sort = match order {
        (key, true) if key == column.key => "descending",
        (key, false) if key == column.key => "ascending",
        _ => "",
    };
    // Again on the column in force turns it round; another one begins as its kind is looked for:
    // words from the first letter, dates and amounts from the newest and the greatest.
    let greatest_first = matches!(column.kind, Kind::Day | Kind::Amount | Kind::Figure);
    let next = match order {
        (key, descending) if key == column.key => (column.key, !descending),
        _ => (column.key, greatest_first),
    };
    let href = match column.sorts {
        true => address.ordered(next, next == usual),
        false => String::new(),
    };
    Head {
        kind: column.kind,
        label: (column.header)(words),
        class,
        href,
        sort: if column.sorts { sort } else { "" },
        hidden: column.kind == Kind::Actions,
    }
}

/// Every order of a list, upwards and downwards.
fn orders(words: Words, list: &'static List, current: (&str, bool)) -> Vec<Order> {
    let sorting = list.columns.iter().filter(|column| column.sorts);
    let order = |column: &Column, descending: bool| {
        let own = (column.key, descending);
        let header = (column.header)(words);
        Order {
            value: match own == list.order {
                true => String::new(),
                false => sort(own),
            },
            label: match descending {
                true => words.with("list-descending", &[("column", Argument::Text(&header))]),
                false => words.with("list-ascending", &[("column", Argument::Text(&header))]),
            },
            chosen: own == current,
        }
    };
    sorting
        .flat_map(|column| [order(column, false), order(column, true)])
        .collect()
}

fn choices(words: Words, columns: &[Column], places: &[usize]) -> Vec<Choice> {
    let all = columns.iter().enumerate();
    let free = all.filter(|(_, column)| column.seen != Seen::Always);
    free.map(|(place, column)| Choice {
        key: column.key,
        label: (column.header)(words),
        seen: places.contains(&place),
    })
    .collect()
}

fn view(saved: &SavedView, path: &str, query: &str, who: &SignedIn) -> View {
    View {
        id: saved.id.to_string(),
        name: saved.name.clone(),
        href: on(path, &saved.query),
        current: saved.query == query,
        own: saved.account == who.account.id,
    }
}

/// A page of one list.
#[derive(Template)]
#[template(path = "table/page.html")]
pub(in super::super) struct Page {
    frame: Frame,
    sum: String,
    /// Label and address.
    actions: Vec<(String, String)>,
    drawn: Drawn,
}

impl Page {
    pub(in super::super) fn of(frame: Frame, actions: Vec<(String, String)>, drawn: Drawn) -> Self {
        Self {
            frame,
            sum: drawn.sum.clone(),
            actions,
            drawn,
        }
    }
}
