//! `herdbook config`: the commented defaults, or the configuration in force and where it is from.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use figment::Figment;
use figment::value::Value;

use crate::config::{keys, layers};
use crate::error::Problem;

/// Prints the commented defaults unless told otherwise.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    verb: Option<Show>,
}

#[derive(Debug, Subcommand)]
enum Show {
    /// The commented defaults.
    Default,
    /// Every key with its value and where it comes from; secrets are not shown.
    Show(Flags),
}

/// What other commands take on the command line, to see how it falls into place.
#[derive(Debug, Args)]
struct Flags {
    /// As `serve` takes it.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// As every command takes it.
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    data_dir: Option<PathBuf>,
    /// As every command takes it.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// Runs the verb.
pub(super) fn run(args: &ConfigArgs, file: Option<&Path>) -> Result<ExitCode, Problem> {
    match &args.verb {
        None | Some(Show::Default) => print!("{}", crate::config::DEFAULTS),
        Some(Show::Show(flags)) => print!("{}", table(&layers(file), flags)),
    }
    Ok(ExitCode::SUCCESS)
}

/// A line a key: the key, its value, its source.
fn table(layers: &Figment, flags: &Flags) -> String {
    let folder = flags.data_dir.as_ref().map(|dir| dir.display().to_string());
    let given = [
        ("serve.listen", flags.listen.clone()),
        ("store.data_dir", folder),
        ("store.database_url", flags.database_url.clone()),
    ];
    let mut rows = Vec::new();
    for key in keys() {
        let flag = given.iter().find(|(name, _)| *name == key);
        let flag = flag.and_then(|(_, value)| value.clone());
        let (value, source) = match (flag, layers.find_value(&key)) {
            (Some(flag), _) => (shown(&key, &flag), "flag".to_owned()),
            (None, Ok(value)) => (shown(&key, &text(&value)), source(layers, &key)),
            (None, Err(_)) => ("-".to_owned(), "not set".to_owned()),
        };
        rows.push((key, value, source));
    }
    let wide = |of: fn(&(String, String, String)) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (first, second) = (
        wide(|(key, ..)| key.len()),
        wide(|(_, value, _)| value.chars().count()).min(50),
    );
    let line = |(key, value, source): &(String, String, String)| {
        format!("{key:first$}  {value:second$}  {source}\n")
    };
    rows.iter().map(line).collect()
}

/// Where a value comes from: `default`, the name of the variable, or the file.
fn source(layers: &Figment, key: &str) -> String {
    let Some(metadata) = layers.find_metadata(key) else {
        return "default".to_owned();
    };
    match &metadata.source {
        Some(figment::Source::File(path)) => format!("file {}", path.display()),
        _ if metadata.name.contains("environment") => {
            let name = key.replacen('.', "_", 1).to_uppercase();
            format!("environment HERDBOOK_{name}")
        }
        _ => "default".to_owned(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Char(_, sign) => sign.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// A value as it may be shown: a secret is not, and of an address not the password inside.
fn shown(key: &str, value: &str) -> String {
    const SECRET: [&str; 4] = ["secret", "password", "token", "_key"];
    let name = key.rsplit('.').next().unwrap_or(key);
    // A file that holds a secret is no secret.
    if SECRET.iter().any(|part| name.contains(part)) && !name.ends_with("_file") {
        return if value.is_empty() { "-" } else { "(hidden)" }.to_owned();
    }
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let (rest, query) = match rest.split_once('?') {
        // A password that is not encoded may hold the question mark.
        Some((_, query)) if query.contains('@') => return format!("{scheme}://(hidden)"),
        Some((rest, query)) => (rest, format!("?{}", without_secrets(query))),
        None => (rest, String::new()),
    };
    // What is in front of the last @ before the path: a password may hold an @ itself.
    let host = rest.split('/').next().unwrap_or(rest);
    match host.rsplit_once('@') {
        Some((who, _)) => {
            let user = who.split(':').next().unwrap_or_default();
            let place = rest.get(who.len()..).unwrap_or_default();
            format!("{scheme}://{user}:(hidden){place}{query}")
        }
        None => format!("{scheme}://{rest}{query}"),
    }
}

/// A query of an address, in which only what is known to be no secret is shown: a database takes
/// its password there too.
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>
fn without_secrets(query: &str) -> String {
    const PLAIN: [&str; 6] = [
        "sslmode",
        "host",
        "port",
        "dbname",
        "application_name",
        "mode",
    ];
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if PLAIN.contains(&name) => pair.to_owned(),
        Some((name, _)) => format!("{name}=(hidden)"),
        None => "(hidden)".to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use figment::providers::{Format, Toml};

    use super::*;

    const NONE: Flags = Flags {
        listen: None,
        data_dir: None,
        database_url: None,
    };

    #[test]
    fn every_key_is_shown_with_its_source() {
        let flags = Flags {
            listen: Some("127.0.0.1:1".to_owned()),
            ..NONE
        };
        let file = Toml::string("[log]\nfilter = \"info\"\n");
        let shown = table(&layers(None).merge(file), &flags);
        for key in keys() {
            assert!(shown.contains(&key), "{key}");
        }
        let line = |key: &str| {
            let found = shown.lines().find(|line| line.starts_with(key)).unwrap();
            found.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("serve.listen"), "serve.listen 127.0.0.1:1 flag");
        assert_eq!(line("serve.link_minutes"), "serve.link_minutes 60 default");
        assert_eq!(line("store.database_url"), "store.database_url - not set");
        assert!(line("log.filter").starts_with("log.filter info"));
    }

    #[test]
    fn no_secret_is_shown() {
        for (key, value, expected) in [
            ("serve.metrics_token", "abc", "(hidden)"),
            ("stripe.secret_key", "sk_live_1", "(hidden)"),
            ("oidc.secret_file", "/run/secrets/a", "/run/secrets/a"),
            (
                "store.database_url",
                "postgres://finance:p@ss@db/book",
                "postgres://finance:(hidden)@db/book",
            ),
            (
                "store.database_url",
                "postgres://db/book",
                "postgres://db/book",
            ),
            (
                "store.database_url",
                "postgres:///book?user=finance&password=geheim%40x&sslmode=require",
                "postgres:///book?user=(hidden)&password=(hidden)&sslmode=require",
            ),
            (
                "store.database_url",
                "postgres://finance:p?ss@db/book?sslpassword=x",
                "postgres://(hidden)",
            ),
            ("mail.server", "smtps://u:p@mail", "smtps://u:(hidden)@mail"),
            ("serve.listen", "127.0.0.1:8080", "127.0.0.1:8080"),
        ] {
            assert_eq!(shown(key, value), expected, "{key}");
        }
    }
}
