//! `herdbook demo`: four reference customers, a year of telemetry and billing, their documents.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::Args;

use super::progress::Shown;
use super::store::{Opening, StoreArgs, site};
use super::{business_clock, serve, table};
use crate::access::{AccountId, Party, Permission, Principal, Program, Role};
use crate::app::{App, Clock};
use crate::book;
use crate::config::{Config, Secrets, StripeConfig};
use crate::db::payments::receivables::receivables;
use crate::db::{AsOf, audit, contracts, invoices};
use crate::demo::card_server::{CardServer, Delivery};
use crate::demo::collectors::Collectors;
use crate::error::Problem;
use crate::payments::CardPayments;
use crate::telemetry::year::Year;
use crate::usecases::access::demonstrate;
use crate::usecases::bill::{Request, Row, bill};
use crate::usecases::documents;
use crate::usecases::import::import;
use crate::usecases::payments::checkout::start;
use crate::usecases::payments::confirm::confirm;

/// The customer whose contract says that it pays by card.
const PAYS_BY_CARD: u32 = 10_004;

/// The book of the reference customers: invented parties, real rules.
const REFERENCE: &str = include_str!("../demo/reference.toml");

/// Makes a data directory, loads four reference customers, feeds a year of telemetry, bills 2026
/// month by month and writes a PDF and an XML for every invoice. Then serves an index of them.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for the databases, the archive and the documents.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Stop after writing the documents.
    #[arg(long)]
    no_serve: bool,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

/// Runs the verb.
pub(super) async fn run(args: DemoArgs, mut config: Config) -> Result<ExitCode, Problem> {
    if let Some(listen) = args.listen {
        config.serve.listen = listen;
    }
    config.web.components = true;
    let folder = args
        .data_dir
        .unwrap_or_else(|| config.store.data_dir.clone());
    // The demonstration is self-contained: it never touches a configured server or bucket.
    config.store.database_url = None;
    config.documents.archive = None;
    let store = StoreArgs {
        data_dir: Some(folder.clone()),
        database_url: None,
    };
    let app = store.app(&config, Opening::Migrated).await?;
    only_ours(&app, &folder).await?;
    let app = App {
        actor: "demo".to_owned(),
        ..app
    };
    let shown = Shown::new();
    let started = Instant::now();
    // Payments by card go to a server of the demonstration: nobody is charged.
    let card = match args.no_serve {
        true => None,
        false => Some(card_server(&folder, &config).await?),
    };
    let app = App {
        card: card
            .as_ref()
            .map(gateway)
            .transpose()?
            .flatten()
            .map(Arc::new),
        ..app
    };
    year(&app, &shown, card.as_ref()).await?;
    let target = folder.join("documents");
    let written = documents::write_all(&app, &target).await?;
    let app = App {
        clock: clock(&app, &folder, instant("2027-01-04", 9)?).await?,
        ..app
    };
    print!("{}", table::invoices(&issued(&app).await?));
    println!();
    println!(
        "{written} documents in {} ({:.1} s)",
        target.display(),
        started.elapsed().as_secs_f64()
    );
    what_next(&folder, &target);
    if !args.no_serve {
        introduce(&app).await?;
        introduce_customers(&app, &site(&config)).await?;
        serve::serve(app, &config).await?;
        drop(card);
    }
    Ok(ExitCode::SUCCESS)
}

/// The clock of the demonstration: it begins at an instant, or behind all that an earlier start
/// recorded, and goes on from there. It is kept in the folder, so that every command there tells
/// the same time.
async fn clock(app: &App, folder: &Path, at: DateTime<Utc>) -> Result<Clock, Problem> {
    let newest = audit::newest(&app.db.reader()).await;
    let newest = newest.map_err(|error| Problem::hidden(error.code(), &error))?;
    let begins = newest.map_or(at, |newest| at.max(newest + TimeDelta::microseconds(1)));
    let ahead = begins - app.clock.system();
    business_clock::keep(folder, ahead)?;
    Ok(Clock::ahead(ahead))
}

