//! Forms that are sent twice at once, by a double click or a browser that tries again: what they
//! make is made once, and both answers lead to one place.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use harness::{numbers, on_both};
use herdbook::access::Role;
use herdbook::book;
use herdbook::db::Db;
use herdbook::usecases::import::import;
use herdbook::web::guard::Open;
use herdbook::web::router::router;
use herdbook::web::routes::table;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

/// A form that makes something.
struct Case {
    /// Its line in the table of routes.
    route: &'static str,
    role: Role,
    /// The page that shows it, and the address it is sent to.
    page: String,
    path: String,
    fields: String,
    /// What the trail says of the thing that was made.
    action: &'static str,
    /// What stands before something that is shown once; none where the answer leads to a page.
    shown: Option<&'static str>,
    /// Whether the same fields, sent from a page that was opened again, make another one.
    again: bool,
}

/// Forms that make nothing twice for a reason of their own.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "a step that is taken from one state only",
        &[
            "/runs/{id}/approve",
            "/runs/{id}/issue",
            "/runs/{id}/withdraw",
            "/invoices/{number}/refunds/approve/{key}",
            "/invoices/{number}/refunds/withdraw/{key}",
            "/jobs/{id}/retry",
            "/settings/seller/{code}/decide",
            "/sources/aside/{id}/dismiss",
            "/sources/aside/{id}/replay",
        ],
    ),
    (
        "tried beside what it makes: payments/refunds.rs, payments/once.rs",
        &[
            "/invoices/{number}/refunds/ask/{payment}",
            "/portal/invoices/{number}/pay",
        ],
    ),
    (
        "an invoice is cancelled once, and the second answer names the credit note of the first",
        &["/invoices/{number}/cancel"],
    ),
    (
        "a change that names the edition it was made from, or the credential it replaces",
        &[
            "/customers/{number}/edit",
            "/settings/seller/{code}/edit",
            "/sources/{name}/exchange",
            "/settings/users/{id}",
        ],
    ),
    (
        "sets what one has, or ends it: a second time changes nothing",
        &[
            "/sources/{name}/revoke",
            "/settings/tokens/{token}/revoke",
            "/account/tokens/{token}/revoke",
            "/settings/users/{id}/sessions",
            "/account/sessions",
            "/account/language",
            "/account/display",
            "/account/keys",
            "/account/passkeys/remove",
            "/account/provider/disconnect",
            "/lists/{list}/columns",
            "/lists/{list}/views/{id}/remove",
            "/portal/contact",
            "/portal/account/sessions",
            "/portal/account/language",
            "/sign-out",
        ],
    ),
    (
        "carries a secret, a code or a challenge that counts once",
        &[
            "/sign-in",
            "/sign-in/code",
            "/sign-in/passkey",
            "/sign-in/passkey/begin",
            "/setup/{token}",
            "/invitation/{token}",
            "/enrol",
            "/account/passkeys",
            "/account/passkeys/begin",
            "/account/provider",
            "/portal/sign-in",
            "/portal/sign-in/{token}",
        ],
    ),
];

struct Answer {
    status: StatusCode,
    to: String,
    said: String,
    text: String,
}

async fn ask(router: Router, request: Request<Body>) -> Answer {
    let answer = router.oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, 1 << 22).await.expect("a body");
    let header = |name| {
        let value = parts.headers.get(name);
        let value = value.and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let said = header(header::SET_COOKIE);
    Answer {
        status: parts.status,
        to: header(header::LOCATION),
        said: said.split(';').next().unwrap_or_default().to_owned(),
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

async fn get(router: &Router, cookies: &str, path: &str) -> Answer {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT_LANGUAGE, "en");
    ask(
        router.clone(),
        request.body(Body::empty()).expect("a request"),
    )
    .await
}

/// The body of the form, as the page that was just opened shows it.
async fn body(router: &Router, cookies: &str, case: &Case) -> String {
    let page = get(router, cookies, &case.page).await.text;
    let form = format!("method=\"post\" action=\"{}\"", case.path);
    let (_, form) = page
        .split_once(&form)
        .unwrap_or_else(|| panic!("{}: {page}", case.route));
    let (_, proof) = form.split_once("name=\"csrf\" value=\"").expect("a proof");
    let proof = proof.split('"').next().expect("its end");
    format!("csrf={proof}&{}", case.fields)
}

async fn send(router: &Router, cookies: &str, (path, body): (&str, &str)) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()));
    ask(router.clone(), request.expect("a request")).await
}

