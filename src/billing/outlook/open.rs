//! Open amounts: what issued invoices are still owed, by age.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{ByCurrency, OutlookError, Uncounted, by_number};
use crate::billing::{Currency, Money};

/// An issued document as the ledger sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receivable {
    /// Number of the document.
    pub number: String,
    /// Customer number.
    pub customer: u32,
    /// Due date (BT-9).
    pub due: NaiveDate,
    /// What it is over, with VAT, in its currency; negative for a credit note.
    pub gross: Money,
    /// What the ledger has allocated to it, of the same sign: payments, credit notes, write-offs.
    pub allocated: Money,
}

/// What is open of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAmount {
    /// Number of the document.
    pub number: String,
    /// Customer number.
    pub customer: u32,
    /// Due date.
    pub due: NaiveDate,
    /// Days since the due date; zero or less while it is not overdue.
    pub overdue_days: i64,
    /// What is open; above zero.
    pub amount: Money,
}

/// How long an amount has been overdue. The due date itself is in time.
///
/// The steps are those of the provision matrix of IFRS 9, Illustrative Example 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// Up to its due date.
    NotDue,
    /// 1 to 30 days.
    Days1To30,
    /// 31 to 60 days.
    Days31To60,
    /// 61 to 90 days.
    Days61To90,
    /// More than 90 days.
    Over90Days,
}

impl Age {
    /// Every age, the youngest first.
    pub const ALL: [Self; 5] = [
        Self::NotDue,
        Self::Days1To30,
        Self::Days31To60,
        Self::Days61To90,
        Self::Over90Days,
    ];

    /// The age of an amount by its days since the due date.
    #[must_use]
    pub const fn of(overdue_days: i64) -> Self {
        match overdue_days {
            ..=0 => Self::NotDue,
            1..=30 => Self::Days1To30,
            31..=60 => Self::Days31To60,
            61..=90 => Self::Days61To90,
            _ => Self::Over90Days,
        }
    }
}

/// A sum with the open amounts it is the sum of, in order of due date, number and customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSum {
    /// The sum.
    pub amount: Money,
    /// What it is the sum of.
    pub parts: Vec<OpenAmount>,
}

impl OpenSum {
    pub(super) fn of(parts: Vec<OpenAmount>, currency: Currency) -> Result<Self, OutlookError> {
        let amount = Money::sum(parts.iter().map(|part| part.amount), currency)?;
        Ok(Self { amount, parts })
    }
}

/// Open amounts in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAmounts {
    /// The day they are seen from.
    pub day: NaiveDate,
    /// Sum of all ages. Credits are not taken off: until somebody sets one off, it pays nothing.
    pub amount: Money,
    /// Every age with what is open at it.
    pub by_age: BTreeMap<Age, OpenSum>,
    /// What is open of credit notes: owed by us, and above zero.
    pub credits: OpenSum,
    /// Documents whose allocation contradicts them.
    pub uncounted: Vec<Uncounted>,
}

/// What was gathered in one currency.
#[derive(Default)]
struct Gathered {
    open: Vec<OpenAmount>,
    credits: Vec<OpenAmount>,
    uncounted: Vec<Uncounted>,
}

/// What is open of issued documents on a day, by age: gross less what the ledger has allocated. A
/// document that is settled does not appear.
///
/// # Errors
/// [`OutlookError::Money`] when a sum leaves its range. A document to which more is allocated than
/// it is over, or an amount of the other sign or of another currency, is listed as uncounted.
pub fn open_amounts(
    receivables: &[Receivable],
    day: NaiveDate,
) -> Result<ByCurrency<OpenAmounts>, OutlookError> {
    let mut found: ByCurrency<Gathered> = ByCurrency::new();
    for receivable in receivables {
        let open = still_open(receivable, day);
        if open.as_ref().is_ok_and(|open| open.amount.is_zero()) {
            continue;
        }
        let of = found.entry(receivable.gross.currency()).or_default();
        match open {
            Ok(part) if receivable.gross.is_negative() => of.credits.push(part),
            Ok(part) => of.open.push(part),
            Err(because) => of.uncounted.push(Uncounted {
                number: receivable.number.clone(),
                because,
            }),
        }
    }
    let sums = found.into_iter();
    sums.map(|(currency, gathered)| Ok((currency, aged(gathered, currency, day)?)))
        .collect()
}

fn still_open(of: &Receivable, day: NaiveDate) -> Result<OpenAmount, OutlookError> {
    let left = of.gross.minus(of.allocated)?;
    let amount = if of.gross.is_negative() {
        left.negated()?
    } else {
        left
    };
    let other_sign = of.allocated.is_negative() != of.gross.is_negative();
    if amount.is_negative() || (other_sign && !of.allocated.is_zero()) {
        return Err(OutlookError::Allocation {
            number: of.number.clone(),
            gross: of.gross,
            allocated: of.allocated,
        });
    }
    Ok(OpenAmount {
        number: of.number.clone(),
        customer: of.customer,
        due: of.due,
        overdue_days: day.signed_duration_since(of.due).num_days(),
        amount,
    })
}

fn aged(
    gathered: Gathered,
    currency: Currency,
    day: NaiveDate,
) -> Result<OpenAmounts, OutlookError> {
    let Gathered {
        mut open,
        mut credits,
        mut uncounted,
    } = gathered;
    in_order(&mut open);
    in_order(&mut credits);
    by_number(&mut uncounted);
    let mut parts: BTreeMap<Age, Vec<OpenAmount>> = BTreeMap::new();
    for part in open {
        let age = Age::of(part.overdue_days);
        parts.entry(age).or_default().push(part);
    }
    let mut by_age = BTreeMap::new();
    for age in Age::ALL {
        let parts = parts.remove(&age).unwrap_or_default();
        by_age.insert(age, OpenSum::of(parts, currency)?);
    }
    Ok(OpenAmounts {
        day,
        amount: Money::sum(by_age.values().map(|sum| sum.amount), currency)?,
        by_age,
        credits: OpenSum::of(credits, currency)?,
        uncounted,
    })
}

/// By due date, number, customer and amount: two instalments of one invoice may share a day.
fn in_order(parts: &mut [OpenAmount]) {
    let key = |part: &OpenAmount| {
        let OpenAmount { number, amount, .. } = part;
        (part.due, number.clone(), part.customer, amount.minor())
    };
    parts.sort_by_cached_key(key);
}
