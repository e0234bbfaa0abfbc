//! Targets that fail: by name, visibly, tried again, and nothing half kept.

use std::time::Duration;

use chrono::TimeDelta;
use harness::{behind_its_back, numbers, on_both};
use herdbook::app::App;
use herdbook::config::Config;
use herdbook::db::jobs::{self, LeasedJob};
use herdbook::db::pull as store;
use herdbook::error::Problem;
use herdbook::usecases::pull::{JOB, NewTarget, enqueue_due, list, put, remove, sync, work};

use crate::fixture::Fixture;
use crate::instance::{Instance, Says};
use crate::kept::chunks;
use crate::pulls::{INSTANCE, NAME, at, fetched, state, target};

const AT: &str = "2026-03-01T00:05:00Z";

on_both! {
    async fn whatever_goes_wrong_has_a_code_and_keeps_nothing(db: &Db) {
        let it = Fixture::new(db);
        let (server, other) = (Instance::start().await, Instance::start().await);
        other.text("/metrics", "up 1\n");
        put(&it.app, target("prometheus-text", server.url("/metrics")), Some("secret-token"))
            .await
            .expect("put");
        let all = |status, headers, body: &str| Says::All(status, headers, body.into());
        let none = Vec::new;
        let wait = |seconds: &str| vec![("retry-after", seconds.to_owned())];
        let to = |url: String| vec![("location", url)];
        let cases = [
            (all(401, none(), ""), "pull.denied"),
            (all(403, none(), ""), "pull.denied"),
            (all(404, none(), ""), "pull.status"),
            (all(500, none(), ""), "pull.status"),
            (all(204, none(), ""), "pull.status"),
            (all(429, wait("120"), ""), "pull.busy"),
            (all(503, wait("120"), ""), "pull.busy"),
            (all(302, to(other.url("/metrics")), ""), "pull.redirect"),
            (all(302, to("http://127.0.0.1:1/metrics".to_owned()), ""), "pull.redirect"),
            (all(302, to("http://localhost/metrics".to_owned()), ""), "pull.redirect"),
            (all(307, to("/metrics".to_owned()), ""), "pull.redirect"),
            (all(302, none(), ""), "pull.redirect"),
            (Says::All(200, none(), vec![b'#'; 65_537]), "pull.too-large"),
            (Says::Parts(70_000), "pull.too-large"),
            (Says::Slow, "pull.timeout"),
            (all(200, none(), "<html>no exporter</html>"), "telemetry.text"),
        ];
        let count = cases.len();
        for (n, (says, code)) in cases.into_iter().enumerate() {
            server.says("/metrics", says);
            assert_eq!(fetched(&it.app, AT).await, Err(code), "case {n}");
            let after = state(&it.app).await;
            assert_eq!(after.last_error, Some((at(AT), code.to_owned())), "case {n}");
            assert_eq!(after.failures as usize, n + 1);
        }
        assert_eq!(chunks(&it.app, INSTANCE).await.len(), 0);
        assert!(other.asked().is_empty(), "no token goes to another host");
        server.text("/metrics", "up 1\n");
        assert_eq!(fetched(&it.app, AT).await, Ok(1));
        let after = state(&it.app).await;
        assert_eq!((after.failures, after.last_error, after.next_try_at), (0, None, None));
        assert!(count > 10);
        let gone = server.at;
        drop(server);
        let new = target("prometheus-text", format!("http://{gone}/metrics"));
        put(&it.app, new, None).await.expect("put");
        assert_eq!(fetched(&it.app, "2026-03-01T00:10:00Z").await, Err("pull.unreachable"));
    }
}

on_both! {
    async fn the_own_network_is_asked_by_private_targets_only(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let public = |url: String| NewTarget {
            private: false,
            ..target("prometheus-text", url)
        };
        for (url, code) in [
            (server.url("/metrics"), "pull.url"),
            ("https://127.0.0.1/metrics".to_owned(), "pull.address"),
            ("https://169.254.169.254/latest".to_owned(), "pull.address"),
            ("https://[::1]/metrics".to_owned(), "pull.address"),
            ("https://name:word@social.example.org/".to_owned(), "pull.url"),
            ("ftp://social.example.org/".to_owned(), "pull.url"),
            ("social.example.org".to_owned(), "pull.url"),
        ] {
            let refused = put(&it.app, public(url.clone()), None).await.expect_err("refused");
            assert_eq!(Problem::from(refused).code(), code, "{url}");
        }
        // A name is only known when it is resolved.
        let port = server.at.port();
        let named = public(format!("https://localhost:{port}/metrics"));
        put(&it.app, named, None).await.expect("put");
        assert_eq!(fetched(&it.app, AT).await, Err("pull.address"));
        assert!(server.asked().is_empty(), "no connection was made");
    }
}

