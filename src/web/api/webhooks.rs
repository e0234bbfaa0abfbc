//! Webhooks of customers, to which their alerts go.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, page, record};
use crate::db::webhooks::HookState;
use crate::usecases::webhooks::{self, Shown};

const LIST: &str = "webhooks";

/// Whether webhooks go to an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WebhookState {
    /// They do.
    On,
    /// Somebody switched them off.
    Off,
    /// The receiver answered that it is gone.
    Gone,
}

/// Where the alerts of a customer go. The secret that signs them is shown nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Webhook {
    /// Number of the customer.
    #[schema(example = "10001")]
    customer: String,
    /// Where they go.
    #[schema(example = "https://hooks.example.org/herdbook")]
    url: String,
    /// Whether they go.
    state: WebhookState,
    /// When that, the address or the secret was last changed.
    changed_at: DateTime<Utc>,
}

impl From<Shown> for Webhook {
    fn from(found: Shown) -> Self {
        Self {
            customer: found.customer,
            url: found.url,
            state: match found.state {
                HookState::On => WebhookState::On,
                HookState::Off => WebhookState::Off,
                HookState::Gone => WebhookState::Gone,
            },
            changed_at: found.changed_at,
        }
    }
}

/// Webhooks of customers
///
/// By number of the customer.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "Customers",
    params(("state" = Option<WebhookState>, Query, description = "Whether they go.")),
    responses((status = 200, description = "A page of webhooks.", body = Page<Webhook>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["state", "limit", "cursor"]);
    let state = asked.one_of("state", &HookState::ALL.map(|(state, code)| (code, state)));
    let (after, limit) = (
        asked.cursor(LIST, |key| Some(key.to_owned())),
        asked.limit(),
    );
    asked.done()?;
    let from = (after.as_deref(), limit);
    let (found, next) = webhooks::list(&shared.app, &by.principal, state, from).await?;
    let data: Vec<Webhook> = found.into_iter().map(Webhook::from).collect();
    page(&headers, &asked, data, (LIST, next))
}

/// The webhook of a customer
///
/// Where its alerts go.
#[utoipa::path(get, path = "/api/v1/webhooks/{customer}", tag = "Customers",
    params(("customer" = String, Path, description = "Number of the customer.",
        example = "10001")),
    responses((status = 200, description = "The webhook.", body = Webhook)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(customer): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let none = || Refusal::not_found(format!("the customer {customer} has no webhook"));
    let number = name(&customer).ok_or_else(none)?;
    let found = webhooks::of(&shared.app, &by.principal, number).await?;
    record(&headers, &Webhook::from(found.flatten().ok_or_else(none)?))
}
