//! Permissions, and the one table that says which role has which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Role;

/// A text that names no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a permission")]
pub struct UnknownPermission {
    /// What was given.
    pub text: String,
}

impl UnknownPermission {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "permission.unknown"
    }
}

/// One thing that a use case asks for before it loads anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Permission {
    /// See customers with addresses, routing and tax evidence.
    ReadCustomers,
    /// Change them.
    EditCustomers,
    /// See contracts, items, amendments and prices.
    ReadContracts,
    /// See readings and the evidence they rest on.
    ReadUsage,
    /// Enter usage by hand, with a note of what proves it.
    EnterUsage,
    /// See the sources of telemetry, and what of theirs was kept aside.
    ReadSources,
    /// Make sources, exchange and revoke their credentials, decide about what was kept aside.
    ManageSources,
    /// See billing runs with what they would bill or have billed.
    ReadRuns,
    /// Prepare a run: what is due, kept for approval.
    PreviewRun,
    /// Approve what another person prepared (see [`super::FourEyes`]).
    ApproveRun,
    /// Issue an approved run: freeze, number, render.
    IssueRun,
    /// See invoices and credit notes with their derivation.
    ReadInvoices,
    /// Cancel an issued invoice by a credit note.
    CancelInvoice,
    /// Ask that what was paid too much is given back.
    RefundPayment,
    /// Approve what another person asked to give back.
    ApproveRefund,
    /// Download the documents and e-invoices of any customer.
    DownloadDocuments,
    /// See the ledger and the reports on it.
    ReadLedger,
    /// See the audit trail.
    ReadAudit,
    /// See jobs and their failures.
    ReadJobs,
    /// Start a failed job again.
    RetryJob,
    /// See settings; secrets are never shown.
    ReadSettings,
    /// Change settings.
    EditSettings,
    /// See who has which role, the sessions and the API tokens.
    ReadUsers,
    /// Invite, change and block users, end their sessions.
    ManageUsers,
    /// Revoke the API tokens of others; everybody of staff has their own.
    ManageTokens,
    /// Portal: see the own invoices and download them.
    ReadOwnInvoices,
    /// Portal: pay the own invoices.
    PayOwnInvoices,
    /// Portal: change the own contact data.
    EditOwnContact,
    /// Portal: see the own usage and service levels.
    ReadOwnUsage,
}

use Permission as P;

/// The table: a row a permission, a column a role, `x` means yes.
///
/// A permission without a row does not compile. Whoever prepares does not approve and whoever
/// gives roles moves no money, so that a fraud takes two people.
#[rustfmt::skip]
const fn row(permission: Permission) -> &'static str {
    match permission {
        //                       admin
        //                       |   finance
        //                       |   |   sales
        //                       |   |   |   approver
        //                       |   |   |   |   operations
        //                       |   |   |   |   |   auditor
        //                       |   |   |   |   |   |     customer-billing
        //                       |   |   |   |   |   |     |   customer-procurement
        //                       |   |   |   |   |   |     |   |   customer-technical
        P::ReadCustomers     => "x   x   x   x   x   x     .   .   .",
        P::EditCustomers     => ".   x   x   .   .   .     .   .   .",
        P::ReadContracts     => "x   x   x   x   x   x     .   .   .",
        P::ReadUsage         => "x   x   x   x   x   x     .   .   .",
        P::EnterUsage        => ".   x   .   .   x   .     .   .   .",
        P::ReadSources       => "x   x   .   .   x   x     .   .   .",
        P::ManageSources     => "x   .   .   .   x   .     .   .   .",
        P::ReadRuns          => "x   x   .   x   .   x     .   .   .",
        P::PreviewRun        => ".   x   .   .   .   .     .   .   .",
        P::ApproveRun        => ".   .   .   x   .   .     .   .   .",
        P::IssueRun          => ".   x   .   .   .   .     .   .   .",
        P::ReadInvoices      => "x   x   x   x   .   x     .   .   .",
        P::CancelInvoice     => ".   x   .   .   .   .     .   .   .",
        P::RefundPayment     => ".   x   .   .   .   .     .   .   .",
        P::ApproveRefund     => ".   .   .   x   .   .     .   .   .",
        P::DownloadDocuments => "x   x   x   x   .   x     .   .   .",
        P::ReadLedger        => "x   x   .   x   .   x     .   .   .",
        P::ReadAudit         => "x   x   .   x   .   x     .   .   .",
        P::ReadJobs          => "x   x   .   .   x   x     .   .   .",
        P::RetryJob          => "x   x   .   .   x   .     .   .   .",
        P::ReadSettings      => "x   x   .   .   x   x     .   .   .",
        P::EditSettings      => "x   .   .   .   .   .     .   .   .",
        P::ReadUsers         => "x   .   .   .   .   x     .   .   .",
        P::ManageUsers       => "x   .   .   .   .   .     .   .   .",
        P::ManageTokens      => "x   .   .   .   .   .     .   .   .",
        P::ReadOwnInvoices   => ".   .   .   .   .   .     x   x   .",
        P::PayOwnInvoices    => ".   .   .   .   .   .     x   .   .",
        P::EditOwnContact    => ".   .   .   .   .   .     x   x   x",
        P::ReadOwnUsage      => ".   .   .   .   .   .     x   x   x",
    }
}

