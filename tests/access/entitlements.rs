//! Entitlements: what a contract grants, to whom that is told, and how soon a change shows.

use harness::on_both;
use herdbook::access::{Party, Program, Role};
use herdbook::billing::contract::Contract;
use herdbook::db::contracts::{self, ContractParties};
use herdbook::db::{Db, Txn};
use herdbook::usecases::access::users::{self, Invitation};

use crate::api::Api;
use crate::fixture::{Fixture, origin};
use crate::measured::{imported, on, ten_days};

const STORAGE: &str = "/api/v1/entitlements/C-1/media_storage";

async fn measured(db: &Db) -> Fixture {
    let mut it = Fixture::new(db);
    imported(&mut it).await;
    ten_days(&it).await;
    it.app = on(&it, "2026-01-10T23:00:00Z");
    it
}

on_both! {
    async fn a_meter_says_how_much_is_left_and_until_when(db: &Db) {
        let it = measured(db).await;
        let api = Api::of(&it, &it.token(Role::Operations).await);
        for key in ["media_storage", "storage"] {
            let found = api.get(&format!("/api/v1/entitlements/C-1/{key}")).await;
            assert_eq!(found.status, 200, "{key}: {}", found.body);
            let body = &found.body;
            assert_eq!(body["granted"], true, "{key}");
            assert_eq!(body["limit"], "100", "{body}");
            assert_eq!(body["used"], "76", "{body}");
            assert_eq!(body["remaining"], "24", "{body}");
            assert_eq!(body["resets_at"], "2026-01-31T23:00:00Z", "{body}");
            assert_eq!(body["as_of"], "2026-01-10T23:00:00Z", "{body}");
        }
        let feature = api.get("/api/v1/entitlements/C-1/operated").await;
        assert_eq!(feature.body["granted"], true);
        assert!(feature.body["limit"].is_null(), "{}", feature.body);
        let other = api.get("/api/v1/entitlements/C-1/moderation").await;
        assert_eq!((other.status, &other.body["granted"]), (200, &false.into()));
        let known = found_tag(&api).await;
        let extra = [("if-none-match", known.as_str())];
        let again = api.send(axum::http::Method::GET, STORAGE, &extra, "").await;
        assert_eq!(again.status, 304);
    }
}

async fn found_tag(api: &Api) -> String {
    api.get(STORAGE).await.header("etag").to_owned()
}

on_both! {
    async fn a_customer_asks_about_its_own_contract_only(db: &Db) {
        let it = measured(db).await;
        let invitation = Invitation {
            email: "own@example.org".to_owned(),
            name: "Own".to_owned(),
            party: Party::Customer(20_001),
            roles: [Role::CustomerTechnical].into(),
        };
        let created = users::create(&it.app, "test".to_owned(), &invitation).await;
        let (account, _) = created.expect("created");
        let own = it.open(&account, &origin()).await;
        let own = Api::of(&it, &it.token_of(&own).await);
        assert_eq!(own.get(STORAGE).await.status, 200);
        // Kept by now: the answer for somebody else is still that there is no such contract.
        let other = it.session(Role::CustomerTechnical).await;
        let other = Api { token: it.token_of(&other).await, router: own.router.clone() };
        for path in [STORAGE, "/api/v1/entitlements/C-2/media_storage"] {
            let refused = other.get(path).await;
            assert_eq!((refused.status, refused.code()), (404, "api.not-found"), "{path}");
        }
        let odd = own.get("/api/v1/entitlements/C-1/%3Cb%3E").await;
        assert_eq!((odd.status, odd.code()), (404, "api.not-found"));
        let asked = own.get(&format!("{STORAGE}?day=2026-01-01")).await;
        assert_eq!(asked.status, 400, "{}", asked.body);
        let nobody = Api { token: String::new(), router: own.router.clone() };
        assert_eq!(nobody.get(STORAGE).await.status, 401);
    }
}

on_both! {
    async fn a_change_of_the_contract_shows_with_the_next_request(db: &Db) {
        let it = measured(db).await;
        let api = Api::of(&it, &it.token(Role::Operations).await);
        assert_eq!(api.get(STORAGE).await.body["limit"], "100");
        let now = it.app.clock.business();
        let (on, all, day) = (db.reader(), Program::itself(), now.date_naive());
        let found = contracts::as_of::<Contract>(&on, all, "C-1", day, now)
            .await;
        let found = found.expect("read").expect("a contract");
        let mut body = serde_json::to_value(&found.body).expect("a body");
        body["items"][0]["price"]["included"] = "150".into();
        let (from, recorded) = (found.valid_from, now);
        let parties = ContractParties {
            id: "C-1".to_owned(),
            seller: found.body.seller.clone(),
            customer: found.body.customer.to_string(),
        };
        db.write(async move |txn: &Txn| contracts::put(txn, &parties, from, recorded, &body).await)
            .await
            .expect("recorded");
        let after = api.get(STORAGE).await.body;
        assert_eq!((&after["limit"], &after["remaining"]), (&"150".into(), &"74".into()));
    }
}
