//! `POST /api/v1/events`: CloudEvents 1.0 over HTTP, structured, batched and binary.
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::body::Coding;
use super::{Refused, arriving, counted, essence, receipt, take};
use crate::access::source_token::Door;
use crate::telemetry::PayloadKind;
use crate::usecases::ingest::Taken;
use crate::web::router::Shared;

const PREFIX: &str = "ce-";

/// Takes one event or a batch.
pub(super) async fn receive(State(shared): State<Shared>, request: Request) -> Response {
    match taken(&shared, request).await {
        Ok(taken) => receipt(&taken),
        Err(refused) => counted(Door::Events, refused).into_response(),
    }
}

async fn taken(shared: &Shared, request: Request) -> Result<Taken, Refused> {
    let arriving = arriving(shared, Door::Events, request.headers()).await?;
    let coding = Coding::of(request.headers())?;
    let headers = request.headers();
    let kind = match essence(headers).as_str() {
        "application/cloudevents+json" => PayloadKind::CloudEvent,
        "application/cloudevents-batch+json" => PayloadKind::CloudEventBatch,
        _ if headers.contains_key("ce-specversion") => {
            let head = attributes(headers);
            let whole = move |bytes| {
                let data = coding.unpack(bytes)?;
                let mut whole = head;
                whole.extend_from_slice(&data);
                Ok(whole)
            };
            let kind = PayloadKind::CloudEventBinary;
            return take(shared, &arriving, request, kind, whole).await;
        }
        _ => {
            let text = "application/cloudevents+json, application/cloudevents-batch+json or \
                        headers of the binary mode are expected";
            return Err(Refused::new("ingest.media-type", text));
        }
    };
    take(shared, &arriving, request, kind, move |bytes| {
        coding.unpack(bytes)
    })
    .await
}

/// The attributes of an event in binary mode as lines in the order of their names, and an empty
/// line: with the data behind it, the bytes that are hashed and kept.
fn attributes(headers: &HeaderMap) -> Vec<u8> {
    let mut lines = BTreeMap::new();
    for (name, value) in headers {
        let name = name.as_str();
        let own = match name.strip_prefix(PREFIX) {
            Some(own) => own,
            None if name == header::CONTENT_TYPE.as_str() => name,
            None => continue,
        };
        lines.entry(own).or_insert_with(|| value.as_bytes());
    }
    let mut head = Vec::new();
    for (name, value) in lines {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.push(b'\n');
    }
    head.push(b'\n');
    head
}
