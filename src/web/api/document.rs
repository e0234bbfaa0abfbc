//! The document of the API (OpenAPI 3.1), made from the types that are sent and the table of routes.
//!
//! Handlers describe what is their own: parameters, bodies, the answer of success. What all of them
//! have in common (the token, limits, problems, keys, ETags, pages) is added here by rule, so that
//! no address can forget it.

use std::sync::LazyLock;

use axum::http::Method;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::refusal::{ProblemBody, Wrong};
use super::{contracts, customers, invoices, jobs, ledger, people, readings, runs, trail};
use crate::billing::Money;
use crate::billing::contract::Contract;
use crate::billing::invoice::{DocumentType, Invoice, Line};
use crate::billing::party::Customer;
use crate::web::guard::{Open, Route};
use crate::web::routes::table;

#[derive(OpenApi)]
#[openapi(
    info(title = "Herdbook", description = "The book for programs: customers, contracts, usage, \
        billing runs, invoices, the ledger and the audit trail.\n\nA token acts for the account \
        that made it, within its scopes. Amounts are decimal text with their currency, days are \
        civil dates, instants are UTC. What a request changes is done once for each \
        `Idempotency-Key`. Lists are read from link to link: `next` is the address of the next \
        page."),
    paths(
        people::me, people::users, people::user, people::tokens,
        customers::list, customers::show,
        contracts::list, contracts::show, contracts::usage, readings::list,
        invoices::list, invoices::show, invoices::document,
        runs::list, runs::prepare, runs::show, runs::approve, runs::issue, runs::withdraw,
        ledger::list, trail::list, jobs::list, jobs::show,
    ),
    components(schemas(ProblemBody, Wrong)),
)]
struct Described;

static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let text = serde_json::to_string_pretty(&*DOCUMENT);
    text.unwrap_or_default() + "\n"
});

/// The document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as it is sent and kept in docs/openapi.json.
pub fn text() -> &'static str {
    &TEXT
}

/// Refusals that every request with a token may meet.
const ALWAYS: [u16; 6] = [401, 403, 406, 429, 500, 503];
/// Refusals of what changes something.
const CHANGES: [u16; 6] = [400, 409, 412, 413, 415, 422];

/// What a refusal is called, and when it comes.
const REFUSALS: [(u16, &str, &str); 14] = [
    (400, "BadRequest", "Parameters, a header or the body cannot be read."),
    (401, "NoToken", "The token is missing, unknown, expired or revoked."),
    (403, "Denied", "The token does not carry the scope, or its owner no longer has it."),
    (404, "NotFound", "There is no such thing, or it belongs to somebody else."),
    (406, "NotAcceptable", "The request accepts no media type of the answer."),
    (409, "Conflict", "The state does not allow it, or the key came with another request."),
    (412, "PreconditionFailed", "It has changed since it was read."),
    (413, "TooLarge", "The body is longer than 256 kB."),
    (415, "MediaType", "The body is not JSON by its media type."),
    (422, "Unprocessable", "Fields are missing, unknown or not what they should be."),
    (428, "PreconditionRequired", "The change needs the header If-Match."),
    (429, "TooMany", "The limit of the token is reached."),
    (500, "Failed", "The program failed; nothing was changed."),
    (503, "Unavailable", "The database or the archive does not answer; the same again may work."),
];

fn make() -> Value {
    let mut document = serde_json::to_value(Described::openapi()).unwrap_or_default();
    document["openapi"] = json!("3.1.0");
    let info = json!(env!("CARGO_PKG_VERSION"));
    document["info"]["version"] = info;
    document["info"]["license"] = json!({
        "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later",
    });
    document["servers"] = json!([{ "url": "/", "description": "This server." }]);
    let routes = table();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                let route = routes.iter().find(|route| {
                    route.path == path && route.method.as_str().eq_ignore_ascii_case(method)
                });
                complete(operation, path, route);
                let slug = path.trim_start_matches("/api/v1/").replace(['{', '}'], "");
                operation["operationId"] = json!(format!("{method}-{}", slug.replace('/', "-")));
            }
        }
    }
    let components = &mut document["components"];
    schemas(&mut components["schemas"]);
    components["responses"] = refusals();
    components["parameters"] = parameters();
    components["headers"] = headers();
    components["securitySchemes"] = json!({ "token": {
        "type": "http", "scheme": "bearer", "bearerFormat": "hb_ID_SECRET",
        "description": "An API token: `herdbook user token`, or an administrator's settings.",
    }});
    renamed(document)
}

