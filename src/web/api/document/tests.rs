//! The document: the same as the one that is kept, as the table of routes, and whole.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::{document, text};
use crate::web::guard::{Open, Route};
use crate::web::routes::table;

const KEPT: &str = "docs/openapi.json";

#[test]
fn the_document_is_the_one_that_is_kept() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&kept, text()).unwrap();
    }
    let known = std::fs::read_to_string(kept).unwrap_or_default();
    assert!(text() == known, "{KEPT}: read what changed, then UPDATE=1");
}

#[test]
fn every_route_is_in_the_document_and_every_operation_in_the_table() {
    // The document itself, and doors: they take credentials of sources, in protocols of others.
    let apart = |route: &Route| route.open == Open::Anyone;
    let of_table = table()
        .into_iter()
        .filter(|route| route.path.starts_with("/api") && !apart(route))
        .map(|route| format!("{} {}", route.method, route.path));
    let of_table: BTreeSet<String> = of_table.collect();
    let mut of_document = BTreeSet::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, _) in item.as_object().unwrap() {
            of_document.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert_eq!(of_document, of_table);
}

#[test]
fn every_operation_says_what_it_is_and_what_it_needs() {
    let mut ids = BTreeSet::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{name}"
            );
            assert!(
                operation["description"]
                    .as_str()
                    .unwrap()
                    .contains("Needs: "),
                "{name}"
            );
            assert!(operation["security"][0]["token"].is_array(), "{name}");
            assert!(
                ids.insert(operation["operationId"].to_string()),
                "{name}: its id is not its own"
            );
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "401", "403", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{name} {status}");
            }
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{name}"
            );
            for parameter in operation["parameters"].as_array().unwrap() {
                let told = parameter["$ref"].is_string() || parameter["description"].is_string();
                assert!(told, "{name} {parameter}");
            }
        }
    }
}

/// All references of a value.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| references(one, found)),
        Value::Object(all) => {
            for (name, one) in all {
                match one {
                    Value::String(to) if name == "$ref" => {
                        found.insert(to);
                    }
                    other => references(other, found),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let mut found = BTreeSet::new();
    references(document(), &mut found);
    for to in &found {
        let pointer = to.strip_prefix('#').unwrap();
        assert!(document().pointer(pointer).is_some(), "{to}");
    }
    for name in document()["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let to = format!("#/components/schemas/{name}");
        assert!(found.contains(to.as_str()), "{to} is left over");
    }
}
