//! Money is given back once: while it is on its way for days, when the gateway has forgotten our
//! key, when a message is lost, and when somebody asks for what is no longer there.

use harness::{behind_its_back, on_both};
use herdbook::access::Program;
use herdbook::app::App;
use herdbook::billing::Money;
use herdbook::billing::party::Chart;
use herdbook::billing::payment::{Method, Payment};
use herdbook::db::Txn;
use herdbook::db::payments::refunds::{Refund, RefundState};
use herdbook::db::payments::{self, PaymentFile, PaymentId, PaymentRecord};
use herdbook::demo::card_server::Moods;
use herdbook::error::Problem;
use herdbook::usecases::Failure;
use herdbook::usecases::cancel_invoice::cancel_by_program;
use herdbook::usecases::payments::observe::sweep;
use herdbook::usecases::payments::refund::{approve, request};

use crate::fixture::noon;
use crate::refunds::{People, paid_twice, people};
use crate::town::Town;

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    Problem::from(result.unwrap_err()).code()
}

async fn refund(town: &Town, key: &str) -> Refund {
    let files = town.payments().await;
    let mut all = files.into_iter().flat_map(|file| file.refunds);
    all.find(|one| one.key == key).expect("on file")
}

/// A refund of the second of two payments, approved while the gateway is in a mood.
async fn approved(town: &Town, moods: Moods) -> String {
    let payment = paid_twice(town).await;
    let People { finance, approver } = people(town).await;
    let key = request(&town.app, &finance, payment)
        .await
        .expect("asked for");
    town.moods(moods);
    approve(&town.app, &approver, &key).await.expect("approved");
    key
}

fn pending() -> Moods {
    Moods {
        refunds_pend: true,
        ..Moods::default()
    }
}

/// What the gateway took in and gave back.
fn moved(town: &Town) -> (i64, i64) {
    let gross = town.gross().minor();
    let (taken, returned) = town.server.taken_and_returned();
    (taken / gross, returned / gross)
}

on_both! {
    async fn a_refund_that_is_pending_for_days_is_asked_for_once(db: &Db) {
        let town = Town::new(db).await;
        let key = approved(&town, pending()).await;
        let on_its_way = refund(&town, &key).await;
        assert!(matches!(on_its_way.state, RefundState::Sending { .. }), "{on_its_way:?}");
        assert!(on_its_way.reference.is_some(), "it is named as soon as it is known");
        for _ in 0..3 {
            town.server.forget_keys();
            sweep(&town.app).await.expect("swept");
        }
        assert_eq!(moved(&town), (2, 1), "given back once");
        town.server.refunds_end(true);
        town.deliver_all().await;
        let returned = refund(&town, &key).await;
        assert!(matches!(returned.state, RefundState::Returned { .. }), "{returned:?}");
        town.adds_up().await;
    }
}

on_both! {
    async fn a_refund_that_was_pending_and_comes_back_can_be_asked_for_again(db: &Db) {
        let town = Town::new(db).await;
        let key = approved(&town, pending()).await;
        town.server.refunds_end(false);
        town.deliver_all().await;
        let failed = refund(&town, &key).await;
        assert!(matches!(failed.state, RefundState::Failed { returned_on: None, .. }));
        town.moods(Moods::default());
        let other = town.staff("fin", herdbook::access::Role::Finance).await;
        request(&town.app, &other, failed.payment.0).await.expect("asked for again");
        assert_eq!(moved(&town), (2, 0));
        town.adds_up().await;
    }
}

on_both! {
    async fn an_answer_that_is_lost_is_found_after_the_key_is_forgotten(db: &Db) {
        let town = Town::new(db).await;
        let moods = Moods { forgets_to_answer: true, ..pending() };
        let key = approved(&town, moods).await;
        assert_eq!(refund(&town, &key).await.reference, None, "the answer is lost");
        town.server.forget_keys();
        sweep(&town.app).await.expect("swept");
        assert!(refund(&town, &key).await.reference.is_some(), "found at the gateway");
        assert_eq!(moved(&town), (2, 1), "given back once");
    }
}

