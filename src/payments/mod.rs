//! Payments by card: what Herdbook asks of a gateway, and what a gateway tells.
//!
//! A gateway holds the truth about a card payment. Its messages say *that* something happened; what
//! happened is read from its own object, so late, doubled and reordered messages do no harm. Every
//! call that changes something carries an idempotency key of ours and may be made again.

mod stripe;
pub mod webhook;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

use crate::access::secret::SecretText;
use crate::billing::Money;
use crate::billing::party::Language;
use crate::billing::payment::Progress;
use crate::config::StripeConfig;
use crate::error::Problem;

pub use stripe::Stripe;

/// The gateway, with the secrets its messages are signed with.
#[derive(Debug)]
pub struct CardPayments {
    /// The gateway.
    pub gateway: Box<dyn Gateway>,
    /// Secrets of its webhook; several while one is exchanged for another.
    pub webhook_secrets: Vec<SecretText>,
}

impl CardPayments {
    /// The gateway as it is configured; none while there is no key.
    ///
    /// # Errors
    /// `config.invalid`: a file that cannot be read, a key that cannot be sent, a key without a
    /// secret of its webhook.
    pub fn configured(config: &StripeConfig) -> Result<Option<Self>, Problem> {
        let key = match (&config.secret_key, &config.secret_key_file) {
            (Some(key), _) if !key.trim().is_empty() => key.clone(),
            (_, Some(file)) => read(file)?,
            _ => return Ok(None),
        };
        let mut secrets: Vec<String> = config.webhook_secrets.each().map(str::to_owned).collect();
        if let Some(file) = &config.webhook_secrets_file {
            let lines = read(file)?;
            let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
            secrets.extend(lines.map(str::to_owned));
        }
        if secrets.is_empty() {
            let text = "[stripe] has a key, but no webhook secret";
            return Err(Problem::new("config.invalid", text));
        }
        let key = SecretText::new(key.trim().to_owned());
        let stripe = Stripe::new(&key, config.api_url.as_deref())
            .map_err(|error| Problem::new("config.invalid", format!("[stripe] {error}")))?;
        Ok(Some(Self {
            gateway: Box::new(stripe),
            webhook_secrets: secrets.into_iter().map(SecretText::new).collect(),
        }))
    }
}

fn read(file: &std::path::Path) -> Result<String, Problem> {
    std::fs::read_to_string(file).map_err(|why| {
        Problem::new(
            "config.invalid",
            format!("[stripe] {}: {why}", file.display()),
        )
    })
}

/// What somebody is to pay on the gateway's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutOrder {
    /// Our name of the checkout, and the idempotency key of the call.
    pub key: String,
    /// Number of the invoice.
    pub invoice: String,
    /// How much.
    pub amount: Money,
    /// What the page says is paid.
    pub label: String,
    /// Language of the page.
    pub language: Language,
    /// Where the payer comes back to.
    pub back: String,
    /// Until when the page is open.
    pub expires_at: DateTime<Utc>,
}

/// A page of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The gateway's session.
    pub session: String,
    /// Its address.
    pub url: String,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// The payer may pay.
    Open,
    /// The payer has done what there was to do.
    Complete,
    /// Nobody may pay any more.
    Expired,
}

/// A session as the gateway has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSeen {
    /// The gateway's session.
    pub session: String,
    /// Our name of the checkout.
    pub key: Option<String>,
    /// Where it stands.
    pub status: SessionStatus,
    /// The reason of the last card that was refused, while no other one was taken.
    pub declined: Option<String>,
    /// The money, once it came in.
    pub charge: Option<ChargeSeen>,
}

/// Money that came in by card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeSeen {
    /// The gateway's identifier of the payment.
    pub payment: String,
    /// How much, before any fee.
    pub amount: Money,
    /// When.
    pub at: DateTime<Utc>,
    /// What the gateway kept; none while it is not known.
    pub fee: Option<FeeSeen>,
    /// What is given back.
    pub refunds: Vec<RefundSeen>,
}

/// What the gateway kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeSeen {
    /// The gateway's identifier of its booking.
    pub booking: String,
    /// How much, in the currency of our account at the gateway.
    pub amount: Money,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundSeen {
    /// The gateway's identifier.
    pub refund: String,
    /// Our name of it; none when it was made at the gateway.
    pub key: Option<String>,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: DateTime<Utc>,
    /// How far it has come.
    pub progress: Progress,
}

/// What the gateway is to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// Our name of the refund, and the idempotency key of the call.
    pub key: String,
    /// The gateway's identifier of the payment.
    pub payment: String,
    /// How much.
    pub amount: Money,
}

/// Why a gateway did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// It cannot be reached, or is not well: the same call may be made again.
    #[error("the payment gateway cannot be reached: {why}")]
    Unreachable {
        /// For the log.
        why: String,
    },
    /// It refuses: the same call will be refused again.
    #[error("the payment gateway refuses: {why}")]
    Refused {
        /// For the log.
        why: String,
    },
    /// The key was used for another call before.
    #[error("the payment gateway knows {key} for another call")]
    KeyReused {
        /// The idempotency key.
        key: String,
    },
    /// It knows no such object.
    #[error("the payment gateway knows no {object}")]
    Unknown {
        /// Which.
        object: String,
    },
    /// Its answer makes no sense to us.
    #[error("the answer of the payment gateway makes no sense: {why}")]
    Malformed {
        /// For the log.
        why: String,
    },
}

impl GatewayError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "gateway.unreachable",
            Self::Refused { .. } => "gateway.refused",
            Self::KeyReused { .. } => "gateway.key-reused",
            Self::Unknown { .. } => "gateway.unknown-object",
            Self::Malformed { .. } => "gateway.malformed",
        }
    }
}

/// What comes of asking a gateway.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, GatewayError>>;

/// A gateway for payments by card.
pub trait Gateway: std::fmt::Debug + Send + Sync {
    /// Opens a page on which the amount can be paid. The same order gives the same page.
    fn open_checkout<'a>(&'a self, order: &'a CheckoutOrder) -> Answer<'a, Opened>;

    /// A session with its money, fee and refunds, as they are now.
    fn session<'a>(&'a self, session: &'a str) -> Answer<'a, SessionSeen>;

    /// Closes a page, so that nobody pays on it any more. Refused once somebody has.
    fn expire<'a>(&'a self, session: &'a str, key: &'a str) -> Answer<'a, ()>;

    /// Gives money back. The same order gives it back once.
    fn refund<'a>(&'a self, order: &'a RefundOrder) -> Answer<'a, RefundSeen>;
}
