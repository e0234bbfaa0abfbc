//! Messages of the gateway: doubled, reordered, at once, forged, old, about nothing of ours.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use harness::on_both;
use herdbook::access::SecretText;
use herdbook::demo::card_server::Moods;
use herdbook::payments::webhook::sign;
use herdbook::usecases::payments::webhook::{Taken, take};
use herdbook::web::router::{Site, router};
use tower::ServiceExt;

use crate::town::{SITE, Town};

on_both! {
    async fn messages_come_before_the_payer_twice_and_in_any_order(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        let messages = town.server.messages();
        let kinds: Vec<&str> = messages.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
        );
        for message in messages.iter().rev() {
            assert_eq!(town.deliver(message).await, Taken::Applied);
        }
        for message in &messages {
            assert_eq!(town.deliver(message).await, Taken::Again);
        }
        assert_eq!(town.payments().await.len(), 1);
        town.adds_up().await;
    }
}

on_both! {
    async fn messages_that_arrive_at_once_book_once(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        let messages = town.server.messages();
        let all = messages.iter().chain(&messages).chain(&messages);
        let taken = futures::future::join_all(all.map(|one| town.deliver(one))).await;
        assert!(taken.contains(&Taken::Applied));
        assert_eq!((town.payments().await.len(), town.open().await.minor()), (1, 0));
        town.adds_up().await;
    }
}

on_both! {
    async fn a_fee_that_is_told_later_is_booked_once(db: &Db) {
        let town = Town::new(db).await;
        town.moods(Moods { fee_comes_later: true, ..Moods::default() });
        let page = town.start().await;
        town.pay(&page).await;
        town.deliver_all().await;
        assert_eq!(town.payments().await[0].fees, []);
        town.server.tell_fees();
        assert_eq!(town.deliver_all().await, [Taken::Applied]);
        assert_eq!(town.payments().await[0].fees.len(), 1);
        town.adds_up().await;
    }
}

on_both! {
    async fn a_message_is_not_taken_while_its_object_cannot_be_read(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        let message = town.server.messages().remove(0);
        town.moods(Moods { down: true, ..Moods::default() });
        let header = town.server.signature(&message, town.app.clock.system().timestamp());
        let refused = take(&town.app, &header, message.body.as_bytes()).await;
        assert!(refused.is_err());
        town.moods(Moods::default());
        assert_eq!(town.deliver(&message).await, Taken::Applied);
        town.adds_up().await;
    }
}

fn site() -> Site {
    Site {
        link_minutes: 5,
        organisation: "Herd".to_owned(),
        public_url: SITE.to_owned(),
        ..Site::default()
    }
}

on_both! {
    async fn the_door_takes_what_is_signed_now_and_nothing_else(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        let message = town.server.messages().remove(0);
        let routes = router(town.app.clone(), site()).expect("the routes");
        let now = town.app.clock.system().timestamp();
        let own = SecretText::new(town.server.webhook_secret().to_owned());
        let old = SecretText::new("whsec_old".to_owned());
        let other = SecretText::new("whsec_other".to_owned());
        let plan = r#"{"id":"evt_9","type":"plan.created","data":{"object":{"object":"plan"}}}"#;
        let stranger = r#"{"id":"evt_8","type":"charge.succeeded","data":{"object":
            {"object":"charge","id":"ch_8","payment_intent":"pi_8","metadata":{}}}}"#;
        let cases = [
            (message.body.as_str(), String::new(), 400, "webhook.unsigned"),
            (&message.body, sign(message.body.as_bytes(), &other, now), 400, "webhook.forged"),
            (&message.body, sign(message.body.as_bytes(), &own, now - 301), 400, "webhook.stale"),
            (&message.body, sign(message.body.as_bytes(), &own, now + 400), 400, "webhook.stale"),
            (&message.body, sign(b"other", &own, now), 400, "webhook.forged"),
            ("[]", sign(b"[]", &own, now), 400, "webhook.malformed"),
            (plan, sign(plan.as_bytes(), &own, now), 200, "taken"),
            (stranger, sign(stranger.as_bytes(), &own, now), 200, "taken"),
            // The secret that is on its way out still counts.
            (&message.body, sign(message.body.as_bytes(), &old, now), 200, "taken"),
            (&message.body, sign(message.body.as_bytes(), &own, now), 200, "taken"),
        ];
        for (body, header, status, expected) in cases {
            let request = Request::post("/hooks/stripe")
                .header("stripe-signature", &header)
                .header("content-type", "application/json")
                .body(Body::from(body.to_owned()))
                .expect("a request");
            let answer = routes.clone().oneshot(request).await.expect("an answer");
            let found = answer.status();
            let text = axum::body::to_bytes(answer.into_body(), 65_536).await.expect("a body");
            let text = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(found, StatusCode::from_u16(status).expect("a status"), "{text}");
            assert!(text.contains(expected), "{expected}: {text}");
        }
        let long = "x".repeat(600 * 1024);
        let request = Request::post("/hooks/stripe").body(Body::from(long)).expect("a request");
        let answer = routes.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(town.payments().await.len(), 1);
    }
}
