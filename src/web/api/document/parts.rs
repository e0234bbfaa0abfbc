//! What operations of the document refer to: headers, parameters, refusals.

use serde_json::{Map, Value, json};

use crate::web::api::refusal::PROBLEM;

/// What a refusal is called, and when it comes.
pub(super) const REFUSALS: [(u16, &str, &str); 14] = [
    (
        400,
        "BadRequest",
        "Parameters, a header or the body cannot be read.",
    ),
    (
        401,
        "NoToken",
        "The token is missing, unknown, expired or revoked.",
    ),
    (
        403,
        "Denied",
        "The token does not carry the scope, or its owner no longer has it.",
    ),
    (
        404,
        "NotFound",
        "There is no such thing, or it belongs to somebody else.",
    ),
    (
        406,
        "NotAcceptable",
        "The request accepts no media type of the answer.",
    ),
    (
        409,
        "Conflict",
        "The state does not allow it, or the key came with another request.",
    ),
    (
        412,
        "PreconditionFailed",
        "It has changed since it was read.",
    ),
    (413, "TooLarge", "The body is longer than 256 kB."),
    (415, "MediaType", "The body is not JSON by its media type."),
    (
        422,
        "Unprocessable",
        "Fields are missing, unknown or not what they should be.",
    ),
    (
        428,
        "PreconditionRequired",
        "The change needs the header If-Match.",
    ),
    (429, "TooMany", "The limit of the token is reached."),
    (500, "Failed", "The program failed; nothing was changed."),
    (
        503,
        "Unavailable",
        "The database or the archive does not answer; the same again may work.",
    ),
];

/// Headers of answers.
pub(super) fn headers() -> Value {
    let header = |description: &str, example: &str| {
        let text = json!({ "type": "string" });
        json!({ "description": description, "schema": text, "example": example })
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

/// Parameters that operations share.
pub(super) fn parameters() -> Value {
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

/// The answers of refusals.
pub(super) fn refusals() -> Value {
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
        let content = json!({ PROBLEM: { "schema": schema } });
        let mut answer = json!({ "description": description, "content": content });
        if !headers.is_empty() {
            answer["headers"] = headers.into();
        }
        all.insert(name.to_owned(), answer);
    }
    all.into()
}
