//! The shape of a book file against the schema of its types: every fault with its place, all at
//! once.
//!
//! The schema is generated from the types that are read afterwards, so the two cannot disagree.
//! This pass exists because a deserialiser stops at the first fault, and loses its place inside
//! tables whose kind is one of their keys.

use serde_json::Value;

use super::node::{Kind, Node, Step};
use super::text;

/// A fault of shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) path: Vec<Step>,
    pub(super) at: usize,
    pub(super) what: String,
}

/// All faults of a tree, in the order of the text.
pub(super) fn flaws(node: &Node, schema: &Value) -> Vec<Flaw> {
    let mut walk = Walk {
        root: schema,
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.check(node, schema);
    // Tables come in the order of their keys; a reader goes through the file from the top.
    walk.found.sort_by_key(|flaw| flaw.at);
    walk.found
}

struct Walk<'a> {
    root: &'a Value,
    path: Vec<Step>,
    found: Vec<Flaw>,
}

impl<'a> Walk<'a> {
    fn flaw(&mut self, at: usize, what: String) {
        let path = self.path.clone();
        self.found.push(Flaw { path, at, what });
    }

    fn under(&mut self, step: Step, then: impl FnOnce(&mut Self)) {
        self.path.push(step);
        then(self);
        self.path.pop();
    }

    fn check(&mut self, node: &Node, schema: &'a Value) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').unwrap_or(target);
            if let Some(target) = self.root.pointer(target) {
                self.check(node, target);
            }
        }
        if let Some(branches) = branches(schema) {
            return self.choose(node, branches);
        }
        if let Some(constant) = schema.get("const") {
            if node.value() != *constant {
                let found = node.describe();
                self.flaw(node.at, format!("expected {constant}, found {found}"));
            }
            return;
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            if !allowed.contains(&node.value()) {
                let found = node.describe();
                self.flaw(
                    node.at,
                    format!("expected one of {}, found {found}", list(allowed)),
                );
            }
            return;
        }
        if !fits(node, schema) {
            return self.flaw(node.at, text::expected(node, schema));
        }
        match &node.kind {
            Kind::Table(entries) => self.table(node.at, entries, schema),
            Kind::List(nodes) => {
                if let Some(items) = schema.get("items") {
                    for (place, node) in nodes.iter().enumerate() {
                        self.under(place.into(), |walk| walk.check(node, items));
                    }
                }
            }
            _ => {
                if let Some(what) = text::refused(node, schema) {
                    self.flaw(node.at, what);
                }
            }
        }
    }

    fn table(&mut self, at: usize, entries: &[(String, usize, Node)], schema: &'a Value) {
        let known = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !entries.iter().any(|entry| entry.0 == key) {
                let what = format!("expected the key {key}{}", self.meaning(known, key));
                self.flaw(at, what);
            }
        }
        let closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|word| schema.get(word) == Some(&Value::Bool(false)));
        let others = schema.get("additionalProperties").filter(|v| v.is_object());
        for (key, key_at, node) in entries {
            let of_key = known.and_then(|known| known.get(key)).or(others);
            self.under(key.as_str().into(), |walk| match of_key {
                Some(schema) => walk.check(node, schema),
                None if closed => {
                    let names: Vec<&str> = known
                        .map(|known| known.keys().map(String::as_str).collect())
                        .unwrap_or_default();
                    walk.flaw(*key_at, unknown_key(key, &names));
                }
                None => {}
            });
        }
    }

    fn meaning(&self, known: Option<&serde_json::Map<String, Value>>, key: &str) -> String {
        let words = known
            .and_then(|known| known.get(key)?.get("description")?.as_str())
            .unwrap_or_default();
        if words.is_empty() {
            return String::new();
        }
        format!(" ({})", words.replace('\n', " ").trim_end_matches('.'))
    }

    /// A value of one of several kinds: the kind that the value claims to be is held against it.
    fn choose(&mut self, node: &Node, branches: &'a [Value]) {
        let tries: Vec<(&Value, Vec<Flaw>)> = branches
            .iter()
            .map(|branch| (branch, self.attempt(node, branch)))
            .collect();
        if tries.iter().any(|(_, flaws)| flaws.is_empty()) {
            return;
        }
        let constants: Vec<Value> = tries.iter().flat_map(|(b, _)| constants(b)).collect();
        if matches!(node.kind, Kind::Text(_)) && !constants.is_empty() {
            let (found, names) = (node.describe(), list(&constants));
            return self.flaw(node.at, format!("expected one of {names}, found {found}"));
        }
        if let Some(tag) = branches.iter().find_map(tag) {
            return self.tagged(node, tag, tries);
        }
        // Of kinds without a tag the one counts whose only key is there, then the nearest.
        let keyed = tries.iter().position(|(branch, _)| {
            let key = branch.pointer("/required/0").and_then(Value::as_str);
            key.is_some_and(|key| node.get(key).is_some())
        });
        let nearest = tries
            .iter()
            .enumerate()
            .filter(|(_, (branch, _))| branch.get("type") != Some(&Value::from("null")))
            .min_by_key(|(_, (_, flaws))| flaws.len())
            .map(|(index, _)| index);
        let chosen = keyed
            .or(nearest)
            .and_then(|index| tries.into_iter().nth(index));
        self.found
            .extend(chosen.map(|(_, flaws)| flaws).unwrap_or_default());
    }

    fn tagged(&mut self, node: &Node, tag: &str, tries: Vec<(&'a Value, Vec<Flaw>)>) {
        if !matches!(node.kind, Kind::Table(_)) {
            let found = node.describe();
            return self.flaw(node.at, format!("expected a table, found {found}"));
        }
        let names: Vec<Value> = tries.iter().filter_map(|(b, _)| tag_of(b, tag)).collect();
        let Some(given) = node.get(tag) else {
            let what = format!("expected the key {tag}: one of {}", list(&names));
            return self.flaw(node.at, what);
        };
        let value = given.value();
        let chosen = tries
            .into_iter()
            .find(|(branch, _)| tag_of(branch, tag).as_ref() == Some(&value));
        match chosen {
            Some((_, flaws)) => self.found.extend(flaws),
            None => {
                let what = format!(
                    "expected one of {}, found {}",
                    list(&names),
                    given.describe()
                );
                self.under(tag.into(), |walk| walk.flaw(given.at, what));
            }
        }
    }

    fn attempt(&self, node: &Node, schema: &'a Value) -> Vec<Flaw> {
        let mut walk = Walk {
            root: self.root,
            path: self.path.clone(),
            found: Vec::new(),
        };
        walk.check(node, schema);
        walk.found
    }
}

