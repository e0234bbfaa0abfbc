//! What the address of a list asks for. What makes no sense is passed over: an address is no form.

use serde::Deserialize;

use super::super::access::encoded;
use super::export::Format;
use super::{Filter, List};
use crate::db::browse::{Mark, Side};

/// Longest text that is searched for.
const LONGEST: usize = 100;

/// What is typed into a filter; none when it is blank.
fn typed(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// The parts of the address of a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(in super::super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// A query as it stands in an address.
    #[cfg(test)]
    pub(in super::super) fn of(query: &str) -> Self {
        let parts = form_urlencoded::parse(query.as_bytes());
        Self(parts.into_owned().collect())
    }

    /// The first value of a part; empty where there is none.
    pub(in super::super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(part, _)| part == name);
        found.map_or("", |(_, value)| value)
    }

    /// What is typed into a field of the filter.
    pub(in super::super) fn typed(&self, name: &str) -> Option<String> {
        typed(self.one(name))
    }

    /// The order that is asked for, or that of the list: `number`, `-number` with the greatest
    /// first.
    pub(super) fn order(&self, list: &'static List) -> (&'static str, bool) {
        let asked = self.one("sort");
        let (key, descending) = match asked.strip_prefix('-') {
            Some(key) => (key, true),
            None => (asked, false),
        };
        let mut sorting = list.columns.iter().filter(|column| column.sorts);
        match sorting.find(|column| column.key == key) {
            Some(column) => (column.key, descending),
            None => list.order,
        }
    }

    /// The page that is asked for.
    pub(super) fn side(&self) -> Side {
        match (mark(self.one("after")), mark(self.one("before"))) {
            (Some(mark), _) => Side::After(mark),
            (None, Some(mark)) => Side::Before(mark),
            (None, None) => Side::Start,
        }
    }

    /// The file that is asked for.
    pub(super) fn export(&self) -> Option<Format> {
        Format::parse(self.one("export"))
    }
}

/// Values may hold the sign between, ids do not.
fn mark(text: &str) -> Option<Mark> {
    let (value, id) = text.rsplit_once('~')?;
    Some(Mark {
        value: value.to_owned(),
        id: id.to_owned(),
    })
}

/// A mark as it stands in an address.
pub(super) fn place(mark: &Mark) -> String {
    format!("{}~{}", mark.value, mark.id)
}

/// An order as it stands in an address.
pub(super) fn sort((key, descending): (&str, bool)) -> String {
    match descending {
        true => format!("-{key}"),
        false => key.to_owned(),
    }
}

/// The address of a list under a filter and an order.
#[derive(Debug, Clone)]
pub(super) struct Address {
    path: &'static str,
    filter: Vec<(&'static str, String)>,
    /// Empty for the order that the list has of itself.
    sort: String,
}

impl Address {
    pub(super) fn of(list: &'static List, filters: &[Filter], order: (&str, bool)) -> Self {
        let sort = match order == list.order {
            true => String::new(),
            false => sort(order),
        };
        Self {
            path: list.path,
            filter: filters.iter().map(Filter::part).collect(),
            sort,
        }
    }

    /// Is anything left out?
    pub(super) fn filtered(&self) -> bool {
        self.filter.iter().any(|(_, value)| !value.is_empty())
    }

    /// Filter and order: what a saved view keeps.
    pub(super) fn query(&self, rest: &[(&'static str, String)]) -> String {
        let sort = [("sort", self.sort.clone())];
        let all = self.filter.iter().chain(&sort).chain(rest);
        let parts = all
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        parts.collect::<Vec<_>>().join("&")
    }

    /// The address with further parts.
    pub(super) fn with(&self, rest: &[(&'static str, String)]) -> String {
        on(self.path, &self.query(rest))
    }

    /// The address under another order.
    pub(super) fn ordered(&self, order: (&str, bool), usual: bool) -> String {
        let sort = if usual { String::new() } else { sort(order) };
        Self {
            sort,
            ..self.clone()
        }
        .with(&[])
    }
}

/// A path with a query.
pub(super) fn on(path: &str, query: &str) -> String {
    match query.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::frame::Place;
    use crate::web::table::{Kind, Texts, column};

    static LIST: List = List {
        key: "things",
        path: "/things",
        place: Place::Nowhere,
        columns: &[
            column("number", Kind::Head, |_| String::new()).sorts(),
            column("day", Kind::Day, |_| String::new()).sorts(),
            column("note", Kind::Words, |_| String::new()),
        ],
        order: ("day", true),
        texts: |_| Texts::default(),
        sum: |_, count, _| count.to_string(),
    };

    fn asked(query: &str) -> Asked {
        Asked::of(query)
    }

    fn search(value: &str) -> Vec<Filter> {
        vec![Filter::Search {
            name: "q",
            label: String::new(),
            value: value.to_owned(),
        }]
    }

    #[test]
    fn an_order_is_one_that_the_list_has() {
        for (query, order) in [
            ("", ("day", true)),
            ("sort=number", ("number", false)),
            ("sort=-number", ("number", true)),
            ("sort=note", ("day", true)),
            ("sort=--number", ("day", true)),
            ("sort=x'; DROP", ("day", true)),
        ] {
            assert_eq!(asked(query).order(&LIST), order, "{query}");
        }
    }

    #[test]
    fn a_place_goes_into_an_address_and_back() {
        let mark = Mark {
            value: "a~b & c".to_owned(),
            id: "7".to_owned(),
        };
        let address = Address::of(&LIST, &search("50 %"), ("number", false));
        let next = address.with(&[("after", place(&mark))]);
        let query = next.strip_prefix("/things?").expect("a query");
        assert_eq!(asked(query).side(), Side::After(mark));
        assert_eq!(asked(query).one("q"), "50 %");
        assert_eq!(asked("after=7").side(), Side::Start);
    }

    #[test]
    fn an_address_says_only_what_is_not_so_of_itself() {
        let usual = Address::of(&LIST, &search(""), LIST.order);
        assert_eq!(usual.with(&[]), "/things");
        assert!(!usual.filtered());
        let other = Address::of(&LIST, &search("Straße"), ("number", true));
        assert_eq!(other.query(&[]), "q=Stra%C3%9Fe&sort=-number");
        assert_eq!(other.ordered(LIST.order, true), "/things?q=Stra%C3%9Fe");
        assert_eq!(
            other.ordered(("day", false), false),
            "/things?q=Stra%C3%9Fe&sort=day"
        );
    }

    #[test]
    fn blank_is_not_typed() {
        assert_eq!(asked("q=%20%20").typed("q"), None);
        assert_eq!(asked("q=%20a%20").typed("q").as_deref(), Some("a"));
    }
}
