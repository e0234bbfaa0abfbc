//! The invoice: what is frozen when a contract is rated and issued once it has its number.
//!
//! Names and order follow the semantic model of EN 16931-1; the comments give the business terms.
//! The number is not part of the frozen view: the view is rated first, numbered after.

mod line;
mod totals;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Currency;
use super::calendar::Period;
use super::party::{Customer, Language, Seller};
use super::shared::Shared;

pub use super::charge::{Cause, ChargeKind, LineBasis, LineKey, Unit};
pub use super::derivation::{Derivation, Source, SourceKind};
pub use line::{Line, LineAllowance};
pub use totals::{DocumentAllowance, TaxSubtotal, Totals, TotalsError, tax_breakdown, totals};

/// UNTDID 1001 code of the document (BT-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentType {
    /// 380.
    Invoice,
    /// 381. Never titled "Gutschrift": § 14 (2) UStG reserves that word for self-billing.
    CreditNote,
    /// 384.
    CorrectedInvoice,
}

impl DocumentType {
    /// The code itself.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invoice => "380",
            Self::CreditNote => "381",
            Self::CorrectedInvoice => "384",
        }
    }
}

/// How the invoice is paid (BT-81).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMeans {
    /// UNTDID 4461 code 58, SEPA credit transfer.
    SepaCreditTransfer,
    /// Code 30, credit transfer outside SEPA.
    CreditTransfer,
    /// Card, charged on the issue date.
    Card,
}

/// When and how the invoice is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// Means of payment.
    pub means: PaymentMeans,
    /// Days from the issue date; 0 for cards.
    pub days: u32,
    /// Due date (BT-9).
    pub due_date: NaiveDate,
}

/// References the receiver sorts by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// Contract (BT-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Purchase order or engagement (BT-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_order: Option<String>,
    /// Project (BT-11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Buyer reference: Leitweg-ID or service code (BT-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_reference: Option<String>,
    /// Tender or lot (BT-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<String>,
    /// Buyer's accounting reference (BT-19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
}

/// A document this one corrects or refers to (BG-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrecedingDocument {
    /// Its number (BT-25).
    pub number: String,
    /// Its issue date (BT-26).
    pub issue_date: NaiveDate,
}

/// Something the document says besides its sums. Figures stay figures; the document words them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Note {
    /// Metered use inside its allowance, so that no line exists for it.
    WithinAllowance {
        /// Name of the metered item in the document's language.
        item: String,
        /// Unit of the readings.
        unit: Unit,
        /// The allowance per period.
        allowance: super::Quantity,
        /// Each period and what was read.
        readings: Vec<(Period, super::Quantity)>,
    },
    /// Free text in the document's language.
    Text {
        /// Heading.
        title: String,
        /// The sentence.
        text: String,
    },
}

/// A rated, complete document without its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// Version of this stored shape.
    pub version: u32,
    /// Type of document (BT-3).
    pub document_type: DocumentType,
    /// Issue date (BT-2).
    pub issue_date: NaiveDate,
    /// Service period of the document: the hull of its lines (BT-73, BT-74).
    pub service_period: Period,
    /// Currency (BT-5).
    pub currency: Currency,
    /// Language of the document.
    pub language: Language,
    /// Our number of the contract.
    pub contract: String,
    /// Seller as of the issue date (BG-4).
    pub seller: Shared<Seller>,
    /// Buyer as of the issue date (BG-7).
    pub customer: Shared<Customer>,
    /// References.
    pub references: References,
    /// Payment (BG-16).
    pub payment: PaymentTerms,
    /// Lines (BG-25).
    pub lines: Vec<Line>,
    /// Document-level allowances (BG-20).
    pub allowances: Vec<DocumentAllowance>,
    /// One subtotal per category and rate (BG-23).
    pub tax: Vec<TaxSubtotal>,
    /// Totals (BG-22).
    pub totals: Totals,
    /// Notes.
    pub notes: Vec<Note>,
    /// Document that this one corrects (BG-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preceding: Option<PrecedingDocument>,
}

/// Where an invoice is in its life. Paid is not a state: it follows from allocations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum InvoiceState {
    /// Rated and frozen, without a number.
    Draft,
    /// Numbered; never changes again.
    Issued {
        /// Its number.
        number: String,
        /// The day it was issued.
        on: NaiveDate,
    },
    /// Reversed by another document.
    Cancelled {
        /// Its number.
        number: String,
        /// The day it was issued.
        on: NaiveDate,
        /// Number of the document that reverses it.
        by: String,
    },
}

/// Why a change of state is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Only a draft can be issued.
    #[error("invoice {number} is already issued")]
    AlreadyIssued {
        /// Its number.
        number: String,
    },
    /// Only an issued invoice can be cancelled.
    #[error("a draft is discarded, not cancelled")]
    NotIssued,
    /// Cancelled once is cancelled for good.
    #[error("invoice {number} is already cancelled by {by}")]
    AlreadyCancelled {
        /// Its number.
        number: String,
        /// What cancelled it.
        by: String,
    },
}

impl StateError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyIssued { .. } => "invoice.already-issued",
            Self::NotIssued => "invoice.not-issued",
            Self::AlreadyCancelled { .. } => "invoice.already-cancelled",
        }
    }
}

impl InvoiceState {
    /// Gives a draft its number.
    ///
    /// # Errors
    /// [`StateError::AlreadyIssued`], [`StateError::AlreadyCancelled`].
    pub fn issue(&self, number: &str, on: NaiveDate) -> Result<Self, StateError> {
        match self {
            Self::Draft => Ok(Self::Issued {
                number: number.to_owned(),
                on,
            }),
            Self::Issued { number, .. } => Err(StateError::AlreadyIssued {
                number: number.clone(),
            }),
            Self::Cancelled { number, by, .. } => Err(StateError::AlreadyCancelled {
                number: number.clone(),
                by: by.clone(),
            }),
        }
    }

    /// Marks an issued invoice as reversed by another document.
    ///
    /// # Errors
    /// [`StateError::NotIssued`], [`StateError::AlreadyCancelled`].
    pub fn cancel(&self, by: &str) -> Result<Self, StateError> {
        match self {
            Self::Draft => Err(StateError::NotIssued),
            Self::Issued { number, on } => Ok(Self::Cancelled {
                number: number.clone(),
                on: *on,
                by: by.to_owned(),
            }),
            Self::Cancelled { number, by, .. } => Err(StateError::AlreadyCancelled {
                number: number.clone(),
                by: by.clone(),
            }),
        }
    }
}
