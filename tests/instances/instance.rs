//! An instance to be asked: a real server on a socket that says what a test tells it to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use chrono::{Days, NaiveDate};
use futures::StreamExt;
use serde_json::{Value, json};

/// What is answered under a path.
#[derive(Clone)]
pub enum Says {
    /// A whole answer.
    All(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// So many bytes without a length in front.
    Parts(usize),
    /// A beginning, and then nothing.
    Slow,
    /// Measures, with the ends of ranges that Mastodon gives them.
    Measures,
    /// Measures of a version that takes the last day in everywhere.
    OddMeasures,
}

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub line: String,
    pub token: Option<String>,
    pub body: String,
}

#[derive(Clone, Default)]
struct Told {
    says: Arc<Mutex<BTreeMap<String, Says>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The server.
pub struct Instance {
    pub at: SocketAddr,
    told: Told,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Instance {
    pub async fn start() -> Self {
        let told = Told::default();
        let routes = Router::new().fallback(answer).with_state(told.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let at = listener.local_addr().expect("its address");
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("it serves");
        });
        Self { at, told, serving }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    pub fn says(&self, path: &str, says: Says) {
        let mut all = self.told.says.lock().expect("no panic");
        all.insert(path.to_owned(), says);
    }

    pub fn text(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.says(path, Says::All(200, Vec::new(), body.into()));
    }

    pub fn json(&self, path: &str, body: &Value) {
        self.text(path, body.to_string());
    }

    pub fn redirects(&self, path: &str, to: &str) {
        let location = vec![("location", to.to_owned())];
        self.says(path, Says::All(302, location, Vec::new()));
    }

    /// What was asked since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.told.asked.lock().expect("no panic"))
    }
}

async fn answer(
    State(told): State<Told>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.to_string();
    let token = headers.get("authorization");
    let token = token
        .and_then(|token| token.to_str().ok())
        .map(str::to_owned);
    told.asked.lock().expect("no panic").push(Asked {
        line: format!("{method} {path}"),
        token,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let says = told.says.lock().expect("no panic").get(&path).cloned();
    let made = match says {
        None => Response::builder().status(404).body(Body::empty()),
        Some(Says::All(status, headers, body)) => {
            let start = Response::builder().status(status);
            let built = headers
                .into_iter()
                .fold(start, |built, (name, value)| built.header(name, value));
            built.body(Body::from(body))
        }
        Some(Says::Parts(bytes)) => {
            let parts = std::iter::repeat_n(vec![b'#'; 1_000], bytes / 1_000);
            let parts = futures::stream::iter(parts.map(Ok::<_, std::io::Error>));
            Response::builder().body(Body::from_stream(parts))
        }
        Some(Says::Slow) => {
            let first = futures::stream::iter([Ok::<_, std::io::Error>("# slow\n")]);
            let parts = first.chain(futures::stream::pending());
            Response::builder().body(Body::from_stream(parts))
        }
        Some(Says::Measures) => Response::builder().body(measures(&body, false).into()),
        Some(Says::OddMeasures) => Response::builder().body(measures(&body, true).into()),
    };
    made.expect("an answer")
}

/// The value of a measure on a day: told apart by key and day, and never the same twice.
pub fn value(key: &str, day: NaiveDate) -> u64 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    days.unsigned_abs() % 1_000 + key.len() as u64
}

/// The answer of the admin API: `active_users` and `interactions` leave the end out, the others
/// take it in.
fn measures(body: &[u8], everywhere: bool) -> String {
    let asked: Value = serde_json::from_slice(body).expect("JSON");
    let day =
        |name: &str| -> NaiveDate { asked[name].as_str().expect(name).parse().expect("a day") };
    let (start, end) = (day("start_at"), day("end_at"));
    let keys = asked["keys"].as_array().expect("keys");
    let measure = |key: &Value| {
        let key = key.as_str().expect("a key");
        let within = everywhere || !["active_users", "interactions"].contains(&key);
        let end = end + Days::new(u64::from(within));
        let days: Vec<NaiveDate> = start.iter_days().take_while(|day| *day < end).collect();
        let data: Vec<Value> = days
            .iter()
            .map(|day| {
                let date = format!("{day}T00:00:00Z");
                json!({ "date": date, "value": value(key, *day).to_string() })
            })
            .collect();
        let total: u64 = days.iter().map(|day| value(key, *day)).sum();
        json!({ "key": key, "unit": null, "total": total.to_string(), "data": data })
    };
    Value::Array(keys.iter().map(measure).collect()).to_string()
}
