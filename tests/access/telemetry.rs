//! Pages of sources: credentials that are shown once, decisions that are taken once and told, and
//! who may do what.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use harness::{on_both, raw_at};
use herdbook::access::Role;
use herdbook::access::source_token::Door;
use herdbook::db::audit::of_subject;
use herdbook::db::{Txn, quarantine, sources};
use herdbook::error::Problem;
use herdbook::usecases::quarantine::tell_interrupted;
use herdbook::usecases::source_pages;
use herdbook::usecases::sources::NewSource;
use herdbook::web::router::router;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;
use crate::pages::{get, post};

const NEW: &str = "name=meadow&instances=a.example&door=upload";

/// The credential that a page shows this once.
fn shown(text: &str) -> String {
    let (_, after) = text.split_once("<code>hbs_").expect("shown");
    let rest = after.split('<').next().expect("its end");
    format!("hbs_{rest}")
}

/// Sends lines as the source of a credential does.
async fn push(router: &Router, credential: &str, lines: &str) -> StatusCode {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/usage/upload")
        .header(header::AUTHORIZATION, format!("Bearer {credential}"))
        .header(header::CONTENT_TYPE, "text/csv")
        .body(Body::from(format!("metric,time,value\n{lines}")));
    let answer = router.clone().oneshot(request.expect("a request")).await;
    answer.expect("an answer").status()
}

/// A source made by form, with a thing of an unknown name and one without a value kept aside.
pub async fn with_source(it: &Fixture, router: &Router, session: &str) -> String {
    let day = it.app.clock.system().date_naive() + chrono::TimeDelta::days(90);
    let form = format!("{NEW}&expires={day}");
    let (status, text) = post(router, session, "/sources/new", "/sources/new", &form).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let credential = shown(&text);
    let now = it.app.clock.system().to_rfc3339();
    let lines = format!("<i>unknown,{now},1\nother,{now},1\n");
    assert_eq!(push(router, &credential, &lines).await, StatusCode::OK);
    credential
}

pub async fn rows(it: &Fixture) -> Vec<quarantine::KeptAside> {
    let reader = it.app.db.telemetry.reader();
    quarantine::list(&reader, None, (None, 10))
        .await
        .expect("rows")
}

async fn trail(it: &Fixture, subject: &str) -> Vec<String> {
    let told = of_subject(&it.app.db.reader(), subject)
        .await
        .expect("trail");
    told.into_iter().map(|one| one.action).collect()
}

