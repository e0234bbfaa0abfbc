//! Signing in by an identity provider: what it proves is believed, what it does not is refused.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use harness::{behind_its_back, on_both};
use herdbook::access::{Permission, Role, SecretHash};
use herdbook::db::Db;
use herdbook::identity::Provider;
use herdbook::usecases::access::authenticate;
use herdbook::usecases::access::users::{self, Change};
use herdbook::web::router::{Site, router};
use serde_json::json;
use tower::ServiceExt;

use crate::fixture::{Fixture, code_of};
use crate::matrix::site;
use crate::provider::{TestProvider, Wrong, config};

/// An answer as a browser sees it.
struct Seen {
    status: StatusCode,
    to: String,
    /// The cookies it sets, without their attributes.
    cookies: Vec<String>,
    text: String,
}

impl Seen {
    fn cookie(&self, name: &str) -> Option<String> {
        let start = format!("{name}=");
        let mut set = self
            .cookies
            .iter()
            .filter_map(|pair| pair.strip_prefix(&start));
        set.rfind(|value| !value.is_empty()).map(str::to_owned)
    }
}

async fn get(routes: &Router, path: &str, cookies: &str) -> Seen {
    ask(routes, Method::GET, path, (cookies, "")).await
}

async fn ask(routes: &Router, method: Method, path: &str, (cookies, form): (&str, &str)) -> Seen {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookies)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .expect("a request");
    let answer = routes.clone().oneshot(request).await.expect("an answer");
    let text = |name| {
        let value = answer.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let pair = |line: &header::HeaderValue| {
        let line = line.to_str().expect("text");
        line.split(';').next().expect("a pair").to_owned()
    };
    let (to, status) = (text(header::LOCATION), answer.status());
    let cookies = answer
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(pair)
        .collect();
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    Seen {
        status,
        to,
        cookies,
        text: String::from_utf8(body.to_vec()).expect("text"),
    }
}

/// A site whose staff sign in by a provider.
struct Campus {
    it: Fixture,
    provider: TestProvider,
    routes: Router,
}

impl Campus {
    async fn new(db: &Db, create: bool) -> Self {
        let it = Fixture::new(db);
        let provider = TestProvider::start().await;
        let routes = routes(&it, Some(&provider.config(create)));
        provider.says(json!({
            "email": "Ada@Example.org", "email_verified": true, "name": "Ada",
            "groups": ["hb-finance", "choir"],
        }));
        Self {
            it,
            provider,
            routes,
        }
    }

    /// Leaves for the provider: the visit, the state and the code of the way back.
    async fn leave(&self, next: &str) -> (String, String) {
        let left = get(&self.routes, &format!("/sign-in/provider?next={next}"), "").await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.text);
        let visit = left.cookie("herdbook-visit").expect("a visit");
        let (state, code) = self.provider.lets_in(&left.to);
        let back = format!("/sign-in/provider/return?state={state}&code={code}");
        (back, format!("herdbook-visit={visit}"))
    }

    /// There and back.
    async fn sign_in(&self) -> Seen {
        let (back, cookies) = self.leave("/invoices%3Fyear%3D2026").await;
        get(&self.routes, &back, &cookies).await
    }
}

fn routes(it: &Fixture, config: Option<&herdbook::config::OidcConfig>) -> Router {
    let provider = config.map(|config| {
        let made = Provider::of(config, "http://127.0.0.1").expect("a configuration");
        Arc::new(made.expect("an issuer"))
    });
    router(it.app.clone(), Site { provider, ..site() }).expect("the routes")
}

