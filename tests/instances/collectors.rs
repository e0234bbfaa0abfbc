//! docs/collectors against the program: what they send has a door, what they measure has a meter.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::Place;
use herdbook::config::Config;
use herdbook::telemetry::meters::{Feed, catalogue};
use herdbook::telemetry::{Context, Limits, PayloadKind, SampleKind, SampleValue, decode};
use herdbook::usecases::pull::{list, sync};
use herdbook::web::routes::table;
use serde_yaml::Value;

use crate::fixture::Fixture;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/collectors")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect(name)
}

/// Names of metrics that look like ours, wherever they stand in a text.
fn metrics(text: &str) -> BTreeSet<String> {
    let inside = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let words = text.split(|sign| !inside(sign));
    let ours = words.filter(|word| word.starts_with("mastodon_") && word.contains("_bytes"));
    ours.map(str::to_owned).collect()
}

fn has_meter(metric: &str) -> bool {
    let fits = |meter: herdbook::telemetry::meters::Metering| {
        meter.takes(metric, None).is_ok_and(|takes| takes)
    };
    catalogue().into_iter().any(fits)
}

fn has_route(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.find('/').map_or("", |at| &path[at..]);
    table().iter().any(|route| route.path == path)
}

#[test]
fn what_is_sent_is_what_meters_read() {
    // Measured beside the billed part, so that a contract may leave it out.
    let apart = BTreeSet::from(["mastodon_media_cache_bytes".to_owned()]);
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).expect("the folder").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let own = metrics(&text(&name));
        for metric in own.difference(&apart) {
            assert!(has_meter(metric), "{name}: {metric} feeds no meter");
        }
        found.extend(own);
        let listed = text("README.md").contains(&format!("[{name}]({name})"));
        assert!(listed || name == "README.md", "{name} is not listed");
    }
    assert!(found.len() >= 3, "{found:?}");
    assert!(!has_meter("mastodon_made_up_bytes"));
}

#[test]
fn every_meter_is_told_with_what_it_takes() {
    let text = text("README.md");
    for one in catalogue() {
        let cell = format!("`{}`", one.meter.name);
        let row = text.lines().find(|line| {
            let first = line.split('|').nth(1).unwrap_or_default();
            first.contains(&cell) && line.matches('|').count() == 5
        });
        let row = row.unwrap_or_else(|| panic!("{cell} has no row"));
        match &one.feed {
            Feed::Metrics { names, unit } => {
                assert!(
                    names.iter().all(|name| row.contains(&format!("`{name}`"))),
                    "{row}"
                );
                assert!(row.contains(&format!("| `{unit}` |")), "{row}");
                let kinds = [
                    ("gauge", SampleKind::Gauge),
                    ("delta", SampleKind::Delta),
                    ("cumulative", SampleKind::Cumulative),
                ];
                for (word, kind) in kinds {
                    assert_eq!(row.contains(word), one.fits(kind), "{row}: {word}");
                }
            }
            Feed::Events { name, field, .. } => {
                assert!(row.contains(name) && row.contains(field), "{row}");
            }
        }
    }
}

#[test]
fn senders_know_the_doors() {
    let prometheus: Value = serde_yaml::from_str(&text("prometheus.yml")).expect("YAML");
    let write = &prometheus["remote_write"][0];
    assert!(
        has_route(write["url"].as_str().expect("a URL")),
        "{write:?}"
    );
    let kept = write["write_relabel_configs"][0]["regex"]
        .as_str()
        .expect("names");
    assert!(kept.split('|').all(has_meter), "{kept}");
    let label = &prometheus["scrape_configs"][0]["static_configs"][0]["labels"]["instance"];
    assert_eq!(label, "social.example.org");
    let collector: Value = serde_yaml::from_str(&text("otel-collector.yaml")).expect("YAML");
    let exporter = &collector["exporters"]["otlphttp/herdbook"];
    assert!(
        has_route(exporter["metrics_endpoint"].as_str().expect("a URL")),
        "{exporter:?}"
    );
    let pipeline = &collector["service"]["pipelines"]["metrics"];
    for (kind, section) in [
        ("receivers", "receivers"),
        ("processors", "processors"),
        ("exporters", "exporters"),
    ] {
        for part in pipeline[kind].as_sequence().expect("a list") {
            let part = part.as_str().expect("a name");
            assert!(
                !collector[section][part].is_null(),
                "{kind}: {part} is not defined"
            );
        }
    }
    assert!(
        table()
            .iter()
            .any(|route| route.path == "/hooks/mastodon/{instance}")
    );
    assert!(text("webhooks.md").contains("/hooks/mastodon/social.example.org"));
    for path in ["/api/v1/write", "/v1/metrics", "/api/v1/events"] {
        assert!(
            has_route(path) && text("README.md").contains(path),
            "{path}"
        );
    }
}

