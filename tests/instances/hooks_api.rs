//! Webhooks over the API and the command line: registered, and a secret shown once.

use std::process::Command;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use harness::{Place, on_both};
use herdbook::access::{Permission, Role};
use herdbook::usecases::access::tokens;
use herdbook::web::router::{Site, router};
use serde_json::Value;
use tower::ServiceExt;

use crate::fixture::Fixture;

struct Api {
    routes: axum::Router,
    token: String,
}

impl Api {
    async fn new(it: &Fixture) -> Self {
        let admin = it.staff("admin@example.org", &[Role::Admin]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let scopes = [Permission::ReadSettings, Permission::EditSettings].into();
        let ends = it.app.clock.system() + TimeDelta::days(1);
        let made = tokens::issue(&it.app, &by, "test", scopes, ends).await;
        let site = Site {
            public_url: "https://billing.example.org".to_owned(),
            ..Site::default()
        };
        Self {
            routes: router(it.app.clone(), site).expect("the routes"),
            token: made.expect("a token").0.reveal().to_owned(),
        }
    }

    async fn ask(&self, method: Method, path: &str, key: &str, body: &str) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/mastodon-hooks{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

on_both! {
    async fn the_api_registers_rotates_settles_and_closes(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::new(&it).await;
        let (post, get) = (Method::POST, Method::GET);
        let new = r#"{"instance":"Social.Example.org"}"#;
        let (status, made) = api.ask(post.clone(), "", "one", new).await;
        assert_eq!(status, 201, "{made}");
        assert_eq!(made["instance"], "social.example.org");
        assert_eq!(
            made["address"],
            "https://billing.example.org/hooks/mastodon/social.example.org"
        );
        assert_eq!(made["secret"].as_str().expect("shown").len(), 40);
        let (status, again) = api.ask(post.clone(), "", "one", new).await;
        assert_eq!((status, again.get("secret")), (201, None), "shown once");
        let (status, other) = api.ask(post.clone(), "", "two", new).await;
        assert_eq!((status, &other["code"]), (409, &"mastodon.hook-exists".into()));
        let (status, list) = api.ask(get.clone(), "", "", "").await;
        assert_eq!((status, list["data"].as_array().map(Vec::len)), (200, Some(1)));
        assert!(!list.to_string().contains(made["secret"].as_str().expect("shown")));
        let place = "/social.example.org";
        let own = r#"{"secret":"0123456789abcdef0123"}"#;
        let (status, rotated) = api.ask(post.clone(), &format!("{place}/rotate"), "3", own).await;
        assert_eq!((status, &rotated["two_secrets"]), (200, &true.into()));
        assert_eq!(rotated.get("secret"), None, "what was given is not said again");
        let (status, settled) = api.ask(post.clone(), &format!("{place}/settle"), "4", "").await;
        assert_eq!((status, &settled["two_secrets"]), (200, &false.into()));
        let (status, _) = api.ask(post.clone(), &format!("{place}/close"), "5", "").await;
        assert_eq!(status, 200);
        for (method, path, body) in [
            (get, place.to_owned(), ""),
            (post.clone(), format!("{place}/rotate"), own),
            (post.clone(), format!("{place}/settle"), ""),
            (post.clone(), "/a%20b/close".to_owned(), ""),
        ] {
            let (status, answer) = api.ask(method, &path, &path, body).await;
            assert_eq!((status, &answer["code"]), (404, &"mastodon.unknown-instance".into()));
        }
        for body in [r#"{"instance":7}"#, "{}", r#"{"instance":"a.example","more":1}"#] {
            let (status, answer) = api.ask(post.clone(), "", body, body).await;
            assert_eq!((status, &answer["code"]), (422, &"api.fields".into()), "{body}");
        }
    }
}

#[tokio::test]
async fn the_command_line_registers_and_shows_a_secret_once() {
    let place = Place::sqlite().await;
    let run = |words: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_herdbook"))
            .args(["telemetry", "hook"])
            .args(words)
            .arg("--data-dir")
            .arg(place.folder())
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.code(), text, told)
    };
    let (code, made, _) = run(&["register", "social.example.org"]);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = made.lines().collect();
    assert_eq!(
        lines[0],
        "http://127.0.0.1:8080/hooks/mastodon/social.example.org"
    );
    assert_eq!(lines[1].len(), 40);
    let (_, list, _) = run(&["list"]);
    assert!(
        list.contains("social.example.org") && !list.contains(lines[1]),
        "{list}"
    );
    let (code, _, told) = run(&["register", "social.example.org"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("mastodon.hook-exists"), "{told}");
    let file = place.folder().join("secret");
    std::fs::write(&file, "0123456789abcdef\n").expect("written");
    let file = file.to_string_lossy().into_owned();
    let (code, rotated, _) = run(&["rotate", "social.example.org", "--secret-file", &file]);
    assert_eq!(code, Some(0));
    assert!(!rotated.contains("0123456789abcdef"), "{rotated}");
    let (_, list, _) = run(&["list"]);
    assert!(list.contains("secrets 2"), "{list}");
    assert_eq!(run(&["settle", "social.example.org"]).0, Some(0));
    assert_eq!(run(&["close", "social.example.org"]).0, Some(0));
    assert_eq!(run(&["list"]).1, "");
    place.clear().await;
}