/// Adds to an operation what it shares with all others.
fn complete(operation: &mut Value, path: &str, route: Option<&Route>) {
    let changes = route.is_some_and(|route| route.method != Method::GET);
    let patches = route.is_some_and(|route| route.method == Method::PATCH);
    let list = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        .as_str()
        .is_some_and(|schema| schema.contains("/Page_"));
    let scopes = scopes(route);
    operation["security"] = json!([{ "token": scopes }]);
    let needs = match scopes.as_slice() {
        [] => "Needs: any token.".to_owned(),
        [one] => format!("Needs: `{one}`."),
        many => format!("Needs: `{}`.", many.join("` or `")),
    };
    let text = operation["description"].as_str().unwrap_or_default();
    operation["description"] = json!(format!("{text}\n\n{needs}").trim());
    for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
        answer["headers"] = answer_headers(status, changes, list);
    }
    let mut refused: Vec<u16> = ALWAYS.to_vec();
    if path.contains('{') {
        refused.push(404);
    }
    refused.push(400);
    if changes {
        refused.extend(CHANGES);
    } else {
        let text = "The caller has it as it is.";
        let same = json!({ "description": text, "headers": answer_headers("304", false, false) });
        operation["responses"]["304"] = same;
    }
    if patches {
        refused.push(428);
    }
    for (status, name, _) in REFUSALS {
        if refused.contains(&status) {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            operation["responses"][status.to_string()] = reference;
        }
    }
    let mut shared = Vec::new();
    if list {
        shared.extend(["Limit", "Cursor"]);
    }
    shared.push(if changes { "IdempotencyKey" } else { "IfNoneMatch" });
    if patches {
        shared.push("IfMatch");
    } else if changes && path.contains('{') {
        shared.push("MaybeIfMatch");
    }
    if !operation["parameters"].is_array() {
        operation["parameters"] = json!([]);
    }
    if let Some(all) = operation["parameters"].as_array_mut() {
        let reference = |name| json!({ "$ref": format!("#/components/parameters/{name}") });
        all.extend(shared.into_iter().map(reference));
    }
}

/// The permissions of which a token needs one.
fn scopes(route: Option<&Route>) -> Vec<&'static str> {
    match route.map(|route| route.open) {
        Some(Open::To(permission)) => vec![permission.as_str()],
        Some(Open::Either(staff, customer)) => vec![staff.as_str(), customer.as_str()],
        _ => Vec::new(),
    }
}

fn answer_headers(status: &str, changes: bool, list: bool) -> Value {
    let mut names = vec![("RateLimit", "RateLimit"), ("RateLimit-Policy", "RateLimitPolicy")];
    if !changes {
        names.push(("ETag", "ETag"));
    }
    if list && status == "200" {
        names.push(("Link", "Link"));
    }
    if changes {
        names.extend([("Location", "Location"), ("Idempotency-Replayed", "Replayed")]);
    }
    let mut all = Map::new();
    for (name, component) in names {
        let reference = json!({ "$ref": format!("#/components/headers/{component}") });
        all.insert(name.to_owned(), reference);
    }
    all.into()
}

