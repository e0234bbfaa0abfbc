//! HTTP without a browser: for the driver's protocol, and for files that a browser would show in a
//! viewer of its own.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

/// A client whose calls wait for the answer.
pub struct Http {
    client: Client,
    runtime: Runtime,
}

/// An answer: its status and its bytes.
pub struct Reply {
    pub status: u16,
    pub bytes: Vec<u8>,
}

impl Http {
    pub fn new() -> Self {
        // Nothing here is encrypted, but the client is not built without a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(120))
            .build();
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            client: client.expect("a client"),
            runtime: runtime.expect("a runtime"),
        }
    }

    pub fn get(&self, url: &str) -> Reply {
        self.send(Method::GET, url, None)
            .unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    /// # Errors
    /// When no whole answer comes.
    pub fn send(
        &self,
        method: Method,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        self.runtime.block_on(async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let bytes = response.bytes().await?.to_vec();
            Ok(Reply { status, bytes })
        })
    }
}
