//! OpenID Connect: which claims give which roles, and by what an account is known again.
//!
//! The claims come from an ID token whose signature, issuer, audience, nonce and expiry were
//! checked before. Nothing here trusts an e-mail address: it changes hands, a subject does not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Role;

/// Longest subject and issuer, in bytes (a subject has at most 255, OpenID Connect Core, 2).
const ID_LENGTH_MAX: usize = 255;

/// Most values of one claim that are looked at: a directory with more groups a person is asked to
/// send fewer.
const VALUES_MAX: usize = 1000;

/// Why claims give no access.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// The path of the configuration is no path.
    #[error("{text:?} is not a path of claims such as groups or realm_access.roles")]
    MalformedPath {
        /// What was given.
        text: String,
    },
    /// The mapping gives a role of customers: they sign in by a link.
    #[error("the claim {value:?} cannot give the role {role}: only roles of staff")]
    CustomerRole {
        /// The claim's value.
        value: String,
        /// The role.
        role: Role,
    },
    /// Nothing stands at the path.
    #[error("the identity provider sent no claim {path}")]
    Missing {
        /// The path.
        path: ClaimPath,
    },
    /// What stands there is neither a text nor a list of texts, or the list is too long.
    #[error("the claim {path} is neither a text nor a list of at most {VALUES_MAX} texts")]
    NotTexts {
        /// The path.
        path: ClaimPath,
    },
    /// None of the values has a role.
    #[error("none of the {count} values of the claim {path} gives a role")]
    NoRole {
        /// The path.
        path: ClaimPath,
        /// How many values there are.
        count: usize,
    },
    /// `iss` or `sub` is missing, empty or too long.
    #[error("the claim {claim} is missing, empty or longer than {ID_LENGTH_MAX} bytes")]
    NoIdentity {
        /// Which.
        claim: &'static str,
    },
}

impl ClaimsError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedPath { .. } => "claims.malformed-path",
            Self::CustomerRole { .. } => "claims.customer-role",
            Self::Missing { .. } => "claims.missing",
            Self::NotTexts { .. } => "claims.not-texts",
            Self::NoRole { .. } => "claims.no-role",
            Self::NoIdentity { .. } => "claims.no-identity",
        }
    }
}

/// Where the roles stand: `groups`, `realm_access.roles`, or, for names with points in them, a
/// JSON pointer (RFC 6901) such as `/https:~1~1example.org~1roles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClaimPath(String);

