//! From a customer's link to money in the ledger: the demonstration as a whole, with the server
//! that plays the payment gateway beside it.

use crate::driver::Browser;
use crate::site::Site;

/// Takes a link like a customer, and ends on the list of its invoices.
fn sign_in_by(browser: &Browser, link: &str) {
    browser.open(link);
    browser.leave(|| browser.click("main form button"));
    browser.wait_for_page("/portal/invoices");
}

/// Signs in with what the demonstration printed.
fn sign_in_as(browser: &Browser, (email, password, code): (&str, &str, &str)) {
    browser.open("/sign-in");
    browser.fill("#email", email);
    browser.fill("#password", password);
    browser.leave(|| browser.click("main form .primary"));
    browser.fill("#code", code);
    browser.leave(|| browser.click("main form .primary"));
}

#[test]
fn a_customer_pays_by_card_and_both_sides_see_it() {
    let site = Site::demonstration();
    let customer = site.strange_browser();
    sign_in_by(&customer, &site.printed_link(10_004, "customer-billing"));
    // Newest first: what was billed last is open.
    let invoice = customer
        .links("main table tbody a[href*=\"/portal/invoices/RE-\"]")
        .remove(0);
    let path = invoice.trim_start_matches(&site.address).to_owned();
    customer.open(&path);
    let number = path.trim_start_matches("/portal/invoices/").to_owned();
    let pay = format!("form[action=\"{path}/pay\"] button");
    let offered = customer.text(&format!(
        "return document.querySelector('{pay}').textContent"
    ));
    assert!(
        offered.contains("USD"),
        "the amount stands on the button: {offered}"
    );
    customer.click(&pay);
    customer.wait_for(
        "the gateway's page",
        "document.querySelector('#card') !== null",
    );
    let charged = customer.text("return document.querySelector('h1').textContent");
    let figure: String = charged.chars().filter(char::is_ascii_digit).collect();
    let promised: String = offered.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(figure, promised, "{charged}: {offered}");

    // A card that is declined settles nothing, and the next one can be tried.
    customer.run("document.querySelector('#card').value = '4000 0000 0000 0002'");
    customer.click("button[value=pay]");
    customer.wait_for("refusal", "document.querySelector('[role=alert]') !== null");
    customer.run("document.querySelector('#card').value = '4242 4242 4242 4242'");
    customer.click("button[value=pay]");
    let back = format!("location.pathname === '{path}/paid' && document.readyState === 'complete'");
    customer.wait_for("way back", &back);
    customer.wait_for(
        "payment that is taken",
        "!document.querySelector('meta[http-equiv=refresh]')",
    );
    customer.open(&path);
    assert_eq!(customer.run(BADGE), "good", "{}", customer.place());
    let gone = customer.run(&format!("return document.querySelector('{pay}') === null"));
    assert_eq!(gone, true, "what is paid is not paid again");

    let finance = site.strange_browser();
    let (email, password, code) = site.printed_account("finance");
    sign_in_as(&finance, (&email, &password, &code));
    finance.open(&format!("/invoices/{number}"));
    assert_eq!(finance.run(BADGE), "good");
    // The payment, what the gateway kept of it, and the entries that book both.
    let payments = finance.text("return document.querySelector('main').textContent");
    assert!(
        payments.contains("1360") || payments.contains("1460"),
        "{payments}"
    );
    // The page shows what is read from the ledger, entry by entry under its key.
    let entries = finance.run(
        "return [...document.querySelectorAll('.why .tree li')]
            .filter(entry => /1[34]60/.test(entry.textContent)
                && /payment(-fee)?\\/stripe\\//.test(entry.querySelector('.step').textContent))
            .length",
    );
    assert!(entries.as_u64() == Some(2), "payment and fee: {entries}");
    site.ledger_holds();
}

/// The badge beside the title.
const BADGE: &str = "return ['good', 'due', 'soon', 'open'].find(kind =>
    document.querySelector(`main .badge.${kind}`)) ?? ''";
