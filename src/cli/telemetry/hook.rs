//! `herdbook telemetry hook`: webhooks of instances.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::access::SecretText;
use crate::app::App;
use crate::cli::store::site;
use crate::config::Config;
use crate::db::mastodon_hooks::{self as store, MastodonHook};
use crate::db::stamp;
use crate::error::Problem;
use crate::telemetry::mastodon::hook::LONGEST_SECRET;
use crate::usecases::mastodon_hooks::{Step, fresh, step};

/// Manages webhooks of instances.
#[derive(Debug, Args)]
pub struct HookArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Register a webhook: prints the address for Mastodon's settings.
    Register(Keyed),
    /// Give it a new secret; the one it has counts too until the webhook is settled.
    Rotate(Keyed),
    /// Let only the newest secret count.
    Settle {
        /// The instance, such as social.example.org.
        instance: String,
    },
    /// Take it away with its secrets; what it brought stays as evidence.
    Close {
        /// The instance, such as social.example.org.
        instance: String,
    },
    /// List webhooks with what became of their messages.
    List,
}

#[derive(Debug, Args)]
struct Keyed {
    /// The instance, such as social.example.org.
    instance: String,
    /// File with the signing secret that Mastodon shows, - for standard input. Without it a secret
    /// is made and printed: it is shown this once.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// Runs the verb.
pub(super) async fn run(app: &App, config: &Config, args: HookArgs) -> Result<ExitCode, Problem> {
    match args.verb {
        Verb::Register(keyed) => {
            let (instance, made) = keep(app, &keyed, Step::Register).await?;
            println!("{}/hooks/mastodon/{instance}", site(config));
            say(made);
        }
        Verb::Rotate(keyed) => {
            let (instance, made) = keep(app, &keyed, Step::Rotate).await?;
            say(made);
            println!("Both secrets count until \"herdbook telemetry hook settle {instance}\".");
        }
        Verb::Settle { instance } => {
            step(app, &instance, Step::Settle).await?;
        }
        Verb::Close { instance } => {
            step(app, &instance, Step::Close).await?;
        }
        Verb::List => {
            let all = store::list(&app.db.reader()).await;
            for hook in all.map_err(|error| Problem::hidden(error.code(), &error))? {
                println!("{}", line(&hook));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn keep(
    app: &App,
    keyed: &Keyed,
    as_step: fn(crate::access::Sealed) -> Step,
) -> Result<(String, Option<SecretText>), Problem> {
    let given = keyed.secret_file.as_deref().map(read).transpose()?;
    let given = given.as_ref().map(SecretText::reveal);
    let fresh = fresh(app, &keyed.instance, given)?;
    step(app, &fresh.instance, as_step(fresh.sealed)).await?;
    Ok((fresh.instance, fresh.made))
}

fn read(file: &Path) -> Result<SecretText, Problem> {
    let most = LONGEST_SECRET as u64 + 16;
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(most).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(most).read_to_string(&mut text))
    };
    read.map_err(|why| {
        let text = format!("{}: {why}", file.display());
        Problem::new("mastodon.secret", text)
    })?;
    Ok(SecretText::new(text))
}

fn say(made: Option<SecretText>) {
    if let Some(made) = made {
        println!("{}", made.reveal());
    }
}

fn line(hook: &MastodonHook) -> String {
    let last = hook.last_at.map_or_else(|| "never".to_owned(), stamp);
    let secrets = if hook.older.is_some() { 2 } else { 1 };
    let refused = match &hook.refused {
        Some((at, code)) => format!("{code} {}", stamp(*at)),
        None => "-".to_owned(),
    };
    let MastodonHook {
        instance,
        taken,
        repeated,
        ignored,
        ..
    } = hook;
    format!(
        "{instance}\tlast {last}\ttaken {taken}\trepeated {repeated}\tignored {ignored}\t\
         secrets {secrets}\trefused {refused}"
    )
}
