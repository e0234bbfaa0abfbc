//! Mail: what is to be sent waits as a job, and is written when it is sent.
//!
//! A job names people by their accounts. What opens something, and the address of whoever may be a
//! stranger, stand in it sealed under the server's keys, and the job is deleted when it is done.

mod alert;
pub mod deliver;
pub mod relay;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::access::keyring::KeyringError;
use crate::access::{AccountId, Sealed};
use crate::app::App;
use crate::billing::Money;
use crate::db::{Txn, jobs};
use crate::keys::random;

/// The kind of the jobs.
pub const JOB: &str = "mail";

/// What texts in a job are sealed for.
const PURPOSE: &str = "mail";

/// A mail that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Order {
    /// A link that signs a customer in, if somebody has the address.
    SignIn {
        /// The address, sealed.
        email: String,
        /// The token, sealed.
        token: String,
        /// Where the sign-in leads.
        next: String,
        /// When it was asked for.
        asked_at: DateTime<Utc>,
    },
    /// An account was made. Staff get the link under which it begins.
    Invitation {
        /// Whose.
        account: AccountId,
        /// The token, sealed; none for customers, who ask for a link.
        token: Option<String>,
        /// When it was made.
        made_at: DateTime<Utc>,
    },
    /// A document was issued.
    Invoice {
        /// Who is told.
        account: AccountId,
        /// Its number.
        number: String,
        /// When it was issued.
        issued_at: DateTime<Utc>,
    },
    /// Money came in for a document.
    Receipt {
        /// Who is told.
        account: AccountId,
        /// Its number.
        number: String,
        /// How much.
        amount: Money,
        /// When it was known.
        received_at: DateTime<Utc>,
    },
    /// The use of a period has reached a threshold.
    UsageAlert {
        /// Who is told.
        account: AccountId,
        /// The alert.
        alert: i64,
        /// When it was reached.
        made_at: DateTime<Utc>,
    },
}

/// Leaves a mail to be sent; one of the same key goes once.
///
/// # Errors
/// `db.*`.
pub async fn enqueue(txn: &Txn, key: &str, order: &Order) -> Result<(), Failure> {
    jobs::enqueue(txn, JOB, key, order).await?;
    Ok(())
}

/// A text that only this server can read.
///
/// # Errors
/// `keys.no-random`, `keyring.*`.
pub fn sealed(app: &App, text: &str) -> Result<String, Failure> {
    let sealed = app.keys.seal(PURPOSE, text.as_bytes(), random()?);
    let sealed = sealed.map_err(|error: KeyringError| Failure::of(error.code(), &error))?;
    Ok(sealed.as_str().to_owned())
}

/// What was sealed.
///
/// # Errors
/// `keyring.unopened`.
pub(super) fn opened(app: &App, sealed: &str) -> Result<String, Failure> {
    let sealed = Sealed::stored(sealed.to_owned());
    let bytes = app.keys.open(PURPOSE, &sealed);
    let bytes = bytes.map_err(|error: KeyringError| Failure::of(error.code(), &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
