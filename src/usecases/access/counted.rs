//! Whose failures an attempt to sign in counts as. It is counted before it is looked at, and taken
//! back when it was right, so that of many at once no more are looked at than may be.

use chrono::{DateTime, Utc};

use super::refused;
use crate::access::known_device::DeviceKey;
use crate::access::lockout::{Failures, Subject, TooManyFailures, Verdict, verdict};
use crate::access::{AccountId, Email};
use crate::app::App;
use crate::db::access::guesses;
use crate::db::access::sessions::Origin;
use crate::db::{Source, Txn, sha256_hex};
use crate::usecases::Failure;

/// The subjects of an attempt, the network address last: whoever counts several locks their rows in
/// this order.
#[derive(Debug, Clone)]
pub(super) struct Counted(Vec<(Subject, String)>);

/// What was counted, so that it can be taken back.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    at: DateTime<Utc>,
    before: Vec<Option<Failures>>,
}

impl Counted {
    /// By the network address alone: what was tried names no account, or cannot be guessed.
    pub(super) fn of_address(origin: &Origin) -> Self {
        Self(vec![(Subject::Address, origin.address.clone())])
    }

    /// By an address that has no account: who tries addresses is slowed down whether or not they
    /// are known.
    pub(super) fn of_unknown(email: &Email, origin: &Origin) -> Self {
        let key = sha256_hex(email.as_str().as_bytes());
        Self::with((Subject::Account, key), origin)
    }

    /// By an account; a browser that has signed in to it before counts by itself, and does not wait
    /// for what others tried from its network address either.
    pub(super) fn of_account(
        app: &App,
        account: AccountId,
        (origin, device): (&Origin, Option<&str>),
    ) -> Self {
        let key = DeviceKey::of(&app.keys);
        let now = app.clock.system();
        let known = device.and_then(|token| key.known(token, account, now));
        match known {
            Some(device) => Self(vec![(Subject::KnownDevice, device)]),
            None => Self::with((Subject::Account, account.to_string()), origin),
        }
    }

    fn with(first: (Subject, String), origin: &Origin) -> Self {
        Self(vec![first, (Subject::Address, origin.address.clone())])
    }

    /// May an attempt be looked at now? Nothing is counted.
    ///
    /// # Errors
    /// `lockout.wait`.
    pub(super) async fn admit(&self, on: &impl Source, now: DateTime<Utc>) -> Result<(), Failure> {
        let mut all = Verdict::Allowed;
        for (subject, key) in &self.0 {
            let stored = guesses::failures(on, *subject, key).await?;
            all = all.and(verdict(stored, *subject, now));
        }
        all.admit().map_err(refused(TooManyFailures::code))
    }

    /// Counts an attempt as failed.
    ///
    /// # Errors
    /// `lockout.wait`, with which the transaction must not commit: what has to wait is not counted.
    pub(super) async fn count(&self, txn: &Txn, at: DateTime<Utc>) -> Result<Taken, Failure> {
        let (mut all, mut before) = (Verdict::Allowed, Vec::with_capacity(self.0.len()));
        for (subject, key) in &self.0 {
            let (verdict, stored) = guesses::count(txn, *subject, key, at).await?;
            all = all.and(verdict);
            before.push(stored);
        }
        all.admit().map_err(refused(TooManyFailures::code))?;
        Ok(Taken { at, before })
    }

    /// As [`Self::count`], in a transaction of its own.
    ///
    /// # Errors
    /// `lockout.wait`.
    pub(super) async fn count_now(&self, app: &App) -> Result<Taken, Failure> {
        let (own, now) = (self.clone(), app.clock.system());
        app.db
            .write(async move |txn: &Txn| own.count(txn, now).await)
            .await
    }

    /// Takes an attempt back: it was right as far as it went.
    ///
    /// # Errors
    /// `db.*`.
    pub(super) async fn take_back(&self, txn: &Txn, taken: &Taken) -> Result<(), Failure> {
        for ((subject, key), before) in self.0.iter().zip(&taken.before) {
            guesses::take_back(txn, *subject, key, (taken.at, *before)).await?;
        }
        Ok(())
    }

    /// As [`Self::take_back`], in a transaction of its own.
    ///
    /// # Errors
    /// `db.*`.
    pub(super) async fn take_back_now(&self, app: &App, taken: &Taken) -> Result<(), Failure> {
        let (own, taken) = (self.clone(), taken.clone());
        app.db
            .write(async move |txn: &Txn| own.take_back(txn, &taken).await)
            .await
    }

    /// An attempt led to a session: the failures of the account or browser are forgotten. Those of
    /// the network address stay, or an attacker would sign in to an account of their own in
    /// between.
    ///
    /// # Errors
    /// `db.*`.
    pub(super) async fn succeeded(&self, txn: &Txn, taken: &Taken) -> Result<(), Failure> {
        self.take_back(txn, taken).await?;
        for (subject, key) in &self.0 {
            if *subject != Subject::Address {
                guesses::forget(txn, *subject, key).await?;
            }
        }
        Ok(())
    }
}
