//! The customers' side: own invoices and files, links that sign in, and mail that is sent once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use futures::future::BoxFuture;
use harness::{behind_its_back, on_both};
use herdbook::access::{Party, Role};
use herdbook::app::App;
use herdbook::book;
use herdbook::db::{Db, jobs};
use herdbook::delivery::mail::{Mail, MailError, Mailer, Post};
use herdbook::usecases::access::sign_in_link;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::import::import;
use herdbook::usecases::mail::{JOB, deliver};
use herdbook::web::router::router;

use crate::fixture::{Fixture, code_of, origin};
use crate::matrix::site;

/// A server that keeps what it is given, unless it is down.
#[derive(Default)]
struct Kept {
    mails: Mutex<Vec<(String, String)>>,
    down: Mutex<bool>,
}

impl Mailer for Kept {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            if *self.down.lock().expect("a lock") {
                return Err(MailError::NotNow("connection refused".to_owned()));
            }
            let taken = (mail.to.clone(), mail.letter.plain());
            self.mails.lock().expect("a lock").push(taken);
            Ok(())
        })
    }
}

impl Kept {
    fn taken(&self) -> Vec<(String, String)> {
        self.mails.lock().expect("a lock").clone()
    }

    fn is_down(&self, down: bool) {
        *self.down.lock().expect("a lock") = down;
    }

    /// The token of the newest link.
    fn token(&self) -> String {
        let mails = self.taken();
        let (_, text) = mails.last().expect("a mail");
        let (_, after) = text.split_once("/portal/sign-in/").expect("a link");
        let token = after.split(['?', '\n']).next().expect("a token");
        token.to_owned()
    }
}

/// An application with mail, and somebody of customer 20001.
async fn with_mail(db: &Db) -> (Fixture, Arc<Kept>) {
    let mut it = Fixture::new(db);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("late_reading_volume.toml")).expect("a book");
    import(&it.app, &book).await.expect("imported");
    person(&it.app, "ada@example.org", &[Role::CustomerBilling]).await;
    let kept = Arc::new(Kept::default());
    it.app.mail = Some(Post::through(kept.clone(), "http://127.0.0.1"));
    (it, kept)
}

async fn person(app: &App, email: &str, roles: &[Role]) {
    let invitation = Invitation {
        email: email.to_owned(),
        name: "Ada".to_owned(),
        party: Party::Customer(20_001),
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
    };
    let made = users::create(app, "test".to_owned(), &invitation).await;
    made.expect("created");
}

/// Sends what waits; how many jobs there were.
async fn deliver(app: &App) -> usize {
    let post = app.mail.clone().expect("mail");
    let wait = std::time::Duration::from_secs(60);
    let found = jobs::claim(&app.db.book, JOB, "test", wait, 50).await;
    let found = found.expect("claimed");
    for job in &found {
        deliver::work(app, &post, job).await.expect("worked");
    }
    found.len()
}

on_both! {
    async fn a_link_signs_in_once(db: &Db) {
        let (it, kept) = with_mail(db).await;
        let asked = ("Ada@Example.org", "/portal/invoices?year=2026");
        sign_in_link::ask(&it.app, asked, &origin()).await.expect("asked");
        assert_eq!(deliver(&it.app).await, 1);
        let mails = kept.taken();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].0, "ada@example.org");
        assert!(mails[0].1.contains("next=%2Fportal%2Finvoices%3Fyear%3D2026"), "{}", mails[0].1);
        let token = kept.token();
        sign_in_link::look(&it.app, &token).await.expect("open");
        sign_in_link::look(&it.app, &token).await.expect("looking uses nothing up");
        let opened = sign_in_link::redeem(&it.app, &token, &origin(), None).await;
        let who = it.principal(&opened.expect("signed in")).await.expect("a session");
        assert_eq!(who.customer(), Some(20_001));
        let again = sign_in_link::redeem(&it.app, &token, &origin(), None).await;
        assert_eq!(code_of(again), "one-time-link.used");
        assert_eq!(deliver(&it.app).await, 0, "the job is gone");
    }
}

on_both! {
    async fn a_link_that_is_over_or_unknown_opens_nothing(db: &Db) {
        let (it, kept) = with_mail(db).await;
        sign_in_link::ask(&it.app, ("ada@example.org", ""), &origin()).await.expect("asked");
        deliver(&it.app).await;
        let token = kept.token();
        let past = it.app.clock.system() - sign_in_link::life() - TimeDelta::seconds(1);
        let past = past.format("%Y-%m-%dT%H:%M:%S.000000Z");
        let sql = format!("UPDATE one_time_link SET issued_at = '{past}'");
        behind_its_back(db, &sql).await.expect("time passes");
        let late = sign_in_link::redeem(&it.app, &token, &origin(), None).await;
        assert_eq!(code_of(late), "one-time-link.expired");
        for guess in 0..40 {
            let tried = sign_in_link::redeem(&it.app, "guessed", &origin(), None).await;
            let code = code_of(tried);
            if code == "lockout.wait" {
                assert!(guess > 3, "guesses are counted by the network address");
                return;
            }
            assert_eq!(code, "one-time-link.unknown");
        }
        panic!("guesses are not counted");
    }
}

