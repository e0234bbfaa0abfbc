//! The pages that are looked at. A new page of the program gets a row here.

use crate::driver::{Browser, CONTROL};

/// A page in one of its states.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Names it in messages, and the file of its picture.
    pub name: &'static str,
    pub path: &'static str,
    pub book: Book,
    pub status: u16,
    pub then: Then,
}

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    Demo,
    Unbilled,
}

/// What the reader does once it is there.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    Nothing,
    OpenAll,
    Palette(&'static str),
    KeyList,
}

const fn page(name: &'static str, path: &'static str) -> Page {
    Page {
        name,
        path,
        book: Book::Demo,
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

/// A fee, a metered overage in two tiers, and notes.
const INVOICE: &str = "/invoices/RE-2026-00023";

pub const PAGES: &[Page] = &[
    page("invoices", "/invoices"),
    page("invoices-filtered", "/invoices?q=10001&year=2026"),
    page("invoices-none", "/invoices?q=nothing"),
    unbilled(page("invoices-empty", "/invoices")),
    page("invoice", INVOICE),
    doing(Then::OpenAll, page("invoice-why", INVOICE)),
    page("search", "/search?q=RE-2026"),
    page("search-none", "/search?q=nothing"),
    page("styleguide", "/styleguide"),
    answering(404, page("missing", "/nowhere")),
    doing(Then::Palette("RE-2026-00023"), page("palette", "/invoices")),
    doing(Then::KeyList, page("keys", "/invoices")),
];

impl Then {
    pub fn do_in(self, browser: &Browser) {
        match self {
            Self::Nothing => {}
            Self::OpenAll => {
                let open = "const all = document.querySelectorAll('main details');
                    all.forEach(one => { one.open = true; });
                    return all.length > 0";
                assert_eq!(browser.run(open), true, "nothing to open");
            }
            Self::Palette(text) => find_in_palette(browser, text),
            Self::KeyList => {
                browser.press(&['?']);
                let open = "document.querySelector('#keylist').open";
                browser.wait_for("list of keys", open);
            }
        }
    }
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
