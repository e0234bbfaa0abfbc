//! From the oracle's plan to a contract with amendments.

use chrono::NaiveDate;
use herdbook::billing::calendar::Interval;
use herdbook::billing::contract::{
    Amendment, ArrearsIssue, BillingTerms, Change, ChargeModel, Contract, Family, Item, Price,
    Proration, Term, Timing, UsageAlerts,
};
use herdbook::billing::invoice::{PaymentMeans, References};
use herdbook::billing::party::Localised;
use herdbook::billing::tax::ServiceNature;
use herdbook::billing::{Currency, Quantity, UnitPrice};

use crate::plan::{Event, Fee, Method, Plan};

pub fn contract(plan: &Plan) -> Contract {
    let items = plan
        .fees
        .iter()
        .enumerate()
        .map(|(i, fee)| item(i, fee, plan.start))
        .collect();
    Contract {
        number: "C-1".to_owned(),
        customer: 10_001,
        seller: "HB".to_owned(),
        title: "random".to_owned(),
        zone: plan.zone,
        currency: Currency::EUR,
        term: Term {
            start: plan.start,
            end: plan.end,
            renewal: None,
            notice_months: 0,
        },
        billing: BillingTerms {
            anchor_day: plan.anchor_day,
            anchor: None,
            payment: PaymentMeans::SepaCreditTransfer,
            payment_days: 30,
            proration: match plan.method {
                Method::ActualActual => Proration::ActualActual,
                Method::Actual30 => Proration::Actual30,
                Method::Strict30360 => Proration::Strict30360,
                Method::PerSecond => Proration::PerSecond,
            },
            arrears_issue: ArrearsIssue::NextDay,
            holidays: None,
            closed_days: Vec::new(),
            grace_hours: 0,
        },
        references: References::default(),
        items,
        amendments: amendments(plan),
        adjustments: Vec::new(),
        discounts: Vec::new(),
        service_levels: Vec::new(),
        usage_alerts: UsageAlerts::default(),
    }
}

fn interval(months: u32) -> Interval {
    match months {
        1 => Interval::Month,
        3 => Interval::Quarter,
        6 => Interval::HalfYear,
        12 => Interval::Year,
        other => panic!("no interval of {other} months"),
    }
}

fn price(cents: i64) -> UnitPrice {
    format!("{}.{:02}", cents / 100, cents % 100)
        .parse()
        .expect("a price")
}

fn item(index: usize, fee: &Fee, from: NaiveDate) -> Item {
    Item {
        id: format!("fee-{index}"),
        family: Family::Operated,
        name: Localised::same("Fee"),
        details: Vec::new(),
        instance: None,
        nature: ServiceNature::Automated,
        from,
        until: None,
        age_from: None,
        added: false,
        billing: interval(fee.billing_months),
        timing: if fee.in_advance {
            Timing::InAdvance
        } else {
            Timing::InArrears
        },
        price: Price::Recurring {
            per: interval(fee.per_months),
            charge: ChargeModel::PerUnit {
                price: price(fee.cents),
            },
        },
        ramp: Vec::new(),
        quantity: Quantity::whole(fee.count),
        billed_until: None,
    }
}

fn amendments(plan: &Plan) -> Vec<Amendment> {
    // Prices and counts of the moment: a replacement keeps the count and the rhythm of its fee.
    let mut fees = plan.fees.clone();
    let mut found = Vec::new();
    for (number, (day, event)) in plan.events.iter().enumerate() {
        let id = |fee: usize| format!("fee-{fee}");
        let change = match *event {
            Event::Price { fee, cents } => {
                fees[fee].cents = cents;
                let price = ChargeModel::PerUnit {
                    price: price(cents),
                };
                Change::SetPrice {
                    item: id(fee),
                    price,
                }
            }
            Event::Count { fee, count } => {
                fees[fee].count = count;
                Change::SetQuantity {
                    item: id(fee),
                    quantity: Quantity::whole(count),
                }
            }
            Event::Replace { fee, cents } => {
                fees.push(Fee { cents, ..fees[fee] });
                let new = fees.len() - 1;
                let with = Box::new(item(new, &fees[new], *day));
                Change::ReplaceItem {
                    item: id(fee),
                    with,
                }
            }
            Event::Add { fee } => {
                fees.push(fee);
                Change::AddItem {
                    item: Box::new(item(fees.len() - 1, &fee, *day)),
                }
            }
            Event::End { fee } => Change::EndItem { item: id(fee) },
            Event::Cancel => Change::Cancel,
        };
        found.push(Amendment {
            id: format!("A-{number}"),
            effective: *day,
            signed: None,
            change,
        });
    }
    found
}