fn branches(schema: &Value) -> Option<&[Value]> {
    let found = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
    found.as_array().map(Vec::as_slice)
}

fn constants(schema: &Value) -> Vec<Value> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(constant), _) => vec![constant.clone()],
        (None, Some(Value::Array(several))) => several.clone(),
        _ => Vec::new(),
    }
}

/// The key whose constant tells the kinds apart.
fn tag(branch: &Value) -> Option<&str> {
    let properties = branch.get("properties")?.as_object()?;
    let constant = properties
        .iter()
        .find(|(_, schema)| schema.get("const").is_some())?;
    Some(constant.0.as_str())
}

fn tag_of(branch: &Value, tag: &str) -> Option<Value> {
    branch.get("properties")?.get(tag)?.get("const").cloned()
}

fn list(values: &[Value]) -> String {
    let names: Vec<String> = values
        .iter()
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    names.join(", ")
}

fn fits(node: &Node, schema: &Value) -> bool {
    let is = |name: &str| match &node.kind {
        Kind::Null => name == "null",
        Kind::Boolean(_) => name == "boolean",
        Kind::Integer(_) => name == "integer" || name == "number",
        Kind::Inexact(_) => name == "number",
        Kind::Text(_) => name == "string",
        Kind::List(_) => name == "array",
        Kind::Table(_) => name == "object",
    };
    match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn unknown_key(key: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|name| (text::distance(key, name), *name))
        .min()
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len());
    match near {
        Some((_, name)) => format!("the key {key} is unknown; did you mean {name}?"),
        None => format!("the key {key} is unknown; known here: {}", known.join(", ")),
    }
}
