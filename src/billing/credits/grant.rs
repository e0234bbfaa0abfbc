//! From a granted service credit to the credit that the biller settles.

use chrono::{Datelike, NaiveDate};

use super::CreditError;
use super::view::{Given, View};
use crate::billing::biller::Credit;
use crate::billing::contract::{CreditSettlement, EffectiveItem, Month};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::party::Localised;
use crate::billing::rating::RatingError;
use crate::billing::sla::{CreditReason, ServiceCredit, SlaError};
use crate::billing::{Percent, Ratio, Rounding};

impl View<'_> {
    pub(super) fn credit(
        &self,
        item: &EffectiveItem,
        settlement: CreditSettlement,
        granted: Option<ServiceCredit>,
        words: Localised,
        given: &mut Given,
    ) -> Result<Option<Credit>, CreditError> {
        let Some(granted) = granted else {
            return Ok(None);
        };
        given.add(self.month, self.year, granted.amount)?;
        let (reached, target, references) = match &granted.reason {
            CreditReason::Availability {
                ratio,
                target,
                outages,
                ..
            } => (Some(*ratio), Some(*target), outages.clone()),
            CreditReason::Missed { evidence, .. } => (None, None, vec![evidence.clone()]),
        };
        let mut id = format!(
            "{}/{}/{}/{}",
            self.facts.contract.number, item.item.id, granted.objective, self.month
        );
        // A month has one availability, but a promise can be missed more than once in it.
        if let CreditReason::Missed { evidence, .. } = &granted.reason {
            id = format!("{id}/{evidence}");
        }
        Ok(Some(Credit {
            id,
            item: item.item.id.clone(),
            period: granted.period,
            applies_from: applies_from(self.month, settlement)?,
            amount: granted.amount,
            percent: (granted.percent, granted.base),
            reached,
            target,
            references,
            derivation: self.derivation(&granted, &words)?,
            reason: words,
        }))
    }

    fn derivation(
        &self,
        granted: &ServiceCredit,
        words: &Localised,
    ) -> Result<Derivation, CreditError> {
        let contract = self.facts.contract.number.as_str();
        let mut because = match &granted.reason {
            CreditReason::Availability {
                ratio,
                target,
                agreed_seconds,
                down_seconds,
                outages,
            } => vec![
                Derivation::fact("availability", in_percent(*ratio)?).because([
                    Derivation::fact("agreed time", format!("{agreed_seconds} s")),
                    Derivation::fact("down", format!("{down_seconds} s")).because(
                        outages.iter().map(|id| {
                            Derivation::fact("outage", "").from(SourceKind::ServiceLevel, id)
                        }),
                    ),
                ]),
                Derivation::fact("agreed availability", format!("{target} %"))
                    .from(SourceKind::Contract, contract),
            ],
            CreditReason::Missed { evidence, what } => {
                vec![Derivation::fact(what, "").from(SourceKind::ServiceLevel, evidence)]
            }
        };
        because.push(Derivation::fact(
            "credit in per cent of the month's fee",
            format!("{} %", granted.percent),
        ));
        because.push(
            Derivation::fact("fee of the month", granted.base.to_string())
                .from(SourceKind::Contract, contract),
        );
        if granted.capped {
            because.push(Derivation::fact("bounded by the agreed cap", ""));
        }
        Ok(Derivation::fact(&words.en, granted.amount.to_string()).because(because))
    }
}

/// A share in per cent with four places, half up; the exact fraction stays in the measurement.
fn in_percent(share: Ratio) -> Result<String, CreditError> {
    let four = |share: Ratio| {
        let scaled = share
            .times(Ratio::whole(100))?
            .rounded(4, Rounding::HalfUp)?;
        Ratio::new(scaled, 10_000)
    };
    let percent = four(share).map_err(SlaError::from)?;
    let percent = Percent::rounded(percent, Rounding::HalfUp).map_err(RatingError::from)?;
    Ok(format!("{percent} %"))
}

/// The first day on which a credit of the month may reach an invoice.
fn applies_from(month: Month, settlement: CreditSettlement) -> Result<NaiveDate, CreditError> {
    let months = match settlement {
        CreditSettlement::NextInvoice => 1,
        // January, April, July, October open a quarter.
        CreditSettlement::AfterQuarter => 3_u32.saturating_sub(month.first_day().month0() % 3),
    };
    Ok(month.after(months)?.first_day())
}
