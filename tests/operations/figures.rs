//! `/metrics`, `/healthz`, `/readyz`, and the name of each request.

use harness::{Place, behind_its_back, facts, on_both};
use herdbook::db::outbox::{self, OutboxEvent};
use herdbook::db::{Txn, audit, audit_chain, jobs};

use crate::served::{Served, Visitor};

/// The value of a line of figures.
fn value(figures: &str, line: &str) -> Option<f64> {
    let found = figures.lines().find_map(|one| one.strip_prefix(line))?;
    found.trim().parse().ok()
}

#[tokio::test]
async fn figures_name_routes_by_their_template_and_nobody_by_name() {
    let place = Place::sqlite().await;
    let served = Served::over(&place, &[]);
    let mut visitor = Visitor::of(&served);
    for path in [
        "/invoices/RE-2026-00001",
        "/invoices/RE-2026-00002",
        "/no-such/Zaphod",
    ] {
        visitor.get(path).await;
    }
    let figures = visitor.get("/metrics").await;
    assert_eq!(figures.status, 200, "{}", figures.text);
    assert!(figures.header("content-type").starts_with("text/plain"));
    let of = |line: &str| value(&figures.text, line);
    let requests = "herdbook_http_requests_total";
    let invoice = r#"{method="GET",route="/invoices/{number}",status="3xx"}"#;
    assert_eq!(
        of(&format!("{requests}{invoice}")),
        Some(2.0),
        "{}",
        figures.text
    );
    let none = r#"{method="GET",route="none",status="4xx"}"#;
    assert_eq!(
        of(&format!("{requests}{none}")),
        Some(1.0),
        "{}",
        figures.text
    );
    let slow = r#"{method="GET",route="/invoices/{number}",le="+Inf"}"#;
    let slow = format!("herdbook_http_request_seconds_bucket{slow}");
    assert_eq!(of(&slow), Some(2.0), "{}", figures.text);
    assert_eq!(
        of("herdbook_worker_running "),
        Some(1.0),
        "{}",
        figures.text
    );
    for gauge in [
        "herdbook_audit_unsealed ",
        "herdbook_audit_unsealed_oldest_seconds ",
        "herdbook_outbox_waiting ",
        "herdbook_render_workers{state=\"busy\"} ",
        "herdbook_database_connections{pool=\"book-reader\",state=\"open\"} ",
        "herdbook_process_resident_bytes ",
    ] {
        assert!(of(gauge).is_some(), "{gauge}{}", figures.text);
    }
    assert!(figures.text.contains("herdbook_build_info{version="));
    for secret in ["RE-2026", "Zaphod", "127.0.0.1"] {
        assert!(!figures.text.contains(secret), "{secret}: {}", figures.text);
    }
    place.clear().await;
}

on_both! {
    async fn waiting_work_is_counted(db: &Db) {
        facts::parties(db, 1).await;
        db.write(async move |txn: &Txn| {
            jobs::enqueue(txn, "test", "1", &1).await?;
            jobs::enqueue(txn, "test", "2", &2).await?;
            let event = |topic: &str| OutboxEvent {
                topic: topic.to_owned(),
                subject: "1".to_owned(),
                body: "{}".to_owned(),
            };
            outbox::write(txn, facts::noon(), &[event("told"), event("kept")]).await?;
            audit::append(txn, facts::noon(), &[facts::event("a", 1)]).await
        })
        .await
        .expect("enqueued");
        let read = herdbook::db::figures::figures(db, facts::noon(), &["told"]).await;
        let read = read.expect("figures");
        assert_eq!(read.jobs.len(), 1, "{read:?}");
        assert_eq!((read.jobs[0].count, read.jobs[0].state.as_str()), (2, "queued"));
        assert_eq!((read.unsealed.count, read.outbox.count), (1, 1), "{read:?}");
        // Others that write to the same server may hold the seal up for a moment.
        let patience = std::time::Duration::from_secs(60);
        audit_chain::seal_all(&db.book, "test", patience).await.expect("sealed");
        let read = herdbook::db::figures::figures(db, facts::noon(), &[]).await;
        let read = read.expect("figures");
        assert_eq!((read.unsealed.count, read.outbox.count), (0, 0), "{read:?}");
    }
}

