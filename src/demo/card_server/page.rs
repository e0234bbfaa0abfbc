//! The page on which a card is tried: plain forms, in the place of Stripe's own page.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::Value;

use super::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/c/pay/{id}", get(show).post(sent))
}

/// What a number of Stripe's test cards does. <https://docs.stripe.com/testing>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Card {
    Good,
    Refused,
    Challenged,
}

impl Card {
    fn of(number: &str) -> Self {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        match digits.as_str() {
            "4242424242424242" => Self::Good,
            "4000002760003184" => Self::Challenged,
            _ => Self::Refused,
        }
    }
}

async fn show(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let now = shared.now();
    let found = shared.state().books.session(&id, now);
    shared.changed();
    match found {
        Some(session) if session["status"] == "open" => {
            let intent = session["payment_intent"].as_str().map(str::to_owned);
            let intent = intent.and_then(|id| shared.state().books.get(&id).cloned());
            Html(form(&session, intent.as_ref())).into_response()
        }
        Some(session) => {
            let text = match session["status"].as_str() {
                Some("complete") => "This payment is done.",
                _ => "This page has expired.",
            };
            let back = session["success_url"].as_str().unwrap_or_default();
            let link = format!(
                "<p><a href=\"{}\">Back to the invoice</a></p>",
                text_of(back)
            );
            Html(whole(&format!("<h1>{text}</h1>{link}"))).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn sent(State(shared): State<Shared>, Path(id): Path<String>, body: Bytes) -> Response {
    let fields: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let now = shared.now();
    let Some(session) = shared.state().books.session(&id, now) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let url = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
    if session["status"] != "open" {
        return Redirect::to(&url("success_url")).into_response();
    }
    let paid = {
        let mut state = shared.state();
        let later = state.moods.fee_comes_later;
        match (field("action"), Card::of(field("card"))) {
            ("abandon", _) => true,
            ("authenticate", _) | ("pay", Card::Good) => {
                state.books.pay(&session, later, now);
                true
            }
            ("pay", Card::Challenged) => {
                state.books.challenge(&session, now);
                false
            }
            ("refuse", _) => {
                state
                    .books
                    .decline(&session, "authentication_required", now);
                false
            }
            _ => {
                state.books.decline(&session, "generic_decline", now);
                false
            }
        }
    };
    shared.changed();
    match (paid, field("action")) {
        (true, "abandon") => Redirect::to(&url("cancel_url")).into_response(),
        (true, _) => Redirect::to(&url("success_url")).into_response(),
        (false, _) => Redirect::to(&format!("/c/pay/{id}")).into_response(),
    }
}

fn form(session: &Value, intent: Option<&Value>) -> String {
    let minor = session["amount_total"].as_i64().unwrap_or_default();
    let currency = session["currency"]
        .as_str()
        .unwrap_or_default()
        .to_uppercase();
    // The yen is the one currency we bill in that has no minor unit.
    let amount = match currency.as_str() {
        "JPY" => format!("{minor}"),
        _ => format!("{}.{:02}", minor / 100, minor % 100),
    };
    let invoice = session["metadata"]["invoice"].as_str().unwrap_or_default();
    let status = intent.and_then(|intent| intent["status"].as_str());
    let head = format!(
        "<p class=\"small\">Demonstration: no card is charged.</p>\
         <h1>{amount} {currency}</h1><p>Invoice {}</p>",
        text_of(invoice)
    );
    let button = |action: &str, label: &str, class: &str| {
        format!("<button name=\"action\" value=\"{action}\" class=\"{class}\">{label}</button>")
    };
    if status == Some("requires_action") {
        return whole(&format!(
            "{head}<form method=\"post\"><p>Your bank asks whether this is you.</p>{}{}</form>",
            button("authenticate", "Yes, it is me", ""),
            button("refuse", "No", "bare"),
        ));
    }
    let refused = match status {
        Some("requires_payment_method") => {
            "<p class=\"bad\" role=\"alert\">Your card was declined. Try another one.</p>"
        }
        _ => "",
    };
    whole(&format!(
        "{head}{refused}<form method=\"post\">\
         <label for=\"card\">Card number</label>\
         <input id=\"card\" name=\"card\" inputmode=\"numeric\" value=\"4242 4242 4242 4242\">\
         <p class=\"small\">4242 4242 4242 4242 is taken, 4000 0000 0000 0002 is declined, \
         4000 0027 6000 3184 asks the bank.</p>{}{}</form>",
        button("pay", &format!("Pay {amount} {currency}"), ""),
        button("abandon", "Back to the invoice", "bare"),
    ))
}

fn whole(main: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Payment</title>\
         <style>:root{{color-scheme:light dark}}\
         body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem}}\
         label,button,input{{display:block;width:100%;box-sizing:border-box}}\
         input,button{{font:inherit;padding:.7rem;border-radius:.4rem;border:1px solid #767676}}\
         button{{margin-top:.75rem;min-height:44px;background:#24523f;color:#fff;\
         border-color:#24523f}}\
         .bare{{background:none;color:inherit;border-color:#767676}}\
         .small{{font-size:.9rem}}.bad{{color:#b3261e;font-weight:600}}\
         @media(prefers-color-scheme:dark){{.bad{{color:#ffb4ab}}}}</style>\
         </head><body><main>{main}</main></body></html>"
    )
}

/// Text that stands in HTML.
fn text_of(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
