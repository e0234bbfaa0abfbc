//! Every page works without scripts.

use crate::driver::{Browser, ENTER, Look};
use crate::site::Site;

/// A browser that runs no script of a page: a button that only a script shows stays hidden.
fn plain(site: &Site) -> Browser {
    let browser = site.browser();
    let shown = "return !document.querySelector('[data-theme-toggle]').hidden";
    browser.open("/invoices");
    assert_eq!(browser.run(shown), true, "scripts do not run at all");
    browser.without_scripts();
    browser.open("/invoices");
    assert_eq!(browser.run(shown), false, "scripts still run");
    browser
}

#[test]
fn the_list_is_filtered_without_a_script() {
    let site = Site::demo();
    let browser = plain(&site);
    browser.fill("#filter-q", "RE-2026-00007");
    browser.click(".filters button[type=submit]");
    browser.wait_for_page("/invoices?q=RE-2026-00007&year=&standing=&sort=");
    let rows = browser.links("table[data-rows] tbody th a");
    assert_eq!(rows, [format!("{}/invoices/RE-2026-00007", site.address)]);
}

#[test]
fn an_invoice_is_found_and_explained_without_a_script() {
    let site = Site::demo();
    let browser = plain(&site);
    browser.follow("a[data-palette]");
    browser.fill("#filter-q", &format!("RE-2026-00007{ENTER}"));
    browser.wait_for_page("/search?q=RE-2026-00007");
    browser.follow(".hits a[href=\"/invoices/RE-2026-00007\"]");
    let seen = "document.querySelector('.why .panel').checkVisibility()";
    assert_eq!(browser.run(&format!("return {seen}")), false);
    browser.click(".why summary");
    browser.wait_for("reason of an amount", seen);
}

#[test]
fn a_list_is_ordered_and_turned_over_without_a_script() {
    let site = Site::demo();
    let browser = plain(&site);
    browser.look(Look {
        theme: "light",
        width: 1440,
    });
    browser.open("/invoices");
    let first = |browser: &Browser| browser.links("table[data-rows] tbody th a").swap_remove(0);
    browser.follow("thead a[href*=\"sort=number\"]");
    assert!(first(&browser).ends_with("/invoices/RE-2026-00001"));
    browser.follow("a[rel=next]");
    assert!(first(&browser).ends_with("/invoices/RE-2026-00026"));
    browser.follow("a[rel=prev]");
    assert!(first(&browser).ends_with("/invoices/RE-2026-00001"));
    let shown = browser.text("return document.querySelector('.pager span').textContent");
    assert_eq!(shown, "1 to 25 of 35");
}
