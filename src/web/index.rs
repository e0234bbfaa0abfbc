//! The index of issued documents: one table, no script, readable without a style sheet.

use std::fmt::Write as _;

use super::router::Shared;
use crate::billing::invoice::Invoice;
use crate::db::invoices;
use crate::usecases::Failure;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1c1a;--soft:#63635e;--line:#dcdcd6;--ground:#fff;\
--accent:#0b6470}\
@media(prefers-color-scheme:dark){:root{--ink:#ececea;--soft:#a3a39c;--line:#3a3a37;\
--ground:#171716;--accent:#6fc3cf}}\
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);\
font:16px/1.45 system-ui,sans-serif}main{max-width:68rem;margin:0 auto;padding:2.5rem 1.25rem}\
h1{font-size:1.5rem;margin:0 0 .25rem}p{margin:.25rem 0 1.25rem;color:var(--soft)}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;white-space:nowrap}\
th{text-align:left;font-weight:500;color:var(--soft);font-size:.875rem;\
border-bottom:1.5px solid var(--ink)}td{border-bottom:1px solid var(--line)}\
th,td{padding:.45rem .9rem .45rem 0}.n{text-align:right;font-variant-numeric:tabular-nums}\
a{color:var(--accent);text-underline-offset:.15em}a:focus-visible{outline:2px solid var(--accent)}\
code{font-size:.9em}";

/// SHA-256 of the style, in base 64, for the content security policy.
pub(super) fn style_hash() -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
    base64(hash.as_ref())
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = (bits << 8) | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let sign = SIGNS[((bits >> (18 - 6 * place)) & 63) as usize];
            out.push(if place <= chunk.len() {
                char::from(sign)
            } else {
                '='
            });
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The page.
pub(super) async fn page(shared: &Shared) -> Result<String, Failure> {
    let reader = shared.app.db.reader();
    let minutes = i64::from(shared.link_minutes);
    let expires = shared
        .app
        .clock
        .system()
        .timestamp()
        .saturating_add(minutes * 60);
    let mut shown: Vec<(String, String)> = Vec::new();
    let mut after = None;
    loop {
        let stored = invoices::page(&reader, after, 200).await?;
        let Some(last) = stored.last() else { break };
        after = Some(last.id);
        for invoice in &stored {
            let Some(number) = invoice.number() else {
                continue;
            };
            let view: Invoice = invoice.read_view()?;
            let mut text = String::new();
            row(&mut text, shared, &view, number, expires);
            shown.push((number.to_owned(), text));
        }
    }
    shown.sort();
    let count = shown.len();
    let rows: String = shown.into_iter().map(|(_, text)| text).collect();
    Ok(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Issued documents – Herdbook</title><style>{STYLE}</style></head><body><main>\
         <h1>Issued documents</h1>\
         <p>{count} invoices. Download links are good for {minutes} minutes; \
         load the page again for new ones.</p>\
         <div class=\"wide\"><table><thead><tr><th scope=\"col\">Number</th>\
         <th scope=\"col\">Date</th><th scope=\"col\">Customer</th>\
         <th scope=\"col\" class=\"n\">Net</th><th scope=\"col\" class=\"n\">Tax</th>\
         <th scope=\"col\" class=\"n\">Gross</th><th scope=\"col\">Format</th>\
         <th scope=\"col\">Documents</th></tr></thead><tbody>{rows}</tbody></table></div>\
         <p>Why an amount? <code>herdbook explain NUMBER</code>. \
         Is all of it still true? <code>herdbook verify</code>.</p></main></body></html>"
    ))
}

fn row(rows: &mut String, shared: &Shared, view: &Invoice, number: &str, expires: i64) {
    let link = |kind: &str, label: &str| {
        let path = format!("/documents/{number}/{kind}");
        let sign = shared.links.sign(&path, expires);
        format!(
            "<a href=\"{path}?expires={expires}&amp;signature={sign}\" \
             aria-label=\"{label} of {number}\">{label}</a>"
        )
    };
    let totals = &view.totals;
    // Writing to a String cannot fail.
    let _ = write!(
        rows,
        "<tr><td>{}</td><td>{}</td><td>{} {}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{} {}</td><td>{}</td><td>{} {}</td></tr>",
        escaped(number),
        view.issue_date,
        view.customer.number,
        escaped(&view.customer.legal_name),
        totals.net.amount(),
        totals.tax.amount(),
        totals.gross.amount(),
        totals.gross.currency(),
        view.customer.routing.format.title(),
        link("pdf", "PDF"),
        link("xml", "XML"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_pads_as_rfc_4648_says() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("fooba", "Zm9vYmE="),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn markup_in_names_is_text() {
        assert_eq!(
            escaped("<b>\"A&B's\""),
            "&lt;b&gt;&quot;A&amp;B&#39;s&quot;"
        );
    }
}
