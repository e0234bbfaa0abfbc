//! What a first visit loads.

use crate::site::Site;

/// Bytes of a page with all that it loads, as they come over the wire, headers included.
const MOST: u64 = 150_000;

/// Everything that came since the page was asked for: its name, and its bytes over the wire, which
/// are none for what was kept from an earlier visit (Resource Timing, 4.5).
const LOADED: &str = "const done = arguments[arguments.length - 1];
    document.fonts.ready.then(() => {
        const all = ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind));
        done(all.map(one => [one.name, one.transferSize]));
    });";

#[test]
fn the_first_page_weighs_less_than_150_kb() {
    let site = Site::demo();
    for path in ["/", "/invoices", "/customers", "/invoices/RE-2026-00023"] {
        // A browser of its own, which has kept nothing.
        let browser = site.browser();
        browser.open(path);
        let loaded: Vec<(String, u64)> =
            serde_json::from_value(browser.run_later(LOADED)).expect("names and bytes");
        let kept: Vec<_> = loaded.iter().filter(|(_, bytes)| *bytes == 0).collect();
        assert!(kept.is_empty(), "{path} was not loaded whole: {kept:?}");
        let fonts = loaded.iter().filter(|(name, _)| name.ends_with(".woff2"));
        assert!(fonts.count() > 0, "{path} loads no font: {loaded:?}");
        let sum: u64 = loaded.iter().map(|(_, bytes)| bytes).sum();
        println!("{path} {sum} bytes");
        assert!(sum < MOST, "{path} weighs {sum} bytes: {loaded:?}");
    }
}
