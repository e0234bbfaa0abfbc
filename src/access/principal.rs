//! Who is asking: one account with its roles, and what a use case lets it do.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::api_token::ApiToken;
use super::{Party, Permission, Reach, Role, Scope, may};

/// The id of a person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub Uuid);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why stored facts make no principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// A role of the other side: staff with a customer's role, or the reverse.
    #[error("account {account} cannot hold the role {role}")]
    ForeignRole {
        /// Whose.
        account: AccountId,
        /// The role.
        role: Role,
    },
    /// The token belongs to another account, or is to act for another token.
    #[error("token {token} does not belong to account {account}")]
    ForeignToken {
        /// The token's public id.
        token: String,
        /// The account it came with.
        account: AccountId,
    },
}

impl PrincipalError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ForeignRole { .. } => "access.foreign-role",
            Self::ForeignToken { .. } => "access.foreign-token",
        }
    }
}

/// The refusal of a permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{actor} may not {permission}")]
pub struct Denied {
    /// Who asked, as the audit trail names it.
    pub actor: String,
    /// For what.
    pub permission: Permission,
}

impl Denied {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "access.denied"
    }
}

/// What stands behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A member of staff with a session.
    User,
    /// A person of a customer with a session.
    Customer,
    /// A program with an API token, which acts for the account it belongs to.
    Token {
        /// The token's public id.
        id: String,
    },
}

/// A permission that was asked for and given: what a use case passes on instead of a `bool`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    permission: Permission,
    account: AccountId,
    scope: Scope,
}

impl Granted {
    /// What was given.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// To whom: the person, also behind a token.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// On whose rows.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    account: AccountId,
    kind: Kind,
    party: Party,
    roles: BTreeSet<Role>,
    // What a token narrows its owner's permissions to.
    only: Option<BTreeSet<Permission>>,
}

