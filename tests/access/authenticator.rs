//! An authenticator in software: it makes passkeys, and signs whatever a test has it sign.

use data_encoding::BASE64URL_NOPAD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
};
use serde_json::{Value, json};

/// Where the pages are that ask it.
pub const ORIGIN: &str = "https://books.example.org";
const NAME: &str = "books.example.org";

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// One passkey, and how it behaves.
pub struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    /// The account it was made for.
    pub user: Vec<u8>,
    /// How often it has signed.
    pub counter: u32,
    /// Where it believes to be.
    pub origin: String,
    /// For whom it signs.
    pub name: String,
    /// Has it asked for a fingerprint or a PIN?
    pub verifies: bool,
}

impl Authenticator {
    pub fn new(id: u8) -> Self {
        let random = SystemRandom::new();
        let how: &'static EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
        Self {
            key: EcdsaKeyPair::from_pkcs8(how, made.as_ref(), &random).expect("a key"),
            id: vec![id; 16],
            user: Vec::new(),
            counter: 1,
            origin: ORIGIN.to_owned(),
            name: NAME.to_owned(),
            verifies: true,
        }
    }

    /// The same passkey in another place.
    pub fn copied_from(other: &Self, key: Self) -> Self {
        Self {
            id: other.id.clone(),
            user: other.user.clone(),
            ..key
        }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin,
            "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = digest(&SHA256, self.name.as_bytes()).as_ref().to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Makes the passkey that a page asks for.
    pub fn makes(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
        let user = asked["user"]["id"].as_str().expect("a user");
        self.user = BASE64.decode(user.as_bytes()).expect("bytes");
        let mut data = self.data(WITH_KEY);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(&self.id);
        // A COSE key: EC2, ES256, P-256, x and y (RFC 9053, section 7.1).
        let public = self.key.public_key().as_ref();
        data.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&public[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&public[33..]);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = vec![0xA3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xA0\x68authData\x58");
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend(data);
        let client = self.client_data("webauthn.create", &asked["challenge"]);
        self.answer(&json!({
            "attestationObject": BASE64.encode(&object),
            "clientDataJSON": BASE64.encode(&client),
        }))
    }

    /// Signs the challenge of a page.
    pub fn signs(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        let data = self.data(0);
        let client = self.client_data("webauthn.get", &asked["challenge"]);
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, &client).as_ref());
        let signature = self
            .key
            .sign(&SystemRandom::new(), &signed)
            .expect("signed");
        self.answer(&json!({
            "authenticatorData": BASE64.encode(&data),
            "clientDataJSON": BASE64.encode(&client),
            "signature": BASE64.encode(signature.as_ref()),
            "userHandle": BASE64.encode(&self.user),
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = BASE64.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}
