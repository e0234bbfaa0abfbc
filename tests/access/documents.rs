//! Addresses that lead to an invoice and its files: who they open for, and until when. And one that
//! is there only where it is wanted.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use harness::on_both;
use herdbook::access::{Party, Role, Scope};
use herdbook::db::invoices::list::{InvoiceFilter, list};
use herdbook::documents::view::derivation_code;
use herdbook::usecases::access::users::{self, Change, Invitation};
use herdbook::web::router::{Site, router};
use tower::ServiceExt;

use crate::api::billed;
use crate::fixture::{Fixture, origin};
use crate::matrix::site;

/// An answer: its status, where it leads, and what it says.
async fn get(routes: &Router, session: Option<&str>, path: &str) -> (StatusCode, String, String) {
    let mut request = Request::builder().uri(path);
    if let Some(session) = session {
        request = request.header(header::COOKIE, format!("herdbook={session}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = routes.clone().oneshot(request).await.expect("an answer");
    let to = answer.headers().get(header::LOCATION);
    let to = to
        .and_then(|to| to.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
    (status, to, String::from_utf8_lossy(&body).into_owned())
}

/// A session of somebody of the customer that was billed.
async fn own(it: &Fixture) -> String {
    let invitation = Invitation {
        email: "own@example.org".to_owned(),
        name: "Own".to_owned(),
        party: Party::Customer(20_001),
        roles: BTreeSet::from([Role::CustomerBilling]),
    };
    let made = users::create(&it.app, "test".to_owned(), &invitation).await;
    it.open(&made.expect("created").0, &origin()).await
}

on_both! {
    async fn the_address_on_a_document_is_known_to_those_it_is_for(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let routes = router(it.app.clone(), site()).expect("the routes");
        let all = list(&db.reader(), Scope::of_program(), &InvoiceFilter::default(), None, 1).await;
        let invoice = all.expect("listed").invoices.remove(0);
        let number = invoice.number().expect("numbered");
        let path = format!("/why/{}", derivation_code(&invoice.view_hash).expect("a code"));
        // Whoever is not known learns nothing from it: a code that is none is answered alike.
        for path in [path.as_str(), "/why/0000-0000", "/why/none"] {
            let (status, to, text) = get(&routes, None, path).await;
            let next = path.replace('/', "%2F");
            let asked = format!("/portal/sign-in?next={next}");
            assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, asked.as_str()), "{text}");
        }
        let foreign = it.session(Role::CustomerBilling).await;
        for path in [path.as_str(), "/why/0000-0000"] {
            let (status, to, text) = get(&routes, Some(&foreign), path).await;
            assert_eq!((status, to.as_str()), (StatusCode::NOT_FOUND, ""), "{path}: {text}");
            assert!(!text.contains(number), "{text}");
        }
        let (own, finance) = (own(&it).await, it.session(Role::Finance).await);
        for (session, pages) in [(&own, "/portal/invoices"), (&finance, "/invoices")] {
            let (status, to, text) = get(&routes, Some(session), &path).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
            assert_eq!(to, format!("{pages}/{number}"));
        }
    }
}

on_both! {
    async fn a_link_to_a_file_ends_with_the_session_it_was_shown_to(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let routes = router(it.app.clone(), site()).expect("the routes");
        let person = it.staff("fay@example.org", &[Role::Finance]).await;
        let (session, id) = (person.opened.token.reveal(), person.opened.session.account);
        let (_, _, page) = get(&routes, Some(session), "/invoices").await;
        let (_, after) = page.split_once("href=\"/documents/").expect("a link");
        let link = after.split('"').next().expect("its end").replace("&#38;", "&");
        let link = format!("/documents/{link}");
        let (status, _, text) = get(&routes, Some(session), &link).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        // Neither without a session, nor in that of somebody else who could have one of their own.
        let (status, to, _) = get(&routes, None, &link).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(to.starts_with("/sign-in?next="), "{to}");
        let other = it.session(Role::Finance).await;
        let (status, _, text) = get(&routes, Some(&other), &link).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
        assert!(text.contains("link.forged"), "{text}");
        let admin = it.principal_of(&it.session(Role::Admin).await).await.expect("signed in");
        let block = Change {
            name: "Fay".to_owned(),
            roles: BTreeSet::from([Role::Finance]),
            blocked: true,
            seen: None,
        };
        users::change(&it.app, &admin, id, &block).await.expect("blocked");
        let (status, to, text) = get(&routes, Some(session), &link).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        assert!(to.starts_with("/sign-in?next="), "{to}");
    }
}

on_both! {
    async fn the_page_of_components_is_there_where_the_configuration_says_so(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.session(Role::Admin).await;
        for (components, expected) in [(false, StatusCode::NOT_FOUND), (true, StatusCode::OK)] {
            let place = Site { components, ..site() };
            let routes = router(it.app.clone(), place).expect("the routes");
            let (status, _, text) = get(&routes, Some(&admin), "/styleguide").await;
            assert_eq!(status, expected, "{text}");
            let linked = text.contains("href=\"/styleguide\"");
            assert_eq!(linked, components, "{text}");
        }
    }
}
