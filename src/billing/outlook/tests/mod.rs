//! Facts about the outlook, and the contracts they are shown on.

mod ahead;
mod contracted;
mod open;
mod properties;
mod recurring;

use chrono::NaiveDate;

use super::*;
use crate::billing::calendar::{Interval, Tz};
use crate::billing::charge::Unit;
use crate::billing::contract::{
    Adjustment, AdjustmentRule, Amendment, ArrearsIssue, BillingTerms, Change, ChargeModel,
    Commitment, CommitmentBasis, Contract, Discount, DiscountAmount, Family, IndexTable,
    IndexValue, Item, Price, Proration, RampStep, Renewal, Term, Timing, UsageAlerts,
};
use crate::billing::invoice::{PaymentMeans, References};
use crate::billing::party::Localised;
use crate::billing::tax::ServiceNature;
use crate::billing::{Quantity, UnitPrice};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn price(text: &str) -> UnitPrice {
    text.parse().expect("a price")
}

fn eur(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("an amount")
}

/// A term of its own: day after the last, months of a renewal, months of notice.
fn term(start: &str, end: Option<&str>, renewal: Option<u32>, notice_months: u32) -> Term {
    Term {
        start: date(start),
        end: end.map(date),
        renewal: renewal.map(|months| Renewal {
            months,
            max_total_months: None,
        }),
        notice_months,
    }
}

fn contract(number: &str, term: Term, items: Vec<Item>) -> Contract {
    Contract {
        number: number.to_owned(),
        customer: 10_001,
        seller: "HB".to_owned(),
        title: "Hosting".to_owned(),
        zone: Tz::Europe__Berlin,
        currency: Currency::EUR,
        term,
        billing: BillingTerms {
            anchor_day: 1,
            anchor: None,
            payment: PaymentMeans::SepaCreditTransfer,
            payment_days: 30,
            proration: Proration::ActualActual,
            arrears_issue: ArrearsIssue::NextDay,
            holidays: None,
            closed_days: Vec::new(),
            grace_hours: 0,
        },
        references: References::default(),
        items,
        amendments: Vec::new(),
        adjustments: Vec::new(),
        discounts: Vec::new(),
        service_levels: Vec::new(),
        usage_alerts: UsageAlerts::default(),
    }
}

fn item(id: &str, from: &str, price: Price) -> Item {
    Item {
        id: id.to_owned(),
        family: Family::Operated,
        name: Localised::same("Server"),
        details: Vec::new(),
        instance: Some("social.example".to_owned()),
        nature: ServiceNature::Automated,
        from: date(from),
        until: None,
        age_from: None,
        added: false,
        billing: Interval::Month,
        timing: Timing::InArrears,
        price,
        ramp: Vec::new(),
        quantity: Quantity::whole(1),
        billed_until: None,
    }
}

fn flat(text: &str) -> ChargeModel {
    ChargeModel::Flat { price: price(text) }
}

/// A recurring fee, billed by its own interval.
fn fee(id: &str, from: &str, per: Interval, amount: &str) -> Item {
    let charge = flat(amount);
    Item {
        billing: per,
        ..item(id, from, Price::Recurring { per, charge })
    }
}

/// Metered storage, with a minimum or without.
fn metered(id: &str, from: &str, minimum: Option<Commitment>) -> Item {
    let charge = ChargeModel::PerUnit {
        price: price("0.50"),
    };
    let price = Price::Usage {
        per: Interval::Month,
        meter: "media_storage".to_owned(),
        unit: Unit::Gigabyte,
        charge,
        included: Quantity::ZERO,
        roll_over: false,
        step: None,
        minimum,
        maximum: None,
        pooled_with: Vec::new(),
        gaps: None,
    };
    item(id, from, price)
}

fn at_least(amount: &str, basis: CommitmentBasis) -> Option<Commitment> {
    Some(Commitment {
        amount: price(amount),
        basis,
    })
}

fn amendment(id: &str, effective: &str, signed: &str, change: Change) -> Amendment {
    Amendment {
        id: id.to_owned(),
        effective: date(effective),
        signed: Some(date(signed)),
        change,
    }
}

fn discount(id: &str, from: &str, until: Option<&str>, amount: DiscountAmount) -> Discount {
    Discount {
        id: id.to_owned(),
        items: Vec::new(),
        from: date(from),
        until: until.map(date),
        amount,
        reason: Localised::same("Discount"),
    }
}

fn percent(text: &str) -> DiscountAmount {
    DiscountAmount::Percent(text.parse().expect("a percentage"))
}

/// A yearly index clause of one point a month from a base of 100 in April 2025.
fn indexed(first: &str) -> Adjustment {
    Adjustment {
        id: "index".to_owned(),
        first: date(first),
        every_months: 12,
        minimum_age_months: 12,
        rule: AdjustmentRule::Index {
            series: "VPI".to_owned(),
            base_month: "2025-04".parse().expect("a month"),
            lag_months: 3,
            cap: None,
            threshold: None,
            symmetric: true,
        },
    }
}

fn index(values: &[(&str, &str)]) -> IndexTable {
    IndexTable::new(values.iter().map(|(month, value)| IndexValue {
        series: "VPI".to_owned(),
        month: month.parse().expect("a month"),
        value: value.parse().expect("a value"),
        source: "test".to_owned(),
    }))
}
