//! What is fetched: each kind of target, from a real server, into the evidence log and back.

use chrono::{DateTime, Utc};
use harness::on_both;
use herdbook::app::App;
use herdbook::db::pull::{self as store, PullState};
use herdbook::error::Problem;
use herdbook::telemetry::{PayloadKind, SampleKind, SampleValue};
use herdbook::usecases::pull::{NewTarget, now, put};
use serde_json::{Value, json};

use crate::fixture::Fixture;
use crate::instance::{Instance, Says, value};
use crate::kept::{chunks, events};

pub const NAME: &str = "social";
pub const INSTANCE: &str = "social.example.org";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub fn target(kind: &str, url: String) -> NewTarget {
    NewTarget {
        name: NAME.to_owned(),
        kind: kind.to_owned(),
        url,
        instance: INSTANCE.to_owned(),
        schedule: "*/5 * * * *".to_owned(),
        timeout_seconds: 1,
        limit_bytes: 65_536,
        private: true,
    }
}

pub async fn state(app: &App) -> PullState {
    let found = store::get(&app.db.reader(), NAME).await.expect("read");
    found.expect("it is there").1
}

/// Fetches at a moment: how much was new, or the code of the refusal.
pub async fn fetched(app: &App, moment: &str) -> Result<u64, &'static str> {
    let done = now(&app.at(at(moment)), NAME).await;
    done.map_err(|failure| Problem::from(failure).code())
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telemetry/");
    std::fs::read(format!("{folder}{name}")).expect(name)
}

on_both! {
    async fn an_exporters_text_is_kept_with_the_time_it_was_read(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        server.text("/metrics", fixture("exporter-process.txt"));
        let new = target("prometheus-text", server.url("/metrics"));
        put(&it.app, new, Some("a-token")).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(1));
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(0), "the same again");
        assert_eq!(fetched(&it.app, "2026-03-01T00:10:00Z").await, Ok(1), "another reading");
        let asked = server.asked();
        assert_eq!(asked[0].line, "GET /metrics");
        assert_eq!(asked[0].token.as_deref(), Some("Bearer a-token"));
        let chunks = chunks(&it.app, INSTANCE).await;
        let decoded = chunks[0].decoded().expect("decodes");
        assert!(decoded.series.iter().all(|series| series.key.instance() == INSTANCE));
        let prefixed = |series: &&herdbook::telemetry::Series| {
            series.key.metric().starts_with("ruby_")
        };
        assert!(decoded.series.iter().any(|series| prefixed(&series)));
        assert!(decoded.points.iter().all(|point| point.time == at("2026-03-01T00:05:00Z")));
        let after = state(&it.app).await;
        assert_eq!(after.last_success_at, Some(at("2026-03-01T00:10:00Z")));
        assert_eq!((after.failures, after.last_error), (0, None));
    }
}

on_both! {
    async fn an_exporter_speaks_for_its_own_instance_and_its_own_time(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let new = target("prometheus-text", server.url("/metrics"));
        put(&it.app, new, None).await.expect("put");
        server.text("/metrics", "sidekiq_jobs_total{instance=\"other.example\"} 5\n");
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Err("pull.foreign"));
        let forged = "# herdbook-scrape at=2020-01-01T00:00:00Z instance=other.example\n\
                      sidekiq_jobs_total 5\n";
        server.text("/metrics", forged);
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(1));
        let chunks = chunks(&it.app, INSTANCE).await;
        let decoded = chunks[0].decoded().expect("decodes");
        assert_eq!(decoded.series[0].key.instance(), INSTANCE);
        assert_eq!(decoded.points[0].time, at("2026-03-01T00:05:00Z"));
    }
}