#[test]
fn promtool_takes_the_configuration_where_it_is_there() {
    let place = tempfile::tempdir().expect("a folder");
    let token = place.path().join("token");
    std::fs::write(&token, "token").expect("written");
    let own = text("prometheus.yml").replace(
        "/etc/prometheus/herdbook-token",
        token.to_str().expect("text"),
    );
    let file = place.path().join("prometheus.yml");
    std::fs::write(&file, own).expect("written");
    let checked = Command::new("promtool")
        .args(["check", "config"])
        .arg(&file)
        .output();
    let Ok(checked) = checked else {
        println!("promtool is not there (Debian: prometheus); the file was read as YAML only");
        return;
    };
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(checked.status.success(), "{told}");
}

#[tokio::test]
async fn targets_are_taken_as_they_stand() {
    let place = Place::sqlite().await;
    let it = Fixture::new(&place.db);
    let token = place.folder().join("token");
    std::fs::write(&token, "a-token\n").expect("written");
    let own =
        text("targets.toml").replace("/etc/herdbook/social-token", token.to_str().expect("text"));
    let file = place.folder().join("herdbook.toml");
    std::fs::write(&file, own).expect("written");
    let config = Config::load(Some(&file)).expect("a configuration");
    sync(&it.app, &config.pull.targets).await.expect("taken");
    let kinds: BTreeSet<String> = list(&it.app)
        .await
        .expect("listed")
        .into_iter()
        .map(|(target, _)| target.kind)
        .collect();
    assert_eq!(kinds.len(), 6, "every kind once: {kinds:?}");
    place.clear().await;
}

/// Runs a script of the kit with programs of our own in place of those it calls.
fn run(script: &str, fakes: &[(&str, &str)], more: &[(&str, &Path)], out: &Path) {
    let bin = out.join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    for (name, body) in fakes {
        let file = bin.join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{body}\n")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("set");
    }
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").expect("a path")
    );
    let mut command = Command::new("sh");
    command
        .arg(folder().join(script))
        .env("PATH", path)
        .env("OUT", out);
    for (name, value) in more {
        command.env(name, value);
    }
    let done = command.output().expect("it runs");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{script}: {told}");
}

/// The value of the first series that a meter takes.
fn measured(file: &Path) -> SampleValue {
    let bytes = std::fs::read(file).expect("written");
    let context = Context {
        instance: Some("social.example.org"),
        received_at: "2026-03-01T00:00:00Z".parse().expect("an instant"),
        limits: Limits::DEFAULT,
    };
    let decoded = decode(PayloadKind::PrometheusText, &bytes, &context).expect("a text");
    assert!(decoded.rejected.is_empty(), "{:?}", decoded.rejected);
    let mut billed = decoded
        .series
        .iter()
        .filter(|series| has_meter(series.key.metric()));
    decoded.points_of(billed.next().expect("a billed series"))[0].value
}

#[test]
fn the_size_of_a_bucket_is_told_without_its_cache() {
    let out = tempfile::tempdir().expect("a folder");
    let rclone = "case \"$3\" in */cache) echo '{\"count\":2,\"bytes\":40,\"sizeless\":0}';; \
                  *) echo '{\"count\":9,\"bytes\":442381631528,\"sizeless\":0}';; esac";
    let bucket = Path::new("s3:media");
    run(
        "bucket-size.sh",
        &[("rclone", rclone)],
        &[("BUCKET", bucket)],
        out.path(),
    );
    let value = measured(&out.path().join("mastodon_media.prom"));
    assert_eq!(value, SampleValue::Integer(442_381_631_488));
}

#[test]
fn what_nginx_sent_adds_up_from_run_to_run() {
    let out = tempfile::tempdir().expect("a folder");
    let (log, sum) = (out.path().join("egress.log"), out.path().join("sum"));
    let fakes = [("nginx", "exit 0"), ("sleep", "exit 0")];
    let mut total = 0;
    for lines in ["1000\n3000000000\n", "", "5\n"] {
        std::fs::write(&log, lines).expect("written");
        let places = [("LOG", log.as_path()), ("SUM", sum.as_path())];
        run("nginx-egress.sh", &fakes, &places, out.path());
        total += lines
            .lines()
            .map(|line| line.parse::<i64>().expect("bytes"))
            .sum::<i64>();
        let value = measured(&out.path().join("mastodon_egress.prom"));
        assert_eq!(value, SampleValue::Integer(total));
    }
}
