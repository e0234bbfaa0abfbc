//! The server's interface: the calls that the product makes, with Stripe's rules for keys.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::books::{Earlier, Refusal};
use super::{KEY, Shared};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/v1/checkout/sessions", post(change))
        .route("/v1/checkout/sessions/{id}", get(session))
        .route("/v1/checkout/sessions/{id}/expire", post(change))
        .route("/v1/refunds", get(refunds).post(change))
        .route("/v1/refunds/{id}", get(object))
        .route("/v1/payment_intents/{id}", get(object))
        .route("/v1/charges/{id}", get(object))
        .route("/v1/balance_transactions/{id}", get(object))
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(refusal.body())).into_response()
}

fn failed(status: u16) -> Refusal {
    Refusal {
        status,
        kind: "api_error",
        code: "",
        message: "Something went wrong on our side.".to_owned(),
    }
}

/// Who asks, and whether the server is in the mood to answer.
fn admitted(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(header::AUTHORIZATION);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if given != format!("Bearer {KEY}") {
        return Err(Refusal {
            status: 401,
            ..Refusal::invalid("", "Invalid API Key provided.")
        });
    }
    if shared.state().moods.down {
        return Err(failed(503));
    }
    Ok(())
}

async fn session(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(refusal) = admitted(&shared, &headers) {
        return refused(&refusal);
    }
    let now = shared.now();
    let found = shared.state().books.session(&id, now);
    shared.changed();
    answer(&shared, found, &id, query.as_deref())
}

async fn object(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(refusal) = admitted(&shared, &headers) {
        return refused(&refusal);
    }
    let found = shared.state().books.get(&id).cloned();
    answer(&shared, found, &id, query.as_deref())
}

/// A page of refunds of a payment, the newest first.
async fn refunds(
    State(shared): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(refusal) = admitted(&shared, &headers) {
        return refused(&refusal);
    }
    let query = query.unwrap_or_default();
    let fields: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let field = |name: &str| fields.get(name).map(String::as_str);
    let limit = field("limit").and_then(|text| text.parse().ok());
    let of = |one: &Value| one["payment_intent"].as_str() == field("payment_intent");
    let page = (field("starting_after"), limit.unwrap_or(10));
    axum::Json(shared.state().books.refunds(of, page)).into_response()
}

fn answer(shared: &Shared, found: Option<Value>, id: &str, query: Option<&str>) -> Response {
    let Some(found) = found else {
        return refused(&Refusal::missing(id));
    };
    let fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let paths = fields.filter(|(name, _)| name.starts_with("expand"));
    let paths: Vec<String> = paths.map(|(_, path)| path.into_owned()).collect();
    axum::Json(shared.state().books.expanded(&found, &paths)).into_response()
}

/// A call that changes something. The first answer under a key is the answer to every call under
/// it, also an error of the server; a call with other parameters is refused. What was refused
/// before it began leaves no trace.
/// <https://docs.stripe.com/api/idempotent_requests>
async fn change(State(shared): State<Shared>, headers: HeaderMap, request: Request) -> Response {
    if let Err(refusal) = admitted(&shared, &headers) {
        return refused(&refusal);
    }
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await;
    let body: Bytes = body.unwrap_or_default();
    let fields: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let key = headers.get("idempotency-key");
    let key = key.and_then(|key| key.to_str().ok()).map(str::to_owned);
    let response = once(&shared, (&path, &fields), key);
    shared.changed();
    let forgets = std::mem::take(&mut shared.state().moods.forgets_to_answer);
    match response {
        Err(refusal) => refused(&refusal),
        Ok(_) if forgets => {
            let cut: Result<Bytes, _> = Err(std::io::Error::other("the line is cut"));
            Body::from_stream(futures::stream::iter([cut])).into_response()
        }
        Ok((status, body)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, body).into_response()
        }
    }
}