impl ClaimPath {
    fn find<'a>(&self, claims: &'a Value) -> Option<&'a Value> {
        if self.0.starts_with('/') {
            return claims.pointer(&self.0);
        }
        let mut names = self.0.split('.');
        names.try_fold(claims, |inside, name| inside.as_object()?.get(name))
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ClaimPath {
    type Err = ClaimsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names_are_given = match text.strip_prefix('/') {
            Some(pointer) => !pointer.is_empty(),
            None => text.split('.').all(|name| !name.is_empty()),
        };
        if !names_are_given || text.chars().any(char::is_whitespace) {
            return Err(ClaimsError::MalformedPath {
                text: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ClaimPath {
    type Error = ClaimsError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ClaimPath> for String {
    fn from(path: ClaimPath) -> Self {
        path.0
    }
}

/// The configured way from claims to roles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "MappingText")]
pub struct RoleMapping {
    path: ClaimPath,
    roles: BTreeMap<String, Role>,
}

/// The mapping as the configuration has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingText {
    path: ClaimPath,
    roles: BTreeMap<String, Role>,
}

impl TryFrom<MappingText> for RoleMapping {
    type Error = ClaimsError;

    fn try_from(text: MappingText) -> Result<Self, Self::Error> {
        Self::new(text.path, text.roles)
    }
}

impl RoleMapping {
    /// A mapping from values of the claim at `path` to roles of staff.
    ///
    /// # Errors
    /// [`ClaimsError::CustomerRole`].
    pub fn new(path: ClaimPath, roles: BTreeMap<String, Role>) -> Result<Self, ClaimsError> {
        if let Some((value, role)) = roles.iter().find(|(_, role)| role.is_customer()) {
            return Err(ClaimsError::CustomerRole {
                value: value.clone(),
                role: *role,
            });
        }
        Ok(Self { path, roles })
    }

    /// The roles that the claims give. Values are compared exactly; those without a role are
    /// groups of other programs and give nothing.
    ///
    /// Asked at every sign-in, so that a role taken away at the provider is gone at the next one.
    ///
    /// # Errors
    /// [`ClaimsError::Missing`], [`ClaimsError::NotTexts`], [`ClaimsError::NoRole`].
    pub fn roles(&self, claims: &Value) -> Result<BTreeSet<Role>, ClaimsError> {
        let path = || self.path.clone();
        let found = self.path.find(claims);
        let found = found.ok_or_else(|| ClaimsError::Missing { path: path() })?;
        let values = texts(found).ok_or_else(|| ClaimsError::NotTexts { path: path() })?;
        let known = values.iter().filter_map(|value| self.roles.get(*value));
        let roles: BTreeSet<Role> = known.copied().collect();
        if roles.is_empty() {
            let count = values.len();
            return Err(ClaimsError::NoRole {
                path: path(),
                count,
            });
        }
        Ok(roles)
    }
}

/// One text, or a list of texts.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(list) if list.len() <= VALUES_MAX => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// By what an account is known again: issuer and subject together, which no other pair ever has
/// (OpenID Connect Core, 5.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// `iss`, exactly as sent.
    pub issuer: String,
    /// `sub`, exactly as sent.
    pub subject: String,
}

impl Identity {
    /// Reads `iss` and `sub`.
    ///
    /// # Errors
    /// [`ClaimsError::NoIdentity`].
    pub fn of(claims: &Value) -> Result<Self, ClaimsError> {
        let read = |claim: &'static str| {
            let text = claims.get(claim).and_then(Value::as_str);
            let fits = |text: &&str| (1..=ID_LENGTH_MAX).contains(&text.len());
            text.filter(fits)
                .map(str::to_owned)
                .ok_or(ClaimsError::NoIdentity { claim })
        };
        Ok(Self {
            issuer: read("iss")?,
            subject: read("sub")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn mapping(path: &str) -> RoleMapping {
        let roles = [("hb-finance", Role::Finance), ("hb-admin", Role::Admin)];
        let roles = roles.map(|(value, role)| (value.to_owned(), role));
        RoleMapping::new(path.parse().unwrap(), roles.into()).unwrap()
    }

    #[rstest]
    #[case("groups", json!({"groups": ["staff", "hb-finance"]}), &[Role::Finance])]
    #[case("groups", json!({"groups": "hb-admin"}), &[Role::Admin])]
    #[case(
        "realm_access.roles",
        json!({"realm_access": {"roles": ["hb-admin", "hb-finance", "hb-admin"]}}),
        &[Role::Admin, Role::Finance]
    )]
    #[case(
        "/https:~1~1example.org~1roles",
        json!({"https://example.org/roles": ["hb-admin"]}),
        &[Role::Admin]
    )]
    fn mapped_values_give_their_roles(
        #[case] path: &str,
        #[case] claims: Value,
        #[case] roles: &[Role],
    ) {
        let given = mapping(path).roles(&claims).unwrap();
        assert_eq!(given.into_iter().collect::<Vec<_>>(), roles);
    }

    #[rstest]
    #[case(json!({}), "claims.missing")]
    #[case(json!([]), "claims.missing")]
    #[case(json!({"realm_access": "roles"}), "claims.missing")]
    #[case(json!({"realm_access": {"roles": null}}), "claims.not-texts")]
    #[case(json!({"realm_access": {"roles": {"hb-admin": true}}}), "claims.not-texts")]
    #[case(json!({"realm_access": {"roles": ["hb-admin", 1]}}), "claims.not-texts")]
    #[case(json!({"realm_access": {"roles": vec!["hb-admin"; 1001]}}), "claims.not-texts")]
    #[case(json!({"realm_access": {"roles": []}}), "claims.no-role")]
    #[case(json!({"realm_access": {"roles": ["admin", "HB-ADMIN"]}}), "claims.no-role")]
    #[case(json!({"realm_access": {"roles": "hb-admin hb-finance"}}), "claims.no-role")]
    #[case(json!({"groups": ["hb-admin"]}), "claims.missing")]
    fn claims_that_are_not_mapped_give_no_role(#[case] claims: Value, #[case] code: &str) {
        let refused = mapping("realm_access.roles").roles(&claims).unwrap_err();
        assert_eq!(refused.code(), code);
    }

    #[test]
    fn no_claim_makes_a_customer() {
        let text = json!({"path": "groups", "roles": {"buyers": "customer-billing"}});
        let refused = serde_json::from_value::<RoleMapping>(text).unwrap_err();
        assert!(refused.to_string().contains("only roles of staff"));
    }

    #[test]
    fn the_configuration_is_read_strictly() {
        let good = json!({"path": "groups", "roles": {"hb-admin": "admin"}});
        assert!(serde_json::from_value::<RoleMapping>(good).is_ok());
        for bad in [
            json!({"path": "groups", "roles": {"hb-admin": "root"}}),
            json!({"path": "a..b", "roles": {}}),
            json!({"path": "groups", "roles": {}, "default": "admin"}),
        ] {
            assert!(serde_json::from_value::<RoleMapping>(bad).is_err());
        }
        for path in ["", ".", "a.", "/", "a b"] {
            let refused = path.parse::<ClaimPath>().unwrap_err();
            assert_eq!(refused.code(), "claims.malformed-path", "{path:?}");
        }
    }

    #[test]
    fn an_account_is_known_by_issuer_and_subject() {
        let claims = json!({"iss": "https://id.example.org", "sub": "a1", "email": "x@y.org"});
        let identity = Identity::of(&claims).unwrap();
        assert_eq!(identity.issuer, "https://id.example.org");
        assert_eq!(identity.subject, "a1");
        let long = "s".repeat(256);
        for (claims, claim) in [
            (json!({"sub": "a1"}), "iss"),
            (json!({"iss": "i"}), "sub"),
            (json!({"iss": "i", "sub": ""}), "sub"),
            (json!({"iss": "i", "sub": 7}), "sub"),
            (json!({"iss": "i", "sub": long}), "sub"),
        ] {
            let refused = Identity::of(&claims).unwrap_err();
            assert_eq!(refused, ClaimsError::NoIdentity { claim });
            assert_eq!(refused.code(), "claims.no-identity");
        }
    }
}
