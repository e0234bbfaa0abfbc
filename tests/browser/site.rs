//! The program that serves the pages, and who is known to it.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reqwest::Method;
use tempfile::TempDir;

use crate::driver::Browser;
use crate::http::{Ask, Http, Reply};
use crate::pages::Reader;
use crate::people::{Person, choose_password};
use crate::process::Process;
use crate::sources::kept_aside;
use crate::visitor::{Cookies, Visitor, header_of};

/// All roles of staff: whoever has them sees every page.
const ROLES: [&str; 6] = [
    "admin",
    "finance",
    "sales",
    "approver",
    "operations",
    "auditor",
];
const TESTER: &str = "tester@example.org";

/// Somebody of customer 10003.
const BUYER: &str = "depenses@exempleville.example";

/// Somebody whom the tester has invited; with the longest address that a page has to hold.
const GUEST: &str = "rechnungseingangsbearbeitung@universitaetsbibliothek.example.org";
const GUEST_NAME: &str = "Rechnungseingangsbearbeitung der Universitätsbibliothek";

/// A book that is served on a free port, in a folder of its own: tests run beside each other.
pub struct Site {
    /// Address without a slash at the end.
    pub address: String,
    /// Path of the set-up of the first admin; empty where there is one.
    setup: String,
    tester: Option<Person>,
    guest: OnceCell<String>,
    customer: OnceCell<Cookies>,
    run: OnceCell<String>,
    aside: OnceCell<(String, String)>,
    http: Http,
    server: Process,
    folder: TempDir,
}

