//! What people set about their lists and pages: columns, views, keys; and the files of lists.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use harness::on_both;
use herdbook::access::Role;
use herdbook::book;
use herdbook::db::audit;
use herdbook::usecases::import::import;
use herdbook::web::router::router;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }
}

async fn ask(router: &axum::Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
    Answer {
        status,
        headers,
        bytes: bytes.to_vec(),
    }
}

async fn get(router: &axum::Router, session: &str, path: &str) -> Answer {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"));
    ask(router, request.body(Body::empty()).expect("a request")).await
}

/// Sends a form with the proof of the session.
async fn send(router: &axum::Router, session: &str, path: &str, fields: &str) -> Answer {
    let page = get(router, session, "/account/display").await;
    let (_, after) = page
        .text()
        .split_once("name=\"csrf\" value=\"")
        .expect("a form");
    let proof = after.split('"').next().expect("its end");
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from(format!("csrf={proof}&{fields}"));
    ask(router, request.body(body).expect("a request")).await
}

/// Two customers, one with a name that a spreadsheet would run.
async fn with_customers(it: &Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&folder.join("late_reading_volume.toml")).expect("a book");
    for customer in &mut book.customers {
        customer.legal_name = format!("=HYPERLINK(\"{}\")", customer.number);
    }
    import(&it.app, &book).await.expect("imported");
}

on_both! {
    async fn the_columns_of_a_list_are_remembered_for_each_person(db: &Db) {
        let it = Fixture::new(db);
        with_customers(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let (own, other) = (it.session(Role::Finance).await, it.session(Role::Sales).await);
        let fields = "column=country&column=nonsense%27&density=compact&back=%2Fcustomers";
        let answer = send(&router, &own, "/lists/customers/columns", fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.headers[header::LOCATION], "/customers");
        let page = get(&router, &own, "/customers").await;
        assert!(page.text().contains("data-density=\"compact\""), "{}", page.text());
        let file = get(&router, &own, "/customers?export=csv").await;
        assert!(file.text().starts_with("\u{feff}Number,Country\r\n"), "{}", file.text());
        let file = get(&router, &other, "/customers?export=csv").await;
        assert!(file.text().starts_with("\u{feff}Number,Customer,"), "{}", file.text());
        let usual = "usual=yes&density=comfortable&back=//elsewhere.example";
        let answer = send(&router, &own, "/lists/customers/columns", usual).await;
        assert_eq!(answer.headers[header::LOCATION], "/", "nobody is led to another server");
        let file = get(&router, &own, "/customers?export=csv").await;
        assert!(file.text().starts_with("\u{feff}Number,Customer,"), "{}", file.text());
    }
}

on_both! {
    async fn a_view_is_ones_own_until_it_is_shared_and_sharing_is_noted(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let (own, other) = (it.session(Role::Finance).await, it.session(Role::Sales).await);
        let view = "name=%3Cb%3EGerman%3C%2Fb%3E&query=country%3DDE&back=%2Fcustomers";
        let saved = send(&router, &own, "/lists/customers/views", view).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let link = "href=\"/customers?country=DE\"";
        assert!(get(&router, &own, "/customers").await.text().contains(link));
        assert!(!get(&router, &other, "/customers").await.text().contains(link));
        let shared = format!("{view}&shared=yes");
        send(&router, &own, "/lists/customers/views", &shared).await;
        let page = get(&router, &other, "/customers").await;
        assert_eq!(page.text().matches(link).count(), 1, "the one of the same name is replaced");
        assert!(!page.text().contains("<b>German"), "text is text");
        let page = get(&router, &own, "/customers").await;
        let (_, id) = page.text().split_once("/lists/customers/views/").expect("a form");
        let remove = format!("/lists/customers/views/{}", id.split('"').next().expect("an id"));
        let id = remove.trim_end_matches("/remove").rsplit('/').next().expect("an id").to_owned();
        let refused = send(&router, &other, &remove, "back=%2F").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let removed = send(&router, &own, &remove, "back=%2Fcustomers").await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER);
        assert!(!get(&router, &other, "/customers").await.text().contains(link));
        let trail = audit::of_subject(&db.reader(), &format!("view/customers/{id}")).await;
        let actions: Vec<_> = trail.expect("the trail").into_iter().map(|one| one.action).collect();
        assert_eq!(actions, ["view.shared", "view.unshared"]);
        // Whoever only reads keeps views, and leaves none with others.
        let auditor = it.session(Role::Auditor).await;
        let refused = send(&router, &auditor, "/lists/customers/views", &shared).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let kept = send(&router, &auditor, "/lists/customers/views", view).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = get(&router, &auditor, "/customers").await;
        assert!(page.text().contains(link) && !page.text().contains("name=\"shared\""));
    }
}

