//! The table of pages. A new page of the program gets a row here.

use super::{
    Form, Page, Reader, Then, answering, doing, named, page, refused, seen_by, unbilled, unstaffed,
};

/// A fee, a metered overage in two tiers, and notes.
const INVOICE: &str = "/invoices/RE-2026-00023";

pub const PAGES: &[Page] = &[
    page("invoices", "/invoices"),
    page("invoices-filtered", "/invoices?q=10001&year=2026"),
    page("invoices-none", "/invoices?q=nothing"),
    page("invoices-ordered", "/invoices?sort=gross"),
    doing(Then::OpenTools, page("invoices-columns", "/invoices")),
    doing(
        Then::OpenTools,
        page("invoices-views", "/invoices?year=2026"),
    ),
    answering(
        422,
        doing(
            Then::SendNameless,
            page("view-refused", "/invoices?year=2026"),
        ),
    ),
    // ── What was agreed, and what was used ──
    page("customers", "/customers"),
    page("customers-filtered", "/customers?q=exemple&country=FR"),
    page("customers-none", "/customers?q=nothing"),
    page("customer", "/customers/10003"),
    page("webhook", "/customers/10003/webhook"),
    refused(
        "webhook-refused",
        "/customers/10003/webhook",
        ("main form", &[("#url", "https://user@example.org/")]),
    ),
    page("contracts", "/contracts"),
    page(
        "contracts-filtered",
        "/contracts?state=running&sort=-customer-number",
    ),
    page("contracts-none", "/contracts?state=ended"),
    page("contract", "/contracts/C-10003"),
    doing(Then::OpenAll, page("contract-all", "/contracts/C-10001")),
    page("usage", "/usage"),
    page("usage-filtered", "/usage?contract=C-10003&sort=from"),
    page("usage-none", "/usage?contract=nothing"),
    page("usage-of", "/usage/C-10003"),
    doing(
        Then::OpenAll,
        page("usage-of-all", "/usage/C-10003?year=2026"),
    ),
    unbilled(page("usage-empty", "/usage")),
    doing(
        Then::OpenAll,
        page("usage-item", "/usage/C-10001/media-storage"),
    ),
    page("usage-item-early", "/usage/C-10004/egress"),
    page("usage-item-nothing", "/usage/C-10002/support-hours"),
    page("usage-running", "/usage/C-10001"),
    page("runs", "/runs"),
    page("display", "/account/display"),
    refused("keys-refused", "/account/display", SAME_KEY),
    unbilled(page("invoices-empty", "/invoices")),
    page("invoice", INVOICE),
    doing(Then::OpenAll, page("invoice-why", INVOICE)),
    // ── What needs somebody, and what its figures are made of ──
    page("home", "/"),
    unbilled(page("home-unbilled", "/")),
    doing(
        Then::OpenAll,
        page("outlook-recurring", "/outlook/recurring"),
    ),
    doing(
        Then::OpenAll,
        page("outlook-contracted", "/outlook/contracted"),
    ),
    page("outlook-contracted-usd", "/outlook/contracted?currency=USD"),
    page("outlook-cash", "/outlook/cash"),
    page("outlook-open", "/outlook/open"),
    unbilled(page("outlook-open-empty", "/outlook/open")),
    // ── Billing runs ──
    page("runs", "/runs"),
    unbilled(page("runs-empty", "/runs")),
    page("run", "{run}"),
    // ── Cancelling an invoice ──
    page("cancel", "/invoices/RE-2026-00027/cancel"),
    refused(
        "cancel-refused",
        "/invoices/RE-2026-00027/cancel",
        ("main form", &[("#reason", " ")]),
    ),
    page("search", "/search?q=RE-2026"),
    page("search-none", "/search?q=nothing"),
    page("styleguide", "/styleguide"),
    answering(404, page("missing", "/nowhere")),
    doing(Then::Palette("RE-2026-00023"), page("palette", "/invoices")),
    doing(Then::KeyList, page("keys", "/invoices")),
    // ── Signing in ──
    seen_by(Reader::Nobody, page("sign-in", "/sign-in")),
    seen_by(
        Reader::Nobody,
        refused("sign-in-wrong", "/sign-in", WRONG_PASSWORD),
    ),
    seen_by(Reader::Halfway, page("code", "/sign-in/code")),
    seen_by(
        Reader::Halfway,
        refused(
            "code-wrong",
            "/sign-in/code",
            ("main form", &[("#code", "12")]),
        ),
    ),
    page("signed-in", "/signed-in"),
    named(seen_by(Reader::Nobody, page("sign-in-ways", "/sign-in"))),
    named(seen_by(
        Reader::Nobody,
        answering(503, page("provider-down", "/sign-in/provider")),
    )),
    named(page("account-ways", "/account")),
    // ── From a link to an account ──
    unstaffed(seen_by(Reader::Nobody, page("setup", "{setup}"))),
    unstaffed(seen_by(
        Reader::Nobody,
        refused("setup-refused", "{setup}", WEAK_ADMIN),
    )),
    seen_by(Reader::Nobody, page("invitation", "{invitation}")),
    seen_by(
        Reader::Nobody,
        refused(
            "invitation-refused",
            "{invitation}",
            ("main form", &[("#password", "password1234")]),
        ),
    ),
    seen_by(
        Reader::Nobody,
        answering(401, page("invitation-unknown", "/invitation/unknown")),
    ),
    seen_by(Reader::Enrolling, page("enrol", "/enrol")),
    seen_by(
        Reader::Enrolling,
        refused("enrol-wrong", "/enrol", ("main form", &[("#code", "12")])),
    ),
    seen_by(
        Reader::Enrolling,
        doing(Then::SendCode, page("recovery", "/enrol")),
    ),
    // ── For programs ──
    seen_by(Reader::Nobody, page("api-docs", "/api/docs")),
    // ── Accounts ──
    page("account", "/account"),
    page("menu", "/account#nav"),
    page("users", "/settings/users"),
    refused("users-refused", "/settings/users", TAKEN),
    doing(
        Then::Send(("form[action$=\"/invitation\"]", &[])),
        page("users-link", "{guest}"),
    ),
    page("user", "{guest}"),
    refused("user-refused", "{guest}", NO_ROLE),
    // ── Customers and sellers as people enter them ──
    page("customer-new", "/customers/new"),
    doing(
        Then::Send(NEW_CUSTOMER),
        page("customer-new-look", "/customers/new"),
    ),
    refused("customer-new-refused", "/customers/new", WRONG_CUSTOMER),
    page("customer-edit", "/customers/10003/edit"),
    doing(
        Then::Send((
            "main form",
            &[("[name=\"legal_name\"]", "Ville de l’Exemple")],
        )),
        page("customer-edit-look", "/customers/10003/edit"),
    ),
    answering(
        409,
        doing(
            Then::SendStale(STALE),
            page("customer-edit-stale", "/customers/10003/edit"),
        ),
    ),
    page("sellers", "/settings/seller"),
    page("seller", "/settings/seller/herdbook"),
    page("seller-edit", "/settings/seller/herdbook/edit"),
    doing(
        Then::Send((
            "main form",
            &[("[name=\"bank.iban\"]", "DE75512108001245126199")],
        )),
        page("seller-edit-look", "/settings/seller/herdbook/edit"),
    ),
    refused(
        "seller-edit-refused",
        "/settings/seller/herdbook/edit",
        (
            "main form",
            &[("[name=\"bank.iban\"]", "DE75512108001245126198")],
        ),
    ),
    // ── What keeps the book in order ──
    page("audit", "/audit"),
    page("audit-filtered", "/audit?what=invoice&about=invoice"),
    page("audit-none", "/audit?about=nothing"),
    page("audit-record", "/audit/1"),
    answering(404, page("audit-missing", "/audit/999999999")),
    page("jobs", "/jobs"),
    page("jobs-none", "/jobs?state=failed"),
    unbilled(page("jobs-empty", "/jobs")),
    page("tokens", "/settings/tokens"),
    page("own-tokens", "/account/tokens"),
    refused(
        "tokens-refused",
        "/settings/tokens",
        ("main form", &[("#name", "Without a permission")]),
    ),
    // ── Sources of telemetry ──
    page("source-aside", "{aside}"),
    refused(
        "source-aside-refused",
        "{aside}",
        ("main form[action$=\"/dismiss\"]", &[("#note", "x")]),
    ),
    page("source-kept", "{source}"),
    page("sources", "/sources"),
    unbilled(page("sources-empty", "/sources")),
    page("source", "/sources/exempleville-prometheus"),
    page("source-new", "/sources/new"),
    refused("source-refused", "/sources/new", NO_DOOR),
    page("source-targets", "/targets"),
    // ── A form that comes too late ──
    answering(
        401,
        doing(Then::SendLate(TAKEN), page("ended", "/settings/users")),
    ),
    answering(
        401,
        doing(Then::SendStrange(TAKEN), page("again", "/settings/users")),
    ),
    // ── The customers' side ──
    seen_by(Reader::Nobody, page("portal-sign-in", "/portal/sign-in")),
    seen_by(
        Reader::Nobody,
        refused("portal-sign-in-refused", "/portal/sign-in", NO_ADDRESS),
    ),
    unstaffed(seen_by(
        Reader::Nobody,
        page("portal-no-mail", "/portal/sign-in"),
    )),
    seen_by(Reader::Nobody, page("portal-sent", "/portal/sign-in/sent")),
    seen_by(Reader::Nobody, page("portal-confirm", "{portal-link}")),
    seen_by(
        Reader::Nobody,
        answering(401, page("portal-closed", "/portal/sign-in/unknown")),
    ),
    seen_by(
        Reader::Customer,
        page("portal-invoices", "/portal/invoices?year=2026"),
    ),
    seen_by(Reader::Customer, page("portal-invoice", OWN_INVOICE)),
    seen_by(
        Reader::Customer,
        doing(Then::OpenAll, page("portal-invoice-why", OWN_INVOICE)),
    ),
    seen_by(
        Reader::Customer,
        answering(
            404,
            page("portal-foreign", "/portal/invoices/RE-2026-00001"),
        ),
    ),
    seen_by(Reader::Customer, page("portal-usage", "/portal/usage")),
    seen_by(
        Reader::Customer,
        doing(
            Then::OpenAll,
            page("portal-usage-item", "/portal/usage/C-10003/media-storage"),
        ),
    ),
    seen_by(Reader::Customer, page("portal-contact", "/portal/contact")),
    seen_by(
        Reader::Customer,
        refused("portal-contact-refused", "/portal/contact", NO_PHONE),
    ),
    seen_by(Reader::Customer, page("portal-account", "/portal/account")),
    seen_by(Reader::Customer, page("portal-help", "/portal/help")),
];

