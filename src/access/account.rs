//! Accounts: somebody who may sign in.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::password_hash::PasswordHash;
use super::principal::PrincipalError;
use super::totp::Step;
use super::{AccountId, Party, Principal, Role, Sealed, SecretHash};
use crate::billing::party::Language;

/// Longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3, without the brackets).
pub const EMAIL_MAX: usize = 254;

/// Longest name, in characters.
pub const NAME_MAX: usize = 100;

/// Why facts make no account, or an account may not sign in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Not an address that mail could be sent to.
    #[error("{text:?} is not an e-mail address")]
    MalformedEmail {
        /// What was given.
        text: String,
    },
    /// No name, a name of several lines, or one that is too long.
    #[error("a name has 1 to {NAME_MAX} characters on one line")]
    MalformedName,
    /// Somebody has this address already.
    #[error("{email} has an account already")]
    Taken {
        /// The address.
        email: Email,
    },
    /// A member of staff without a role, or with one of customers; or the reverse.
    #[error("give at least one role, and only roles of {side}")]
    Roles {
        /// `staff` or `customers`.
        side: &'static str,
    },
    /// It was blocked by an administrator.
    #[error("the account is blocked")]
    Blocked,
    /// Nobody could give roles any more.
    #[error("this is the last active account with the role admin")]
    LastAdmin,
}

impl AccountError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedEmail { .. } => "account.malformed-email",
            Self::MalformedName => "account.malformed-name",
            Self::Taken { .. } => "account.taken",
            Self::Roles { .. } => "account.roles",
            Self::Blocked => "account.blocked",
            Self::LastAdmin => "account.last-admin",
        }
    }
}

/// An e-mail address as people are known by it: lower case, so that one person has one account.
///
/// RFC 5321 lets the local part tell cases apart; no large provider does, and two accounts that
/// differ by case alone would be a trap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = AccountError;

    /// Takes what mail can be sent to: one `@`, something before it, a host with a point behind
    /// it, and no character that would end a header or an address in a list.
    fn from_str(text: &str) -> Result<Self, AccountError> {
        let malformed = || AccountError::MalformedEmail {
            text: text.chars().take(EMAIL_MAX).collect(),
        };
        let trimmed = text.trim();
        let (local, host) = trimmed.rsplit_once('@').ok_or_else(malformed)?;
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let in_host = |c: char| c.is_alphanumeric() || c == '-';
        let labels: Vec<&str> = host.split('.').collect();
        let host_fits = labels.len() >= 2
            && labels
                .iter()
                .all(|label| !label.is_empty() && label.chars().all(in_host));
        let fits = trimmed.len() <= EMAIL_MAX
            && (1..=64).contains(&local.len())
            && local.chars().all(plain)
            && host_fits;
        if !fits {
            return Err(malformed());
        }
        Ok(Self(trimmed.to_lowercase()))
    }
}

/// May somebody sign in?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Not before a password and a second factor are set.
    Invited,
    /// Yes.
    Active,
    /// No more; an account is never deleted, for the audit trail names it.
    Blocked,
}

impl AccountState {
    /// The code under which it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }

    /// Reads a stored code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Invited, Self::Active, Self::Blocked];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id: what the audit trail names.
    pub id: AccountId,
    /// On which side the person stands.
    pub party: Party,
    /// Where mail reaches the person.
    pub email: Email,
    /// How pages name the person.
    pub name: String,
    /// The language of pages and mail; that of the browser unless given.
    pub language: Option<Language>,
    /// May the person sign in?
    pub state: AccountState,
    /// What the person is to the book.
    pub roles: BTreeSet<Role>,
    /// The password; none before an invitation was followed, nor for customers.
    pub password: Option<PasswordHash>,
    /// The secret of the second factor, sealed for [`Account::totp_purpose`].
    pub totp: Option<Sealed>,
    /// The last one-time code that was used.
    pub totp_step: Option<Step>,
}

impl Account {
    /// A new account that waits for its owner.
    ///
    /// # Errors
    /// [`AccountError::MalformedName`], [`AccountError::Roles`].
    pub fn invited(
        id: AccountId,
        party: Party,
        (email, name): (Email, &str),
        roles: BTreeSet<Role>,
    ) -> Result<Self, AccountError> {
        let account = Self {
            id,
            party,
            email,
            name: checked_name(name)?,
            language: None,
            // Customers sign in by links alone: there is nothing to set up.
            state: match party {
                Party::Staff => AccountState::Invited,
                Party::Customer(_) => AccountState::Active,
            },
            roles: BTreeSet::new(),
            password: None,
            totp: None,
            totp_step: None,
        };
        account.with_roles(roles)
    }

