//! The load: first one request after the other for the processor time of each page, then all pages
//! in turn at a constant rate.

use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, COOKIE, HeaderName};

use crate::place::{Keys, Place};
use crate::report::{self, Measured};
use crate::routes::{Known, Route, Who, all};
use crate::server::{Server, client};

/// Requests of a page for its processor time, after some that fill the caches.
const IN_A_ROW: u32 = 50;

/// From one request to the next, in thousandths of the list of routes: pages of a kind stand
/// together in it, and do not come together.
const STRIDE: usize = 618;

/// Starts a server over the book and loads it.
pub async fn drive(place: &Place, rate: u32, time: Duration) {
    let app = place.app().await;
    let keys = Keys::of(&app).await;
    let known = Known::of(&app).await;
    app.db.close().await.expect("closed connections");
    let server = Server::start(place).await;
    println!(
        "start to first answer {:.0} ms",
        server.started_in.as_secs_f64() * 1_000.0
    );
    let client = client();
    let routes: Vec<&Route> = all()
        .into_iter()
        .filter(|route| (route.address)(&known, 0).is_some())
        .collect();
    let mut costs = Vec::new();
    for route in &routes {
        costs.push(cost(&client, &server, route, (&keys, &known)).await);
    }
    let measured = at_a_rate(&client, &server, &routes, (&keys, &known), rate, time).await;
    let rows = routes.iter().zip(measured).zip(&costs);
    let rows: Vec<_> = rows
        .map(|((route, all), cost)| (route.name, all, *cost))
        .collect();
    println!("{rate} requests a second for {} s", time.as_secs());
    report::table(&rows);
    let (now, most) = server.memory();
    println!("memory {now:.1} MiB resident, {most:.1} at most");
}

/// Processor time of a page, in milliseconds.
async fn cost(
    client: &Client,
    server: &Server,
    route: &Route,
    (keys, known): (&Keys, &Known),
) -> f64 {
    let ask = |n| Ask::of(server, route, (keys, known), n);
    for n in 0..5 {
        one(client, ask(n), Instant::now()).await;
    }
    let before = server.processor();
    let begun = Instant::now();
    let mut sent = 0;
    // A page that takes seconds is shown as such without taking minutes.
    while sent < IN_A_ROW && begun.elapsed() < Duration::from_secs(5) {
        one(client, ask(1_000 + sent), Instant::now()).await;
        sent += 1;
    }
    let used = server.processor() - before;
    used * 1_000.0 / f64::from(sent.max(1))
}

/// Sends a request each time one is due, whether the earlier ones are answered or not.
async fn at_a_rate(
    client: &Client,
    server: &Server,
    routes: &[&Route],
    (keys, known): (&Keys, &Known),
    rate: u32,
    time: Duration,
) -> Vec<Vec<Measured>> {
    let gap = Duration::from_secs(1) / rate;
    let many = u32::try_from(time.as_secs()).expect("minutes") * rate;
    let mut sent = Vec::new();
    let stride = stride(routes.len());
    let begun = Instant::now();
    for n in 0..many {
        let due = begun + gap * n;
        tokio::time::sleep_until(due.into()).await;
        let at = (n as usize * stride) % routes.len();
        let ask = Ask::of(server, routes[at], (keys, known), n);
        let client = client.clone();
        let answer = tokio::spawn(async move { one(&client, ask, due).await });
        sent.push((at, answer));
    }
    let mut measured = vec![Vec::new(); routes.len()];
    for (at, answer) in sent {
        measured[at].push(answer.await.expect("an answer"));
    }
    measured
}

/// A step that comes to each of so many routes before it comes to one again.
fn stride(routes: usize) -> usize {
    let (mut step, mut rest) = (routes * STRIDE / 1_000, 0);
    while rest != 1 {
        step += 1;
        let mut whole = routes;
        rest = step;
        while !whole.is_multiple_of(rest) {
            (whole, rest) = (rest, whole % rest);
        }
    }
    step
}

/// A request: its address, and by what its sender is known.
pub struct Ask {
    address: String,
    known_by: (HeaderName, String),
}

impl Ask {
    /// The nth request of a route that the book has.
    pub fn of(server: &Server, route: &Route, (keys, known): (&Keys, &Known), n: u32) -> Self {
        let path = (route.address)(known, n).expect("an address");
        Self {
            address: format!("{}{path}", server.address),
            known_by: match route.who {
                Who::Auditor => (COOKIE, keys.auditor.clone()),
                Who::Finance => (COOKIE, keys.finance.clone()),
                Who::Customer => (COOKIE, keys.customer.clone()),
                Who::Program => (AUTHORIZATION, keys.token.clone()),
            },
        }
    }
}

/// One request; the time counts from when it was due.
pub async fn one(client: &Client, ask: Ask, due: Instant) -> Measured {
    let asked = client
        .get(ask.address)
        .header(ask.known_by.0, ask.known_by.1)
        .header(ACCEPT_ENCODING, "gzip")
        .send();
    let (status, bytes) = match asked.await {
        Ok(answer) => (
            answer.status().as_u16(),
            answer.bytes().await.map_or(0, |all| all.len()),
        ),
        Err(_) => (0, 0),
    };
    Measured {
        took: due.elapsed().as_secs_f64() * 1_000.0,
        status,
        bytes,
    }
}