/// Both answers of a form that is sent twice in the same moment.
async fn twice(router: &Router, cookies: &str, form: (&str, &str)) -> [Answer; 2] {
    let one = || {
        let (router, cookies) = (router.clone(), cookies.to_owned());
        let (path, body) = (form.0.to_owned(), form.1.to_owned());
        tokio::spawn(async move { send(&router, &cookies, (&path, &body)).await })
    };
    let [first, second] = [one(), one()];
    [
        first.await.expect("answered"),
        second.await.expect("answered"),
    ]
}

async fn done(db: &Db, action: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit_record WHERE action = '{action}'");
    numbers(db, &sql).await[0]
}

fn case(route: &'static str, role: Role, action: &'static str, fields: &str) -> Case {
    Case {
        route,
        role,
        page: route.to_owned(),
        path: route.to_owned(),
        fields: fields.to_owned(),
        action,
        shown: None,
        again: false,
    }
}

fn cases(today: chrono::NaiveDate, invited: &str) -> Vec<Case> {
    let mut all = of_the_book(today);
    all.extend(of_access(today, invited));
    all
}

fn of_the_book(today: chrono::NaiveDate) -> Vec<Case> {
    let later = today + chrono::TimeDelta::days(90);
    let webhook = Case {
        page: "/customers/20001/webhook".to_owned(),
        path: "/customers/20001/webhook".to_owned(),
        shown: Some("<code>whsec_"),
        ..case(
            "/customers/{number}/webhook",
            Role::Sales,
            "customer.webhook-set",
            "",
        )
    };
    vec![
        Case {
            again: true,
            ..case(
                "/runs",
                Role::Finance,
                "run.prepared",
                &format!("as_of={today}"),
            )
        },
        case(
            "/customers/new",
            Role::Sales,
            "customer.created",
            "step=save&number=30001&legal_name=New&kind=public_body_de&language=de&currency=EUR\
             &address.street=Markt+1&address.post_code=12345&address.city=Beispielstadt\
             &address.country=de&routing.format=xrechnung_ubl\
             &routing.leitweg_id=01-MASTODONTEST-37",
        ),
        Case {
            fields: "url=https%3A%2F%2Fhooks.example.org%2Fherdbook".to_owned(),
            ..webhook
        },
        Case {
            shown: Some("<code>hbs_"),
            ..case(
                "/sources/new",
                Role::Operations,
                "source.created",
                &format!("name=meadow&instances=a.example&door=upload&expires={later}"),
            )
        },
        Case {
            page: "/customers".to_owned(),
            path: "/lists/customers/views".to_owned(),
            ..case(
                "/lists/{list}/views",
                Role::Finance,
                "view.shared",
                "back=%2Fcustomers&name=Mine&query=&shared=yes",
            )
        },
    ]
}

fn of_access(today: chrono::NaiveDate, invited: &str) -> Vec<Case> {
    let later = today + chrono::TimeDelta::days(90);
    let token = format!("name=Reports&scope=runs.read&expires={later}");
    vec![
        Case {
            shown: Some("<code>hb_"),
            again: true,
            ..case("/account/tokens", Role::Finance, "token.issued", &token)
        },
        Case {
            shown: Some("<code>hb_"),
            again: true,
            ..case("/settings/tokens", Role::Admin, "token.issued", &token)
        },
        Case {
            shown: Some("/invitation/"),
            ..case(
                "/settings/users",
                Role::Admin,
                "account.created",
                "name=Ada&email=ada%40example.org&role=finance",
            )
        },
        Case {
            page: format!("/settings/users/{invited}"),
            path: format!("/settings/users/{invited}/invitation"),
            shown: Some("/invitation/"),
            again: true,
            ..case(
                "/settings/users/{id}/invitation",
                Role::Admin,
                "account.invited-again",
                "",
            )
        },
    ]
}

