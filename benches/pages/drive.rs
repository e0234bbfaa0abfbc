//! The load: first one request after the other for the processor time of each page, then all pages
//! in turn at a constant rate.

use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{ACCEPT_ENCODING, COOKIE};

use crate::place::{Place, cookie};
use crate::report::{self, Measured};
use crate::routes::{Known, ROUTES};
use crate::server::{Server, client};

/// Requests of a page for its processor time, after some that fill the caches.
const IN_A_ROW: u32 = 100;

/// Starts a server over the book and loads it.
pub async fn drive(place: &Place, rate: u32, time: Duration) {
    let app = place.app().await;
    let cookie = cookie(&app).await;
    let known = known(&app).await;
    app.db.close().await.expect("closed connections");
    let server = Server::start(place).await;
    println!(
        "start to first answer {:.0} ms",
        server.started_in.as_secs_f64() * 1_000.0
    );
    let client = client();
    let mut costs = Vec::new();
    for route in ROUTES {
        let address = |n| format!("{}{}", server.address, (route.address)(&known, n));
        for n in 0..5 {
            one(&client, &cookie, &address(n), Instant::now()).await;
        }
        let before = server.processor();
        let begun = Instant::now();
        let mut sent = 0;
        // A page that takes seconds is shown as such without taking minutes.
        while sent < IN_A_ROW && begun.elapsed() < Duration::from_secs(10) {
            one(&client, &cookie, &address(1_000 + sent), Instant::now()).await;
            sent += 1;
        }
        let used = server.processor() - before;
        costs.push(used * 1_000.0 / f64::from(sent.max(1)));
    }
    let measured = at_a_rate(&client, &server, (&cookie, &known), rate, time).await;
    let rows = ROUTES.iter().zip(measured).zip(&costs);
    let rows: Vec<_> = rows
        .map(|((route, all), cost)| (route.name, all, *cost))
        .collect();
    println!("{rate} requests a second for {} s", time.as_secs());
    report::table(&rows);
    let (now, most) = server.memory();
    println!("memory {now:.1} MiB resident, {most:.1} at most");
}

async fn known(app: &herdbook::app::App) -> Known {
    let on = app.db.reader();
    let ids = herdbook::db::customers::ids(&on, app.clock.business()).await;
    let series = herdbook::db::numbering::all_series(&on).await;
    let full = series.expect("the series").into_iter();
    let least = full
        .filter(|one| one.year >= 2024)
        .map(|one| one.next - 1)
        .min();
    Known {
        customers: u32::try_from(ids.expect("customers").len()).expect("few"),
        invoices_a_year: u32::try_from(least.expect("a series")).expect("few"),
    }
}

/// Sends a request each time one is due, whether the earlier ones are answered or not.
async fn at_a_rate(
    client: &Client,
    server: &Server,
    (cookie, known): (&str, &Known),
    rate: u32,
    time: Duration,
) -> Vec<Vec<Measured>> {
    let gap = Duration::from_secs(1) / rate;
    let many = u32::try_from(time.as_secs()).expect("minutes") * rate;
    let mut sent = Vec::new();
    let begun = Instant::now();
    for n in 0..many {
        let due = begun + gap * n;
        tokio::time::sleep_until(due.into()).await;
        let at = n as usize % ROUTES.len();
        let address = format!("{}{}", server.address, (ROUTES[at].address)(known, n));
        let (client, cookie) = (client.clone(), cookie.to_owned());
        let answer = tokio::spawn(async move { one(&client, &cookie, &address, due).await });
        sent.push((at, answer));
    }
    let mut measured = vec![Vec::new(); ROUTES.len()];
    for (at, answer) in sent {
        measured[at].push(answer.await.expect("an answer"));
    }
    measured
}

/// One request; the time counts from when it was due.
async fn one(client: &Client, cookie: &str, address: &str, due: Instant) -> Measured {
    let asked = client
        .get(address)
        .header(COOKIE, cookie)
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
