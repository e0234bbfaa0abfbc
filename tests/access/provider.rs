//! An OpenID Connect provider that lies when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD as BASE64;
use herdbook::app::Clock;
use herdbook::config::OidcConfig;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use ring::{hmac, signature};
use serde_json::{Value, json};

/// By what it knows Herdbook.
pub const CLIENT: &str = "herdbook";
/// What they share.
pub const SECRET: &str = "a secret between the two of them";

/// What is wrong with the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Nothing,
    Nonce,
    NoNonce,
    Issuer,
    Audience,
    TwoAudiences,
    OtherParty,
    Expired,
    Old,
    FromTheFuture,
    AlgNone,
    SharedSecret,
    ForeignKey,
    Changed,
    NoToken,
    NoSubject,
}

struct Inside {
    issuer: String,
    key: EcdsaKeyPair,
    kid: String,
    claims: Value,
    wrong: Wrong,
    /// Nonce, challenge and address to return to of each code that was given out.
    codes: BTreeMap<String, (String, String, String)>,
    given: usize,
    key_sets: usize,
}

/// The provider, listening.
pub struct TestProvider {
    pub issuer: String,
    inside: Arc<Mutex<Inside>>,
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let how: &'static signature::EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let made = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(how, made.as_ref(), &random).expect("a key")
}

impl TestProvider {
    pub async fn start() -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let issuer = format!("http://{}", socket.local_addr().expect("an address"));
        let inside = Arc::new(Mutex::new(Inside {
            issuer: issuer.clone(),
            key: key(),
            kid: "first".to_owned(),
            claims: json!({}),
            wrong: Wrong::Nothing,
            codes: BTreeMap::new(),
            given: 0,
            key_sets: 0,
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(socket, routes).await });
        Self { issuer, inside }
    }

    /// The configuration of whoever relies on it.
    pub fn config(&self, create: bool) -> OidcConfig {
        config(&self.issuer, create)
    }

    /// What its tokens say from now on.
    pub fn says(&self, claims: Value) {
        self.inside.lock().expect("whole").claims = claims;
    }

    /// What is wrong with its tokens from now on.
    pub fn does(&self, wrong: Wrong) {
        self.inside.lock().expect("whole").wrong = wrong;
    }

    /// Signs with another key from now on, which its key set names.
    pub fn changes_its_key(&self) {
        let mut inside = self.inside.lock().expect("whole");
        inside.key = key();
        inside.kid = "second".to_owned();
    }

    /// How often its keys were fetched.
    pub fn key_sets(&self) -> usize {
        self.inside.lock().expect("whole").key_sets
    }

    /// Lets somebody in who came with this address: the state and a code.
    pub fn lets_in(&self, address: &str) -> (String, String) {
        let (place, query) = address.split_once('?').expect("a question");
        let mut inside = self.inside.lock().expect("whole");
        assert_eq!(place, format!("{}/authorize", inside.issuer));
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let scopes: Vec<&str> = asked["scope"].split(' ').collect();
        assert_eq!(scopes, ["openid", "profile", "email"]);
        inside.given += 1;
        let code = format!("code-{}", inside.given);
        let kept = ["nonce", "code_challenge", "redirect_uri"].map(|name| asked[name].clone());
        inside.codes.insert(code.clone(), kept.into());
        (asked["state"].clone(), code)
    }
}

/// The configuration for an issuer.
pub fn config(issuer: &str, create: bool) -> OidcConfig {
    let text = format!(
        "issuer = \"{issuer}\"\nname = \"Campus\"\nclient_id = \"{CLIENT}\"\n\
         secret = \"{SECRET}\"\nscopes = [\"profile\", \"email\"]\ncreate = {create}\n\
         roles_claim = \"groups\"\n[roles]\nhb-finance = \"finance\"\nhb-admin = \"admin\"\n"
    );
    toml::from_str(&text).expect("a configuration")
}

async fn metadata(State(inside): State<Arc<Mutex<Inside>>>) -> Json<Value> {
    let issuer = inside.lock().expect("whole").issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // It says that it signs in every way there is; what is accepted is for us to say.
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
    }))
}

