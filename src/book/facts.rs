//! From the tables of book files to the facts that billing follows from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::file::{
    BookFile, ExclusionCause, ExclusionEntry, MaintenanceEntry, OutageEntry, PaymentEntry, RunEntry,
};
use super::used::{self, KnownEvent, KnownReading};
use crate::billing::biller::Credit;
use crate::billing::contract::{Contract, IndexTable, IndexValue, Price};
use crate::billing::credits::{
    CreditError, Exempt, Incident, MissedResult, ServiceFacts, credits, service_results,
};
use crate::billing::party::{Customer, Seller};
use crate::billing::shared::Shared;
use crate::billing::sla::{Exclusion, ExclusionKind, Outage};
use crate::billing::tax::TaxRules;
use crate::billing::usage::{Meter, MeterReading, Sample};

/// All facts of a book, checked: every reference leads somewhere.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Names of its files, joined.
    pub name: String,
    /// What a simulation bills unless the command line says otherwise.
    pub run: RunEntry,
    /// Tax rates and rulings.
    pub tax: TaxRules,
    /// Selling entities.
    pub sellers: Vec<Seller>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Published index values.
    pub indices: Vec<IndexValue>,
    /// Contracts.
    pub contracts: Vec<Contract>,
    /// How samples and events become readings.
    pub meters: Vec<Meter>,
    /// Closed readings.
    pub readings: Vec<KnownReading>,
    /// Raw samples with their instance and meter.
    pub samples: Vec<(String, String, Sample)>,
    /// Raw events.
    pub events: Vec<KnownEvent>,
    /// Outages.
    pub incidents: Vec<Incident>,
    /// Times that do not count against service levels.
    pub exempt: Vec<Exempt>,
    /// Promises other than availability that were missed.
    pub missed: Vec<MissedResult>,
    /// Payments received.
    pub payments: Vec<PaymentEntry>,
}

/// First day of facts that name none: they hold now and held before.
pub const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

fn states<K: Ord, T: Clone>(
    all: &[T],
    of: impl Fn(&T) -> (K, NaiveDate),
) -> BTreeMap<K, Vec<(NaiveDate, Shared<T>)>> {
    let mut found: BTreeMap<K, Vec<(NaiveDate, Shared<T>)>> = BTreeMap::new();
    for one in all {
        let (key, from) = of(one);
        found
            .entry(key)
            .or_default()
            .push((from, Shared::from(one.clone())));
    }
    for states in found.values_mut() {
        states.sort_by_key(|(from, _)| *from);
    }
    found
}

impl Book {
    /// The facts of several files.
    #[must_use]
    pub fn of(name: String, files: impl IntoIterator<Item = BookFile>) -> Self {
        let mut book = Self {
            name,
            ..Self::default()
        };
        let mut closed = Vec::new();
        for file in files {
            let run = file.run.unwrap_or_default();
            book.run.until = run.until.or(book.run.until);
            book.run.service_until = run.service_until.or(book.run.service_until);
            if let Some(tax) = file.tax {
                let settings = &mut book.tax.settings;
                settings.vies_down |= tax.vies_down;
                settings.above_eu_threshold |= tax.above_eu_threshold;
            }
            book.sellers.extend(file.seller);
            book.customers.extend(file.customer);
            book.indices.extend(file.index);
            book.contracts.extend(file.contract);
            book.meters.extend(file.meter);
            book.readings
                .extend(file.reading.into_iter().filter_map(used::reading));
            book.samples
                .extend(file.sample.into_iter().map(used::sample));
            book.events.extend(file.event.into_iter().map(used::event));
            book.incidents.extend(file.outage.into_iter().map(incident));
            book.exempt
                .extend(file.maintenance.into_iter().map(maintenance));
            book.exempt.extend(file.exclusion.into_iter().map(exempt));
            book.missed.extend(file.objective_result);
            book.payments.extend(file.payment);
            closed.extend(file.calendar);
        }
        for contract in &mut book.contracts {
            let terms = &mut contract.billing;
            for entry in &closed {
                if terms.holidays.as_ref() == Some(&entry.region) {
                    terms.closed_days.extend(&entry.closed);
                }
            }
            terms.closed_days.sort_unstable();
            terms.closed_days.dedup();
        }
        book
    }

    /// The index values as a table.
    #[must_use]
    pub fn index_table(&self) -> IndexTable {
        IndexTable::new(self.indices.iter().cloned())
    }

