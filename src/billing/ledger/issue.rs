//! Issuing an invoice: the customer owes the gross amount, revenue and tax are earned.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Account, AccountMap, Entry, LedgerError, Posting};
use crate::billing::invoice::{DocumentType, Invoice, TaxSubtotal};
use crate::billing::tax::{TaxCase, TaxTreatment};
use crate::billing::{Currency, Money, MoneyError, Rounding};

/// What an issued document supplied, reduced to what is booked.
#[derive(Clone, Debug)]
pub struct Supplied<'a> {
    /// Date of the document.
    pub date: NaiveDate,
    /// Its number.
    pub document: &'a str,
    /// The customer's account.
    pub debtor: Account,
    /// Currency of the document.
    pub currency: Currency,
    /// Whether it gives back (credit note) instead of charging.
    pub gives_back: bool,
    /// Net amounts of lines, positive, and of allowances, negative, with their treatment.
    pub nets: Vec<(&'a TaxTreatment, Money)>,
    /// The tax breakdown of the document.
    pub tax: &'a [TaxSubtotal],
}

/// The journal entries of an issued invoice: one, or none for a document over nothing.
///
/// # Errors
/// [`LedgerError`]: a customer number that is no account, a tax case without accounts, an amount
/// out of range.
pub fn entries_for_issue(
    invoice: &Invoice,
    number: &str,
    accounts: &AccountMap,
) -> Result<Vec<Entry>, LedgerError> {
    let mut nets: Vec<(&TaxTreatment, Money)> = Vec::new();
    nets.extend(invoice.lines.iter().map(|line| (&line.tax, line.net)));
    for allowance in &invoice.allowances {
        nets.push((&allowance.tax, allowance.amount.negated()?));
    }
    let supplied = Supplied {
        date: invoice.issue_date,
        document: number,
        debtor: Account::new(invoice.customer.number)?,
        currency: invoice.currency,
        gives_back: invoice.document_type == DocumentType::CreditNote,
        nets,
        tax: &invoice.tax,
    };
    Ok(issue_entry(&supplied, accounts)?.into_iter().collect())
}

/// The entry of a document; none when every amount is zero.
///
/// Debit: the customer with the sum of what follows. Credit: revenue by tax case, then tax by tax
/// case. The customer's amount is the sum of the others, so the entry balances whatever the
/// breakdown says; that it equals the gross total is the invoice's own invariant.
///
/// # Errors
/// As [`entries_for_issue`].
pub fn issue_entry(
    supplied: &Supplied<'_>,
    accounts: &AccountMap,
) -> Result<Option<Entry>, LedgerError> {
    let mut credits: BTreeMap<Account, Money> = BTreeMap::new();
    let mut add = |account: Account, amount: Money| -> Result<(), MoneyError> {
        let sum = credits
            .entry(account)
            .or_insert_with(|| Money::zero(supplied.currency));
        *sum = sum.plus(amount)?;
        Ok(())
    };
    for (treatment, net) in &supplied.nets {
        let (_, row) = row_of(treatment, accounts)?;
        add(row.revenue, *net)?;
    }
    for (rule, case, tax) in tax_by_case(supplied)? {
        let row = accounts.find(case);
        let account = row
            .and_then(|row| row.tax)
            .ok_or(LedgerError::NoTaxAccount { rule, tax })?;
        add(account, tax)?;
    }
    let owed = Money::sum(credits.values().copied(), supplied.currency)?;
    let signed = |amount: Money| {
        if supplied.gives_back {
            amount.negated()
        } else {
            Ok(amount)
        }
    };
    let mut postings = vec![(supplied.debtor, signed(owed)?)];
    for (account, amount) in credits {
        postings.push((account, signed(amount)?.negated()?));
    }
    let postings: Vec<Posting> = postings
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(|(account, amount)| Posting { account, amount })
        .collect();
    if postings.is_empty() {
        return Ok(None);
    }
    let text = if supplied.gives_back {
        "Credit note"
    } else {
        "Invoice"
    };
    Ok(Some(Entry::new(
        supplied.date,
        supplied.document,
        text,
        postings,
    )?))
}

fn row_of(
    treatment: &TaxTreatment,
    accounts: &AccountMap,
) -> Result<(TaxCase, super::AccountRow), LedgerError> {
    TaxCase::of(treatment)
        .and_then(|case| Some((case, accounts.find(case)?)))
        .ok_or_else(|| LedgerError::UnmappedCase {
            rule: treatment.rule.clone(),
        })
}

/// The tax of every group, shared among the cases that meet in it. Two cases meet when a service
/// taxed abroad happens to have the German rate: the tax is shared by net amount, rounded half-up,
/// and the last case (in the order of the cases) takes the rest.
fn tax_by_case(supplied: &Supplied<'_>) -> Result<Vec<(String, TaxCase, Money)>, LedgerError> {
    let mut found = Vec::new();
    for group in supplied.tax.iter().filter(|group| !group.tax.is_zero()) {
        let mut nets: BTreeMap<TaxCase, (&str, Money)> = BTreeMap::new();
        for (treatment, net) in &supplied.nets {
            let same = treatment.category == group.category
                && treatment.rate == group.rate
                && treatment.exemption_code == group.exemption_code;
            if let (true, Some(case)) = (same, TaxCase::of(treatment)) {
                let zero = (treatment.rule.as_str(), Money::zero(supplied.currency));
                let (_, sum) = nets.entry(case).or_insert(zero);
                *sum = sum.plus(*net)?;
            }
        }
        let last = nets.keys().next_back().copied();
        let mut left = group.tax;
        for (case, (rule, net)) in nets {
            let part = match group.rate {
                Some(rate) if Some(case) != last => {
                    net.share(rate.factor().map_err(MoneyError::from)?, Rounding::HalfUp)?
                }
                _ => left,
            };
            left = left.minus(part)?;
            if !part.is_zero() {
                found.push((rule.to_owned(), case, part));
            }
        }
        if !left.is_zero() {
            return Err(LedgerError::UnexplainedTax {
                currency: supplied.currency,
            });
        }
    }
    Ok(found)
}
