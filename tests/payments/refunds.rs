//! Giving back: by two people, once, also when the answer is lost, or somebody does it elsewhere.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use harness::on_both;
use herdbook::access::session::Session;
use herdbook::access::{Party, Principal, Program, Role};
use herdbook::db::Txn;
use herdbook::db::access::sessions::{self, Origin};
use herdbook::db::invoices;
use herdbook::db::payments::refunds::RefundState;
use herdbook::demo::card_server::Moods;
use herdbook::error::Problem;
use herdbook::usecases::Failure;
use herdbook::usecases::payments::observe::sweep;
use herdbook::usecases::payments::refund::{approve, request, withdraw};
use herdbook::usecases::payments::webhook::Taken;
use herdbook::web::router::{Site, router};
use tower::ServiceExt;

use crate::town::Town;

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    Problem::from(result.unwrap_err()).code()
}

/// An invoice that was paid by card, of which all is given back at the gateway but ten units, and
/// paid again: what is left of the second payment is those ten.
async fn overpaid(town: &Town) -> i64 {
    let page = town.start().await;
    town.pay(&page).await;
    town.deliver_all().await;
    let first = town.payments().await.remove(0);
    let most = town.gross().minor() - 1_000;
    town.server.give_back(&first.record.payment.reference, most);
    town.deliver_all().await;
    assert_eq!(town.open().await.minor(), most);
    first.record.id.0
}

pub struct People {
    pub finance: Principal,
    pub approver: Principal,
}

pub async fn people(town: &Town) -> People {
    People {
        finance: town.staff("fay", Role::Finance).await,
        approver: town.staff("ada", Role::Approver).await,
    }
}

/// Two payments of the same invoice; the second is all left over.
pub async fn paid_twice(town: &Town) -> i64 {
    use herdbook::billing::party::Language;
    use herdbook::db::Txn;
    use herdbook::db::payments::checkouts::{self, Checkout, CheckoutState};
    use herdbook::payments::CheckoutOrder;
    let page = town.start().await;
    let running = checkouts::all_running(&town.app.db.reader(), 9)
        .await
        .expect("read");
    let late = Checkout {
        key: uuid::Uuid::now_v7().to_string(),
        ..running[0].clone()
    };
    let order = CheckoutOrder {
        key: late.key.clone(),
        invoice: town.number().to_owned(),
        amount: late.amount,
        label: "late".to_owned(),
        language: Language::En,
        back: late.back.clone(),
        expires_at: late.expires_at,
    };
    let card = town.app.card.as_ref().expect("set up");
    let opened = card.gateway.open_checkout(&order).await.expect("opened");
    let session = Some(opened.session);
    let ended_at = town.app.clock.business();
    let late = Checkout {
        state: CheckoutState::Expired { session, ended_at },
        ..late
    };
    let kept = town
        .app
        .db
        .write(async move |txn: &Txn| checkouts::insert(txn, &late).await);
    kept.await.expect("kept");
    town.pay(&page).await;
    town.deliver_all().await;
    town.pay(&opened.url).await;
    town.deliver_all().await;
    let files = town.payments().await;
    let over = files
        .iter()
        .find(|file| file.left().expect("a sum").minor() > 0);
    over.expect("left over").record.id.0
}

on_both! {
    async fn what_is_left_over_is_given_back_by_two_people(db: &Db) {
        let town = Town::new(db).await;
        let payment = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        assert_eq!(code(request(&town.app, &approver, payment).await), "access.denied");
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        assert_eq!(code(request(&town.app, &finance, payment).await), "refund.nothing-left");
        assert_eq!(code(approve(&town.app, &finance, &key).await), "access.denied");
        approve(&town.app, &approver, &key).await.expect("approved");
        assert_eq!(code(approve(&town.app, &approver, &key).await), "refund.state");
        assert_eq!(town.open().await.minor(), 0);
        let gross = town.gross().minor();
        assert_eq!(town.server.taken_and_returned(), (2 * gross, gross));
        town.deliver_all().await;
        town.adds_up().await;
    }
}

on_both! {
    async fn an_answer_that_is_lost_gives_back_once(db: &Db) {
        let town = Town::new(db).await;
        let payment = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        town.moods(Moods { forgets_to_answer: true, ..Moods::default() });
        approve(&town.app, &approver, &key).await.expect("approved, and on its way");
        sweep(&town.app).await.expect("swept");
        sweep(&town.app).await.expect("swept");
        let gross = town.gross().minor();
        assert_eq!(town.server.taken_and_returned(), (2 * gross, gross));
        town.adds_up().await;
    }
}

on_both! {
    async fn a_refund_that_is_refused_or_withdrawn_can_be_asked_for_again(db: &Db) {
        let town = Town::new(db).await;
        let payment = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        withdraw(&town.app, &finance, &key).await.expect("withdrawn");
        assert_eq!(code(approve(&town.app, &approver, &key).await), "refund.state");
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        town.moods(Moods { refuses_refunds: true, ..Moods::default() });
        assert_eq!(code(approve(&town.app, &approver, &key).await), "gateway.refused");
        town.moods(Moods::default());
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        approve(&town.app, &approver, &key).await.expect("approved");
        let states: Vec<&str> = town
            .payments()
            .await
            .iter()
            .flat_map(|file| &file.refunds)
            .map(|one| match one.state {
                RefundState::Withdrawn => "withdrawn",
                RefundState::Failed { .. } => "failed",
                RefundState::Returned { .. } => "returned",
                _ => "under way",
            })
            .collect();
        assert_eq!(states, ["withdrawn", "failed", "returned"]);
        town.adds_up().await;
    }
}

