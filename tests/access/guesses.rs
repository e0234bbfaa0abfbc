//! Guesses: counted before they are looked at, and kept from shutting out whom they are about.

use std::net::SocketAddr;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use harness::{behind_its_back, on_both};
use herdbook::access::lockout::Subject;
use herdbook::access::password_hash::PasswordHash;
use herdbook::access::{Account, Role, SecretHash};
use herdbook::app::App;
use herdbook::db::Txn;
use herdbook::db::access::sessions::Origin;
use herdbook::db::access::{accounts, guesses, sessions};
use herdbook::usecases::Failure;
use herdbook::usecases::access::sign_in::{self, Next};
use herdbook::usecases::access::sign_in_link;
use herdbook::web::router::router;
use tower::ServiceExt;

use crate::fixture::{Fixture, PASSWORD, code_of, origin};
use crate::matrix::site;

fn far(host: usize) -> Origin {
    Origin {
        agent: "a stranger".to_owned(),
        address: format!("203.0.113.{host}"),
    }
}

/// The refusal of a password, once there was a turn to look at it: a busy machine has none at once.
pub async fn answered(app: &App, tried: (&str, &str), from: &Origin) -> String {
    loop {
        let code = code_of(sign_in::password(app, tried, (from, None)).await);
        if code != "sign-in.busy" {
            return code;
        }
    }
}

async fn guess(it: &Fixture, email: &str, from: (&Origin, Option<&str>)) -> String {
    code_of(sign_in::password(&it.app, (email, "a wrong password"), from).await)
}

async fn right(it: &Fixture, email: &str, from: (&Origin, Option<&str>)) -> Option<SecretHash> {
    match sign_in::password(&it.app, (email, PASSWORD), from).await {
        Ok(Next::Code(token)) => Some(token.hash()),
        Ok(Next::Enrol(_)) => panic!("the second factor is there"),
        Err(refused) => {
            assert_eq!(
                code_of(Err::<(), _>(refused)),
                "lockout.wait",
                "it was right"
            );
            None
        }
    }
}

on_both! {
    async fn strangers_keep_only_strangers_waiting(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        let person = it.staff(email, &[Role::Finance]).await;
        let other = it.staff("o@example.org", &[Role::Finance]).await;
        for host in 0..7 {
            guess(&it, email, (&far(host), None)).await;
        }
        assert_eq!(right(&it, email, (&origin(), None)).await, None, "a browser nobody knows");
        let device = |id| sign_in::known_device(&it.app, id).expect("a token");
        let foreign = device(other.opened.session.account);
        let tried = right(&it, email, (&origin(), Some(foreign.reveal()))).await;
        assert_eq!(tried, None, "known to another account");
        let own = device(person.opened.session.account);
        let own = (&origin(), Some(own.reveal()));
        let attempt = right(&it, email, own).await.expect("the owner's own browser");
        let code = it.code(&person.secret, 0);
        let opened = sign_in::code(&it.app, (&attempt, &code), own, None).await;
        assert!(it.principal(&opened.expect("signed in")).await.is_some());
        // Whoever steals the cookie gains nothing: its guesses are counted too.
        for _ in 0..6 {
            assert_eq!(guess(&it, email, own).await, "sign-in.wrong");
        }
        assert_eq!(guess(&it, email, own).await, "lockout.wait");
    }
}

on_both! {
    async fn of_many_codes_at_once_no_more_are_looked_at_than_may_be(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let attempt = it.attempt(&person).await;
        let tries = (0..20).map(|host| {
            let (app, attempt) = (it.app.clone(), attempt);
            tokio::spawn(async move {
                let from = far(host);
                code_of(sign_in::code(&app, (&attempt, "000000"), (&from, None), None).await)
            })
        });
        let mut looked_at = 0;
        for tried in tries.collect::<Vec<_>>() {
            let code = tried.await.expect("ended");
            assert!(["totp.wrong", "lockout.wait"].contains(&code.as_str()), "{code}");
            looked_at += usize::from(code == "totp.wrong");
        }
        // Five are free, and the sixth begins the wait.
        assert_eq!(looked_at, 6);
        let code = it.code(&person.secret, 0);
        let late = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        assert_eq!(code_of(late), "lockout.wait", "the right one waits too");
    }
}

