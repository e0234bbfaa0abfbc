//! The audit trail, jobs and API tokens: who sees them, what they narrow to, and that an order
//! given twice is one.

use std::time::Duration;

use axum::http::StatusCode;
use harness::on_both;
use herdbook::access::Role;
use herdbook::db::audit::{self, AuditEvent, of_subject};
use herdbook::db::audit_chain::seal_all;
use herdbook::db::audit_list::AuditFilter;
use herdbook::db::{Txn, jobs};
use herdbook::usecases::Failure;
use herdbook::usecases::{audit_trail, work_queue};
use herdbook::web::router::router;

use crate::fixture::{Fixture, code_of};
use crate::matrix::site;
use crate::pages::{get, post};

fn event(action: &str, subject: &str) -> AuditEvent {
    AuditEvent {
        actor: "system".to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        payload: r#"{"before":{"name":"<b>A</b>"},"after":{"name":"B"}}"#.to_owned(),
    }
}

async fn told(it: &Fixture, events: &[(&str, &str)]) {
    let events: Vec<AuditEvent> = events.iter().map(|(one, two)| event(one, two)).collect();
    let now = it.app.clock.business();
    let written = it
        .app
        .db
        .write(async move |txn: &Txn| audit::append(txn, now, &events).await);
    written.await.expect("written");
}

/// A filter, and the subjects that it lets through, the newest first.
type Case = (fn(&mut AuditFilter), &'static [&'static str]);

const CASES: &[Case] = &[
    (|f| f.subject = Some("customer/1".into()), &["customer/1"]),
    (
        |f| f.subject = Some("customer".into()),
        &["customer/12", "customer/1"],
    ),
    (
        |f| f.action = Some("customer".into()),
        &["customer/12", "customer/1"],
    ),
    (
        |f| f.action = Some("customer.created".into()),
        &["customer/12"],
    ),
    (|f| f.action = Some("custom".into()), &[]),
    (|f| f.subject = Some("customers/9".into()), &["customers/9"]),
    (|f| f.actor = Some("nobody".into()), &[]),
    (|f| f.until = "2020-01-01".parse().ok(), &[]),
    (
        |f| {
            f.from = "2020-01-01".parse().ok();
            f.subject = Some("customer/12".into());
        },
        &["customer/12"],
    ),
];

