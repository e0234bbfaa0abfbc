//! Mail over a real server: links that sign customers in, a server that was down, STARTTLS.
//!
//! Not part of an ordinary run (.config/nextest.toml), because it needs a mail server:
//! `tests/run full mail` makes one. By hand:
//!
//!     python3 -m venv V && V/bin/pip install -r tests/mail/requirements.txt
//!     HERDBOOK_SMTP_PYTHON=V/bin/python \
//!         cargo nextest run --release --test mail --ignore-default-filter

#[expect(
    dead_code,
    reason = "the tests in a browser follow redirects, these do not"
)]
#[path = "../browser/http.rs"]
mod http;
#[path = "../browser/process.rs"]
mod process;
mod server;
#[path = "../browser/visitor.rs"]
mod visitor;

use std::process::Command;

use harness::behind_its_back;
use herdbook::db::{Db, DbUrl};
use process::Process;
use server::{Certificate, Server, free_port};
use visitor::{Cookies, SESSION, Shown, Visitor, header_of};

const ADA: &str = "ada@stadt.example";

/// A book with a customer whose person has an account, served with mail.
struct Site {
    address: String,
    folder: tempfile::TempDir,
    _server: Process,
}

fn herdbook(verb: &str, folder: &tempfile::TempDir, settings: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    command.arg(verb).arg("--data-dir").arg(folder.path());
    command.envs(settings.iter().cloned());
    command
}

impl Site {
    fn open(settings: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let book = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/scenarios/late_reading_volume.toml"
        );
        let done = herdbook("import", &folder, &[]).arg(book).output();
        let done = done.expect("import runs");
        assert!(done.status.success(), "{done:?}");
        // Before there is a mail server: nobody is told.
        let mut invite = herdbook("user", &folder, &[]);
        invite.args(["invite", ADA, "--name", "Ada", "--customer", "20001"]);
        invite.args(["--role", "customer-billing"]);
        let done = invite.output().expect("user runs");
        assert!(done.status.success(), "{done:?}");
        let mut serve = herdbook("serve", &folder, settings);
        serve.args(["--listen", "127.0.0.1:0"]);
        let (server, address) = Process::start(serve, "Serving on ");
        Self {
            address: address.trim_end_matches('/').to_owned(),
            folder,
            _server: server,
        }
    }

    fn visitor(&self) -> Visitor {
        Visitor::of(&self.address, Cookies::new())
    }

    /// Asks for a link, as the page does; where that leads.
    fn ask(&self, email: &str) -> String {
        let mut visitor = self.visitor();
        let form = visitor.get("/portal/sign-in");
        let fields = [("email", email), ("next", "/portal/invoices")];
        let answer = visitor.send(&form, "/portal/sign-in", &fields);
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.to
    }

    /// The path of the link in a mail.
    fn path(&self, mail: &str) -> String {
        let start = format!("{}/portal/sign-in/", self.address);
        let at = mail
            .find(&start)
            .unwrap_or_else(|| panic!("no link: {mail}"));
        let link = mail[at + self.address.len()..].split_whitespace().next();
        link.expect("a link").to_owned()
    }

    /// Runs a statement on the book until it finds a row.
    fn wait_in_book(&self, what: &str, sql: &str) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let opened = Db::open(&DbUrl::folder(self.folder.path())).await;
            let db = opened.expect("the book");
            let begun = std::time::Instant::now();
            while behind_its_back(&db, sql).await.expect("a statement") == 0 {
                assert!(begun.elapsed().as_secs() < 30, "no {what}");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            db.close().await.expect("closed");
        });
    }
}

/// Follows a link and presses its button.
fn press(visitor: &mut Visitor, path: &str) -> Shown {
    let page = visitor.get(path);
    if page.status != 200 {
        return page;
    }
    let (bare, _) = path.split_once('?').unwrap_or((path, ""));
    visitor.send(&page, bare, &[("next", "/portal/invoices")])
}

