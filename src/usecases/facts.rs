//! All facts of a contract as known at an instant: what rating, previews and verification read.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::Failure;
use crate::access::Program;
use crate::billing::biller::{Billed, Credit, Facts};
use crate::billing::contract::{AdjustmentRule, Contract, IndexTable};
use crate::billing::dated::Dated;
use crate::billing::invoice::{Invoice, PrecedingDocument};
use crate::billing::party::{Customer, Seller};
use crate::billing::shared::Shared;
use crate::billing::tax::TaxRules;
use crate::billing::usage::MeterReading;
use crate::db::invoices::{self, InvoiceId};
use crate::db::service_levels::{self, CreditState};
use crate::db::{DbError, Source, Version, contracts, customers, readings, sellers};

/// The facts of one contract, owned.
#[derive(Debug, Clone)]
pub struct ContractFacts {
    /// The contract.
    pub contract: Contract,
    /// The selling entity, with the first day of each of its states.
    pub sellers: Vec<(NaiveDate, Shared<Seller>)>,
    /// The customer, likewise.
    pub customers: Vec<(NaiveDate, Shared<Customer>)>,
    /// Index values that its clauses name.
    pub indices: IndexTable,
    /// Closed readings, the newest revision of each.
    pub readings: Vec<MeterReading>,
    /// Approved and applied credits.
    pub credits: Vec<Credit>,
}

impl ContractFacts {
    /// Loads the facts that hold on a date, as far as they were known at an instant.
    ///
    /// # Errors
    /// `db.missing` for an unknown contract or party, `db.corrupt-row`.
    pub async fn load(
        on: &impl Source,
        number: &str,
        date: NaiveDate,
        as_known_at: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let missing = |table: &'static str, id: &str| DbError::Missing {
            table,
            id: id.to_owned(),
        };
        let contract: Contract = contracts::as_of(on, Program::itself(), number, date, as_known_at)
            .await?
            .ok_or_else(|| missing("contract", number))?
            .body;
        let sellers = states(
            sellers::history(on, &contract.seller, as_known_at).await?,
            date,
        );
        let sellers = sellers.ok_or_else(|| missing("seller", &contract.seller))?;
        let customer = contract.customer.to_string();
        let customers = states(
            customers::history(on, Program::itself(), &customer, as_known_at).await?,
            date,
        );
        let customers = customers.ok_or_else(|| missing("customer", &customer))?;
        let indices = index_table(on, [&contract], as_known_at).await?;
        let mut closed = Vec::new();
        for record in readings::of_contract(on, Program::itself(), number, as_known_at).await? {
            let reading: MeterReading = parse("reading", number, &record.body)?;
            let same = record.quantity == reading.quantity.to_string()
                && record.coverage == reading.coverage.to_string()
                && record.revision == reading.revision;
            agree("reading", number, same)?;
            closed.push(reading);
        }
        let mut credits = Vec::new();
        for record in service_levels::credits(on, Program::itself(), number).await? {
            let settled = matches!(
                record.state,
                CreditState::Approved | CreditState::Applied(_)
            );
            if settled && record.recorded_at <= as_known_at {
                let credit: Credit = parse("service_credit", number, &record.body)?;
                agree("service_credit", number, record.amount == credit.amount)?;
                credits.push(credit);
            }
        }
        Ok(Self {
            contract,
            sellers,
            customers,
            indices,
            readings: closed,
            credits,
        })
    }

    /// The facts as the biller takes them.
    ///
    /// # Errors
    /// `db.missing`: a party without any state, which [`Self::load`] never leaves.
    pub fn facts<'a>(&'a self, tax: &'a TaxRules) -> Result<Facts<'a>, DbError> {
        let missing = |table| DbError::Missing {
            table,
            id: self.contract.number.clone(),
        };
        Ok(Facts {
            contract: &self.contract,
            seller: Dated::since(&self.sellers).ok_or_else(|| missing("seller"))?,
            customer: Dated::since(&self.customers).ok_or_else(|| missing("customer"))?,
            indices: &self.indices,
            readings: &self.readings,
            credits: &self.credits,
            tax,
        })
    }
}

/// The states of a party up to a day; none when it has none by then.
fn states<B>(versions: Vec<Version<B>>, until: NaiveDate) -> Option<Vec<(NaiveDate, Shared<B>)>> {
    let known: Vec<(NaiveDate, Shared<B>)> = versions
        .into_iter()
        .filter(|version| version.valid_from <= until)
        .map(|version| (version.valid_from, version.body.into()))
        .collect();
    (!known.is_empty()).then_some(known)
}

/// What was billed to a contract by invoices stored before `until`; all of them when none is given.
///
/// # Errors
/// `db.corrupt-row`.
pub(super) async fn billed(
    on: &impl Source,
    contract: &str,
    until: Option<InvoiceId>,
) -> Result<Billed, Failure> {
    let mut billed = Billed::default();
    let mut stored = invoices::of_contract(on, Program::itself(), contract).await?;
    stored.sort_by_key(|invoice| invoice.id);
    for invoice in stored {
        if until.is_some_and(|until| invoice.id >= until) {
            break;
        }
        let view: Invoice = invoice.read_view()?;
        let document = invoice.number().map(|number| PrecedingDocument {
            number: number.to_owned(),
            issue_date: view.issue_date,
        });
        billed
            .add(&view, document.as_ref())
            .map_err(|error| Failure::of(error.code(), &error))?;
    }
    Ok(billed)
}

/// The values of the series that clauses of contracts name, as known at an instant.
///
/// # Errors
/// `db.corrupt-row`.
pub(super) async fn index_table(
    on: &impl Source,
    contracts: impl IntoIterator<Item = &Contract>,
    as_known_at: DateTime<Utc>,
) -> Result<IndexTable, Failure> {
    let named: BTreeSet<&str> = contracts
        .into_iter()
        .flat_map(|contract| &contract.adjustments)
        .filter_map(|adjustment| match &adjustment.rule {
            AdjustmentRule::Index { series, .. } => Some(series.as_str()),
            AdjustmentRule::Uplift { .. } => None,
        })
        .collect();
    let mut values = Vec::new();
    for series in named {
        for stored in readings::index_series(on, series, as_known_at).await? {
            let corrupt = |why: String| DbError::CorruptRow {
                table: "index_value",
                id: format!("{series} {}", stored.month),
                why,
            };
            values.push(crate::billing::contract::IndexValue {
                series: series.to_owned(),
                month: stored.month.parse().map_err(corrupt)?,
                value: stored.value.parse().map_err(
                    |why: crate::billing::decimal::DecimalError| corrupt(why.to_string()),
                )?,
                source: stored.source.clone(),
            });
        }
    }
    Ok(IndexTable::new(values))
}

/// A body as it is stored.
pub(super) fn parse<B: serde::de::DeserializeOwned>(
    table: &'static str,
    contract: &str,
    text: &str,
) -> Result<B, DbError> {
    serde_json::from_str(text).map_err(|why| DbError::CorruptRow {
        table,
        id: format!("of contract {contract}"),
        why: why.to_string(),
    })
}

/// A row says the same in its columns and in its body, or it is no fact.
fn agree(table: &'static str, contract: &str, same: bool) -> Result<(), DbError> {
    if same {
        return Ok(());
    }
    Err(DbError::CorruptRow {
        table,
        id: format!("of contract {contract}"),
        why: "its columns and its body differ".to_owned(),
    })
}