on_both! {
    async fn whoever_has_a_role_at_the_provider_gets_an_account(db: &Db) {
        let campus = Campus::new(db, true).await;
        let back = campus.sign_in().await;
        assert_eq!((back.status, back.to.as_str()), (StatusCode::SEE_OTHER, "/invoices?year=2026"));
        let session = back.cookie("herdbook").expect("a session");
        let who = campus.it.principal_of(&session).await.expect("signed in");
        assert!(who.may(Permission::IssueRun) && !who.may(Permission::ManageUsers));
        let trail = herdbook::db::audit::of_subject(
            &db.reader(), &format!("account/{}", who.account()),
        ).await.expect("read");
        let actions: Vec<&str> = trail.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["account.created", "session.opened"]);
        let told: String = trail.iter().filter_map(|entry| entry.payload.clone()).collect();
        assert!(told.contains("identity provider") && !told.contains("ada@"), "{told}");
        // Known again by the subject, whatever the address is now; and another session.
        campus.provider.says(json!({ "email": "new@example.org", "groups": ["hb-finance"] }));
        let again = campus.sign_in().await.cookie("herdbook").expect("a session");
        let same = campus.it.principal_of(&again).await.expect("signed in");
        assert_eq!(same.account(), who.account());
        assert_ne!(again, session);
    }
}

on_both! {
    async fn a_stranger_is_not_let_in_and_a_connected_account_is(db: &Db) {
        let campus = Campus::new(db, false).await;
        let refused = campus.sign_in().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text.contains("No account here is connected"), "{}", refused.text);
        assert_eq!(refused.cookie("herdbook"), None);
        // Somebody who is signed in connects the account, and is known from then on.
        let person = campus.it.staff("f@example.org", &[Role::Sales]).await;
        let session = person.opened.token.reveal().to_owned();
        let own = format!("herdbook={session}");
        let page = get(&campus.routes, "/account", &own).await;
        let (_, proof) = page.text.split_once("name=\"csrf\" value=\"").expect("a form");
        let form = format!("csrf={}", proof.split('"').next().expect("its end"));
        let leaving =
            ask(&campus.routes, Method::POST, "/account/provider", (own.as_str(), &form)).await;
        assert_eq!(leaving.status, StatusCode::OK, "{}", leaving.text);
        let (_, link) = leaving.text.split_once("primary\" href=\"").expect("a link");
        let link = link.split('"').next().expect("its end").replace("&#38;", "&");
        let (state, code) = campus.provider.lets_in(&link);
        let back = format!("/sign-in/provider/return?state={state}&code={code}");
        let foreign = campus.it.staff("other@example.org", &[Role::Sales]).await;
        let foreign = format!("herdbook={}", foreign.opened.token.reveal());
        let refused = get(&campus.routes, &back, &foreign).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "another's session connects nothing");
        let leaving =
            ask(&campus.routes, Method::POST, "/account/provider", (own.as_str(), &form)).await;
        let (_, link) = leaving.text.split_once("primary\" href=\"").expect("a link");
        let link = link.split('"').next().expect("its end").replace("&#38;", "&");
        let (state, code) = campus.provider.lets_in(&link);
        let back = format!("/sign-in/provider/return?state={state}&code={code}");
        let connected = get(&campus.routes, &back, &own).await;
        assert_eq!(connected.to, "/account", "{}", connected.text);
        let back = campus.sign_in().await;
        let opened = back.cookie("herdbook").expect("a session");
        let who = campus.it.principal_of(&opened).await.expect("signed in");
        assert_eq!(who.account(), person.opened.session.account);
        assert_eq!(who.roles().iter().copied().collect::<Vec<_>>(), [Role::Finance]);
        assert!(campus.it.principal_of(&session).await.is_none(), "its roles changed");
    }
}

on_both! {
    async fn what_the_provider_does_not_prove_is_refused(db: &Db) {
        let campus = Campus::new(db, true).await;
        for wrong in [
            Wrong::Nonce, Wrong::NoNonce, Wrong::Issuer, Wrong::Audience, Wrong::TwoAudiences,
            Wrong::OtherParty, Wrong::Expired, Wrong::Old, Wrong::FromTheFuture, Wrong::AlgNone,
            Wrong::SharedSecret, Wrong::ForeignKey, Wrong::Changed, Wrong::NoToken,
            Wrong::NoSubject,
        ] {
            campus.provider.does(wrong);
            let refused = campus.sign_in().await;
            let expected = if wrong == Wrong::NoSubject {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::UNAUTHORIZED
            };
            assert_eq!(refused.status, expected, "{wrong:?}: {}", refused.text);
            assert!(refused.text.contains("could not be trusted"), "{wrong:?}: {}", refused.text);
            assert_eq!(refused.cookie("herdbook"), None, "{wrong:?}");
        }
        campus.provider.does(Wrong::Nothing);
        assert!(campus.sign_in().await.cookie("herdbook").is_some(), "the same without a fault");
    }
}

