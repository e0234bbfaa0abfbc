//! Lists from link to link, invoices down to their documents, copies that are current.

use axum::http::Method;
use chrono::NaiveDate;
use harness::on_both;
use herdbook::access::{Program, Role};
use herdbook::db::{Txn, customers};
use serde_json::{Value, json};

use super::{Api, billed};
use crate::fixture::Fixture;

on_both! {
    async fn invoices_are_read_down_to_their_documents(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let list = api.get("/api/v1/invoices?limit=1").await;
        let head = &list.body["data"][0];
        assert_eq!(head["gross"]["currency"], "EUR");
        assert!(head["gross"]["amount"].as_str().is_some_and(|text| text.contains('.')));
        let number = head["number"].as_str().expect("a number");
        let sheet = api.get(&format!("/api/v1/invoices/{number}")).await;
        assert_eq!(sheet.status, 200);
        for part in ["number", "kind", "state", "net", "gross", "payable", "issued_at"] {
            assert_eq!(sheet.body[part], head[part], "{part}");
        }
        let line = &sheet.body["content"]["lines"][0];
        assert!(line["derivation"]["because"].is_array(), "{line}");
        let name = sheet.body["content"]["customer"]["legal_name"].as_str().expect("a name");
        assert!(name.starts_with("<b>"), "text is text, and JSON: {name}");
        let documents = sheet.body["documents"].as_array().expect("a list");
        assert_eq!(documents.len(), 2);
        for document in documents {
            let href = document["href"].as_str().expect("an address");
            let wanted = [("accept", document["media_type"].as_str().expect("a type"))];
            let file = api.send(Method::GET, href, &wanted, "").await;
            assert_eq!(file.status, 200, "{href}");
            let length = file.header("content-length").to_owned();
            let known = document["bytes"].to_string();
            assert!(length.is_empty() || length == known, "{length} {known}");
            assert!(file.header("content-disposition").starts_with("attachment"));
            let json = [("accept", "application/json")];
            assert_eq!(api.send(Method::GET, href, &json, "").await.status, 406);
        }
        let entries = api.get(&format!("/api/v1/ledger-entries?invoice={number}")).await;
        let entry = &entries.body["data"][0];
        assert_eq!(entry["invoice"], number);
        assert!(entry["postings"][0]["debit"].is_object());
        let none = api.get("/api/v1/ledger-entries?invoice=RE-0").await;
        assert_eq!(none.body["data"], json!([]));
    }
}

on_both! {
    async fn lists_are_read_from_link_to_link(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Auditor).await);
        for path in [
            "/api/v1/customers", "/api/v1/contracts", "/api/v1/readings", "/api/v1/invoices",
            "/api/v1/runs", "/api/v1/ledger-entries", "/api/v1/audit-records", "/api/v1/jobs",
            "/api/v1/users", "/api/v1/tokens", "/api/v1/open-amounts",
        ] {
            let whole = api.get(&format!("{path}?limit=100")).await;
            assert_eq!(whole.status, 200, "{path} {}", whole.body);
            let whole = whole.body["data"].as_array().expect("a list").clone();
            let (mut read, mut next) = (Vec::new(), format!("{path}?limit=1"));
            loop {
                let page = api.get(&next).await;
                assert_eq!(page.status, 200, "{next}");
                let data = page.body["data"].as_array().expect("a list");
                assert!(data.len() <= 1, "{next}");
                read.extend(data.clone());
                match page.body["next"].as_str() {
                    Some(link) => {
                        assert_eq!(page.header("link"), format!("<{link}>; rel=\"next\""));
                        next = link.to_owned();
                    }
                    None => break,
                }
            }
            // Asking leaves its own traces in the trail and in the tokens.
            let names = |all: &[Value]| -> Vec<String> {
                let name = |one: &Value| {
                    let name = ["number", "id", "invoice"].iter().find_map(|key| one.get(*key));
                    name.map(ToString::to_string).unwrap_or_default()
                };
                all.iter().map(name).collect()
            };
            assert_eq!(names(&read), names(&whole), "{path}");
        }
    }
}

on_both! {
    async fn a_copy_is_current_until_something_changes(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        for path in ["/api/v1/customers/20001", "/api/v1/contracts/C-1", "/api/v1/customers"] {
            let first = api.get(path).await;
            assert_eq!(first.status, 200, "{path}");
            let tag = first.header("etag").to_owned();
            let again = api.send(Method::GET, path, &[("if-none-match", &tag)], "").await;
            assert_eq!((again.status, &again.body), (304, &Value::Null), "{path}");
            assert_eq!(again.header("etag"), tag);
        }
        let tag = api.get("/api/v1/customers/20001").await.header("etag").to_owned();
        let (on, now) = (db.reader(), it.app.clock.business());
        let (all, day) = (Program::itself(), now.date_naive());
        let found = customers::as_of::<Value>(&on, all, "20001", day, now)
            .await;
        let mut body = found.expect("read").expect("a customer").body;
        body["legal_name"] = json!("Another");
        let (day, now) = (NaiveDate::from_ymd_opt(2026, 1, 1), it.app.clock.business());
        let day = day.expect("a day");
        db.write(async move |txn: &Txn| customers::put(txn, "20001", day, now, &body).await)
            .await
            .expect("changed");
        let extra = [("if-none-match", tag.as_str())];
        let after = api.send(Method::GET, "/api/v1/customers/20001", &extra, "").await;
        assert_eq!((after.status, &after.body["legal_name"]), (200, &json!("Another")));
    }
}
