//! `POST /v1/metrics`: OTLP over HTTP, protobuf and JSON.
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>
//!
//! Points that are not taken are told by a partial success, which a sender does not repeat. What
//! could not be stored is answered by 429 or 503 with Retry-After, never by 500: a sender drops
//! what is answered by any other status.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
};
use prost::Message;
use serde_json::json;

use super::body::Coding;
use super::{Refused, arriving, counted, essence, take};
use crate::access::source_token::Door;
use crate::telemetry::PayloadKind;
use crate::usecases::ingest::Taken;
use crate::web::router::Shared;

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

/// `google.rpc.Status`, as far as OTLP asks for it: code and message.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Protobuf,
    Json,
}

/// Takes a request of metrics.
pub(super) async fn receive(State(shared): State<Shared>, request: Request) -> Response {
    let encoding = match essence(request.headers()).as_str() {
        PROTOBUF => Some(Encoding::Protobuf),
        JSON => Some(Encoding::Json),
        _ => None,
    };
    match taken(&shared, encoding, request).await {
        Ok((encoding, taken)) => success(encoding, &taken),
        Err(refused) => {
            let refused = counted(Door::Metrics, refused);
            match encoding {
                Some(encoding) => failure(encoding, &refused),
                None => refused.into_response(),
            }
        }
    }
}

async fn taken(
    shared: &Shared,
    encoding: Option<Encoding>,
    request: Request,
) -> Result<(Encoding, Taken), Refused> {
    let arriving = arriving(shared, Door::Metrics, request.headers()).await?;
    let unknown = || {
        let text = format!("{PROTOBUF} or {JSON} is expected");
        Refused::new("ingest.media-type", text)
    };
    let encoding = encoding.ok_or_else(unknown)?;
    let coding = Coding::of(request.headers())?;
    let kind = match encoding {
        Encoding::Protobuf => PayloadKind::OtlpProtobuf,
        Encoding::Json => PayloadKind::OtlpJson,
    };
    let unpack = move |bytes| coding.unpack(bytes);
    Ok((
        encoding,
        take(shared, &arriving, request, kind, unpack).await?,
    ))
}

fn success(encoding: Encoding, taken: &Taken) -> Response {
    let verdict = &taken.verdict;
    let rejected = verdict.refusals().saturating_add(verdict.postponed);
    let mut said = verdict.said();
    if verdict.postponed > 0 {
        let between = if said.is_empty() { "" } else { "; " };
        said.push_str(between);
        said.push_str(&format!("{} kept aside for their time", verdict.postponed));
    }
    match encoding {
        Encoding::Protobuf => {
            let partial_success = (rejected > 0).then(|| ExportMetricsPartialSuccess {
                rejected_data_points: i64::try_from(rejected).unwrap_or(i64::MAX),
                error_message: said,
            });
            let body = ExportMetricsServiceResponse { partial_success }.encode_to_vec();
            ([(header::CONTENT_TYPE, PROTOBUF)], body).into_response()
        }
        Encoding::Json => {
            let body = if rejected > 0 {
                // 64-bit integers are text in the JSON of protobuf.
                json!({ "partialSuccess": {
                    "rejectedDataPoints": rejected.to_string(),
                    "errorMessage": said,
                }})
            } else {
                json!({})
            };
            ([(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
        }
    }
}

/// A refusal in the encoding of the request: the body is a `Status`, whose message begins with the
/// stable code of the problem.
fn failure(encoding: Encoding, refused: &Refused) -> Response {
    let (status, headers) = refused.head();
    let problem = &refused.problem;
    let message = format!("{}: {}", problem.code(), problem.external());
    let code = rpc_code(status);
    match encoding {
        Encoding::Protobuf => {
            let body = Status { code, message }.encode_to_vec();
            let kind = [(header::CONTENT_TYPE, PROTOBUF)];
            (status, headers, kind, body).into_response()
        }
        Encoding::Json => {
            let body = json!({ "code": code, "message": message });
            let kind = [(header::CONTENT_TYPE, JSON)];
            (status, headers, kind, body.to_string()).into_response()
        }
    }
}

/// The code of gRPC that goes with a status of HTTP (`google/rpc/code.proto`).
fn rpc_code(status: StatusCode) -> i32 {
    match status.as_u16() {
        401 => 16,
        403 => 7,
        429 => 8,
        503 => 14,
        _ => 3,
    }
}
