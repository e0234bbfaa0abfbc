//! Four eyes: what one person prepared, another approves.

use super::principal::{Denied, Kind};
use super::{AccountId, Permission, Principal};

/// Why an approval was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FourEyesError {
    /// The same person prepared and would approve.
    #[error("{approved_by} may not approve what {prepared_by} has prepared: it is one person")]
    SamePerson {
        /// Who prepared.
        prepared_by: AccountId,
        /// Who would approve.
        approved_by: AccountId,
    },
    /// A program would approve.
    #[error("token {token} may not approve: a person does")]
    NotAPerson {
        /// The token's public id.
        token: String,
    },
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
}

impl FourEyesError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SamePerson { .. } => "access.four-eyes",
            Self::NotAPerson { .. } => "access.approval-by-token",
            Self::Denied(cause) => cause.code(),
        }
    }
}

/// Something that waits for the approval of another person.
///
/// The rule binds people, not roles: whoever holds both roles still needs a colleague. When what
/// was prepared changes, whoever changed it is who prepared it, and earlier approvals are void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FourEyes {
    /// Who prepared it last.
    pub prepared_by: AccountId,
}

/// The proof that two people stood behind something; only [`FourEyes::approve`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    prepared_by: AccountId,
    approved_by: AccountId,
}

impl Approval {
    /// Who prepared.
    #[must_use]
    pub const fn prepared_by(&self) -> AccountId {
        self.prepared_by
    }

    /// Who approved: never the same.
    #[must_use]
    pub const fn approved_by(&self) -> AccountId {
        self.approved_by
    }
}

impl FourEyes {
    /// Approves, with the permission that the matter asks for.
    ///
    /// # Errors
    /// [`FourEyesError`]: no permission, a program, or the same person.
    pub fn approve(
        self,
        by: &Principal,
        permission: Permission,
    ) -> Result<Approval, FourEyesError> {
        if let Kind::Token { id } = by.kind() {
            return Err(FourEyesError::NotAPerson { token: id.clone() });
        }
        let granted = by.require(permission)?;
        let (prepared_by, approved_by) = (self.prepared_by, granted.account());
        if prepared_by == approved_by {
            return Err(FourEyesError::SamePerson {
                prepared_by,
                approved_by,
            });
        }
        Ok(Approval {
            prepared_by,
            approved_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;

    use super::*;
    use crate::access::api_token::ApiToken;
    use crate::access::{Party, Role};

    fn person(number: u128, roles: &[Role]) -> Principal {
        let account = AccountId(Uuid::from_u128(number));
        Principal::person(account, Party::Staff, roles.iter().copied()).unwrap()
    }

    #[test]
    fn another_person_approves() {
        let (one, two) = (person(1, &[Role::Finance]), person(2, &[Role::Approver]));
        let waiting = FourEyes {
            prepared_by: one.account(),
        };
        let approval = waiting.approve(&two, Permission::ApproveRun).unwrap();
        assert_eq!(approval.prepared_by(), one.account());
        assert_eq!(approval.approved_by(), two.account());
    }

    #[test]
    fn both_roles_in_one_hand_are_still_two_eyes() {
        let one = person(1, &[Role::Finance, Role::Approver]);
        let waiting = FourEyes {
            prepared_by: one.account(),
        };
        let refused = waiting.approve(&one, Permission::ApproveRun).unwrap_err();
        assert_eq!(refused.code(), "access.four-eyes");
        assert_eq!(
            refused,
            FourEyesError::SamePerson {
                prepared_by: one.account(),
                approved_by: one.account()
            }
        );
    }

    #[test]
    fn an_approval_needs_its_permission() {
        let one = person(1, &[Role::Finance]);
        for role in Role::ALL.into_iter().filter(|role| role.is_staff()) {
            let waiting = FourEyes {
                prepared_by: one.account(),
            };
            let answer = waiting.approve(&person(2, &[role]), Permission::ApproveRun);
            assert_eq!(answer.is_ok(), role == Role::Approver, "{role}");
        }
    }

    #[test]
    fn a_program_never_approves() {
        let owner = person(2, &[Role::Approver]);
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let scopes = [Permission::ReadRuns];
        let (_, token) =
            ApiToken::issue([3; 42], &owner, scopes, now, now + TimeDelta::days(1)).unwrap();
        let program = Principal::token(&owner, &token).unwrap();
        let waiting = FourEyes {
            prepared_by: person(1, &[]).account(),
        };
        let refused = waiting
            .approve(&program, Permission::ApproveRun)
            .unwrap_err();
        assert_eq!(refused.code(), "access.approval-by-token");
    }
}