impl Principal {
    /// A person with a session. Without roles nothing is allowed.
    ///
    /// # Errors
    /// [`PrincipalError::ForeignRole`] when a role does not belong to the party.
    pub fn person(
        account: AccountId,
        party: Party,
        roles: impl IntoIterator<Item = Role>,
    ) -> Result<Self, PrincipalError> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if let Some(&role) = roles.iter().find(|role| !party.can_hold(**role)) {
            return Err(PrincipalError::ForeignRole { account, role });
        }
        let kind = match party {
            Party::Staff => Kind::User,
            Party::Customer(_) => Kind::Customer,
        };
        Ok(Self {
            account,
            kind,
            party,
            roles,
            only: None,
        })
    }

    /// A program with a checked token: at most what its owner may today, and of that only the
    /// token's scopes. A role taken from the owner is taken from the token.
    ///
    /// # Errors
    /// [`PrincipalError::ForeignToken`] when the token belongs to somebody else.
    pub fn token(owner: &Self, token: &ApiToken) -> Result<Self, PrincipalError> {
        if token.owner != owner.account || matches!(owner.kind, Kind::Token { .. }) {
            return Err(PrincipalError::ForeignToken {
                token: token.id.to_string(),
                account: owner.account,
            });
        }
        let id = token.id.to_string();
        Ok(Self {
            kind: Kind::Token { id },
            only: Some(token.scopes.clone()),
            ..owner.clone()
        })
    }

    /// The account of the person, also behind a token.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// What stands behind the request.
    #[must_use]
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// On which side the person stands.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.party
    }

    /// The rows of the own customer, for people of a customer: what they reach with no permission
    /// but to be who they are.
    #[must_use]
    pub const fn own(&self) -> Option<Scope> {
        match self.party {
            Party::Staff => None,
            Party::Customer(number) => Some(Scope::over(Reach::Customer(number))),
        }
    }

    /// The customer's number, for people of a customer.
    #[must_use]
    pub const fn customer(&self) -> Option<u32> {
        match self.party {
            Party::Staff => None,
            Party::Customer(number) => Some(number),
        }
    }

    /// The roles.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// May it? For what a page shows; a use case calls [`Principal::require`].
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let by_role = self.roles.iter().any(|role| may(*role, permission));
        let by_token = match &self.only {
            None => true,
            Some(scopes) => scopes.contains(&permission) && !permission.is_for_people_only(),
        };
        by_role && by_token
    }

    /// Asks for a permission. Each use case calls this before it loads anything.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn require(&self, permission: Permission) -> Result<Granted, Denied> {
        if !self.may(permission) {
            return Err(Denied {
                actor: self.actor(),
                permission,
            });
        }
        let reach = match self.party {
            Party::Staff => Reach::All,
            Party::Customer(number) => Reach::Customer(number),
        };
        Ok(Granted {
            permission,
            account: self.account,
            scope: Scope::over(reach),
        })
    }

    /// Who, as the audit trail names it: `user/ID`, `customer/NUMBER/ID`, or either of them with
    /// `token/ID for` before it.
    #[must_use]
    pub fn actor(&self) -> String {
        let person = match self.party {
            Party::Staff => format!("user/{}", self.account),
            Party::Customer(number) => format!("customer/{number}/{}", self.account),
        };
        match &self.kind {
            Kind::User | Kind::Customer => person,
            Kind::Token { id } => format!("token/{id} for {person}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn token(owner: &Principal, scopes: &[Permission]) -> ApiToken {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let scopes = scopes.iter().copied();
        let (_, token) =
            ApiToken::issue([1; 42], owner, scopes, now, now + TimeDelta::days(9)).unwrap();
        token
    }

    #[test]
    fn a_person_without_roles_may_nothing() {
        let nobody = Principal::person(account(1), Party::Staff, []).unwrap();
        for permission in Permission::ALL {
            let denied = nobody.require(permission).unwrap_err();
            assert_eq!(denied.code(), "access.denied");
            assert_eq!(denied.permission, permission);
        }
    }

    #[test]
    fn roles_add_up() {
        let roles = [Role::Sales, Role::Operations];
        let both = Principal::person(account(1), Party::Staff, roles).unwrap();
        for permission in Permission::ALL {
            let either = roles.iter().any(|role| may(*role, permission));
            assert_eq!(both.may(permission), either, "{permission}");
        }
    }

    #[test]
    fn nobody_stands_on_both_sides() {
        for role in Role::ALL {
            let staff = Principal::person(account(1), Party::Staff, [role]);
            let customer = Principal::person(account(1), Party::Customer(7), [role]);
            assert_ne!(staff.is_ok(), customer.is_ok(), "{role}");
            let refused = staff.and(customer).unwrap_err();
            assert_eq!(refused.code(), "access.foreign-role");
        }
    }

    #[test]
    fn a_customer_reaches_no_row_of_another() {
        let own = Principal::person(account(1), Party::Customer(7), [Role::CustomerBilling]);
        let own = own.unwrap();
        assert_eq!(own.customer(), Some(7));
        let scope = own.require(Permission::ReadOwnInvoices).unwrap().scope();
        assert_eq!(scope.reach(), Reach::Customer(7));
        assert!(scope.admits(7) && !scope.admits(8));
        assert!(own.require(Permission::ReadInvoices).is_err());
    }

    #[test]
    fn staff_reach_every_row() {
        let staff = Principal::person(account(1), Party::Staff, [Role::Finance]).unwrap();
        let granted = staff.require(Permission::ReadInvoices).unwrap();
        assert_eq!(granted.scope(), Scope::of_program());
        assert_eq!(granted.account(), account(1));
        assert_eq!(granted.permission(), Permission::ReadInvoices);
        assert!(granted.scope().admits(8));
    }

    #[test]
    fn a_token_has_its_scopes_and_no_more() {
        let owner = Principal::person(account(1), Party::Staff, [Role::Finance]).unwrap();
        let token = token(&owner, &[Permission::ReadInvoices, Permission::ReadLedger]);
        let program = Principal::token(&owner, &token).unwrap();
        for permission in Permission::ALL {
            let expected = token.scopes.contains(&permission);
            assert_eq!(program.may(permission), expected, "{permission}");
        }
        let granted = program.require(Permission::ReadLedger).unwrap();
        assert_eq!(granted.account(), owner.account());
    }

    #[test]
    fn a_role_taken_from_the_owner_is_taken_from_the_token() {
        let before = Principal::person(account(1), Party::Staff, [Role::Finance]).unwrap();
        let token = token(&before, &[Permission::IssueRun, Permission::ReadUsage]);
        let after = Principal::person(account(1), Party::Staff, [Role::Sales]).unwrap();
        let program = Principal::token(&after, &token).unwrap();
        assert!(program.may(Permission::ReadUsage) && !program.may(Permission::IssueRun));
    }

    #[test]
    fn a_token_row_with_a_scope_for_people_still_does_not_grant_it() {
        let admin = Principal::person(account(1), Party::Staff, [Role::Admin]).unwrap();
        let mut token = token(&admin, &[Permission::ReadUsers]);
        token.scopes.insert(Permission::ManageUsers);
        let program = Principal::token(&admin, &token).unwrap();
        assert!(admin.may(Permission::ManageUsers) && !program.may(Permission::ManageUsers));
    }

    #[test]
    fn a_token_acts_for_its_owner_alone() {
        let owner = Principal::person(account(1), Party::Staff, [Role::Finance]).unwrap();
        let token = token(&owner, &[Permission::ReadLedger]);
        let other = Principal::person(account(2), Party::Staff, [Role::Finance]).unwrap();
        let program = Principal::token(&owner, &token).unwrap();
        for foreign in [&other, &program] {
            let refused = Principal::token(foreign, &token).unwrap_err();
            assert_eq!(refused.code(), "access.foreign-token");
        }
    }

    #[test]
    fn the_trail_names_the_person_behind_a_token() {
        let id = account(1);
        let staff = Principal::person(id, Party::Staff, [Role::Finance]).unwrap();
        let customer = Principal::person(id, Party::Customer(7), []).unwrap();
        let token = token(&staff, &[Permission::ReadLedger]);
        let program = Principal::token(&staff, &token).unwrap();
        assert_eq!(staff.actor(), format!("user/{id}"));
        assert_eq!(customer.actor(), format!("customer/7/{id}"));
        assert_eq!(program.actor(), format!("token/{} for user/{id}", token.id));
    }
}
