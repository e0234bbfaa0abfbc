//! Cancelling an issued invoice: a credit note over the whole of it, line by line.
//!
//! An invoice that was issued never changes (§ 14 (6) UStG, § 31 (5) UStDV: what is wrong is put
//! right by a document that names it). The credit note has the lines and allowances of the invoice,
//! so that its sums are the same to the cent; service credits that the invoice settled are open
//! again. What the contract is owed all the same is billed anew by the next run, since the biller
//! finds nothing billed for the period.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::compose::{close, frame};
use super::difference::{Groups, group_of};
use super::{Billed, BillingError, Facts, readiness};
use crate::billing::calendar::Period;
use crate::billing::charge::{Cause, LineKey};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::invoice::{DocumentType, Invoice, Line, Note, PrecedingDocument, StateError};
use crate::billing::party::Language;
use crate::billing::rating::GroupKey;
use crate::billing::{Money, MoneyError};

/// The longest reason, in characters: it stands on the document.
pub const LONGEST_REASON: usize = 300;

/// Why an invoice cannot be cancelled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CancelError {
    /// It is cancelled already.
    #[error(transparent)]
    State(#[from] StateError),
    /// Only an invoice can be; what a credit note gives back is charged by the next invoice.
    #[error("{number} is a credit note: only an invoice can be cancelled")]
    CreditNote {
        /// Its number.
        number: String,
    },
    /// A part was given back by a later document: the whole would give it back twice.
    #[error(
        "of what {number} charged for {item}, {service}, {given} was given back by later documents"
    )]
    CreditedInPart {
        /// Number of the invoice.
        number: String,
        /// The item.
        item: String,
        /// The billing period.
        service: Period,
        /// What would be given back too much.
        given: Money,
    },
    /// Nobody said why.
    #[error("the reason of a cancellation has 1 to {} characters", LONGEST_REASON)]
    Reason,
    /// The credit note cannot be made.
    #[error(transparent)]
    Billing(#[from] BillingError),
}

impl From<MoneyError> for CancelError {
    fn from(cause: MoneyError) -> Self {
        Self::Billing(cause.into())
    }
}

impl CancelError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::State(cause) => cause.code(),
            Self::CreditNote { .. } => "cancel.credit-note",
            Self::CreditedInPart { .. } => "cancel.credited-in-part",
            Self::Reason => "cancel.reason",
            Self::Billing(cause) => cause.code(),
        }
    }
}

/// What is cancelled, when, and why.
#[derive(Debug, Clone, Copy)]
pub struct Cancellation<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// Its number.
    pub number: &'a str,
    /// Issue date of the credit note, if no document of the contract is dated later.
    pub day: NaiveDate,
    /// Why, as the document says it.
    pub reason: &'a str,
}

/// The credit note that takes an invoice back as a whole. It names the seller and the customer as
/// they are on its day, and taxes each line as the invoice did (article 90 of Directive
/// 2006/112/EC, § 17 UStG).
///
/// # Errors
/// [`CancelError`]: cancelled before, a credit note, given back in part, no reason; or the customer
/// lacks what a document needs.
pub fn cancellation(
    facts: &Facts<'_>,
    billed: &Billed,
    of: Cancellation<'_>,
) -> Result<Invoice, CancelError> {
    let Cancellation {
        invoice,
        number,
        day,
        reason,
    } = of;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(CancelError::Reason);
    }
    if invoice.document_type == DocumentType::CreditNote {
        let number = number.to_owned();
        return Err(CancelError::CreditNote { number });
    }
    if let Some(by) = cancelled_by(billed, number) {
        let number = number.to_owned();
        return Err(StateError::AlreadyCancelled { number, by }.into());
    }
    whole(facts, billed, &of)?;
    let day = billed.newest.map_or(day, |newest| newest.max(day));
    readiness(facts, day)?;
    let lines = invoice.lines.iter();
    let lines = lines.map(|line| taken_back(line, number, day)).collect();
    let mut note = frame(facts, lines, day, DocumentType::CreditNote)?;
    // The lines are in the language of the invoice, so the whole document is.
    note.language = invoice.language;
    note.allowances.clone_from(&invoice.allowances);
    note.notes = vec![Note::Text {
        title: title(invoice.language, number),
        text: reason.to_owned(),
    }];
    note.preceding = Some(PrecedingDocument {
        number: number.to_owned(),
        issue_date: invoice.issue_date,
    });
    close(&mut note)?;
    Ok(note)
}

/// The invoice that a credit note takes back as a whole; none for any other document.
#[must_use]
pub fn cancelled(note: &Invoice) -> Option<&PrecedingDocument> {
    let reversal = |line: &Line| matches!(line.key.cause, Cause::Reversal { .. });
    let whole = !note.lines.is_empty() && note.lines.iter().all(reversal);
    note.preceding.as_ref().filter(|_| whole)
}

/// The reason that a cancellation gives.
#[must_use]
pub fn reason_of(note: &Invoice) -> Option<&str> {
    note.notes.iter().find_map(|one| match one {
        Note::Text { text, .. } => Some(text.as_str()),
        Note::WithinAllowance { .. } => None,
    })
}

/// The number of the credit note that took an invoice back; empty while it has none.
fn cancelled_by(billed: &Billed, number: &str) -> Option<String> {
    let of =
        |cause: &Cause| matches!(cause, Cause::Reversal { document, .. } if document == number);
    let found = billed.lines.iter().find(|line| of(&line.key.cause))?;
    let by = found.document.as_ref();
    Some(by.map_or_else(String::new, |by| by.number.clone()))
}

/// Whether all that the invoice charged is still charged: no group may fall below zero by taking
/// it back.
fn whole(facts: &Facts<'_>, billed: &Billed, of: &Cancellation<'_>) -> Result<(), CancelError> {
    let mut groups = Groups::default();
    groups.catch_up(facts.contract, billed)?;
    let mut taken: BTreeMap<GroupKey, Money> = BTreeMap::new();
    for line in &of.invoice.lines {
        let key = group_of(facts.contract, &line.key)?;
        let zero = Money::zero(facts.contract.currency);
        let sum = taken.entry(key).or_insert(zero);
        *sum = sum.plus(line.net)?;
    }
    for (key, sum) in taken {
        let zero = Money::zero(facts.contract.currency);
        let left = groups.total(&key).unwrap_or(zero).minus(sum)?;
        if left.is_negative() {
            return Err(CancelError::CreditedInPart {
                number: of.number.to_owned(),
                item: key.item,
                service: key.period,
                given: left.negated()?,
            });
        }
    }
    Ok(())
}

/// A line as the credit note has it: the same, for the reason that it is taken back.
fn taken_back(line: &Line, number: &str, day: NaiveDate) -> Line {
    let position = line.position;
    let derivation = Derivation::fact(
        format!("line {position} of {number}, taken back"),
        line.net.to_string(),
    )
    .from(SourceKind::BilledLine, format!("{number}/{position}"))
    .because([line.derivation.clone()]);
    Line {
        key: LineKey {
            cause: Cause::Reversal {
                document: number.to_owned(),
                position,
            },
            ..line.key.clone()
        },
        due: day,
        derivation,
        ..line.clone()
    }
}

fn title(language: Language, number: &str) -> String {
    match language {
        Language::De => format!("Hebt die Rechnung {number} in voller Höhe auf"),
        Language::En => format!("Cancels invoice {number} in full"),
        Language::Fr => format!("Annule la facture {number} en totalité"),
    }
}