on_both! {
    async fn a_form_that_is_sent_twice_at_once_makes_one_thing(db: &Db) {
        let it = Fixture::new(db);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        let book = book::load(&folder.join("price_per_unit.toml")).expect("a book");
        import(&it.app, &book).await.expect("imported");
        let router = router(it.app.clone(), site()).expect("the routes");
        let mut cookies = std::collections::BTreeMap::new();
        for role in [Role::Finance, Role::Sales, Role::Operations, Role::Admin] {
            cookies.insert(role, format!("herdbook={}", it.session(role).await));
        }
        let person = it.staff("waits@example.org", &[Role::Auditor]).await;
        let id = person.opened.session.account.to_string();
        for case in cases(it.app.clock.business().date_naive(), &id) {
            let (route, cookies) = (case.route, &cookies[&case.role]);
            let before = done(db, case.action).await;
            let form = body(&router, cookies, &case).await;
            let answers = twice(&router, cookies, (&case.path, &form)).await;
            let made = done(db, case.action).await - before;
            let told = answers.each_ref().map(|one| (one.status, one.to.as_str()));
            assert_eq!(made, 1, "{route}: {told:?} {}", answers[0].text);
            let late = send(&router, cookies, (&case.path, &form)).await;
            assert_eq!(late.status, StatusCode::SEE_OTHER, "{route}: {}", late.text);
            assert_eq!(done(db, case.action).await - before, 1, "{route}, sent once more");
            match case.shown {
                None => {
                    for one in &answers {
                        let led = (one.status, one.to.as_str());
                        assert_eq!(led, (StatusCode::SEE_OTHER, late.to.as_str()), "{route}");
                    }
                }
                Some(shown) => {
                    let first = answers.iter().find(|one| one.status == StatusCode::OK);
                    let first = first.unwrap_or_else(|| panic!("{route}: {told:?}"));
                    assert!(first.text.contains(shown), "{route}: {}", first.text);
                    let second = answers.iter().find(|one| one.status == StatusCode::SEE_OTHER);
                    let second = second.unwrap_or_else(|| panic!("{route}: {told:?}"));
                    assert_eq!(second.to, late.to, "{route}");
                    let with = format!("{cookies}; {}", second.said);
                    let page = get(&router, &with, &second.to).await;
                    assert_eq!(page.status, StatusCode::OK, "{route}: {}", second.to);
                    assert!(page.text.contains("a moment before"), "{route}: {}", page.text);
                    assert!(!page.text.contains(shown), "{route}: shown again");
                }
            }
            if case.again {
                let form = body(&router, cookies, &case).await;
                send(&router, cookies, (&case.path, &form)).await;
                assert_eq!(done(db, case.action).await - before, 2, "{route}, opened again");
            }
        }
    }
}

#[test]
fn every_form_is_tried_twice_or_says_why_it_makes_nothing_twice() {
    let tried: Vec<Case> = cases(chrono::NaiveDate::default(), "");
    let tried = tried.iter().map(|case| case.route);
    let others = OTHERS.iter().flat_map(|(_, routes)| routes.iter().copied());
    let listed: Vec<&str> = tried.chain(others).collect();
    let known: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(known.len(), listed.len(), "each once");
    let all = table().into_iter();
    let forms = all.filter(|route| route.method == Method::POST && route.open != Open::Anyone);
    // What anyone may send to are the doors of programs, which name what they send.
    let forms = forms.map(|route| route.path);
    let forms: BTreeSet<&str> = forms.filter(|path| !path.starts_with("/api/")).collect();
    assert_eq!(known, forms);
}