on_both! {
    async fn pages_of_sources_say_how_each_is_doing_in_words(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        for language in ["de", "en", "fr"] {
            let (status, text) = get(&router, &session, language, "/sources").await;
            assert!(status.is_success() && text.contains("class=\"empty\""), "{language}");
        }
        let credential = with_source(&it, &router, &session).await;
        let row = format!("/sources/aside/{}", rows(&it).await[0].id);
        for language in ["de", "en", "fr"] {
            for path in ["/sources", "/sources/meadow", "/sources/new", &row, "/targets"] {
                let (status, text) = get(&router, &session, language, path).await;
                assert_eq!(status, StatusCode::OK, "{language} {path}");
                for bad in [
                    "<i>unknown", ">source-", ">aside-", ">sources-", ">door-", ">targets-",
                    ">done-", ">target-", credential.as_str(),
                ] {
                    assert!(!text.contains(bad), "{language} {path} {bad}");
                }
            }
        }
        let (_, text) = get(&router, &session, "en", "/sources").await;
        assert!(text.contains("2 to decide") && text.contains("a.example"), "{text}");
        let (_, text) = get(&router, &session, "en", "/sources/meadow").await;
        assert!(text.contains("No meter takes it") && text.contains(&row), "{text}");
        for path in ["/sources/none", "/sources/aside/0", "/sources/aside/x"] {
            let (status, _) = get(&router, &session, "en", path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
        // Finance looks and changes nothing.
        let finance = it.session(Role::Finance).await;
        for path in ["/sources", "/sources/meadow", &row] {
            let (status, text) = get(&router, &finance, "en", path).await;
            let forms = text.matches("action=\"/sources").count();
            assert_eq!((status, forms), (StatusCode::OK, 0), "{path}");
        }
        let (status, _) = get(&router, &finance, "en", "/sources/new").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
}

on_both! {
    async fn a_refused_source_keeps_what_was_typed(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        let day = it.app.clock.system().date_naive() + chrono::TimeDelta::days(90);
        let path = "/sources/new";
        for (form, field) in [
            (format!("name=&instances=kept.example&door=upload&expires={day}"), "name"),
            (format!("name=A+B&instances=kept.example&door=upload&expires={day}"), "name"),
            (format!("name=kept.example&instances=&door=upload&expires={day}"), "instances"),
            (format!("name=m&instances=kept.example&expires={day}"), "door"),
            (format!("name=m&instances=kept.example&door=none&expires={day}"), "door"),
            ("name=m&instances=kept.example&door=upload&expires=2001-01-01".to_owned(), "expires"),
            ("name=m&instances=kept.example&door=upload&expires=soon".to_owned(), "expires"),
        ] {
            let (status, text) = post(&router, &session, path, path, &form).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(text.contains(&format!("<a href=\"#{field}\">")), "{form}: {text}");
            assert!(text.contains("kept.example"), "{form}");
        }
        let (_, text) = get(&router, &session, "en", "/sources").await;
        assert!(text.contains("class=\"empty\""), "nothing was made");
        with_source(&it, &router, &session).await;
        let form = format!("{NEW}&expires={day}");
        let (status, text) = post(&router, &session, path, path, &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "made twice");
        assert!(text.contains("<a href=\"#name\">"), "{text}");
    }
}

on_both! {
    async fn a_credential_is_exchanged_once_however_often_its_form_is_sent(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        let first = with_source(&it, &router, &session).await;
        let page = "/sources/meadow";
        let day = it.app.clock.system().date_naive() + chrono::TimeDelta::days(60);
        let id = first.split('_').nth(1).expect("an id");
        let form = format!("newest={id}&overlap=24&expires={day}");
        for wrong in [
            format!("newest={id}&overlap=24&expires=2001-01-01"),
            format!("newest={id}&overlap=9&expires={day}"),
        ] {
            let path = "/sources/meadow/exchange";
            let (status, text) = post(&router, &session, page, path, &wrong).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(!text.contains("<code>hbs_"), "{wrong}");
        }
        let path = "/sources/meadow/exchange";
        let (status, text) = post(&router, &session, page, path, &form).await;
        assert_eq!(status, StatusCode::OK);
        let second = shown(&text);
        let (status, _) = post(&router, &session, page, path, &form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "the second time it leads to the page");
        assert_eq!(push(&router, &first, "").await, StatusCode::OK, "works on for a day");
        assert_eq!(push(&router, &second, "").await, StatusCode::OK);
        let path = "/sources/meadow/revoke";
        for _ in 0..2 {
            let form = format!("credential={id}");
            let (status, _) = post(&router, &session, page, path, &form).await;
            assert_eq!(status, StatusCode::SEE_OTHER);
        }
        assert_eq!(push(&router, &first, "").await, StatusCode::UNAUTHORIZED);
        assert_eq!(push(&router, &second, "").await, StatusCode::OK);
        let told = trail(&it, "source/meadow").await;
        assert_eq!(told, ["source.created", "source.rotated", "source.revoked"]);
        let (status, _) = post(&router, &session, page, "/sources/none/revoke", "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_decision_is_taken_once_and_with_its_reason(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        with_source(&it, &router, &session).await;
        let id = rows(&it).await[0].id;
        let page = format!("/sources/aside/{id}");
        let again = format!("{page}/replay");
        let (status, text) = post(&router, &session, &page, &again, "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("would be left out again"), "{text}");
        let leave = format!("{page}/dismiss");
        for note in ["", "+no", &"x".repeat(501)] {
            let form = format!("note={note}");
            let (status, text) = post(&router, &session, &page, &leave, &form).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{note}");
            assert!(text.contains("<a href=\"#note\">"), "{text}");
        }
        let form = "note=a+test+of+%3Cb%3Ethe+collector";
        let (_, before) = get(&router, &session, "en", &page).await;
        assert!(before.contains(&leave), "there is something to decide");
        let other = "/sources/new";
        for _ in 0..2 {
            let (status, _) = post(&router, &session, other, &leave, form).await;
            assert_eq!(status, StatusCode::SEE_OTHER);
        }
        let (_, text) = get(&router, &session, "en", &page).await;
        assert!(text.contains("a test of &#60;b&#62;the collector"), "{text}");
        assert!(!text.contains(&leave), "nothing is left to decide");
        let subject = format!("quarantine/{id}");
        let told = of_subject(&it.app.db.reader(), &subject).await.expect("trail");
        let [record] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(record.action, "quarantine.dismissed");
        let payload = record.payload.as_deref().unwrap_or_default();
        assert!(payload.contains("a test of <b>the collector"), "{payload}");
        assert!(record.actor.starts_with("user/"), "{}", record.actor);
    }
}

on_both! {
    async fn a_decision_that_was_interrupted_is_told_to_the_trail(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        with_source(&it, &router, &session).await;
        let [one, two] = rows(&it).await.try_into().expect("two things");
        // The program died between the two databases: one decision a while ago, one just now.
        let now = it.app.clock.business().timestamp_micros();
        for (id, at) in [(one.id, now - 120_000_000), (two.id, now)] {
            let decided = it.app.db.telemetry.write(async move |txn: &Txn| {
                let whole = (id, quarantine::State::Dismissed);
                quarantine::decide(txn, whole, ("user/7", at), Some("a test")).await
            });
            assert!(decided.await.expect("decided"));
        }
        let subjects = [one.id, two.id].map(|id| format!("quarantine/{id}"));
        for _ in 0..2 {
            tell_interrupted(&it.app).await.expect("told");
            assert_eq!(trail(&it, &subjects[0]).await, ["quarantine.dismissed"]);
            assert_eq!(trail(&it, &subjects[1]).await, [""; 0], "it may be under way");
        }
        // Told, and died before that was noted: told no second time.
        let raw = raw_at(db.url(), "telemetry.db").await;
        let sql = "UPDATE quarantine SET told = 0";
        raw.execute_unprepared(sql).await.expect(sql);
        raw.close().await.expect("closed");
        let later = it.app.at(it.app.clock.business() + chrono::TimeDelta::hours(1));
        tell_interrupted(&later).await.expect("told");
        for subject in &subjects {
            assert_eq!(trail(&it, subject).await, ["quarantine.dismissed"], "{subject}");
        }
        let told = of_subject(&db.reader(), &subjects[0]).await.expect("trail");
        assert_eq!(told[0].actor, "user/7");
    }
}

on_both! {
    async fn of_two_exchanges_of_a_credential_at_once_one_is_made(db: &Db) {
        let it = Fixture::new(db);
        let by = it.principal_of(&it.session(Role::Operations).await).await.expect("signed in");
        let ends = it.app.clock.system() + TimeDelta::days(60);
        for round in 0..8 {
            let name = format!("meadow{round}");
            let source = NewSource {
                name: name.clone(),
                instance: Some("a.example".to_owned()),
                instances: BTreeSet::new(),
                doors: BTreeSet::from([Door::Upload]),
                expires_at: ends,
            };
            let (_, first) = source_pages::make(&it.app, &by, source).await.expect("made");
            let exchange = || async {
                let which = (name.as_str(), first.token.id.as_str());
                let terms = (TimeDelta::hours(24), ends);
                let made = source_pages::exchange(&it.app, &by, which, terms).await;
                made.map_or_else(|why| Problem::from(why).code(), |_| "made")
            };
            let (one, two) = tokio::join!(exchange(), exchange());
            assert_eq!(BTreeSet::from([one, two]), ["made", "source.stale"].into(), "{name}");
            let all = sources::list(&db.telemetry.reader(), None).await.expect("listed");
            let own = all.iter().find(|listed| listed.source.name == name);
            assert_eq!(own.map(|own| own.credentials.len()), Some(2), "{name}");
            let told = trail(&it, &format!("source/{name}")).await;
            assert_eq!(told, ["source.created", "source.rotated"]);
        }
    }
}

/// Sends an event as the source of a credential does.
async fn send(router: &Router, credential: &str, event: serde_json::Value) {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/events")
        .header(header::AUTHORIZATION, format!("Bearer {credential}"))
        .header(header::CONTENT_TYPE, "application/cloudevents+json")
        .body(Body::from(event.to_string()));
    let answer = router.clone().oneshot(request.expect("a request")).await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
}

on_both! {
    async fn retractions_that_wait_for_their_event_are_shown_until_it_comes(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Operations).await;
        let day = it.app.clock.system().date_naive() + TimeDelta::days(90);
        let form = format!("name=tickets&instances=a.example&door=events&expires={day}");
        let (_, text) = post(&router, &session, "/sources/new", "/sources/new", &form).await;
        let credential = shown(&text);
        let event = |id: &str, member: (&str, &str)| {
            let mut event = json!({ "specversion": "1.0", "id": id, "source": "desk",
                "type": "herdbook.support.time_entry", "subject": "a.example",
                "time": it.app.clock.system().to_rfc3339(), "data": { "minutes": 15 } });
            event[member.0] = json!(member.1);
            event
        };
        let page = "/sources/tickets";
        let heading = "id=\"retractions\"";
        let (_, text) = get(&router, &session, "en", page).await;
        assert!(!text.contains(heading), "{text}");
        send(&router, &credential, event("void", ("voids", "<i>lost"))).await;
        send(&router, &credential, event("later", ("replaces", "early"))).await;
        for (language, said) in [
            ("en", ["voids &#60;i&#62;lost", "replaces early", "2 events take back"]),
            ("de", ["hebt &#60;i&#62;lost auf", "ersetzt early", "2 Ereignisse nehmen"]),
            ("fr", ["annule &#60;i&#62;lost", "remplace early", "2 événements en retirent"]),
        ] {
            let (status, text) = get(&router, &session, language, page).await;
            assert_eq!(status, StatusCode::OK);
            assert!(text.contains(heading) && !text.contains(">source-"), "{text}");
            for said in said {
                let plain: String = text.chars().filter(|sign| !is_isolating(*sign)).collect();
                assert!(plain.contains(said), "{language} {said}: {text}");
            }
        }
        // One comes, the other is given up: it is void itself.
        send(&router, &credential, event("early", ("comment", "late"))).await;
        let (_, text) = get(&router, &session, "en", page).await;
        assert!(text.contains("One event takes back") && !text.contains("replaces"), "{text}");
        send(&router, &credential, event("given-up", ("voids", "void"))).await;
        let (_, text) = get(&router, &session, "en", page).await;
        assert!(!text.contains(heading), "{text}");
    }
}

/// Signs that keep texts of two directions apart.
fn is_isolating(sign: char) -> bool {
    ('\u{2066}'..='\u{2069}').contains(&sign)
}
