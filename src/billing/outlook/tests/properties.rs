//! What holds for all contracts and receivables.

use chrono::{Days, Months};
use proptest::prelude::*;

use super::*;
use crate::billing::Ratio;
use crate::billing::contract::{contract_end, next_end};
use crate::billing::rating::{Expectation, expected};

fn base() -> NaiveDate {
    date("2026-01-01")
}

fn after(days: u64) -> NaiveDate {
    base() + Days::new(days)
}

fn intervals() -> impl Strategy<Value = Interval> {
    prop_oneof![
        Just(Interval::Month),
        Just(Interval::Quarter),
        Just(Interval::HalfYear),
        Just(Interval::Year),
    ]
}

fn currencies() -> impl Strategy<Value = Currency> {
    prop_oneof![
        Just(Currency::EUR),
        Just(Currency::USD),
        Just(Currency::JPY)
    ]
}

fn models() -> impl Strategy<Value = ChargeModel> {
    (0i64..500_000, any::<bool>()).prop_map(|(cents, each)| {
        let price = UnitPrice::rounded(
            Ratio::new(i128::from(cents), 100).expect("cents"),
            crate::billing::Rounding::HalfUp,
        );
        let price = price.expect("a price");
        if each {
            ChargeModel::PerUnit { price }
        } else {
            ChargeModel::Flat { price }
        }
    })
}

fn fees() -> impl Strategy<Value = Item> {
    let step = proptest::option::of((0u64..900, models()));
    let until = proptest::option::of(1u64..900);
    (
        intervals(),
        intervals(),
        models(),
        0u64..300,
        until,
        0i64..20,
        step,
    )
        .prop_map(|(per, billing, charge, from, until, count, step)| {
            let from = after(from);
            Item {
                from,
                until: until.map(|days| from + Days::new(days)),
                billing,
                quantity: Quantity::whole(count),
                ramp: step
                    .map(|(days, model)| RampStep {
                        from: after(days),
                        model,
                    })
                    .into_iter()
                    .collect(),
                ..item("fee", "2026-01-01", Price::Recurring { per, charge })
            }
        })
}

fn minimums() -> impl Strategy<Value = Item> {
    (0i64..100_000, any::<bool>(), 0u64..300).prop_map(|(euros, year, from)| {
        let basis = if year {
            CommitmentBasis::Year
        } else {
            CommitmentBasis::Period
        };
        Item {
            from: after(from),
            ..metered("use", "2026-01-01", at_least(&euros.to_string(), basis))
        }
    })
}

fn terms() -> impl Strategy<Value = Term> {
    let end = proptest::option::weighted(0.7, 1u32..40);
    let renewal = proptest::option::of((1u32..13, proptest::option::of(12u32..60)));
    (0u64..300, end, renewal, 0u32..7).prop_map(|(start, end, renewal, notice_months)| {
        let start = after(start);
        Term {
            start,
            end: end.map(|months| start + Months::new(months)),
            renewal: renewal.map(|(months, max_total_months)| Renewal {
                months,
                max_total_months,
            }),
            notice_months,
        }
    })
}

fn amounts() -> impl Strategy<Value = DiscountAmount> {
    prop_oneof![
        (0u32..=100).prop_map(|whole| percent(&whole.to_string())),
        (0u32..3_000).prop_map(|whole| DiscountAmount::Absolute(price(&whole.to_string()))),
    ]
}

fn discounts() -> impl Strategy<Value = Vec<Discount>> {
    let one = (0u64..600, proptest::option::of(1u64..400), amounts());
    proptest::collection::vec(one, 0..3).prop_map(|raw| {
        let build = |(n, (from, days, amount)): (usize, (u64, Option<u64>, DiscountAmount))| {
            let from = after(from);
            Discount {
                id: format!("d{n}"),
                from,
                until: days.map(|days| from + Days::new(days)),
                ..discount("d", "2026-01-01", None, amount)
            }
        };
        raw.into_iter().enumerate().map(build).collect()
    })
}

fn plain() -> impl Strategy<Value = Contract> {
    let items = proptest::collection::vec(prop_oneof![4 => fees(), 1 => minimums()], 1..4);
    (terms(), items, 1u8..=31, currencies()).prop_map(|(term, items, anchor_day, currency)| {
        let named = items.into_iter().enumerate().map(|(n, item)| Item {
            id: format!("{}-{n}", item.id),
            ..item
        });
        let mut found = contract("C", term, named.collect());
        found.billing.anchor_day = anchor_day;
        found.currency = currency;
        found
    })
}