on_both! {
    async fn an_answer_counts_once_in_its_browser_and_in_time(db: &Db) {
        let campus = Campus::new(db, true).await;
        let stale = |seen: &Seen| {
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{}", seen.text);
            assert!(seen.text.contains("another browser"), "{}", seen.text);
            assert_eq!(seen.cookie("herdbook"), None);
        };
        let (back, _) = campus.leave("/").await;
        stale(&get(&campus.routes, &back, "").await);
        stale(&get(&campus.routes, &back, "herdbook-visit=another").await);
        let (back, cookies) = campus.leave("/").await;
        let (other, _) = campus.leave("/").await;
        stale(&get(&campus.routes, &other, &cookies).await);
        assert_eq!(get(&campus.routes, &back, &cookies).await.to, "/");
        stale(&get(&campus.routes, &back, &cookies).await);
        stale(&get(&campus.routes, "/sign-in/provider/return?state=x&code=y", &cookies).await);
        stale(&get(&campus.routes, "/sign-in/provider/return", &cookies).await);
        let (back, cookies) = campus.leave("/").await;
        let late = "UPDATE provider_visit SET begun_at = '2026-01-01T00:00:00.000000Z'";
        behind_its_back(db, late).await.expect("later");
        stale(&get(&campus.routes, &back, &cookies).await);
        let (back, cookies) = campus.leave("/").await;
        let (place, _) = back.split_once("&code").expect("a code");
        let denied = get(&campus.routes, &format!("{place}&error=access_denied"), &cookies).await;
        assert_eq!(denied.status, StatusCode::UNAUTHORIZED);
        assert!(denied.text.contains("did not let you in"), "{}", denied.text);
        let (back, cookies) = campus.leave("/").await;
        let mixed = format!("{back}&iss=https%3A%2F%2Felsewhere.example");
        let refused = get(&campus.routes, &mixed, &cookies).await;
        assert!(refused.text.contains("could not be trusted"), "{}", refused.text);
        for foreign in ["//elsewhere.example", "https://elsewhere.example", "/%5Celsewhere"] {
            let (back, cookies) = campus.leave(foreign).await;
            assert_eq!(get(&campus.routes, &back, &cookies).await.to, "/", "{foreign}");
        }
    }
}

on_both! {
    async fn roles_are_read_at_each_sign_in(db: &Db) {
        let campus = Campus::new(db, true).await;
        let first = campus.sign_in().await.cookie("herdbook").expect("a session");
        campus.provider.says(json!({ "groups": ["hb-admin"] }));
        let second = campus.sign_in().await.cookie("herdbook").expect("a session");
        assert!(campus.it.principal_of(&first).await.is_none(), "another role, another session");
        let who = campus.it.principal_of(&second).await.expect("signed in");
        assert!(who.may(Permission::ManageUsers) && !who.may(Permission::IssueRun));
        let token = campus.it.token_of(&second).await;
        campus.provider.says(json!({ "groups": ["choir"] }));
        let refused = campus.sign_in().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let (program, _) = authenticate::token(&campus.it.app, &token).await.expect("known");
        let left = Permission::ALL.into_iter().filter(|one| program.may(*one)).count();
        assert_eq!(left, 0, "a token of theirs may nothing any more");
        assert!(refused.text.contains("gives you no role"), "{}", refused.text);
        assert!(campus.it.principal_of(&second).await.is_none(), "nor any longer");
    }
}

