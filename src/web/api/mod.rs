//! The JSON API: the book for programs, under `/api/v1`.
//!
//! A token in place of a session, problems in place of pages. What a request may do is asked for in
//! the table of routes and again in the use case; what it changes is done once for each
//! idempotency key. The document at `/api/openapi.json` is made from the types that are sent.

mod asked;
mod bearer;
mod contracts;
mod core;
mod customer_edit;
mod customers;
mod docs;
pub mod document;
mod entitlements;
mod invoices;
mod jobs;
mod ledger;
mod limits;
mod mastodon_hooks;
mod open;
mod payments;
mod people;
mod quarantine;
mod reader;
mod readings;
mod refusal;
mod run;
mod runs;
mod sellers;
mod sent;
mod shown;
mod source_list;
mod sources;
mod targets;
mod trail;
mod usage_entry;
mod webhooks;

use axum::response::{IntoResponse, Response};

use super::guard::{Open, Routes};
use crate::access::Permission as P;
use crate::access::rate::Limit;

pub(super) use bearer::guard;
pub(super) use limits::Limits;
pub(super) use refusal::{is_api, refusals};

/// Six hundred requests at once, and ten a second from then on.
pub const USUAL_LIMIT: Limit = Limit::of(600, 100);

/// A limit of so many requests at once, and so many a minute from then on.
#[must_use]
pub const fn limit_a_minute(at_once: u32, a_minute: u32) -> Limit {
    let a_minute = if a_minute == 0 { 1 } else { a_minute };
    Limit::of(at_once, 60_000 / a_minute)
}

/// The answer of an address that the API does not have.
pub(super) fn no_route() -> Response {
    refusal::Refusal::new("api.no-route", "there is no such address").into_response()
}

/// The addresses of the API. All but the two that describe it want a token.
pub(super) fn routes(routes: Routes) -> Routes {
    use Open::{Anyone, SignedIn, To};
    let routes = telemetry(routes)
        .get("/api/openapi.json", Anyone, docs::document)
        .get("/api/docs", Anyone, docs::show)
        .get("/api/v1/me", SignedIn, people::me)
        .get("/api/v1/users", To(P::ReadUsers), people::users)
        .get("/api/v1/users/{id}", To(P::ReadUsers), people::user)
        .get("/api/v1/tokens", To(P::ReadUsers), people::tokens)
        .get("/api/v1/audit-records", To(P::ReadAudit), trail::list)
        .get("/api/v1/jobs", To(P::ReadJobs), jobs::list)
        .get("/api/v1/jobs/{id}", To(P::ReadJobs), jobs::show)
        .get("/api/v1/ledger-entries", To(P::ReadLedger), ledger::list)
        .get("/api/v1/open-amounts", To(P::ReadLedger), open::list);
    billed(hooks(agreed(routes)))
}

/// Who buys and who bills, what was agreed, and what of it is used.
fn agreed(routes: Routes) -> Routes {
    use Open::{To, ToEither};
    let own_use = ToEither(P::ReadUsage, P::ReadOwnUsage);
    routes
        .get("/api/v1/customers", To(P::ReadCustomers), customers::list)
        .post(
            "/api/v1/customers",
            To(P::EditCustomers),
            customer_edit::enter,
        )
        .get(
            "/api/v1/customers/{number}",
            To(P::ReadCustomers),
            customers::show,
        )
        .patch(
            "/api/v1/customers/{number}",
            To(P::EditCustomers),
            customer_edit::change,
        )
        .get("/api/v1/webhooks", To(P::ReadCustomers), webhooks::list)
        .get(
            "/api/v1/webhooks/{customer}",
            To(P::ReadCustomers),
            webhooks::show,
        )
        .get("/api/v1/sellers", To(P::ReadSettings), sellers::list)
        .get("/api/v1/sellers/{code}", To(P::ReadSettings), sellers::show)
        .get("/api/v1/contracts", To(P::ReadContracts), contracts::list)
        .get(
            "/api/v1/contracts/{number}",
            To(P::ReadContracts),
            contracts::show,
        )
        .get(
            "/api/v1/contracts/{number}/usage",
            own_use,
            contracts::usage,
        )
        .get(
            "/api/v1/entitlements/{contract}/{key}",
            own_use,
            entitlements::show,
        )
        .get("/api/v1/readings", own_use, readings::list)
}