/// May somebody with this role do this? The answer stands in one table of this file.
#[must_use]
pub fn may(role: Role, permission: Permission) -> bool {
    let cell = row(permission).split_ascii_whitespace().nth(role as usize);
    cell == Some("x")
}

impl Permission {
    /// Every permission, in the order of the table.
    pub const ALL: [Self; 29] = [
        P::ReadCustomers,
        P::EditCustomers,
        P::ReadContracts,
        P::ReadUsage,
        P::EnterUsage,
        P::ReadSources,
        P::ManageSources,
        P::ReadRuns,
        P::PreviewRun,
        P::ApproveRun,
        P::IssueRun,
        P::ReadInvoices,
        P::CancelInvoice,
        P::RefundPayment,
        P::ApproveRefund,
        P::DownloadDocuments,
        P::ReadLedger,
        P::ReadAudit,
        P::ReadJobs,
        P::RetryJob,
        P::ReadSettings,
        P::EditSettings,
        P::ReadUsers,
        P::ManageUsers,
        P::ManageTokens,
        P::ReadOwnInvoices,
        P::PayOwnInvoices,
        P::EditOwnContact,
        P::ReadOwnUsage,
    ];

    /// The code under which it is stored, and asked for by an API token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            P::ReadCustomers => "customers.read",
            P::EditCustomers => "customers.edit",
            P::ReadContracts => "contracts.read",
            P::ReadUsage => "usage.read",
            P::EnterUsage => "usage.enter",
            P::ReadSources => "sources.read",
            P::ManageSources => "sources.manage",
            P::ReadRuns => "runs.read",
            P::PreviewRun => "runs.preview",
            P::ApproveRun => "runs.approve",
            P::IssueRun => "runs.issue",
            P::ReadInvoices => "invoices.read",
            P::CancelInvoice => "invoices.cancel",
            P::RefundPayment => "payments.refund",
            P::ApproveRefund => "refunds.approve",
            P::DownloadDocuments => "documents.download",
            P::ReadLedger => "ledger.read",
            P::ReadAudit => "audit.read",
            P::ReadJobs => "jobs.read",
            P::RetryJob => "jobs.retry",
            P::ReadSettings => "settings.read",
            P::EditSettings => "settings.edit",
            P::ReadUsers => "users.read",
            P::ManageUsers => "users.manage",
            P::ManageTokens => "tokens.manage",
            P::ReadOwnInvoices => "own-invoices.read",
            P::PayOwnInvoices => "own-invoices.pay",
            P::EditOwnContact => "own-contact.edit",
            P::ReadOwnUsage => "own-usage.read",
        }
    }

    /// True when it is the customer's portal that asks; such a permission reaches own rows only.
    #[must_use]
    pub const fn is_portal(self) -> bool {
        matches!(
            self,
            P::ReadOwnInvoices | P::PayOwnInvoices | P::EditOwnContact | P::ReadOwnUsage
        )
    }

    /// True when whoever has it leaves something changed behind.
    #[must_use]
    pub const fn changes(self) -> bool {
        match self {
            P::ReadCustomers
            | P::ReadContracts
            | P::ReadUsage
            | P::ReadSources
            | P::ReadRuns
            | P::ReadInvoices
            | P::DownloadDocuments
            | P::ReadLedger
            | P::ReadAudit
            | P::ReadJobs
            | P::ReadSettings
            | P::ReadUsers
            | P::ReadOwnInvoices
            | P::ReadOwnUsage => false,
            P::EditCustomers
            | P::EnterUsage
            | P::ManageSources
            | P::PreviewRun
            | P::ApproveRun
            | P::IssueRun
            | P::CancelInvoice
            | P::RefundPayment
            | P::ApproveRefund
            | P::RetryJob
            | P::EditSettings
            | P::ManageUsers
            | P::ManageTokens
            | P::PayOwnInvoices
            | P::EditOwnContact => true,
        }
    }

    /// True when no API token may carry it: a person approves, and a token that could make users or
    /// tokens would outlive its own expiry.
    #[must_use]
    pub const fn is_for_people_only(self) -> bool {
        matches!(
            self,
            P::ApproveRun | P::ApproveRefund | P::ManageUsers | P::ManageTokens
        )
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|one| one.as_str() == text);
        named.ok_or_else(|| UnknownPermission {
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Permission {
    type Error = UnknownPermission;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Permission> for &'static str {
    fn from(permission: Permission) -> Self {
        permission.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_cell_for_every_role() {
        for permission in Permission::ALL {
            let cells: Vec<&str> = row(permission).split_ascii_whitespace().collect();
            assert_eq!(cells.len(), Role::ALL.len(), "{permission}");
            assert!(cells.iter().all(|c| ["x", "."].contains(c)), "{permission}");
            assert!(cells.contains(&"x"), "nobody may {permission}");
        }
    }

    #[test]
    fn the_list_is_complete_and_in_the_order_of_the_table() {
        for (row, permission) in Permission::ALL.into_iter().enumerate() {
            assert_eq!(permission as usize, row, "{permission}");
        }
        assert_eq!(
            Permission::ALL.len(),
            Permission::ReadOwnUsage as usize + 1,
            "a new last permission goes into this test"
        );
    }

    #[test]
    fn a_permission_is_stored_by_its_code() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(permission));
            let json = serde_json::to_string(&permission).unwrap();
            assert_eq!(
                serde_json::from_str::<Permission>(&json).unwrap(),
                permission
            );
        }
        let refused = "runs.delete".parse::<Permission>().unwrap_err();
        assert_eq!(refused.code(), "permission.unknown");
    }

    #[test]
    fn the_auditor_reads_everything_and_changes_nothing() {
        for permission in Permission::ALL {
            let expected = !permission.is_portal() && !permission.changes();
            assert_eq!(may(Role::Auditor, permission), expected, "{permission}");
        }
    }

    #[test]
    fn no_role_reaches_over_to_the_other_side() {
        for permission in Permission::ALL {
            for role in Role::ALL.into_iter().filter(|r| may(*r, permission)) {
                assert_eq!(
                    role.is_customer(),
                    permission.is_portal(),
                    "{role} {permission}"
                );
            }
        }
    }

    #[test]
    fn no_role_holds_both_halves_of_a_fraud() {
        for role in Role::ALL {
            let (prepares, approves) = (may(role, P::PreviewRun), may(role, P::ApproveRun));
            assert!(!(prepares && approves), "{role}");
            let moves_money = may(role, P::IssueRun) || may(role, P::CancelInvoice);
            assert!(!(moves_money && may(role, P::ManageUsers)), "{role}");
        }
    }

    #[test]
    fn what_a_role_may_change_it_may_see() {
        for (change, sight) in [
            (P::EditCustomers, P::ReadCustomers),
            (P::EnterUsage, P::ReadUsage),
            (P::ManageSources, P::ReadSources),
            (P::PreviewRun, P::ReadRuns),
            (P::ApproveRun, P::ReadRuns),
            (P::IssueRun, P::ReadRuns),
            (P::CancelInvoice, P::ReadInvoices),
            (P::RetryJob, P::ReadJobs),
            (P::EditSettings, P::ReadSettings),
            (P::ManageUsers, P::ReadUsers),
            (P::ManageTokens, P::ReadUsers),
            (P::PayOwnInvoices, P::ReadOwnInvoices),
        ] {
            for role in Role::ALL.into_iter().filter(|r| may(*r, change)) {
                assert!(may(role, sight), "{role} {change}");
            }
        }
    }
}
