//! The OpenID Connect provider of the staff: authorization code with PKCE, state and nonce.
//!
//! Metadata and keys are fetched when they are first needed and kept for an hour; a token under a
//! key that is not among them has them fetched anew, for providers change their keys.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse,
};
use serde_json::Value;
use tokio::sync::Mutex;

use super::http::Http;
use crate::access::Keyring;
use crate::access::claims::{Identity, RoleMapping};
use crate::config::OidcConfig;
use crate::error::Problem;

/// Where the provider sends the browser back to.
pub const RETURN: &str = "/sign-in/provider/return";

/// How long metadata and keys are kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Keys younger than this are not fetched anew for an unknown one, or a stranger with a made-up key
/// could have us ask the provider without end.
const FRESH: TimeDelta = TimeDelta::seconds(60);
/// Longest age of a token: it comes straight from the provider.
const ISSUED_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// Signatures that are accepted: by a key that only the provider has. `none` and those under the
/// shared secret are not among them.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider.
#[derive(Debug)]
pub struct Provider {
    /// What the button calls it.
    pub name: String,
    /// Are accounts made for people who are seen the first time?
    pub create: bool,
    /// The way from claims to roles; without one, roles are given in Herdbook.
    pub roles: Option<RoleMapping>,
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    scopes: Vec<String>,
    back: RedirectUrl,
    http: Http,
    known: Mutex<Option<(CoreProviderMetadata, DateTime<Utc>)>>,
}

/// The secrets of one sign-in. Both come from its state and a key of the server, so that nothing
/// has to be stored: whoever knows the state alone knows neither.
struct Secrets {
    nonce: String,
    verifier: String,
}

impl Secrets {
    fn of(state: &str, keys: &Keyring) -> Self {
        let derived = |what: &str| {
            let key = keys.derive(&format!("oidc/{what}/{state}"));
            BASE64URL_NOPAD.encode(&key)
        };
        Self {
            nonce: derived("nonce"),
            verifier: derived("verifier"),
        }
    }
}

/// What the provider says about somebody, after everything was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Proved {
    /// Who.
    pub identity: Identity,
    /// All claims of the ID token.
    pub claims: Value,
}

impl Provider {
    /// The configured provider; none when no issuer is configured.
    ///
    /// # Errors
    /// `config.invalid`, `oidc.secret`.
    pub fn of(config: &OidcConfig, public_url: &str) -> Result<Option<Self>, Problem> {
        let Some(issuer) = &config.issuer else {
            return Ok(None);
        };
        let invalid = |text: String| Problem::new("config.invalid", format!("[oidc] {text}"));
        if !config.create_has_roles() {
            let text = "create = true needs roles: what would a new account be allowed to do?";
            return Err(invalid(text.to_owned()));
        }
        let issuer = IssuerUrl::new(issuer.clone())
            .map_err(|error| invalid(format!("issuer is no address: {error}")))?;
        let own = ["127.0.0.1", "localhost", "[::1]"];
        let secure = issuer.url().scheme() == "https";
        let host = issuer.url().host_str().unwrap_or_default();
        if !secure && !own.contains(&host) {
            return Err(invalid("issuer has to begin with https://".to_owned()));
        }
        let back = RedirectUrl::new(format!("{}{RETURN}", public_url.trim_end_matches('/')));
        let back = back.map_err(|error| invalid(format!("public_url: {error}")))?;
        let http = Http::new(secure).map_err(|error| Problem::hidden("oidc.down", &error))?;
        Ok(Some(Self {
            name: config.name.clone(),
            create: config.create,
            roles: config.mapping()?,
            issuer,
            client: ClientId::new(config.client_id.clone()),
            secret: config.secret()?.map(ClientSecret::new),
            scopes: config.scopes.clone(),
            back,
            http,
            known: Mutex::new(None),
        }))
    }

