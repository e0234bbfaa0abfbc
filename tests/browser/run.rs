//! A billing run from its preview to a document on the reader's disk: two people, and keys alone.

use std::fs;

use crate::driver::{Browser, ENTER};
use crate::people::{PASSWORD, Person};
use crate::process::until;
use crate::site::Site;

/// Signs in at the page where a visitor of `/` arrives, and ends on the start page.
fn sign_in(browser: &Browser, person: &Person) {
    browser.open("/sign-in");
    browser.reach("#email");
    browser.write(person.email);
    browser.reach("#password");
    browser.write(PASSWORD);
    browser.leave(|| browser.press(&[ENTER]));
    browser.reach("#code");
    browser.write(&person.recovery_code());
    browser.leave(|| browser.press(&[ENTER]));
}

fn sign_out(browser: &Browser) {
    enter(browser, ".who button");
    assert!(
        browser.place().starts_with("/sign-in"),
        "{}",
        browser.place()
    );
}

/// Reaches a button or a link by Tab and presses Enter, which leads to another page.
fn enter(browser: &Browser, target: &str) {
    browser.reach(target);
    browser.leave(|| browser.press(&[ENTER]));
}

/// By letters to the billing runs, and from row to row into the first of them.
fn first_run(browser: &Browser) {
    browser.write("gb");
    browser.wait_for_page("/runs");
    browser.write("j");
    browser.leave(|| browser.press(&[ENTER]));
    assert!(browser.place().starts_with("/runs/"), "{}", browser.place());
}

#[test]
fn a_run_goes_from_preview_to_a_document_by_keyboard_alone() {
    let site = Site::unbilled();
    let (finance, approver) = (
        site.colleague("finance@example.org", "finance"),
        site.colleague("approver@example.org", "approver"),
    );
    let browser = site.strange_browser();

    sign_in(&browser, &finance);
    browser.write("gb");
    browser.wait_for_page("/runs");
    // The day is filled in; Enter in its field sends the form.
    browser.reach("#as_of");
    browser.leave(|| browser.press(&[ENTER]));
    let run = browser.place();
    assert!(run.starts_with("/runs/"), "{run}");
    let previewed = browser.texts(LINES);
    assert!(!previewed.is_empty(), "nothing is due");
    let approves = "document.querySelector('form[action$=\"/approve\"]') !== null";
    let offered = browser.run(&format!("return {approves}"));
    assert_eq!(offered, false, "nobody approves what they have prepared");
    sign_out(&browser);

    sign_in(&browser, &approver);
    first_run(&browser);
    assert_eq!(browser.place(), run);
    enter(&browser, "form[action$=\"/approve\"] button");
    let issues = browser.run("return document.querySelector('form[action$=\"/issue\"]') !== null");
    assert_eq!(issues, false, "an approver does not issue");
    sign_out(&browser);

    sign_in(&browser, &finance);
    first_run(&browser);
    enter(&browser, "form[action$=\"/issue\"] button");
    // The page follows the work by itself, until there is nothing more to follow.
    browser.wait_for(
        "issued run",
        "document.querySelector('.badge.good') !== null",
    );
    assert_eq!(browser.texts(LINES), previewed, "issued as previewed");

    browser.write("gi");
    browser.wait_for_page("/invoices");
    browser.write("j");
    browser.leave(|| browser.press(&[ENTER]));
    let reason = "document.querySelector('.why').open";
    browser.wait_for("closed reason", &format!("{reason} === false"));
    browser.write("w");
    browser.wait_for("open reason", reason);
    let steps = browser.text("return document.querySelector('.why').innerText");
    assert!(steps.lines().count() > 3, "{steps}");

    let number = browser.text("return document.querySelector('h1').textContent.trim()");
    browser.reach("a[href^=\"/documents/\"][href*=\"/pdf\"]");
    browser.press(&[ENTER]);
    let file = browser.downloads().join(format!("{number}.pdf"));
    let bytes = until("document", || {
        fs::read(&file).ok().filter(|bytes| !bytes.is_empty())
    });
    assert!(bytes.starts_with(b"%PDF-"), "no PDF: {number}");
}

/// Customer and gross amount of each document of a run.
const LINES: &str = "return [...document.querySelectorAll('table[data-rows] tbody tr')]
    .map(row => [...row.cells].filter((_, at) => at !== 2).map(one => one.textContent).join('|'))";
