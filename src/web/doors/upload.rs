//! `POST /api/v1/usage/upload`: a file of samples or events, as CSV or JSON, for whoever may not
//! push.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::body::Coding;
use super::{Refused, arriving, counted, essence, receipt, take};
use crate::access::source_token::Door;
use crate::telemetry::upload::entered_by;
use crate::telemetry::{DecodeError, PayloadKind};
use crate::usecases::ingest::Taken;
use crate::web::router::Shared;

/// Takes a file.
pub(super) async fn receive(State(shared): State<Shared>, request: Request) -> Response {
    match taken(&shared, request).await {
        Ok(taken) => receipt(&taken),
        Err(refused) => counted(Door::Upload, refused).into_response(),
    }
}

async fn taken(shared: &Shared, request: Request) -> Result<Taken, Refused> {
    let arriving = arriving(shared, Door::Upload, request.headers()).await?;
    let coding = Coding::of(request.headers())?;
    let kind = match essence(request.headers()).as_str() {
        "text/csv" => PayloadKind::UsageCsv,
        "application/json" => PayloadKind::UsageJson,
        _ => {
            let text = "text/csv or application/json is expected";
            return Err(Refused::new("ingest.media-type", text));
        }
    };
    let unpack = move |bytes| {
        let bytes = coding.unpack(bytes)?;
        // Who entered something by hand is said by the server that knows it.
        if kind == PayloadKind::UsageJson && entered_by(&bytes).is_some() {
            return Err(DecodeError::Upload {
                line: 1,
                reason: "an upload does not say who entered it".to_owned(),
            });
        }
        Ok(bytes)
    };
    take(shared, &arriving, request, kind, unpack).await
}
