//! The table of routes: every address with who may ask for it.

use super::guard::{Open, Route, Routes};
use super::outlook;
use super::router::{download, ready, styleguide, why};
use super::table as lists;
use super::{
    access, api, assets, customers, doors, finance, hooks, observed, payments, portal, runs,
    settings as upkeep, telemetry,
};
use crate::access::Permission as P;

/// Every route with who may ask for it.
pub(super) fn routes() -> Routes {
    use Open::{Anyone, SignedIn, Staff, To};
    let own = measured(upkept(settings(figures(agreed(book(Routes::new()))))));
    doors::routes(api::routes(customers_side(signing_in(paying(own)))))
        .get("/", Staff, outlook::home::show)
        .get("/search", Staff, finance::search::show)
        .get("/why/{code}", SignedIn, why)
        .get("/styleguide", To(P::EditSettings), styleguide)
        .get("/assets/{folder}/{*name}", Anyone, assets::file)
        .get(
            "/documents/{number}/{kind}",
            To(P::DownloadDocuments),
            download,
        )
        .get("/metrics", Anyone, observed::show)
        .get("/healthz", Anyone, || async { "ok" })
        .get("/readyz", Anyone, ready)
}

/// Paying by card, and giving back.
fn paying(routes: Routes) -> Routes {
    use Open::{Anyone, To, ToEither};
    routes
        .post("/hooks/stripe", Anyone, hooks::stripe)
        .post("/hooks/mastodon/{instance}", Anyone, hooks::mastodon)
        .get("/back/{number}", Anyone, payments::card::arrive)
        .post(
            "/portal/invoices/{number}/pay",
            To(P::PayOwnInvoices),
            payments::card::pay,
        )
        .get(
            "/portal/invoices/{number}/paid",
            To(P::ReadOwnInvoices),
            payments::card::back,
        )
        .post(
            "/invoices/{number}/refunds/ask/{payment}",
            To(P::RefundPayment),
            payments::refund::ask,
        )
        .post(
            "/invoices/{number}/refunds/approve/{key}",
            To(P::ApproveRefund),
            payments::refund::approve,
        )
        .post(
            "/invoices/{number}/refunds/withdraw/{key}",
            ToEither(P::RefundPayment, P::ApproveRefund),
            payments::refund::withdraw,
        )
}

/// Facts of the book, and the runs that bill them.
fn book(routes: Routes) -> Routes {
    use Open::{To, ToEither};
    routes
        .get("/invoices", To(P::ReadInvoices), finance::invoices::show)
        .get(
            "/invoices/{number}",
            To(P::ReadInvoices),
            finance::invoice::show,
        )
        .get(
            "/invoices/{number}/cancel",
            To(P::CancelInvoice),
            finance::cancel::show,
        )
        .post(
            "/invoices/{number}/cancel",
            To(P::CancelInvoice),
            finance::cancel::send,
        )
        .get("/runs", To(P::ReadRuns), runs::list::show)
        .post("/runs", To(P::PreviewRun), runs::list::prepare)
        .get("/runs/{id}", To(P::ReadRuns), runs::run::show)
        .post("/runs/{id}/approve", To(P::ApproveRun), runs::run::approve)
        .post("/runs/{id}/issue", To(P::IssueRun), runs::run::issue)
        .post(
            "/runs/{id}/withdraw",
            ToEither(P::PreviewRun, P::ApproveRun),
            runs::run::withdraw,
        )
}

/// What was agreed with whom, and what was measured.
fn agreed(routes: Routes) -> Routes {
    use Open::To;
    routes
        .get("/customers", To(P::ReadCustomers), customers::list::show)
        .get(
            "/customers/new",
            To(P::EditCustomers),
            customers::edit::begin,
        )
        .post(
            "/customers/new",
            To(P::EditCustomers),
            customers::edit::create,
        )
        .get(
            "/customers/{number}/edit",
            To(P::EditCustomers),
            customers::edit::show,
        )
        .post(
            "/customers/{number}/edit",
            To(P::EditCustomers),
            customers::edit::change,
        )
        .get(
            "/customers/{number}/webhook",
            To(P::ReadCustomers),
            customers::webhook::show,
        )
        .post(
            "/customers/{number}/webhook",
            To(P::EditCustomers),
            customers::webhook::change,
        )
        .get(
            "/customers/{number}",
            To(P::ReadCustomers),
            customers::customer::show,
        )
        .get(
            "/contracts",
            To(P::ReadContracts),
            customers::contracts::show,
        )
        .get(
            "/contracts/{number}",
            To(P::ReadContracts),
            customers::contract::show,
        )
        .get("/usage", To(P::ReadUsage), customers::usage::show)
        .get(
            "/usage/{contract}",
            To(P::ReadUsage),
            customers::usage_of::show,
        )
        .get(
            "/usage/{contract}/{item}",
            To(P::ReadUsage),
            customers::usage_item::show,
        )
}

