//! What a request sends: its body, read as one JSON object, and its idempotency key.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::asked::plain_day;
use super::bearer::Caller;
use super::refusal::{Refusal, Wrong};
use crate::db::access::answers::Receipt;
use crate::db::sha256_hex;
use crate::error::Problem;

/// Longest body, in bytes.
const LONGEST: usize = 256 * 1024;
/// Longest idempotency key, in characters.
const LONGEST_KEY: usize = 128;
const KEY: &str = "idempotency-key";

/// The body of a request that changes something, with the key under which it is carried out once.
#[derive(Debug)]
pub(super) struct Sent {
    /// The fields of the body; none when there was none.
    pub(super) fields: Map<String, Value>,
    key: String,
    request: String,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let key = key(request.headers())?;
        let json = json(request.method(), request.headers());
        let said = format!("{} {}\n", request.method(), request.uri());
        let body = to_bytes(request.into_body(), LONGEST).await;
        let body = body.map_err(|_| {
            Refusal::new(
                "api.too-large",
                "the body is longer than 256 kB, or was cut off",
            )
        })?;
        let fields = if body.is_empty() {
            Map::new()
        } else {
            json?;
            object(&body)?
        };
        let mut all = said.into_bytes();
        all.extend_from_slice(&body);
        Ok(Self {
            fields,
            key,
            request: sha256_hex(&all),
        })
    }
}

impl Sent {
    /// Under what the request is carried out once.
    pub(super) fn receipt(&self, by: &Caller) -> Receipt {
        Receipt {
            account: by.principal.account(),
            key: self.key.clone(),
            request: self.request.clone(),
        }
    }

    /// A request whose body says nothing: the address says all.
    pub(super) fn nothing(&self) -> Result<(), Refusal> {
        Fields::of(&self.fields).done()
    }
}

/// The key, as a structured string (`"…"`) or bare.
fn key(headers: &HeaderMap) -> Result<String, Refusal> {
    let wrong = |text: String| {
        let wrong = Wrong::header("Idempotency-Key", text.clone());
        Refusal::new("api.header", text).with(vec![wrong])
    };
    let mut lines = headers.get_all(KEY).iter();
    let missing = || wrong("each POST and PATCH needs an Idempotency-Key of its own".to_owned());
    let line = lines.next().ok_or_else(missing)?;
    let text = line.to_str().unwrap_or_default().trim();
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let text = quoted.unwrap_or(text);
    let visible = text.bytes().all(|sign| sign.is_ascii_graphic());
    if lines.next().is_some() || text.is_empty() || text.len() > LONGEST_KEY || !visible {
        let text = format!("one key of 1 to {LONGEST_KEY} visible ASCII characters is expected");
        return Err(wrong(text));
    }
    Ok(text.to_owned())
}

fn json(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let taken = kind.eq_ignore_ascii_case("application/json")
        || (*method == Method::PATCH && kind.eq_ignore_ascii_case("application/merge-patch+json"));
    if taken {
        return Ok(());
    }
    Err(Refusal::new(
        "api.media-type",
        "the body is expected as application/json",
    ))
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::new("api.body", format!("the body is no JSON: {error}")))?;
    let mut wrong = Vec::new();
    no_text(&value, "", &mut wrong);
    if !wrong.is_empty() {
        return Err(faulty(wrong));
    }
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(faulty(vec![Wrong::field("", "an object is expected")])),
    }
}

/// Texts with the character U+0000, which no database keeps.
fn no_text(value: &Value, at: &str, wrong: &mut Vec<Wrong>) {
    match value {
        Value::String(text) if text.contains('\0') => {
            wrong.push(Wrong::field(at, "U+0000 is no text"));
        }
        Value::Array(all) => {
            for (place, one) in all.iter().enumerate() {
                no_text(one, &format!("{at}/{place}"), wrong);
            }
        }
        Value::Object(fields) => {
            for (name, one) in fields {
                no_text(one, &pointer(at, name), wrong);
            }
        }
        _ => {}
    }
}

/// The pointer to a field inside of another (RFC 6901).
pub(super) fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The refusal that names fields.
pub(super) fn faulty(wrong: Vec<Wrong>) -> Refusal {
    let many = wrong.len();
    Refusal::new(
        "api.fields",
        format!("{many} of the fields cannot be taken"),
    )
    .with(wrong)
}

/// The fields of a body, each read once; what is left over is refused.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    given: &'a Map<String, Value>,
    known: Vec<&'static str>,
    wrong: Vec<Wrong>,
}