on_both! {
    async fn of_many_passwords_at_once_no_more_are_looked_at_than_may_be(db: &Db) {
        let it = Fixture::new(db);
        it.staff("f@example.org", &[Role::Finance]).await;
        let tries = (0..12).map(|host| {
            let app = it.app.clone();
            tokio::spawn(async move {
                let (tried, from) = (("f@example.org", "a wrong password"), far(host));
                answered(&app, tried, &from).await
            })
        });
        let mut looked_at = 0;
        for tried in tries.collect::<Vec<_>>() {
            looked_at += usize::from(tried.await.expect("ended") == "sign-in.wrong");
        }
        // Those that find no turn to be looked at are told to come again, and then they wait.
        assert!((1..=6).contains(&looked_at), "{looked_at}");
    }
}

on_both! {
    async fn a_right_password_counts_for_nothing(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        it.staff(email, &[Role::Finance]).await;
        for _ in 0..5 {
            guess(&it, email, (&origin(), None)).await;
        }
        for _ in 0..8 {
            right(&it, email, (&origin(), None)).await.expect("taken back each time");
        }
        assert_eq!(guess(&it, email, (&origin(), None)).await, "sign-in.wrong");
        assert_eq!(guess(&it, email, (&origin(), None)).await, "lockout.wait", "the sixth");
    }
}

on_both! {
    async fn what_is_no_address_counts_for_nobody_but_who_tries(db: &Db) {
        let it = Fixture::new(db);
        for _ in 0..10 {
            assert_eq!(guess(&it, "no address", (&origin(), None)).await, "sign-in.wrong");
        }
        assert_eq!(guess(&it, "no address", (&far(1), None)).await, "sign-in.wrong");
    }
}

/// So many guesses at accounts that nobody has, from one address, that everybody there waits.
async fn a_stranger_next_door(it: &Fixture, from: &Origin) {
    let now = it.app.clock.system();
    let (count, at) = (36, now.format("%Y-%m-%dT%H:%M:%S%.6fZ"));
    let sql = format!(
        "INSERT INTO sign_in_failure (kind, subject, count, last_at) \
         VALUES ('address', '{}', {count}, '{at}')",
        from.address
    );
    behind_its_back(&it.app.db, &sql).await.expect("counted");
    assert_eq!(
        guess(it, "n@example.org", (from, None)).await,
        "lockout.wait"
    );
}

on_both! {
    async fn a_stranger_at_the_same_address_keeps_no_known_browser_waiting(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        let person = it.staff(email, &[Role::Finance]).await;
        a_stranger_next_door(&it, &origin()).await;
        assert_eq!(right(&it, email, (&origin(), None)).await, None, "a browser nobody knows");
        let device = sign_in::known_device(&it.app, person.opened.session.account);
        let device = device.expect("a token");
        let own = (&origin(), Some(device.reveal()));
        let attempt = right(&it, email, own).await.expect("the owner's own browser");
        let code = it.code(&person.secret, 0);
        let opened = sign_in::code(&it.app, (&attempt, &code), own, None).await;
        assert!(it.principal(&opened.expect("signed in")).await.is_some());
    }
}

async fn answered_at_home(
    router: &axum::Router,
    request: Request<Body>,
) -> (u16, HeaderMap, String) {
    let mut request = request;
    let peer: SocketAddr = format!("{}:1", origin().address)
        .parse()
        .expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, 1 << 22).await.expect("a page");
    let text = String::from_utf8_lossy(&body).into_owned();
    (parts.status.as_u16(), parts.headers, text)
}

/// Opens a link in a browser and presses its button.
async fn pressed(router: &axum::Router, path: &str) -> (u16, String) {
    let request = Request::builder().uri(path).body(Body::empty());
    let (_, headers, page) = answered_at_home(router, request.expect("a request")).await;
    let cookie = headers[header::SET_COOKIE].to_str().expect("a cookie");
    let cookie = cookie.split(';').next().expect("its value");
    let (_, after) = page.split_once("name=\"csrf\" value=\"").expect("a form");
    let proof = after.split('"').next().expect("its end");
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf={proof}")));
    let (status, _, text) = answered_at_home(router, request.expect("a request")).await;
    (status, text)
}