/// Prints who may sign in. Whoever reads this terminal may try every role.
async fn introduce(app: &App) -> Result<(), Problem> {
    let (password, people) = demonstrate::accounts(app).await?;
    println!();
    println!(
        "One account a role. The password is {password} for all of them; after it comes a code"
    );
    println!("that signs in once. More codes: start the demo again.");
    println!();
    for one in people {
        let first = one.codes.first().map(String::as_str).unwrap_or_default();
        println!("  {:<28} {first}", one.email.as_str());
    }
    println!();
    Ok(())
}

/// Prints links by which people of customers sign in.
async fn introduce_customers(app: &App, site: &str) -> Result<(), Problem> {
    let guests = demonstrate::guests(app).await?;
    println!("Customers sign in by a link. Each opens once within 15 minutes; more: start again.");
    let mut shown = None;
    for guest in guests {
        if shown != Some(guest.customer) {
            println!();
            println!("  Customer {}", guest.customer);
            shown = Some(guest.customer);
        }
        let (role, token) = (guest.role.as_str(), guest.token.reveal());
        println!("  {role:<22} {site}/portal/sign-in/{token}");
    }
    println!();
    Ok(())
}

/// The demonstration bills whatever is in its folder, so a book of somebody's own is refused.
async fn only_ours(app: &App, folder: &Path) -> Result<(), Problem> {
    let ours = book::parse(REFERENCE, "reference.toml")?;
    let known = contracts::all(&app.db.reader(), Program::itself(), app.clock.system()).await;
    let known = known.map_err(|error| Problem::hidden(error.code(), &error))?;
    let foreign = known
        .iter()
        .find(|known| ours.contracts.iter().all(|own| own.number != known.id));
    let Some(foreign) = foreign else {
        return Ok(());
    };
    let text = format!(
        "{} holds a book of its own: contract {}",
        folder.display(),
        foreign.id
    );
    Err(Problem::new("demo.foreign-book", text))
}

/// Imports the book, then lets the collectors push and bills month by month, each at its own
/// business time.
async fn year(app: &App, shown: &Shown, card: Option<&CardServer>) -> Result<(), Problem> {
    let book = book::parse(REFERENCE, "reference.toml")?;
    let before = instant("2025-12-31", 12)?;
    import(&app.at(before), &book).await?;
    let telemetry = Year::new();
    let mut collectors = Collectors::start(&app.at(before)).await?;
    let last_service = day("2026-12-31")?;
    let last_paid = day("2026-12-01")?;
    // Support time of the last quarter of 2025 is billed in January.
    let mut fed = instant("2025-10-01", 0)?;
    for as_of in first_days()? {
        let now = as_of.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
        let app = app.at(now);
        let sent = collectors
            .send(telemetry.requests_between(fed, now))
            .await?;
        fed = now;
        let request = Request {
            as_of,
            service_until: Some(last_service),
        };
        let report = bill(&app, request, shown).await?;
        // The last invoices stay open: somebody may press the button.
        if let Some(card) = card.filter(|_| as_of < last_paid) {
            pay_by_card(&app, card).await?;
        }
        shown.say(&format!(
            "{as_of}  {sent} telemetry requests, {} invoices, {} documents",
            report.issued.len(),
            report.rendered.saturating_mul(2)
        ));
        print!("{}", table::blocked(&report.blocked, "Blocked:"));
        print!("{}", table::blocked(&report.pending, "Documents pending:"));
    }
    january(&mut collectors).await?;
    collectors.end().await
}

/// What the first days of the running period measured, up to the demo's now.
async fn january(collectors: &mut Collectors) -> Result<(), Problem> {
    let (from, until) = (instant("2026-12-31", 18)?, instant("2027-01-04", 6)?);
    let now = instant("2027-01-04", 9)?;
    let telemetry = Year::january();
    let requests = telemetry.requests_between(from, until);
    let arrived = requests.filter(|request| request.received_at <= now);
    collectors.send(arrived).await?;
    Ok(())
}

