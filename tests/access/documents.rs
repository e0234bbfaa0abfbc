//! Addresses that lead to an invoice and its files: who they open for, and until when.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use harness::on_both;
use herdbook::access::{Party, Role, Scope};
use herdbook::db::invoices::list::{InvoiceFilter, list};
use herdbook::documents::view::derivation_code;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::web::router::router;
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
            assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("{pages}/{number}")), "{text}");
        }
    }
}
