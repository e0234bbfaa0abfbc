//! Throughput of the lists of the API beside an address that answers nothing: as many requests as a
//! few connections get answered, one after the other on each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use herdbook::access::rate::Limit;
use herdbook::web::guard::Open;
use herdbook::web::router::{Site, router_with};
use reqwest::Client;

use crate::drive::{Ask, one};
use crate::place::{Keys, Place};
use crate::report;
use crate::routes::{Known, Route, Who, lists_of_api};
use crate::server::{A_MINUTE, AT_ONCE, Server, client};

/// Connections that ask at once.
const CONNECTIONS: u32 = 4;
/// Every address is asked once a round, so that a noisy moment spoils one round.
const ROUNDS: usize = 5;
/// How long an address is asked in a round.
const TURN: Duration = Duration::from_secs(1);

/// Behind the check of a token, as every address of the API, and with nothing behind it.
const EMPTY: Route = Route {
    name: "nothing",
    who: Who::Program,
    address: |_, _| Some("/api/v1/nothing".to_owned()),
};

/// Serves the book with the empty address until the process ends.
pub async fn serve(place: &Place, listen: &str) {
    let app = place.app().await;
    let site = Site {
        public_url: format!("http://{listen}"),
        ..Site::default()
    };
    let limit = Limit::of(AT_ONCE, 60_000 / A_MINUTE);
    let empty = [("/api/v1/nothing", Open::SignedIn)];
    let routes = router_with(app, site, limit, &empty).expect("a router");
    let listener = tokio::net::TcpListener::bind(listen).await.expect("a port");
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes).await.expect("served");
}

/// What one turn came to: requests a second, and processor time of the server a request in ms.
type Turn = (f64, f64);

/// Measures all lists of the API and prints them.
pub async fn throughput(place: &Place) {
    let app = place.app().await;
    let keys = Keys::of(&app).await;
    let known = Known::of(&app).await;
    app.db.close().await.expect("closed connections");
    let server = Server::start_own(place).await;
    let asking = Arc::new((client(), server, keys, known));
    let routes: Vec<&'static Route> = std::iter::once(&EMPTY).chain(lists_of_api()).collect();
    let mut turns: Vec<Vec<Turn>> = vec![Vec::new(); routes.len()];
    for round in 0..=ROUNDS {
        for (route, turns) in routes.iter().zip(&mut turns) {
            let turn = turn(&asking, route).await;
            // The first round fills the caches.
            if round > 0 {
                turns.push(turn);
            }
        }
    }
    println!("| address | requests a second | of the empty one | CPU ms | of the empty one |");
    println!("|---|---|---|---|---|");
    let empty = turns.first().cloned().unwrap_or_default();
    for (route, own) in routes.iter().zip(&turns) {
        // Of each round its own ratio, for the machine's pace changes from round to round.
        let both = || own.iter().zip(&empty);
        println!(
            "| {} | {:.0} | {:.0} % | {:.2} | {:.0} % |",
            route.name,
            middle(own.iter().map(|one| one.0)),
            100.0 * middle(both().map(|(own, empty)| own.0 / empty.0)),
            middle(own.iter().map(|one| one.1)),
            100.0 * middle(both().map(|(own, empty)| empty.1 / own.1)),
        );
    }
}

fn middle(all: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.collect();
    all.sort_by(f64::total_cmp);
    report::quantile(&all, 0.5)
}

type Asking = (Client, Server, Keys, Known);

async fn turn(asking: &Arc<Asking>, route: &'static Route) -> Turn {
    let before = asking.1.processor();
    let begun = Instant::now();
    let workers = (0..CONNECTIONS).map(|worker| {
        let asking = Arc::clone(asking);
        tokio::spawn(async move {
            let (client, server, keys, known) = &*asking;
            let mut answered: u32 = 0;
            while begun.elapsed() < TURN {
                let n = answered * CONNECTIONS + worker;
                let ask = Ask::of(server, route, (keys, known), n);
                let measured = one(client, ask, Instant::now()).await;
                let good = [200, 204].contains(&measured.status);
                assert!(good, "{}: status {}", route.name, measured.status);
                answered += 1;
            }
            answered
        })
    });
    let workers: Vec<_> = workers.collect();
    let mut answered = 0;
    for worker in workers {
        answered += worker.await.expect("answers");
    }
    let many = f64::from(answered);
    let took = begun.elapsed().as_secs_f64();
    let used = asking.1.processor() - before;
    (many / took, used * 1_000.0 / many.max(1.0))
}
