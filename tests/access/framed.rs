//! Problems as pages: whoever is signed in keeps the places of their side, strangers see none.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use harness::on_both;
use herdbook::access::Role;
use herdbook::book;
use herdbook::usecases::import::import;
use herdbook::web::imprint::Imprint;
use herdbook::web::router::{Site, router};
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

async fn ask(
    router: &axum::Router,
    (method, path): (Method, &str),
    session: Option<&str>,
    part: bool,
) -> (u16, String) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::ACCEPT, "text/html,application/xhtml+xml")
        .header(header::ACCEPT_LANGUAGE, "en");
    if let Some(session) = session {
        request = request.header(header::COOKIE, format!("herdbook={session}"));
    }
    if part {
        request = request.header("hx-request", "true");
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a page");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

const SIDE: &str = r#"<nav class="nav" id="nav""#;
const TOP: &str = r#"<nav class="links""#;

on_both! {
    async fn a_problem_stands_in_the_frame_of_its_reader(db: &Db) {
        let it = Fixture::new(db);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        let book = book::load(&folder.join("reference.toml")).expect("a book");
        import(&it.app, &book).await.expect("imported");
        let router = router(it.app.clone(), site()).expect("a router");
        let staff = it.session(Role::Finance).await;
        let customer = it.session(Role::CustomerBilling).await;
        let get = |path| (Method::GET, path);
        // Nowhere, no such record, not allowed, no such method, an address that cannot be read.
        for (asked, status) in [
            (get("/nowhere"), 404),
            (get("/invoices/RE-0000-00000"), 404),
            (get("/settings/users"), 403),
            (get("/portal/invoices"), 403),
            ((Method::DELETE, "/invoices"), 405),
        ] {
            let (method, path) = asked;
            let (got, page) = ask(&router, (method.clone(), path), Some(&staff), false).await;
            assert_eq!(got, status, "{path}");
            assert!(page.contains(SIDE) && page.contains("href=\"/invoices\""), "{path}: {page}");
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            let (got, page) = ask(&router, (method, path), Some(&staff), true).await;
            assert_eq!(got, status, "{path}");
            assert!(!page.contains(SIDE), "a part of a page has no frame: {path}");
        }
        for (path, status) in [
            ("/nowhere", 404),
            ("/portal/invoices/RE-0000-00000", 404),
            ("/invoices", 403),
        ] {
            let (got, page) = ask(&router, get(path), Some(&customer), false).await;
            assert_eq!(got, status, "{path}");
            assert!(page.contains(TOP) && !page.contains(SIDE), "{path}: {page}");
        }
        for session in [None, Some("no session of ours")] {
            let (got, page) = ask(&router, get("/nowhere"), session, false).await;
            assert_eq!(got, 404);
            assert!(!page.contains(SIDE) && !page.contains(TOP), "{page}");
            assert!(page.contains("There is no such page"), "{page}");
        }
    }
}

on_both! {
    async fn a_public_page_says_who_is_behind_it(db: &Db) {
        let it = Fixture::new(db);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        let book = book::load(&folder.join("reference.toml")).expect("a book");
        import(&it.app, &book).await.expect("imported");
        let seller = book.sellers.first().cloned().expect("a seller");
        let named = |imprint_url: Option<&str>| Site {
            imprint: Imprint {
                seller: Some(Box::new(seller.clone())),
                imprint_url: imprint_url.map(str::to_owned),
                privacy_url: Some("https://example.org/privacy".to_owned()),
            },
            ..site()
        };
        for (url, says_all) in [(None, true), (Some("https://example.org/imprint"), false)] {
            let router = router(it.app.clone(), named(url)).expect("a router");
            for path in ["/sign-in", "/portal/sign-in", "/nowhere", "/setup/none", "/portal/help"] {
                let (_, page) = ask(&router, (Method::GET, path), None, false).await;
                let (_, foot) = page.split_once("<footer").expect(path);
                assert!(foot.contains(&seller.address.street), "{path}: {foot}");
                assert!(foot.contains("Germany"), "{path}: {foot}");
                assert!(foot.contains("https://example.org/privacy"), "{path}: {foot}");
                assert_eq!(foot.contains("example.org/imprint"), !says_all, "{path}: {foot}");
                let register = foot.contains(seller.vat_id.as_deref().unwrap_or("VAT id"));
                assert_eq!(register, says_all, "{path}: {foot}");
            }
        }
    }
}
