//! Every page, light and dark, at three widths; and that the audit finds what it is for.

use std::path::PathBuf;

use rstest::rstest;

use crate::audit;
use crate::driver::{Browser, Look};
use crate::pages::{BOOKS, PAGES, Page};
use crate::process::until;
use crate::prose;
use crate::site::{Site, needed};

const WIDTHS: [u32; 3] = [1440, 390, 320];

fn axe() -> String {
    let path = needed("HERDBOOK_AXE");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Is the page looked at? With HERDBOOK_PAGES only those whose name has a part of that text.
fn chosen(page: &Page) -> bool {
    let parts = std::env::var("HERDBOOK_PAGES").unwrap_or_default();
    parts.split(',').any(|part| page.name.contains(part))
}

/// Writes what is seen as a picture, when there is a folder for them.
fn keep_picture(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var_os("HERDBOOK_SCREENS").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).expect("the folder for pictures");
    let file = folder.join(format!("{name}.png"));
    std::fs::write(file, browser.picture()).expect("a picture");
}

#[rstest]
fn nothing_is_wrong_on_any_page(#[values("light", "dark")] theme: &'static str) {
    let axe = axe();
    let mut found = Vec::new();
    for book in BOOKS {
        let own = || {
            PAGES
                .iter()
                .filter(|page| page.book == *book && chosen(page))
        };
        if own().next().is_none() {
            continue;
        }
        let site = book.open();
        let browser = site.strange_browser();
        for page in own() {
            for width in WIDTHS {
                let look = Look { theme, width };
                found.extend(audit::findings(&site, &browser, &axe, page, look));
                keep_picture(&browser, &format!("{}-{theme}-{width}", page.name));
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} findings\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Longer words than the English ones, at the narrowest.
#[rstest]
fn no_page_scrolls_sideways_in_another_language(#[values("de", "fr")] tag: &str) {
    let look = Look {
        theme: "light",
        width: 320,
    };
    let mut found = Vec::new();
    for book in BOOKS {
        let own = || {
            PAGES
                .iter()
                .filter(|page| page.book == *book && chosen(page))
        };
        if own().next().is_none() {
            continue;
        }
        let site = book.open();
        let browser = site.strange_browser();
        browser.look(look);
        browser.language(tag);
        for page in own() {
            page.show(&site, &browser);
            let faults = [
                audit::sideways(&browser),
                audit::too_wide(&browser),
                prose::findings(&browser),
            ];
            let faults = faults.concat();
            found.extend(faults.iter().map(|fault| format!("{}: {fault}", page.name)));
            keep_picture(&browser, &format!("{}-{tag}-320", page.name));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Faults, each with what the audit has to say about it.
const FAULTS: &[(&str, &str)] = &[
    (
        "const image = new Image(); image.src = '/healthz'; document.body.append(image);",
        "axe: image-alt",
    ),
    (
        "document.querySelector('h1').style.color = '#ddd';",
        "axe: color-contrast",
    ),
    (
        "document.querySelector('main').style.width = '2000px';",
        "scrolls sideways: ",
    ),
    (
        "document.querySelector('td.state').style.whiteSpace = 'nowrap';
         document.querySelector('td.state').textContent = 'm'.repeat(30);",
        "too wide for its cell: ",
    ),
    (
        "document.body.append(Object.assign(document.createElement('script'), { text: '1' }));",
        "log: ",
    ),
    (
        "const late = document.createElement('p'); late.style.height = '200px';
         document.querySelector('main').prepend(late);",
        "moves by ",
    ),
    (
        "document.querySelector('h1').style.cssText = 'width: 3rem; overflow-wrap: anywhere';",
        "breaks in the middle: ",
    ),
    (
        "document.querySelector('h1').textContent = '1989.885041648 GB';",
        "not rounded: ",
    ),
    ("document.documentElement.lang = 'de';", "English: "),
    (
        "document.documentElement.lang = 'fr';
         document.querySelector('h1').textContent = 'Où: ici';",
        "no space before the colon: ",
    ),
    ("setTimeout(() => { missing(); });", "log: "),
    ("console.error('out of order');", "log: "),
    (ELSEWHERE, "log: "),
];

/// Refused by the policy of our pages, and asked for once that is out of force.
const ELSEWHERE: &str =
    "fetch(`http://localhost:${location.port}/healthz`, { mode: 'no-cors' }).catch(() => {});";

#[test]
fn the_audit_finds_what_is_wrong() {
    let axe = axe();
    let site = Site::demo();
    let browser = site.browser();
    let page = &PAGES[0];
    browser.look(Look {
        theme: "light",
        width: 390,
    });
    let finds = |fault: &str, expected: &str| {
        page.show(&site, &browser);
        browser.run(fault);
        until(&format!("`{expected}` for {fault}"), || {
            let mut found = audit::log(&browser, page);
            found.extend(audit::shifts(&browser));
            found.extend(audit::foreign_requests(&browser));
            found.extend(audit::sideways(&browser));
            found.extend(audit::too_wide(&browser));
            found.extend(prose::findings(&browser));
            found.extend(audit::violations(&browser, &axe));
            let said = found.iter().any(|finding| finding.starts_with(expected));
            said.then_some(())
        });
    };
    for (fault, expected) in FAULTS {
        finds(fault, expected);
    }
    browser.without_policy();
    finds(ELSEWHERE, "asks for ");
}
