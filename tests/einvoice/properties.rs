//! For any lines and allowances: the sums read back from the XML are the totals waterfall.

use en16931_formats::read;
use herdbook::billing::invoice::Invoice;
use herdbook::billing::tax::TaxCategory;
use herdbook::documents::einvoice::{Profile, check, xml};
use proptest::prelude::*;

use crate::NUMBER;
use crate::fixtures::{PROFILES, credit, discounted, invoice, line, tax};

/// Quantity in billionths, price in millionths, rate by index, discount in per cent.
type RandomLine = (i64, i64, usize, u8);

const RATES: [&str; 4] = ["19", "7", "25.5", "21"];

fn document(profile: Profile, parts: &[RandomLine], credit_percent: u8) -> Option<Invoice> {
    let lines: Vec<_> = (1_u32..)
        .zip(parts)
        .map(|(position, (quantity, price, rate, discount))| {
            let treatment = tax(TaxCategory::S, RATES[rate % RATES.len()]);
            let quantity = decimal(*quantity, 9);
            let made = line(
                position,
                "Server",
                &quantity,
                &decimal(*price, 6),
                &treatment,
            );
            if *discount > 0 {
                discounted(made, &discount.to_string())
            } else {
                made
            }
        })
        .collect();
    let first = lines.first()?;
    let share = first.net.minor().max(0) / 100 * i64::from(credit_percent);
    let allowance = (share > 0).then(|| credit(&decimal(share, 2), &first.tax));
    let sum: i64 = lines.iter().map(|line| line.net.minor()).sum::<i64>() - share;
    (sum >= 0).then(|| invoice(profile, lines.clone(), allowance.into_iter().collect()))
}

/// `value` with the point `places` digits from the right.
fn decimal(value: i64, places: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

fn random_line() -> impl Strategy<Value = RandomLine> {
    (
        -2_000_000_000_i64..50_000_000_000,
        0_i64..5_000_000_000,
        0_usize..4,
        0_u8..40,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn sums_in_the_xml_equal_the_totals_waterfall(
        parts in proptest::collection::vec(random_line(), 1..12),
        credit_percent in 0_u8..30,
        profile in 0_usize..3,
    ) {
        let profile = PROFILES[profile];
        let Some(document) = document(profile, &parts, credit_percent) else {
            return Err(TestCaseError::reject("a negative invoice is never made"));
        };
        prop_assume!(document.tax.iter().all(|group| !group.taxable.is_negative()));
        prop_assert_eq!(check(&document, NUMBER), Ok(()));
        let bytes = xml(&document, NUMBER, profile).expect("written");
        let back = read(&bytes).expect("readable").invoice;
        let cents = |amount: en16931::InvoiceAmount| amount.to_minor_units();
        let lines: i64 = back.lines.iter().map(|line| cents(line.net_amount)).sum();
        let off: i64 = back.allowances.iter().map(|part| cents(part.amount)).sum();
        let tax: i64 = back.vat_breakdown.iter().map(|group| cents(group.tax_amount)).sum();
        let totals = &document.totals;
        prop_assert_eq!(lines, totals.lines.minor());
        prop_assert_eq!(off, totals.allowances.minor());
        prop_assert_eq!(lines - off, cents(back.totals.taxable_total));
        prop_assert_eq!(tax, totals.tax.minor());
        prop_assert_eq!(lines - off + tax, cents(back.totals.gross_total));
        prop_assert_eq!(cents(back.totals.due), totals.payable.minor());
        prop_assert_eq!(back.lines.len(), document.lines.len());
    }
}