fn contracts() -> impl Strategy<Value = Vec<Contract>> {
    let cancel = proptest::option::weighted(0.3, (0u64..900, 0u64..200));
    let one = (plain(), discounts(), cancel).prop_map(|(contract, discounts, cancel)| {
        let cancelled = cancel.map(|(day, ahead)| Amendment {
            signed: Some(after(day.saturating_sub(ahead))),
            effective: after(day),
            ..amendment("A-1", "2026-01-01", "2026-01-01", Change::Cancel)
        });
        Contract {
            discounts,
            amendments: cancelled.into_iter().collect(),
            ..contract
        }
    });
    proptest::collection::vec(one, 0..5).prop_map(|found| {
        let number = |(n, contract): (usize, Contract)| Contract {
            number: format!("C-{n}"),
            ..contract
        };
        found.into_iter().enumerate().map(number).collect()
    })
}

fn receivables() -> impl Strategy<Value = Vec<Receivable>> {
    let one = (
        0u32..6,
        0u64..400,
        0i64..1_000_000,
        0i64..=100,
        currencies(),
    );
    proptest::collection::vec(one, 0..20).prop_map(|raw| {
        let build = |(n, due, gross, paid, currency): (u32, u64, i64, i64, Currency)| Receivable {
            number: format!("RE-{n}"),
            customer: 10_000 + n,
            due: after(due),
            gross: Money::new(gross, currency),
            allocated: Money::new(gross * paid / 100, currency),
        };
        raw.into_iter().map(build).collect()
    })
}

fn mrr(contracts: &[Contract], day: NaiveDate) -> ByCurrency<Recurring> {
    recurring(contracts, &IndexTable::default(), day).expect("in range")
}

fn bound(contracts: &[Contract], day: NaiveDate) -> ByCurrency<Contracted> {
    contracted(contracts, &IndexTable::default(), day).expect("in range")
}

fn sum(amounts: impl Iterator<Item = Money>, currency: Currency) -> Money {
    Money::sum(amounts, currency).expect("one currency, in range")
}

