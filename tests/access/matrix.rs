//! Every route with every role: who is let in, who is sent to sign in, who is refused.
//!
//! `UPDATE=1` writes the matrix anew; whoever adds a route reads what has changed in it.

use std::fmt::Write as _;
use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use harness::on_both;
use herdbook::access::{Party, Role};
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::web::guard::Route;
use herdbook::web::router::{Site, router};
use herdbook::web::routes::table;
use tower::ServiceExt;

use crate::fixture::{Fixture, origin};

const MATRIX: &str = "tests/access/matrix.txt";

pub fn site() -> Site {
    Site {
        link_minutes: 60,
        organisation: "Test".to_owned(),
        public_url: "http://127.0.0.1".to_owned(),
        ..Site::default()
    }
}

async fn ask(
    router: &axum::Router,
    (method, path): (&Method, &str),
    session: Option<&str>,
    form: &str,
) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = session {
        request = request.header(header::COOKIE, format!("herdbook={token}"));
    }
    if *method == Method::POST {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let mut request = request
        .body(Body::from(form.to_owned()))
        .expect("a request");
    // Everybody asks from an address of their own: what is limited by address is not shared.
    let digest = ring::digest::digest(&ring::digest::SHA256, session.unwrap_or("").as_bytes());
    let last: [u8; 4] = digest.as_ref()[..4].try_into().expect("four bytes");
    let peer = SocketAddr::from((last, 1));
    request.extensions_mut().insert(ConnectInfo(peer));
    router.clone().oneshot(request).await.expect("an answer")
}

/// Asks the API with a token, as a program would.
async fn ask_api(router: &axum::Router, asked: (&Method, &str), token: Option<&str>) -> Response {
    let mut request = Request::builder().method(asked.0).uri(asked.1);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", "matrix")
        .body(Body::from(if *asked.0 == Method::GET { "" } else { "{}" }))
        .expect("a request");
    router.clone().oneshot(request).await.expect("an answer")
}

/// The proof that the forms of a session carry, from the page of its own account.
pub async fn proof(router: &axum::Router, session: &str) -> String {
    let mut page = ask(router, (&Method::GET, "/account"), Some(session), "").await;
    if page.status() == StatusCode::FORBIDDEN {
        page = ask(router, (&Method::GET, "/portal/account"), Some(session), "").await;
    }
    let body = to_bytes(page.into_body(), 1 << 20).await.expect("a page");
    let page = String::from_utf8(body.to_vec()).expect("text");
    let (_, after) = page.split_once("name=\"csrf\" value=\"").expect("a form");
    after.split('"').next().expect("its end").to_owned()
}

/// A path that holds no record: what is told apart is being let in, not what is found.
fn path(route: &Route) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{id}" => "00000000-0000-0000-0000-000000000000",
        part if part.starts_with('{') => "x",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// How a route answers, as one sign: `+` lets in, `-` refuses, `?` asks to sign in.
fn sign(response: &Response) -> char {
    let to = response.headers().get(header::LOCATION);
    let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
    match response.status() {
        StatusCode::FORBIDDEN => '-',
        StatusCode::UNAUTHORIZED => '?',
        StatusCode::SEE_OTHER if to.starts_with("/sign-in?next=") => '?',
        StatusCode::SEE_OTHER if to.starts_with("/portal/sign-in?next=") => '?',
        _ => '+',
    }
}

on_both! {
    async fn every_route_is_open_to_whom_the_matrix_says(db: &Db) {
        let it = Fixture::new(db);
        harness::facts::parties(db, 1).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let mut text = format!("{:<52}nobody", "");
        let mut sessions = vec![None];
        for role in Role::ALL {
            let token = it.session(role).await;
            let proof = proof(&router, &token).await;
            let program = it.token_of(&token).await;
            sessions.push(Some((token, proof, program)));
            let _ = write!(text, " {role}");
        }
        text.push('\n');
        for route in table() {
            let _ = write!(text, "{:<5}{:<47}", route.method.as_str(), route.path);
            for (place, session) in sessions.iter().enumerate() {
                // Signing out would end the session that the next routes need.
                let signs = if route.path == "/sign-out" && session.is_some() {
                    '+'
                } else if route.path.starts_with("/api/") {
                    let token = session.as_ref().map(|(_, _, program)| program.as_str());
                    sign(&ask_api(&router, (&route.method, &path(&route)), token).await)
                } else {
                    let token = session.as_ref().map(|(token, ..)| token.as_str());
                    let form = session.as_ref().map(|(_, proof, _)| format!("csrf={proof}"));
                    let asked = (&route.method, path(&route));
                    let asked = (asked.0, asked.1.as_str());
                    sign(&ask(&router, asked, token, &form.unwrap_or_default()).await)
                };
                let width = match place {
                    0 => "nobody".len(),
                    place => Role::ALL[place - 1].as_str().len(),
                };
                let _ = write!(text, "{signs:<width$} ");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        let known = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(MATRIX);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&known, &text).expect("written");
        }
        let known = std::fs::read_to_string(known).expect("the matrix");
        assert_eq!(text, known, "{MATRIX}: read what changed, then UPDATE=1");
    }
}

on_both! {
    async fn a_form_without_its_proof_does_nothing(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let admin = it.session(Role::Admin).await;
        let finance = it.session(Role::Finance).await;
        let foreign = proof(&router, &finance).await;
        let fields = "name=New&email=new%40example.org&role=sales";
        for csrf in ["", "csrf=wrong&", &format!("csrf={foreign}&")] {
            let asked = (&Method::POST, "/settings/users");
            let answer = ask(&router, asked, Some(&admin), &format!("{csrf}{fields}")).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{csrf:?}");
            let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a page");
            let page = String::from_utf8(body.to_vec()).expect("text");
            assert!(page.contains("value=\"new@example.org\""), "what was typed is kept: {page}");
        }
        let by = it.principal_of(&admin).await.expect("signed in");
        let all = users::list(&it.app, &by).await.expect("listed");
        assert!(all.iter().all(|account| account.email.as_str() != "new@example.org"));
    }
}

on_both! {
    async fn what_was_typed_survives_the_end_of_a_session(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let asked = (&Method::POST, "/settings/users");
        let fields = "name=%3Cb%3EAda%3C%2Fb%3E&password=secret&csrf=x";
        let answer = ask(&router, asked, None, fields).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a page");
        let page = String::from_utf8(body.to_vec()).expect("text");
        assert!(page.contains("Ada") && !page.contains("<b>Ada"), "typed text is text: {page}");
        assert!(!page.contains("secret"), "no page holds a password");
        assert!(page.contains("action=\"/settings/users\""));
    }
}

impl Fixture {
    /// The token of a session of somebody with one role.
    pub async fn session(&self, role: Role) -> String {
        let email = format!("{role}@example.org");
        if role.is_staff() {
            let person = self.staff(&email, &[role]).await;
            return person.opened.token.reveal().to_owned();
        }
        let invitation = Invitation {
            email,
            name: "Customer".to_owned(),
            party: Party::Customer(10_001),
            roles: [role].into(),
        };
        let created = users::create(&self.app, "test".to_owned(), &invitation).await;
        let (account, _) = created.expect("created");
        self.open(&account, &origin()).await
    }
}
