//! All by keyboard.

use crate::driver::{CONTROL, ENTER, ESCAPE};
use crate::pages::find_in_palette;
use crate::site::Site;

#[test]
fn the_palette_finds_an_invoice_and_opens_it() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/styleguide");
    find_in_palette(&browser, "RE-2026-00007");
    browser.press(&[ENTER]);
    browser.wait_for_page("/invoices/RE-2026-00007");
}

#[test]
fn escape_closes_the_palette() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/invoices");
    browser.press(&[CONTROL, 'k']);
    let open = "document.querySelector('#palette').open";
    browser.wait_for("palette", open);
    browser.press(&[ESCAPE]);
    browser.wait_for("closed palette", &format!("!{open}"));
}

#[test]
fn a_question_mark_lists_the_keys() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/invoices");
    let open = "document.querySelector('#keylist').open";
    assert_eq!(browser.run(&format!("return {open}")), false);
    browser.press(&['?']);
    browser.wait_for("list of keys", open);
    let keys = browser
        .texts("return [...document.querySelectorAll('#keylist dt')].map(one => one.textContent)");
    assert!(keys.iter().any(|key| key == "?"), "{keys:?}");
    browser.press(&[ESCAPE]);
    browser.wait_for("closed list", &format!("!{open}"));
}

#[test]
fn letters_go_from_row_to_row_into_an_invoice_and_open_its_reason() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/invoices");
    let second = browser.links("table[data-rows] th a").swap_remove(1);
    browser.write("jj");
    browser.press(&[ENTER]);
    browser.wait_for_page(second.trim_start_matches(&site.address));
    let reason = "document.querySelector('.why').open";
    browser.wait_for("closed reason", &format!("{reason} === false"));
    browser.write("w");
    browser.wait_for("open reason", reason);
    browser.write("gi");
    browser.wait_for_page("/invoices");
}