/// Invoices, what came in for them, and the runs that issue them.
fn billed(routes: Routes) -> Routes {
    use Open::{SignedIn, To, ToEither};
    let own_invoices = ToEither(P::ReadInvoices, P::ReadOwnInvoices);
    routes
        .get("/api/v1/invoices", own_invoices, invoices::list)
        .get("/api/v1/invoices/{number}", own_invoices, invoices::show)
        .get(
            "/api/v1/invoices/{number}/documents/{kind}",
            ToEither(P::DownloadDocuments, P::ReadOwnInvoices),
            invoices::document,
        )
        .get("/api/v1/payments", own_invoices, payments::list)
        .get("/api/v1/payments/{id}", own_invoices, payments::show)
        .get("/api/v1/runs", To(P::ReadRuns), runs::list)
        .post("/api/v1/runs", To(P::PreviewRun), runs::prepare)
        .get("/api/v1/runs/{id}", To(P::ReadRuns), runs::show)
        // Refused by the use case, which says why a token cannot approve.
        .post("/api/v1/runs/{id}/approve", SignedIn, runs::approve)
        .post("/api/v1/runs/{id}/issue", To(P::IssueRun), runs::issue)
        .post(
            "/api/v1/runs/{id}/withdraw",
            ToEither(P::PreviewRun, P::ApproveRun),
            runs::withdraw,
        )
}

/// Sources of telemetry, what of theirs was kept aside, what is fetched, and usage that is entered
/// by hand.
fn telemetry(routes: Routes) -> Routes {
    use Open::To;
    routes
        .get("/api/v1/sources", To(P::ReadSources), source_list::list)
        .get(
            "/api/v1/sources/{name}",
            To(P::ReadSources),
            source_list::show,
        )
        .get("/api/v1/targets", To(P::ReadSources), targets::list)
        .get("/api/v1/targets/{name}", To(P::ReadSources), targets::show)
        .post("/api/v1/sources", To(P::ManageSources), sources::create)
        .post(
            "/api/v1/sources/{name}/rotate",
            To(P::ManageSources),
            sources::rotate,
        )
        .post(
            "/api/v1/sources/{name}/revoke",
            To(P::ManageSources),
            sources::revoke,
        )
        .get("/api/v1/quarantine", To(P::ReadSources), quarantine::list)
        .post(
            "/api/v1/quarantine/{id}/dismiss",
            To(P::ManageSources),
            quarantine::dismiss,
        )
        .post(
            "/api/v1/quarantine/{id}/replay",
            To(P::ManageSources),
            quarantine::replay,
        )
        .post(
            "/api/v1/usage/entries",
            To(P::EnterUsage),
            usage_entry::enter,
        )
}

/// Webhooks of instances.
fn hooks(routes: Routes) -> Routes {
    let (see, change) = (Open::To(P::ReadSettings), Open::To(P::EditSettings));
    routes
        .get("/api/v1/mastodon-hooks", see, mastodon_hooks::list)
        .post("/api/v1/mastodon-hooks", change, mastodon_hooks::register)
        .get(
            "/api/v1/mastodon-hooks/{instance}",
            see,
            mastodon_hooks::show,
        )
        .post(
            "/api/v1/mastodon-hooks/{instance}/rotate",
            change,
            mastodon_hooks::rotate,
        )
        .post(
            "/api/v1/mastodon-hooks/{instance}/settle",
            change,
            mastodon_hooks::settle,
        )
        .post(
            "/api/v1/mastodon-hooks/{instance}/close",
            change,
            mastodon_hooks::close,
        )
}
