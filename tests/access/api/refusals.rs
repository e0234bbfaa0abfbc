//! Who is let in, and how everything else is refused.

use std::collections::BTreeSet;

use axum::http::Method;
use harness::on_both;
use herdbook::access::Role;
use herdbook::access::rate::Limit;
use herdbook::web::guard::Open;
use herdbook::web::router::router_under;
use herdbook::web::routes::table;
use serde_json::json;

use super::{Api, billed};
use crate::fixture::Fixture;
use crate::matrix::site;

on_both! {
    async fn a_token_is_asked_for_and_its_scope(db: &Db) {
        let it = Fixture::new(db);
        let nobody = Api::of(&it, "");
        let answer = nobody.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (401, "api.no-token"));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"herdbook\"");
        let wrong = Api::of(&it, &format!("hb_{}_{}", "0".repeat(16), "0".repeat(52)));
        let answer = wrong.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (401, "token.unknown"));
        assert!(answer.header("www-authenticate").contains("invalid_token"));
        let api = Api::of(&it, &it.token(Role::Operations).await);
        let answer = api.get("/api/v1/me").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["roles"], json!(["operations"]));
        let answer = api.get("/api/v1/invoices").await;
        assert_eq!((answer.status, answer.code()), (403, "access.denied"));
        assert!(answer.header("www-authenticate").contains("scope=\"invoices.read\""));
        // A session opens nothing here: there is no cookie that another site could send along.
        let session = it.session(Role::Finance).await;
        let cookie = format!("herdbook={session}");
        let answer = nobody.send(Method::GET, "/api/v1/me", &[("cookie", &cookie)], "").await;
        assert_eq!(answer.code(), "api.no-token");
    }
}

on_both! {
    async fn whatever_is_refused_is_a_problem(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Finance).await);
        for (method, path, status, code) in [
            (Method::GET, "/api", 404, "api.no-route"),
            (Method::GET, "/api/v2/things", 404, "api.no-route"),
            (Method::DELETE, "/api/v1/me", 405, "api.method"),
            (Method::PUT, "/api/v1/customers/1", 405, "api.method"),
            (Method::GET, "/api/v1/customers/1", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers/%00", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers/%FF", 400, "api.refused"),
            (Method::GET, "/api/v1/contracts/C-1", 404, "api.not-found"),
            (Method::GET, "/api/v1/contracts/C-1/usage", 404, "api.not-found"),
            (Method::GET, "/api/v1/invoices/%3Cb%3E", 404, "api.not-found"),
            (Method::GET, "/api/v1/invoices/RE-1/documents/pdf", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/1", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/x", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/99999999999999999999", 404, "api.not-found"),
            (Method::GET, "/api/v1/jobs/0", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers?limit=0", 400, "api.query"),
            (Method::GET, "/api/v1/customers?limit=1&limit=2", 400, "api.query"),
            (Method::GET, "/api/v1/customers?colour=red", 400, "api.query"),
            (Method::GET, "/api/v1/customers?q=%00", 400, "api.query"),
            (Method::GET, "/api/v1/customers?country=de", 400, "api.query"),
            (Method::GET, "/api/v1/invoices?cursor=YQ", 400, "api.query"),
            (Method::GET, "/api/v1/contracts?state=lost", 400, "api.query"),
            (Method::GET, "/api/v1/ledger-entries?from=2026-02-30", 400, "api.query"),
        ] {
            let answer = api.send(method, path, &[], "").await;
            assert_eq!((answer.status, answer.code()), (status, code), "{path}");
        }
        let html = [("accept", "text/html")];
        let answer = api.send(Method::GET, "/api/v1/me", &html, "").await;
        assert_eq!((answer.status, answer.code()), (406, "api.not-acceptable"));
        let answer = api.get("/api/v1/customers?limit=x&colour=red").await;
        let named = answer.body["errors"].as_array().expect("a list");
        let named: BTreeSet<_> = named.iter().filter_map(|one| one["parameter"].as_str()).collect();
        assert_eq!(named, BTreeSet::from(["colour", "limit"]));
    }
}

