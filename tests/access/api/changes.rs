//! What a request changes is changed once: runs and customers.

use std::collections::BTreeSet;

use axum::http::Method;
use harness::on_both;
use herdbook::access::{Role, Scope};
use herdbook::billing::party::Customer;
use herdbook::db::customers::list::states;
use herdbook::usecases::billing_run::{self, Step};
use serde_json::json;

use super::{Api, billed};
use crate::fixture::Fixture;

on_both! {
    async fn a_run_is_prepared_once_for_a_key(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let body = "{\"as_of\": \"2026-04-01\"}";
        let first = api.post("/api/v1/runs", "one", body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        assert_eq!(first.header("location"), format!("/api/v1/runs/{}", first.body["id"]));
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = api.post("/api/v1/runs", "\"one\"", body).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
        let other = api.post("/api/v1/runs", "one", "{\"as_of\": \"2026-05-01\"}").await;
        assert_eq!((other.status, other.code()), (409, "api.key-reused"));
        let listed = api.get("/api/v1/runs").await;
        assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(1));
        // The key of one account is none of another's.
        let second = Api::of(&it, &it.token(Role::Admin).await);
        let answer = second.post("/api/v1/runs", "one", body).await;
        assert_eq!(answer.code(), "access.denied");
        let steps = (0..4).map(|_| api.post("/api/v1/runs", "at-once", body));
        let answers = futures::future::join_all(steps).await;
        let ids: BTreeSet<String> = answers.iter().map(|one| one.body["id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "four at once are one: {ids:?}");
        assert!(answers.iter().all(|one| one.status == 201));
    }
}

on_both! {
    async fn a_run_goes_its_way_and_a_person_approves_it(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let made = api.post("/api/v1/runs", "one", "{\"as_of\": \"2026-04-01\"}").await;
        let path = made.header("location").to_owned();
        let id: i64 = made.body["id"].as_i64().expect("an id");
        let read = api.get(&path).await;
        assert_eq!(read.body["state"], "prepared");
        let tag = read.header("etag").to_owned();
        let early = api.post(&format!("{path}/issue"), "early", "").await;
        assert_eq!((early.status, early.code()), (409, "run.state"));
        let refused = api.post(&format!("{path}/approve"), "approve", "").await;
        assert_eq!((refused.status, refused.code()), (403, "access.approval-by-token"));
        let approver = it.staff("second@example.org", &[Role::Approver]).await;
        let approver = it.principal(&approver.opened).await.expect("signed in");
        billing_run::step(&it.app, &approver, id, Step::Approve).await.expect("approved");
        let key = [("idempotency-key", "issue"), ("if-match", tag.as_str())];
        let stale = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!((stale.status, stale.code()), (412, "api.precondition-failed"));
        let tag = api.get(&path).await.header("etag").to_owned();
        let key = [("idempotency-key", "issue"), ("if-match", tag.as_str())];
        let issued = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!((issued.status, &issued.body["state"]), (200, &json!("issuing")));
        let twice = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!(twice.body, issued.body, "the answer of the first time");
        let other = api.post(&format!("{path}/issue"), "another-key", "").await;
        assert_eq!(other.code(), "run.state");
        let body = api.post(&format!("{path}/withdraw"), "w", "{\"why\": 1}").await;
        assert_eq!((body.status, body.code()), (422, "api.fields"));
        let missing = api.post("/api/v1/runs/4711/withdraw", "m", "").await;
        assert_eq!((missing.status, missing.code()), (404, "api.not-found"));
        let jobs = api.get("/api/v1/jobs?state=queued").await;
        assert_eq!(jobs.body["data"][0]["kind"], "issue-run");
        let job = api.get(&format!("/api/v1/jobs/{}", jobs.body["data"][0]["id"])).await;
        assert_eq!(job.body, jobs.body["data"][0]);
        let subject = format!("/api/v1/audit-records?subject=run/{id}");
        let trail = api.get(&subject).await;
        let actions = trail.body["data"].as_array().expect("a list").iter();
        let actions: Vec<_> = actions.filter_map(|one| one["action"].as_str()).collect();
        assert_eq!(actions, ["run.issuing", "run.approved", "run.prepared"]);
        let actor = trail.body["data"][2]["actor"].as_str().expect("an actor");
        assert!(actor.starts_with("token/"), "{actor}");
    }
}

on_both! {
    async fn a_customer_is_changed_by_a_merge_patch_made_for_what_was_read(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Sales).await);
        let path = "/api/v1/customers/20001";
        let read = api.get(path).await;
        let tag = read.header("etag").to_owned();
        let kind = ("content-type", "application/merge-patch+json");
        let patch = async |tag: &str, key: &str, body: &str| {
            let extra = [kind, ("idempotency-key", key), ("if-match", tag)];
            api.send(Method::PATCH, path, &extra, body).await
        };
        let extra = [kind, ("idempotency-key", "none")];
        let missing = api.send(Method::PATCH, path, &extra, "{}").await;
        assert_eq!((missing.status, missing.code()), (428, "api.precondition-missing"));
        let stale = patch("\"old\"", "stale", "{\"legal_name\": \"New\"}").await;
        assert_eq!((stale.status, stale.code()), (412, "api.precondition-failed"));
        for (body, pointer) in [
            ("{\"legal_name\": null}", "#"),
            ("{\"legal_name\": \"\"}", "#/legal_name"),
            ("{\"legal_name\": 7}", "#/legal_name"),
            ("{\"colour\": \"red\"}", "#/colour"),
            ("{\"number\": 20002}", "#/number"),
            ("{\"address\": {\"country\": \"Germany\"}}", "#/address/country"),
            ("{\"address\": {\"city\": [\"x\"]}}", "#/address/city"),
            ("{\"kind\": \"nobody\"}", "#/kind"),
        ] {
            let answer = patch(&tag, body, body).await;
            // Keys with blanks are none; each body gets one of its own.
            assert_eq!(answer.code(), "api.header", "{body}");
            let key = format!("k{}", body.len());
            let answer = patch(&tag, &key, body).await;
            assert_eq!(answer.status, 422, "{body} {}", answer.body);
            let named = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
            assert!(named == pointer, "{body}: {named} {}", answer.body);
        }
        let body = "{\"legal_name\": \"<i>New & Co</i>\", \"contact\": null, \
                    \"address\": {\"city\": \"Elsewhere\"}}";
        let changed = patch(&tag, "change", body).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(changed.body["legal_name"], "<i>New & Co</i>");
        assert_eq!(changed.body["address"]["city"], "Elsewhere");
        assert_eq!(changed.body["address"]["country"], read.body["address"]["country"]);
        assert!(changed.body.get("contact").is_none());
        let now = api.get(path).await;
        assert_eq!((&now.body, now.header("etag")), (&changed.body, changed.header("etag")));
        let again = patch(&tag, "change", body).await;
        assert_eq!((again.status, &again.body), (200, &changed.body), "sent twice is done once");
        let late = patch(&tag, "late", body).await;
        assert_eq!(late.status, 412);
        let trail = it.token_of(&it.session(Role::Auditor).await).await;
        let trail = Api::of(&it, &trail).get("/api/v1/audit-records?subject=customer/20001").await;
        let first = &trail.body["data"][0];
        assert_eq!(first["action"], "customer.changed");
        assert!(first["content"]["before"].is_object() && first["content"]["after"].is_object());
    }
}

