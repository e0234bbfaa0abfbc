//! A book file as a tree whose every value knows its place in the text.
//!
//! TOML and JSON become the same tree. A number with a point stays text: it is refused later with
//! its place, and never becomes a binary fraction on the way.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it begins, in bytes.
#[derive(Debug, Clone)]
pub struct Node {
    /// Offset of its first byte.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// Kinds of values of TOML and JSON.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Nothing (JSON only).
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point or an exponent, or beyond 64 bits, as written.
    Inexact(String),
    /// A text, a date or a time.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table: key, offset of the key, value.
    Table(Vec<(String, usize, Node)>),
}

/// A text that is neither TOML nor JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Offset at which reading stopped.
    pub at: usize,
    /// What was expected.
    pub what: String,
}

/// One step of a path into the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// A place in a list, from 0.
    Place(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(place: usize) -> Self {
        Self::Place(place)
    }
}

/// A path as people read it: `contract[2].items[1].from`, places counted from 1.
#[must_use]
pub fn display(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => {
                out.push('.');
                out.push_str(key);
            }
            Step::Place(place) => out.push_str(&format!("[{}]", place + 1)),
        }
    }
    out
}

impl Node {
    /// Reads TOML.
    ///
    /// # Errors
    /// [`SyntaxError`].
    pub fn of_toml(text: &str) -> Result<Self, SyntaxError> {
        let table = DeTable::parse(text).map_err(|error| SyntaxError {
            at: error.span().map_or(0, |span| span.start),
            what: error.message().to_owned(),
        })?;
        let at = table.span().start;
        Ok(Self {
            at,
            kind: table_of(table.into_inner()),
        })
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// [`SyntaxError`].
    pub fn of_json(text: &str) -> Result<Self, SyntaxError> {
        super::json::read(text)
    }

    /// The value that a key names.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Table(entries) => entries.iter().find(|e| e.0 == key).map(|e| &e.2),
            _ => None,
        }
    }

    /// The place of a path, or of the nearest value above it that exists.
    #[must_use]
    pub fn place_of(&self, path: &[Step]) -> usize {
        let Some((step, rest)) = path.split_first() else {
            return self.at;
        };
        let below = match (step, &self.kind) {
            (Step::Key(key), Kind::Table(entries)) => entries
                .iter()
                .find(|entry| entry.0 == *key)
                .map(|entry| (entry.1, &entry.2)),
            (Step::Place(place), Kind::List(nodes)) => {
                nodes.get(*place).map(|node| (node.at, node))
            }
            _ => None,
        };
        match below {
            Some((at, _)) if rest.is_empty() => at,
            Some((_, node)) => node.place_of(rest),
            None => self.at,
        }
    }

    /// The same as JSON, for deserialising. Numbers with a point are texts by then refused.
    #[must_use]
    pub fn value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Boolean(value) => Value::Bool(*value),
            Kind::Integer(value) => Value::from(*value),
            Kind::Inexact(text) | Kind::Text(text) => Value::String(text.clone()),
            Kind::List(nodes) => nodes.iter().map(Self::value).collect(),
            Kind::Table(entries) => entries
                .iter()
                .map(|(key, _, node)| (key.clone(), node.value()))
                .collect(),
        }
    }

    /// What it is, in words for a reader.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Boolean(value) => value.to_string(),
            Kind::Integer(value) => format!("the number {value}"),
            Kind::Inexact(text) => format!("the number {text}"),
            Kind::Text(text) => format!("{text:?}"),
            Kind::List(_) => "a list".to_owned(),
            Kind::Table(_) => "a table".to_owned(),
        }
    }
}

fn table_of(table: DeTable<'_>) -> Kind {
    let entries = table.into_iter().map(|(key, value)| {
        let at = key.span().start;
        (key.into_inner().into_owned(), at, node_of(value))
    });
    Kind::Table(entries.collect())
}

fn node_of(value: Spanned<DeValue<'_>>) -> Node {
    let at = value.span().start;
    let kind = match value.into_inner() {
        DeValue::String(text) => Kind::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix())
                .map_or_else(|_| Kind::Inexact(number.to_string()), Kind::Integer)
        }
        DeValue::Float(number) => Kind::Inexact(number.as_str().to_owned()),
        DeValue::Boolean(value) => Kind::Boolean(value),
        DeValue::Datetime(value) => Kind::Text(value.to_string()),
        DeValue::Array(list) => Kind::List(list.into_iter().map(node_of).collect()),
        DeValue::Table(table) => table_of(table),
    };
    Node { at, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_and_json_are_the_same_tree_with_places() {
        let toml = Node::of_toml("a = 1\nb = [{ day = 2026-01-31 }, { price = \"0.15\" }]\n");
        let json =
            Node::of_json("{\"a\": 1,\n\"b\": [{\"day\": \"2026-01-31\"}, {\"price\": \"0.15\"}]}");
        let (toml, json) = (toml.unwrap(), json.unwrap());
        assert_eq!(toml.value(), json.value());
        let path = ["b".into(), 1.into(), "price".into()];
        assert_eq!(toml.place_of(&path), 35);
        assert_eq!(display(&path), "b[2].price");
        let beyond = ["b".into(), 1.into(), "none".into()];
        assert_eq!(toml.place_of(&beyond), 33);
    }
}
