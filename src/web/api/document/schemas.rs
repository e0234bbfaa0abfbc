//! Schemas of the core's own types, and what requests make of them.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::billing::Money;
use crate::billing::contract::Contract;
use crate::billing::invoice::{DocumentType, Invoice, Line};
use crate::billing::party::{Customer, Seller};

/// Puts the schemas of the core's own types where references to them lead.
pub(super) fn complete(known: &mut Value) {
    let settings = SchemaSettings::draft2020_12();
    let settings = settings.with(|own| {
        own.definitions_path = "/components/schemas".into();
        own.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let roots = [
        ("Customer", generator.subschema_for::<Customer>()),
        ("Seller", generator.subschema_for::<Seller>()),
        ("Contract", generator.subschema_for::<Contract>()),
        ("Invoice", generator.subschema_for::<Invoice>()),
        ("Line", generator.subschema_for::<Line>()),
        ("Money", generator.subschema_for::<Money>()),
        ("DocumentType", generator.subschema_for::<DocumentType>()),
    ];
    let Some(known) = known.as_object_mut() else {
        return;
    };
    pages(known);
    for (name, schema) in generator.take_definitions(true) {
        known.insert(name, schema);
    }
    for (name, schema) in roots {
        let own = json!({ "$ref": format!("#/components/schemas/{name}") });
        let schema = serde_json::to_value(schema).unwrap_or_default();
        if schema != own {
            known.insert(name.to_owned(), schema);
        }
    }
    money(known);
    new_customer(known);
    patch(known, "Customer");
}

/// Lets the records of a page refer to their own schema, which the page's would repeat.
fn pages(schemas: &mut Map<String, Value>) {
    for (name, schema) in schemas {
        if let Some(record) = name.strip_prefix("Page_") {
            let reference = json!({ "$ref": format!("#/components/schemas/{record}") });
            schema["properties"]["data"]["items"] = reference;
        }
    }
}

/// Money is written by a type that is called otherwise; outside it has one name.
fn money(schemas: &mut Map<String, Value>) {
    if let Some(mut wire) = schemas.remove("Wire") {
        wire["description"] = json!("An amount of money: exact decimal text and its currency.");
        wire["properties"]["amount"]["pattern"] = json!(r"^-?[0-9]+(\.[0-9]+)?$");
        wire["example"] = json!({ "amount": "12.34", "currency": "EUR" });
        schemas.insert("Money".to_owned(), wire);
    }
}

/// What a customer is entered by: all of it, but the number may be left to us.
fn new_customer(schemas: &mut Map<String, Value>) {
    let mut new = schemas["Customer"].clone();
    new["description"] = json!("A customer that is entered.");
    if let Some(required) = new["required"].as_array_mut() {
        required.retain(|name| name != "number");
    }
    schemas.insert("NewCustomer".to_owned(), new);
}

/// The schema of a merge patch of a type, and of the objects in it.
fn patch(schemas: &mut Map<String, Value>, name: &str) -> String {
    let own = format!("{name}Patch");
    if schemas.contains_key(&own) {
        return own;
    }
    let mut changed = schemas[name].clone();
    // Holds the place, should the type lead back to itself.
    schemas.insert(own.clone(), Value::Bool(true));
    let required = changed["required"].take();
    let required = required.as_array().cloned().unwrap_or_default();
    for (field, schema) in changed["properties"].as_object_mut().into_iter().flatten() {
        let nullable = !required.contains(&json!(field));
        let given = std::mem::take(schema);
        let described = given["description"].clone();
        let inner = given["anyOf"].get(0).cloned().unwrap_or(given);
        let inner = part(schemas, inner);
        *schema = match nullable {
            true => json!({ "anyOf": [inner, { "type": "null" }] }),
            false => inner,
        };
        if described.is_string() {
            schema["description"] = described;
        }
    }
    if let Some(object) = changed.as_object_mut() {
        object.remove("required");
        let text = format!("What changes of {name}: a merge patch (RFC 7396).");
        object.insert("description".to_owned(), json!(text));
    }
    schemas.insert(own.clone(), changed);
    own
}

/// The schema of a field in a patch: objects are patched in their turn.
fn part(schemas: &mut Map<String, Value>, schema: Value) -> Value {
    let name = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    let Some(name) = name.map(str::to_owned) else {
        return schema;
    };
    if schemas
        .get(&name)
        .is_none_or(|known| !known["properties"].is_object())
    {
        return schema;
    }
    let own = patch(schemas, &name);
    json!({ "$ref": format!("#/components/schemas/{own}") })
}

/// Leads references to where the schema is called by its own name.
pub(super) fn point(value: &mut Value) {
    match value {
        Value::String(text) if text == "#/components/schemas/Wire" => {
            "#/components/schemas/Money".clone_into(text);
        }
        Value::Array(all) => all.iter_mut().for_each(point),
        Value::Object(all) => all.values_mut().for_each(point),
        _ => {}
    }
}
