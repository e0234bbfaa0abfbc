//! The section `[oidc]`: the identity provider of the staff.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use crate::access::Role;
use crate::access::claims::{ClaimPath, RoleMapping};
use crate::error::Problem;

/// An OpenID Connect provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Its issuer; nobody signs in by a provider unless given.
    #[serde(default)]
    pub issuer: Option<String>,
    /// What the button calls it.
    pub name: String,
    /// By what it knows Herdbook.
    #[serde(default)]
    pub client_id: String,
    /// The secret it shares with Herdbook.
    #[serde(default)]
    secret: Option<String>,
    /// File that holds the secret.
    #[serde(default)]
    secret_file: Option<PathBuf>,
    /// Scopes besides `openid`.
    pub scopes: Vec<String>,
    /// Are accounts made at the first sign-in?
    pub create: bool,
    /// Where roles stand in the claims.
    pub roles_claim: String,
    /// Values of that claim with the role they give.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
}

impl fmt::Debug for OidcConfig {
    /// Never shows the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("create", &self.create)
            .field("roles_claim", &self.roles_claim)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

impl OidcConfig {
    /// Would a new account have a role?
    #[must_use]
    pub fn create_has_roles(&self) -> bool {
        !self.create || !self.roles.is_empty()
    }

    /// The way from claims to roles; none when no role is mapped, and roles are given in Herdbook.
    ///
    /// # Errors
    /// `claims.malformed-path`, `claims.customer-role`.
    pub fn mapping(&self) -> Result<Option<RoleMapping>, Problem> {
        if self.roles.is_empty() {
            return Ok(None);
        }
        let path: Result<ClaimPath, _> = self.roles_claim.parse();
        let mapping = path.and_then(|path| RoleMapping::new(path, self.roles.clone()));
        let mapping = mapping.map_err(|error| Problem::of(error.code(), &error))?;
        Ok(Some(mapping))
    }

    /// The secret, from the setting or from its file; none for a client without.
    ///
    /// # Errors
    /// `oidc.secret` when the file cannot be read.
    pub fn secret(&self) -> Result<Option<String>, Problem> {
        let Some(file) = &self.secret_file else {
            return Ok(self.secret.clone());
        };
        let read = std::fs::read_to_string(file);
        let read = read
            .map_err(|error| Problem::new("oidc.secret", format!("{}: {error}", file.display())))?;
        Ok(Some(read.trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn the_secret_is_read_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::load(None).unwrap().oidc;
        assert!(config.issuer.is_none() && !config.create);
        config.secret = Some("in the open".to_owned());
        assert!(!format!("{config:?}").contains("in the open"));
        assert_eq!(config.secret().unwrap().as_deref(), Some("in the open"));
        let file = folder.path().join("secret");
        std::fs::write(&file, "in a file\n").unwrap();
        config.secret_file = Some(file);
        assert_eq!(config.secret().unwrap().as_deref(), Some("in a file"));
        config.secret_file = Some(folder.path().join("gone"));
        assert_eq!(config.secret().unwrap_err().code(), "oidc.secret");
    }

    #[test]
    fn whoever_is_new_gets_roles_or_no_account() {
        let mut config = Config::load(None).unwrap().oidc;
        assert!(config.create_has_roles() && config.mapping().unwrap().is_none());
        config.create = true;
        assert!(!config.create_has_roles());
        config.roles = [("staff".to_owned(), crate::access::Role::Finance)].into();
        assert!(config.create_has_roles() && config.mapping().unwrap().is_some());
        config.roles_claim = "a..b".to_owned();
        assert_eq!(
            config.mapping().unwrap_err().code(),
            "claims.malformed-path"
        );
    }
}
