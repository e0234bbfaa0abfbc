//! What a template gets: finished strings in the order they are read.
//!
//! Field names are the contract with `invoice-templates/`; the view of a frozen invoice is made by
//! [`invoice_view`]. No figure is computed after this point.

mod basis;
mod country;
mod invoice;
mod notes;
mod parties;
mod payment;
mod totals;
mod unit;
mod wording;

use serde::{Deserialize, Serialize};

use super::code::{Code, CodeError};
use crate::billing::MoneyError;

pub use country::name as country_name;
pub use invoice::{ViewContext, derivation_code, derivation_prefix, invoice_view};
pub use unit::{name as unit_name, quantity as quantity_with_unit};

/// Why a frozen invoice cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// A running sum left its range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A code cannot be drawn.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The number gives no creditor reference.
    #[error("{number:?} gives no creditor reference: {cause}")]
    Reference {
        /// The document number.
        number: String,
        /// What the check found.
        cause: String,
    },
    /// The document has no line.
    #[error("a document without lines cannot be shown")]
    NoLines,
}

impl ViewError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Money(cause) => cause.code(),
            Self::Code(cause) => cause.code(),
            Self::Reference { .. } => "document.reference",
            Self::NoLines => "document.no-lines",
        }
    }
}

/// An invoice or credit note, ready to be laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceView {
    /// ISO 639 language: `de`, `en`, `fr`.
    pub language: String,
    /// ISO 3166 region of the language, for the reading voice.
    pub region: String,
    /// Window envelope: `de` (DIN 5008 form B) or `fr` (mirrored).
    pub window: String,
    /// Issue date as `YYYY-MM-DD`: the date of the file itself.
    pub date: String,
    /// Number of the document, or the word for a draft.
    pub number: String,
    /// Shortened hash of the frozen invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Title of page and file.
    pub title: String,
    /// One sentence for file listings.
    pub description: String,
    /// Address lines of the receiver.
    pub address: Vec<String>,
    /// The information block.
    pub information: Vec<Fact>,
    /// Who bills.
    pub seller: SellerView,
    /// Currency as head of a column.
    pub currency: String,
    /// First sentence.
    pub opening: String,
    /// Lines of the table.
    pub lines: Vec<LineView>,
    /// Notes beside the totals.
    pub notes: Vec<NoteView>,
    /// Sums above the amount due.
    pub sums: Vec<SumView>,
    /// The amount due.
    pub due: SumView,
    /// The slip.
    pub payment: PaymentView,
    /// Where each amount is explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyView>,
    /// What is attached to the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentView>,
}

/// A label and its value, a line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Label.
    pub label: String,
    /// Lines of the value.
    pub value: Vec<String>,
}

/// The seller in letterhead and footer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellerView {
    /// Registered name.
    pub name: String,
    /// Return line above the address.
    pub sender: String,
    /// Lines of the letterhead.
    pub letterhead: Vec<String>,
    /// Footer, first column: entity, seat, management.
    pub entity: Vec<String>,
    /// Footer, second column: register, VAT id or tax number.
    pub register: Vec<String>,
    /// Footer, third column: bank.
    pub bank: Vec<String>,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineView {
    /// Position.
    pub no: String,
    /// Name of the service.
    pub name: String,
    /// Second lines: details, discounts, period.
    pub detail: Vec<String>,
    /// Quantity with its unit.
    pub quantity: String,
    /// Price of one unit.
    pub price: String,
    /// Rate and category.
    pub vat: String,
    /// Net amount.
    pub net: String,
    /// Sum of the net amounts down to here, for a page break.
    pub run: String,
}

/// A note: what it is about, and the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteView {
    /// Head.
    pub head: String,
    /// Sentence.
    pub text: String,
}

/// One sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SumView {
    /// What is summed.
    pub label: String,
    /// The amount.
    pub amount: String,
    /// Lines below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The slip: what to pay, or why nothing has to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentView {
    /// Amount with its currency.
    pub amount: String,
    /// Due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Creditor reference in groups of four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// IBAN in groups of four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// BIC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// Account holder as the bank has it.
    pub payee: String,
    /// EPC code with its alternative text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epc: Option<EpcView>,
    /// What stands in place of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}

/// The code for a banking app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpcView {
    /// The drawing.
    pub code: Code,
    /// What it says, in words.
    pub alt: String,
}

/// Where the amounts are explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyView {
    /// The drawing.
    pub code: Code,
    /// Address without scheme.
    pub address: String,
    /// The same on two lines.
    pub lines: Vec<String>,
}

/// The embedded XML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentView {
    /// What a reader shows beside the file.
    pub description: String,
}
