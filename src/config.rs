//! Configuration: commented defaults in the binary, then a file, the environment, the command line.

mod oidc;
mod pull;
mod stripe;
mod web;
mod webhooks;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

use crate::access::network::{Network, ProxyHeader};
use crate::billing::tax::TaxSettings;
use crate::error::Problem;

pub use oidc::OidcConfig;
pub use pull::{PullConfig, TargetConfig, limit_bytes, timeout_seconds};
pub use stripe::{Secrets, StripeConfig};

pub use web::WebConfig;
pub use webhooks::WebhooksConfig;

/// The commented defaults.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// Everything that can be configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Databases.
    pub store: StoreConfig,
    /// Archive, templates, renderer.
    pub documents: DocumentsConfig,
    /// What a person says for the tax decision.
    pub tax: TaxSettings,
    /// The server.
    pub serve: ServeConfig,
    /// What public pages link to.
    #[serde(default)]
    pub web: WebConfig,
    /// The API.
    pub api: ApiConfig,
    /// Who may sign in.
    #[serde(default)]
    pub access: AccessConfig,
    /// How mail is sent.
    #[serde(default)]
    pub mail: MailConfig,
    #[serde(default)]
    pub webhooks: WebhooksConfig,
    /// The identity provider of the staff.
    pub oidc: OidcConfig,
    /// Payments by card.
    #[serde(default)]
    pub stripe: StripeConfig,
    /// What is fetched from instances.
    #[serde(default)]
    pub pull: PullConfig,
    /// The log.
    pub log: LogConfig,
    /// Traces.
    pub traces: TracesConfig,
}

/// A configured text that nobody may read over a shoulder: it stays out of logs and lists.
#[derive(Clone)]
pub struct Secret(String);

impl<'de> Deserialize<'de> for Secret {
    /// Texts only. The environment reads `0123` as a number, and the error of a wrong kind would
    /// show it.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(from)? {
            toml::Value::String(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom(
                "a secret that looks like a number has to stand in quotes of its own",
            )),
        }
    }
}

impl Secret {
    /// The text, for whoever has to send or compare it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Where the databases are.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// Folder of the embedded databases.
    pub data_dir: PathBuf,
    /// PostgreSQL address; wins over the folder.
    #[serde(default)]
    pub database_url: Option<String>,
}

impl std::fmt::Debug for StoreConfig {
    /// Never shows the address of the server: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.database_url.as_ref().map(|_| "(set)");
        f.debug_struct("StoreConfig")
            .field("data_dir", &self.data_dir)
            .field("database_url", &url)
            .finish()
    }
}

/// Archive, templates, renderer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentsConfig {
    /// Folder or `s3://bucket/prefix`.
    #[serde(default)]
    pub archive: Option<String>,
    /// Folder with edited templates.
    #[serde(default)]
    pub templates: Option<PathBuf>,
    /// Render workers; 0 for one a core.
    pub workers: usize,
}

/// The server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeConfig {
    /// Address and port.
    pub listen: String,
    /// Where readers reach the server; `http://` and the address it listens on unless given.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Proxies whose word counts about where a request comes from.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// The header in which they give it.
    #[serde(default)]
    pub proxy_header: ProxyHeader,
    /// Minutes a download link is good for.
    pub link_minutes: u32,
    /// Who may read the figures.
    pub metrics: MetricsAccess,
    /// What whoever reads them sends, where a token is asked for.
    #[serde(default)]
    pub metrics_token: Option<Secret>,
    /// Seconds that requests and jobs under way have when the server is told to stop.
    pub drain_seconds: u32,
}

/// Who may read the figures of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricsAccess {
    /// Nobody.
    Off,
    /// Whoever asks from this machine, and not through a proxy.
    Local,
    /// Whoever sends the token.
    Token,
}

/// The API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiConfig {
    /// Requests that a token may send at once.
    pub requests_at_once: u32,
    /// Requests that it gains in a minute.
    pub requests_a_minute: u32,
}

/// Who may sign in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessConfig {
    /// File of the server's own keys.
    #[serde(default)]
    pub keys: Option<PathBuf>,
}

/// How mail is sent; not at all while no server is named.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Name or address of the server.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port; the usual one of the kind of encryption unless given.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: MailTls,
    /// File of a certificate that is trusted besides the public ones, PEM.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// Whom mail is from, such as `Herdbook <billing@example.org>`.
    #[serde(default)]
    pub sender: Option<String>,
    /// Name to sign in with.
    #[serde(default)]
    pub user: Option<String>,
    /// Password to sign in with.
    #[serde(default)]
    pub password: Option<Secret>,
    /// File with the password, where it is not in the environment.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// By STARTTLS; without it nothing is sent.
    #[default]
    Starttls,
    /// From the first byte.
    Implicit,
    /// Not at all: a server on the same machine.
    None,
}