/// What keeps the book in order.
fn upkept(routes: Routes) -> Routes {
    use Open::To;
    routes
        .get("/audit", To(P::ReadAudit), upkeep::audit::list)
        .get("/audit/{id}", To(P::ReadAudit), upkeep::audit::show)
        .get("/jobs", To(P::ReadJobs), upkeep::jobs::list)
        .post("/jobs/{id}/retry", To(P::RetryJob), upkeep::jobs::retry)
        .get(
            "/settings/seller",
            To(P::ReadSettings),
            upkeep::seller::list,
        )
        .get(
            "/settings/seller/{code}",
            To(P::ReadSettings),
            upkeep::seller::show,
        )
        .get(
            "/settings/seller/{code}/edit",
            To(P::EditSettings),
            upkeep::seller_edit::show,
        )
        .post(
            "/settings/seller/{code}/edit",
            To(P::EditSettings),
            upkeep::seller_edit::change,
        )
        .post(
            "/settings/seller/{code}/decide",
            To(P::EditSettings),
            upkeep::seller::decide_bank,
        )
        .get("/settings/tokens", To(P::ReadUsers), upkeep::tokens::list)
        .post(
            "/settings/tokens",
            To(P::ManageTokens),
            upkeep::tokens::issue,
        )
        .post(
            "/settings/tokens/{token}/revoke",
            To(P::ManageTokens),
            upkeep::tokens::revoke,
        )
}

/// Sources of telemetry, what of theirs was kept aside, and what is fetched.
fn measured(routes: Routes) -> Routes {
    use Open::To;
    let (reads, manages) = (To(P::ReadSources), To(P::ManageSources));
    routes
        .get("/sources", reads, telemetry::list::show)
        .get("/sources/new", manages, telemetry::new::begin)
        .post("/sources/new", manages, telemetry::new::create)
        .get("/sources/{name}", reads, telemetry::source::show)
        .post(
            "/sources/{name}/exchange",
            manages,
            telemetry::source::exchange,
        )
        .post("/sources/{name}/revoke", manages, telemetry::source::revoke)
        .get("/sources/aside/{id}", reads, telemetry::aside::show)
        .post(
            "/sources/aside/{id}/dismiss",
            manages,
            telemetry::aside::dismiss,
        )
        .post(
            "/sources/aside/{id}/replay",
            manages,
            telemetry::aside::replay,
        )
        .get("/targets", reads, telemetry::targets::show)
}

/// What the figures of the home page are made of.
fn figures(routes: Routes) -> Routes {
    use Open::To;
    routes
        .get(
            "/outlook/recurring",
            To(P::ReadContracts),
            outlook::recurring::show,
        )
        .get(
            "/outlook/contracted",
            To(P::ReadContracts),
            outlook::contracted::show,
        )
        .get("/outlook/cash", To(P::ReadInvoices), outlook::open::cash)
        .get("/outlook/open", To(P::ReadInvoices), outlook::open::open)
}

/// Signing in and out, from the first link on.
fn signing_in(routes: Routes) -> Routes {
    use Open::{SignedIn, Visitors};
    routes
        .get("/sign-in", Visitors, access::sign_in::show)
        .post("/sign-in", Visitors, access::sign_in::send)
        .get("/sign-in/code", Visitors, access::sign_in::show_code)
        .post("/sign-in/code", Visitors, access::sign_in::send_code)
        .get("/sign-in/provider", Visitors, access::provider::leave)
        .get(
            "/sign-in/provider/return",
            Visitors,
            access::provider::come_back,
        )
        .post("/sign-in/passkey", Visitors, access::passkeys::sign_in)
        .post(
            "/sign-in/passkey/begin",
            Visitors,
            access::passkeys::begin_sign_in,
        )
        .get("/signed-in", SignedIn, access::sign_in::done)
        .post("/sign-out", SignedIn, access::sign_in::sign_out)
        .get("/setup/{token}", Visitors, access::enrol::show)
        .post("/setup/{token}", Visitors, access::enrol::send)
        .get("/invitation/{token}", Visitors, access::enrol::show)
        .post("/invitation/{token}", Visitors, access::enrol::send)
        .get("/enrol", Visitors, access::enrol::show_factor)
        .post("/enrol", Visitors, access::enrol::send_factor)
}

