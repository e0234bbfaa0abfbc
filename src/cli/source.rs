//! `herdbook source`: who may push telemetry, for whoever runs the server.

use std::collections::BTreeSet;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs};
use crate::access::SecretText;
use crate::access::source_token::{Door, shown_id};
use crate::app::App;
use crate::config::Config;
use crate::db::Txn;
use crate::error::Problem;
use crate::usecases::sources::{self, Drafted, NewSource, done_by_program};

/// Manages the sources that push telemetry, and their credentials.
#[derive(Debug, Args)]
pub struct SourceArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a source and print its credential: it is shown this once.
    Add(Add),
    /// List the sources with their credentials, when they were seen, and what they sent.
    List,
    /// Print a new credential for the same doors; the old ones end after the overlap.
    Rotate(Rotate),
    /// Revoke one credential, or all of a source.
    Revoke {
        /// Name of the source.
        name: String,
        /// Its id, such as `hbs_0123456789abcdef`; all of the source unless given.
        #[arg(long)]
        credential: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Name: of the signs a-z, 0-9, point, hyphen, underscore.
    name: String,
    /// The instance the source is bound to, such as social.example.org.
    #[arg(
        long,
        conflicts_with = "collects",
        required_unless_present = "collects"
    )]
    instance: Option<String>,
    /// An instance a collector speaks for; may be given several times.
    #[arg(long = "collects", value_name = "INSTANCE")]
    collects: Vec<String>,
    /// What the credential opens: metrics, write, events or upload; may be given several times.
    #[arg(long = "door", required = true)]
    doors: Vec<String>,
    /// Last day on which the credential works; 365 days from now unless given.
    #[arg(long, value_name = "DATE")]
    expires: Option<NaiveDate>,
}

#[derive(Debug, Args)]
struct Rotate {
    /// Name of the source.
    name: String,
    /// Hours for which the old credentials work beside the new one.
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    overlap: u32,
    /// Last day on which the new credential works; 365 days from now unless given.
    #[arg(long, value_name = "DATE")]
    expires: Option<NaiveDate>,
}

/// Runs the verb.
pub(super) async fn run(args: SourceArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    match args.verb {
        Verb::Add(add) => println!("{}", added(&app, add).await?.reveal()),
        Verb::List => list(&app).await?,
        Verb::Rotate(rotate) => println!("{}", rotated(&app, rotate).await?.reveal()),
        Verb::Revoke { name, credential } => {
            let ended = revoked(&app, name, credential).await?;
            println!("{ended} credentials revoked");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The moment after the last day, or a year from now.
fn end(app: &App, last: Option<NaiveDate>) -> DateTime<Utc> {
    match last {
        Some(day) => {
            let after = day.succ_opt().unwrap_or(day);
            after.and_time(NaiveTime::MIN).and_utc()
        }
        None => app.clock.system() + TimeDelta::days(365),
    }
}

async fn added(app: &App, add: Add) -> Result<SecretText, Problem> {
    let doors = add.doors.iter().map(|door| {
        door.parse::<Door>()
            .map_err(|error| Problem::of(error.code(), &error))
    });
    let source = NewSource {
        doors: doors.collect::<Result<BTreeSet<_>, _>>()?,
        expires_at: end(app, add.expires),
        name: add.name,
        instance: add.instance,
        instances: add.collects.into_iter().collect(),
    };
    let drafted = sources::draft(app, source)?;
    stored(app, drafted).await
}

async fn rotated(app: &App, rotate: Rotate) -> Result<SecretText, Problem> {
    let overlap = TimeDelta::hours(i64::from(rotate.overlap));
    let expires_at = end(app, rotate.expires);
    let drafted = sources::draft_rotation(app, &rotate.name, overlap, expires_at).await?;
    stored(app, drafted).await
}

/// Stores a credential and returns the text that is shown once.
async fn stored(app: &App, (text, drafted): (SecretText, Drafted)) -> Result<SecretText, Problem> {
    done_by_program(app, async move |txn: &Txn, app: &App| {
        match drafted.overlap {
            None => sources::create_in(txn, app, &app.actor, &drafted).await,
            Some(_) => sources::rotate_in(txn, app, &app.actor, &drafted).await,
        }
    })
    .await?;
    Ok(text)
}

async fn revoked(app: &App, name: String, credential: Option<String>) -> Result<u64, Problem> {
    let id = credential.map(|text| {
        let malformed =
            || Problem::new("source.credential-unknown", format!("no credential {text}"));
        shown_id(&text).map(str::to_owned).ok_or_else(malformed)
    });
    let id = id.transpose()?;
    let ended = done_by_program(app, async move |txn: &Txn, app: &App| {
        sources::revoke_in(txn, app, &app.actor, (&name, id.as_deref())).await
    });
    Ok(ended.await?)
}

async fn list(app: &App) -> Result<(), Problem> {
    let now = app.clock.system();
    for one in sources::all(app).await? {
        let about: Vec<&str> = one.source.instances.iter().map(String::as_str).collect();
        let state = one.state.unwrap_or_default();
        let seen = one
            .state
            .and_then(|state| DateTime::from_timestamp_micros(state.last_seen));
        let seen = seen.map_or("never".to_owned(), |at| at.format("%F %R").to_string());
        println!(
            "{}\t{}\tseen {seen}\t{} requests\t{} samples\t{} refused",
            one.source.name,
            about.join(","),
            state.requests,
            state.samples,
            state.refused
        );
        for credential in &one.credentials {
            let token = &credential.token;
            let doors: Vec<&str> = token.doors.iter().map(|door| door.as_str()).collect();
            let works = if token.works(now) { "works" } else { "ended" };
            println!(
                "\t{}\t{}\t{works}\tuntil {}",
                token.display_prefix(),
                doors.join(","),
                token.expires_at.format("%F")
            );
        }
    }
    Ok(())
}