/// Status and body of a call: what was answered under its key before, or what it does now.
fn once(
    shared: &Shared,
    (path, fields): (&str, &BTreeMap<String, String>),
    key: Option<String>,
) -> Result<(u16, String), Refusal> {
    let call = format!("{path} {fields:?}");
    let mut state = shared.state();
    let earlier = key.as_ref().and_then(|key| state.books.earlier.get(key));
    match earlier {
        Some(earlier) if earlier.call != call => {
            return Err(Refusal {
                kind: "idempotency_error",
                ..Refusal::invalid(
                    "",
                    "Keys for idempotent requests can only be used with the same parameters \
                     they were first used with.",
                )
            });
        }
        Some(earlier) => return Ok((earlier.status, earlier.body.clone())),
        None => {}
    }
    let object = carry_out(shared, &mut state, path, fields)?;
    let (status, body) = match std::mem::take(&mut state.moods.stumbles) {
        true => (500, failed(500).body().to_string()),
        false => (200, object.to_string()),
    };
    if let Some(key) = key {
        let earlier = Earlier {
            call,
            status,
            body: body.clone(),
        };
        state.books.earlier.insert(key, earlier);
    }
    Ok((status, body))
}

fn carry_out(
    shared: &Shared,
    state: &mut super::State,
    path: &str,
    fields: &BTreeMap<String, String>,
) -> Result<Value, Refusal> {
    let now = shared.now();
    let id = match path {
        "/v1/checkout/sessions" => {
            let asked = asked(fields, now)?;
            state.books.open(&asked, &shared.address, now)
        }
        "/v1/refunds" => {
            if state.moods.refuses_refunds {
                let text = "Insufficient funds in your account to refund.";
                return Err(Refusal::invalid("balance_insufficient", text));
            }
            let amount = fields.get("amount").and_then(|minor| minor.parse().ok());
            let intent = fields.get("payment_intent").map_or("", String::as_str);
            let status = match state.moods.refunds_pend {
                true => "pending",
                false => "succeeded",
            };
            let ours = metadata(fields, "");
            state.books.refund(intent, amount, (&ours, status), now)?
        }
        _ => {
            let id = path.trim_start_matches("/v1/checkout/sessions/");
            let id = id.trim_end_matches("/expire");
            state.books.session(id, now);
            state.books.expire(id, now)?;
            id.to_owned()
        }
    };
    Ok(state.books.get(&id).cloned().unwrap_or_default())
}

/// The fields of `prefix[metadata]` as an object.
fn metadata(fields: &BTreeMap<String, String>, prefix: &str) -> Value {
    let start = match prefix {
        "" => "metadata[".to_owned(),
        prefix => format!("{prefix}[metadata]["),
    };
    let own = fields.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(&start)?.strip_suffix(']')?;
        Some((name.to_owned(), Value::String(value.clone())))
    });
    Value::Object(own.collect())
}

/// What a session is to be, from the fields of the call.
fn asked(fields: &BTreeMap<String, String>, now: i64) -> Result<Value, Refusal> {
    let field = |name: &str| fields.get(name).map(String::as_str);
    let need = |name: &'static str| {
        field(name).ok_or_else(|| {
            Refusal::invalid(
                "parameter_missing",
                format!("Missing required param: {name}."),
            )
        })
    };
    let number = |text: &str| {
        let read = text.parse::<i64>();
        read.map_err(|_| Refusal::invalid("parameter_invalid_integer", "Invalid integer"))
    };
    let amount = number(need("line_items[0][price_data][unit_amount]")?)?;
    let expires_at = number(need("expires_at")?)?;
    // <https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at>
    if !(now + 30 * 60..=now + 24 * 3_600).contains(&expires_at) || amount <= 0 {
        return Err(Refusal::invalid("", "Invalid amount or expires_at."));
    }
    Ok(json!({
        "amount_total": amount,
        "amount_subtotal": amount,
        "currency": need("line_items[0][price_data][currency]")?,
        "client_reference_id": field("client_reference_id"),
        "success_url": need("success_url")?,
        "cancel_url": field("cancel_url"),
        "expires_at": expires_at,
        "locale": field("locale"),
        "metadata": metadata(fields, ""),
        "status": "open",
        "payment_status": "unpaid",
    }))
}
