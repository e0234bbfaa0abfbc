//! Pages of a customer.

use crate::book::{CONTRACTS, contract};

use super::{Known, OWN, Route, Who, mixed, year};

pub const ROUTES: &[Route] = &[
    Route {
        name: "portal: invoices",
        who: Who::Customer,
        address: |_, _| Some("/portal/invoices".to_owned()),
    },
    Route {
        name: "portal: invoices of a year",
        who: Who::Customer,
        address: |_, n| Some(format!("/portal/invoices?year={}", year(n))),
    },
    Route {
        name: "portal: usage",
        who: Who::Customer,
        address: |_, _| Some("/portal/usage".to_owned()),
    },
    Route {
        name: "portal: contact",
        who: Who::Customer,
        address: |_, _| Some("/portal/contact".to_owned()),
    },
    Route {
        name: "portal: account",
        who: Who::Customer,
        address: |_, _| Some("/portal/account".to_owned()),
    },
    Route {
        name: "portal: an invoice",
        who: Who::Customer,
        address: |known, n| {
            own_invoice(known, n).map(|number| format!("/portal/invoices/{number}"))
        },
    },
    Route {
        name: "portal: usage of a contract",
        who: Who::Customer,
        address: |_, n| Some(format!("/portal/usage/{}", contract(OWN, n % CONTRACTS))),
    },
];

fn own_invoice(known: &Known, n: u32) -> Option<&str> {
    let all = &known.own_invoices;
    let at = mixed(n, u32::try_from(all.len()).ok()?);
    all.get(at as usize).map(String::as_str)
}
