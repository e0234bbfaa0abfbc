//! What must hold on every page, whatever it shows: the rules of accessibility, no sideways
//! scrolling, nothing that moves while the page comes, nothing loaded from elsewhere, and a log
//! without entries.

use serde_json::Value;

use crate::driver::{Browser, Look};
use crate::pages::Page;
use crate::prose;
use crate::site::Site;

/// WCAG 2.0 to 2.2, A and AA (EN 301 549), and what is good practice beyond.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// Opens a page as one reader sees it, and lists what is wrong with it.
pub fn findings(site: &Site, browser: &Browser, axe: &str, page: &Page, look: Look) -> Vec<String> {
    browser.look(look);
    browser.log(); // What the page before left behind is not this one's.
    page.arrive(site, browser);
    let mut out = shifts(browser);
    browser.run("window.arrived = true");
    page.act(browser);
    // What was done may have led to another page, which comes as any other.
    if browser.run("return window.arrived === undefined") == Value::Bool(true) {
        out.extend(shifts(browser));
    }
    out.extend(answer(browser, page, look));
    out.extend(log(browser, page));
    out.extend(foreign_requests(browser));
    out.extend(sideways(browser));
    out.extend(too_wide(browser));
    out.extend(violations(browser, axe));
    out.extend(prose::findings(browser));
    let Look { theme, width } = look;
    let place = format!("{} ({theme}, {width})", page.name);
    out.into_iter()
        .map(|finding| format!("{place}: {finding}"))
        .collect()
}

/// The status, and whether the browser is what it was asked to be.
fn answer(browser: &Browser, page: &Page, look: Look) -> Vec<String> {
    let facts = browser.run(
        "return [performance.getEntriesByType('navigation')[0].responseStatus, innerWidth,
            matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light']",
    );
    let expected = serde_json::json!([page.status, look.width, look.theme]);
    (facts != expected)
        .then(|| format!("status, width and theme are {facts}, not {expected}"))
        .into_iter()
        .collect()
}

/// Entries of the log: errors of scripts, what the content security policy refused, missing files.
pub fn log(browser: &Browser, page: &Page) -> Vec<String> {
    let own = format!("the server responded with a status of {}", page.status);
    let place = browser.place();
    let entries = browser.log().into_iter();
    // Chromium logs that a page answers 404 or 422, which is what such a page is for.
    let excused = |entry: &String| {
        let address = entry.split(' ').next().unwrap_or_default();
        page.status >= 400 && address.ends_with(&place) && entry.contains(&own)
    };
    entries
        .filter(|entry| !excused(entry))
        .map(|entry| format!("log: {entry}"))
        .collect()
}

/// Requests that left for another origin, whether they were answered or not.
pub fn foreign_requests(browser: &Browser) -> Vec<String> {
    let foreign = "return performance.getEntriesByType('resource').map(one => one.name)
        .filter(name => new URL(name).origin !== location.origin)";
    let found = browser.texts(foreign).into_iter();
    found.map(|url| format!("asks for {url}")).collect()
}

/// What has moved since the page began to come, once its fonts are there (Layout Instability, by
/// WICG). The score of a shift is the part of the window that it touches times how far it went; up
/// to a tenth is called good (Web Vitals, Cumulative Layout Shift), here a hundredth: a row of
/// buttons at the right edge grows to the left while the page comes in parts. What follows an input
/// within half a second is its answer.
pub fn shifts(browser: &Browser) -> Vec<String> {
    let moved = browser.run_later(
        "const done = arguments[arguments.length - 1];
        const place = node => node
            ? `${node.nodeName} ${node.id ?? ''} ${node.className ?? ''}`.trim() : 'gone';
        const rect = one => [one.x, one.y, one.width, one.height].map(Math.round).join(' ');
        const went = one =>
            `${place(one.node)} (${rect(one.previousRect)} to ${rect(one.currentRect)})`;
        const places = one => one.sources.slice(0, 3).map(went).join(', ');
        document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => {
            const observer = new PerformanceObserver(() => {});
            observer.observe({ type: 'layout-shift', buffered: true });
            const all = observer.takeRecords().filter(one => !one.hadRecentInput);
            const score = all.reduce((sum, one) => sum + one.value, 0);
            const told = one => `moves by ${one.value.toFixed(4)} at ${Math.round(one.startTime)}`;
            done(score > 0.01 ? all.map(one => `${told(one)} ms: ${places(one)}`) : []);
        })))",
    );
    serde_json::from_value(moved).expect("what has moved")
}

/// The page is wider than its window.
pub fn sideways(browser: &Browser) -> Vec<String> {
    let widths = "const page = document.scrollingElement;
        return page.scrollWidth > page.clientWidth
            ? [`scrolls sideways: ${page.scrollWidth} in ${page.clientWidth}`] : []";
    browser.texts(widths)
}

/// Content that is wider than its cell, where a table has turned into records: it would be cut, or
/// run into its neighbour.
pub fn too_wide(browser: &Browser) -> Vec<String> {
    let cells = "return [...document.querySelectorAll('.records > tbody > tr > :is(th, td)')]
        .filter(cell => getComputedStyle(cell.closest('table')).display === 'block')
        .filter(cell => cell.scrollWidth > cell.clientWidth)
        .map(cell => `too wide for its cell: ${cell.innerText}`)";
    browser.texts(cells)
}

/// What axe finds: rule, what it asks for, and the first places.
pub fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    browser.run(axe);
    let found = browser.run_later(&format!(
        "const done = arguments[arguments.length - 1];
        const places = nodes => nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ');
        axe.run({{ runOnly: {RULES}, resultTypes: ['violations'] }}).then(
            found => done(found.violations.map(one =>
                `axe: ${{one.id}}: ${{one.help}}: ${{places(one.nodes)}} (${{one.nodes.length}})`)),
            error => done([`axe fails: ${{error}}`]))"
    ));
    let found = found.as_array().expect("findings of axe");
    let texts = found.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
