//! From the click to the money: paid, declined, expired, twice, cut off half-way.

use std::sync::Arc;

use harness::on_both;
use herdbook::access::{Program, Role};
use herdbook::app::App;
use herdbook::billing::Money;
use herdbook::db::Txn;
use herdbook::db::ledger::{self, PostingRecord};
use herdbook::db::payments::checkouts::{self, Checkout, CheckoutState};
use herdbook::demo::card_server::Moods;
use herdbook::error::Problem;
use herdbook::payments::CheckoutOrder;
use herdbook::usecases::Failure;
use herdbook::usecases::payments::checkout::start;
use herdbook::usecases::payments::confirm::{Outcome, confirm};
use herdbook::usecases::payments::observe::sweep;
use herdbook::usecases::payments::webhook::Taken;

use crate::fixture::date;
use crate::town::{SITE, Town, gateway};

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    Problem::from(result.unwrap_err()).code()
}

async fn outcome(town: &Town) -> Outcome {
    confirm(&town.app, &town.payer(), town.number())
        .await
        .expect("an outcome")
}

on_both! {
    async fn a_payment_is_booked_with_its_fee_and_settles_the_invoice(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        assert_eq!(outcome(&town).await, Outcome::Unfinished { amount: town.gross() });
        town.pay(&page).await;
        assert_eq!(outcome(&town).await, Outcome::Paid { amount: town.gross() });
        assert_eq!(town.open().await.minor(), 0);
        let file = town.payments().await.pop().expect("a payment");
        // 1,200.00 at 3.25 per cent and 0.25.
        assert_eq!(file.fees[0].amount, Money::new(3_925, town.gross().currency()));
        let days = (date("2026-01-01"), date("2026-02-01"));
        let journal = ledger::journal(&db.reader(), Program::itself(), days.0, days.1)
            .await.expect("read");
        let ours: Vec<Vec<(&str, i64)>> = journal
            .iter()
            .filter(|entry| entry.key.starts_with("payment"))
            .map(|entry| {
                let sides = entry.postings.iter();
                let minor = |one: &PostingRecord| one.debit_minor - one.credit_minor;
                sides.map(|one| (one.account.as_str(), minor(one))).collect()
            })
            .collect();
        assert_eq!(
            ours,
            [
                vec![("1360", 120_000), ("10004", -120_000)],
                vec![("4970", 3_925), ("1360", -3_925)],
            ]
        );
        town.adds_up().await;
        assert_eq!(code(start(&town.app, &town.payer(), town.number(), SITE).await),
            "payment.nothing-open");
    }
}

on_both! {
    async fn a_card_that_is_declined_books_nothing_and_another_one_may_be_tried(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        town.try_card(&page, "pay", "4000 0000 0000 0002").await;
        assert_eq!(outcome(&town).await, Outcome::Declined { amount: town.gross() });
        assert_eq!(town.deliver_all().await, [Taken::Applied]);
        assert_eq!((town.open().await, town.payments().await.len()), (town.gross(), 0));
        assert_eq!(town.start().await, page);
        // The bank asks, the holder says no, then yes.
        town.try_card(&page, "pay", "4000 0027 6000 3184").await;
        town.try_card(&page, "refuse", "").await;
        assert_eq!(outcome(&town).await, Outcome::Declined { amount: town.gross() });
        town.try_card(&page, "pay", "4000 0027 6000 3184").await;
        town.try_card(&page, "authenticate", "").await;
        assert_eq!(outcome(&town).await, Outcome::Paid { amount: town.gross() });
        town.adds_up().await;
    }
}

on_both! {
    async fn two_clicks_lead_to_one_page(db: &Db) {
        let town = Town::new(db).await;
        let payer = town.payer();
        let click = || start(&town.app, &payer, town.number(), SITE);
        let (one, two, three) = futures::join!(click(), click(), click());
        let page = one.expect("a page");
        assert_eq!((two.expect("a page"), three.expect("a page")), (page.clone(), page.clone()));
        assert_eq!(town.start().await, page);
        let running = checkouts::all_running(&db.reader(), 9).await.expect("read");
        assert_eq!(running.len(), 1);
    }
}

on_both! {
    async fn a_page_that_has_expired_is_followed_by_another(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        let running = checkouts::all_running(&db.reader(), 9).await.expect("read");
        let session = running[0].state.session().expect("a session").to_owned();
        let card = town.app.card.as_ref().expect("set up");
        card.gateway.expire(&session, "test").await.expect("expired");
        assert_eq!(town.deliver_all().await, [Taken::Applied]);
        assert_eq!(outcome(&town).await, Outcome::Expired);
        let next = town.start().await;
        assert_ne!(next, page);
        town.pay(&next).await;
        sweep(&town.app).await.expect("swept");
        town.adds_up().await;
        assert_eq!(town.open().await.minor(), 0);
    }
}

on_both! {
    async fn an_answer_that_is_lost_is_asked_for_again(db: &Db) {
        let town = Town::new(db).await;
        town.moods(Moods { forgets_to_answer: true, ..Moods::default() });
        let lost = start(&town.app, &town.payer(), town.number(), SITE).await;
        assert_eq!(code(lost), "gateway.unreachable");
        town.moods(Moods { down: true, ..Moods::default() });
        let down = start(&town.app, &town.payer(), town.number(), SITE).await;
        assert_eq!(code(down), "gateway.unreachable");
        assert_eq!(outcome(&town).await, Outcome::Confirming { amount: town.gross() });
        town.moods(Moods::default());
        let page = town.start().await;
        town.pay(&page).await;
        // Neither a message nor a return: the sweep finds it.
        sweep(&town.app).await.expect("swept");
        assert_eq!(town.open().await.minor(), 0);
        town.adds_up().await;
    }
}