const NEW_CUSTOMER: Form = (
    "main form",
    &[
        ("[name=\"number\"]", "19999"),
        ("[name=\"legal_name\"]", "Stadt Musterstadt"),
        ("[name=\"address.street\"]", "Markt 1"),
        ("[name=\"address.city\"]", "Musterstadt"),
        ("[name=\"address.country\"]", "DE"),
    ],
);
const WRONG_CUSTOMER: Form = (
    "main form",
    &[
        ("[name=\"number\"]", "1"),
        ("[name=\"legal_name\"]", "Stadt Musterstadt"),
        ("[name=\"address.street\"]", "Markt 1"),
        ("[name=\"address.city\"]", "Musterstadt"),
        ("[name=\"address.country\"]", "DE"),
        ("[name=\"routing.leitweg_id\"]", "01-MASTODONTEST-36"),
    ],
);
const STALE: Form = (
    "main form",
    &[("[name=\"legal_name\"]", "Ville de l’Exemple")],
);
/// The same invoice on the side of its customer.
const OWN_INVOICE: &str = "/portal/invoices/RE-2026-00023";
/// Passes for an address in a browser, but mail cannot be sent to it.
const NO_ADDRESS: Form = ("main form", &[("#email", "nobody@example")]);
const NO_PHONE: Form = ("main form", &[("#name", "Accounts"), ("#phone", "call me")]);
const WRONG_PASSWORD: Form = (
    "main form",
    &[("#email", "nobody@example.org"), ("#password", "wrong")],
);
const WEAK_ADMIN: Form = (
    "main form",
    &[
        ("#name", "Head of the office"),
        ("#email", "office@example.org"),
        ("#password", "short"),
    ],
);
/// A key that another action has.
const SAME_KEY: Form = (
    "main form[action=\"/account/keys\"]",
    &[("#key-why", "\u{e003}j")],
);
/// The address of the tester.
const TAKEN: Form = (
    "main form[action=\"/settings/users\"]",
    &[
        ("#name", "The same again"),
        ("#email", "tester@example.org"),
        ("[value=auditor]", " "),
    ],
);
/// Takes away the only role that the guest has.
const NO_ROLE: Form = ("main form", &[("[value=auditor]", " ")]);
const NO_DOOR: Form = (
    "main form",
    &[("#name", "bucket"), ("#instances", "social.example.org")],
);