async fn keys(State(inside): State<Arc<Mutex<Inside>>>) -> Json<Value> {
    let mut inside = inside.lock().expect("whole");
    inside.key_sets += 1;
    let public = inside.key.public_key().as_ref();
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": inside.kid,
        "x": BASE64.encode(&public[1..33]), "y": BASE64.encode(&public[33..]),
    }] }))
}

async fn token(
    State(inside): State<Arc<Mutex<Inside>>>,
    headers: axum::http::HeaderMap,
    Form(asked): Form<BTreeMap<String, String>>,
) -> Response {
    let refused = |why: &str| {
        let body = json!({ "error": "invalid_grant", "error_description": why });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    };
    let known = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if !known.is_some_and(|known| known.starts_with("Basic ")) {
        return refused("who are you?");
    }
    let mut inside = inside.lock().expect("whole");
    let Some((nonce, challenge, back)) = inside.codes.remove(&asked["code"]) else {
        return refused("no such code");
    };
    let hashed = digest(&SHA256, asked["code_verifier"].as_bytes());
    if BASE64.encode(hashed.as_ref()) != challenge || asked["redirect_uri"] != back {
        return refused("another asked for the code");
    }
    let mut body = json!({ "access_token": "unused", "token_type": "Bearer", "expires_in": 60 });
    if inside.wrong != Wrong::NoToken {
        body["id_token"] = json!(inside.token(&nonce));
    }
    Json(body).into_response()
}

impl Inside {
    fn token(&self, nonce: &str) -> String {
        let now = Clock::real().system().timestamp();
        let (mut issued, mut expires) = (now, now + 300);
        match self.wrong {
            Wrong::Expired => (issued, expires) = (now - 400, now - 100),
            Wrong::Old => (issued, expires) = (now - 3_600, now + 300),
            Wrong::FromTheFuture => (issued, expires) = (now + 3_600, now + 7_200),
            _ => {}
        }
        let mut claims = json!({
            "iss": self.issuer, "sub": "a1b2", "aud": CLIENT, "nonce": nonce,
            "iat": issued, "exp": expires,
        });
        match self.wrong {
            Wrong::Nonce => claims["nonce"] = json!("another"),
            Wrong::NoNonce => drop(claims.as_object_mut().map(|all| all.remove("nonce"))),
            Wrong::Issuer => claims["iss"] = json!("https://elsewhere.example"),
            Wrong::Audience => claims["aud"] = json!("another"),
            Wrong::TwoAudiences => claims["aud"] = json!([CLIENT, "another"]),
            Wrong::OtherParty => claims["azp"] = json!("another"),
            Wrong::NoSubject => claims["sub"] = json!(""),
            _ => {}
        }
        if let Some(more) = self.claims.as_object() {
            for (name, value) in more {
                claims[name] = value.clone();
            }
        }
        self.signed(&claims)
    }

    fn signed(&self, claims: &Value) -> String {
        let alg = match self.wrong {
            Wrong::AlgNone => "none",
            Wrong::SharedSecret => "HS256",
            _ => "ES256",
        };
        let head = json!({ "alg": alg, "typ": "JWT", "kid": self.kid });
        let part = |value: &Value| BASE64.encode(value.to_string().as_bytes());
        let text = format!("{}.{}", part(&head), part(claims));
        let random = SystemRandom::new();
        let signature = match self.wrong {
            Wrong::AlgNone => Vec::new(),
            Wrong::SharedSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Wrong::ForeignKey => key()
                .sign(&random, text.as_bytes())
                .expect("signed")
                .as_ref()
                .to_vec(),
            _ => self
                .key
                .sign(&random, text.as_bytes())
                .expect("signed")
                .as_ref()
                .to_vec(),
        };
        let text = match self.wrong {
            Wrong::Changed => {
                let mut other = claims.clone();
                other["groups"] = json!(["hb-admin"]);
                format!("{}.{}", part(&head), part(&other))
            }
            _ => text,
        };
        format!("{text}.{}", BASE64.encode(&signature))
    }
}