on_both! {
    async fn a_view_without_a_name_is_asked_for_again_with_what_was_typed(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let own = it.session(Role::Auditor).await;
        let long = "x".repeat(61);
        for name in ["", "%20", &long] {
            let fields = format!("name={name}&query=kind%3Dngo&shared=yes&back=%2Fcustomers");
            let answer = send(&router, &own, "/lists/customers/views", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.text().contains("value=\"kind=ngo\""), "{}", answer.text());
            assert!(answer.text().contains("checked"), "{}", answer.text());
        }
        for n in 0..30 {
            let fields = format!("name=v{n}&query=&back=%2Fcustomers");
            send(&router, &own, "/lists/customers/views", &fields).await;
        }
        let one_more = "name=v30&query=&back=%2Fcustomers";
        let answer = send(&router, &own, "/lists/customers/views", one_more).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = send(&router, &own, "/lists/Customers/views", one_more).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
}

on_both! {
    async fn a_file_holds_the_list_as_it_is_filtered_under_its_permission(db: &Db) {
        let it = Fixture::new(db);
        with_customers(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let (finance, operations) =
            (it.session(Role::Finance).await, it.session(Role::Operations).await);
        let file = get(&router, &finance, "/customers?export=csv&q=HYPER").await;
        assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
        assert!(file.text().contains(",\"'=HYPERLINK(\"\"20001\"\")\","), "{}", file.text());
        let none = get(&router, &finance, "/customers?export=csv&q=nobody").await;
        assert_eq!(none.text().lines().count(), 1, "{}", none.text());
        let book = get(&router, &finance, "/usage?export=xlsx").await;
        assert!(book.bytes.starts_with(b"PK"), "a workbook is a ZIP file");
        for format in ["csv", "xlsx"] {
            let refused = get(&router, &operations, &format!("/invoices?export={format}")).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
        }
    }
}

on_both! {
    async fn theme_and_keys_come_with_the_account(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let own = it.session(Role::Finance).await;
        send(&router, &own, "/account/display", "theme=dark").await;
        let page = get(&router, &own, "/invoices").await;
        assert!(page.text().contains("data-theme=\"dark\""), "{}", page.text());
        let keys = "key-list=%3F&key-filter=%2F&key-go=G&key-next=n&key-previous=p&key-select=x\
                    &key-export=e&key-why=w";
        let set = send(&router, &own, "/account/keys", keys).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
        let page = get(&router, &own, "/invoices").await;
        assert!(page.text().contains("data-keymap=\"?/gnpxew\""), "{}", page.text());
        assert!(page.text().contains("data-keys=\"off\""), "the box was not ticked");
        let twice = keys.replace("key-why=w", "key-why=n");
        let refused = send(&router, &own, "/account/keys", &format!("{twice}&single=yes")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"key-why\" name=\"key-why\" value=\"n\""));
    }
}

on_both! {
    async fn a_part_that_is_asked_for_without_a_session_leads_to_the_sign_in(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let request = Request::builder()
            .uri("/invoices?sort=gross")
            .header("hx-request", "true");
        let answer = ask(&router, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let to = &answer.headers["hx-redirect"];
        assert_eq!(to, "/sign-in?next=%2Finvoices%3Fsort%3Dgross");
    }
}

on_both! {
    async fn the_palette_finds_what_may_be_seen_and_offers_what_may_be_done(db: &Db) {
        let it = Fixture::new(db);
        with_customers(&it).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let finance = it.session(Role::Finance).await;
        let auditor = it.session(Role::Auditor).await;
        let found = get(&router, &finance, "/search?q=HYPER").await;
        assert!(found.text().contains("href=\"/customers/20001\""), "{}", found.text());
        let page = get(&router, &finance, "/search?q=").await;
        assert!(page.text().contains("href=\"/customers/new\""), "{}", page.text());
        assert!(page.text().contains("href=\"/runs#prepare\""), "{}", page.text());
        let page = get(&router, &auditor, "/search?q=").await;
        assert!(!page.text().contains("href=\"/customers/new\""), "{}", page.text());
    }
}
