//! The pages that are looked at. A new page of the program gets a row here.

use crate::driver::{Browser, CONTROL};
use crate::people::code_of;
use crate::site::Site;

/// A page in one of its states.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Names it in messages, and the file of its picture.
    pub name: &'static str,
    /// With the marks of [`Site::path`].
    path: &'static str,
    pub book: Book,
    reader: Reader,
    pub status: u16,
    then: Then,
}

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    Demo,
    Unbilled,
    /// Nobody has an account.
    Unstaffed,
    /// Served under a name, with passkeys and an identity provider, which is down.
    Named,
}

pub const BOOKS: &[Book] = &[Book::Demo, Book::Unbilled, Book::Unstaffed, Book::Named];

impl Book {
    pub fn open(self) -> Site {
        match self {
            Self::Demo => Site::demo(),
            Self::Unbilled => Site::unbilled(),
            Self::Unstaffed => Site::unstaffed(),
            Self::Named => Site::named(),
        }
    }
}

/// Who comes to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Signed in, with all roles.
    Tester,
    Nobody,
    /// Of a customer, signed in, with all roles.
    Customer,
    /// The password was right, the code is still to come.
    Halfway,
    /// Was invited and has chosen a password; the second factor is still to come.
    Enrolling,
}

/// What the reader does once it is there.
#[derive(Debug, Clone, Copy)]
enum Then {
    Nothing,
    OpenAll,
    Palette(&'static str),
    KeyList,
    /// Opens what a list can do: the first address of a page opens the columns, one with a filter
    /// the views.
    OpenTools,
    /// Saves a view of a name that is blank.
    SendNameless,
    Send(Form),
    /// Types the code that an app shows for the secret of the page.
    SendCode,
    /// The session runs out before the form is sent.
    SendLate(Form),
    /// Another session begins before the form is sent.
    SendStrange(Form),
    /// The form was made from an edition that is no longer the newest.
    SendStale(Form),
}

/// A form that is filled in: its selector, and its fields with what is typed into them.
type Form = (&'static str, &'static [(&'static str, &'static str)]);

const fn page(name: &'static str, path: &'static str) -> Page {
    Page {
        name,
        path,
        book: Book::Demo,
        reader: Reader::Tester,
        status: 200,
        then: Then::Nothing,
    }
}

const fn doing(then: Then, page: Page) -> Page {
    Page { then, ..page }
}

const fn answering(status: u16, page: Page) -> Page {
    Page { status, ..page }
}

const fn unbilled(page: Page) -> Page {
    let book = Book::Unbilled;
    Page { book, ..page }
}

/// In a book without accounts.
const fn unstaffed(page: Page) -> Page {
    let book = Book::Unstaffed;
    Page { book, ..page }
}

/// Where there are more ways to sign in.
const fn named(page: Page) -> Page {
    let book = Book::Named;
    Page { book, ..page }
}

const fn seen_by(reader: Reader, page: Page) -> Page {
    Page { reader, ..page }
}

/// A form that is sent and refused.
const fn refused(name: &'static str, path: &'static str, form: Form) -> Page {
    answering(422, doing(Then::Send(form), page(name, path)))
}

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
    refused(
        "tokens-refused",
        "/settings/tokens",
        ("main form", &[("#name", "Without a permission")]),
    ),
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
        ("[name=\"address.country\"]", "Germany"),
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

impl Page {
    /// Comes to the page as its reader, and does what there is to do.
    pub fn show(&self, site: &Site, browser: &Browser) {
        let path = site.path(self.path);
        browser.hold(&site.cookies_of(self.reader));
        browser.open(&path);
        match self.then {
            Then::Nothing => {}
            Then::OpenAll => {
                let open = "const all = document.querySelectorAll('main details');
                    all.forEach(one => { one.open = true; });
                    return all.length > 0";
                assert_eq!(browser.run(open), true, "nothing to open");
            }
            Then::Palette(text) => find_in_palette(browser, text),
            Then::KeyList => {
                browser.press(&['?']);
                let open = "document.querySelector('#keylist').open";
                browser.wait_for("list of keys", open);
            }
            Then::OpenTools => {
                let place = usize::from(self.path.contains('?'));
                browser.run(&format!(
                    "document.querySelectorAll('details.fold')[{place}].open = true"
                ));
            }
            Then::SendNameless => {
                browser.run("document.querySelectorAll('details.fold')[1].open = true");
                send(browser, ("form[action$=\"/views\"]", &[("#name", " ")]));
            }
            Then::Send(form) => send(browser, form),
            Then::SendCode => send_code(browser),
            Then::SendLate(form) => {
                browser.forget_session();
                send(browser, form);
            }
            Then::SendStale(form) => {
                browser.run("document.querySelector('[name=made_from]').value = '0'");
                send(browser, form);
            }
            Then::SendStrange(form) => {
                browser.run(
                    "document.querySelectorAll('[name=csrf]').forEach(
                    one => { one.value = 'of another session'; })",
                );
                send(browser, form);
            }
        }
    }
}

/// Fills in a form and sends it.
pub fn send(browser: &Browser, (form, fields): Form) {
    for (field, text) in fields {
        browser.fill(&format!("{form} {field}"), text);
    }
    browser.leave(|| browser.click(&format!("{form} button[type=submit]")));
}

/// Sends the code that an app shows for the secret of the page.
fn send_code(browser: &Browser) {
    let secret = browser.text("return document.querySelector('main code').textContent");
    browser.fill("#code", &code_of(&secret));
    browser.leave(|| browser.click("main form button[type=submit]"));
}
/// Opens the palette by its key and waits until it offers what is looked for.
pub fn find_in_palette(browser: &Browser, text: &str) {
    browser.press(&[CONTROL, 'k']);
    let ready = "document.querySelector('#palette').open
        && document.activeElement.id === 'palette-field'";
    browser.wait_for("palette", ready);
    browser.write(text);
    let offered = format!(
        "document.querySelector('#palette-results [aria-selected=true]')
            ?.textContent.includes('{text}')"
    );
    browser.wait_for(text, &offered);
}