on_both! {
    async fn what_could_not_be_sent_for_a_day_is_not_sent_any_more(db: &Db) {
        let town = Town::new(db).await;
        let key = approved(&town, Moods { down: true, ..Moods::default() }).await;
        town.moods(Moods::default());
        let later = App { card: town.app.card.clone(), ..town.app.at(noon("2026-01-06")) };
        sweep(&later).await.expect("swept");
        let given_up = refund(&town, &key).await;
        assert!(matches!(given_up.state, RefundState::Failed { .. }), "{given_up:?}");
        assert_eq!(moved(&town), (2, 0));
        town.adds_up().await;
    }
}

on_both! {
    async fn a_refund_under_a_key_of_ours_that_we_did_not_ask_for_is_a_fact_of_its_own(db: &Db) {
        let town = Town::new(db).await;
        let key = approved(&town, pending()).await;
        // Somebody gives back once more at the gateway, and says that it was ours.
        let own = refund(&town, &key).await;
        let reference = payment(&town, own.payment).await.record.payment.reference;
        town.server.refunds_end(true);
        let first = town.payments().await.remove(0).record.payment.reference;
        assert_ne!(first, reference);
        town.server.give_back_as(&first, 500, &key);
        town.server.give_back_as(&first, 700, &key);
        for _ in 0..2 {
            sweep(&town.app).await.expect("swept");
        }
        town.deliver_all().await;
        let (_, returned) = town.server.taken_and_returned();
        assert_eq!(returned, town.gross().minor() + 1_200);
        town.adds_up().await;
    }
}

async fn payment(town: &Town, id: PaymentId) -> PaymentFile {
    payments::get(&town.app.db.reader(), Program::itself(), id)
        .await
        .expect("on file")
}

on_both! {
    async fn more_refunds_than_come_with_a_charge_are_all_booked(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        town.deliver_all().await;
        let file = town.payments().await.remove(0);
        for _ in 0..23 {
            town.server.give_back(&file.record.payment.reference, 100);
        }
        let mut messages = town.server.messages();
        town.deliver(&messages.remove(0)).await;
        assert_eq!(town.payments().await[0].refunds.len(), 23);
        town.adds_up().await;
    }
}

/// Money of the payer that came to the bank, meant for the invoice.
async fn transfer(town: &Town, amount: Money) -> i64 {
    let (invoice, now) = (town.invoice.id, town.app.clock.business());
    let record = PaymentRecord {
        id: PaymentId(0),
        payment: Payment {
            key: format!("bank/{}", amount.minor()),
            customer: crate::town::PAYER,
            method: Method::Transfer,
            received_on: now.date_naive(),
            amount,
            reference: "RF18".to_owned(),
        },
        meant_for: Some(invoice),
        chart: Chart::Skr03,
        recorded_at: now,
    };
    let kept = town
        .app
        .db
        .write(async move |txn: &Txn| payments::insert(txn, &record).await);
    kept.await.expect("kept").0
}

on_both! {
    async fn only_what_came_by_card_is_given_back_by_the_gateway(db: &Db) {
        let town = Town::new(db).await;
        let finance = town.staff("fay", herdbook::access::Role::Finance).await;
        let id = transfer(&town, town.gross()).await;
        assert_eq!(code(request(&town.app, &finance, id).await), "refund.not-by-card");
    }
}

on_both! {
    async fn a_refund_is_approved_only_while_its_money_is_there(db: &Db) {
        let town = Town::new(db).await;
        let id = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        let key = request(&town.app, &finance, id).await.expect("asked for");
        let reference = payment(&town, PaymentId(id)).await.record.payment.reference;
        // Meanwhile a part of it goes back from the gateway's own pages.
        town.server.give_back(&reference, 100);
        town.deliver_all().await;
        assert_eq!(code(approve(&town.app, &approver, &key).await), "refund.nothing-left");
        assert_eq!(town.server.taken_and_returned().1, 100);
        town.adds_up().await;
    }
}

on_both! {
    async fn money_of_another_currency_does_not_stop_a_cancellation(db: &Db) {
        let town = Town::new(db).await;
        let foreign = Money::new(5_000, herdbook::billing::Currency::USD);
        transfer(&town, foreign).await;
        let taken_back = cancel_by_program(&town.app, town.number(), "wrong price").await;
        assert!(taken_back.expect("cancelled").new);
        assert_eq!(town.open().await.minor(), 0);
    }
}