on_both! {
    async fn june_is_counted_in_june_by_both_meanings_of_its_end(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        server.says("/api/v1/admin/measures", Says::Measures);
        put(&it.app, target("admin-measures", server.url("/")), None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-07-01T00:20:00Z").await, Ok(2));
        let ends: Vec<Value> = server
            .asked()
            .iter()
            .map(|asked| serde_json::from_str(&asked.body).expect("JSON"))
            .map(|body: Value| json!([body["keys"][0], body["start_at"], body["end_at"]]))
            .collect();
        let expected = [
            json!(["active_users", "2026-06-01", "2026-07-01"]),
            json!(["new_users", "2026-06-30", "2026-06-30"]),
        ];
        assert_eq!(ends, expected);
        let chunks = chunks(&it.app, INSTANCE).await;
        let points: Vec<_> = chunks
            .iter()
            .flat_map(|chunk| {
                let decoded = chunk.decoded().expect("decodes");
                let of = |series: &herdbook::telemetry::Series| {
                    let points = decoded.points_of(series).to_vec();
                    (series.key.metric().to_owned(), series.kind, points)
                };
                decoded.series.iter().map(of).collect::<Vec<_>>()
            })
            .collect();
        let june = at("2026-06-01T00:00:00Z")..at("2026-07-01T00:00:00Z");
        for (metric, _, points) in &points {
            assert!(points.iter().all(|point| june.contains(&point.time)), "{metric}");
        }
        let of = |name: &str| points.iter().find(|(metric, ..)| metric == name).expect(name);
        let (_, kind, people) = of("mastodon.admin.active_users");
        let days = at("2026-06-01T00:00:00Z").date_naive().iter_days().take(30);
        let total: u64 = days.map(|day| value("active_users", day)).sum();
        assert_eq!(*kind, SampleKind::Gauge);
        assert_eq!(people[0].value, SampleValue::Integer(i64::try_from(total).expect("small")));
        assert_eq!(of("mastodon.admin.opened_reports").2.len(), 1, "the last day, once");
    }
}

on_both! {
    async fn days_that_were_missed_are_made_up_for_and_none_is_asked_twice(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        server.says("/api/v1/admin/measures", Says::Measures);
        put(&it.app, target("admin-measures", server.url("/")), None).await.expect("put");
        fetched(&it.app, "2026-06-28T00:20:00Z").await.expect("fetched");
        assert_eq!(state(&it.app).await.covered.expect("covered").to_string(), "2026-06-27");
        fetched(&it.app, "2026-07-03T00:20:00Z").await.expect("fetched");
        let asked = server.asked();
        let last = &asked.last().expect("asked").body;
        let last: Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(last["start_at"], "2026-06-28");
        assert_eq!(last["end_at"], "2026-07-02");
        assert_eq!(asked.len(), 2 + 3, "two months have a total of their own");
        assert_eq!(fetched(&it.app, "2026-07-03T09:00:00Z").await, Ok(0));
        assert!(server.asked().is_empty(), "nothing is new before the day is over");
        server.says("/api/v1/admin/measures", Says::OddMeasures);
        assert_eq!(fetched(&it.app, "2026-07-05T00:20:00Z").await, Err("pull.odd-answer"));
        let after = state(&it.app).await;
        assert_eq!(after.covered.expect("covered").to_string(), "2026-07-02", "asked for again");
        assert_eq!(after.last_error.expect("noted").1, "pull.odd-answer");
    }
}

on_both! {
    async fn figures_of_nodeinfo_and_instance_are_kept_without_people(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let link = |version: &str, href: &str| {
            let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
            json!({ "rel": rel, "href": href })
        };
        let links = [link("1.0", "/no"), link("2.0", &server.url("/nodeinfo/2.0"))];
        server.redirects("/.well-known/nodeinfo", "/found/nodeinfo");
        server.json("/found/nodeinfo", &json!({ "links": links }));
        let nodeinfo = json!({
            "version": "2.0",
            "usage": { "users": { "total": 1834, "activeMonth": 612 }, "localPosts": 48211 },
            "metadata": { "nodeName": "Somebody's server" },
        });
        server.json("/nodeinfo/2.0", &nodeinfo);
        put(&it.app, target("nodeinfo", server.url("/")), None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(1));
        let v2 = json!({
            "usage": { "users": { "active_month": 612 } },
            "contact": { "email": "admin@example.org", "account": { "username": "admin" } },
        });
        server.json("/api/v2/instance", &v2);
        put(&it.app, target("instance", server.url("/")), None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(1));
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(0));
        let chunks = chunks(&it.app, INSTANCE).await;
        let names: Vec<String> = chunks
            .iter()
            .flat_map(|chunk| chunk.decoded().expect("decodes").series)
            .map(|series| series.key.metric().to_owned())
            .collect();
        let expected = [
            "mastodon.nodeinfo.users_total",
            "mastodon.nodeinfo.users_active_month",
            "mastodon.nodeinfo.local_posts",
            "mastodon.instance.users_active_month",
        ];
        assert_eq!(names, expected);
        for chunk in &chunks {
            assert_eq!(chunk.kind, PayloadKind::MastodonFigures);
            let text = String::from_utf8(chunk.bytes().expect("unpacks")).expect("text");
            assert!(!text.contains("Somebody") && !text.contains("admin"), "{text}");
        }
        let away = json!({ "links": [link("2.0", "https://elsewhere.example/nodeinfo/2.0")] });
        server.json("/found/nodeinfo", &away);
        put(&it.app, target("nodeinfo", server.url("/")), None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T01:05:00Z").await, Err("pull.redirect"));
    }
}

on_both! {
    async fn space_is_told_by_part(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let data = json!([
            { "key": "postgresql", "value": "49581359907", "unit": "bytes" },
            { "key": "media", "value": "769949", "unit": "bytes" },
        ]);
        let answer = json!([{ "key": "space_usage", "data": data }]);
        server.json("/api/v1/admin/dimensions", &answer);
        put(&it.app, target("admin-dimensions", server.url("/")), None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T00:05:00Z").await, Ok(1));
        let decoded = chunks(&it.app, INSTANCE).await[0].decoded().expect("decodes");
        let told: Vec<String> = decoded.series.iter().map(|one| one.key.to_string()).collect();
        let expected = ["media", "postgresql"].map(|part| {
            format!("{INSTANCE} mastodon.space_usage.bytes{{part={part:?}}}")
        });
        assert_eq!(told, expected);
        assert_eq!(decoded.series[0].unit.as_deref(), Some("By"));
    }
}

/// A report as the admin API lists it, from the message of a webhook.
fn listed(name: &str, id: u32, created_at: &str) -> Value {
    let message: Value = serde_json::from_slice(&fixture(name)).expect("JSON");
    let mut report = message["object"].clone();
    report["id"] = id.to_string().into();
    report["created_at"] = created_at.into();
    report
}

fn page(server: &Instance, path: &str, reports: &[Value], next: Option<&str>) {
    let link = next.map(|next| ("link", format!("<{}>; rel=\"next\"", server.url(next))));
    let body = Value::Array(reports.to_vec()).to_string().into_bytes();
    server.says(path, Says::All(200, link.into_iter().collect(), body));
}

on_both! {
    async fn reports_are_reconciled_page_by_page_and_day_by_day(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let open = listed("webhook_report_updated_assigned.json", 8440, "2026-03-28T20:00:00Z");
        let done = |id, at: &str| listed("webhook_report_updated_resolved.json", id, at);
        let (first, second, third) = (
            "/api/v1/admin/reports?resolved=true&limit=200",
            "/api/v1/admin/reports?resolved=true&limit=200&max_id=8437",
            "/api/v1/admin/reports?resolved=true&limit=200&max_id=7000",
        );
        page(&server, "/api/v1/admin/reports?limit=200", &[open], None);
        page(&server, first, &[done(8437, "2026-03-28T13:34:00.348Z")], Some(second));
        let (late, old) = (done(8001, "2026-03-02T00:00:00Z"), done(7000, "2025-11-01T00:00:00Z"));
        page(&server, second, &[late.clone(), old], Some(third));
        put(&it.app, target("reports", server.url("/")), Some("t")).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-30T00:30:00Z").await, Ok(2), "two days");
        let asked: Vec<String> = server.asked().into_iter().map(|asked| asked.line).collect();
        assert_eq!(asked.len(), 3, "what is older than 92 days ends the list: {asked:?}");
        assert_eq!(fetched(&it.app, "2026-03-31T00:30:00Z").await, Ok(0), "nothing has changed");
        let all = chunks(&it.app, INSTANCE).await;
        for chunk in &all {
            let text = String::from_utf8(chunk.bytes().expect("unpacks")).expect("text");
            assert!(!text.contains("example") && !text.contains("Beitrag"), "{text}");
        }
        let resolved = |event: &&herdbook::telemetry::Event| event.name.ends_with("resolved");
        assert_eq!(events(&all).iter().filter(resolved).count(), 2);
        page(&server, second, &[], None);
        assert_eq!(fetched(&it.app, "2026-04-01T00:30:00Z").await, Ok(0), "a page less");
        let before = events(&all).len();
        assert_eq!(events(&chunks(&it.app, INSTANCE).await).len(), before, "nothing is doubled");
    }
}