on_both! {
    async fn an_address_alone_opens_no_account(db: &Db) {
        let campus = Campus::new(db, true).await;
        campus.it.staff("ada@example.org", &[Role::Admin]).await;
        let refused = campus.sign_in().await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text.contains("with your e-mail address"), "{}", refused.text);
        for claims in [
            json!({ "groups": ["hb-finance"] }),
            json!({ "groups": ["hb-finance"], "email": "x@y.example", "email_verified": false }),
        ] {
            campus.provider.says(claims);
            let refused = campus.sign_in().await;
            assert!(refused.text.contains("no confirmed e-mail"), "{}", refused.text);
        }
    }
}

on_both! {
    async fn a_blocked_account_stays_blocked(db: &Db) {
        let campus = Campus::new(db, true).await;
        let admin = campus.it.staff("admin@example.org", &[Role::Admin]).await;
        let by = campus.it.principal(&admin.opened).await.expect("signed in");
        let session = campus.sign_in().await.cookie("herdbook").expect("a session");
        let id = campus.it.principal_of(&session).await.expect("signed in").account();
        let change = |blocked| Change {
            name: "Ada".to_owned(),
            roles: [Role::Finance].into(),
            blocked,
            seen: None,
        };
        users::change(&campus.it.app, &by, id, &change(true)).await.expect("blocked");
        assert!(campus.it.principal_of(&session).await.is_none());
        let refused = campus.sign_in().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        users::change(&campus.it.app, &by, id, &change(false)).await.expect("let in");
        assert!(campus.sign_in().await.cookie("herdbook").is_some());
    }
}

on_both! {
    async fn a_provider_that_is_down_is_said_to_be(db: &Db) {
        let it = Fixture::new(db);
        // A port that nobody listens on: it was free a moment ago.
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", free.local_addr().expect("an address"));
        drop(free);
        let routes = routes(&it, Some(&config(&issuer, true)));
        let page = get(&routes, "/sign-in", "").await;
        assert!(page.text.contains("/sign-in/provider") && page.text.contains("Campus"));
        let down = get(&routes, "/sign-in/provider", "").await;
        assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(down.text.contains("does not answer at present"), "{}", down.text);
        assert!(!down.text.contains(&issuer), "addresses are for the log");
        let without = self::routes(&it, None);
        assert!(!get(&without, "/sign-in", "").await.text.contains("/sign-in/provider"));
        assert_eq!(get(&without, "/sign-in/provider", "").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn keys_are_kept_and_fetched_anew_when_they_change() {
    let test = TestProvider::start().await;
    let provider = Provider::of(&test.config(false), "http://127.0.0.1").expect("configured");
    let provider = provider.expect("an issuer");
    let keys = herdbook::access::Keyring::of("test".to_owned(), [1; 32]);
    let now = herdbook::app::Clock::real().system();
    let come_back = async |now| {
        let state = SecretHash::of("x").to_string();
        let address = provider
            .address(&state, &keys, now)
            .await
            .expect("an address");
        let (state, code) = test.lets_in(&address);
        provider.redeem((&state, &code), &keys, now).await
    };
    for _ in 0..3 {
        come_back(now).await.expect("proved");
    }
    assert_eq!(test.key_sets(), 1, "kept");
    test.changes_its_key();
    let refused = come_back(now).await.expect_err("keys are seconds old");
    assert_eq!((refused.code(), test.key_sets()), ("oidc.refused", 1));
    come_back(now + TimeDelta::minutes(2))
        .await
        .expect("fetched anew");
    assert_eq!(test.key_sets(), 2);
    come_back(now + TimeDelta::minutes(3)).await.expect("kept");
    assert_eq!(test.key_sets(), 2);
}

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let refused = |issuer: &str| {
        let made = Provider::of(&config(issuer, true), "https://books.example.org");
        code_of(made.map(|_| ()).map_err(Into::into))
    };
    assert_eq!(refused("http://id.example.org"), "config.invalid");
    assert_eq!(refused("id.example.org"), "config.invalid");
    let secure = Provider::of(
        &config("https://id.example.org", true),
        "https://b.example.org",
    );
    assert!(secure.expect("configured").is_some());
}
