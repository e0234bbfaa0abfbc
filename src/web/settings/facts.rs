//! Facts of a record as rows a reader can compare: JSON by its paths, before and after.

use std::collections::BTreeMap;

use serde_json::Value;

/// Most rows of one record; what is longer is whole in the file of the record.
const ROWS: usize = 400;

/// A fact: its path, what it was and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) path: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// The facts of a payload. True when it says what they were before; then only those that differ.
pub(super) fn rows(payload: &str) -> (bool, Vec<Row>) {
    let Ok(value) = serde_json::from_str::<Value>(payload) else {
        let whole = Row {
            path: String::new(),
            before: String::new(),
            after: payload.to_owned(),
        };
        return (false, vec![whole]);
    };
    let both = value.get("before").zip(value.get("after"));
    let Some((before, after)) = both else {
        let rows = flat(&value).into_iter().map(|(path, after)| Row {
            path,
            before: String::new(),
            after,
        });
        return (false, rows.take(ROWS).collect());
    };
    let (before, after) = (flat(before), flat(after));
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let row = |path: &String| Row {
        path: path.clone(),
        before: before.get(path).cloned().unwrap_or_default(),
        after: after.get(path).cloned().unwrap_or_default(),
    };
    let rows = paths.into_iter().map(row);
    let rows = rows.filter(|row| row.before != row.after).take(ROWS);
    (true, rows.collect())
}

fn flat(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    walk(String::new(), value, &mut found);
    found
}

fn walk(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
    let under = |key: &str| match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}.{key}"),
    };
    match value {
        Value::Null => {}
        Value::Object(entries) => {
            for (key, value) in entries {
                walk(under(key), value, found);
            }
        }
        Value::Array(all) if all.iter().any(|one| one.is_object() || one.is_array()) => {
            for (place, value) in all.iter().enumerate() {
                // Of fixed width, so that the tenth stands behind the ninth.
                walk(
                    format!("{path}[{:02}]", place.saturating_add(1)),
                    value,
                    found,
                );
            }
        }
        Value::Array(all) => {
            let texts: Vec<String> = all.iter().map(scalar).collect();
            found.insert(path, texts.join(", "));
        }
        other => {
            found.insert(path, scalar(other));
        }
    }
}

fn scalar(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_of_before_and_after() {
        let payload = r#"{"before":{"name":"A","address":{"city":"X"},"vies":[{"id":1}]},
            "after":{"name":"A","address":{"city":"<b>Y</b>"},"vies":[{"id":1},{"id":2}]}}"#;
        let (compares, rows) = rows(payload);
        assert!(compares);
        let row = |path: &str, before: &str, after: &str| Row {
            path: path.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let expected = [
            row("address.city", "X", "<b>Y</b>"),
            row("vies[02].id", "", "2"),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_was_created_has_no_before() {
        let (compares, found) = rows(r#"{"before":null,"after":{"roles":["a","b"]}}"#);
        assert!(compares);
        assert_eq!(
            (found[0].before.as_str(), found[0].after.as_str()),
            ("", "a, b")
        );
        let (compares, found) = rows(r#"{"digest":"x"}"#);
        assert!(!compares && found[0].path == "digest");
        assert_eq!(rows("no JSON").1[0].after, "no JSON");
    }
}