on_both! {
    async fn what_is_no_target_is_refused_by_name(db: &Db) {
        let it = Fixture::new(db);
        let good = || target("nodeinfo", "http://127.0.0.1:1/".to_owned());
        let cases = [
            (NewTarget { name: "A b".to_owned(), ..good() }, "pull.name"),
            (NewTarget { name: String::new(), ..good() }, "pull.name"),
            (NewTarget { kind: "graphite".to_owned(), ..good() }, "pull.kind"),
            (NewTarget { instance: "a b".to_owned(), ..good() }, "mastodon.instance"),
            (NewTarget { schedule: "* * * * 1".to_owned(), ..good() }, "pull.schedule"),
            (NewTarget { timeout_seconds: 0, ..good() }, "pull.bounds"),
            (NewTarget { limit_bytes: 5_000_000, ..good() }, "pull.bounds"),
        ];
        for (new, code) in cases {
            let refused = put(&it.app, new, None).await.expect_err("refused");
            assert_eq!(Problem::from(refused).code(), code);
        }
        let refused = put(&it.app, good(), Some("two words")).await.expect_err("refused");
        assert_eq!(Problem::from(refused).code(), "pull.token");
        assert_eq!(list(&it.app).await.expect("listed").len(), 0);
        let refused = remove(&it.app, NAME).await.expect_err("refused");
        assert_eq!(Problem::from(refused).code(), "pull.unknown");
    }
}

async fn leased(app: &App) -> Vec<LeasedJob> {
    let lease = Duration::from_secs(60);
    let claimed = jobs::claim(&app.db.book, JOB, "test", lease, 10).await;
    claimed.expect("claimed")
}

on_both! {
    async fn a_tick_runs_once_in_a_cluster(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        server.text("/metrics", "up 1\n");
        let new = target("prometheus-text", server.url("/metrics"));
        put(&it.app.at(at("2026-03-01T00:00:30Z")), new, None).await.expect("put");
        let early = it.app.at(at("2026-03-01T00:04:59Z"));
        assert_eq!(enqueue_due(&early).await.expect("looked"), 0, "no tick has come");
        let node = it.app.at(at("2026-03-01T00:05:10Z"));
        let nodes = (0..6).map(|_| enqueue_due(&node));
        let made = futures::future::join_all(nodes).await;
        let made: u64 = made.into_iter().map(|one| one.expect("looked")).sum();
        assert_eq!(made, 1, "of six nodes one makes the job");
        let later = it.app.at(at("2026-03-01T00:10:10Z"));
        assert_eq!(enqueue_due(&later).await.expect("looked"), 0, "the one before waits still");
        let queued = numbers(db, "SELECT queued FROM pull_tick ORDER BY tick").await;
        assert_eq!(queued, [1, 0], "both ticks are on file");
        let jobs = leased(&it.app).await;
        assert_eq!(jobs.len(), 1);
        assert_eq!(jobs[0].key, "social/2026-03-01T00:05:00Z");
        work(&later, &jobs[0]).await.expect("worked");
        assert_eq!(chunks(&it.app, INSTANCE).await.len(), 1);
        let after = it.app.at(at("2026-03-01T00:15:00Z"));
        assert_eq!(enqueue_due(&after).await.expect("looked"), 1, "the next one runs");
        assert_eq!(enqueue_due(&after).await.expect("looked"), 0);
    }
}

