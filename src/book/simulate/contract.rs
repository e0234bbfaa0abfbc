//! One contract, from its start to the end of the simulation.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::readings::Metering;
use super::{Blocked, Parties, Span, Warning, numbers};
use crate::billing::biller::{Billed, Credit, Facts, Run, Stop, bill_until_blocked, readiness};
use crate::billing::contract::IndexTable;
use crate::billing::credits::{ServiceFacts, ServiceResult, credits, service_results};
use crate::billing::invoice::Invoice;
use crate::billing::usage::MeterReading;
use crate::book::{Book, KnownReading};

/// What all contracts of a simulation share.
pub(super) struct Shared<'a> {
    book: &'a Book,
    indices: IndexTable,
    metering: Metering<'a>,
    span: Span,
}

/// What a contract came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) invoices: Vec<Invoice>,
    pub(super) service_levels: Vec<ServiceResult>,
    pub(super) blocked: Option<Blocked>,
    pub(super) warning: Option<Warning>,
}

impl<'a> Shared<'a> {
    pub(super) fn of(book: &'a Book, span: Span) -> Self {
        Self {
            book,
            indices: book.index_table(),
            metering: Metering::of(book),
            span,
        }
    }

    pub(super) fn run(&self, parties: Parties<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let start = parties.contract.term.start;
        let customer = parties.contract.customer;
        let unmeasured = BTreeMap::new();
        let services = ServiceFacts {
            contract: parties.contract,
            indices: &self.indices,
            incidents: &self.book.incidents,
            exempt: &self.book.exempt,
            unmeasured: &unmeasured,
            missed: &self.book.missed,
        };
        let blocked = |from, code: &str, reason: String| Blocked {
            contract: parties.contract.number.clone(),
            customer,
            from,
            code: code.to_owned(),
            reason,
        };
        match service_results(&services, self.span.until) {
            Ok(results) => outcome.service_levels = results,
            Err(error) => {
                outcome.blocked = Some(blocked(start, error.code(), error.to_string()));
                return outcome;
            }
        }
        let until = self.span.until;
        let readings = self
            .metering
            .readings(parties.contract, &self.indices, until);
        let readings = match readings {
            Ok(readings) => readings,
            Err(error) => {
                outcome.blocked = Some(blocked(start, error.code(), error.to_string()));
                return outcome;
            }
        };
        let given = credits(&outcome.service_levels);
        let (invoices, stopped) = self.documents(parties, &readings, &given);
        outcome.invoices = invoices;
        outcome.blocked =
            stopped.map(|Stop { from, reason }| blocked(from, reason.code(), reason.to_string()));
        let facts = self.facts(parties, &[], &[]);
        if let (None, Err(error)) = (&outcome.blocked, readiness(&facts, until)) {
            outcome.warning = Some(Warning {
                contract: parties.contract.number.clone(),
                customer,
                code: error.code().to_owned(),
                reason: error.to_string(),
            });
        }
        outcome
    }

    fn facts<'b>(
        &'b self,
        parties: Parties<'b>,
        readings: &'b [MeterReading],
        credits: &'b [Credit],
    ) -> Facts<'b> {
        Facts {
            contract: parties.contract,
            seller: parties.seller,
            customer: parties.customer,
            indices: &self.indices,
            readings,
            credits,
            tax: &self.book.tax,
        }
    }

    /// The documents, stretch by stretch of what is known of the readings. A better reading that
    /// arrives between two documents is followed by the next one.
    fn documents(
        &self,
        parties: Parties<'_>,
        readings: &[KnownReading],
        credits: &[Credit],
    ) -> (Vec<Invoice>, Option<Stop>) {
        let mut later: BTreeSet<NaiveDate> = readings
            .iter()
            .filter(|known| known.reading.revision > 1)
            .filter_map(|known| known.known)
            .filter(|day| *day <= self.span.until)
            .collect();
        let mut billed = Billed::default();
        let mut found: Vec<Invoice> = Vec::new();
        let mut floor = None;
        loop {
            let known: Vec<MeterReading> = readings
                .iter()
                .filter(|known| {
                    let waits = known.known.filter(|_| known.reading.revision > 1);
                    waits.is_none_or(|day| floor.is_some_and(|floor| day <= floor))
                })
                .map(|known| known.reading.clone())
                .collect();
            let facts = self.facts(parties, &known, credits);
            let run = Run {
                as_of: self.span.until,
                not_before: floor,
                service_until: self.span.service_until,
            };
            let number = |invoice: &Invoice| Some(numbers::stand_in(invoice));
            let (mut documents, stopped) = bill_until_blocked(&facts, &billed, run, number);
            // Only better readings that are still to come can change what follows.
            let next = later.pop_first().map(|day| {
                let issued = documents.iter().map(|invoice| invoice.issue_date);
                issued.filter(|date| *date >= day).min().unwrap_or(day)
            });
            if let Some(next) = next {
                documents.retain(|invoice| invoice.issue_date < next);
                later = later.split_off(&next);
            }
            for invoice in &documents {
                let number = numbers::stand_in(invoice);
                if let Err(error) = billed.add(invoice, Some(&number)) {
                    let stop = Stop {
                        from: invoice.issue_date,
                        reason: error.into(),
                    };
                    return (found, Some(stop));
                }
            }
            found.extend(documents);
            match (next, stopped) {
                (Some(next), stopped) if stopped.as_ref().is_none_or(|stop| stop.from >= next) => {
                    floor = Some(next);
                }
                (_, stopped) => return (found, stopped),
            }
        }
    }
}
