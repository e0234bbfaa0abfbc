//! A customer's way: from a link to an invoice, to where its amounts come from, to its files.

use crate::driver::ENTER;
use crate::site::Site;
use crate::visitor::Visitor;

#[test]
fn a_customer_signs_in_by_a_link_and_takes_an_invoice() {
    let site = Site::demo();
    let browser = site.strange_browser();
    browser.open("/portal/invoices/RE-2026-00023");
    let asked = "/portal/sign-in?next=%2Fportal%2Finvoices%2FRE-2026-00023";
    assert_eq!(
        browser.place(),
        asked,
        "strangers are asked to sign in on the customers' side"
    );
    browser.open(&site.portal_link());
    browser.reach("main form button");
    browser.leave(|| browser.press(&[ENTER]));
    browser.wait_for_page("/portal/invoices");
    browser.open("/portal/invoices?year=2026");
    browser.follow("a[href=\"/portal/invoices/RE-2026-00023\"]");
    browser.wait_for_page("/portal/invoices/RE-2026-00023");
    browser.click(".why summary");
    browser.wait_for(
        "derivation",
        "document.querySelector('.why[open] .equation .result')",
    );
    let amounts = browser.texts(
        "return [...document.querySelectorAll('.why[open] .equation .value')]
            .map(one => one.textContent)",
    );
    assert!(!amounts.is_empty());
    browser.leave(|| browser.click(".top form button"));
    assert_eq!(browser.place(), "/portal/sign-in");
}

#[test]
fn files_go_to_whoever_is_signed_in_and_to_nobody_else() {
    let site = Site::demo();
    let mut customer = Visitor::of(&site.address, site.customer().clone());
    for (path, start) in [
        ("/portal/invoices/RE-2026-00023/pdf", "%PDF-"),
        ("/portal/invoices/RE-2026-00023/xml", "<?xml"),
        ("/portal/invoices/2026.zip", "PK"),
    ] {
        let file = customer.get(path);
        assert_eq!(file.status, 200, "{path}");
        assert!(file.text.starts_with(start), "{path}");
        let mut stranger = Visitor::of(&site.address, Default::default());
        assert!(
            stranger.get(path).to.starts_with("/portal/sign-in?next="),
            "{path}"
        );
        assert_eq!(
            site.at_work().get(path).status,
            403,
            "staff have pages of their own"
        );
    }
    let year = customer.get("/portal/invoices/2026.zip").text;
    for name in ["RE-2026-00023.pdf", "RE-2026-00023.xml"] {
        assert!(year.contains(name), "{name}");
    }
    // An invoice of another customer, and a year without one.
    for path in [
        "/portal/invoices/RE-2026-00001",
        "/portal/invoices/RE-2026-00001/pdf",
        "/portal/invoices/1999.zip",
    ] {
        assert_eq!(customer.get(path).status, 404, "{path}");
    }
    for path in ["/", "/customers", "/runs", "/settings/users"] {
        let answer = customer.get(path);
        assert!(
            answer.status == 403 || answer.to == "/portal",
            "{path}: {}",
            answer.status
        );
    }
}

#[test]
fn a_customer_keeps_its_contact_data() {
    let site = Site::demo();
    let mut customer = Visitor::of(&site.address, site.customer().clone());
    let form = customer.get("/portal/contact");
    let edition = form.between("name=\"edition\" value=\"", "\"").to_owned();
    let fields = [
        ("edition", edition.as_str()),
        ("name", "Service financier"),
        ("email", "finances@exempleville.example"),
        ("phone", "+33 1 23 45 67 89"),
    ];
    let answer = customer.send(&form, "/portal/contact", &fields);
    assert_eq!(answer.to, "/portal/contact", "{}", answer.text);
    let shown = customer.get("/portal/contact");
    assert!(
        shown.text.contains("value=\"Service financier\""),
        "{}",
        shown.text
    );
    // Made from what is no longer the newest state.
    let fields = [fields[0], ("name", "Somebody else"), fields[2], fields[3]];
    let stale = customer.send(&shown, "/portal/contact", &fields);
    assert_eq!(stale.status, 422);
    assert!(
        stale.text.contains("value=\"Somebody else\""),
        "what was typed is kept"
    );
}