on_both! {
    async fn a_body_is_judged_field_by_field(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let json = ("content-type", "application/json");
        let long = format!("{{\"as_of\": \"{}\"}}", "a".repeat(300_000));
        for (headers, body, status, code) in [
            (vec![json], "{}", 400, "api.header"),
            (vec![json, ("idempotency-key", "a b")], "{}", 400, "api.header"),
            (vec![("idempotency-key", "1")], "{}", 415, "api.media-type"),
            (vec![json, ("idempotency-key", "1")], "{", 400, "api.body"),
            (vec![json, ("idempotency-key", "1")], "[]", 422, "api.fields"),
            (vec![json, ("idempotency-key", "1")], "", 422, "api.fields"),
            (vec![json, ("idempotency-key", "1")], &long, 413, "api.too-large"),
        ] {
            let answer = api.send(Method::POST, "/api/v1/runs", &headers, body).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{body:.40}");
        }
        for (body, pointers) in [
            ("{}", vec!["#/as_of"]),
            ("{\"as_of\": null}", vec!["#/as_of"]),
            ("{\"as_of\": 20260101, \"x~/y\": 1}", vec!["#/as_of", "#/x~0~1y"]),
            (
                "{\"as_of\": \"2026-02-30\", \"service_until\": {}}",
                vec!["#/as_of", "#/service_until"],
            ),
            ("{\"as_of\": \"9999-01-01\"}", vec!["#/as_of"]),
            ("{\"as_of\": \"<b>\\u0000\"}", vec!["#/as_of"]),
        ] {
            let answer = api.post("/api/v1/runs", "fields", body).await;
            assert_eq!((answer.status, answer.code()), (422, "api.fields"), "{body}");
            let named = answer.body["errors"].as_array().expect("a list");
            let named: Vec<_> = named.iter().filter_map(|one| one["pointer"].as_str()).collect();
            assert_eq!(named, pointers, "{body}");
        }
        assert!(api.get("/api/v1/runs").await.body["data"].as_array().expect("a list").is_empty());
    }
}

on_both! {
    async fn a_customer_sees_its_own_and_nothing_else(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let finance = Api::of(&it, &it.token(Role::Finance).await);
        let all = finance.get("/api/v1/invoices").await;
        let number = all.body["data"][0]["number"].as_str().expect("a number").to_owned();
        // The customer of the token is another one.
        let foreign = Api::of(&it, &it.token(Role::CustomerBilling).await);
        let none = foreign.get("/api/v1/invoices").await;
        assert_eq!((none.status, &none.body["data"]), (200, &json!([])));
        for path in [
            format!("/api/v1/invoices/{number}"),
            format!("/api/v1/invoices/{number}/documents/pdf"),
            "/api/v1/contracts/C-1/usage".to_owned(),
        ] {
            assert_eq!(finance.get(&path).await.status, 200, "{path}");
            let answer = foreign.get(&path).await;
            assert_eq!((answer.status, answer.code()), (404, "api.not-found"), "{path}");
        }
        for route in table() {
            let mut path = route.path.replace("{kind}", "pdf").replace("{id}", "1");
            let known = [("customers", "20001"), ("contracts", "C-1"), ("invoices", &number)];
            for (what, own) in known {
                let of = format!("{what}/{{number}}");
                path = path.replace(&of, &format!("{what}/{own}"));
            }
            // Doors take credentials of sources, not tokens.
            let door = route.open == Open::Anyone;
            if !path.starts_with("/api/v1/") || path == "/api/v1/me" || door {
                continue;
            }
            let extra = [("idempotency-key", "foreign"), ("content-type", "application/json")];
            let answer = foreign.send(route.method.clone(), &path, &extra, "{}").await;
            let empty = answer.status == 200 && answer.body["data"] == json!([]);
            assert!(empty || [403, 404].contains(&answer.status), "{path}: {}", answer.body);
        }
    }
}

on_both! {
    async fn a_token_has_a_limit_of_its_own(db: &Db) {
        let it = Fixture::new(db);
        let slow = Limit::of(30, 3_600_000);
        let router = router_under(it.app.clone(), site(), slow).expect("the routes");
        let token = it.token(Role::Finance).await;
        let api = Api { router: router.clone(), token };
        for left in (0..30).rev() {
            let answer = api.get("/api/v1/me").await;
            assert_eq!(answer.status, 200);
            let rate = answer.header("ratelimit");
            assert!(rate.starts_with(&format!("\"token\";r={left};t=")), "{rate}");
            assert_eq!(answer.header("ratelimit-policy"), "\"token\";q=30;w=108000");
        }
        let answer = api.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (429, "rate.limited"));
        let wait: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=3_600).contains(&wait));
        let other = Api { router, token: it.token(Role::Auditor).await };
        assert_eq!(other.get("/api/v1/me").await.status, 200, "another token is not held up");
        // What another node has drawn counts here too.
        let second = router_under(it.app.clone(), site(), slow).expect("the routes");
        let second = Api { router: second, token: api.token.clone() };
        assert_eq!(second.get("/api/v1/me").await.status, 429);
    }
}

on_both! {
    async fn the_document_and_its_page_are_for_anybody(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, "");
        let answer = api.get("/api/openapi.json").await;
        assert_eq!((answer.status, &answer.body["openapi"]), (200, &json!("3.1.0")));
        let page = api.get("/api/docs").await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}
