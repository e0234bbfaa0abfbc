//! `herdbook user`: who may sign in, for whoever runs the server.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs, site};
use crate::access::{Email, Party, Role, Scope, SecretText};
use crate::app::App;
use crate::config::Config;
use crate::db::access::accounts;
use crate::error::Problem;
use crate::usecases::access::sign_in_link;
use crate::usecases::access::users::{self, Invitation};

/// Manages who may sign in.
#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an account; for staff, print the link under which password and second factor are set.
    Invite(Invite),
    /// Print a link: for staff to set password and second factor anew, for customers to sign in.
    Link {
        /// E-mail address.
        email: String,
    },
    /// List the accounts with their roles.
    List,
}

#[derive(Debug, Args)]
struct Invite {
    /// E-mail address.
    email: String,
    /// Name.
    #[arg(long)]
    name: String,
    /// A role; may be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// Number of the customer whose people this is; none for staff.
    #[arg(long)]
    customer: Option<u32>,
}

/// Runs the verb.
pub(super) async fn run(args: UserArgs, config: Config) -> Result<ExitCode, Problem> {
    let app = args.store.app(&config, Opening::Existing).await?;
    match args.verb {
        Verb::Invite(invite) => {
            let link = invited(&app, &invite).await?;
            match link {
                Some(token) => say_link(&config, "/invitation", &token),
                None => println!(
                    "{} asks for a link at {}/portal.",
                    invite.email,
                    site(&config)
                ),
            }
            if app.mail.is_some() {
                println!("A mail says so, as soon as \"herdbook serve\" runs.");
            }
        }
        Verb::Link { email } => {
            let email: Email =
                email
                    .parse()
                    .map_err(|error: crate::access::account::AccountError| {
                        Problem::of(error.code(), &error)
                    })?;
            let found = accounts::by_email(&app.db.reader(), &email).await;
            let found = found.map_err(|error| Problem::hidden(error.code(), &error))?;
            let unknown = || Problem::new("account.unknown", format!("{email} has no account"));
            let account = found.ok_or_else(unknown)?;
            if account.party == Party::Staff {
                let token = users::renew(&app, app.actor.clone(), account.id).await?;
                say_link(&config, "/invitation", &token);
            } else {
                let token = sign_in_link::give(&app, app.actor.clone(), account.id).await?;
                say_link(&config, "/portal/sign-in", &token);
            }
        }
        Verb::List => {
            let all = accounts::list(&app.db.reader(), Scope::of_program()).await;
            for account in all.map_err(|error| Problem::hidden(error.code(), &error))? {
                let roles: Vec<&str> = account.roles.iter().map(|role| role.as_str()).collect();
                let (state, roles) = (account.state.as_str(), roles.join(","));
                println!("{}\t{}\t{state}\t{roles}", account.email, account.name);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn invited(app: &App, invite: &Invite) -> Result<Option<SecretText>, Problem> {
    let role = |text: &String| {
        text.parse::<Role>()
            .map_err(|error| Problem::of(error.code(), &error))
    };
    let invitation = Invitation {
        email: invite.email.clone(),
        name: invite.name.clone(),
        party: invite.customer.map_or(Party::Staff, Party::Customer),
        roles: invite.roles.iter().map(role).collect::<Result<_, _>>()?,
    };
    let created = users::create(app, app.actor.clone(), &invitation).await;
    Ok(created?.1)
}

fn say_link(config: &Config, path: &str, token: &SecretText) {
    println!("{}{path}/{}", site(config), token.reveal());
}