on_both! {
    async fn a_change_of_a_later_day_is_merged_into_what_holds_then(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Sales).await);
        let path = "/api/v1/customers/20001";
        let kind = ("content-type", "application/merge-patch+json");
        let patch = async |tag: &str, key: &str, body: &str| {
            let extra = [kind, ("idempotency-key", key), ("if-match", tag)];
            api.send(Method::PATCH, path, &extra, body).await
        };
        let first = api.get(path).await;
        let tag = first.header("etag").to_owned();
        let move_ = "{\"valid_from\": \"2099-02-01\", \"address\": {\"city\": \"Elsewhere\"}}";
        let moved = patch(&tag, "move", move_).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
        assert_eq!(moved.body, first.body, "today is as it was");
        let now = api.get(path).await;
        assert_ne!(now.header("etag"), tag, "what is scheduled changes the tag");
        assert_eq!(now.header("etag"), moved.header("etag"));
        // Another client has read before, and would take the removal back.
        let name = "{\"valid_from\": \"2099-03-01\", \"legal_name\": \"Later & Co\"}";
        let stale = patch(&tag, "stale", name).await;
        assert_eq!((stale.status, stale.code()), (412, "api.precondition-failed"));
        let renamed = patch(now.header("etag"), "rename", name).await;
        assert_eq!(renamed.status, 200, "{}", renamed.body);
        let again = patch(now.header("etag"), "rename", name).await;
        assert_eq!(again.header("etag"), renamed.header("etag"), "the answer of the first time");
        let (on, later) = (db.reader(), it.app.clock.business() + chrono::TimeDelta::days(1));
        let states = states::<Customer>(&on, Scope::of_program(), "20001", later).await;
        let states = states.expect("read");
        let of = |day: &str| {
            let day: chrono::NaiveDate = day.parse().expect("a day");
            let state = states.iter().find(|state| state.valid_from == day).expect("a state");
            (state.body.address.city.as_str(), state.body.legal_name.as_str())
        };
        let before = first.body["legal_name"].as_str().expect("a name");
        assert_eq!(of("2099-02-01"), ("Elsewhere", before));
        assert_eq!(of("2099-03-01"), ("Elsewhere", "Later & Co"), "nothing was taken back");
        for (key, day, status) in [("soon", "\"soon\"", 422), ("ever", "null", 200)] {
            let tag = api.get(path).await.header("etag").to_owned();
            let body = format!("{{\"valid_from\": {day}, \"legal_name\": \"{key}\"}}");
            let answer = patch(&tag, key, &body).await;
            assert_eq!(answer.status, status, "{day} {}", answer.body);
        }
    }
}

