//! What is asked for: lists with and without filters, pages deep in them, and details.

use chrono::{Months, NaiveDate};

use crate::book::{CONTRACTS, FIRST, contract};

/// What the book holds, as far as addresses name it.
pub struct Known {
    /// Customers.
    pub customers: u32,
    /// Invoices of a year's series, at least.
    pub invoices_a_year: u32,
}

/// A kind of page: its name, and the address of the nth request.
pub struct Route {
    pub name: &'static str,
    pub address: fn(&Known, u32) -> String,
}

/// Numbers that look like chance and are the same in each run.
fn mixed(n: u32, below: u32) -> u32 {
    n.wrapping_mul(2_654_435_761).rotate_left(13) % below.max(1)
}

fn customer(known: &Known, n: u32) -> u32 {
    FIRST + mixed(n, known.customers)
}

fn day(n: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(2026, 10, 1).expect("a date");
    last.checked_sub_months(Months::new(mixed(n, 30)))
        .expect("a date")
}

/// Every kind of page. The first two hold no facts: what the others are compared with.
pub const ROUTES: &[Route] = &[
    Route {
        name: "health check",
        address: |_, _| "/healthz".to_owned(),
    },
    Route {
        name: "nothing but the session check",
        address: |_, _| "/signed-in".to_owned(),
    },
    Route {
        name: "invoices",
        address: |_, _| "/invoices".to_owned(),
    },
    Route {
        name: "invoices of a year",
        address: |_, n| format!("/invoices?year={}", 2024 + n % 3),
    },
    Route {
        name: "invoices, deep in the list",
        address: |_, n| format!("/invoices?after={}~{}", day(n), mixed(n, 1_000_000)),
    },
    Route {
        name: "invoices, a customer's",
        address: |known, n| format!("/invoices?q={}", customer(known, n)),
    },
    Route {
        name: "invoices, part of a number",
        address: |known, n| format!("/invoices?q=-{:05}", mixed(n, known.invoices_a_year)),
    },
    Route {
        name: "invoices, a text that is nowhere",
        address: |_, n| format!("/invoices?q=zz{n}"),
    },
    Route {
        name: "customers",
        address: |_, _| "/customers".to_owned(),
    },
    Route {
        name: "customers, part of a name",
        address: |_, n| {
            format!(
                "/customers?q={}",
                ["museum", "Grünau", "kreis", "jever"][n as usize % 4]
            )
        },
    },
    Route {
        name: "customers, deep in the list",
        address: |known, n| format!("/customers?after={0}~{0}", customer(known, n)),
    },
    Route {
        name: "contracts",
        address: |_, _| "/contracts".to_owned(),
    },
    Route {
        name: "contracts, part of a title",
        address: |_, n| {
            format!(
                "/contracts?q={}",
                ["museum", "Höxter", "server"][n as usize % 3]
            )
        },
    },
    Route {
        name: "usage",
        address: |_, _| "/usage".to_owned(),
    },
    Route {
        name: "runs",
        address: |_, _| "/runs".to_owned(),
    },
    Route {
        name: "search",
        address: |known, n| format!("/search?q={}", customer(known, n)),
    },
    Route {
        name: "an invoice",
        address: |known, n| {
            let place = 1 + mixed(n, known.invoices_a_year);
            format!("/invoices/RE-{}-{place:05}", 2024 + n % 3)
        },
    },
    Route {
        name: "a customer",
        address: |known, n| format!("/customers/{}", customer(known, n)),
    },
    Route {
        name: "a contract",
        address: |known, n| format!("/contracts/{}", contract(customer(known, n), n % CONTRACTS)),
    },
    Route {
        name: "usage of a contract",
        address: |known, n| format!("/usage/{}", contract(customer(known, n), n % CONTRACTS)),
    },
];