on_both! {
    async fn the_trail_is_narrowed_and_paged_the_newest_first(db: &Db) {
        let it = Fixture::new(db);
        let by = it.session(Role::Auditor).await;
        let by = it.principal_of(&by).await.expect("signed in");
        told(&it, &[
            ("customer.changed", "customer/1"),
            ("customer.created", "customer/12"),
            ("customers.x", "customers/9"),
        ]).await;
        for (change, expected) in CASES {
            let mut filter = AuditFilter::default();
            change(&mut filter);
            let found = audit_trail::page(&it.app, &by, &filter, (None, 10)).await;
            let (page, ..) = found.expect("read");
            let found: Vec<&str> = page.entries.iter().map(|one| one.subject.as_str()).collect();
            assert_eq!(found, *expected, "{filter:?}");
        }
        let all = AuditFilter::default();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let found = audit_trail::page(&it.app, &by, &all, (before, 2)).await;
            let (page, ..) = found.expect("read");
            seen.extend(page.entries.iter().map(|one| one.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert!(seen.len() > 5 && seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }
}

on_both! {
    async fn the_trail_says_how_far_it_is_sealed(db: &Db) {
        let it = Fixture::new(db);
        let by = it.session(Role::Approver).await;
        let by = it.principal_of(&by).await.expect("signed in");
        let seal = async || seal_all(&db.book, "test", Duration::from_secs(9)).await;
        seal().await.expect("sealed");
        told(&it, &[("book.imported", "book/x")]).await;
        let all = AuditFilter::default();
        let (page, chain, _) =
            audit_trail::page(&it.app, &by, &all, (None, 1)).await.expect("read");
        assert_eq!(chain.unsealed, 1);
        seal().await.expect("sealed");
        let (_, chain, _) = audit_trail::page(&it.app, &by, &all, (None, 1)).await.expect("read");
        let head = chain.head.expect("a head");
        assert_eq!((chain.unsealed, head.hash.len()), (0, 64));
        let one = audit_trail::one(&it.app, &by, page.entries[0].id).await.expect("read");
        assert_eq!(one.1.expect("sealed").place, head.place);
        assert_eq!(code_of(audit_trail::one(&it.app, &by, 0).await), "audit.unknown");
        let sales = it.session(Role::Sales).await;
        let sales = it.principal_of(&sales).await.expect("signed in");
        let refused = audit_trail::page(&it.app, &sales, &all, (None, 1)).await;
        assert_eq!(code_of(refused), "access.denied");
    }
}

/// A job of which an attempt has failed.
pub async fn failed_job(it: &Fixture) {
    let stored = it
        .app
        .db
        .write(async |txn: &Txn| jobs::enqueue(txn, "test", "<i>1</i>", &1).await);
    stored.await.expect("queued");
    let book = &it.app.db.book;
    let leased = jobs::claim(book, "test", "worker", Duration::from_secs(60), 1).await;
    let job = leased.expect("leased").remove(0);
    let failed = it.app.db.write(async move |txn: &Txn| {
        jobs::fail(
            txn,
            &job,
            "<script>x</script> [test.code]",
            Duration::from_secs(3_600),
        )
        .await?;
        Ok::<_, Failure>(())
    });
    failed.await.expect("noted");
}

on_both! {
    async fn a_job_is_tried_again_once_however_often_it_is_asked_for(db: &Db) {
        let it = Fixture::new(db);
        failed_job(&it).await;
        let by = it.session(Role::Operations).await;
        let by = it.principal_of(&by).await.expect("signed in");
        let queue = work_queue::page(&it.app, &by, None, (None, 9)).await.expect("read");
        let job = queue.jobs[0].clone();
        assert!(job.waits() && job.last_error.is_some(), "{job:?}");
        let both = futures::join!(
            work_queue::retry(&it.app, &by, job.id),
            work_queue::retry(&it.app, &by, job.id)
        );
        assert_ne!(both.0.expect("asked"), both.1.expect("asked"), "one of them did it");
        let trail = of_subject(&db.reader(), &format!("job/{}", job.id)).await.expect("trail");
        assert_eq!(trail.len(), 1);
        let again = jobs::claim(&db.book, "test", "worker", Duration::from_secs(60), 1).await;
        assert_eq!(again.expect("leased").len(), 1, "it is due at once");
        assert!(!work_queue::retry(&it.app, &by, job.id).await.expect("asked"), "it runs");
        assert_eq!(code_of(work_queue::retry(&it.app, &by, 0).await), "job.unknown");
        let auditor = it.session(Role::Auditor).await;
        let auditor = it.principal_of(&auditor).await.expect("signed in");
        assert_eq!(code_of(work_queue::retry(&it.app, &auditor, job.id).await), "access.denied");
    }
}

on_both! {
    async fn pages_say_it_in_each_language_and_text_is_text(db: &Db) {
        let it = Fixture::new(db);
        failed_job(&it).await;
        told(&it, &[("customer.changed", "customer/<b>1</b>")]).await;
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Admin).await;
        let by = it.principal_of(&session).await.expect("signed in");
        let filter = AuditFilter {
            subject: Some("customer".to_owned()),
            ..AuditFilter::default()
        };
        let (page, ..) = audit_trail::page(&it.app, &by, &filter, (None, 1)).await.expect("read");
        let record = format!("/audit/{}", page.entries[0].id);
        for language in ["de", "en", "fr"] {
            for path in [
                "/audit", "/audit?what=customer&from=2020-01-01&until=x&before=y", &record,
                "/jobs", "/jobs?state=failed", "/jobs?state=odd", "/settings/tokens",
            ] {
                let (status, text) = get(&router, &session, language, path).await;
                assert_eq!(status, StatusCode::OK, "{language} {path}");
                for bad in ["<b>1", "<b>A", "<i>1", "<script>x", ">audit-", ">jobs-", ">tokens-"] {
                    assert!(!text.contains(bad), "{language} {path} {bad}");
                }
            }
        }
        let (status, _) = get(&router, &session, "en", "/audit/none").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_token_is_shown_once_and_a_refused_form_keeps_what_was_typed(db: &Db) {
        let it = Fixture::new(db);
        let router = router(it.app.clone(), site()).expect("the routes");
        let session = it.session(Role::Admin).await;
        let path = "/settings/tokens";
        let day = it.app.clock.system().date_naive();
        for (form, field) in [
            (format!("name=&expires={day}&scope=jobs.read"), "name"),
            (format!("name=Kept&expires={day}"), "scope"),
            ("name=Kept&expires=2019-01-01&scope=jobs.read".to_owned(), "expires"),
            ("name=Kept&expires=soon&scope=jobs.read".to_owned(), "expires"),
        ] {
            let (status, text) = post(&router, &session, path, path, &form).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(text.contains(&format!("<a href=\"#{field}\">")), "{form}: {text}");
            assert!(form.starts_with("name=&") || text.contains("value=\"Kept\""), "{form}");
        }
        let form = format!("name=Report&expires={day}&scope=jobs.read");
        let (status, text) = post(&router, &session, path, path, &form).await;
        assert_eq!(status, StatusCode::OK);
        let (_, token) = text.split_once("<code>hb_").expect("shown");
        let id = token.split('_').next().expect("its id").to_owned();
        let (_, text) = get(&router, &session, "en", path).await;
        assert!(text.contains(&id) && !text.contains("<code>hb_"), "never again");
        let revoke = format!("{path}/{id}/revoke");
        for _ in 0..2 {
            let (status, _) = post(&router, &session, path, &revoke, "").await;
            assert_eq!(status, StatusCode::SEE_OTHER);
        }
        let trail = of_subject(&db.reader(), &format!("token/{id}")).await.expect("trail");
        let actions: Vec<&str> = trail.iter().map(|one| one.action.as_str()).collect();
        assert_eq!(actions, ["token.issued", "token.revoked"]);
    }
}
