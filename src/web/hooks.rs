//! Messages that other servers send: signed, and no forms.

use axum::body::to_bytes;
use axum::extract::{Request, State};

use super::answer::Answer;
use super::router::Shared;
use crate::error::Problem;
use crate::payments::webhook::LONGEST;
use crate::usecases::payments::webhook::take;

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
