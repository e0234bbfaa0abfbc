//! A browser, driven by WebDriver (W3C) and, for what that does not know, by the commands of
//! Chromium's own protocol.
//!
//! Our own client, and not a crate: see docs/DECISIONS.md, "Browser tests".

use std::path::PathBuf;

use data_encoding::BASE64;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::chromedriver;
use crate::http::{Ask, FORWARDED, Http, own_address};
use crate::process::{Process, until};
use crate::visitor::{Cookies, SESSION};

/// Keys that are no letters (WebDriver, 17.4.2).
pub const CONTROL: char = '\u{E009}';
pub const ENTER: char = '\u{E007}';
pub const ESCAPE: char = '\u{E00C}';
pub const TAB: char = '\u{E004}';

/// More places where Tab stops than any page has.
const MOST_STOPS: usize = 100;

/// A page is loaded and painted: keys that come before it is seen are dropped by Chromium.
const READY: &str = "document.readyState === 'complete'
    && performance.getEntriesByName('first-contentful-paint').length > 0";

/// A new profile each time, nothing that calls home, and no sandbox, which does not start for root.
/// The pipe ends the browser with its driver, however that one ends.
const SWITCHES: &[&str] = &[
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--headless",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-proxy-server",
    "--no-sandbox",
    "--remote-debugging-pipe",
];

/// How the reader looks at a page.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub theme: &'static str,
    pub width: u32,
}

pub struct Browser {
    http: Http,
    /// Address of the session at the driver.
    session: String,
    /// Address of the site, without a slash at the end.
    site: String,
    agent: String,
    _driver: Process,
    scratch: TempDir,
}

