//! The pages that are looked at, and what is done on them.

mod rows;

use crate::driver::{Browser, CONTROL};
use crate::people::code_of;
use crate::site::Site;

pub use rows::PAGES;

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

impl Page {
    /// Comes to the page as its reader, and does what there is to do.
    pub fn show(&self, site: &Site, browser: &Browser) {
        self.arrive(site, browser);
        self.act(browser);
    }

    /// Comes to the page as its reader.
    pub fn arrive(&self, site: &Site, browser: &Browser) {
        let path = site.path(self.path);
        browser.hold(&site.cookies_of(self.reader));
        browser.open(&path);
    }

    /// Does what there is to do on the page.
    pub fn act(&self, browser: &Browser) {
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