    /// Where to send the browser, for a sign-in with this state.
    ///
    /// # Errors
    /// `oidc.down`.
    pub async fn address(
        &self,
        state: &str,
        keys: &Keyring,
        now: DateTime<Utc>,
    ) -> Result<String, Problem> {
        let metadata = self.metadata(now, KEPT).await?;
        let Secrets { nonce, verifier } = Secrets::of(state, keys);
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let client = self.client(metadata);
        let state = state.to_owned();
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge);
        for scope in &self.scopes {
            asked = asked.add_scope(Scope::new(scope.clone()));
        }
        Ok(asked.url().0.into())
    }

    /// Does an answer that names its issuer name this one (RFC 9207)?
    #[must_use]
    pub fn is(&self, issuer: &str) -> bool {
        issuer == self.issuer.as_str()
    }

    /// Takes the code of the provider's answer for an ID token, and checks that it was issued by
    /// the provider, for us, now, for this sign-in.
    ///
    /// # Errors
    /// `oidc.down`, `oidc.refused`, `claims.no-identity`.
    pub async fn redeem(
        &self,
        (state, code): (&str, &str),
        keys: &Keyring,
        now: DateTime<Utc>,
    ) -> Result<Proved, Problem> {
        let Secrets { nonce, verifier } = Secrets::of(state, keys);
        let client = self.client(self.metadata(now, KEPT).await?);
        let asked = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Problem::hidden("oidc.down", &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = asked.request_async(&self.http).await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => Problem::hidden("oidc.refused", &error),
            _ => Problem::hidden("oidc.down", &error),
        })?;
        let token = answer.id_token().ok_or_else(|| {
            Problem::new("oidc.refused", "").because("the provider's answer has no ID token")
        })?;
        let nonce = Nonce::new(nonce);
        let checked = match Self::check(&client, token, (&nonce, now)) {
            Err(unknown) if unknown_key(&unknown) => {
                let client = self.client(self.metadata(now, FRESH).await?);
                Self::check(&client, token, (&nonce, now)).map(|_| ())
            }
            other => other.map(|_| ()),
        };
        checked.map_err(|error| Problem::hidden("oidc.refused", &error))?;
        self.proved(token)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Client {
        let (id, secret) = (self.client.clone(), self.secret.clone());
        let client = CoreClient::from_provider_metadata(metadata, id, secret);
        client.set_redirect_uri(self.back.clone())
    }

    fn check<'t>(
        client: &Client,
        token: &'t CoreIdToken,
        (nonce, now): (&Nonce, DateTime<Utc>),
    ) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| {
                let age = now.signed_duration_since(issued);
                if age > ISSUED_WITHIN || age < -ISSUED_WITHIN {
                    return Err(format!("issued {issued}, now is {now}"));
                }
                Ok(())
            });
        token.claims(&verifier, nonce)
    }

    /// The claims of a token whose signature was checked, as they stand in it.
    fn proved(&self, token: &CoreIdToken) -> Result<Proved, Problem> {
        let broken = || Problem::new("oidc.refused", "").because("the payload cannot be read");
        let text = token.to_string();
        let payload = text.split('.').nth(1).ok_or_else(broken)?;
        let payload = BASE64URL_NOPAD.decode(payload.as_bytes());
        let claims: Value = payload
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(broken)?;
        // A token for several parties says which of them asked (OpenID Connect Core, 3.1.3.7).
        let party = claims.get("azp").and_then(Value::as_str);
        if party.is_some_and(|party| party != self.client.as_str()) {
            let problem = Problem::new("oidc.refused", "");
            return Err(problem.because("the token was issued for another party"));
        }
        let identity = Identity::of(&claims);
        let identity = identity.map_err(|error| Problem::of(error.code(), &error))?;
        Ok(Proved { identity, claims })
    }

    /// The provider's metadata with its keys, at most this old.
    async fn metadata(
        &self,
        now: DateTime<Utc>,
        age: TimeDelta,
    ) -> Result<CoreProviderMetadata, Problem> {
        let mut known = self.known.lock().await;
        if let Some((metadata, at)) = &*known
            && now.signed_duration_since(*at).abs() < age
        {
            return Ok(metadata.clone());
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let found = found.map_err(|error| Problem::hidden("oidc.down", &error))?;
        *known = Some((found.clone(), now));
        Ok(found)
    }
}

fn unknown_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)
    )
}
