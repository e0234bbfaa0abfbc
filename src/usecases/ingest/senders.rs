//! Who sends: the source behind a credential, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::queue::Sender;
use crate::access::SecretHash;
use crate::access::source_token::{CredentialError, Door, SourceToken, id_of};
use crate::app::App;
use crate::db::sources::{self, SourceRecord};
use crate::usecases::Failure;

/// How long a credential is not looked up again: what was revoked on another server opens its doors
/// here for at most so long.
const REMEMBERED: TimeDelta = TimeDelta::seconds(5);
/// Credentials that are remembered.
const MOST: usize = 10_000;

struct Known {
    source: Arc<SourceRecord>,
    token: SourceToken,
    until: DateTime<Utc>,
}

/// The credentials that came lately.
#[derive(Default)]
pub struct Senders(Mutex<HashMap<[u8; 32], Known>>);

impl Senders {
    /// The source behind a credential, if it opens a door now.
    ///
    /// # Errors
    /// `source.*`, `db.*`.
    pub async fn admit(&self, app: &App, text: &str, door: Door) -> Result<Sender, Failure> {
        let now = app.clock.system();
        let refused = |error: CredentialError| Failure::of(error.code(), &error);
        let id = id_of(text).ok_or_else(|| refused(CredentialError::Unknown))?;
        let hash = SecretHash::of(text);
        if let Some(found) = self.remembered(hash, door, now) {
            return found.map_err(refused);
        }
        let stored = sources::credential(&app.db.telemetry.reader(), id).await?;
        let (source, found) = stored.ok_or_else(|| refused(CredentialError::Unknown))?;
        found.token.admit(hash, door, now).map_err(refused)?;
        let source = Arc::new(source);
        let sender = Sender {
            source: Arc::clone(&source),
            credential: Some(found.token.id.clone()),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        let known = Known {
            source,
            token: found.token,
            until: now.checked_add_signed(REMEMBERED).unwrap_or(now),
        };
        all.insert(*hash.bytes(), known);
        Ok(sender)
    }

    fn remembered(
        &self,
        hash: SecretHash,
        door: Door,
        now: DateTime<Utc>,
    ) -> Option<Result<Sender, CredentialError>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(hash.bytes()).filter(|known| now < known.until)?;
        let admitted = known.token.admit(hash, door, now);
        Some(admitted.map(|()| Sender {
            source: Arc::clone(&known.source),
            credential: Some(known.token.id.clone()),
        }))
    }

    /// Looks every credential up anew: something was revoked.
    pub fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