#[test]
fn a_link_by_mail_signs_in_once_and_strangers_get_none() {
    let server = Server::start(free_port(), None);
    let site = Site::open(&server.settings());
    let known = site.ask(ADA);
    let mail = server.mail(1);
    for email in ["nobody@stadt.example", "someone@else.example"] {
        assert_eq!(site.ask(email), known, "the same answer");
    }
    assert!(mail.contains(&format!("X-Envelope-To: {ADA}")), "{mail}");
    assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
    let path = site.path(&mail);
    let mut visitor = site.visitor();
    for _ in 0..2 {
        let looked = visitor.get(&path);
        assert_eq!(
            looked.status, 200,
            "a filter that follows links uses nothing up"
        );
    }
    let answer = press(&mut visitor, &path);
    assert_eq!(answer.to, "/portal/invoices", "{}", answer.text);
    assert!(visitor.cookies.contains_key(SESSION));
    assert_eq!(visitor.get("/portal/invoices").status, 200);
    assert_eq!(
        visitor.get("/invoices").status,
        403,
        "staff's pages stay closed"
    );
    let again = press(&mut site.visitor(), &path);
    assert_eq!(again.status, 401);
    assert!(again.text.contains("It was used before."), "{}", again.text);
    let unknown = press(&mut site.visitor(), "/portal/sign-in/unknown");
    assert_eq!(unknown.status, 401);
    // Jobs go in their order: this mail would come after those of the strangers.
    site.ask(ADA);
    assert!(server.mail(2).contains(&format!("X-Envelope-To: {ADA}")));
    assert_eq!(server.count(), 2);
    assert!(!header_of(&visitor.cookies).is_empty());
}

#[test]
fn a_link_whose_time_is_over_is_refused() {
    let server = Server::start(free_port(), None);
    let site = Site::open(&server.settings());
    site.ask(ADA);
    let path = site.path(&server.mail(1));
    let passed = "UPDATE one_time_link SET issued_at = '2026-01-01T00:00:00.000000Z' \
                  WHERE purpose = 'sign-in'";
    site.wait_in_book("link", passed);
    let late = press(&mut site.visitor(), &path);
    assert_eq!(late.status, 401);
    assert!(late.text.contains("Its time is over."), "{}", late.text);
}

#[test]
fn a_server_that_was_down_gets_each_mail_once() {
    let port = free_port();
    let settings = server::settings(port);
    let site = Site::open(&settings);
    site.ask(ADA);
    // It has failed; its next attempt is now, not in some seconds.
    let due = "UPDATE job SET due_at = 0 WHERE kind = 'mail' AND state = 'queued' \
               AND attempts > 0 AND last_error LIKE 'mail.not-now%'";
    site.wait_in_book("failed attempt", due);
    let server = Server::start(port, None);
    site.wait_in_book("attempt", "UPDATE job SET due_at = 0 WHERE kind = 'mail'");
    let mail = server.mail(1);
    let answer = press(&mut site.visitor(), &site.path(&mail));
    assert_eq!(answer.to, "/portal/invoices", "{}", answer.text);
    site.ask(ADA);
    let second = server.mail(2);
    assert_ne!(
        site.path(&mail),
        site.path(&second),
        "the first did not come twice"
    );
    assert_eq!(server.count(), 2);
}

#[test]
fn mail_goes_encrypted_to_a_server_that_is_trusted() {
    let certificate = Certificate::make();
    let server = Server::start(free_port(), Some(&certificate));
    let mut settings = server.settings();
    let untrusting = Site::open(&settings);
    untrusting.ask(ADA);
    let refused = "UPDATE job SET due_at = due_at WHERE kind = 'mail' AND attempts > 0 \
                   AND last_error LIKE 'mail.not-now%'";
    untrusting.wait_in_book("refusal", refused);
    assert_eq!(
        server.count(),
        0,
        "nothing goes to a server that is not trusted"
    );
    drop(untrusting);
    settings.push(("HERDBOOK_MAIL_CA".to_owned(), certificate.file()));
    let site = Site::open(&settings);
    site.ask(ADA);
    site.path(&server.mail(1));
}
