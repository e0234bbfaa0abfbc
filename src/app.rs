//! The composition root: database, clocks, archive, renderer. Nothing else reads the wall clock.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::Keyring;
use crate::billing::tax::TaxRules;
use crate::db::Db;
use crate::delivery::mail::Post;
use crate::delivery::webhook::PrivateHosts;
use crate::documents::archive::Archive;
use crate::documents::render::TemplateSet;
use crate::documents::worker::RenderPool;
use crate::payments::CardPayments;

/// The two clocks. Billing, contracts and service levels follow the business clock, which a
/// demonstration may set; links, certificates and signatures follow the system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    business: Option<DateTime<Utc>>,
    ahead: TimeDelta,
    led: Option<&'static AtomicI64>,
}

impl Clock {
    /// Both clocks tell the time of the machine.
    #[must_use]
    pub const fn real() -> Self {
        Self {
            business: None,
            ahead: TimeDelta::zero(),
            led: None,
        }
    }

    /// The business clock stands at an instant.
    #[must_use]
    pub const fn at(business: DateTime<Utc>) -> Self {
        Self {
            business: Some(business),
            ahead: TimeDelta::zero(),
            led: None,
        }
    }

    /// The business clock goes, but ahead of the machine's: it was set, and goes on from there.
    #[must_use]
    pub const fn ahead(by: TimeDelta) -> Self {
        Self {
            business: None,
            ahead: by,
            led: None,
        }
    }

    /// The business clock stands where somebody else leads it, in microseconds since 1970.
    #[must_use]
    pub const fn led(by: &'static AtomicI64) -> Self {
        Self {
            business: None,
            ahead: TimeDelta::zero(),
            led: Some(by),
        }
    }

    /// Business time.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn business(&self) -> DateTime<Utc> {
        let led = self.led.map(|by| by.load(Ordering::SeqCst));
        let stands = led
            .and_then(DateTime::from_timestamp_micros)
            .or(self.business);
        stands.unwrap_or_else(|| Utc::now() + self.ahead)
    }

    /// System time.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    pub fn system(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Who acts in the audit trail when somebody at the server does, without an account.
pub const COMMAND_LINE: &str = "command line";

/// Everything a use case needs from outside the core.
#[derive(Clone)]
pub struct App {
    /// Both databases.
    pub db: Db,
    /// The clocks.
    pub clock: Clock,
    /// Where documents lie, by their hash.
    pub archive: Archive,
    /// Typesets documents.
    pub pool: RenderPool,
    /// The templates the pool typesets with.
    pub templates: std::sync::Arc<TemplateSet>,
    /// Tax rates and rulings.
    pub tax: std::sync::Arc<TaxRules>,
    /// The server's own keys.
    pub keys: std::sync::Arc<Keyring>,
    /// How mail is sent; none where it is not set up.
    pub mail: Option<Post>,
    /// Hosts in private networks that webhooks may go to.
    pub private_hosts: std::sync::Arc<PrivateHosts>,
    /// Payments by card; none where they are not set up.
    pub card: Option<std::sync::Arc<CardPayments>>,
    /// Who acts, for the audit trail and for leases.
    pub actor: String,
}

impl App {
    /// The same application at another business time.
    #[must_use]
    pub fn at(&self, business: DateTime<Utc>) -> Self {
        Self {
            clock: Clock::at(business),
            ..self.clone()
        }
    }
}