    /// The account with other roles.
    ///
    /// # Errors
    /// [`AccountError::Roles`].
    pub fn with_roles(self, roles: BTreeSet<Role>) -> Result<Self, AccountError> {
        let fit = roles.iter().all(|role| self.party.can_hold(*role));
        if roles.is_empty() || !fit {
            let side = match self.party {
                Party::Staff => "staff",
                Party::Customer(_) => "customers",
            };
            return Err(AccountError::Roles { side });
        }
        Ok(Self { roles, ..self })
    }

    /// What the secret of the second factor is sealed for.
    #[must_use]
    pub fn totp_purpose(id: AccountId) -> String {
        format!("totp/{id}")
    }

    /// Who is asking, when a request comes with a session or a token of this account.
    ///
    /// # Errors
    /// [`PrincipalError::ForeignRole`] when stored roles are of the other side.
    pub fn principal(&self) -> Result<Principal, PrincipalError> {
        Principal::person(self.id, self.party, self.roles.iter().copied())
    }

    /// Stands for what an administrator sees and changes of the account: another name, other roles
    /// or another state make another text. A form says by it what it was made from.
    #[must_use]
    pub fn edition(&self) -> String {
        let roles: Vec<&str> = self.roles.iter().map(|role| role.as_str()).collect();
        // Neither a name nor a role holds a line end.
        let facts = format!(
            "{}\n{}\n{}",
            self.state.as_str(),
            roles.join("\n"),
            self.name
        );
        SecretHash::of(&facts).to_string()
    }

    /// How the audit trail names the account.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("account/{}", self.id)
    }
}

/// A name without the white space around it.
///
/// # Errors
/// [`AccountError::MalformedName`].
pub fn checked_name(text: &str) -> Result<String, AccountError> {
    let name = text.trim();
    let fits = (1..=NAME_MAX).contains(&name.chars().count());
    if !fits || name.chars().any(char::is_control) {
        return Err(AccountError::MalformedName);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_is_one_that_mail_can_be_sent_to() {
        for (text, kept) in [
            ("Finance@Example.ORG", "finance@example.org"),
            (" a.b+c@sub.example.org ", "a.b+c@sub.example.org"),
            ("jürgen@beispiel.example", "jürgen@beispiel.example"),
        ] {
            assert_eq!(text.parse::<Email>().unwrap().as_str(), kept);
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "@",
            "a@",
            "@b.example",
            "a@b",
            "a b@c.example",
            "a@b..example",
            "a@b.example\r\nBcc: x",
            "a,b@c.example",
            "<a@b.example>",
            "a@b@c.example",
            long.as_str(),
        ] {
            let refused = text.parse::<Email>().unwrap_err();
            assert_eq!(refused.code(), "account.malformed-email", "{text:?}");
        }
    }

    #[test]
    fn an_account_has_roles_of_its_own_side_and_at_least_one() {
        let make = |party, roles: &[Role]| {
            let email = "a@b.example".parse().unwrap();
            let roles = roles.iter().copied().collect();
            Account::invited(AccountId(Uuid::from_u128(1)), party, (email, " A "), roles)
        };
        let staff = make(Party::Staff, &[Role::Finance]).unwrap();
        assert_eq!(
            (staff.name.as_str(), staff.state),
            ("A", AccountState::Invited)
        );
        let customer = make(Party::Customer(7), &[Role::CustomerBilling]).unwrap();
        assert_eq!(customer.state, AccountState::Active);
        assert_eq!(customer.principal().unwrap().customer(), Some(7));
        for (party, roles) in [
            (Party::Staff, &[][..]),
            (Party::Staff, &[Role::CustomerBilling]),
            (Party::Customer(7), &[Role::Admin, Role::CustomerBilling]),
        ] {
            assert_eq!(make(party, roles).unwrap_err().code(), "account.roles");
        }
    }

    #[test]
    fn a_name_stands_on_one_line() {
        assert_eq!(checked_name(" Ada ").unwrap(), "Ada");
        for text in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(
                checked_name(text).unwrap_err().code(),
                "account.malformed-name"
            );
        }
    }

    #[test]
    fn states_are_stored_by_their_code() {
        for state in [
            AccountState::Invited,
            AccountState::Active,
            AccountState::Blocked,
        ] {
            assert_eq!(AccountState::parse(state.as_str()), Some(state));
        }
        assert_eq!(AccountState::parse("gone"), None);
    }
}
