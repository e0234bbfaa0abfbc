//! What public pages link to, and what pages there are beside those of the book.

use serde::Deserialize;

use crate::error::Problem;

/// What public pages link to, and what is shown beside the book.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebConfig {
    /// Page with the whole imprint.
    #[serde(default)]
    pub imprint_url: Option<String>,
    /// Page that says what personal data is kept, and why.
    #[serde(default)]
    pub privacy_url: Option<String>,
    /// Is the page of all components shown?
    #[serde(default)]
    pub components: bool,
}

impl WebConfig {
    /// Links of pages lead to pages.
    ///
    /// # Errors
    /// `config.invalid` for an address that is none of the web.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let all = [
            ("imprint_url", &self.imprint_url),
            ("privacy_url", &self.privacy_url),
        ];
        for (key, url) in all {
            let Some(url) = url.as_deref().filter(|url| !url.is_empty()) else {
                continue;
            };
            if !["https://", "http://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
            {
                let text = format!("[web] {key} has to begin with https:// or http://");
                return Err(Problem::new("config.invalid", text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_of_the_web() {
        let config = |url: &str| WebConfig {
            imprint_url: Some(url.to_owned()),
            ..WebConfig::default()
        };
        assert!(config("https://example.org/imprint").check().is_ok());
        assert!(config("").check().is_ok());
        for url in ["javascript:alert(1)", "example.org", "//example.org"] {
            assert!(config(url).check().is_err(), "{url}");
        }
    }
}