fn headers() -> Value {
    let header = |description: &str, example: &str| {
        json!({ "description": description, "schema": { "type": "string" }, "example": example })
    };
    json!({
        "RateLimit": header("What is left of the limit (draft-ietf-httpapi-ratelimit-headers): \
            `r` requests, and after `t` seconds all of them.", "\"token\";r=599;t=1"),
        "RateLimitPolicy": header("The limit: `q` requests, gained anew in `w` seconds.",
            "\"token\";q=600;w=60"),
        "RetryAfter": header("Seconds after which the next request is possible.", "1"),
        "ETag": header("Names the state of what was sent.", "\"0123456789abcdef\""),
        "Link": header("The next page, as in `next`; missing on the last one.",
            "</api/v1/customers?cursor=…>; rel=\"next\""),
        "Location": header("Where the outcome is found.", "/api/v1/runs/1"),
        "Replayed": header("`true` when the request was carried out before, and this is the \
            answer of that time.", "true"),
        "Authenticate": header("Which token is asked for (RFC 6750).",
            "Bearer realm=\"herdbook\""),
    })
}

fn parameters() -> Value {
    let header = |name: &str, required: bool, description: &str, schema: Value| {
        json!({ "name": name, "in": "header", "required": required,
            "description": description, "schema": schema })
    };
    let text = || json!({ "type": "string" });
    let key = json!({ "type": "string", "pattern": "^[!-~]{1,128}$",
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324" });
    json!({
        "Limit": { "name": "limit", "in": "query", "required": false,
            "description": "Records on the page.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 25 } },
        "Cursor": { "name": "cursor", "in": "query", "required": false,
            "description": "Where the page begins. Taken from `next` as it is.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200 } },
        "IdempotencyKey": header("Idempotency-Key", true, "Names this request: sent again with \
            the same key within 24 hours it is answered as the first time, and not carried out \
            again. A refusal is not kept.", key),
        "IfNoneMatch": header("If-None-Match", false, "The ETag of a copy that the caller has: \
            304 when it is current.", text()),
        "IfMatch": header("If-Match", true, "The ETag of what the change was made for.", text()),
        "MaybeIfMatch": header("If-Match", false, "The ETag of what was read: the step is taken \
            from that state or not at all.", text()),
    })
}

fn refusals() -> Value {
    let mut all = Map::new();
    for (status, name, description) in REFUSALS {
        let mut headers = Map::new();
        let mut add = |name: &str, component: &str| {
            let reference = json!({ "$ref": format!("#/components/headers/{component}") });
            headers.insert(name.to_owned(), reference);
        };
        match status {
            401 | 403 => add("WWW-Authenticate", "Authenticate"),
            429 => {
                add("Retry-After", "RetryAfter");
                add("RateLimit", "RateLimit");
                add("RateLimit-Policy", "RateLimitPolicy");
            }
            503 => add("Retry-After", "RetryAfter"),
            _ => {}
        }
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ super::refusal::PROBLEM: { "schema": schema } });
        let mut answer = json!({ "description": description, "content": content });
        if !headers.is_empty() {
            answer["headers"] = headers.into();
        }
        all.insert(name.to_owned(), answer);
    }
    all.into()
}

/// Puts the schemas of the core's own types where references to them lead.
fn schemas(known: &mut Value) {
    let settings = SchemaSettings::draft2020_12();
    let settings = settings.with(|own| {
        own.definitions_path = "/components/schemas".into();
        own.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let roots = [
        ("Customer", generator.subschema_for::<Customer>()),
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
fn renamed(mut document: Value) -> Value {
    let schemas = &mut document["components"]["schemas"];
    let wire = schemas.as_object_mut().and_then(|all| all.remove("Wire"));
    if let Some(mut wire) = wire {
        wire["description"] = json!("An amount of money: exact decimal text and its currency.");
        wire["properties"]["amount"]["pattern"] = json!(r"^-?[0-9]+(\.[0-9]+)?$");
        wire["example"] = json!({ "amount": "12.34", "currency": "EUR" });
        schemas["Money"] = wire;
    }
    point(&mut document);
    document
}

fn point(value: &mut Value) {
    match value {
        Value::String(text) if text == "#/components/schemas/Wire" => {
            "#/components/schemas/Money".clone_into(text);
        }
        Value::Array(all) => all.iter_mut().for_each(point),
        Value::Object(all) => all.values_mut().for_each(point),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