on_both! {
    async fn the_page_of_an_invoice_that_was_cancelled_takes_nothing(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        cancel_by_program(&town.app, town.number(), "wrong price").await.expect("cancelled");
        town.server.type_a_good_card(&page);
        assert_eq!(town.server.taken_and_returned(), (0, 0));
    }
}

on_both! {
    async fn the_sweep_closes_a_page_over_what_is_no_longer_open(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.moods(Moods { down: true, ..Moods::default() });
        cancel_by_program(&town.app, town.number(), "wrong price").await.expect("cancelled");
        town.moods(Moods::default());
        sweep(&town.app).await.expect("swept");
        town.server.type_a_good_card(&page);
        assert_eq!(town.server.taken_and_returned(), (0, 0));
    }
}

on_both! {
    async fn an_error_that_the_gateway_repeats_does_not_stop_the_next_click_for_a_day(db: &Db) {
        use herdbook::usecases::payments::checkout::start;
        let town = Town::new(db).await;
        let click = async |app: &App| {
            start(app, &town.payer(), town.number(), crate::town::SITE).await
        };
        town.moods(Moods { stumbles: true, ..Moods::default() });
        assert_eq!(code(click(&town.app).await), "gateway.unreachable");
        assert_eq!(code(click(&town.app).await), "gateway.unreachable", "it repeats itself");
        let half = chrono::TimeDelta::minutes(30);
        let later = town.app.at(town.app.clock.business() + half);
        assert_eq!(code(click(&later).await), "gateway.unreachable", "and the key is given up");
        let page = click(&later).await.expect("a page under another key");
        town.pay(&page).await;
        town.deliver_all().await;
        assert_eq!(town.open().await.minor(), 0);
        town.adds_up().await;
    }
}

on_both! {
    async fn what_cannot_be_read_ends_with_its_time_and_holds_nothing_up(db: &Db) {
        use herdbook::db::payments::checkouts;
        let town = Town::new(db).await;
        let page = town.start().await;
        let all = |limit| {
            let on = db.reader();
            async move { checkouts::all_running(&on, limit).await.expect("read") }
        };
        let sql = "UPDATE checkout SET session = 'cs_unknown'";
        behind_its_back(db, sql).await.expect("another session");
        sweep(&town.app).await.expect("swept");
        assert_eq!(all(9).await.len(), 1, "it may still be paid");
        let sql = "UPDATE checkout SET expires_at = '2020-01-01T00:00:00.000000Z'";
        behind_its_back(db, sql).await.expect("another time");
        sweep(&town.app).await.expect("swept");
        assert_eq!(all(9).await.len(), 0);
        assert_ne!(town.start().await, page);
    }
}

on_both! {
    async fn what_was_looked_at_longest_ago_has_its_turn(db: &Db) {
        use herdbook::db::payments::checkouts::{self, Checkout};
        let town = Town::new(db).await;
        town.start().await;
        let first = checkouts::all_running(&db.reader(), 9).await.expect("read").remove(0);
        let other = herdbook::db::invoices::page(&db.reader(), Program::itself(), None, 9)
            .await.expect("read");
        let other = other.iter().find(|one| one.id != first.invoice).expect("another");
        let second = Checkout {
            key: "later".to_owned(),
            invoice: other.id,
            state: checkouts::CheckoutState::Opening,
            started_at: first.started_at + chrono::TimeDelta::minutes(1),
            ..first.clone()
        };
        db.write(async move |txn: &Txn| checkouts::insert(txn, &second).await).await.expect("kept");
        let next = async || {
            let mut next = checkouts::all_running(&db.reader(), 1).await.expect("read");
            next.remove(0).key
        };
        assert_eq!(next().await, first.key);
        let (key, now) = (first.key.clone(), town.app.clock.system());
        db.write(async move |txn: &Txn| checkouts::looked_at(txn, &key, now).await)
            .await
            .expect("noted");
        assert_eq!(next().await, "later");
    }
}
