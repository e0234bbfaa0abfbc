//! `herdbook user`: who may sign in, for whoever runs the server.

use std::collections::BTreeSet;
use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime};
use clap::{Args, Subcommand};

use super::store::{Opening, StoreArgs, site};
use crate::access::account::AccountError;
use crate::access::{Account, Email, Party, Permission, Program, Role, SecretText};
use crate::app::{App, COMMAND_LINE};
use crate::config::Config;
use crate::db::access::accounts;
use crate::error::Problem;
use crate::usecases::access::users::{self, Invitation};
use crate::usecases::access::{sign_in_link, tokens};
use crate::usecases::seal_trail;

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
    /// Make an API token that acts for an account, and print it: it is shown this once.
    Token(TokenArgs),
    /// List the accounts with their roles.
    List,
}

#[derive(Debug, Args)]
struct TokenArgs {
    /// E-mail address of the account.
    email: String,
    /// What the token is for.
    #[arg(long, default_value = COMMAND_LINE)]
    name: String,
    /// What it may, such as invoices.read; may be given several times. All that a token of the
    /// account can have, unless given.
    #[arg(long = "scope", value_name = "PERMISSION")]
    scopes: Vec<String>,
    /// Last day on which it works, within 366 days.
    #[arg(long, value_name = "DATE")]
    expires: NaiveDate,
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
    let changes = !matches!(args.verb, Verb::List);
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
            let account = by_email(&app, &email).await?;
            if account.party == Party::Staff {
                let token = users::renew(&app, app.actor.clone(), account.id).await?;
                say_link(&config, "/invitation", &token);
            } else {
                let token = sign_in_link::give(&app, app.actor.clone(), account.id).await?;
                say_link(&config, "/portal/sign-in", &token);
            }
        }
        Verb::Token(token) => println!("{}", made(&app, &token).await?.reveal()),
        Verb::List => {
            let all = accounts::list(&app.db.reader(), Program::itself().into()).await;
            for account in all.map_err(|error| Problem::hidden(error.code(), &error))? {
                let roles: Vec<&str> = account.roles.iter().map(|role| role.as_str()).collect();
                let (state, roles) = (account.state.as_str(), roles.join(","));
                println!("{}\t{}\t{state}\t{roles}", account.email, account.name);
            }
        }
    }
    // After the links are printed: they exist whether or not the trail can be sealed now.
    if changes {
        seal_trail(&app).await;
    }
    Ok(ExitCode::SUCCESS)
}

async fn by_email(app: &App, email: &str) -> Result<Account, Problem> {
    let email: Email = email
        .parse()
        .map_err(|error: AccountError| Problem::of(error.code(), &error))?;
    let found = accounts::by_email(&app.db.reader(), &email).await;
    let found = found.map_err(|error| Problem::hidden(error.code(), &error))?;
    found.ok_or_else(|| Problem::new("account.unknown", format!("{email} has no account")))
}

async fn made(app: &App, token: &TokenArgs) -> Result<SecretText, Problem> {
    let owner = by_email(app, &token.email).await?.principal();
    let owner = owner.map_err(|error| Problem::of(error.code(), &error))?;
    let named = token.scopes.iter().map(|text| {
        text.parse::<Permission>()
            .map_err(|error| Problem::of(error.code(), &error))
    });
    let mut scopes = named.collect::<Result<BTreeSet<_>, _>>()?;
    if scopes.is_empty() {
        let all = Permission::ALL.into_iter();
        let able = all.filter(|one| owner.may(*one) && !one.is_for_people_only());
        scopes.extend(able);
    }
    let after = token.expires.succ_opt().unwrap_or(token.expires);
    let ends = after.and_time(NaiveTime::MIN).and_utc();
    let made = tokens::make(app, (app.actor.clone(), &owner), &token.name, scopes, ends).await;
    Ok(made?.0)
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