/// The server that plays the payment gateway, with what it knew at an earlier start.
async fn card_server(folder: &Path, config: &Config) -> Result<CardServer, Problem> {
    let memory = folder.join("card-server.json");
    let started = CardServer::start(Clock::real(), Delivery::AtOnce, Some(memory)).await;
    let server = started.map_err(|error| Problem::of("serve.address", &error))?;
    server.send_to(&format!("http://{}/hooks/stripe", config.serve.listen));
    Ok(server)
}

/// The gateway as a configuration would make it: the product knows no other way to it.
fn gateway(server: &CardServer) -> Result<Option<CardPayments>, Problem> {
    CardPayments::configured(&StripeConfig {
        secret_key: Some(server.key().to_owned()),
        webhook_secrets: Secrets::Text(server.webhook_secret().to_owned()),
        api_url: Some(server.url().to_owned()),
        ..StripeConfig::default()
    })
}

/// The customer who is charged by card pays what is open, on the day it was billed.
async fn pay_by_card(app: &App, server: &CardServer) -> Result<(), Problem> {
    let account = AccountId(uuid::Uuid::from_u128(u128::from(PAYS_BY_CARD)));
    let roles = [Role::CustomerBilling];
    let payer = Principal::person(account, Party::Customer(PAYS_BY_CARD), roles)
        .map_err(|error| Problem::of(error.code(), &error))?;
    let scope = payer
        .require(Permission::PayOwnInvoices)
        .map_err(|denied| Problem::of(denied.code(), &denied))?
        .scope();
    let open = receivables(
        &app.db.reader(),
        (scope, None),
        AsOf::now(app.clock.business()),
    )
    .await;
    let open = open.map_err(|error| Problem::hidden(error.code(), &error))?;
    for one in open.iter().filter(|one| !one.gross.is_negative()) {
        let page = start(app, &payer, &one.number, "http://localhost").await;
        let page = page.map_err(Problem::from)?;
        server.type_a_good_card(&page);
        confirm(app, &payer, &one.number)
            .await
            .map_err(Problem::from)?;
    }
    Ok(())
}

/// The first day of every month from January 2026 to January 2027.
fn first_days() -> Result<Vec<NaiveDate>, Problem> {
    let mut days = Vec::new();
    let mut next = day("2026-01-01")?;
    let end = day("2027-01-01")?;
    while next <= end {
        days.push(next);
        let month = next + TimeDelta::days(32);
        next = month.with_day(1).unwrap_or(end + TimeDelta::days(1));
    }
    Ok(days)
}

fn day(text: &str) -> Result<NaiveDate, Problem> {
    text.parse()
        .map_err(|error: chrono::ParseError| Problem::of("internal.unlisted", &error))
}

fn instant(date: &str, hour: i64) -> Result<DateTime<Utc>, Problem> {
    Ok(day(date)?.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(hour))
}

async fn issued(app: &App) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = invoices::page(&app.db.reader(), Program::itself(), after, 200).await;
        let page = page.map_err(|error| Problem::hidden(error.code(), &error))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for stored in &page {
            let view = stored
                .read_view()
                .map_err(|error| Problem::of(error.code(), &error))?;
            rows.push(Row::of(&view, stored.number()));
        }
    }
    rows.sort_by(|a, b| a.number.cmp(&b.number));
    Ok(rows)
}

fn what_next(folder: &Path, target: &Path) {
    let folder = folder.display();
    println!();
    println!("What to open next:");
    let shown = [
        (
            "RE-2026-00023.pdf",
            "August of the French city: overage by tier, Factur-X inside",
        ),
        (
            "RE-2026-00027.xml",
            "October of the European institution, as Peppol receives it",
        ),
    ];
    for (file, what) in shown {
        println!("  {}  {what}", target.join(file).display());
    }
    println!("  herdbook explain RE-2026-00023 --data-dir {folder}   why these amounts");
    println!("  herdbook verify --data-dir {folder}                  is all of it still true?");
    println!("  herdbook serve --data-dir {folder}                   the invoices in a browser");
}