/// What customers see.
fn customers_side(routes: Routes) -> Routes {
    use Open::{Customers, To, Visitors};
    let invoices = To(P::ReadOwnInvoices);
    routes
        .get("/portal/help", Visitors, portal::help::show)
        .get("/portal/sign-in", Visitors, portal::sign_in::show)
        .post("/portal/sign-in", Visitors, portal::sign_in::send)
        .get("/portal/sign-in/sent", Visitors, portal::sign_in::sent)
        .get(
            "/portal/sign-in/{token}",
            Visitors,
            portal::sign_in::confirm,
        )
        .post("/portal/sign-in/{token}", Visitors, portal::sign_in::redeem)
        .get("/portal", Customers, portal::start)
        .get(
            "/portal/contact",
            To(P::EditOwnContact),
            portal::contact::show,
        )
        .post(
            "/portal/contact",
            To(P::EditOwnContact),
            portal::contact::send,
        )
        .get("/portal/usage", To(P::ReadOwnUsage), portal::usage::show)
        .get(
            "/portal/usage/{contract}",
            To(P::ReadOwnUsage),
            portal::usage::of,
        )
        .get(
            "/portal/usage/{contract}/{item}",
            To(P::ReadOwnUsage),
            portal::usage::item,
        )
        .get("/portal/account", Customers, portal::account::show)
        .post(
            "/portal/account/sessions",
            Customers,
            portal::account::end_session,
        )
        .post(
            "/portal/account/language",
            Customers,
            portal::account::choose_language,
        )
        .get("/portal/invoices", invoices, portal::invoices::show)
        .get("/portal/invoices/{number}", invoices, portal::invoice::show)
        .get(
            "/portal/invoices/{number}/{kind}",
            invoices,
            portal::download::document,
        )
}

/// The own account, and those of others.
fn settings(routes: Routes) -> Routes {
    use Open::{Staff, To};
    let (reads, manages) = (To(P::ReadUsers), To(P::ManageUsers));
    routes
        .get("/account", Staff, access::account::show)
        .post("/account/sessions", Staff, access::account::end_session)
        .post("/account/language", Staff, access::account::choose_language)
        .get("/account/display", Staff, access::display::show)
        .post("/account/display", Staff, access::display::choose)
        .post("/account/keys", Staff, access::display::choose_keys)
        .post("/account/passkeys", Staff, access::passkeys::add)
        .post(
            "/account/passkeys/begin",
            Staff,
            access::passkeys::begin_add,
        )
        .post("/account/passkeys/remove", Staff, access::passkeys::remove)
        .get("/account/tokens", Staff, upkeep::tokens::own)
        .post("/account/tokens", Staff, upkeep::tokens::issue_own)
        .post(
            "/account/tokens/{token}/revoke",
            Staff,
            upkeep::tokens::revoke_own,
        )
        .post("/account/provider", Staff, access::provider::connect)
        .post(
            "/account/provider/disconnect",
            Staff,
            access::provider::disconnect,
        )
        .post("/lists/{list}/columns", Staff, lists::choose_columns)
        .post("/lists/{list}/views", Staff, lists::save_view)
        .post("/lists/{list}/views/{id}/remove", Staff, lists::remove_view)
        .get("/settings/users", reads, access::users::list)
        .post("/settings/users", manages, access::invite::invite)
        .get("/settings/users/{id}", reads, access::users::show)
        .post("/settings/users/{id}", manages, access::users::change)
        .post(
            "/settings/users/{id}/invitation",
            manages,
            access::invite::invite_again,
        )
        .post(
            "/settings/users/{id}/sessions",
            manages,
            access::users::end_session,
        )
}

/// The table of routes, for whoever walks all of them.
#[must_use]
pub fn table() -> Vec<Route> {
    routes().into_parts().1
}
