//! Setting how the own pages are.

use super::refused;
use crate::access::AccountId;
use crate::access::preferences::{KeyError, Theme, VALUE_MAX, keys_of};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::preferences;
use crate::error::Problem;
use crate::usecases::Failure;

/// What of the display is set; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Display {
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Rows of 32 instead of 40 px?
    pub compact: Option<bool>,
}

/// Sets theme and density.
///
/// # Errors
/// `db.*`.
pub async fn set_display(app: &App, id: AccountId, display: &Display) -> Result<(), Failure> {
    let mut settings = Vec::new();
    if let Some(theme) = display.theme {
        let value = match theme {
            Theme::System => "",
            other => other.as_str(),
        };
        settings.push(("theme".to_owned(), value.to_owned()));
    }
    if let Some(compact) = display.compact {
        let value = if compact { "compact" } else { "" };
        settings.push(("density".to_owned(), value.to_owned()));
    }
    save(app, id, settings).await
}

/// Switches single keys on or off, and sets which key does what.
///
/// # Errors
/// `keys.not-one-sign`, `keys.twice`.
pub async fn set_keys<'a>(
    app: &App,
    id: AccountId,
    (on, typed): (bool, impl Fn(&str) -> &'a str),
) -> Result<(), Failure> {
    let mut settings = keys_of(typed).map_err(refused(|error: &KeyError| error.code()))?;
    let value = if on { "" } else { "off" };
    settings.push(("single-keys".to_owned(), value.to_owned()));
    save(app, id, settings).await
}

/// Sets the columns of a list; none for those it has of itself.
///
/// # Errors
/// `view.malformed`.
pub async fn set_columns(
    app: &App,
    id: AccountId,
    (list, columns): (&str, &[&str]),
) -> Result<(), Failure> {
    let value = columns.join(",");
    if !super::views::is_key(list) || value.len() > VALUE_MAX {
        return Err(Problem::new("view.malformed", "this is no choice of columns").into());
    }
    save(app, id, vec![(format!("columns.{list}"), value)]).await
}

async fn save(app: &App, id: AccountId, settings: Vec<(String, String)>) -> Result<(), Failure> {
    app.db
        .write(async move |txn: &Txn| {
            preferences::set(txn, id, &settings).await?;
            Ok::<_, Failure>(())
        })
        .await
}
