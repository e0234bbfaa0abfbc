//! What a stranger tries: forms of other sites, floods, headers that lie, planted cookies.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use harness::on_both;
use herdbook::access::Role;
use herdbook::access::network::{Proxies, ProxyHeader};
use herdbook::db::access::sessions;
use herdbook::web::guard::Open;
use herdbook::web::router::{Site, router};
use herdbook::web::routes::table;
use tower::ServiceExt;

use crate::fixture::{Fixture, PASSWORD};
use crate::matrix::site;

/// A request as it comes from an address.
struct Asked<'a> {
    method: Method,
    path: &'a str,
    from: &'a str,
    headers: &'a [(&'a str, &'a str)],
    form: &'a str,
}

impl<'a> Asked<'a> {
    fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            from: "203.0.113.9:4711",
            headers: &[],
            form: "",
        }
    }

    fn post(path: &'a str, form: &'a str) -> Self {
        Self {
            method: Method::POST,
            form,
            ..Self::get(path)
        }
    }

    async fn of(self, routes: &Router) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        let kind = "application/x-www-form-urlencoded";
        let request = request.header(header::CONTENT_TYPE, kind);
        let mut request = request
            .body(Body::from(self.form.to_owned()))
            .expect("a request");
        let peer: SocketAddr = self.from.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = routes.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        (status, headers, String::from_utf8_lossy(&body).into_owned())
    }
}

fn behind(proxies: &[&str]) -> Site {
    let trusted = proxies
        .iter()
        .map(|text| text.parse().expect("a network"))
        .collect();
    let proxies = Proxies {
        trusted,
        header: ProxyHeader::XForwardedFor,
    };
    Site { proxies, ..site() }
}

on_both! {
    async fn no_form_is_taken_from_another_site(db: &Db) {
        let it = Fixture::new(db);
        let routes = router(it.app.clone(), site()).expect("the routes");
        let all: Vec<Role> = Role::ALL.into_iter().filter(|role| role.is_staff()).collect();
        let staff = it.staff("all@example.org", &all).await;
        let staff = format!("herdbook={}", staff.opened.token.reveal());
        let forms = table().into_iter().filter(|route| route.method == Method::POST);
        let mut tried = 0;
        // Hooks and the interface of programs carry their own proof, and no cookie counts there.
        for route in forms.filter(|route| route.open != Open::Anyone) {
            let part = |part: &str| match part {
                "{id}" => "00000000-0000-0000-0000-000000000000".to_owned(),
                part if part.starts_with('{') => "x".to_owned(),
                part => part.to_owned(),
            };
            let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
            for extra in [None, Some(("sec-fetch-site", "cross-site"))] {
                let mut headers = vec![("cookie", staff.as_str())];
                headers.extend(extra);
                let asked = Asked { headers: &headers, ..Asked::post(&path, "a=b") };
                let (status, ..) = asked.of(&routes).await;
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
                assert!(refused.contains(&status), "{path} {extra:?}: {status}");
            }
            tried += 1;
        }
        assert!(tried > 10, "{tried} forms");
    }
}

on_both! {
    async fn a_flood_waits_and_says_how_long(db: &Db) {
        let it = Fixture::new(db);
        let routes = router(it.app.clone(), behind(&["10.0.0.0/8"])).expect("the routes");
        let ask = async |from: &str, forwarded: &str| {
            let headers = [("x-forwarded-for", forwarded), ("accept-language", "de")];
            let asked = Asked { from, headers: &headers, ..Asked::post("/sign-in", "") };
            asked.of(&routes).await
        };
        for _ in 0..60 {
            let (status, ..) = ask("203.0.113.9:1", "198.51.100.1").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "no proof, but looked at");
        }
        let (status, headers, page) = ask("203.0.113.9:2", "198.51.100.2").await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "what a stranger says changes nothing");
        let wait: u32 = headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("s");
        assert!((1..=2).contains(&wait), "{wait}");
        assert!(page.contains("Zu viele Anfragen"), "{page}");
        // The proxy's word counts: everybody behind it has a bucket of their own.
        for person in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
            let (status, ..) = ask("10.1.2.3:4", person).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{person}");
        }
        let (status, ..) = Asked::get("/sign-in").of(&routes).await;
        assert_eq!(status, StatusCode::OK, "the page itself costs nothing");
    }
}