on_both! {
    async fn a_job_that_fails_is_tried_again_and_doubles_nothing(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let busy = vec![("retry-after", "7200".to_owned())];
        server.says("/metrics", Says::All(429, busy, Vec::new()));
        let new = target("prometheus-text", server.url("/metrics"));
        put(&it.app.at(at("2026-03-01T00:00:30Z")), new, None).await.expect("put");
        let node = it.app.at(at(AT));
        assert_eq!(enqueue_due(&node).await.expect("looked"), 1);
        let first = leased(&it.app).await;
        work(&node, &first[0]).await.expect("a failing target is no failing worker");
        let after = state(&it.app).await;
        assert_eq!(after.last_error.expect("noted").1, "pull.busy");
        assert_eq!(after.next_try_at, Some(at(AT) + TimeDelta::hours(2)), "as long as it asks");
        assert_eq!(leased(&it.app).await.len(), 0, "not before its time");
        server.says("/metrics", Says::All(500, Vec::new(), Vec::new()));
        let come = "UPDATE job SET due_at = 0 WHERE kind = 'pull'";
        behind_its_back(db, come).await.expect("its time has come");
        let second = leased(&it.app).await;
        work(&node, &second[0]).await.expect("worked");
        let after = state(&it.app).await;
        assert_eq!(after.next_try_at, Some(at(AT) + TimeDelta::seconds(60)), "the second pause");
        assert_eq!(after.failures, 2);
        server.text("/metrics", "up 1\n");
        behind_its_back(db, come).await.expect("its time has come");
        let third = leased(&it.app).await;
        work(&node, &third[0]).await.expect("worked");
        // A worker that was thought dead ends its job too: refused, and the evidence is the same.
        let late = work(&node, &third[0]).await.expect_err("it lost its lease");
        assert_eq!(Problem::from(late).code(), "db.lease-lost");
        assert_eq!(chunks(&it.app, INSTANCE).await.len(), 1);
        let left = jobs::left(&it.app.db.reader(), JOB).await.expect("counted");
        assert_eq!(left, (0, 0));
        let orphan = it.app.at(at("2026-03-01T00:10:00Z"));
        assert_eq!(enqueue_due(&orphan).await.expect("looked"), 1);
        remove(&it.app, NAME).await.expect("removed");
        let jobs = leased(&it.app).await;
        work(&orphan, &jobs[0]).await.expect("nothing is to be done");
        assert_eq!(jobs::left(&it.app.db.reader(), JOB).await.expect("counted"), (0, 0));
    }
}

on_both! {
    async fn targets_of_the_configuration_come_and_go_with_it(db: &Db) {
        let it = Fixture::new(db);
        let folder = tempfile::tempdir().expect("a folder");
        let token = folder.path().join("token");
        std::fs::write(&token, "first-token\n").expect("written");
        let file = folder.path().join("herdbook.toml");
        let text = format!(
            "[[pull.targets]]\nname = \"figures\"\nkind = \"nodeinfo\"\n\
             url = \"https://social.example.org/\"\ninstance = \"social.example.org\"\n\
             schedule = \"15 0 * * *\"\ntoken_file = {token:?}\n"
        );
        std::fs::write(&file, text).expect("written");
        let config = Config::load(Some(&file)).expect("read");
        let own = target("nodeinfo", "http://127.0.0.1:1/".to_owned());
        put(&it.app, own, None).await.expect("put");
        for _ in 0..2 {
            sync(&it.app, &config.pull.targets).await.expect("in step");
        }
        let puts = "SELECT count(*) FROM audit_record WHERE subject = 'pull-target/figures'";
        assert_eq!(numbers(db, puts).await, [1], "an unchanged start is no deed");
        let sealed = async || {
            let found = store::get(&it.app.db.reader(), "figures").await.expect("read");
            found.expect("there").0.token.expect("a token")
        };
        let before = sealed().await;
        assert!(!before.as_str().contains("first-token"));
        std::fs::write(&token, "second-token\n").expect("written");
        sync(&it.app, &config.pull.targets).await.expect("in step");
        assert_ne!(sealed().await, before);
        sync(&it.app, &[]).await.expect("in step");
        let left = list(&it.app).await.expect("listed");
        let names: Vec<&str> = left.iter().map(|(target, _)| target.name.as_str()).collect();
        assert_eq!(names, [NAME], "what was entered by hand stays");
        std::fs::remove_file(&token).expect("removed");
        let refused = sync(&it.app, &config.pull.targets).await.expect_err("no token");
        assert_eq!(Problem::from(refused).code(), "pull.token");
    }
}
