//! `herdbook serve`: the pages over HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::notify;
use super::store::{Opening, StoreArgs};
use crate::access::network::Proxies;
use crate::app::App;
use crate::billing::party::Seller;
use crate::config::Config;
use crate::db::sellers;
use crate::error::Problem;
use crate::identity::Provider;
use crate::jobs::{self, Pulse};
use crate::usecases::access::enrol;
use crate::usecases::pull;
use crate::web::api;
use crate::web::imprint::Imprint;
use crate::web::limits::hides_a_proxy;
use crate::web::observed::Watched;
use crate::web::router::{Site, router_under};

/// Serves the issued documents.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

/// Runs the verb until the process is told to stop.
pub(super) async fn run(args: ServeArgs, mut config: Config) -> Result<ExitCode, Problem> {
    if let Some(listen) = args.listen {
        config.serve.listen = listen;
    }
    let app = args.store.app(&config, Opening::Existing).await?;
    serve(app, &config).await?;
    Ok(ExitCode::SUCCESS)
}

/// Listens, says where, and serves until Ctrl-C or SIGTERM.
pub(super) async fn serve(app: App, config: &Config) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new("serve.address", format!("{}: {error}", config.serve.listen))
    };
    let seller = first_seller(&app).await?;
    let name = seller.as_ref().map(|seller| seller.legal_name.clone());
    let listener = tokio::net::TcpListener::bind(&config.serve.listen)
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let configured = config.serve.public_url.clone();
    let public_url = configured.unwrap_or_else(|| format!("http://{address}"));
    let app = App {
        mail: app.mail.as_ref().map(|post| post.at(&public_url)),
        ..app
    };
    let setup = enrol::setup_link(&app).await.map_err(Problem::from)?;
    if let Some(token) = setup {
        println!("Nobody can sign in yet. The first administrator begins here, within 72 hours:");
        println!("  {public_url}/setup/{}", token.reveal());
    }
    pull::sync(&app, &config.pull.targets).await?;
    if hides_a_proxy(&config.serve) {
        tracing::warn!(
            "a proxy stands in front that serve.trusted_proxies does not name: everybody counts as \
             one, and one stranger who guesses passwords keeps all others from signing in"
        );
    }
    let pulse = Pulse::default();
    let site = Site {
        link_minutes: config.serve.link_minutes,
        organisation: name.unwrap_or_else(|| "Herdbook".to_owned()),
        imprint: Imprint {
            seller: seller.map(Box::new),
            imprint_url: config.web.imprint_url.clone(),
            privacy_url: config.web.privacy_url.clone(),
        },
        components: config.web.components,
        watched: Watched::of(&config.serve, pulse.clone()),
        provider: Provider::of(&config.oidc, &public_url)?.map(Arc::new),
        public_url,
        proxies: Proxies {
            trusted: config.serve.trusted_proxies.clone(),
            header: config.serve.proxy_header,
        },
    };
    let worker = tokio::spawn(jobs::keep_working(app.clone(), pulse.clone()));
    let limit = api::limit_a_minute(config.api.requests_at_once, config.api.requests_a_minute);
    let routes =
        router_under(app, site, limit)?.into_make_service_with_connect_info::<SocketAddr>();
    println!("Serving on http://{address}/ (Ctrl-C stops)");
    notify::tell("READY=1");
    let told = pulse.clone();
    let stop = async move {
        stopped().await;
        notify::tell("STOPPING=1");
        told.stop();
    };
    let server = axum::serve(listener, routes).with_graceful_shutdown(stop);
    let limit = Duration::from_secs(config.serve.drain_seconds.into());
    tokio::select! {
        ended = async { tokio::join!(server, worker) } => ended.0.map_err(failed),
        () = overdue(&pulse, limit) => {
            tracing::warn!("requests or a job were cut off {limit:?} after the word to stop");
            Ok(())
        }
    }
}

/// Comes back when the time for what is under way is over, or at a second word to stop. What a job
/// leaves behind is leased, and another worker goes on with it.
async fn overdue(pulse: &Pulse, limit: Duration) {
    pulse.stopping().await;
    tokio::select! {
        () = tokio::time::sleep(limit) => {}
        () = stopped() => {}
    }
}

/// Whose book it is: the first seller as it is today; none while there is none.
async fn first_seller(app: &App) -> Result<Option<Seller>, Problem> {
    let reader = app.db.reader();
    let now = app.clock.business();
    let failed = |error: crate::db::DbError| Problem::hidden(error.code(), &error);
    let ids = sellers::ids(&reader, now).await.map_err(failed)?;
    let Some(first) = ids.first() else {
        return Ok(None);
    };
    let seller = sellers::as_of::<Seller>(&reader, first, now.date_naive(), now).await;
    let seller = seller.map_err(failed)?;
    Ok(seller.map(|seller| seller.body))
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
