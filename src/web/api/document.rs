//! The document of the API (OpenAPI 3.1), made from the types that are sent and the table of
//! routes.
//!
//! Handlers describe what is their own: parameters, bodies, the answer of success. What all of them
//! have in common (the token, limits, problems, keys, ETags, pages) is added here by rule, so that
//! no address can forget it.

mod parts;
mod schemas;

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::refusal::{ProblemBody, Wrong};
use super::{
    contracts, customer_edit, customers, entitlements, invoices, jobs, ledger, mastodon_hooks,
    open, payments, people, quarantine, readings, runs, sellers, source_list, sources, targets,
    trail, usage_entry, webhooks,
};
use crate::web::guard::{Open, Route};
use crate::web::routes::table;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Herdbook",
        description = "The book for programs: customers, contracts, usage, \
        billing runs, invoices, payments, the ledger and the audit trail.\n\nA token acts for the \
        account that made it, within its scopes. Amounts are decimal text with their currency, \
        days are civil dates, instants are UTC. What a request changes is done once for each \
        `Idempotency-Key`. Lists are read from link to link: `next` is the address of the next \
        page."
    ),
    paths(
        people::me,
        people::users,
        people::user,
        people::tokens,
        customers::list,
        customers::show,
        customer_edit::enter,
        customer_edit::change,
        webhooks::list,
        webhooks::show,
        sellers::list,
        sellers::show,
        contracts::list,
        contracts::show,
        contracts::usage,
        readings::list,
        entitlements::show,
        invoices::list,
        invoices::show,
        invoices::document,
        payments::list,
        payments::show,
        runs::list,
        runs::prepare,
        runs::show,
        runs::approve,
        runs::issue,
        runs::withdraw,
        ledger::list,
        open::list,
        trail::list,
        jobs::list,
        jobs::show,
        quarantine::list,
        quarantine::dismiss,
        quarantine::replay,
        usage_entry::enter,
        source_list::list,
        source_list::show,
        sources::create,
        sources::rotate,
        sources::revoke,
        targets::list,
        targets::show,
        mastodon_hooks::list,
        mastodon_hooks::register,
        mastodon_hooks::show,
        mastodon_hooks::rotate,
        mastodon_hooks::settle,
        mastodon_hooks::close,
    ),
    components(schemas(ProblemBody, Wrong))
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
    schemas::complete(&mut components["schemas"]);
    components["responses"] = parts::refusals();
    components["parameters"] = parts::parameters();
    components["headers"] = parts::headers();
    components["securitySchemes"] = json!({ "token": {
        "type": "http", "scheme": "bearer", "bearerFormat": "hb_ID_SECRET",
        "description": "An API token: `herdbook user token`, or an administrator's settings.",
    }});
    schemas::point(&mut document);
    document
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
    for (status, name, _) in parts::REFUSALS {
        if refused.contains(&status) {
            let reference = json!({ "$ref": format!("#/components/responses/{name}") });
            operation["responses"][status.to_string()] = reference;
        }
    }
    let mut shared = Vec::new();
    if list {
        shared.extend(["Limit", "Cursor"]);
    }
    shared.push(if changes {
        "IdempotencyKey"
    } else {
        "IfNoneMatch"
    });
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
        Some(Open::ToEither(staff, customer)) => vec![staff.as_str(), customer.as_str()],
        _ => Vec::new(),
    }
}

fn answer_headers(status: &str, changes: bool, list: bool) -> Value {
    let mut names = vec![
        ("RateLimit", "RateLimit"),
        ("RateLimit-Policy", "RateLimitPolicy"),
    ];
    if !changes {
        names.push(("ETag", "ETag"));
    }
    if list && status == "200" {
        names.push(("Link", "Link"));
    }
    if changes {
        names.extend([
            ("Location", "Location"),
            ("Idempotency-Replayed", "Replayed"),
        ]);
    }
    let mut all = Map::new();
    for (name, component) in names {
        let reference = json!({ "$ref": format!("#/components/headers/{component}") });
        all.insert(name.to_owned(), reference);
    }
    all.into()
}

#[cfg(test)]
mod tests;