    /// The states of every seller, each from its first day on, by code.
    #[must_use]
    pub fn seller_states(&self) -> BTreeMap<String, Vec<(NaiveDate, Shared<Seller>)>> {
        let of = |seller: &Seller| (seller.code.clone(), seller.valid_from);
        states(&self.sellers, of)
    }

    /// The states of every customer, each from its first day on, by number.
    #[must_use]
    pub fn customer_states(&self) -> BTreeMap<u32, Vec<(NaiveDate, Shared<Customer>)>> {
        let of = |customer: &Customer| {
            let from = customer.valid_from.unwrap_or(BEGINNING);
            (customer.number, from)
        };
        states(&self.customers, of)
    }

    /// Every closed reading with each contract that it is a fact of.
    #[must_use]
    pub fn contract_readings(&self) -> Vec<(String, MeterReading)> {
        let mut by_series: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for contract in &self.contracts {
            for (instance, meter) in series(contract) {
                let contracts = by_series.entry((instance, meter)).or_default();
                contracts.insert(&contract.number);
            }
        }
        let mut found = Vec::new();
        for KnownReading { reading, .. } in &self.readings {
            let key = (reading.instance.as_str(), reading.meter.as_str());
            for contract in by_series.get(&key).into_iter().flatten() {
                found.push(((*contract).to_owned(), reading.clone()));
            }
        }
        found
    }

    /// The service credits of every contract for the months that have ended by `until`, with the
    /// number of the contract.
    ///
    /// # Errors
    /// [`CreditError`].
    pub fn credits(&self, until: NaiveDate) -> Result<Vec<(String, Credit)>, CreditError> {
        let indices = self.index_table();
        let unmeasured = BTreeMap::new();
        let mut found = Vec::new();
        for contract in &self.contracts {
            let facts = ServiceFacts {
                contract,
                indices: &indices,
                incidents: &self.incidents,
                exempt: &self.exempt,
                unmeasured: &unmeasured,
                missed: &self.missed,
            };
            let results = service_results(&facts, until)?;
            let credits = credits(&results).into_iter();
            found.extend(credits.map(|credit| (contract.number.clone(), credit)));
        }
        Ok(found)
    }

    /// The last issue date of a simulation: that of the book, or the day after the end of the last
    /// contract year: of the first term, or twelve months after the start of an open one.
    #[must_use]
    pub fn until(&self) -> Option<NaiveDate> {
        let end = |contract: &Contract| {
            let term = contract.term;
            term.end
                .or_else(|| term.start.checked_add_months(Months::new(12)))
        };
        self.run
            .until
            .or_else(|| self.contracts.iter().filter_map(end).max())
    }
}

/// Instances and meters that the items of a contract are priced by.
fn series(contract: &Contract) -> impl Iterator<Item = (&str, &str)> {
    contract.every_item().flat_map(|item| {
        let (meter, pooled) = match &item.price {
            Price::Usage {
                meter, pooled_with, ..
            } => (meter.as_str(), pooled_with.as_slice()),
            Price::Recurring { .. } | Price::OneOff { .. } => ("", &[][..]),
        };
        let metered = !meter.is_empty();
        let instances = item.instance.iter().chain(pooled).filter(move |_| metered);
        instances.map(move |instance| (instance.as_str(), meter))
    })
}

fn incident(entry: OutageEntry) -> Incident {
    let OutageEntry {
        id,
        instance,
        start,
        end,
        components,
        cause,
    } = entry;
    let outage = Outage {
        id,
        start,
        end,
        components,
        cause,
    };
    Incident { instance, outage }
}

fn maintenance(entry: MaintenanceEntry) -> Exempt {
    let MaintenanceEntry {
        id,
        instance,
        start,
        end,
        announced,
        components,
    } = entry;
    let kind = ExclusionKind::Maintenance {
        announced_at: announced,
    };
    let exclusion = Exclusion {
        id,
        start,
        end,
        components,
        kind,
    };
    Exempt {
        instance,
        exclusion,
    }
}

fn exempt(entry: ExclusionEntry) -> Exempt {
    let ExclusionEntry {
        id,
        instance,
        start,
        end,
        cause,
        components,
    } = entry;
    let kind = match cause {
        ExclusionCause::ForceMajeure => ExclusionKind::ForceMajeure,
        ExclusionCause::CustomerCaused => ExclusionKind::CustomerCaused,
        ExclusionCause::Agreed => ExclusionKind::Agreed,
    };
    let exclusion = Exclusion {
        id,
        start,
        end,
        components,
        kind,
    };
    Exempt {
        instance,
        exclusion,
    }
}