on_both! {
    async fn what_is_given_back_at_the_gateway_opens_the_invoice_again(db: &Db) {
        let town = Town::new(db).await;
        let payment = overpaid(&town).await;
        town.adds_up().await;
        let finance = town.staff("fay", Role::Finance).await;
        // What settles the invoice stays with it.
        let none = request(&town.app, &finance, payment).await;
        assert_eq!(code(none), "refund.nothing-left");
        let page = town.start().await;
        town.pay(&page).await;
        assert!(town.deliver_all().await.iter().all(|taken| *taken == Taken::Applied));
        assert_eq!(town.open().await.minor(), 0);
        town.adds_up().await;
    }
}

/// The cookie of somebody of staff.
async fn session(town: &Town, of: &Principal) -> String {
    let bytes = herdbook::keys::random().expect("random bytes");
    let now = town.app.clock.system();
    let opened = Session::open(bytes, of.account(), Party::Staff, None, now);
    let session = opened.session;
    let origin = Origin {
        agent: "test".to_owned(),
        address: "192.0.2.7".to_owned(),
    };
    // Nobody sets a password here.
    let active = "UPDATE account SET state = 'active'";
    harness::behind_its_back(&town.app.db, active)
        .await
        .expect("active");
    let work = async move |txn: &Txn| sessions::insert(txn, &session, &origin).await;
    town.app.db.write(work).await.expect("stored");
    format!("herdbook={}", opened.token.reveal())
}

async fn ask(routes: Router, cookie: &str, (path, form): (&str, Option<&str>)) -> (u16, String) {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT_LANGUAGE, "en");
    let request = match form {
        None => request.body(Body::empty()),
        Some(form) => request
            .method("POST")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned())),
    };
    let answer = routes
        .oneshot(request.expect("a request"))
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// The form of a page with its proof.
async fn form(routes: &Router, cookie: &str, page: &str) -> String {
    let (_, text) = ask(routes.clone(), cookie, (page, None)).await;
    let (_, proof) = text.split_once("name=\"csrf\" value=\"").expect("a form");
    format!("csrf={}", proof.split('"').next().expect("its end"))
}

on_both! {
    async fn a_step_is_taken_on_the_page_of_its_invoice_and_once_for_a_form(db: &Db) {
        let town = Town::new(db).await;
        let payment = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        let site = Site {
            organisation: "Herd".to_owned(),
            public_url: crate::town::SITE.to_owned(),
            ..Site::default()
        };
        let routes = router(town.app.clone(), site).expect("the routes");
        let [asks, approves] = [session(&town, &finance).await, session(&town, &approver).await];
        let all = invoices::page(&db.reader(), Program::itself(), None, 50).await.expect("read");
        let mut numbers = all.iter().filter_map(|one| one.number());
        let other = numbers.find(|one| *one != town.number()).expect("another invoice");
        let own = format!("/invoices/{}", town.number());
        let sent = form(&routes, &asks, &own).await;
        let step = |number: &str, step: &str| format!("/invoices/{number}/refunds/{step}");
        let asked = step(town.number(), &format!("ask/{payment}"));
        for number in [other, "RE-2026-99999"] {
            let path = step(number, &format!("ask/{payment}"));
            let (status, text) = ask(routes.clone(), &asks, (&path, Some(&sent))).await;
            assert_eq!(status, 404, "{path}: {text}");
        }
        let both = [(), ()].map(|()| {
            let (routes, cookie) = (routes.clone(), asks.clone());
            let (path, sent) = (asked.clone(), sent.clone());
            tokio::spawn(async move { ask(routes, &cookie, (&path, Some(&sent))).await })
        });
        for one in both {
            let (status, text) = one.await.expect("answered");
            assert_eq!(status, 303, "{text}");
        }
        let files = town.payments().await;
        let refunds: Vec<_> = files.iter().flat_map(|file| &file.refunds).collect();
        let waiting = refunds.iter().filter(|one| one.state == RefundState::Requested);
        let [refund] = waiting.collect::<Vec<_>>()[..] else {
            panic!("one refund waits: {refunds:?}");
        };
        let sent = form(&routes, &approves, &own).await;
        for what in ["approve", "withdraw"] {
            for number in [other, "RE-2026-99999"] {
                let path = step(number, &format!("{what}/{}", refund.key));
                let (status, text) = ask(routes.clone(), &approves, (&path, Some(&sent))).await;
                assert_eq!(status, 404, "{path}: {text}");
            }
        }
        let path = step(town.number(), &format!("approve/{}", refund.key));
        let (status, text) = ask(routes.clone(), &approves, (&path, Some(&sent))).await;
        assert_eq!(status, 303, "{text}");
        assert_eq!(town.server.taken_and_returned().1, town.gross().minor());
    }
}
