//! Usage that is entered by hand, with what proves it.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::bearer::By;
use super::refusal::Refusal;
use super::runs::answered;
use super::sent::{Sent, misread};
use crate::db::Txn;
use crate::db::access::answers::KeptAnswer;
use crate::usecases::Failure;
use crate::usecases::enter_usage::{self, Entry};
use crate::usecases::once::{before, once};

/// Usage that is entered by hand.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnterUsage {
    /// The instance it is about.
    #[schema(example = "social.example.org")]
    instance: String,
    /// What proves it: a ticket, a statement, a mail.
    #[schema(
        example = "storage by the provider's statement of March",
        min_length = 3
    )]
    note: String,
    /// Samples: `metric`, `time`, `value` (text) and, if wanted, `unit`, `kind`, `start`.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    samples: Vec<Value>,
    /// Events, as CloudEvents 1.0.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
}

/// What was entered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageEntered {
    /// Samples and events.
    records: usize,
    /// SHA-256 of the evidence.
    evidence: String,
    /// False when the same had been entered before.
    new: bool,
}

/// Enter usage by hand
///
/// All of it becomes evidence, or nothing.
#[utoipa::path(post, path = "/api/v1/usage/entries", tag = "Telemetry", request_body = EnterUsage,
    responses((status = 201, description = "What was entered.", body = UsageEntered)))]
pub(super) async fn enter(
    State(shared): State<Shared>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Refusal> {
    let receipt = sent.receipt(&by);
    if let Some(known) = before(&shared.app, &receipt).await? {
        return Ok(answered((known, true)));
    }
    let fields = Value::Object(sent.fields.clone());
    let asked: Result<EnterUsage, _> = serde_path_to_error::deserialize(fields);
    let asked = asked.map_err(|error| misread(&error))?;
    let entry = Entry {
        instance: asked.instance,
        note: asked.note,
        samples: asked.samples,
        events: asked.events,
    };
    let ready = enter_usage::read(&shared.app, &by.principal, &entry)?;
    let (app, actor) = (shared.app.clone(), by.principal.actor());
    let work = async move |txn: &Txn| {
        let new = enter_usage::enter_in(txn, &app, &actor, &ready).await?;
        let shown = UsageEntered {
            records: ready.records,
            evidence: ready.hash.clone(),
            new,
        };
        let body = serde_json::to_string(&shown);
        Ok(KeptAnswer {
            status: 201,
            location: None,
            etag: None,
            body: body.map_err(|error| Failure::of("internal.unlisted", &error))?,
        })
    };
    let done = once(&shared.app, receipt, work).await?;
    enter_usage::entered(&shared.app).await?;
    Ok(answered(done))
}
