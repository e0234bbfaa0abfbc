//! The collectors of the demonstration: each pushes its telemetry through the doors of a server on
//! this machine, over HTTP, with a credential of its own, and again until it is acknowledged.
//!
//! The server is the product's. Its business clock stands where the collectors have led it, so that
//! a request of March arrives in March.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{Datelike, TimeDelta};
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::Client;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::access::SecretText;
use crate::access::source_token::Door;
use crate::app::{App, Clock};
use crate::db::Txn;
use crate::error::Problem;
use crate::telemetry::PayloadKind;
use crate::telemetry::evidence::Request;
use crate::telemetry::simulation::Protocol;
use crate::usecases::sources::{self, NewSource, create_in, done_by_program, rotate_in};
use crate::web::router::{Site, router};

/// Requests that are under way at once.
const AT_ONCE: usize = 64;
/// Days that are sent together: the fewer commits wait for the disk, the sooner a year is over.
const TOGETHER: i32 = 3;
/// How often a request is sent that the server puts off.
const TRIES: u32 = 20;
/// How long a credential is good: those of an earlier start end with the next one.
const LIFE: TimeDelta = TimeDelta::days(365);

/// Where the business clock of the server stands, in microseconds since 1970.
static LED: AtomicI64 = AtomicI64::new(0);

/// The collectors, and the server that they push to.
pub struct Collectors {
    app: App,
    address: String,
    http: Client,
    /// By name of the source.
    credentials: BTreeMap<String, SecretText>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Collectors {
    /// Starts a server over the application on a free port of this machine.
    ///
    /// # Errors
    /// `serve.address` when no port is free.
    pub async fn start(app: &App) -> Result<Self, Problem> {
        let failed = |error: std::io::Error| Problem::of("serve.address", &error);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = format!("http://{}", listener.local_addr().map_err(failed)?);
        let site = Site {
            public_url: address.clone(),
            ..Site::default()
        };
        let led = App {
            clock: Clock::led(&LED),
            ..app.clone()
        };
        let routes = router(led, site)?.into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, routes).with_graceful_shutdown(async {
            // An end of its own and a collector that went away are the same.
            let _ = stopped.await;
        });
        // Whoever links this as a library has chosen no provider of cryptography yet.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().timeout(Duration::from_secs(60)).build();
        Ok(Self {
            app: app.clone(),
            address,
            http: http.map_err(|error| Problem::of("demo.door", &error))?,
            credentials: BTreeMap::new(),
            stop,
            server: tokio::spawn(server.into_future()),
        })
    }

    /// Sends requests in the order of their arrival, those of some days at once, and comes back
    /// when each was acknowledged. Returns how many.
    ///
    /// # Errors
    /// `demo.door` when one is refused; `source.*`, `db.*`.
    pub async fn send(
        &mut self,
        requests: impl IntoIterator<Item = Request>,
    ) -> Result<u64, Problem> {
        let mut groups: BTreeMap<i32, Vec<Request>> = BTreeMap::new();
        let mut sent: u64 = 0;
        for request in requests {
            self.introduce(&request).await?;
            let day = request.received_at.date_naive().num_days_from_ce();
            let group = day.div_euclid(TOGETHER);
            groups.entry(group).or_default().push(request);
            sent = sent.saturating_add(1);
        }
        for group in groups.into_values() {
            let latest = group.iter().map(|request| request.received_at).max();
            let latest = latest.unwrap_or_default().timestamp_micros();
            LED.store(latest, Ordering::SeqCst);
            let posts = group.into_iter().map(|request| self.post(request));
            let posts = stream::iter(posts).buffer_unordered(AT_ONCE);
            posts.try_collect::<()>().await?;
        }
        Ok(sent)
    }

    /// Ends the server; what it has counted is written.
    ///
    /// # Errors
    /// `demo.door` when the server failed.
    pub async fn end(self) -> Result<(), Problem> {
        let _ = self.stop.send(());
        let ended = self.server.await;
        let ended = ended.map_err(|error| Problem::of("demo.door", &error))?;
        ended.map_err(|error| Problem::of("demo.door", &error))
    }

    /// Gives the source of a request a credential, unless it has one: a new one at each start, as
    /// its text is not kept.
    async fn introduce(&mut self, request: &Request) -> Result<(), Problem> {
        let name = &request.source;
        if self.credentials.contains_key(name) {
            return Ok(());
        }
        let app = &self.app;
        let expires_at = app.clock.system() + LIFE;
        let known = sources::all(app).await?;
        let known = known.iter().any(|one| one.source.name == *name);
        let (text, drafted) = if known {
            sources::draft_rotation(app, name, TimeDelta::zero(), expires_at).await?
        } else {
            let source = NewSource {
                name: name.clone(),
                instance: request.instance.clone(),
                instances: std::collections::BTreeSet::new(),
                doors: std::iter::once(door(spoken(request.kind)?)).collect(),
                expires_at,
            };
            sources::draft(app, source)?
        };
        done_by_program(app, async move |txn: &Txn, app: &App| {
            match drafted.overlap {
                None => create_in(txn, app, &app.actor, &drafted).await,
                Some(_) => rotate_in(txn, app, &app.actor, &drafted).await,
            }
        })
        .await?;
        self.credentials.insert(name.clone(), text);
        Ok(())
    }

    async fn post(&self, request: Request) -> Result<(), Problem> {
        let refused =
            |text: String| Problem::new("demo.door", format!("{}: {text}", request.source));
        let protocol = spoken(request.kind)?;
        let credential = self.credentials.get(&request.source);
        let credential = credential.ok_or_else(|| refused("no credential".to_owned()))?;
        let url = format!("{}{}", self.address, protocol.path());
        for _ in 0..TRIES {
            let mut post = self.http.post(&url).bearer_auth(credential.reveal());
            for (name, value) in protocol.headers() {
                post = post.header(*name, *value);
            }
            let answer = post.body(request.bytes.clone()).send().await;
            let answer = answer.map_err(|error| Problem::of("demo.door", &error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(());
            }
            if !matches!(status.as_u16(), 429 | 503) {
                let text = answer.text().await.unwrap_or_default();
                return Err(refused(format!("{status} {text}")));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Err(refused(format!("put off {TRIES} times")))
    }
}

/// How what the bytes are is spoken at a door.
fn spoken(kind: PayloadKind) -> Result<Protocol, Problem> {
    match kind {
        PayloadKind::OtlpProtobuf => Ok(Protocol::OtlpProtobuf),
        PayloadKind::OtlpJson => Ok(Protocol::OtlpJson),
        PayloadKind::RemoteWrite1 => Ok(Protocol::RemoteWrite1),
        PayloadKind::RemoteWrite2 => Ok(Protocol::RemoteWrite2),
        PayloadKind::CloudEventBatch => Ok(Protocol::CloudEvents),
        other => {
            let text = format!("no collector of the demonstration sends {}", other.code());
            Err(Problem::new("demo.door", text))
        }
    }
}

/// The door at which a protocol is spoken.
fn door(protocol: Protocol) -> Door {
    match protocol {
        Protocol::OtlpProtobuf | Protocol::OtlpJson => Door::Metrics,
        Protocol::RemoteWrite1 | Protocol::RemoteWrite2 => Door::Write,
        Protocol::CloudEvents => Door::Events,
    }
}
