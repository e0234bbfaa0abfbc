//! The HTTP client for the identity provider: no redirects, a limit of time and of size.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// Longest time for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time until the connection stands.
const CONNECTING: Duration = Duration::from_secs(5);
/// Longest answer in bytes: metadata and key sets have a few thousand.
const LONGEST: usize = 1 << 20;

/// Why there is no answer. The text is for the log: it may name hosts.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, no answer in time, or a broken one.
    #[error("the identity provider does not answer")]
    Request(#[from] reqwest::Error),
    /// More than the limit.
    #[error("the identity provider answers with more than {LONGEST} bytes")]
    TooLong,
    /// The answer cannot be passed on.
    #[error("the identity provider's answer cannot be read")]
    Unreadable(#[from] http::Error),
}

/// The client.
#[derive(Debug, Clone)]
pub(super) struct Http(reqwest::Client);

impl Http {
    /// A client that asks over https only, unless the provider is one of the own machine.
    pub(super) fn new(https_only: bool) -> Result<Self, HttpError> {
        // Whoever links this as a library has chosen no provider of cryptography yet.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirect could lead into the own network (RFC 9700, section 4.11).
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .https_only(https_only)
            .connect_timeout(CONNECTING)
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self(client))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let asked = self
            .0
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body);
        let mut answer = asked.send().await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len().saturating_add(chunk.len()) > LONGEST {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
