//! How somebody has their pages: theme, density, keys, and the columns of lists.

use std::collections::BTreeMap;

/// Longest value, in bytes: the names of all columns of the widest list.
pub const VALUE_MAX: usize = 1_000;

/// The settings of one account by their names; what is not set is as the program has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences(BTreeMap<String, String>);

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The code under which it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

/// What single keys do, with the key each has unless the account says otherwise.
pub const KEYS: [(&str, char); 8] = [
    ("list", '?'),
    ("filter", '/'),
    ("go", 'g'),
    ("next", 'j'),
    ("previous", 'k'),
    ("select", 'x'),
    ("export", 'e'),
    ("why", 'w'),
];

/// Why a set of keys is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not exactly one sign that can be typed.
    #[error("a key is one sign")]
    NotOneSign,
    /// Two actions have the same key.
    #[error("two actions have the same key")]
    Twice,
}

impl KeyError {
    /// Stable code of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOneSign => "keys.not-one-sign",
            Self::Twice => "keys.twice",
        }
    }
}

impl Preferences {
    /// Settings as they are stored.
    #[must_use]
    pub fn of(stored: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(stored.into_iter().collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Light or dark.
    #[must_use]
    pub fn theme(&self) -> Theme {
        Theme::parse(self.get("theme")).unwrap_or_default()
    }

    /// Rows of 32 instead of 40 px?
    #[must_use]
    pub fn compact(&self) -> bool {
        self.get("density") == "compact"
    }

    /// Do single keys work (WCAG 2.2, 2.1.4)?
    #[must_use]
    pub fn single_keys(&self) -> bool {
        self.get("single-keys") != "off"
    }

    /// The key of an action of [`KEYS`].
    #[must_use]
    pub fn key(&self, action: &str) -> Option<char> {
        let own = self.get(&format!("key.{action}")).chars().next();
        let usual = KEYS.into_iter().find(|(name, _)| *name == action);
        own.or(usual.map(|(_, key)| key))
    }

    /// The columns of a list that were chosen; empty where none were.
    #[must_use]
    pub fn columns(&self, list: &str) -> Vec<&str> {
        let stored = self.0.get(&format!("columns.{list}"));
        let keys = stored.map(|keys| keys.split(',').filter(|key| !key.is_empty()));
        keys.map(Iterator::collect).unwrap_or_default()
    }
}

/// The keys as settings, each action of [`KEYS`] with what was typed for it.
///
/// # Errors
/// [`KeyError`].
pub fn keys_of<'a>(typed: impl Fn(&str) -> &'a str) -> Result<Vec<(String, String)>, KeyError> {
    let mut taken: Vec<char> = Vec::new();
    let mut set = Vec::new();
    for (action, _) in KEYS {
        let mut signs = typed(action).trim().chars().flat_map(char::to_lowercase);
        let (Some(key), None) = (signs.next(), signs.next()) else {
            return Err(KeyError::NotOneSign);
        };
        if key.is_control() || key.is_whitespace() {
            return Err(KeyError::NotOneSign);
        }
        if taken.contains(&key) {
            return Err(KeyError::Twice);
        }
        taken.push(key);
        set.push((format!("key.{action}"), key.to_string()));
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(&str, &str)]) -> Preferences {
        Preferences::of(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn what_is_not_set_is_as_the_program_has_it() {
        let none = Preferences::default();
        assert_eq!((none.theme(), none.compact()), (Theme::System, false));
        assert!(none.single_keys());
        assert_eq!(none.key("next"), Some('j'));
        assert_eq!(none.key("nothing"), None);
        assert!(none.columns("invoices").is_empty());
    }

    #[test]
    fn what_is_set_counts_and_nonsense_does_not() {
        let own = set(&[
            ("theme", "dark"),
            ("density", "compact"),
            ("single-keys", "off"),
            ("key.next", "n"),
            ("columns.invoices", "number,,gross"),
        ]);
        assert_eq!((own.theme(), own.compact()), (Theme::Dark, true));
        assert!(!own.single_keys());
        assert_eq!(own.key("next"), Some('n'));
        assert_eq!(own.columns("invoices"), ["number", "gross"]);
        assert_eq!(set(&[("theme", "pink")]).theme(), Theme::System);
    }

    #[test]
    fn a_key_is_one_sign_and_has_one_action() {
        let usual = |action: &str| match action {
            "list" => "?",
            "filter" => "/",
            "go" => "G",
            "next" => "n",
            "previous" => "p",
            "select" => "x",
            "export" => "e",
            _ => "w",
        };
        let keys = keys_of(usual).expect("keys");
        assert!(keys.contains(&("key.go".to_owned(), "g".to_owned())));
        let twice = |action: &str| if action == "next" { "e" } else { usual(action) };
        assert_eq!(keys_of(twice), Err(KeyError::Twice));
        for bad in ["", "ab", " ", "\u{7}"] {
            let bad = |action: &str| if action == "why" { bad } else { usual(action) };
            assert_eq!(keys_of(bad), Err(KeyError::NotOneSign));
        }
    }
}
