//! A server in a process of its own, over a fresh book.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use harness::Place;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// A running server. It is killed by its own id when this is dropped, so also when a test fails.
pub struct Served {
    child: Child,
    /// `http://` and its address.
    pub site: String,
    /// What it wrote to its log goes here.
    pub log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Starts a server over the book of a place, with settings by their variables.
    pub fn over(place: &Place, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (out, log) = (folder.path().join("out"), folder.path().join("log"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(place.folder())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(File::create(&out).expect("a file"))
            .stderr(File::create(&log).expect("a file"));
        let mut child = command.spawn().expect("the program starts");
        let site = until("the address", || {
            let ended = child.try_wait().expect("a child");
            assert!(ended.is_none(), "{}", text_of(&log));
            let said = text_of(&out);
            let (_, after) = said.split_once("Serving on ")?;
            let (address, _) = after.split_once("/ ")?;
            Some(address.to_owned())
        });
        Self {
            child,
            site,
            log,
            _folder: folder,
        }
    }

    /// `127.0.0.1` and the port.
    pub fn address(&self) -> &str {
        self.site.trim_start_matches("http://")
    }

    /// Tells it to stop, as a service manager does.
    pub fn tell_to_stop(&self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill").success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        until("the end of the server", || {
            self.child.try_wait().expect("a child")
        })
    }

    /// All that it has logged.
    pub fn logged(&self) -> String {
        text_of(&self.log)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text_of(file: &std::path::Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// Waits until `look` finds something.
///
/// # Panics
/// With `what` was waited for, when patience ends.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "no {what} after {PATIENCE:?}");
        std::thread::sleep(PAUSE);
    }
}

/// Somebody who asks: keeps cookies and stays where a redirect stands.
pub struct Visitor {
    client: Client,
    site: String,
    pub cookies: BTreeMap<String, String>,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// What stands between two texts.
    ///
    /// # Panics
    /// When they are not there.
    pub fn between(&self, start: &str, end: &str) -> &str {
        let inside = self.text.split_once(start);
        let inside = inside.and_then(|(_, rest)| rest.split_once(end));
        inside
            .unwrap_or_else(|| panic!("no {start}: {}", self.text))
            .0
    }
}

impl Visitor {
    pub fn of(served: &Served) -> Self {
        // Nothing here is encrypted, but the client is not built without a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(Policy::none());
        Self {
            client: client.timeout(PATIENCE).build().expect("a client"),
            site: served.site.clone(),
            cookies: BTreeMap::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    pub async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, None).await
    }

    /// Sends a form of a page that was shown before.
    pub async fn send(&mut self, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let proof = page.between("name=\"csrf\" value=\"", "\"");
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", proof).extend_pairs(fields);
        self.ask(Method::POST, path, &[], Some(body.finish())).await
    }

    /// Sends a body as it is.
    pub async fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.ask(Method::POST, path, headers, Some(body.to_owned()))
            .await
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<String>,
    ) -> Answer {
        let pairs = self.cookies.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.site))
            .header("cookie", pairs.collect::<Vec<_>>().join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header("content-type", kind).body(form);
        }
        let answer = request.send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().expect("a cookie").split(';').next();
            let pair = pair.and_then(|pair| pair.split_once('='));
            let (name, value) = pair.expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.expect("a whole answer"),
        }
    }
}
