//! Passkeys in Chromium, with an authenticator that the driver pretends is there.

use crate::driver::Browser;
use crate::site::Site;

const ADD: &str = "form[data-passkey=\"add\"]";
const SIGN_IN: &str = "form[data-passkey=\"sign-in\"]";

/// What the list of passkeys on the own account shows: name, added, last used.
fn listed(browser: &Browser) -> Vec<String> {
    browser.open("/account");
    browser.texts(
        "return [...document.querySelectorAll('[aria-labelledby=passkeys] tbody tr')]
            .flatMap(row => [...row.querySelectorAll('th, td:not(.go)')])
            .map(cell => cell.textContent.trim())",
    )
}

fn sign_out(browser: &Browser) {
    browser.leave(|| browser.click(".who button"));
    browser.wait_for_page("/sign-in");
}

#[test]
fn a_passkey_is_added_signs_in_and_is_removed() {
    let site = Site::named();
    let browser = site.browser();
    let authenticator = browser.authenticator();
    assert!(listed(&browser).is_empty());
    browser.fill("#title", "Work laptop");
    browser.leave(|| browser.click(&format!("{ADD} button")));
    assert_eq!(browser.place(), "/account");
    let rows = listed(&browser);
    assert_eq!((rows[0].as_str(), rows[2].as_str()), ("Work laptop", "–"));
    let held = browser.passkeys(&authenticator);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["rpId"], "localhost");
    assert_eq!(held[0]["isResidentCredential"], true);
    sign_out(&browser);
    browser.open("/sign-in?next=%2Faccount");
    browser.leave(|| browser.click(&format!("{SIGN_IN} button")));
    assert_eq!(browser.place(), "/account");
    let rows = listed(&browser);
    assert!(rows[2].ends_with("UTC"), "it was used: {rows:?}");
    assert_eq!(browser.log(), Vec::<String>::new());
    browser.leave(|| browser.click("[aria-labelledby=passkeys] td.go button"));
    assert!(listed(&browser).is_empty());
    sign_out(&browser);
    browser.leave(|| browser.click(&format!("{SIGN_IN} button")));
    let said = browser.text("return document.querySelector('main').innerText");
    assert!(said.contains("not known here"), "{said}");
}

#[test]
fn without_script_or_a_name_there_is_no_button() {
    let site = Site::named();
    let browser = site.strange_browser();
    let shown = |browser: &Browser, form: &str| {
        browser.run(&format!(
            "return document.querySelector('{form}')?.offsetParent != null"
        ))
    };
    browser.open("/sign-in");
    assert_eq!(shown(&browser, SIGN_IN), true);
    browser.without_scripts();
    browser.open("/sign-in");
    assert_eq!(shown(&browser, SIGN_IN), false);
    let plain = Site::unbilled();
    let browser = plain.browser();
    browser.open("/account");
    assert_eq!(
        shown(&browser, ADD),
        false,
        "browsers have none on a bare address"
    );
}
