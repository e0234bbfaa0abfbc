//! The log, and the traces beside it.

use std::io::IsTerminal;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use super::traces;
use crate::config::{LogConfig, LogFormat, TracesConfig};
use crate::error::Problem;

/// Keeps log and traces going; what is still held back is sent when it is dropped.
#[must_use]
pub struct Guard(Option<SdkTracerProvider>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            // A collector that does not answer must not keep the program from ending.
            let _ = provider.shutdown();
        }
    }
}

/// Begins log and traces, once in a process.
///
/// # Errors
/// `config.invalid` for a filter that cannot be read, or an address that cannot be one.
pub fn begin(log: &LogConfig, traces: &TracesConfig) -> Result<Guard, Problem> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|why| Problem::new("config.invalid", format!("[log] filter: {why}")))?;
    let lines = match log.format {
        LogFormat::Text => fmt::layer()
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
    };
    let (tracer, provider) = traces::begin(traces)?.unzip();
    let spans = tracer.map(|tracer| {
        // Spans of our own, whatever the log shows; what a driver does is in none of them.
        let own = Targets::new().with_target("herdbook", tracing::Level::INFO);
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        // Events may say more than a trace should: they go to the log only.
        let layer = layer.with_location(false).with_threads(false);
        layer.with_filter(own)
    });
    Registry::default().with(lines).with(spans).init();
    Ok(Guard(provider))
}