on_both! {
    async fn whoever_asks_leaves_the_same_and_only_customers_get_mail(db: &Db) {
        let (it, kept) = with_mail(db).await;
        it.staff("staff@example.org", &[Role::Finance]).await;
        deliver(&it.app).await;
        let before = kept.taken().len();
        for email in ["nobody@example.org", "staff@example.org"] {
            sign_in_link::ask(&it.app, (email, ""), &origin()).await.expect("asked");
        }
        let left = jobs::left(&db.reader(), JOB).await.expect("counted");
        assert_eq!(left, (2, 0), "a request leaves a job, known or not");
        let folder = tempfile::tempdir().expect("a folder");
        herdbook::db::dump::dump(db, folder.path()).await.expect("dumped");
        for part in std::fs::read_dir(folder.path().join("book")).expect("listed") {
            let text = std::fs::read_to_string(part.expect("an entry").path()).expect("read");
            assert!(!text.contains("nobody@example.org"), "a stranger's address is kept");
        }
        assert_eq!(deliver(&it.app).await, 2);
        assert_eq!(kept.taken().len(), before, "neither of them gets a link");
    }
}

on_both! {
    async fn a_server_that_was_down_gets_the_mail_once(db: &Db) {
        let (it, kept) = with_mail(db).await;
        kept.is_down(true);
        sign_in_link::ask(&it.app, ("ada@example.org", ""), &origin()).await.expect("asked");
        assert_eq!(deliver(&it.app).await, 1);
        assert_eq!(deliver(&it.app).await, 0, "it waits before it is tried again");
        kept.is_down(false);
        behind_its_back(db, "UPDATE job SET due_at = 0").await.expect("time passes");
        assert_eq!(deliver(&it.app).await, 1);
        assert_eq!(deliver(&it.app).await, 0);
        assert_eq!(kept.taken().len(), 1);
        let token = kept.token();
        let opened = sign_in_link::redeem(&it.app, &token, &origin(), None).await;
        opened.expect("the link of the second attempt opens");
    }
}

on_both! {
    async fn asking_is_limited_for_each_address(db: &Db) {
        let (it, _) = with_mail(db).await;
        for email in ["ada@example.org", "nobody@example.org"] {
            for _ in 0..3 {
                sign_in_link::ask(&it.app, (email, ""), &origin()).await.expect("asked");
            }
            let more = sign_in_link::ask(&it.app, (email, ""), &origin()).await;
            assert_eq!(code_of(more), "rate.limited", "{email}");
        }
    }
}

on_both! {
    async fn a_blocked_account_gets_no_link_and_no_session(db: &Db) {
        let (it, kept) = with_mail(db).await;
        sign_in_link::ask(&it.app, ("ada@example.org", ""), &origin()).await.expect("asked");
        deliver(&it.app).await;
        let token = kept.token();
        behind_its_back(db, "UPDATE account SET state = 'blocked'").await.expect("blocked");
        let refused = sign_in_link::redeem(&it.app, &token, &origin(), None).await;
        assert_eq!(code_of(refused), "account.blocked");
        sign_in_link::ask(&it.app, ("ada@example.org", ""), &origin()).await.expect("asked");
        deliver(&it.app).await;
        assert_eq!(kept.taken().len(), 1);
    }
}

on_both! {
    async fn whoever_gets_an_account_gets_a_mail(db: &Db) {
        let (it, kept) = with_mail(db).await;
        person(&it.app, "new@example.org", &[Role::CustomerTechnical]).await;
        it.staff("staff@example.org", &[Role::Finance]).await;
        assert_eq!(deliver(&it.app).await, 2);
        let mails = kept.taken();
        let to = |address: &str| {
            let found = mails.iter().find(|(to, _)| to == address);
            found.expect("a mail").1.clone()
        };
        assert!(to("new@example.org").contains("http://127.0.0.1/portal"));
        assert!(to("staff@example.org").contains("http://127.0.0.1/invitation/"));
    }
}

async fn get(router: &axum::Router, session: &str, path: &str) -> (u16, String) {
    use tower::ServiceExt;
    let request = Request::builder()
        .method(Method::GET)
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::ACCEPT_LANGUAGE, "en")
        .body(Body::empty())
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a page");
    (status, String::from_utf8_lossy(&body).into_owned())
}

on_both! {
    async fn the_pages_of_the_portal_say_it_in_words(db: &Db) {
        let (it, _) = with_mail(db).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let all = [Role::CustomerBilling, Role::CustomerTechnical];
        person(&it.app, "both@example.org", &all).await;
        let email = "both@example.org".parse().expect("an address");
        let found = herdbook::db::access::accounts::by_email(&db.reader(), &email).await;
        let account = found.expect("read").expect("an account");
        let session = it.open(&account, &origin()).await;
        for path in [
            "/portal/invoices", "/portal/account", "/portal/help",
        ] {
            let (status, text) = get(&router, &session, path).await;
            assert_eq!(status, 200, "{path}: {text}");
            assert!(text.contains("/portal/help"), "{path}");
            for prefix in [">portal-", ">db.", "Error"] {
                assert!(!text.contains(prefix), "{path} {prefix}: {text}");
            }
        }
        for path in ["/invoices", "/customers", "/account", "/search", "/styleguide"] {
            let (status, _) = get(&router, &session, path).await;
            assert_eq!(status, 403, "{path}");
        }
        for path in [
            "/portal/invoices/RE-1", "/portal/invoices/RE-1/pdf", "/portal/invoices/RE-1/exe",
        ] {
            let (status, _) = get(&router, &session, path).await;
            assert_eq!(status, 404, "{path}");
        }
        let staff = it.session(Role::Admin).await;
        for path in ["/portal", "/portal/invoices", "/portal/account"] {
            let (status, _) = get(&router, &staff, path).await;
            assert_eq!(status, 403, "{path}");
        }
    }
}
