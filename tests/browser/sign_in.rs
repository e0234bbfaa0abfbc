//! Signing in: by keyboard alone, without scripts, and in the middle of a form.

use crate::driver::{Browser, ENTER};
use crate::people::{PASSWORD, Person, code_of};
use crate::site::Site;

/// Reaches a field by Tab and types into it.
fn type_into(browser: &Browser, field: &str, text: &str) {
    browser.reach(field);
    browser.write(text);
}

/// Reaches a button or a link by Tab and presses Enter, which leads to another page.
fn enter(browser: &Browser, target: &str) {
    browser.reach(target);
    browser.leave(|| browser.press(&[ENTER]));
}

/// Types address, password and code where the sign-in asks for them.
fn sign_in(browser: &Browser, email: &str, code: &str) {
    type_into(browser, "#email", email);
    type_into(browser, "#password", PASSWORD);
    browser.leave(|| browser.press(&[ENTER]));
    assert!(
        browser.place().starts_with("/sign-in/code"),
        "{}",
        browser.place()
    );
    type_into(browser, "#code", code);
    browser.leave(|| browser.press(&[ENTER]));
}

#[test]
fn the_first_admin_is_set_up_and_works_by_keyboard_alone() {
    let site = Site::unstaffed();
    let browser = site.strange_browser();
    let codes = set_up(&browser, &site.path("{setup}"));
    // Out, and in again without the app.
    enter(&browser, ".who button");
    browser.open("/settings/users");
    assert_eq!(browser.place(), "/sign-in?next=%2Fsettings%2Fusers");
    sign_in(&browser, "first@example.org", &codes[3]);
    browser.wait_for_page("/settings/users");
    invite(&browser);
    // To the page of who was invited, from row to row.
    browser.write("j");
    browser.leave(|| browser.press(&[ENTER]));
    assert!(
        browser.place().starts_with("/settings/users/"),
        "{}",
        browser.place()
    );
    let heading = "return document.querySelector('h1').textContent";
    assert_eq!(browser.text(heading), "Colleague");
    // Ends the session in which this is done.
    enter(&browser, ".who a");
    browser.wait_for_page("/account");
    let own = browser.texts(
        "return [...document.querySelectorAll('tbody tr')]
        .map(row => row.querySelector('.second')?.textContent ?? '')",
    );
    assert_eq!(own, ["the one you use now"], "the session before has ended");
    enter(&browser, "td.go button");
    assert_eq!(browser.place(), "/sign-in?next=%2Faccount");
}

/// From the link that the server prints to the start page; the recovery codes.
fn set_up(browser: &Browser, link: &str) -> Vec<String> {
    browser.open(link);
    type_into(browser, "#name", "First admin");
    type_into(browser, "#email", "first@example.org");
    type_into(browser, "#password", PASSWORD);
    browser.leave(|| browser.press(&[ENTER]));
    browser.wait_for_page("/enrol");
    let secret = browser.text("return document.querySelector('main code').textContent");
    type_into(browser, "#code", &code_of(&secret));
    enter(browser, "main form button");
    let codes = browser.texts(
        "return [...document.querySelectorAll('.kept-codes code')].map(one => one.textContent)",
    );
    assert_eq!(codes.len(), 10);
    enter(browser, "main a.primary");
    browser.wait_for_page("/");
    codes
}

/// Makes an account with one role and sees the link for it.
fn invite(browser: &Browser) {
    type_into(browser, "#name", "Colleague");
    type_into(browser, "#email", "colleague@example.org");
    type_into(browser, "[name=role][value=finance]", " ");
    enter(browser, "main form .primary");
    let link = browser.text("return document.querySelector('.whole').textContent");
    assert!(link.contains("/invitation/"), "{link}");
}

#[test]
fn somebody_signs_in_without_a_script() {
    let site = Site::unbilled();
    let browser = site.strange_browser();
    browser.without_scripts();
    browser.open("/invoices");
    assert_eq!(browser.place(), "/sign-in?next=%2Finvoices");
    let Person { email, .. } = site.tester();
    browser.fill("#email", email);
    browser.fill("#password", "not the password");
    browser.leave(|| browser.click("main form button"));
    let error = "return document.querySelector('.errors li').textContent";
    assert_eq!(browser.text(error), "The address or the password is wrong.");
    browser.fill("#password", PASSWORD);
    browser.leave(|| browser.click("main form button"));
    browser.fill("#code", &site.tester().recovery_code());
    browser.click("main form button");
    browser.wait_for_page("/invoices");
    browser.leave(|| browser.click(".who button"));
    assert_eq!(browser.place(), "/sign-in");
}

const LATE: &str = "late@example.org";

#[test]
fn what_was_typed_outlives_the_session() {
    let site = Site::unbilled();
    let browser = site.browser();
    browser.open("/settings/users");
    let form = "main form[action=\"/settings/users\"]";
    browser.fill("#name", "Too late");
    browser.fill("#email", LATE);
    browser.click("[name=role][value=sales]");
    browser.click("[name=role][value=auditor]");
    // Signed out in another place.
    let mut elsewhere = site.at_work();
    let page = elsewhere.get("/account");
    assert_eq!(elsewhere.send(&page, "/sign-out", &[]).to, "/sign-in");
    browser.leave(|| browser.click(&format!("{form} button")));
    let kept = browser.texts(
        "return [...document.querySelectorAll('main form [type=hidden]')]
        .map(field => `${field.name}=${field.value}`)",
    );
    let mail = format!("email={LATE}");
    assert_eq!(
        kept,
        [
            "name=Too late",
            &mail,
            "customer=",
            "role=sales",
            "role=auditor"
        ]
    );
    // Signed in again in a second window, while the first waits.
    let first = browser.windows().swap_remove(0);
    browser.click("main a.button");
    let both = browser.windows();
    assert_eq!(both.len(), 2, "{both:?}");
    browser.switch(&both[1]);
    browser.wait_for_page("/sign-in?next=/signed-in");
    sign_in(
        &browser,
        site.tester().email,
        &site.tester().recovery_code(),
    );
    assert_eq!(browser.place(), "/signed-in");
    browser.switch(&first);
    // The session is new: once more a person says so, not the page.
    browser.leave(|| browser.click("main form button"));
    assert_eq!(rows(&browser), 0, "nobody was asked");
    browser.leave(|| browser.click("main form button"));
    let link = browser.text("return document.querySelector('.whole').textContent");
    assert!(link.contains("/invitation/"), "{link}");
    browser.open("/settings/users");
    assert_eq!(rows(&browser), 1);
    let roles = browser.text(&format!(
        "return [...document.querySelectorAll('tbody tr')]
            .find(row => row.textContent.includes('{LATE}'))
            .querySelector('.detail').textContent"
    ));
    assert_eq!(roles, "Sales, Audit");
}

/// Rows of the list with the late one; none on a page without a list.
fn rows(browser: &Browser) -> u64 {
    let rows = browser.run(&format!(
        "return [...document.querySelectorAll('tbody tr')]
            .filter(row => row.textContent.includes('{LATE}')).length"
    ));
    rows.as_u64().expect("a number")
}