on_both! {
    async fn a_stranger_at_the_same_address_keeps_no_link_waiting(db: &Db) {
        let it = Fixture::new(db);
        harness::facts::parties(db, 1).await;
        let session = it.session(Role::CustomerBilling).await;
        let owner = it.principal_of(&session).await.expect("signed in");
        a_stranger_next_door(&it, &origin()).await;
        let give = async || {
            let link = sign_in_link::give(&it.app, "test".to_owned(), owner.account()).await;
            link.expect("a link")
        };
        let link = give().await;
        let opened = sign_in_link::redeem(&it.app, link.reveal(), &origin(), None).await;
        assert!(it.principal(&opened.expect("signed in")).await.is_some());
        let again = sign_in_link::redeem(&it.app, link.reveal(), &origin(), None).await;
        assert_eq!(code_of(again), "one-time-link.used", "who was sent one is told the truth");
        let guessed = sign_in_link::redeem(&it.app, "guessed", &origin(), None).await;
        assert_eq!(code_of(guessed), "lockout.wait", "who tries waits");
        let routes = router(it.app.clone(), site()).expect("the routes");
        let path = format!("/portal/sign-in/{}", give().await.reveal());
        let (status, text) = pressed(&routes, &path).await;
        assert_eq!(status, 303, "{text}");
    }
}

on_both! {
    async fn a_password_that_is_exchanged_meanwhile_begins_nothing(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        let person = it.staff(email, &[Role::Finance]).await;
        let id = person.opened.session.account;
        let read = async || {
            let found = accounts::get(&db.reader(), id).await;
            found.expect("read").expect("known")
        };
        let new = it.staff("n@example.org", &[Role::Finance]).await;
        let new = accounts::get(&db.reader(), new.opened.session.account).await;
        let new = new.expect("read").expect("known").password;
        // An old hash, which a sign-in stores anew by the settings of today.
        let costs = Params::new(64, 1, 1, None).expect("costs");
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, costs);
        let old: phc::PasswordHash =
            old.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("hashed");
        let old = Some(PasswordHash::parse(&old.to_string()).expect("a hash"));
        let exchange = async |to: Option<PasswordHash>| {
            let own = it.app.clone();
            db.write(async move |txn: &Txn| {
                let account = accounts::lock(txn, id).await?.expect("known");
                let account = Account { password: to.clone(), totp: None, ..account };
                accounts::save(txn, &account).await?;
                sessions::revoke_all(txn, id, None, own.clock.system()).await?;
                Ok::<_, Failure>(())
            }).await.expect("exchanged");
        };
        let mut refused = 0;
        for _ in 0..8 {
            exchange(old.clone()).await;
            let app = it.app.clone();
            let signing = tokio::spawn(async move {
                sign_in::password(&app, (email, PASSWORD), (&origin(), None)).await
            });
            // It is counted before its hash is computed, which takes longer than the exchange.
            let counted = async || {
                let key = id.to_string();
                let found = guesses::failures(&db.reader(), Subject::Account, &key).await;
                found.expect("read").is_some()
            };
            while !signing.is_finished() && !counted().await {
                tokio::task::yield_now().await;
            }
            exchange(new.clone()).await;
            match signing.await.expect("ended") {
                Err(why) => {
                    assert_eq!(code_of(Err::<(), _>(why)), "sign-in.wrong");
                    refused += 1;
                }
                Ok(Next::Code(token) | Next::Enrol(token)) => {
                    let begun = sessions::attempt(&db.reader(), &token.hash()).await;
                    assert!(begun.expect("read").is_none(), "the exchange ends what began before");
                }
            }
            assert_eq!(read().await.password, new, "the old one is not stored again");
            let forgotten = db.write(async move |txn: &Txn| {
                guesses::forget(txn, Subject::Account, &id.to_string()).await
            });
            forgotten.await.expect("forgotten");
        }
        assert!(refused > 0, "of eight, one falls in between");
    }
}
