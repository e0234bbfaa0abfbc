//! Recurring revenue of all contracts on a day: by the month, and by the year.

use chrono::NaiveDate;

use super::{ByCurrency, OutlookError, Uncounted, by_number};
use crate::billing::contract::{Contract, IndexTable};
use crate::billing::party::Localised;
use crate::billing::revenue::{RecurringFee, recurring_fees};
use crate::billing::{Currency, Money};

/// What one item of one contract adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringPart {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// What the item is called.
    pub name: Option<Localised>,
    /// The item, with its month and its year.
    pub fee: RecurringFee,
}

/// Recurring revenue in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurring {
    /// Monthly recurring revenue: the sum of the months of all parts.
    pub month: Money,
    /// Yearly recurring revenue: the sum of the years of all parts. Twelve times the exact month,
    /// not twelve times the rounded one.
    pub year: Money,
    /// The parts, in order of contract and item.
    pub parts: Vec<RecurringPart>,
    /// Contracts that could not be counted.
    pub uncounted: Vec<Uncounted>,
}

impl Recurring {
    fn none(currency: Currency) -> Self {
        Self {
            month: Money::zero(currency),
            year: Money::zero(currency),
            parts: Vec::new(),
            uncounted: Vec::new(),
        }
    }
}

/// Monthly and yearly recurring revenue (MRR and ARR) on a day: the recurring fees of the items
/// that run on it, at the price, count and discounts agreed and known by then. Metered use, its
/// minimums, one-off charges, service credits and tax do not count. A contract that was signed but
/// has not begun, or that is over, adds nothing.
///
/// No law defines the two. That only live contracts count, without one-off fees and without use
/// that nobody committed to, is the definition of the SaaS Metrics Standards Board
/// (<https://www.saasmetricsboard.com/annual-recurring-revenue>). Use that is committed to counts
/// there; here it counts in [`super::contracted()`] alone.
///
/// # Errors
/// [`OutlookError::Money`] when a sum leaves its range. A contract that cannot be rated is listed
/// as uncounted instead.
pub fn recurring<'a>(
    contracts: impl IntoIterator<Item = &'a Contract>,
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<ByCurrency<Recurring>, OutlookError> {
    let mut found: ByCurrency<Recurring> = ByCurrency::new();
    for contract in contracts {
        let fees = recurring_fees(contract, indices, day);
        if fees.as_ref().is_ok_and(Vec::is_empty) {
            continue;
        }
        let of = found
            .entry(contract.currency)
            .or_insert_with(|| Recurring::none(contract.currency));
        match fees {
            Ok(fees) => of.parts.extend(fees.into_iter().map(|fee| RecurringPart {
                contract: contract.number.clone(),
                customer: contract.customer,
                name: name_of(contract, &fee.item),
                fee,
            })),
            Err(because) => of.uncounted.push(Uncounted {
                number: contract.number.clone(),
                because: because.into(),
            }),
        }
    }
    for (&currency, of) in &mut found {
        of.parts
            .sort_by(|a, b| (&a.contract, &a.fee.item).cmp(&(&b.contract, &b.fee.item)));
        by_number(&mut of.uncounted);
        of.month = Money::sum(of.parts.iter().map(|part| part.fee.month), currency)?;
        of.year = Money::sum(of.parts.iter().map(|part| part.fee.year), currency)?;
    }
    Ok(found)
}

/// What a contract calls an item, an amended one included.
fn name_of(contract: &Contract, item: &str) -> Option<Localised> {
    let amended = contract.amendments.iter().rev();
    let added = amended.filter_map(|one| one.change.item());
    let mut items = added.chain(&contract.items);
    items.find(|one| one.id == item).map(|one| one.name.clone())
}