on_both! {
    async fn a_server_that_starts_again_goes_on_where_it_was(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        let again = App { card: Some(Arc::new(gateway(&town.server))), ..town.app.clone() };
        let same = start(&again, &town.payer(), town.number(), SITE).await;
        assert_eq!(same.expect("a page"), page);
        town.pay(&page).await;
        let after = confirm(&again, &town.payer(), town.number()).await.expect("an outcome");
        assert_eq!(after, Outcome::Paid { amount: town.gross() });
        town.adds_up().await;
    }
}

on_both! {
    async fn two_sessions_that_are_both_paid_overpay_and_nothing_is_lost(db: &Db) {
        let town = Town::new(db).await;
        let page = town.start().await;
        let running = checkouts::all_running(&db.reader(), 9).await.expect("read");
        // A page that we count as closed, and that somebody has open all the same.
        let late = Checkout { key: uuid::Uuid::now_v7().to_string(), ..running[0].clone() };
        let order = CheckoutOrder {
            key: late.key.clone(),
            invoice: town.number().to_owned(),
            amount: late.amount,
            label: "late".to_owned(),
            language: herdbook::billing::party::Language::En,
            back: late.back.clone(),
            expires_at: late.expires_at,
        };
        let card = town.app.card.as_ref().expect("set up");
        let opened = card.gateway.open_checkout(&order).await.expect("opened");
        let late = Checkout {
            state: CheckoutState::Expired {
                session: Some(opened.session),
                ended_at: town.app.clock.business(),
            },
            ..late
        };
        db.write(async move |txn: &Txn| checkouts::insert(txn, &late).await).await.expect("kept");
        town.pay(&page).await;
        town.pay(&opened.url).await;
        town.deliver_all().await;
        let files = town.payments().await;
        let left: i64 = files.iter().map(|file| file.left().expect("a sum").minor()).sum();
        assert_eq!((files.len(), left, town.open().await.minor()), (2, town.gross().minor(), 0));
        town.adds_up().await;
    }
}

on_both! {
    async fn a_page_over_another_amount_than_is_open_is_closed(db: &Db) {
        use herdbook::billing::party::Chart;
        use herdbook::billing::payment::{Method, Payment};
        use herdbook::db::payments::{self, Allocation, PaymentId, PaymentRecord, SettledBy};
        let town = Town::new(db).await;
        let page = town.start().await;
        // A transfer of a part comes in meanwhile.
        let part = Money::new(20_000, town.gross().currency());
        let (invoice, now) = (town.invoice.id, town.app.clock.business());
        db.write(async move |txn: &Txn| {
            let payment = Payment {
                key: "bank/1".into(),
                customer: 10_004,
                method: Method::Transfer,
                received_on: now.date_naive(),
                amount: part,
                reference: String::new(),
            };
            let record = PaymentRecord {
                id: PaymentId(0),
                payment,
                meant_for: Some(invoice),
                chart: Chart::Skr03,
                recorded_at: now,
            };
            let id = payments::insert(txn, &record).await?;
            let on = now.date_naive();
            let by = SettledBy::Payment(id);
            payments::allocate(txn, &[Allocation { invoice, by, on, amount: part }], now).await
        })
        .await
        .expect("booked");
        let next = town.start().await;
        assert_ne!(next, page);
        let rest = town.gross().minus(part).expect("a difference");
        assert_eq!(outcome(&town).await, Outcome::Unfinished { amount: rest });
        let back = town.try_card(&page, "pay", "4242 4242 4242 4242").await;
        assert!(back.contains("/back/"), "the old page takes nothing: {back}");
        town.pay(&next).await;
        town.deliver_all().await;
        assert_eq!(town.open().await.minor(), 0);
        assert_eq!(town.server.taken_and_returned(), (rest.minor(), 0));
    }
}

on_both! {
    async fn only_the_own_invoices_are_paid_and_only_by_who_may(db: &Db) {
        let town = Town::new(db).await;
        let foreign = town.customer(10_001, Role::CustomerBilling);
        let cases = [
            (foreign, "payment.unknown-invoice"),
            (town.customer(10_004, Role::CustomerProcurement), "access.denied"),
            (town.customer(10_004, Role::CustomerTechnical), "access.denied"),
            (town.staff("fay", Role::Finance).await, "access.denied"),
        ];
        for (by, expected) in cases {
            assert_eq!(code(start(&town.app, &by, town.number(), SITE).await), expected);
        }
        let none = start(&town.app, &town.payer(), "RE-2026-99999", SITE).await;
        assert_eq!(code(none), "payment.unknown-invoice");
        let without = App { card: None, ..town.app.clone() };
        let none = start(&without, &town.payer(), town.number(), SITE).await;
        assert_eq!(code(none), "payment.not-configured");
        let foreign = town.customer(10_001, Role::CustomerBilling);
        assert_eq!(code(confirm(&town.app, &foreign, town.number()).await),
            "payment.unknown-invoice");
    }
}