proptest! {
    #[test]
    fn recurring_revenue_is_the_sum_of_its_parts_and_no_part_is_negative(
        contracts in contracts(), day in 0u64..1_000,
    ) {
        for (currency, found) in mrr(&contracts, after(day)) {
            prop_assert!(found.uncounted.is_empty());
            prop_assert!(!found.parts.is_empty());
            let month = sum(found.parts.iter().map(|part| part.fee.month), currency);
            let year = sum(found.parts.iter().map(|part| part.fee.year), currency);
            prop_assert_eq!((found.month, found.year), (month, year));
            let half = Ratio::new(1, 2 * 10i128.pow(currency.minor_digits())).expect("half a unit");
            for RecurringPart { fee, .. } in &found.parts {
                prop_assert!(!fee.month.is_negative() && !fee.year.is_negative());
                let exact = fee.month.ratio().and_then(|m| m.plus(fee.month_rest)).expect("month");
                let year = fee.year.ratio().and_then(|y| y.plus(fee.year_rest)).expect("year");
                prop_assert_eq!(exact.times(Ratio::whole(12)), Ok(year));
                for rest in [fee.month_rest, fee.year_rest] {
                    prop_assert!(rest.max(rest.negated().expect("small")) <= half);
                }
            }
        }
    }

    #[test]
    fn contracted_revenue_is_the_sum_of_its_parts_and_no_part_is_negative(
        contracts in contracts(), day in 0u64..1_000,
    ) {
        for (currency, found) in bound(&contracts, after(day)) {
            prop_assert!(found.uncounted.is_empty());
            let parts = || found.months.iter().flat_map(|month| &month.parts);
            prop_assert!(parts().next().is_some());
            prop_assert_eq!(found.amount, sum(parts().map(|part| part.amount), currency));
            let beyond = parts().filter(|part| part.beyond_term).map(|part| part.amount);
            prop_assert_eq!(found.beyond_term, sum(beyond, currency));
            prop_assert!(found.beyond_term.minor() <= found.amount.minor());
            for month in &found.months {
                let of_month = month.parts.iter().map(|part| part.amount);
                prop_assert_eq!(month.amount, sum(of_month, currency));
                for part in &month.parts {
                    prop_assert!(part.amount.minor() > 0);
                    prop_assert!(month.days.covers(part.service));
                }
            }
            for pair in found.months.windows(2) {
                prop_assert_eq!(pair[0].days.end(), pair[1].days.start());
            }
        }
    }

    #[test]
    fn nothing_counts_after_the_end_that_binds(contracts in contracts(), day in 0u64..1_000) {
        let day = after(day);
        for found in bound(&contracts, day).into_values() {
            for part in found.months.iter().flat_map(|month| &month.parts) {
                let of = contracts.iter().find(|one| one.number == part.contract);
                let of = of.expect("it is there");
                let end = next_end(of, day).expect("in range");
                prop_assert_eq!(part.beyond_term, part.service.start() >= end);
                prop_assert!(part.beyond_term || part.service.end() <= end);
                prop_assert!(!part.beyond_term || of.term.end.is_none());
                let over = contract_end(of, day).expect("in range");
                prop_assert!(over.is_none_or(|over| part.service.end() <= over));
            }
        }
    }

    #[test]
    fn a_contract_that_ended_before_the_day_adds_nothing(
        contracts in contracts(), day in 0u64..1_000,
    ) {
        let day = after(day);
        let over = |contract: &Contract| {
            contract_end(contract, day).expect("in range").is_some_and(|end| end <= day)
        };
        let running: Vec<Contract> = contracts.iter().filter(|one| !over(one)).cloned().collect();
        prop_assert_eq!(mrr(&contracts, day), mrr(&running, day));
        prop_assert_eq!(bound(&contracts, day), bound(&running, day));
    }

    #[test]
    fn the_order_of_contracts_never_matters(contracts in contracts(), day in 0u64..1_000) {
        let day = after(day);
        let turned: Vec<Contract> = contracts.iter().rev().cloned().collect();
        prop_assert_eq!(mrr(&contracts, day), mrr(&turned, day));
        prop_assert_eq!(bound(&contracts, day), bound(&turned, day));
    }

    #[test]
    fn each_currency_is_as_if_it_were_alone(contracts in contracts(), day in 0u64..1_000) {
        let day = after(day);
        let (all, all_bound) = (mrr(&contracts, day), bound(&contracts, day));
        for currency in [Currency::EUR, Currency::USD, Currency::JPY] {
            let own = contracts.iter().filter(|one| one.currency == currency);
            let own: Vec<Contract> = own.cloned().collect();
            let alone = mrr(&own, day);
            prop_assert_eq!(alone.get(&currency), all.get(&currency));
            prop_assert!(alone.keys().all(|key| *key == currency));
            let alone = bound(&own, day);
            prop_assert_eq!(alone.get(&currency), all_bound.get(&currency));
        }
    }

    #[test]
    fn a_term_of_a_year_brings_what_will_be_billed_for_it(contract in plain()) {
        let mut contract = contract;
        let start = contract.term.start;
        contract.term.end = Some(start + Months::new(12));
        contract.term.renewal = None;
        contract.items.retain(|item| matches!(item.price, Price::Recurring { .. }));
        for item in &mut contract.items {
            item.from = item.from.max(start);
        }
        let none = IndexTable::default();
        let groups = expected(Expectation {
            contract: &contract,
            indices: &none,
            readings: &[],
            known_on: start,
            due_by: start + Months::new(30),
            service_until: None,
        });
        let lines = groups.expect("rated").into_iter().flat_map(|group| group.lines);
        let billed = sum(lines.map(|line| line.net), contract.currency);
        let found = bound(std::slice::from_ref(&contract), start);
        let counted = found.get(&contract.currency).map(|found| found.amount);
        prop_assert_eq!(counted.unwrap_or(Money::zero(contract.currency)), billed);
    }

    #[test]
    fn open_amounts_by_age_and_due_date_are_the_sums_of_their_parts(
        receivables in receivables(), day in 0u64..400,
    ) {
        let found = open_amounts(&receivables, after(day)).expect("in range");
        let mut given: ByCurrency<i64> = ByCurrency::new();
        for one in &receivables {
            let left = one.gross.minor() - one.allocated.minor();
            *given.entry(one.gross.currency()).or_default() += left;
        }
        for (currency, left) in given {
            let open = found.get(&currency).map_or(0, |of| of.amount.minor());
            prop_assert_eq!(open, left);
        }
        for (currency, of) in found {
            prop_assert!(of.uncounted.is_empty() && of.credits.parts.is_empty());
            let dates = of.due_dates(30, 90).expect("in range");
            let in_time: [&OpenSum; 3] = [&dates.soon, &dates.later, &dates.rest];
            let sums = || of.by_age.values().chain(in_time).chain([&dates.overdue]);
            for one in sums() {
                prop_assert_eq!(one.amount, sum(one.parts.iter().map(|part| part.amount), currency));
                prop_assert!(one.parts.iter().all(|part| part.amount.minor() > 0));
            }
            prop_assert_eq!(of.amount, sum(of.by_age.values().map(|one| one.amount), currency));
            let not_due = sum(in_time.iter().map(|one| one.amount), currency);
            prop_assert_eq!(not_due, of.by_age[&Age::NotDue].amount);
            prop_assert_eq!(not_due.plus(dates.overdue.amount), Ok(of.amount));
            for (age, one) in &of.by_age {
                prop_assert!(one.parts.iter().all(|part| Age::of(part.overdue_days) == *age));
            }
        }
    }

    #[test]
    fn the_order_of_receivables_never_matters(receivables in receivables(), day in 0u64..400) {
        let turned: Vec<Receivable> = receivables.iter().rev().cloned().collect();
        let found = open_amounts(&receivables, after(day)).expect("in range");
        prop_assert_eq!(&found, &open_amounts(&turned, after(day)).expect("in range"));
    }
}
