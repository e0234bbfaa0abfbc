//! The pages of customers, contracts and use: what they show to whom, and that text is text.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use harness::on_both;
use herdbook::access::Role;
use herdbook::book;
use herdbook::usecases::import::import;
use herdbook::web::router::router;

use crate::fixture::Fixture;
use crate::matrix::site;

/// The book of a scenario, with a name that would be markup.
fn named(file: &str) -> book::Book {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&folder.join(file)).expect("a book");
    for customer in &mut book.customers {
        customer.legal_name = format!("<b>{}</b> & \"Co\"", customer.legal_name);
    }
    book
}

async fn page(router: &axum::Router, session: &str, language: &str, path: &str) -> (u16, String) {
    use tower::ServiceExt;
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::ACCEPT_LANGUAGE, language)
        .body(Body::empty())
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a page");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

on_both! {
    async fn pages_say_it_in_each_language_and_text_is_text(db: &Db) {
        let it = Fixture::new(db);
        import(&it.app, &named("late_reading_volume.toml")).await.expect("imported");
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Finance).await;
        for language in ["de", "en", "fr"] {
            for path in [
                "/customers", "/customers/20001", "/customers?q=stadt&country=DE&kind=business",
                "/contracts", "/contracts/C-1", "/contracts?state=running&q=C-1",
                "/usage", "/usage/C-1", "/usage?contract=C-1&meter=media_storage",
                "/usage/C-1?year=2026", "/usage/C-1?year=1990",
            ] {
                let (status, text) = page(&router, &session, language, path).await;
                assert_eq!(status, 200, "{language} {path}");
                assert!(text.contains(&format!("<html lang=\"{language}")), "{language} {path}");
                assert!(!text.contains("<b>Stadt"), "{language} {path}");
                for prefix in [">customer-", ">contract-", ">usage-", ">price-", ">db."] {
                    assert!(!text.contains(prefix), "{language} {path} {prefix}");
                }
            }
        }
        let (_, text) = page(&router, &session, "en", "/customers/20001").await;
        assert!(text.contains("&#60;b&#62;Stadt Beispielstadt"), "{text}");
    }
}

on_both! {
    async fn what_is_not_there_is_missing(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Auditor).await;
        for path in ["/customers/1", "/customers/%25", "/contracts/C-1", "/usage/C-1"] {
            let (status, _) = page(&router, &session, "en", path).await;
            assert_eq!(status, StatusCode::NOT_FOUND.as_u16(), "{path}");
        }
        for path in ["/customers", "/contracts", "/usage"] {
            let (status, text) = page(&router, &session, "en", path).await;
            assert_eq!(status, 200, "{path}");
            assert!(text.contains("class=\"empty\""), "{path}");
        }
    }
}

on_both! {
    async fn whoever_may_not_see_invoices_sees_no_invoiced_amount(db: &Db) {
        let it = Fixture::new(db);
        import(&it.app, &named("late_reading_volume.toml")).await.expect("imported");
        let router = router(it.app.clone(), site()).expect("the routes");
        let finance = it.session(Role::Finance).await;
        let operations = it.session(Role::Operations).await;
        for (path, seen) in [
            ("/customers", "/invoices?q=20001"),
            ("/customers/20001", "Newest invoices"),
            ("/contracts/C-1", "Newest invoices"),
            ("/usage/C-1", "Net, EUR"),
        ] {
            let (_, text) = page(&router, &finance, "en", path).await;
            assert!(text.contains(seen), "{path}");
            let (status, text) = page(&router, &operations, "en", path).await;
            assert_eq!(status, 200, "{path}: {text}");
            assert!(!text.contains(seen) && !text.contains("/invoices"), "{path}");
        }
    }
}
