//! HTTP without a browser: for the driver's protocol, for visitors without a window, and for files
//! that a browser would show in a viewer of its own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tokio::runtime::{Builder, Runtime};

/// A network address that nobody else in this process has, as a proxy would pass it on: limits
/// count by address, and all of these people sit at one machine.
pub fn own_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let [_, a, b, c] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// The header in which proxies pass it on.
pub const FORWARDED: &str = "x-forwarded-for";

/// A client whose calls wait for the answer.
pub struct Http {
    client: Client,
    address: String,
    runtime: Runtime,
}

/// What is asked for.
pub struct Ask<'a> {
    pub method: Method,
    pub url: &'a str,
    /// As the header holds them; may be empty.
    pub cookies: &'a str,
    /// Media type and text.
    pub body: Option<(&'static str, String)>,
}

/// An answer: its status, its headers and its bytes.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Http {
    /// A client that follows redirects.
    pub fn following() -> Self {
        Self::with(Policy::default())
    }

    /// A client that shows a redirect as it is.
    pub fn staying() -> Self {
        Self::with(Policy::none())
    }

    fn with(redirects: Policy) -> Self {
        // Nothing here is encrypted, but the client is not built without a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(redirects)
            .timeout(Duration::from_secs(120))
            .build();
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            client: client.expect("a client"),
            address: own_address(),
            runtime: runtime.expect("a runtime"),
        }
    }

    /// # Errors
    /// When no whole answer comes.
    pub fn send(&self, ask: Ask<'_>) -> Result<Reply, reqwest::Error> {
        let mut request = self
            .client
            .request(ask.method, ask.url)
            .header(FORWARDED, &self.address);
        if !ask.cookies.is_empty() {
            request = request.header("cookie", ask.cookies);
        }
        if let Some((kind, body)) = ask.body {
            request = request.header("content-type", kind).body(body);
        }
        self.runtime.block_on(async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let bytes = response.bytes().await?.to_vec();
            Ok(Reply {
                status,
                headers,
                bytes,
            })
        })
    }
}
