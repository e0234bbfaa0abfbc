//! The packages say what is true: the unit of systemd and the recipe of the container.

use std::path::{Path, PathBuf};
use std::process::Command;

use herdbook::config::Config;

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("packaging")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The variables that a package sets, and their values.
fn variables(text: &str) -> Vec<(String, String)> {
    let words = text.split(|sign: char| sign.is_whitespace());
    let set = words.filter_map(|word| {
        let at = word.find("HERDBOOK_")?;
        let (name, value) = word[at..].split_once('=')?;
        // A unit quotes an assignment whose value has quotes of its own.
        Some((name.to_owned(), value.trim_end_matches('\'').to_owned()))
    });
    set.filter(|(_, value)| !value.contains("...")).collect()
}

/// Every setting of a package is one that the program knows: it refuses others.
fn accepted(variables: &[(String, String)]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herdbook"));
    let shown = command
        .args(["config", "show"])
        .envs(variables.iter().cloned())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.status.success(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    for (name, value) in variables {
        let line = said
            .lines()
            .find(|line| line.contains(&format!("environment {name}")));
        assert!(
            line.is_some_and(|line| line.contains(value.as_str())),
            "{name}: {said}"
        );
    }
}

#[test]
fn the_unit_sets_what_the_program_knows_and_gives_it_time_to_end() {
    let unit = text("herdbook.service");
    accepted(&variables(&unit));
    let value = |key: &str| {
        let lines = unit.lines();
        lines
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .next()
    };
    let stop: u32 = value("TimeoutStopSec")
        .expect("a limit")
        .parse()
        .expect("seconds");
    let drain = Config::load(None)
        .expect("the defaults")
        .serve
        .drain_seconds;
    assert!(stop > drain, "{stop} s to stop, {drain} s to drain");
    let folder = value("StateDirectory").expect("a folder");
    assert!(unit.contains(&format!("HERDBOOK_STORE_DATA_DIR=/var/lib/{folder}")));
    for (key, expected) in [
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("Type", "notify"),
    ] {
        assert_eq!(value(key), Some(expected), "{key}");
    }
}

#[test]
fn systemd_accepts_the_unit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let unit = folder.path().join("herdbook.service");
    // The program is not installed where the tests run.
    let own =
        text("herdbook.service").replace("/usr/local/bin/herdbook", env!("CARGO_BIN_EXE_herdbook"));
    std::fs::write(&unit, own).expect("written");
    let checked = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&unit)
        .output();
    let checked = checked.expect("systemd-analyze, of the package systemd");
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    let about: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("herdbook.service"))
        .collect();
    assert!(about.is_empty(), "{said}");
}

#[test]
fn the_recipe_names_what_is_there() {
    let recipe = text("Containerfile");
    let variables = variables(&recipe);
    accepted(&variables);
    let of = |name: &str| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).expect(name)
    };
    let line = |word: &str| {
        let found = recipe.lines().find_map(|line| line.strip_prefix(word));
        found.map_or_else(|| panic!("no {word}"), str::trim)
    };
    let (_, port) = of("HERDBOOK_SERVE_LISTEN")
        .rsplit_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a port");
    assert_eq!(line("EXPOSE "), port);
    assert_eq!(line("VOLUME "), of("HERDBOOK_STORE_DATA_DIR"));
    let user = line("USER ");
    assert!(
        user.split(':')
            .all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)),
        "{user}"
    );
    assert!(recipe.contains(&format!("--chown={user} /state {}", line("VOLUME "))));
    assert_eq!(line("STOPSIGNAL "), "SIGTERM");
    // No shell is in there: what is run is a list of words.
    for word in ["ENTRYPOINT ", "CMD "] {
        assert!(line(word).starts_with('['), "{}", line(word));
    }
    let check = recipe.split("HEALTHCHECK").nth(1).expect("a check");
    assert!(
        check.contains("CMD [\"/usr/local/bin/herdbook\", \"health\"]"),
        "{check}"
    );
    // The stage that builds has the toolchain that the project asks for.
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("Cargo.toml");
    let (_, version) = manifest.split_once("rust-version = \"").expect("a version");
    let (version, _) = version.split_once('"').expect("a version");
    assert!(
        recipe.contains(&format!("library/rust:{version}-")),
        "Rust {version}"
    );
}
