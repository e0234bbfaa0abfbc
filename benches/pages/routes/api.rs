//! Addresses of the API. Lists give 25 records, as the API does unless it is asked for more.

use super::{Route, Who, customer, invoice, mixed, some_contract, year};

pub const ROUTES: &[Route] = &[
    Route {
        name: "API list: invoices",
        who: Who::Program,
        address: |_, _| Some("/api/v1/invoices".to_owned()),
    },
    Route {
        name: "API list: invoices of a customer",
        who: Who::Program,
        address: |known, n| Some(format!("/api/v1/invoices?customer={}", customer(known, n))),
    },
    Route {
        name: "API list: invoices of a year",
        who: Who::Program,
        address: |_, n| Some(format!("/api/v1/invoices?year={}", year(n))),
    },
    Route {
        name: "API list: customers",
        who: Who::Program,
        address: |_, _| Some("/api/v1/customers".to_owned()),
    },
    Route {
        name: "API list: contracts",
        who: Who::Program,
        address: |_, _| Some("/api/v1/contracts".to_owned()),
    },
    Route {
        name: "API list: readings",
        who: Who::Program,
        address: |_, _| Some("/api/v1/readings".to_owned()),
    },
    Route {
        name: "API list: runs",
        who: Who::Program,
        address: |_, _| Some("/api/v1/runs".to_owned()),
    },
    Route {
        name: "API list: ledger entries",
        who: Who::Program,
        address: |_, _| Some("/api/v1/ledger-entries".to_owned()),
    },
    Route {
        name: "API list: open amounts",
        who: Who::Program,
        address: |_, _| Some("/api/v1/open-amounts".to_owned()),
    },
    Route {
        name: "API list: open amounts of a customer",
        who: Who::Program,
        address: |known, n| {
            Some(format!(
                "/api/v1/open-amounts?customer={}",
                customer(known, n)
            ))
        },
    },
    Route {
        name: "API list: audit records",
        who: Who::Program,
        address: |_, _| Some("/api/v1/audit-records".to_owned()),
    },
    Route {
        name: "API list: jobs",
        who: Who::Program,
        address: |_, _| Some("/api/v1/jobs".to_owned()),
    },
    Route {
        name: "API list: users",
        who: Who::Program,
        address: |_, _| Some("/api/v1/users".to_owned()),
    },
    Route {
        name: "API list: tokens",
        who: Who::Program,
        address: |_, _| Some("/api/v1/tokens".to_owned()),
    },
    Route {
        name: "API: invoices, part of a number",
        who: Who::Program,
        address: |known, n| {
            Some(format!(
                "/api/v1/invoices?q=-{:05}",
                mixed(n, known.invoices_a_year)
            ))
        },
    },
    Route {
        name: "API: me",
        who: Who::Program,
        address: |_, _| Some("/api/v1/me".to_owned()),
    },
    Route {
        name: "API: an invoice",
        who: Who::Program,
        address: |known, n| Some(format!("/api/v1/invoices/{}", invoice(known, n))),
    },
    Route {
        name: "API: a customer",
        who: Who::Program,
        address: |known, n| Some(format!("/api/v1/customers/{}", customer(known, n))),
    },
    Route {
        name: "API: a contract",
        who: Who::Program,
        address: |known, n| Some(format!("/api/v1/contracts/{}", some_contract(known, n))),
    },
    Route {
        name: "API: usage of a contract",
        who: Who::Program,
        address: |known, n| {
            Some(format!(
                "/api/v1/contracts/{}/usage",
                some_contract(known, n)
            ))
        },
    },
    Route {
        name: "API: a run",
        who: Who::Program,
        address: |known, _| known.run.map(|run| format!("/api/v1/runs/{run}")),
    },
    Route {
        name: "API: a user",
        who: Who::Program,
        address: |known, _| Some(format!("/api/v1/users/{}", known.account)),
    },
];
