//! The biller: expected minus already billed.
//!
//! One algorithm for first invoices, late runs, upgrades, cancellations, corrected readings and
//! reruns: work out what every charge group is owed, take off what was billed for it, and put the
//! rest on the document of its day. Billing twice therefore bills nothing twice.

mod blocked;
mod cancellation;
mod closing;
mod compose;
mod credit;
mod difference;
mod readiness;
mod schedule;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::calendar::CalendarError;
use super::contract::{Contract, IndexTable, contract_end};
use super::dated::Dated;
use super::invoice::{
    Cause, ChargeKind, DocumentType, Invoice, LineKey, PrecedingDocument, TotalsError,
};
use super::party::{Customer, Seller};
use super::rating::RatingError;
use super::routing::RoutingError;
use super::shared::Shared;
use super::tax::{TaxBlocked, TaxRules, TaxTreatment};
use super::usage::MeterReading;
use super::{Money, MoneyError};

pub use blocked::{Stop, bill_until_blocked};
pub use cancellation::{
    CancelError, Cancellation, LONGEST_REASON, cancellation, cancelled, reason_of,
};
pub use credit::Credit;
pub use readiness::{Missing, readiness};

/// Why a contract is blocked while all others are billed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BillingError {
    /// The contract cannot be rated.
    #[error(transparent)]
    Rating(#[from] RatingError),
    /// The tax treatment cannot be decided.
    #[error(transparent)]
    Tax(#[from] TaxBlocked),
    /// Totals cannot be made.
    #[error(transparent)]
    Totals(#[from] TotalsError),
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// An identifier that the receiver or the bank would reject.
    #[error(transparent)]
    Routing(#[from] RoutingError),
    /// A fact that the document cannot do without.
    #[error(transparent)]
    Missing(#[from] Missing),
}

impl BillingError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rating(cause) => cause.code(),
            Self::Tax(cause) => cause.code(),
            Self::Totals(cause) => cause.code(),
            Self::Money(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
            Self::Routing(cause) => cause.code(),
            Self::Missing(cause) => cause.code(),
        }
    }
}

/// All facts that the documents of one contract follow from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The selling entity: a document names it as it is on the issue date.
    pub seller: Dated<'a, Shared<Seller>>,
    /// The customer, likewise.
    pub customer: Dated<'a, Shared<Customer>>,
    /// Known index values.
    pub indices: &'a IndexTable,
    /// Closed readings.
    pub readings: &'a [MeterReading],
    /// Approved service credits.
    pub credits: &'a [Credit],
    /// Tax rates and rulings.
    pub tax: &'a TaxRules,
}

/// A line that is on a document already, frozen or issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledLine {
    /// Identity.
    pub key: LineKey,
    /// What it changed the debt by: negative on credit notes.
    pub net: Money,
    /// How it was taxed: what is given back of it is taxed the same.
    pub tax: TaxTreatment,
    /// Type of its document.
    pub document_type: DocumentType,
    /// Issue date of its document.
    pub issued_on: NaiveDate,
    /// The document; none while it has no number.
    pub document: Option<PrecedingDocument>,
}

impl BilledLine {
    /// True for a charge on an invoice: what a credit note can give back from.
    fn charges(&self) -> bool {
        self.document_type != DocumentType::CreditNote && self.net.minor() > 0
    }
}

/// What was billed to a contract before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Billed {
    /// Lines.
    pub lines: Vec<BilledLine>,
    /// Service credits by identifier, as far as they were settled.
    pub credits: BTreeMap<String, Money>,
    /// Issue date of the newest document: what was known before it has been billed, and is not
    /// looked at again.
    pub newest: Option<NaiveDate>,
}

impl Billed {
    /// Counts a document as billed.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn add(
        &mut self,
        invoice: &Invoice,
        document: Option<&PrecedingDocument>,
    ) -> Result<(), MoneyError> {
        let gives_back = invoice.document_type == DocumentType::CreditNote;
        self.newest = self.newest.max(Some(invoice.issue_date));
        for line in &invoice.lines {
            if let Cause::Credit { id } = &line.key.cause {
                self.settle(id, line.net)?;
                continue;
            }
            let net = if gives_back {
                line.net.negated()?
            } else {
                line.net
            };
            self.lines.push(BilledLine {
                key: line.key.clone(),
                net,
                tax: line.tax.clone(),
                document_type: invoice.document_type,
                issued_on: invoice.issue_date,
                document: document.cloned(),
            });
        }
        for allowance in &invoice.allowances {
            // An invoice that is taken back has settled nothing.
            let settled = if gives_back {
                allowance.amount.negated()?
            } else {
                allowance.amount
            };
            self.settle(&allowance.credit, settled)?;
        }
        Ok(())
    }

    fn settle(&mut self, credit: &str, amount: Money) -> Result<(), MoneyError> {
        let zero = Money::zero(amount.currency());
        let used = self.credits.entry(credit.to_owned()).or_insert(zero);
        *used = used.plus(amount)?;
        Ok(())
    }
}

/// What a run bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Everything due by this day.
    pub as_of: NaiveDate,
    /// No document is dated before this day: the books of earlier days are closed.
    pub not_before: Option<NaiveDate>,
    /// Service that starts after this day is left for later; none for no such limit.
    pub service_until: Option<NaiveDate>,
}

/// The documents a contract is due, in order of their dates.
///
/// A late run yields the documents that punctual runs would have: one for each issue date up to
/// `as_of`, each with the amendments known on its date.
///
/// # Errors
/// [`BillingError`]: the contract is blocked, and nothing of it is billed.
pub fn bill(facts: &Facts<'_>, billed: &Billed, run: Run) -> Result<Vec<Invoice>, BillingError> {
    bill_numbered(facts, billed, run, |_| None)
}

/// As [`bill`], where each document has its number (or a stand-in for it) before the next is
/// made. A credit note names the document it gives back from, so it can only follow one that has
/// a number.
///
/// # Errors
/// As [`bill`].
pub fn bill_numbered(
    facts: &Facts<'_>,
    billed: &Billed,
    run: Run,
    number: impl Fn(&Invoice) -> Option<PrecedingDocument>,
) -> Result<Vec<Invoice>, BillingError> {
    let mut billed = billed.clone();
    let mut documents = Vec::new();
    // Earlier knowledge must not be held against later documents: a rerun, or a run that goes on
    // where another was killed, begins at the newest document.
    let run = Run {
        not_before: run.not_before.max(billed.newest),
        ..run
    };
    let mut groups = difference::Groups::default();
    for knowledge in schedule::knowledge(facts.contract, run)? {
        let owed = schedule::owed(facts, &knowledge, run)?;
        for day in schedule::issue_dates(facts, &owed, &knowledge)? {
            // An invoice takes all that is pending. Once the contract is over, a credit note may
            // follow over what the invoice had no room for, or the invoice after the credit note.
            let over = contract_end(facts.contract, day)?.is_some_and(|end| end <= day);
            for _ in 0..if over { 2 } else { 1 } {
                groups.catch_up(facts.contract, &billed)?;
                let known = (&groups, &billed);
                let pending = difference::pending(facts.contract, &owed, known, day)?;
                let Some(invoice) = compose::document(facts, pending, &billed, day)? else {
                    break;
                };
                readiness(facts, day)?;
                billed.add(&invoice, number(&invoice).as_ref())?;
                documents.push(invoice);
            }
        }
    }
    Ok(documents)
}

/// True for lines that settle the true-up of a commitment rather than the use itself.
const fn is_true_up(kind: &ChargeKind) -> bool {
    matches!(kind, ChargeKind::TrueUp)
}
