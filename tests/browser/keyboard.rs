//! All by keyboard.

use crate::driver::{CONTROL, ENTER, ESCAPE, Look};
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
    let second = browser.links("table[data-rows] tbody th a").swap_remove(1);
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

#[test]
fn a_list_is_turned_over_without_a_new_page() {
    let site = Site::demo();
    let browser = site.browser();
    // Wide enough for a table: records have no heads to order by.
    browser.look(Look {
        theme: "light",
        width: 1440,
    });
    browser.open("/invoices");
    browser.run("window.same = true");
    browser.follow("a[rel=next]");
    let shown = "document.querySelector('.pager span').textContent === '26 to 35 of 35'";
    browser.wait_for("the second page", shown);
    assert_eq!(
        browser.run("return window.same === true"),
        true,
        "a new page was loaded"
    );
    browser.follow("thead a[href*=\"sort=number\"]");
    let sorted = "document.querySelector('th[aria-sort=ascending]') !== null";
    browser.wait_for("the order", sorted);
    assert_eq!(
        browser.run("return window.same === true"),
        true,
        "a new page was loaded"
    );
    // Back is the page as it was, from the server.
    browser.run("history.back()");
    browser.wait_for("the second page again", shown);
}

#[test]
fn every_key_of_the_list_of_keys_does_something() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/invoices");
    let listed = browser.texts(
        "return [...document.querySelectorAll('#keylist dt')]
            .map(one => one.textContent).filter(keys => keys.startsWith('g'))",
    );
    let places = browser.texts(
        "return [...document.querySelectorAll('.nav a[data-key]')]
            .map(one => 'g' + one.dataset.key)",
    );
    assert_eq!(listed, places);
    let once: std::collections::BTreeSet<_> = places.iter().collect();
    assert_eq!(once.len(), places.len(), "two places have one key");
    browser.write("gc");
    browser.wait_for_page("/contracts");
}
