//! The configuration of payments by card.

use std::path::PathBuf;

use serde::Deserialize;

/// Payments by card over Stripe; none while there is no key.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeConfig {
    /// Secret or restricted key.
    #[serde(default)]
    pub secret_key: Option<String>,
    /// File with the key, where it is not in the environment.
    #[serde(default)]
    pub secret_key_file: Option<PathBuf>,
    /// Signing secrets of the webhook; two while one is exchanged for the other.
    #[serde(default)]
    pub webhook_secrets: Secrets,
    /// File with the signing secrets, one a line.
    #[serde(default)]
    pub webhook_secrets_file: Option<PathBuf>,
    /// Where Stripe is; its own address unless given.
    #[serde(default)]
    pub api_url: Option<String>,
}

/// Secrets as a list, or as one text with commas between them, as an environment holds it.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Secrets {
    /// One text.
    Text(String),
    /// A list.
    List(Vec<String>),
}

impl Default for Secrets {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Secrets {
    /// Each secret; empty ones are none.
    pub fn each(&self) -> impl Iterator<Item = &str> {
        let all: Vec<&str> = match self {
            Self::Text(text) => text.split(',').collect(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
        };
        all.into_iter().map(str::trim).filter(|one| !one.is_empty())
    }
}

impl std::fmt::Debug for StripeConfig {
    /// Never shows a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StripeConfig")
            .field("secret_key", &self.secret_key.as_ref().map(|_| "(set)"))
            .field("secret_key_file", &self.secret_key_file)
            .field("webhook_secrets", &self.webhook_secrets.each().count())
            .field("webhook_secrets_file", &self.webhook_secrets_file)
            .field("api_url", &self.api_url)
            .finish()
    }
}
