//! Where the databases are: a folder with two SQLite files, or one PostgreSQL database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::DbError;

/// The address of the store, as `--data-dir` or `--database-url` gives it.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// A folder holding `book.db` and `telemetry.db`.
    Folder(PathBuf),
    /// A `postgres://` address; both databases share it.
    Postgres(String),
}

impl DbUrl {
    /// The store in a data folder.
    pub fn folder(folder: impl AsRef<Path>) -> Self {
        Self::Folder(folder.as_ref().to_owned())
    }
}

impl FromStr for DbUrl {
    type Err = DbError;

    /// Reads `postgres://…`, `postgresql://…` or `sqlite:FOLDER`.
    ///
    /// # Errors
    /// `db.address` for any other scheme.
    fn from_str(text: &str) -> Result<Self, DbError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text
            .strip_prefix("sqlite:")
            .map(|rest| rest.trim_start_matches("//"))
        {
            Some(folder) if !folder.is_empty() => Ok(Self::folder(folder)),
            _ => Err(DbError::Address(without_password(text))),
        }
    }
}

impl fmt::Display for DbUrl {
    /// Never shows a password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(out, "{}", folder.display()),
            Self::Postgres(url) => out.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DbUrl({self})")
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((account, host)) => {
            let user = account.split_once(':').map_or(account, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_folder_or_a_postgres_url() {
        assert_eq!(
            "sqlite:data".parse::<DbUrl>().ok(),
            Some(DbUrl::folder("data"))
        );
        assert!(matches!(
            "postgresql://h/d".parse::<DbUrl>(),
            Ok(DbUrl::Postgres(_))
        ));
        let refused = "mysql://h/d".parse::<DbUrl>().unwrap_err();
        assert_eq!(refused.code(), "db.address");
    }

    #[test]
    fn a_printed_address_hides_the_password() {
        let url = DbUrl::Postgres("postgres://finance:secret@db.example:5432/book".into());
        assert_eq!(url.to_string(), "postgres://finance@db.example:5432/book");
    }
}
