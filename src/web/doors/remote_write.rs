//! `POST /api/v1/write`: Prometheus remote write 1.0 and 2.0.
//! <https://prometheus.io/docs/specs/prw/remote_write_spec/>,
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>
//!
//! A sample whose value or time no meter takes is written to the log and kept aside: it is written,
//! as the protocol counts. Only what is not read at all (native histograms, series without a name)
//! is answered by 400 with the counts of what was written.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Refused, arriving, counted, essence, take};
use crate::access::source_token::Door;
use crate::telemetry::{PayloadKind, Reason};
use crate::usecases::ingest::Taken;
use crate::web::router::Shared;

const SAMPLES: HeaderName = HeaderName::from_static("x-prometheus-remote-write-samples-written");
const HISTOGRAMS: HeaderName =
    HeaderName::from_static("x-prometheus-remote-write-histograms-written");
const EXEMPLARS: HeaderName =
    HeaderName::from_static("x-prometheus-remote-write-exemplars-written");
const VERSION: &str = "x-prometheus-remote-write-version";

/// Reasons for which a series or sample is not written.
const NOT_WRITTEN: [Reason; 3] = [Reason::Unsupported, Reason::NameMissing, Reason::Label];

/// Takes a request of samples.
pub(super) async fn receive(State(shared): State<Shared>, request: Request) -> Response {
    match taken(&shared, request).await {
        Ok(taken) => answer(&taken),
        Err(refused) => {
            let mut response = counted(Door::Write, refused).into_response();
            written(response.headers_mut(), 0);
            response
        }
    }
}

async fn taken(shared: &Shared, request: Request) -> Result<Taken, Refused> {
    let arriving = arriving(shared, Door::Write, request.headers()).await?;
    let kind = kind_of(request.headers())?;
    // The block is decompressed by the decoder, and kept as it came.
    take(shared, &arriving, request, kind, Ok).await
}

/// The version by content type, as 2.0 negotiates it; without `proto` it is 1.0.
fn kind_of(headers: &HeaderMap) -> Result<PayloadKind, Refused> {
    let wrong = |text: &str| Refused::new("ingest.media-type", text);
    if essence(headers) != "application/x-protobuf" {
        return Err(wrong("application/x-protobuf is expected"));
    }
    let snappy = headers.get(header::CONTENT_ENCODING);
    let snappy = snappy.is_none_or(|value| value.as_bytes().eq_ignore_ascii_case(b"snappy"));
    if !snappy {
        let text = "the body is expected as a snappy block";
        return Err(Refused::new("ingest.encoding", text));
    }
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parameters = kind
        .split(';')
        .skip(1)
        .filter_map(|part| part.split_once('='));
    let proto = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("proto"));
    let proto = proto
        .map(|(_, value)| value.trim().trim_matches('"'))
        .next();
    let kind = match proto {
        None | Some("prometheus.WriteRequest") => PayloadKind::RemoteWrite1,
        Some("io.prometheus.write.v2.Request") => PayloadKind::RemoteWrite2,
        Some(_) => return Err(wrong("the message is of no version that is known here")),
    };
    let version = headers.get(VERSION).and_then(|value| value.to_str().ok());
    let known = version.is_none_or(|version| {
        let major = version.split('.').next().unwrap_or_default();
        matches!(major, "0" | "1" | "2")
    });
    if !known {
        return Err(wrong("the version of remote write is not known here"));
    }
    Ok(kind)
}

fn written(headers: &mut HeaderMap, samples: u64) {
    headers.insert(SAMPLES, HeaderValue::from(samples));
    for none in [HISTOGRAMS, EXEMPLARS] {
        headers.insert(none, HeaderValue::from(0));
    }
}

fn answer(taken: &Taken) -> Response {
    let verdict = &taken.verdict;
    let of = |reason: Reason| {
        verdict
            .refused
            .get(reason.code())
            .map_or(0, |(count, _)| *count)
    };
    let lost: u64 = NOT_WRITTEN.into_iter().map(of).sum();
    let aside = verdict.refusals().saturating_sub(lost);
    let samples = verdict
        .samples
        .saturating_add(verdict.without_value)
        .saturating_add(verdict.postponed)
        .saturating_add(aside);
    let mut response = if lost == 0 {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Refused::new("ingest.not-written", verdict.said()).into_response()
    };
    written(response.headers_mut(), samples);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_negotiated_by_content_type() {
        let kind = |value: &str| {
            let name = header::CONTENT_TYPE;
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            kind_of(&headers).map_err(|refused| refused.problem.status())
        };
        let plain = "application/x-protobuf";
        assert_eq!(kind(plain), Ok(PayloadKind::RemoteWrite1));
        let one = format!("{plain};proto=prometheus.WriteRequest");
        assert_eq!(kind(&one), Ok(PayloadKind::RemoteWrite1));
        let two = format!("{plain}; proto=\"io.prometheus.write.v2.Request\"");
        assert_eq!(kind(&two), Ok(PayloadKind::RemoteWrite2));
        let three = format!("{plain};proto=io.prometheus.write.v3.Request");
        for wrong in [three.as_str(), "application/json", "text/plain"] {
            assert_eq!(kind(wrong), Err(415), "{wrong}");
        }
    }
}
