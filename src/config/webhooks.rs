//! Webhooks that go out.

use serde::Deserialize;

/// Webhooks that go out to addresses of customers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Hosts in private networks that they may go to, in clear text too.
    #[serde(default)]
    pub private_hosts: Vec<String>,
}
