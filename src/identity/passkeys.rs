//! Passkeys (Web Authentication, level 3): this server as the party that relies on them.
//!
//! A passkey is asked to verify its user, by a PIN or a biometric feature of the authenticator:
//! what somebody has, and what somebody knows or is. Both factors in one step (NIST SP 800-63B,
//! revision 4, section 3.1.7).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::access::{Account, AccountId};
use crate::error::Problem;

/// Longest answer of an authenticator in bytes; they have some hundred.
const LONGEST: usize = 16 * 1024;

/// The relying party.
pub struct Passkeys(Webauthn);

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkeys")
    }
}

/// A challenge.
#[derive(Debug, Clone, PartialEq)]
pub struct Challenge {
    /// For the browser.
    pub options: Value,
    /// For the database, until the answer comes.
    pub state: String,
}

/// A passkey that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// By what the authenticator knows it, in base64url.
    pub credential: String,
    /// Public key and counter, for the database.
    pub body: String,
}

/// What the answer to a sign-in showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// The passkey signed; its row is written back with the counter it has now.
    Right {
        /// For the database.
        body: String,
    },
    /// It signed, but its counter did not go on: there may be a copy of it.
    Copied,
}

impl Passkeys {
    /// The relying party under this address; none where browsers have no passkeys: on a bare
    /// network address, and without https anywhere but on the own machine.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn of(public_url: &str, organisation: &str) -> Result<Option<Self>, Problem> {
        let invalid = |error: &dyn fmt::Display| {
            Problem::new("config.invalid", format!("[serve] public_url: {error}"))
        };
        let url = Url::parse(public_url).map_err(|error| invalid(&error))?;
        let Some(domain) = url.domain() else {
            return Ok(None);
        };
        let own = domain == "localhost" || domain.ends_with(".localhost");
        if url.scheme() != "https" && !own {
            return Ok(None);
        }
        let built = WebauthnBuilder::new(domain, &url)
            .and_then(|builder| builder.rp_name(organisation).build());
        built
            .map(|party| Some(Self(party)))
            .map_err(|error| invalid(&error))
    }

    /// Begins to add a passkey to an account. `known` are the rows of those it has.
    ///
    /// # Errors
    /// `passkey.refused`.
    pub fn add(&self, account: &Account, known: &[String]) -> Result<Challenge, Problem> {
        let known = known.iter().map(|body| read::<Passkey>(body));
        let known = known.collect::<Result<Vec<_>, _>>()?;
        let known = known.iter().map(|passkey| passkey.cred_id().clone());
        let (email, name) = (account.email.as_str(), account.name.as_str());
        let begun =
            self.0
                .start_passkey_registration(account.id.0, email, name, Some(known.collect()));
        let (options, state) = begun.map_err(|error| refused(&error))?;
        let mut options = json!(options);
        // Stored in the authenticator with the account: signing in asks for no address.
        let asked = &mut options["publicKey"]["authenticatorSelection"];
        asked["residentKey"] = json!("required");
        asked["requireResidentKey"] = json!(true);
        let state = text(&state)?;
        Ok(Challenge { options, state })
    }

    /// Checks the answer of the authenticator that made the passkey.
    ///
    /// # Errors
    /// `passkey.refused`.
    pub fn added(&self, state: &str, answer: &str) -> Result<NewPasskey, Problem> {
        let state: PasskeyRegistration = read(state)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let made = self.0.finish_passkey_registration(&answer, &state);
        let made = made.map_err(|error| refused(&error))?;
        Ok(NewPasskey {
            credential: BASE64URL_NOPAD.encode(made.cred_id().as_ref()),
            body: text(&made)?,
        })
    }

    /// Begins a sign-in by whatever passkey the person chooses.
    ///
    /// # Errors
    /// `passkey.refused`.
    pub fn ask(&self) -> Result<Challenge, Problem> {
        let begun = self.0.start_discoverable_authentication();
        let (options, state) = begun.map_err(|error| refused(&error))?;
        Ok(Challenge {
            options: json!({ "publicKey": options.public_key }),
            state: text(&state)?,
        })
    }

    /// Which passkey answered, and whose it says it is. Nothing of it is checked yet.
    ///
    /// # Errors
    /// `passkey.refused`.
    pub fn named(&self, answer: &str) -> Result<(AccountId, String), Problem> {
        let answer: PublicKeyCredential = read(answer)?;
        let named = self.0.identify_discoverable_authentication(&answer);
        let (account, credential) = named.map_err(|error| refused(&error))?;
        Ok((AccountId(account), BASE64URL_NOPAD.encode(credential)))
    }

    /// Checks the answer to a sign-in against the row of the passkey.
    ///
    /// # Errors
    /// `passkey.refused`.
    pub fn check(&self, state: &str, answer: &str, body: &str) -> Result<Checked, Problem> {
        let state: DiscoverableAuthentication = read(state)?;
        let answer: PublicKeyCredential = read(answer)?;
        let mut passkey: Passkey = read(body)?;
        let key = DiscoverableKey::from(&passkey);
        let checked = self
            .0
            .finish_discoverable_authentication_v2(&answer, state, &key);
        match checked {
            Ok(result) => {
                passkey.update_credential(&result);
                Ok(Checked::Right {
                    body: text(&passkey)?,
                })
            }
            Err(WebauthnError::CredentialPossibleCompromise) => Ok(Checked::Copied),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::new("passkey.refused", "").because("the answer is too long"));
    }
    serde_json::from_str(text).map_err(|error| Problem::hidden("passkey.refused", &error))
}

fn text(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::hidden("passkey.refused", &error))
}

fn refused(error: &WebauthnError) -> Problem {
    Problem::hidden("passkey.refused", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_have_passkeys_under_a_name_and_over_https() {
        for (url, there) in [
            ("https://billing.example.org", true),
            ("https://billing.example.org:8443/", true),
            ("http://localhost:8080", true),
            ("http://books.localhost:8080", true),
            ("http://billing.example.org", false),
            ("https://192.0.2.1", false),
            ("http://127.0.0.1:8080", false),
            ("http://[::1]:8080", false),
        ] {
            let party = Passkeys::of(url, "Test").unwrap();
            assert_eq!(party.is_some(), there, "{url}");
        }
        assert_eq!(
            Passkeys::of("billing", "Test").unwrap_err().code(),
            "config.invalid"
        );
    }

    #[test]
    fn an_answer_that_is_none_is_refused() {
        let party = Passkeys::of("https://billing.example.org", "Test")
            .unwrap()
            .unwrap();
        let challenge = party.ask().unwrap();
        assert_eq!(
            challenge.options["publicKey"]["userVerification"],
            "required"
        );
        let long = "x".repeat(LONGEST + 1);
        for answer in ["", "{}", "null", long.as_str()] {
            let refused = party.named(answer).unwrap_err();
            assert_eq!(refused.code(), "passkey.refused");
            assert!(party.added(&challenge.state, answer).is_err());
        }
    }
}