impl Site {
    /// A copy of the demo that `HERDBOOK_DEMO` names.
    pub fn demo() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&needed("HERDBOOK_DEMO"), folder.path());
        Self::with_tester(folder)
    }

    /// A book in which nothing is billed yet.
    pub fn unbilled() -> Self {
        Self::with_tester(imported())
    }

    /// The same under a name, for on a bare address browsers have no passkeys; and with an identity
    /// provider, which is down.
    pub fn named() -> Self {
        let port = free_port();
        let folder = imported();
        let link = invited(folder.path(), TESTER, "Tester", &ROLES);
        let address = format!("http://localhost:{port}");
        let mut command = herdbook("serve", folder.path());
        command
            .env("HERDBOOK_SERVE_PUBLIC_URL", &address)
            // The port of discarded packets: nobody answers there.
            .env("HERDBOOK_OIDC_ISSUER", "http://127.0.0.1:9")
            .args(["--listen", &format!("127.0.0.1:{port}")]);
        let site = Self {
            address,
            ..Self::start(command, folder)
        };
        let tester = Person::enrolled(&site.address, TESTER, &link);
        Self {
            tester: Some(tester),
            ..site
        }
    }

    /// The demonstration itself, with what it prints and with the server that takes cards.
    pub fn demonstration() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&needed("HERDBOOK_DEMO"), folder.path());
        let mut command = herdbook("demo", folder.path());
        command.args(["--listen", &format!("127.0.0.1:{}", free_port())]);
        Self::start(command, folder)
    }

    /// The path of the link that the demonstration printed for a role of a customer.
    pub fn printed_link(&self, customer: u32, role: &str) -> String {
        let printed = self.server.printed();
        let (_, own) = printed
            .split_once(&format!("Customer {customer}"))
            .expect("the customer is introduced");
        let (_, line) = own.split_once(role).expect("the role is introduced");
        let link = line.split_whitespace().next().expect("a link");
        link.trim_start_matches(&self.address).to_owned()
    }

    /// Address, password and code that the demonstration printed for a role of staff.
    pub fn printed_account(&self, role: &str) -> (String, String, String) {
        let printed = self.server.printed();
        let (_, said) = printed
            .split_once("The password is ")
            .expect("a password is printed");
        let (password, _) = said.split_once(" for all").expect("a password");
        let mut lines = printed.lines().map(str::split_whitespace);
        let line = lines.find_map(|mut line| {
            let email = line.next().filter(|email| email.starts_with(role))?;
            Some((email.to_owned(), line.next()?.to_owned()))
        });
        let (email, code) = line.expect("the role is introduced");
        (email, password.to_owned(), code)
    }

    /// The same, before anybody has an account.
    pub fn unstaffed() -> Self {
        Self::serve(imported(), false)
    }

    fn with_tester(folder: TempDir) -> Self {
        let link = invited(folder.path(), TESTER, "Tester", &ROLES);
        let site = Self::serve(folder, true);
        let tester = Person::enrolled(&site.address, TESTER, &link);
        Self {
            tester: Some(tester),
            ..site
        }
    }

    fn serve(folder: TempDir, mail: bool) -> Self {
        let mut command = herdbook("serve", folder.path());
        command.args(["--listen", "127.0.0.1:0"]);
        if mail {
            // A server that is never there: what is asked for waits.
            let settings = [("HOST", "127.0.0.1"), ("PORT", "9"), ("TLS", "none")];
            for (name, value) in settings {
                command.env(format!("HERDBOOK_MAIL_{name}"), value);
            }
            command.env("HERDBOOK_MAIL_SENDER", "billing@herdbook.example");
        }
        Self::start(command, folder)
    }

    fn start(command: Command, folder: TempDir) -> Self {
        let (server, address) = Process::start(command, "Serving on ");
        let setup = server
            .said("/setup/")
            .map(|token| format!("/setup/{token}"));
        Self {
            address: address.trim_end_matches('/').to_owned(),
            setup: setup.unwrap_or_default(),
            tester: None,
            guest: OnceCell::new(),
            customer: OnceCell::new(),
            run: OnceCell::new(),
            aside: OnceCell::new(),
            http: Http::following(),
            server,
            folder,
        }
    }

    /// Somebody of the staff with one role, who was invited by the command line.
    pub fn colleague(&self, email: &'static str, role: &str) -> Person {
        let link = invited(self.folder.path(), email, role, &[role]);
        Person::enrolled(&self.address, email, &link)
    }

    /// A browser in which the tester is signed in.
    pub fn browser(&self) -> Browser {
        let browser = self.strange_browser();
        browser.hold(&self.tester().cookies);
        browser
    }

    /// A browser in which nobody is signed in.
    pub fn strange_browser(&self) -> Browser {
        Browser::start(&self.address)
    }

    pub fn tester(&self) -> &Person {
        self.tester.as_ref().expect("nobody has an account here")
    }

    /// What the tester gets by plain HTTP, at the end of all redirects.
    pub fn get(&self, url: &str) -> Reply {
        let reply = self.http.send(Ask {
            method: Method::GET,
            url,
            cookies: &header_of(&self.tester().cookies),
            body: None,
        });
        reply.unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    /// The tester, without a browser.
    pub fn at_work(&self) -> Visitor {
        Visitor::of(&self.address, self.tester().cookies.clone())
    }

    /// Cookies as they are in the browser of a reader who comes to a page.
    pub fn cookies_of(&self, reader: Reader) -> Cookies {
        match reader {
            Reader::Tester => self.tester().cookies.clone(),
            Reader::Nobody => Cookies::new(),
            Reader::Customer => self.customer().clone(),
            Reader::Halfway => self.tester().halfway(&self.address),
            Reader::Enrolling => {
                let mut visitor = Visitor::of(&self.address, Cookies::new());
                choose_password(&mut visitor, &self.invitation());
                visitor.cookies
            }
        }
    }

    /// A path with the marks `{setup}`, `{guest}`, `{run}`, `{aside}`, `{source}`, `{invitation}`
    /// and `{portal-link}` filled in.
    pub fn path(&self, pattern: &str) -> String {
        match pattern {
            "{setup}" => self.setup.clone(),
            "{guest}" => self.guest().to_owned(),
            "{run}" => self.run().to_owned(),
            "{aside}" => self.aside().0.clone(),
            "{source}" => self.aside().1.clone(),
            "{invitation}" => self.invitation(),
            "{portal-link}" => self.portal_link(),
            plain => plain.to_owned(),
        }
    }

    /// The page of somebody whom the tester has invited.
    fn guest(&self) -> &str {
        self.guest.get_or_init(|| {
            let mut tester = self.at_work();
            let form = tester.get("/settings/users");
            let fields = [("name", GUEST_NAME), ("email", GUEST), ("role", "auditor")];
            let page = tester.send(&form, "/settings/users", &fields);
            let rows = page.all_between("href=\"/settings/users/", "</tr>");
            let row = rows.into_iter().find(|row| row.contains(GUEST));
            let id = row
                .and_then(|row| row.split('"').next())
                .expect("the guest is listed");
            format!("/settings/users/{id}")
        })
    }

    /// Cookies of somebody of a customer, who has followed a link.
    pub fn customer(&self) -> &Cookies {
        self.customer.get_or_init(|| {
            let link = self.portal_link();
            let mut visitor = Visitor::of(&self.address, Cookies::new());
            let page = visitor.get(&link);
            let answer = visitor.send(&page, &link, &[("next", "/portal")]);
            assert_eq!(answer.to, "/portal", "{}", answer.text);
            visitor.cookies
        })
    }

    /// The path of a new link that signs in somebody of the customer with [`BUYER`].
    pub fn portal_link(&self) -> String {
        let folder = self.folder.path();
        let mut invite = herdbook("user", folder);
        invite.args(["invite", BUYER, "--name", "Service de la dépense"]);
        invite.args(["--customer", "10003", "--role", "customer-billing"]);
        invite.args(["--role", "customer-technical"]);
        // The second time there is an account already.
        invite.output().expect("user runs");
        let mut link = herdbook("user", folder);
        let output = link.args(["link", BUYER]).output().expect("user runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        let at = printed.find("/portal/sign-in/");
        let link = &printed[at.unwrap_or_else(|| panic!("no link: {output:?}"))..];
        link.trim().to_owned()
    }

    /// Holds payments and their entries in the ledger against each other, beside the server.
    pub fn ledger_holds(&self) {
        let mut verify = herdbook("verify", self.folder.path());
        let output = verify
            .args(["--sample", "50"])
            .output()
            .expect("verify runs");
        assert!(output.status.success(), "{output:?}");
    }

    /// The page of what was kept aside, and that of its source.
    fn aside(&self) -> &(String, String) {
        let made = || kept_aside(&self.at_work(), &self.address);
        self.aside.get_or_init(made)
    }

    /// The page of a run that the tester has prepared.
    fn run(&self) -> &str {
        self.run.get_or_init(|| {
            let mut tester = self.at_work();
            let form = tester.get("/runs");
            let day = form.between("name=\"as_of\" value=\"", "\"");
            tester.send(&form, "/runs", &[("as_of", day)]).to
        })
    }

    /// The path of a new invitation of the guest. The one before ends.
    fn invitation(&self) -> String {
        let mut tester = self.at_work();
        let form = tester.get(self.guest());
        let page = tester.send(&form, &format!("{}/invitation", self.guest()), &[]);
        format!("/invitation/{}", page.between("/invitation/", "<"))
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("an address").port()
}

fn herdbook(verb: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    command.arg(verb).arg("--data-dir").arg(data);
    // People of the tests come from addresses of their own ([`crate::http::own_address`]).
    command.env("HERDBOOK_SERVE_TRUSTED_PROXIES", "[\"127.0.0.1\"]");
    command.env("HERDBOOK_WEB_COMPONENTS", "true");
    command
}

/// Invites somebody by the command line; the path of the invitation.
fn invited(data: &Path, email: &str, name: &str, roles: &[&str]) -> String {
    let mut invite = herdbook("user", data);
    invite.args(["invite", email, "--name", name]);
    invite.args(roles.iter().flat_map(|role| ["--role", role]));
    let output = invite.output().expect("user runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    let at = printed.find("/invitation/");
    let link = &printed[at.unwrap_or_else(|| panic!("no link: {output:?}"))..];
    link.trim().to_owned()
}

/// A book in a folder of its own, with contracts and without invoices.
fn imported() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/price_per_unit.toml");
    let mut import = herdbook("import", folder.path());
    let done = import.arg(book).stdout(Stdio::null()).status();
    assert!(done.expect("import runs").success(), "import fails");
    folder
}

/// Copies a book that nobody writes to. The index of a write-ahead log is made anew from the log.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (name, path) = (entry.file_name(), entry.path());
        let left_out = name == "documents" || name.to_string_lossy().ends_with("-shm");
        if path.is_dir() && !left_out {
            copy(&path, &to.join(name));
        } else if !left_out {
            fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}

/// The path in a variable of the environment.
///
/// # Panics
/// When it is not set.
pub fn needed(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    path.unwrap_or_else(|| panic!("{variable} is not set; see tests/browser/main.rs"))
        .into()
}