impl<'a> Fields<'a> {
    pub(super) const fn of(given: &'a Map<String, Value>) -> Self {
        Self {
            given,
            known: Vec::new(),
            wrong: Vec::new(),
        }
    }

    fn wrong(&mut self, name: &str, detail: impl Into<String>) {
        self.wrong.push(Wrong::field(&pointer("", name), detail));
    }

    /// A day that may be missing or null.
    pub(super) fn maybe_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.known.push(name);
        let day = match self.given.get(name) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) => plain_day(text),
            Some(_) => None,
        };
        if day.is_none() {
            self.wrong(name, "a day is expected, such as 2027-01-31");
        }
        day
    }

    /// A day that has to be there.
    pub(super) fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        if matches!(self.given.get(name), None | Some(Value::Null)) {
            self.known.push(name);
            self.wrong(name, "it is missing");
            return None;
        }
        self.maybe_day(name)
    }

    /// A text that may be missing or null.
    pub(super) fn maybe_text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        match self.given.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.wrong(name, "a text is expected");
                None
            }
        }
    }

    /// A text that has to be there.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        if matches!(self.given.get(name), None | Some(Value::Null)) {
            self.known.push(name);
            self.wrong(name, "it is missing");
            return None;
        }
        self.maybe_text(name)
    }

    /// Notes that a field cannot be taken for a reason of the trade.
    pub(super) fn refuse(&mut self, name: &'static str, detail: &str) {
        self.wrong(name, detail);
    }

    /// Refuses the request when anything was wrong with its fields.
    pub(super) fn done(mut self) -> Result<(), Refusal> {
        let unknown: Vec<&String> = self
            .given
            .keys()
            .filter(|name| !self.known.contains(&name.as_str()))
            .collect();
        for name in unknown {
            self.wrong(name, "there is no such field here");
        }
        if self.wrong.is_empty() {
            return Ok(());
        }
        Err(faulty(self.wrong))
    }
}

/// What is wrong with a value that a type of the trade refuses, as a fault with its place.
pub(super) fn misread(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let mut at = String::new();
    for step in error.path() {
        use serde_path_to_error::Segment as S;
        match step {
            S::Seq { index } => at = pointer(&at, &index.to_string()),
            S::Map { key } | S::Enum { variant: key } => at = pointer(&at, key),
            S::Unknown => {}
        }
    }
    let fault = crate::error::Fault {
        at,
        what: error.inner().to_string(),
    };
    Problem::new("api.fields", "1 of the fields cannot be taken").with_faults([fault])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(value: &str) -> Result<String, &'static str> {
        let headers = HeaderMap::from_iter([(KEY.parse().unwrap(), value.parse().unwrap())]);
        key(&headers).map_err(|refusal| refusal.code())
    }

    #[test]
    fn a_key_is_a_structured_string_or_bare() {
        assert_eq!(keyed("\"8e03978e\""), Ok("8e03978e".to_owned()));
        assert_eq!(keyed("8e03978e"), Ok("8e03978e".to_owned()));
        let long = "a".repeat(LONGEST_KEY + 1);
        for bad in ["", "\"\"", "a b", "ä", &long] {
            assert_eq!(keyed(bad), Err("api.header"), "{bad:?}");
        }
        assert_eq!(key(&HeaderMap::new()).unwrap_err().code(), "api.header");
    }

    #[test]
    fn a_body_is_one_object_of_text_that_can_be_kept() {
        for (body, code) in [
            ("{", "api.body"),
            ("{\"a\": NaN}", "api.body"),
            ("[]", "api.fields"),
            ("null", "api.fields"),
            ("{\"a\": [{\"b/c\": \"\\u0000\"}]}", "api.fields"),
        ] {
            let refused = object(body.as_bytes()).unwrap_err();
            assert_eq!(refused.code(), code, "{body}");
        }
        assert!(object(b"{\"a\": 1}").is_ok());
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let body = object(b"{\"as_of\": 7, \"until\": null, \"x/y\": 1}").unwrap();
        let mut fields = Fields::of(&body);
        fields.day("as_of");
        fields.maybe_day("until");
        fields.day("from");
        let at: Vec<_> = fields
            .wrong
            .iter()
            .filter_map(|one| one.pointer.clone())
            .collect();
        assert_eq!(at, ["#/as_of", "#/from"]);
        assert_eq!(fields.done().unwrap_err().code(), "api.fields");
        let mut rest = Fields::of(&body);
        for name in ["as_of", "until"] {
            rest.known.push(name);
        }
        assert!(rest.done().is_err(), "an unknown field is refused");
    }
}
