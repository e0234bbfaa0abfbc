//! Whoever follows the links of the list comes to every invoice, and from its paper back to it.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::site::Site;

/// Invoices of the demo.
const ISSUED: usize = 35;

#[test]
fn every_invoice_is_reached_from_the_list_and_every_link_works() {
    let site = Site::demo();
    let browser = site.browser();
    let (mut invoices, mut links) = (BTreeSet::new(), BTreeSet::new());
    browser.open("/invoices");
    for _ in 0..ISSUED {
        invoices.extend(browser.links("table[data-rows] tbody th a"));
        links.extend(browser.links("a[href]"));
        if browser.links("a[rel=next]").is_empty() {
            break;
        }
        browser.follow("a[rel=next]");
    }
    assert_eq!(invoices.len(), ISSUED, "{invoices:?}");
    for invoice in &invoices {
        let path = invoice.trim_start_matches(&site.address);
        browser.open(path);
        let heading = browser.text("return document.querySelector('h1').textContent");
        let number = path.rsplit('/').next().unwrap_or_default();
        assert!(heading.contains(number), "{path} is headed {heading}");
        links.extend(browser.links("a[href]"));
    }
    let kinds = [("/pdf?", &b"%PDF-"[..]), ("/xml?", &b"<?xml"[..])];
    let mut documents = 0;
    for link in &links {
        let reply = site.get(link);
        assert_eq!(reply.status, 200, "{link}");
        let kind = kinds.iter().find(|(kind, _)| link.contains(kind));
        if let Some((_, start)) = kind {
            assert!(reply.bytes.starts_with(start), "{link}");
            documents += 1;
        }
    }
    assert!(documents >= 2 * ISSUED, "{documents} links to documents");
}

/// The text of a PDF as one line. A word joiner keeps addresses whole on paper.
fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext runs");
    let mut input = reader.stdin.take().expect("its input");
    input.write_all(pdf).expect("pdftotext reads");
    drop(input);
    let output = reader.wait_with_output().expect("pdftotext ends");
    assert!(output.status.success(), "pdftotext fails");
    String::from_utf8_lossy(&output.stdout).replace(['\n', '\u{2060}'], "")
}

#[test]
fn the_address_on_an_invoice_leads_to_its_page_in_every_language() {
    let site = Site::demo();
    let browser = site.browser();
    browser.open("/invoices/RE-2026-00023");
    let links = browser.links("a[href*=\"/pdf?\"]");
    let text = text_of(&site.get(links.first().expect("a link to the PDF")).bytes);
    let at = text.find("/why/").expect("the address of the page");
    let code = text.get(at..at + "/why/XXXX-XXXX".len()).expect("a code");
    for (tag, question) in [
        ("de", "Warum dieser Betrag?"),
        ("en", "Why this amount?"),
        ("fr", "Pourquoi ce montant ?"),
    ] {
        browser.language(tag);
        browser.open(code);
        assert_eq!(browser.place(), "/invoices/RE-2026-00023", "{code}");
        let said = browser.texts(
            "return [document.documentElement.lang.slice(0, 2),
                document.querySelector('.why summary').textContent]",
        );
        // The space before a French question mark does not break.
        let said: Vec<_> = said
            .iter()
            .map(|text| text.replace(['\u{a0}', '\u{202f}'], " "))
            .collect();
        assert_eq!(said, [tag, question]);
    }
}
