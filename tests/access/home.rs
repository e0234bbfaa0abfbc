//! The home page and the outlook: what they show to whom, that a figure is the sum of its page, and
//! that a cancellation is said once.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use axum::response::Response;
use harness::on_both;
use herdbook::access::Role;
use herdbook::app::Clock;
use herdbook::book;
use herdbook::usecases::bill::{self, Silent};
use herdbook::usecases::import::import;
use herdbook::usecases::outlook::{Cache, agreed, booked};
use herdbook::web::router::router;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

fn noon(day: &str) -> chrono::DateTime<chrono::Utc> {
    format!("{day}T12:00:00Z").parse().expect("an instant")
}

/// The reference customers, billed up to a day that is today.
async fn billed(it: &mut Fixture, day: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("reference.toml")).expect("a book");
    it.app.tax = std::sync::Arc::new(book.tax.clone());
    it.app.clock = Clock::at(noon("2025-12-31"));
    import(&it.app, &book).await.expect("imported");
    it.app.clock = Clock::at(noon(day));
    let request = bill::Request {
        as_of: day.parse().expect("a day"),
        service_until: None,
    };
    bill::bill(&it.app, request, &Silent).await.expect("billed");
}

async fn ask(
    router: &axum::Router,
    (method, path): (Method, &str),
    cookies: &str,
    form: &str,
) -> Response {
    let mut request = Request::builder()
        .method(&method)
        .uri(path)
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT_LANGUAGE, "en");
    if method == Method::POST {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let request = request
        .body(Body::from(form.to_owned()))
        .expect("a request");
    router.clone().oneshot(request).await.expect("an answer")
}

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), 1 << 22)
        .await
        .expect("a page");
    String::from_utf8(body.to_vec()).expect("text")
}

async fn page(router: &axum::Router, session: &str, path: &str) -> String {
    let cookies = format!("herdbook={session}");
    let response = ask(router, (Method::GET, path), &cookies, "").await;
    assert_eq!(response.status().as_u16(), 200, "{path}");
    text(response).await
}

/// The amounts of one column in the rows of a table, and what its foot says, in cents.
fn column(page: &str, label: &str) -> (i64, i64) {
    let cents = |cell: &str| -> i64 {
        let shown: String = cell.split("</td>").next().unwrap_or_default().to_owned();
        let mut inside = true;
        let plain: String = shown
            .chars()
            .filter(|sign| match sign {
                '<' => {
                    inside = false;
                    false
                }
                '>' => {
                    inside = true;
                    false
                }
                _ => inside,
            })
            .filter(char::is_ascii_digit)
            .collect();
        plain.parse().unwrap_or(0)
    };
    let mark = format!("data-label=\"{label}\">");
    let (body, foot) = page.split_once("<tfoot>").expect("a foot");
    // Months may stand in a table of their own before.
    let (_, body) = body.rsplit_once("<tbody").expect("a body");
    let cells = |part: &str| -> i64 { part.split(&mark).skip(1).map(cents).sum() };
    (cells(body), cells(foot))
}

on_both! {
    async fn a_figure_is_the_sum_of_its_page(db: &Db) {
        let mut it = Fixture::new(db);
        billed(&mut it, "2026-12-01").await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Finance).await;
        let by = it.principal_of(&session).await.expect("signed in");
        let cache = Cache::default();
        let known = agreed(&it.app, &by, &cache).await.expect("worked out");
        let euro = herdbook::billing::Currency::EUR;
        let month = known.figure.recurring[&euro].month.minor();
        let recurring = page(&router, &session, "/outlook/recurring").await;
        assert_eq!(column(&recurring, "A month"), (month, month));
        let year = known.figure.recurring[&euro].year.minor();
        assert_eq!(column(&recurring, "A year"), (year, year));
        let all = known.figure.contracted[&euro].amount.minor();
        let contracted = page(&router, &session, "/outlook/contracted").await;
        assert_eq!(column(&contracted, "Together"), (all, all));
        let open = booked(&it.app, &by, &cache).await.expect("worked out");
        let open = &open.figure.open[&euro];
        assert!(open.amount.minor() > 0);
        for path in ["/outlook/open", "/outlook/cash"] {
            let shown = page(&router, &session, path).await;
            let total = herdbook::documents::format::amount(
                open.amount,
                herdbook::billing::party::Language::En,
            );
            assert!(shown.contains(&format!("<span class=\"final\">{total}</span>")), "{path}");
        }
    }
}

