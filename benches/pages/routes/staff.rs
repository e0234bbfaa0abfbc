//! Pages of staff.

use super::{Route, Who, customer, day, invoice, mixed, one_of, some_contract, year};

pub const ROUTES: &[Route] = &[
    Route {
        name: "health check",
        who: Who::Auditor,
        address: |_, _| Some("/healthz".to_owned()),
    },
    Route {
        name: "nothing but the session check",
        who: Who::Auditor,
        address: |_, _| Some("/signed-in".to_owned()),
    },
    Route {
        name: "home",
        who: Who::Finance,
        address: |_, _| Some("/".to_owned()),
    },
    Route {
        name: "invoices",
        who: Who::Auditor,
        address: |_, _| Some("/invoices".to_owned()),
    },
    Route {
        name: "invoices of a year",
        who: Who::Auditor,
        address: |_, n| Some(format!("/invoices?year={}", year(n))),
    },
    Route {
        name: "invoices by amount",
        who: Who::Auditor,
        address: |_, _| Some("/invoices?sort=-gross".to_owned()),
    },
    Route {
        name: "invoices, deep in the list",
        who: Who::Auditor,
        address: |_, n| {
            Some(format!(
                "/invoices?after={}~{}",
                day(n),
                mixed(n, 1_000_000)
            ))
        },
    },
    Route {
        name: "invoices, a customer's",
        who: Who::Auditor,
        address: |known, n| Some(format!("/invoices?q={}", customer(known, n))),
    },
    Route {
        name: "invoices, part of a number",
        who: Who::Auditor,
        address: |known, n| {
            Some(format!(
                "/invoices?q=-{:05}",
                mixed(n, known.invoices_a_year)
            ))
        },
    },
    Route {
        name: "invoices, a text that is nowhere",
        who: Who::Auditor,
        address: |_, n| Some(format!("/invoices?q=zz{n}")),
    },
    Route {
        name: "customers",
        who: Who::Auditor,
        address: |_, _| Some("/customers".to_owned()),
    },
    Route {
        name: "customers, part of a name",
        who: Who::Auditor,
        address: |_, n| {
            Some(format!(
                "/customers?q={}",
                one_of(&["museum", "Grünau", "kreis", "jever"], n)
            ))
        },
    },
    Route {
        name: "customers, deep in the list",
        who: Who::Auditor,
        address: |known, n| Some(format!("/customers?after={0}~{0}", customer(known, n))),
    },
    Route {
        name: "contracts",
        who: Who::Auditor,
        address: |_, _| Some("/contracts".to_owned()),
    },
    Route {
        name: "contracts, part of a title",
        who: Who::Auditor,
        address: |_, n| {
            Some(format!(
                "/contracts?q={}",
                one_of(&["museum", "Höxter", "server"], n)
            ))
        },
    },
    Route {
        name: "usage",
        who: Who::Auditor,
        address: |_, _| Some("/usage".to_owned()),
    },
    Route {
        name: "runs",
        who: Who::Auditor,
        address: |_, _| Some("/runs".to_owned()),
    },
    Route {
        name: "search",
        who: Who::Auditor,
        address: |known, n| Some(format!("/search?q={}", customer(known, n))),
    },
    Route {
        name: "recurring revenue",
        who: Who::Auditor,
        address: |_, n| Some(format!("/outlook/recurring?from={}", 200 * mixed(n, 100))),
    },
    Route {
        name: "contracted revenue",
        who: Who::Auditor,
        address: |_, n| Some(format!("/outlook/contracted?from={}", 200 * mixed(n, 100))),
    },
    Route {
        name: "expected cash",
        who: Who::Auditor,
        address: |_, n| Some(format!("/outlook/cash?from={}", 200 * mixed(n, 200))),
    },
    Route {
        name: "open amounts",
        who: Who::Auditor,
        address: |_, n| Some(format!("/outlook/open?from={}", 200 * mixed(n, 200))),
    },
    Route {
        name: "audit trail",
        who: Who::Auditor,
        address: |_, _| Some("/audit".to_owned()),
    },
    Route {
        name: "audit trail, deep in the list",
        who: Who::Auditor,
        address: |known, n| Some(format!("/audit?before={}", 2 + mixed(n, known.audit))),
    },
    Route {
        name: "audit trail of an invoice",
        who: Who::Auditor,
        address: |known, n| Some(format!("/audit?about=invoice/{}", invoice(known, n))),
    },
    Route {
        name: "audit trail, a kind and a month",
        who: Who::Auditor,
        address: |_, n| Some(format!("/audit?what=account&from={}", day(n))),
    },
    Route {
        name: "jobs",
        who: Who::Auditor,
        address: |_, _| Some("/jobs".to_owned()),
    },
    Route {
        name: "users",
        who: Who::Auditor,
        address: |_, _| Some("/settings/users".to_owned()),
    },
    Route {
        name: "tokens",
        who: Who::Auditor,
        address: |_, _| Some("/settings/tokens".to_owned()),
    },
    Route {
        name: "sellers",
        who: Who::Auditor,
        address: |_, _| Some("/settings/seller".to_owned()),
    },
    Route {
        name: "own account",
        who: Who::Auditor,
        address: |_, _| Some("/account".to_owned()),
    },
    Route {
        name: "an invoice",
        who: Who::Auditor,
        address: |known, n| Some(format!("/invoices/{}", invoice(known, n))),
    },
    Route {
        name: "a customer",
        who: Who::Auditor,
        address: |known, n| Some(format!("/customers/{}", customer(known, n))),
    },
    Route {
        name: "a contract",
        who: Who::Auditor,
        address: |known, n| Some(format!("/contracts/{}", some_contract(known, n))),
    },
    Route {
        name: "usage of a contract",
        who: Who::Auditor,
        address: |known, n| Some(format!("/usage/{}", some_contract(known, n))),
    },
    Route {
        name: "a run",
        who: Who::Auditor,
        address: |known, _| known.run.map(|run| format!("/runs/{run}")),
    },
    Route {
        name: "a record of the audit trail",
        who: Who::Auditor,
        address: |known, n| Some(format!("/audit/{}", 1 + mixed(n, known.audit))),
    },
    Route {
        name: "a user",
        who: Who::Auditor,
        address: |known, _| Some(format!("/settings/users/{}", known.account)),
    },
    Route {
        name: "a seller",
        who: Who::Auditor,
        address: |_, _| Some("/settings/seller/herdbook".to_owned()),
    },
];
