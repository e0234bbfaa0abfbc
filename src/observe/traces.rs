//! Traces by OpenTelemetry: spans sent to a collector as protobuf over HTTP.
//!
//! The exporter works in a thread of its own, and its requests in a runtime of their own: they go
//! on while the server's runtime is busy, and while it ends.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider, Tracer};
use tokio::runtime::Runtime;

use crate::config::TracesConfig;
use crate::error::Problem;

/// How long a collector has to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go; none unless an endpoint is configured.
pub(super) fn begin(config: &TracesConfig) -> Result<Option<(Tracer, SdkTracerProvider)>, Problem> {
    let Some(endpoint) = config.endpoint.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let refused = |why: String| Problem::new("config.invalid", format!("[traces] endpoint: {why}"));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new().map_err(|why| refused(why.to_string()))?)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .with_timeout(PATIENCE)
        .build()
        .map_err(|why| refused(why.to_string()))?;
    let share = f64::from(config.percent.min(100)) / 100.0;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder_empty()
        .with_service_name("herdbook")
        .with_attribute(version);
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        // Who called us decides, where it is trusted to; or else the share that is configured.
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
            share,
        ))))
        .with_resource(resource.build())
        .build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    Ok(Some((provider.tracer("herdbook"), provider)))
}

/// The HTTP client of the exporter: ours, with the TLS that the rest of the program has.
#[derive(Debug, Clone)]
struct Client {
    http: reqwest::Client,
    runtime: Arc<Owned>,
}

/// A runtime that may be dropped anywhere: dropping one waits for its work, which a thread of
/// another runtime must not.
#[derive(Debug)]
struct Owned(Option<Runtime>);

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    fn new() -> Result<Self, HttpError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("traces")
            .enable_all()
            .build()?;
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self {
            http,
            runtime: Arc::new(Owned(Some(runtime))),
        })
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let Some(runtime) = &self.runtime.0 else {
            return Err("the exporter has ended".into());
        };
        let http = self.http.clone();
        let sent = runtime.spawn(async move {
            let answer = http.execute(request.try_into()?).await?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            let body = answer.bytes().await?;
            Ok::<_, HttpError>(response.body(body)?)
        });
        sent.await?
    }
}
