//! Sources over the API: the credential is shown once, exchanged with an overlap, and revoked.

use harness::on_both;
use herdbook::access::Role;
use serde_json::json;

use super::Api;
use crate::fixture::Fixture;

const METER: &str = "metric,time,value\n";

on_both! {
    async fn a_credential_is_shown_once_exchanged_and_revoked(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Operations).await);
        let body = json!({ "name": "meadow", "instance": "a.example", "doors": ["upload"] });
        let made = api.post("/api/v1/sources", "make", &body.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let first = made.body["token"].as_str().expect("the text").to_owned();
        let again = api.post("/api/v1/sources", "make", &body.to_string()).await;
        assert_eq!((again.status, &again.body["token"]), (201, &json!(null)), "shown once");
        let twice = api.post("/api/v1/sources", "another", &body.to_string()).await;
        assert_eq!((twice.status, twice.code()), (409, "source.exists"));
        for (body, code) in [
            (json!({ "name": "Meadow", "instance": "a", "doors": ["upload"] }), "source.malformed"),
            (json!({ "name": "m", "doors": ["upload"] }), "source.malformed"),
            (json!({ "name": "m", "instance": "a", "doors": [] }), "source.no-door"),
            (json!({ "name": "m", "instance": "a", "doors": ["x"] }), "source.unknown-door"),
            (json!({ "name": "m", "instance": "a", "doors": ["upload"], "x": 1 }), "api.fields"),
        ] {
            let refused = api.post("/api/v1/sources", &format!("{}", body.to_string().len()),
                &body.to_string()).await;
            assert_eq!((refused.status, refused.code()), (422, code), "{body}");
        }
        let push = async |credential: &str| {
            let pushing = Api { router: api.router.clone(), token: credential.to_owned() };
            let kind = [("content-type", "text/csv")];
            let path = "/api/v1/usage/upload";
            pushing.send(axum::http::Method::POST, path, &kind, METER).await.status
        };
        assert_eq!(push(&first).await, 200);
        let path = "/api/v1/sources/meadow/rotate";
        let exchanged = api.post(path, "rotate", "{\"overlap_hours\": 1}").await;
        assert_eq!(exchanged.status, 201, "{}", exchanged.body);
        let second = exchanged.body["token"].as_str().expect("the text").to_owned();
        assert_eq!((push(&first).await, push(&second).await), (200, 200), "both for an hour");
        let old = json!({ "credential": made.body["credential"] });
        let path = "/api/v1/sources/meadow/revoke";
        let revoked = api.post(path, "revoke", &old.to_string()).await;
        assert_eq!((revoked.status, &revoked.body["revoked"]), (200, &json!(1)));
        assert_eq!((push(&first).await, push(&second).await), (401, 200));
        let listed = api.get("/api/v1/sources").await;
        let text = listed.body.to_string();
        assert!(!text.contains(&first) && !text.contains(&second), "no secret is listed");
        let source = &listed.body["data"][0];
        assert_eq!(source["credentials"].as_array().map(Vec::len), Some(2));
        assert_eq!(source["instances"], json!(["a.example"]));
        let trail = api_trail(&it).await;
        assert_eq!(trail, ["source.revoked", "source.rotated", "source.created"]);
        let auditor = Api::of(&it, &it.token(Role::Auditor).await);
        assert_eq!(auditor.get("/api/v1/sources").await.status, 200);
        let denied = auditor.post("/api/v1/sources", "no", &body.to_string()).await;
        assert_eq!((denied.status, denied.code()), (403, "access.denied"));
        let gone = api.post("/api/v1/sources/none/revoke", "none", "{}").await;
        assert_eq!((gone.status, gone.code()), (404, "api.not-found"));
    }
}

async fn api_trail(it: &Fixture) -> Vec<String> {
    let admin = Api::of(it, &it.token(Role::Admin).await);
    let found = admin
        .get("/api/v1/audit-records?subject=source/meadow")
        .await;
    let found = found.body["data"].as_array().cloned().unwrap_or_default();
    let action = |one: &serde_json::Value| one["action"].as_str().unwrap_or_default().to_owned();
    found.iter().map(action).collect()
}