on_both! {
    async fn each_sees_what_it_may_act_on(db: &Db) {
        let mut it = Fixture::new(db);
        billed(&mut it, "2026-12-01").await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let finance = it.session(Role::Finance).await;
        let operations = it.session(Role::Operations).await;
        let shown = page(&router, &finance, "/").await;
        for seen in ["need you today", "/outlook/open", "Monthly recurring", "Overdue"] {
            assert!(shown.contains(seen), "{seen}: {shown}");
        }
        let shown = page(&router, &operations, "/").await;
        assert!(shown.contains("Monthly recurring"));
        for hidden in ["/outlook/open", "Overdue", "/invoices", "/runs"] {
            assert!(!shown.contains(hidden), "{hidden}");
        }
        for (session, path, status) in [
            (&operations, "/outlook/open", 403),
            (&operations, "/outlook/recurring", 200),
            (&operations, "/invoices/RE-2026-00003/cancel", 403),
        ] {
            let cookies = format!("herdbook={session}");
            let response = ask(&router, (Method::GET, path), &cookies, "").await;
            assert_eq!(response.status().as_u16(), status, "{path}");
        }
    }
}

on_both! {
    async fn a_cancellation_is_done_once_and_said_once(db: &Db) {
        let mut it = Fixture::new(db);
        billed(&mut it, "2026-03-01").await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Finance).await;
        let path = "/invoices/RE-2026-00003/cancel";
        let form = page(&router, &session, path).await;
        assert!(form.contains("bills the same service anew"), "{form}");
        let (_, proof) = form.split_once("name=\"csrf\" value=\"").expect("a form");
        let proof = proof.split('"').next().expect("its end");
        let cookies = format!("herdbook={session}");
        let empty = ask(&router, (Method::POST, path), &cookies, &format!("csrf={proof}")).await;
        assert_eq!(empty.status().as_u16(), 422);
        let filled = format!("csrf={proof}&reason=Wrong+order");
        let mut said = String::new();
        for _ in 0..2 {
            let sent = ask(&router, (Method::POST, path), &cookies, &filled).await;
            assert_eq!(sent.status().as_u16(), 303);
            assert_eq!(sent.headers()[header::LOCATION], "/invoices/RE-2026-00003");
            let cookie = sent.headers()[header::SET_COOKIE].to_str().expect("text");
            said = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        assert!(said.starts_with("herdbook-said=cancelled-before."), "{said}");
        let with = format!("{cookies}; {said}");
        let shown = ask(&router, (Method::GET, "/invoices/RE-2026-00003"), &with, "").await;
        let cleared = shown.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
        assert!(cleared.contains("herdbook-said=;") && cleared.contains("Max-Age=0"), "{cleared}");
        let shown = text(shown).await;
        assert!(shown.contains("role=\"status\"><span>The invoice had been cancelled before"));
        let note = said.rsplit('.').next().expect("a number");
        assert!(shown.contains(&format!("href=\"/invoices/{note}\"")), "it leads to the note");
        let back = page(&router, &session, &format!("/invoices/{note}")).await;
        assert!(back.contains("href=\"/invoices/RE-2026-00003\""), "and back");
        let again = ask(&router, (Method::GET, path), &cookies, "").await;
        assert_eq!(again.status().as_u16(), 303, "there is nothing left to cancel");
    }
}
