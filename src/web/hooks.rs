//! Messages that other servers send: signed, and no forms.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

use super::answer::Answer;
use super::router::Shared;
use crate::db::mastodon_hooks::Outcome;
use crate::error::Problem;
use crate::observe::metrics;
use crate::payments::webhook::LONGEST;
use crate::telemetry::mastodon::hook;
use crate::usecases::mastodon_hooks;
use crate::usecases::payments::webhook::take;

/// Seconds after which a message that could not be taken may come again.
const AGAIN: &str = "60";

/// `POST /hooks/stripe`. The body is read as it came, because its bytes are signed. Whatever is
/// Stripe's is answered with 200 once it is committed, also what concerns nothing of ours: Stripe
/// would send it again for days.
pub(super) async fn stripe(
    State(shared): State<Shared>,
    request: Request,
) -> Result<&'static str, Answer> {
    let signature = request.headers().get("stripe-signature");
    let signature = signature.and_then(|value| value.to_str().ok());
    let signature = signature.unwrap_or_default().to_owned();
    let body = to_bytes(request.into_body(), LONGEST).await;
    let body = body.map_err(|_| Problem::new("webhook.too-long", "the message is too long"))?;
    take(&shared.app, &signature, &body)
        .await
        .map_err(Problem::from)?;
    Ok("taken")
}

/// `POST /hooks/mastodon/{instance}`. The body is read as it came, because its bytes are signed.
///
/// Mastodon repeats a message for about two days, but never one that was answered with 4xx, but
/// for 401, 408 and 429 (`response_error_unsalvageable?` of its delivery workers). So a fault that
/// passes is always 503, and a wrong signature is 401: a secret that is just being rotated loses
/// nothing.
pub(super) async fn mastodon(
    State(shared): State<Shared>,
    Path(instance): Path<String>,
    request: Request,
) -> Response {
    let signature = request.headers().get("x-hub-signature");
    let signature = signature.and_then(|value| value.to_str().ok());
    let signature = signature.unwrap_or_default().to_owned();
    let answer = match whole(request.into_body(), hook::LONGEST).await {
        Ok(body) => mastodon_hooks::take(&shared.app, &instance, (&signature, &body)).await,
        Err(problem) => Err(problem.into()),
    };
    match answer {
        Ok(Outcome::Taken) => "taken".into_response(),
        Ok(Outcome::Repeated) => "taken before".into_response(),
        Ok(Outcome::Ignored) => "nothing of it is kept".into_response(),
        Err(failure) => refused(failure.into()),
    }
}

/// The body, unless it is longer than `most` bytes or breaks off.
async fn whole(body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut parts) = (Vec::new(), body.into_data_stream());
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| Problem::of("mastodon.unavailable", &error))?;
        if bytes.len().saturating_add(part.len()) > most {
            metrics::mastodon_hook("refused");
            let text = format!("the message is longer than {most} bytes");
            return Err(Problem::new("mastodon.too-large", text));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

fn refused(problem: Problem) -> Response {
    if problem.code().starts_with("mastodon.") && problem.status() < 500 {
        return Answer(problem).into_response();
    }
    metrics::mastodon_hook("failed");
    let passing = Problem::new("mastodon.unavailable", "try again in a minute");
    let why = format!(
        "{}: {}",
        problem.code(),
        problem.internal().unwrap_or_default()
    );
    let mut response = Answer(passing.because(&why)).into_response();
    debug_assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let again = HeaderValue::from_static(AGAIN);
    response.headers_mut().insert(header::RETRY_AFTER, again);
    response
}