impl std::fmt::Debug for MailConfig {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("sender", &self.sender)
            .field("user", &self.user)
            .field("password", &self.password)
            .finish_non_exhaustive()
    }
}

/// The log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Filter.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
}

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Traces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracesConfig {
    /// Address of a collector that takes OTLP as protobuf over HTTP; no traces unless given.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Of a hundred requests, how many are traced.
    pub percent: u8,
}

impl Config {
    /// Reads defaults, a file and the environment.
    ///
    /// # Errors
    /// `config.invalid`: a file that cannot be read, an unknown key, a value of the wrong kind.
    pub fn load(file: Option<&Path>) -> Result<Self, Problem> {
        let config: Self = layers(file)
            .extract()
            .map_err(|error| Problem::new("config.invalid", error.to_string()))?;
        config.web.check()?;
        let serve = &config.serve;
        let token = serve.metrics_token.as_ref();
        let long = |token: &Secret| token.reveal().len() >= METRICS_TOKEN;
        if serve.metrics == MetricsAccess::Token && !token.is_some_and(long) {
            let text = format!(
                "[serve] metrics asks for a token: metrics_token needs at least {METRICS_TOKEN} \
                 characters"
            );
            return Err(Problem::new("config.invalid", text));
        }
        Ok(config)
    }
}

/// Shortest token for the figures.
const METRICS_TOKEN: usize = 20;

/// Defaults, a file and the environment, the later ones above.
pub(crate) fn layers(file: Option<&Path>) -> Figment {
    let mut layers = Figment::from(Toml::string(DEFAULTS));
    if let Some(file) = file {
        layers = layers.merge(Toml::file_exact(file));
    }
    // HERDBOOK_SERVE_LISTEN is serve.listen; the section never contains an underscore.
    let environment = Env::prefixed("HERDBOOK_")
        .filter(|key| {
            let key = key.as_str().to_lowercase();
            let section = key.split('_').next().unwrap_or_default();
            sections().any(|known| known == section)
        })
        .map(|key| key.as_str().to_lowercase().replacen('_', ".", 1).into());
    layers.merge(environment)
}

/// The sections of the configuration, as the defaults name them.
fn sections() -> impl Iterator<Item = &'static str> {
    DEFAULTS
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'))
}

/// Every key of the configuration in the order of the defaults, such as `serve.listen`; those
/// without a default stand there as comments.
pub(crate) fn keys() -> Vec<String> {
    let (mut section, mut keys) = ("", Vec::new());
    for line in DEFAULTS.lines() {
        if let Some(named) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = named;
            continue;
        }
        let line = line.strip_prefix("# ").unwrap_or(line);
        let Some((key, _)) = line.split_once(" = ") else {
            continue;
        };
        if key
            .chars()
            .all(|sign| sign.is_ascii_lowercase() || sign == '_')
        {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_every_unknown_key_is_refused() {
        let config = Config::load(None).unwrap();
        assert_eq!(config.serve.link_minutes, 60);
        let text = format!("{DEFAULTS}\n[surprise]\nkey = 1\n");
        let read: Result<Config, _> = Figment::from(Toml::string(&text)).extract();
        assert!(read.unwrap_err().to_string().contains("surprise"));
    }

    #[test]
    fn a_secret_that_looks_like_a_number_is_refused_without_being_shown() {
        let read = |text: &str| {
            let read = Figment::from(Toml::string(text)).extract::<MailConfig>();
            read.map_err(|error| error.to_string())
        };
        let refused = read("password = 123456").unwrap_err();
        assert!(
            refused.contains("quotes") && !refused.contains("123456"),
            "{refused}"
        );
        let taken = read("password = '0123'").unwrap().password.unwrap();
        assert_eq!(taken.reveal(), "0123");
    }

    #[test]
    fn secrets_are_never_shown() {
        let mut config = Config::load(None).unwrap();
        config.store.database_url = Some("postgres://finance:secret@db/book".to_owned());
        config.mail.password = Some(Secret("secret".to_owned()));
        config.stripe.secret_key = Some("sk_secret".to_owned());
        config.stripe.webhook_secrets = Secrets::Text("whsec_secret, whsec_secret2".to_owned());
        let shown = format!("{config:?}")
            .replace("Secret(hidden)", "")
            .replace("secret_key", "")
            .replace("webhook_secrets", "");
        assert!(!shown.contains("secret"), "{shown}");
        let each: Vec<&str> = config.stripe.webhook_secrets.each().collect();
        assert_eq!(each, ["whsec_secret", "whsec_secret2"]);
    }
}