on_both! {
    async fn the_address_of_the_reader_is_kept_not_the_proxys(db: &Db) {
        let it = Fixture::new(db);
        let routes = router(it.app.clone(), behind(&["10.0.0.0/8"])).expect("the routes");
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let (_, headers, page) = Asked::get("/sign-in").of(&routes).await;
        let cookie = |headers: &HeaderMap, name: &str| {
            let start = format!("{name}=");
            let lines = headers.get_all(header::SET_COOKIE).iter();
            let set = lines.filter_map(|line| line.to_str().ok()?.strip_prefix(&start));
            set.map(|rest| rest.split(';').next().expect("a value").to_owned()).next()
        };
        let proof = |page: &str| {
            let (_, after) = page.split_once("name=\"csrf\" value=\"").expect("a form");
            after.split('"').next().expect("its end").to_owned()
        };
        let visit = cookie(&headers, "herdbook-visit").expect("a visit");
        let send = async |path: &str, cookies: &str, fields: &str| {
            let headers = [("cookie", cookies), ("x-forwarded-for", "198.51.100.7")];
            let from = "10.0.0.1:80";
            Asked { from, headers: &headers, ..Asked::post(path, fields) }.of(&routes).await
        };
        let visit = format!("herdbook-visit={visit}");
        let fields = format!("csrf={}&email=f%40example.org&password={}", proof(&page),
            PASSWORD.replace(' ', "+"));
        let (_, headers, page) = send("/sign-in", &visit, &fields).await;
        let attempt = cookie(&headers, "herdbook-attempt").unwrap_or_else(|| panic!("{page}"));
        let planted = format!("{visit}; herdbook-attempt={attempt}; herdbook=planted");
        let headers = [("cookie", planted.as_str())];
        let code = Asked { headers: &headers, ..Asked::get("/sign-in/code") };
        let (_, _, page) = code.of(&routes).await;
        let fields = format!("csrf={}&code={}&next=%2F%09%2Felsewhere.example", proof(&page),
            it.code(&person.secret, 0));
        let (status, headers, page) = send("/sign-in/code", &planted, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
        assert_eq!(headers[header::LOCATION], "/", "nobody is led elsewhere");
        let session = cookie(&headers, "herdbook").expect("a session");
        assert_ne!(session, "planted", "a cookie from before opens nothing");
        assert_eq!(cookie(&headers, "herdbook-visit").as_deref(), Some(""), "another visit");
        let who = it.principal_of(&session).await.expect("signed in");
        let account = herdbook::db::access::accounts::get(&db.reader(), who.account()).await;
        let account = account.expect("read").expect("known");
        let open = sessions::of_account(&db.reader(), &account).await.expect("read");
        let addresses: Vec<&str> = open.iter().map(|(_, from)| from.address.as_str()).collect();
        assert!(addresses.contains(&"198.51.100.7"), "{addresses:?}");
    }
}

on_both! {
    async fn a_link_to_a_document_opens_at_every_node_and_after_a_restart(db: &Db) {
        let it = Fixture::new(db);
        crate::api::billed(&it).await;
        let numbered = Site { link_minutes: 10, ..site() };
        let [one, other] =
            [0, 1].map(|_| router(it.app.clone(), numbered.clone()).expect("the routes"));
        let session = it.session(Role::Finance).await;
        let cookie = format!("herdbook={session}");
        let headers = [("cookie", cookie.as_str())];
        let (_, _, list) = Asked { headers: &headers, ..Asked::get("/invoices") }.of(&one).await;
        let (_, after) = list.split_once("href=\"/documents/").expect("a link");
        let link = after.split('"').next().expect("its end").replace("&#38;", "&");
        let link = format!("/documents/{link}");
        for routes in [&one, &other] {
            let asked = Asked { headers: &headers, ..Asked::get(&link) };
            let (status, _, text) = asked.of(routes).await;
            assert_eq!(status, StatusCode::OK, "{link} {text}");
        }
    }
}

on_both! {
    async fn browsers_are_told_what_pages_may_do(db: &Db) {
        let it = Fixture::new(db);
        let secure = Site { public_url: "https://books.example.org".to_owned(), ..site() };
        for (place, secure) in [(site(), false), (secure, true)] {
            let routes = router(it.app.clone(), place).expect("the routes");
            for path in ["/sign-in", "/nowhere", "/healthz", "/invoices"] {
                let (_, headers, _) = Asked::get(path).of(&routes).await;
                for (name, part) in [
                    ("content-security-policy", "default-src 'none'"),
                    ("content-security-policy", "frame-ancestors 'none'"),
                    ("x-content-type-options", "nosniff"),
                    ("referrer-policy", "no-referrer"),
                    ("cross-origin-opener-policy", "same-origin"),
                    ("cross-origin-resource-policy", "same-origin"),
                    ("permissions-policy", "publickey-credentials-get=(self)"),
                    ("cache-control", "no-store"),
                ] {
                    let value = headers.get(name).and_then(|value| value.to_str().ok());
                    assert!(value.is_some_and(|value| value.contains(part)), "{path} {name}");
                }
                assert_eq!(headers.contains_key("strict-transport-security"), secure, "{path}");
            }
            let (_, headers, _) = Asked::get("/sign-in").of(&routes).await;
            let set = headers[header::SET_COOKIE].to_str().expect("text");
            assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
            assert_eq!(set.starts_with("__Host-") && set.ends_with("; Secure"), secure, "{set}");
        }
    }
}
