//! Roles: what somebody is to the book.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a role")]
pub struct UnknownRole {
    /// What was given.
    pub text: String,
}

impl UnknownRole {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "role.unknown"
    }
}

/// What somebody is to the book. A person may have several roles of one side.
///
/// The order is that of the columns in the table of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Role {
    /// Manages users, tokens, settings and jobs. Moves no money: whoever shall also bill gets the
    /// role `finance` too, and the trail shows who gave it.
    Admin,
    /// Prepares and issues billing runs, cancels invoices, collects.
    Finance,
    /// Keeps customers and contracts.
    Sales,
    /// Approves what finance has prepared.
    Approver,
    /// Runs the servers: usage, incidents, jobs.
    Operations,
    /// Auditor or tax adviser: reads everything, changes nothing.
    Auditor,
    /// Accounts payable of a customer.
    CustomerBilling,
    /// Procurement office of a customer.
    CustomerProcurement,
    /// Technical contact of a customer.
    CustomerTechnical,
}

/// On which side of the contract somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The seller's people: they see every customer.
    Staff,
    /// People of the customer with this number: they see their own rows only.
    Customer(u32),
}

impl Role {
    /// Every role, in the order of the table of permissions.
    pub const ALL: [Self; 9] = [
        Self::Admin,
        Self::Finance,
        Self::Sales,
        Self::Approver,
        Self::Operations,
        Self::Auditor,
        Self::CustomerBilling,
        Self::CustomerProcurement,
        Self::CustomerTechnical,
    ];

    /// The code under which it is stored and configured.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Finance => "finance",
            Self::Sales => "sales",
            Self::Approver => "approver",
            Self::Operations => "operations",
            Self::Auditor => "auditor",
            Self::CustomerBilling => "customer-billing",
            Self::CustomerProcurement => "customer-procurement",
            Self::CustomerTechnical => "customer-technical",
        }
    }

    /// True for the seller's own people. They need a second factor to sign in: the shortest
    /// password that [`super::password`] accepts rests on it.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        !self.is_customer()
    }

    /// True for the customers' people.
    #[must_use]
    pub const fn is_customer(self) -> bool {
        matches!(
            self,
            Self::CustomerBilling | Self::CustomerProcurement | Self::CustomerTechnical
        )
    }
}

impl Party {
    /// Can somebody of this party hold the role?
    #[must_use]
    pub const fn can_hold(self, role: Role) -> bool {
        match self {
            Self::Staff => role.is_staff(),
            Self::Customer(_) => role.is_customer(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|role| role.as_str() == text);
        named.ok_or_else(|| UnknownRole {
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Role {
    type Error = UnknownRole;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Role> for &'static str {
    fn from(role: Role) -> Self {
        role.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_stored_by_its_code() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(json, format!("\"{role}\""));
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), role);
        }
        for text in ["", "Admin", "root", "customer"] {
            assert_eq!(text.parse::<Role>().unwrap_err().code(), "role.unknown");
        }
    }

    #[test]
    fn a_role_belongs_to_exactly_one_side() {
        for role in Role::ALL {
            assert_ne!(role.is_staff(), role.is_customer(), "{role}");
            assert_eq!(role.is_customer(), role.as_str().starts_with("customer-"));
            assert_eq!(Party::Staff.can_hold(role), role.is_staff());
            assert_eq!(Party::Customer(7).can_hold(role), role.is_customer());
        }
    }

    #[test]
    fn the_list_of_roles_is_in_the_order_of_the_columns() {
        for (column, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, column, "{role}");
        }
    }
}
