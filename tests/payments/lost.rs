//! Messages about what was paid before are lost: the sweep finds fees, refunds and their return.

use chrono::TimeDelta;
use harness::{behind_its_back, on_both};
use herdbook::app::App;
use herdbook::db::payments::refunds::RefundState;
use herdbook::demo::card_server::Moods;
use herdbook::usecases::payments::observe::sweep;
use herdbook::usecases::payments::refund::{approve, request};

use crate::refunds::{People, paid_twice, people};
use crate::town::Town;

/// Lets the last look at each checkout lie some minutes back.
async fn minutes_pass(town: &Town, minutes: i64) {
    let at = town.app.clock.system() - TimeDelta::minutes(minutes);
    let at = at.format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let sql = format!("UPDATE checkout SET looked_at = '{at}'");
    behind_its_back(&town.app.db, &sql).await.expect("later");
}

async fn swept(app: &App) {
    sweep(app).await.expect("swept");
}

/// Lets every checkout have ended on a day.
async fn ended(town: &Town, day: &str) {
    let sql = format!("UPDATE checkout SET ended_at = '{day}T12:00:00.000000Z'");
    behind_its_back(&town.app.db, &sql).await.expect("earlier");
}

on_both! {
    async fn a_fee_is_found_without_its_message(db: &Db) {
        let town = Town::new(db).await;
        town.moods(Moods { fee_comes_later: true, ..Moods::default() });
        let page = town.start().await;
        town.pay(&page).await;
        swept(&town.app).await;
        assert_eq!(town.payments().await[0].fees, [], "it is paid, and has no fee yet");
        town.server.tell_fees();
        minutes_pass(&town, 50).await;
        swept(&town.app).await;
        assert_eq!(town.payments().await[0].fees, [], "the gateway is not asked all the time");
        for _ in 0..2 {
            minutes_pass(&town, 70).await;
            swept(&town.app).await;
            assert_eq!(town.payments().await[0].fees.len(), 1);
        }
        town.adds_up().await;
    }
}

on_both! {
    async fn what_is_given_back_at_the_gateway_is_found_for_thirty_days(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.pay(&page).await;
        swept(&town.app).await;
        let reference = town.payments().await[0].record.payment.reference.clone();
        town.server.give_back(&reference, 500);
        let refunds = async || town.payments().await[0].refunds.len();
        minutes_pass(&town, 70).await;
        swept(&town.app).await;
        assert_eq!(refunds().await, 0, "with its fee it is looked at once a day");
        minutes_pass(&town, 25 * 60).await;
        ended(&town, "2025-12-05").await;
        swept(&town.app).await;
        assert_eq!(refunds().await, 0, "a month later it is not");
        ended(&town, "2025-12-07").await;
        swept(&town.app).await;
        assert_eq!(refunds().await, 1);
        town.adds_up().await;
    }
}

on_both! {
    async fn a_refund_that_a_bank_sends_back_is_found_without_its_message(db: &Db) {
        let town = Town::new(db).await;
        let payment = paid_twice(&town).await;
        let People { finance, approver } = people(&town).await;
        let key = request(&town.app, &finance, payment).await.expect("asked for");
        approve(&town.app, &approver, &key).await.expect("approved");
        let state = async || {
            let files = town.payments().await;
            let mut all = files.iter().flat_map(|file| &file.refunds);
            all.find(|one| one.key == key).expect("on file").state
        };
        assert!(matches!(state().await, RefundState::Returned { .. }));
        // It was paid long before it was given back.
        ended(&town, "2025-10-01").await;
        town.server.refunds_come_back();
        minutes_pass(&town, 25 * 60).await;
        swept(&town.app).await;
        let failed = state().await;
        let came_back = matches!(failed, RefundState::Failed { returned_on: Some(_), .. });
        assert!(came_back, "{failed:?}");
        town.adds_up().await;
    }
}
