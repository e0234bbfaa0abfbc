//! Who may sign in, and what they are signed in with.

pub mod accounts;
pub mod answers;
pub mod guesses;
pub mod links;
pub mod passkeys;
pub mod preferences;
pub mod providers;
pub mod rates;
pub mod sessions;
pub mod tokens;

use uuid::Uuid;

use super::DbError;
use super::convert::From;
use crate::access::{AccountId, SecretHash};

impl From<'_> {
    fn account(self, text: &str) -> Result<AccountId, DbError> {
        let id = Uuid::try_parse(text).map_err(|why| self.corrupt(why))?;
        Ok(AccountId(id))
    }

    fn secret_hash(self, text: &str) -> Result<SecretHash, DbError> {
        text.parse().map_err(|why| self.corrupt(why))
    }
}
