//! Sellers, sources, targets and webhooks: read one by one, without their secrets, by staff alone.

use harness::on_both;
use herdbook::access::Role;
use herdbook::usecases::pull::{NewTarget, put};
use herdbook::usecases::webhooks::{self, Wanted};
use serde_json::json;

use super::{Api, billed};
use crate::fixture::Fixture;

on_both! {
    async fn a_seller_is_read_with_its_series(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let list = api.get("/api/v1/sellers").await;
        assert_eq!(list.status, 200, "{}", list.body);
        let first = &list.body["data"][0];
        let code = first["seller"]["code"].as_str().expect("a code");
        let one = api.get(&format!("/api/v1/sellers/{code}")).await;
        assert_eq!((one.status, &one.body), (200, first));
        assert!(one.body["seller"]["bank"]["iban"].is_string());
        assert_eq!(one.body["states"][0]["valid_from"], one.body["seller"]["valid_from"]);
        let next = one.body["series"][0]["next"].as_u64().expect("a place");
        let issued = api.get("/api/v1/invoices?limit=100").await;
        let issued = issued.body["data"].as_array().map_or(0, Vec::len);
        assert_eq!(next, issued as u64 + 1, "the place behind the last document");
        assert_eq!(one.body["change_waits"], false);
        let none = api.get("/api/v1/sellers/none").await;
        assert_eq!((none.status, none.code()), (404, "api.not-found"));
    }
}

on_both! {
    async fn the_webhook_of_a_customer_is_read_without_its_secret(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let session = it.session(Role::Finance).await;
        let by = it.principal_of(&session).await.expect("signed in");
        let api = Api::of(&it, &it.token_of(&session).await);
        let none = api.get("/api/v1/webhooks/20001").await;
        assert_eq!((none.status, none.code()), (404, "api.not-found"));
        let secret = async |customer: &str| {
            let wanted = Wanted::Address(format!("https://hooks.example.org/{customer}"));
            let secret = webhooks::change(&it.app, &by, customer, &wanted).await.expect("set");
            secret.expect("shown once").reveal().to_owned()
        };
        let secrets = [secret("10001").await, secret("20001").await];
        webhooks::change(&it.app, &by, "10001", &Wanted::Off).await.expect("off");
        let list = api.get("/api/v1/webhooks").await;
        let text = list.body.to_string();
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
        let customers = |body: &serde_json::Value| -> Vec<String> {
            let all = body["data"].as_array().expect("a list").iter();
            all.map(|one| one["customer"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(customers(&list.body), ["10001", "20001"]);
        let page = api.get("/api/v1/webhooks?limit=1").await;
        let next = api.get(page.body["next"].as_str().expect("a link")).await;
        assert_eq!(customers(&next.body), ["20001"]);
        let off = api.get("/api/v1/webhooks?state=off").await;
        assert_eq!(customers(&off.body), ["10001"]);
        let one = api.get("/api/v1/webhooks/20001").await;
        assert_eq!((one.status, &one.body), (200, &list.body["data"][1]));
        assert_eq!(one.body["state"], "on");
        assert_eq!(one.body["url"], "https://hooks.example.org/20001");
        let wrong = api.get("/api/v1/webhooks?state=lost").await;
        assert_eq!((wrong.status, wrong.code()), (400, "api.query"));
    }
}

on_both! {
    async fn a_target_is_read_without_its_address_and_token(db: &Db) {
        let it = Fixture::new(db);
        let target = NewTarget {
            name: "meadow".to_owned(),
            kind: "prometheus-text".to_owned(),
            url: "https://social.example.org/metrics?key=opensesame".to_owned(),
            instance: "social.example.org".to_owned(),
            schedule: "5 * * * *".to_owned(),
            timeout_seconds: 10,
            limit_bytes: 1_000_000,
            private: false,
        };
        put(&it.app, target, Some("letmein")).await.expect("put");
        let api = Api::of(&it, &it.token(Role::Operations).await);
        let list = api.get("/api/v1/targets").await;
        let one = api.get("/api/v1/targets/meadow").await;
        assert_eq!((one.status, &one.body), (200, &list.body["data"][0]));
        let text = one.body.to_string();
        assert!(!text.contains("opensesame") && !text.contains("letmein"), "{text}");
        assert_eq!(one.body["instance"], "social.example.org");
        assert_eq!((&one.body["failure"], &one.body["failures"]), (&json!(null), &json!(0)));
        let none = api.get("/api/v1/targets/none").await;
        assert_eq!((none.status, none.code()), (404, "api.not-found"));
    }
}

on_both! {
    async fn a_source_is_read_with_what_of_it_was_kept_aside(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Operations).await);
        let body = json!({ "name": "meadow", "instance": "a.example", "doors": ["upload"] });
        let made = api.post("/api/v1/sources", "make", &body.to_string()).await;
        let token = made.body["token"].as_str().expect("the text").to_owned();
        let pushing = Api { router: api.router.clone(), token: token.clone() };
        let kind = [("content-type", "text/csv")];
        let ahead = "metric,time,value\nstorage,2099-01-01T00:00:00Z,1\n";
        let path = "/api/v1/usage/upload";
        let pushed = pushing.send(axum::http::Method::POST, path, &kind, ahead).await;
        assert!(pushed.status < 300, "{}", pushed.body);
        let one = api.get("/api/v1/sources/meadow").await;
        assert_eq!(one.status, 200, "{}", one.body);
        let list = api.get("/api/v1/sources").await;
        let listed = list.body["data"][0].as_object().expect("a source");
        for (field, value) in listed {
            assert_eq!(&one.body[field], value, "{field}");
        }
        assert!(!one.body.to_string().contains(&token), "no secret is shown");
        assert_eq!((&one.body["kind"], &one.body["waiting"]), (&json!("pushed"), &json!(0)));
        assert_eq!(one.body["kept_aside"][0]["open"], 1, "{}", one.body);
        let none = api.get("/api/v1/sources/none").await;
        assert_eq!((none.status, none.code()), (404, "api.not-found"));
    }
}

on_both! {
    async fn only_who_sees_their_pages_reads_them(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let sales = Api::of(&it, &it.token(Role::Sales).await);
        let customer = Api::of(&it, &it.token(Role::CustomerBilling).await);
        for (path, by_sales) in [
            ("/api/v1/sellers", 403),
            ("/api/v1/sources", 403),
            ("/api/v1/targets", 403),
            ("/api/v1/webhooks", 200),
        ] {
            assert_eq!(sales.get(path).await.status, by_sales, "{path}");
            let one = format!("{path}/x");
            for path in [path, &one] {
                let refused = customer.get(path).await;
                assert_eq!((refused.status, refused.code()), (403, "access.denied"), "{path}");
            }
        }
    }
}