impl Browser {
    /// Starts a browser for a site.
    ///
    /// # Panics
    /// When chromedriver or Chromium is not there or does not start.
    pub fn start(site: &str) -> Self {
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let (driver, port) = chromedriver::start(scratch.path());
        let folder = format!("--user-data-dir={}/profile", scratch.path().display());
        let switches: Vec<&str> = SWITCHES.iter().copied().chain([folder.as_str()]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": switches, "prefs": {
                // A document goes to the disk, not into the viewer of the browser.
                "plugins.always_open_pdf_externally": true,
            } },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let mut browser = Self {
            http: Http::following(),
            session: format!("http://127.0.0.1:{port}"),
            site: site.to_owned(),
            agent: String::new(),
            _driver: driver,
            scratch,
        };
        let session = browser.post("/session", &wanted);
        let id = session["sessionId"].as_str().expect("a session");
        browser.session = format!("{}/session/{id}", browser.session);
        browser.agent = browser.text("return navigator.userAgent");
        let downloads = json!({ "behavior": "allow", "downloadPath": browser.downloads() });
        browser.chromium("Browser.setDownloadBehavior", &downloads);
        browser.chromium("Network.enable", &json!({}));
        browser.move_on();
        browser
    }

    /// Where the browser puts the files that it is given.
    pub fn downloads(&self) -> PathBuf {
        self.scratch.path().join("downloads")
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.session);
        let reply = self.http.send(Ask {
            method,
            url: &url,
            cookies: "",
            body: body.map(|body| ("application/json", body.to_string())),
        });
        let reply = reply.map_err(|error| error.to_string())?;
        let mut answer: Value =
            serde_json::from_slice(&reply.bytes).map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if reply.status == 200 {
            Ok(value)
        } else {
            Err(format!("{}: {}", value["error"], value["message"]))
        }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, Some(body))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A command of Chromium's own protocol.
    fn chromium(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    // ── How the reader looks ──

    /// Sets theme and width. Nothing moves, so that colours are not measured half-way.
    pub fn look(&self, look: Look) {
        let Look { theme, width } = look;
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.chromium("Emulation.setEmulatedMedia", &features);
        let screen =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Asks for pages in a language from now on.
    pub fn language(&self, tag: &str) {
        let wanted = json!({ "userAgent": self.agent, "acceptLanguage": tag });
        self.chromium("Emulation.setUserAgentOverride", &wanted);
    }

    /// Scripts of pages do not run from now on; those of a test do.
    pub fn without_scripts(&self) {
        let value = json!({ "value": true });
        self.chromium("Emulation.setScriptExecutionDisabled", &value);
    }

    /// The content security policy of pages is out of force from now on.
    pub fn without_policy(&self) {
        self.chromium("Page.setBypassCSP", &json!({ "enabled": true }));
    }

    // ── What the browser holds ──

    /// Takes these cookies in place of those it has, as the server would set them.
    pub fn hold(&self, cookies: &Cookies) {
        self.move_on();
        self.chromium("Network.clearBrowserCookies", &json!({}));
        let cookie = |(name, value): (&String, &String)| {
            json!({ "name": name, "value": value, "url": self.site, "httpOnly": true,
                "sameSite": "Lax" })
        };
        let all: Vec<Value> = cookies.iter().map(cookie).collect();
        self.chromium("Network.setCookies", &json!({ "cookies": all }));
    }

    /// Goes to another network address: whoever comes now is somebody else.
    fn move_on(&self) {
        let headers = json!({ "headers": { FORWARDED: own_address() } });
        self.chromium("Network.setExtraHTTPHeaders", &headers);
    }

    /// Loses the cookie of the session, as when it has run out.
    pub fn forget_session(&self) {
        let which = json!({ "name": SESSION, "url": self.site });
        self.chromium("Network.deleteCookies", &which);
    }

    // ── What the reader has at hand ──

    /// An authenticator in the device, which knows its owner and says yes; its id (WebAuthn,
    /// 11.2: virtual authenticators).
    pub fn authenticator(&self) -> String {
        let kind = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserConsenting": true, "isUserVerified": true,
        });
        let id = self.post("/webauthn/authenticator", &kind);
        id.as_str().expect("an authenticator").to_owned()
    }

    /// The passkeys that an authenticator holds.
    pub fn passkeys(&self, authenticator: &str) -> Vec<Value> {
        let path = format!("/webauthn/authenticator/{authenticator}/credentials");
        let held = self.ask(Method::GET, &path, None);
        serde_json::from_value(held.expect("passkeys")).expect("a list")
    }

    // ── What the reader does ──

    /// Opens a page and waits until it can be used.
    pub fn open(&self, path: &str) {
        self.post("/url", &json!({ "url": format!("{}{path}", self.site) }));
        self.wait_for(path, READY);
    }

    pub fn click(&self, selector: &str) {
        self.post(&format!("{}/click", self.element(selector)), &json!({}));
    }

    /// Clicks a link and waits for the page it leads to.
    pub fn follow(&self, selector: &str) {
        let script = format!("return document.querySelector('{selector}').href");
        let target = self.text(&script);
        self.click(selector);
        self.wait_for_page(target.trim_start_matches(&self.site));
    }

    /// Waits until the browser is on a page that can be used.
    pub fn wait_for_page(&self, path: &str) {
        let there = format!("location.href === '{}{path}' && {READY}", self.site);
        self.wait_for(path, &there);
    }

    /// Does something that leads to another page, also of the same address, and waits for it.
    pub fn leave(&self, action: impl FnOnce()) {
        self.run("window.left = false");
        action();
        self.wait_for(
            "another page",
            &format!("window.left === undefined && {READY}"),
        );
    }

    /// Goes on by Tab until what the selector finds has the focus.
    ///
    /// # Panics
    /// When it has not been reached after going through the whole page.
    pub fn reach(&self, selector: &str) {
        let there = format!("return Boolean(document.activeElement?.matches('{selector}'))");
        for _ in 0..MOST_STOPS {
            self.press(&[TAB]);
            if self.run(&there) == Value::Bool(true) {
                return;
            }
        }
        panic!("{selector} is not reached by Tab on {}", self.place());
    }

    /// The windows, in the order in which they were opened.
    pub fn windows(&self) -> Vec<String> {
        let handles = self.ask(Method::GET, "/window/handles", None);
        serde_json::from_value(handles.expect("windows")).expect("handles")
    }

    /// Goes to another window.
    pub fn switch(&self, window: &str) {
        self.post("/window", &json!({ "handle": window }));
    }

    /// Writes into a field, or chooses what sends this value.
    pub fn fill(&self, selector: &str, text: &str) {
        // What stands in it is replaced, as by whoever comes to it with the Tab key.
        let chosen = self.run(&format!(
            "const field = document.querySelector('{selector}');
            if (field.matches('select')) field.value = {};
            else if (field.matches('input:not([type=checkbox], [type=radio]), textarea')) \
            field.value = '';
            return field.matches('select') && field.value !== ''",
            json!(text)
        ));
        if chosen == Value::Bool(true) {
            return;
        }
        let path = format!("{}/value", self.element(selector));
        self.post(&path, &json!({ "text": text }));
    }

    /// Holds the keys down one after the other and lets them go.
    pub fn press(&self, keys: &[char]) {
        let key = |kind: &str, key: &char| json!({ "type": kind, "value": key });
        let down = keys.iter().map(|one| key("keyDown", one));
        let up = keys.iter().rev().map(|one| key("keyUp", one));
        let steps: Vec<Value> = down.chain(up).collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": steps }] });
        self.post("/actions", &actions);
    }

    /// Presses one key after the other.
    pub fn write(&self, text: &str) {
        for sign in text.chars() {
            self.press(&[sign]);
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post(
            "/element",
            &json!({ "using": "css selector", "value": selector }),
        );
        let id = found.as_object().and_then(|one| one.values().next());
        let id = id.and_then(Value::as_str).expect("an element");
        format!("/element/{id}")
    }

    // ── What the reader sees ──

    /// The result of a script, or why there is none: a page that is being left has none.
    pub fn attempt(&self, script: &str) -> Result<Value, String> {
        let body = json!({ "script": script, "args": [] });
        self.ask(Method::POST, "/execute/sync", Some(&body))
    }

    pub fn run(&self, script: &str) -> Value {
        self.attempt(script)
            .unwrap_or_else(|error| panic!("{script:.200}: {error}"))
    }

    /// The result of a script that gives its last argument a result when it is ready.
    pub fn run_later(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    pub fn text(&self, script: &str) -> String {
        let result = self.run(script);
        let text = result.as_str();
        text.unwrap_or_else(|| panic!("{script}: {result}"))
            .to_owned()
    }

    pub fn texts(&self, script: &str) -> Vec<String> {
        let result = self.run(script);
        serde_json::from_value(result).unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script gives `true`.
    pub fn wait_for(&self, what: &str, condition: &str) {
        let script = format!("return Boolean({condition})");
        until(what, || {
            (self.attempt(&script) == Ok(Value::Bool(true))).then_some(())
        });
    }

    /// Path and query of the page.
    pub fn place(&self) -> String {
        self.text("return location.pathname + location.search")
    }

    /// Addresses of the links a selector finds, without their fragments.
    pub fn links(&self, selector: &str) -> Vec<String> {
        self.texts(&format!(
            "return [...document.querySelectorAll('{selector}')].map(a => a.href.split('#')[0])"
        ))
    }

    /// What the browser wrote into its log since it was last asked.
    pub fn log(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().expect("a log");
        let messages = entries.iter().map(|entry| entry["message"].as_str());
        messages.flatten().map(str::to_owned).collect()
    }

    /// The page as PNG, also what lies below the window, down to where Chromium gives up.
    pub fn picture(&self) -> Vec<u8> {
        let size = "const page = document.documentElement; return { x: 0, y: 0, scale: 1, \
                    width: page.clientWidth, height: Math.min(page.scrollHeight, 60000) }";
        let whole = json!({ "captureBeyondViewport": true, "clip": self.run(size) });
        let shot = self.chromium("Page.captureScreenshot", &whole);
        let data = shot["data"].as_str().expect("a picture");
        BASE64.decode(data.as_bytes()).expect("base64")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // In good order, so that its files can be removed; the driver is killed after it.
        let _ = self.ask(Method::DELETE, "", None);
    }
}