#[tokio::test]
async fn a_gauge_falls_back_when_nothing_waits_any_more() {
    let place = Place::sqlite().await;
    let served = Served::over(&place, &[]);
    let mut visitor = Visitor::of(&served);
    // No worker of the server knows this kind.
    let queued = r#"herdbook_jobs{kind="unknown",state="queued"} "#;
    let waited = r#"herdbook_jobs_oldest_seconds{kind="unknown"} "#;
    place
        .db
        .write(async move |txn: &herdbook::db::Txn| {
            herdbook::db::jobs::enqueue(txn, "unknown", "1", &1).await
        })
        .await
        .expect("enqueued");
    behind_its_back(&place.db, "UPDATE job SET due_at = due_at - 90000000")
        .await
        .expect("due for long");
    let before = visitor.get("/metrics").await.text;
    assert_eq!(value(&before, queued), Some(1.0), "{before}");
    assert!(value(&before, waited) >= Some(90.0), "{before}");
    behind_its_back(&place.db, "UPDATE job SET state = 'done'")
        .await
        .expect("done");
    let after = visitor.get("/metrics").await.text;
    assert_eq!(value(&after, queued), Some(0.0), "{after}");
    assert_eq!(value(&after, waited), Some(0.0), "{after}");
    let never = r#"herdbook_jobs{kind="mail",state="failed"} "#;
    assert_eq!(value(&after, never), Some(0.0), "{after}");
    place.clear().await;
}

#[tokio::test]
async fn a_stranger_reads_no_figures() {
    let place = Place::sqlite().await;
    let token = "a token of twenty signs";
    let settings = [
        ("HERDBOOK_SERVE_METRICS", "token"),
        ("HERDBOOK_SERVE_METRICS_TOKEN", token),
    ];
    let served = Served::over(&place, &settings);
    let mut visitor = Visitor::of(&served);
    let refused = visitor.get("/metrics").await;
    assert_eq!(refused.status, 404);
    assert!(!refused.text.contains("herdbook_"), "{}", refused.text);
    let bearer = format!("Bearer {token}");
    let shown = visitor
        .get_with("/metrics", &[("authorization", &bearer)])
        .await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    place.clear().await;
}

#[tokio::test]
async fn a_request_has_a_name_that_the_page_of_its_problem_shows() {
    let place = Place::sqlite().await;
    let served = Served::over(&place, &[]);
    let mut visitor = Visitor::of(&served);
    let ready = visitor.get("/readyz").await;
    assert_eq!((ready.status, ready.text.as_str()), (200, "ready"));
    assert_eq!(visitor.get("/healthz").await.text, "ok");
    // Nobody is trusted to name a request unless he is said to be.
    let answer = visitor
        .get_with("/healthz", &[("x-request-id", "chosen-by-me")])
        .await;
    let id = answer.header("x-request-id").to_owned();
    assert!(id.len() > 30 && id != "chosen-by-me", "{id}");
    let page = visitor.get("/invitation/nonsense").await;
    assert!(page.status >= 400, "{}", page.status);
    let id = page.header("x-request-id").to_owned();
    assert!(page.text.contains(&id), "{id}: {}", page.text);
    let problem = visitor.post("/hooks/stripe", &[], "{}").await;
    let id = problem.header("x-request-id").to_owned();
    assert!(
        problem.text.contains(&format!("\"reference\":\"{id}\"")),
        "{}",
        problem.text
    );
    place.clear().await;
}

#[tokio::test]
async fn what_pages_load_comes_compressed_and_stays() {
    let place = Place::sqlite().await;
    let served = Served::over(&place, &[]);
    let mut visitor = Visitor::of(&served);
    let page = visitor
        .get_with("/sign-in", &[("accept-encoding", "gzip")])
        .await;
    // A page holds the proof of its form: its length must tell nothing about it.
    assert_eq!(page.header("content-encoding"), "");
    let style = page.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let plain = visitor.get(&style).await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = visitor
        .get_with(&style, &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.header("cache-control").contains("immutable"));
    assert!(packed.header("vary").contains("accept-encoding"));
    let length: usize = packed.header("content-length").parse().expect("a length");
    assert!(
        length < plain.text.len() / 3,
        "{length} of {}",
        plain.text.len()
    );
    place.clear().await;
}