on_both! {
    async fn two_that_are_entered_at_once_get_numbers_of_their_own(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Sales).await);
        let mut body = api.get("/api/v1/customers/20001").await.body;
        let fields = body.as_object_mut().expect("an object");
        fields.remove("number");
        fields.remove("valid_from");
        let body = body.to_string();
        let keys = ["a", "b", "c", "d", "e", "f"];
        let sent = keys.iter().map(|key| api.post("/api/v1/customers", key, &body));
        let answers = futures::future::join_all(sent).await;
        let numbers: BTreeSet<u64> =
            answers.iter().filter_map(|one| one.body["number"].as_u64()).collect();
        assert!(answers.iter().all(|one| one.status == 201), "none of them is refused");
        assert_eq!(numbers.len(), keys.len(), "{numbers:?}");
    }
}

on_both! {
    async fn a_customer_is_entered_once(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Sales).await);
        let mut body = api.get("/api/v1/customers/20001").await.body;
        let fields = body.as_object_mut().expect("an object");
        fields.remove("number");
        fields.remove("valid_from");
        let body = body.to_string();
        let first = api.post("/api/v1/customers", "enter", &body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        let last = api.get("/api/v1/customers?limit=100").await;
        let numbers = last.body["data"].as_array().expect("a list").iter();
        let highest = numbers.filter_map(|one| one["number"].as_u64()).max();
        assert_eq!(first.body["number"].as_u64(), highest, "the next one that is free");
        let again = api.post("/api/v1/customers", "enter", &body).await;
        assert_eq!(again.body, first.body);
        let found = api.get(first.header("location")).await;
        assert_eq!((&found.body, found.header("etag")), (&first.body, first.header("etag")));
        let mut other = first.body.clone();
        other["legal_name"] = json!("Other");
        other.as_object_mut().expect("an object").remove("valid_from");
        let taken = api.post("/api/v1/customers", "taken", &other.to_string()).await;
        assert_eq!((taken.status, taken.code()), (409, "customer.taken"), "{}", taken.body);
        let nobody = Api::of(&it, &it.token(Role::Operations).await);
        assert_eq!(nobody.post("/api/v1/customers", "x", &body).await.status, 403);
    }
}
