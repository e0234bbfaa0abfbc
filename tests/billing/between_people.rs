//! A run between people: prepared by one, approved by another, issued as it was approved or not at
//! all.

use std::collections::BTreeSet;
use std::time::Duration;

use harness::{behind_its_back, numbers, on_both};
use herdbook::access::{Party, Principal, Role};
use herdbook::app::App;
use herdbook::db::jobs::{self, LeasedJob};
use herdbook::db::proposals::ProposalState;
use herdbook::db::{Db, Txn, customers};
use herdbook::error::Problem;
use herdbook::usecases::Failure;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::bill::Report;
use herdbook::usecases::billing_run::{self as runs, Step};

use super::fixture::{Fixture, date, noon, reference, request};

const DAY: &str = "2026-03-01";
const LONG: Duration = Duration::from_secs(60);

/// Somebody with these roles.
async fn person(app: &App, name: &str, roles: &[Role]) -> Principal {
    let invitation = Invitation {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        party: Party::Staff,
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
    };
    let created = users::create(app, "test".to_owned(), &invitation).await;
    created
        .expect("created")
        .0
        .principal()
        .expect("a principal")
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> String {
    Problem::from(outcome.expect_err("refused"))
        .code()
        .to_owned()
}

/// What a worker does with the jobs that wait.
async fn work(app: &App) -> usize {
    let found = jobs::claim(&app.db.book, runs::JOB, "worker", LONG, 10).await;
    let found = found.expect("claimed");
    for job in &found {
        runs::work(app, job).await.expect("worked");
    }
    found.len()
}

async fn state(app: &App, by: &Principal, id: i64) -> ProposalState {
    runs::one(app, by, id).await.expect("known").state
}

on_both! {
    async fn what_was_approved_is_issued(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance, Role::Approver]).await;
        let other = person(&app, "other", &[Role::Approver]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        let prepared = runs::one(&app, &finance, id).await.expect("known");
        let planned: Report = serde_json::from_str(&prepared.body).expect("a report");
        assert!(planned.issued.len() > 3 && planned.blocked.is_empty());
        assert_eq!(code(runs::step(&app, &finance, id, Step::Issue).await), "run.state");
        assert_eq!(code(runs::step(&app, &finance, id, Step::Approve).await), "access.four-eyes");
        assert_eq!(code(runs::prepare(&app, &other, request(DAY)).await), "access.denied");
        runs::step(&app, &other, id, Step::Approve).await.expect("approved");
        assert_eq!(code(runs::step(&app, &other, id, Step::Approve).await), "run.state");
        assert_eq!(code(runs::step(&app, &other, id, Step::Issue).await), "access.denied");
        runs::step(&app, &finance, id, Step::Issue).await.expect("ordered");
        assert_eq!(code(runs::step(&app, &finance, id, Step::Issue).await), "run.state", "once");
        assert_eq!(work(&app).await, 1);
        let ProposalState::Issued { outcome, issued, .. } = state(&app, &finance, id).await else {
            panic!("it is issued");
        };
        let outcome: runs::Outcome = serde_json::from_str(&outcome).expect("an outcome");
        assert_eq!(outcome.issued, planned.issued.len() as u64);
        assert_eq!((outcome.blocked, outcome.pending), (0, 0));
        assert_eq!(issued.by, finance.account());
        assert_eq!(work(&app).await, 0, "the job is done");
        let again = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        let again = runs::one(&app, &finance, again).await.expect("known");
        let nothing: Report = serde_json::from_str(&again.body).expect("a report");
        assert_eq!(nothing.issued, []);
    }
}

on_both! {
    async fn nothing_is_issued_that_is_no_longer_what_was_approved(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance]).await;
        let other = person(&app, "other", &[Role::Approver]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        runs::step(&app, &other, id, Step::Approve).await.expect("approved");
        // Somebody bills a part from the command line meanwhile.
        fixture.bill("2026-02-01").await;
        runs::step(&app, &finance, id, Step::Issue).await.expect("ordered");
        let before = issued(&app).await;
        assert_eq!(work(&app).await, 1);
        let ProposalState::Withdrawn { outcome, .. } = state(&app, &finance, id).await else {
            panic!("it is withdrawn");
        };
        assert_eq!(outcome, "changed");
        assert_eq!(issued(&app).await, before, "nothing more is issued");
    }
}

on_both! {
    async fn what_is_approved_is_every_word_of_the_documents_not_their_sums_alone(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance]).await;
        let other = person(&app, "other", &[Role::Approver]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        runs::step(&app, &other, id, Step::Approve).await.expect("approved");
        // Nothing that is in a list of sums changes: the street does.
        let mut moved = reference().customers[0].clone();
        moved.address.street = "Another road 666".to_owned();
        let (number, now) = (moved.number.to_string(), noon(DAY) - chrono::TimeDelta::seconds(1));
        let from = date("2026-01-01");
        db.write(async move |txn: &Txn| {
            customers::put(txn, &number, from, now, &moved).await
        })
        .await
        .expect("moved");
        runs::step(&app, &finance, id, Step::Issue).await.expect("ordered");
        assert_eq!(work(&app).await, 1);
        let ProposalState::Withdrawn { outcome, .. } = state(&app, &finance, id).await else {
            panic!("it is withdrawn");
        };
        assert_eq!(outcome, "changed");
        assert_eq!(issued(&app).await, 0, "nothing is issued");
    }
}

async fn issued(app: &App) -> usize {
    let all = herdbook::access::Scope::of_program();
    let filter = herdbook::db::invoices::list::InvoiceFilter::default();
    let page = herdbook::db::invoices::list::list(&app.db.reader(), all, &filter, None, 100).await;
    page.expect("listed").invoices.len()
}

on_both! {
    async fn a_run_that_came_in_between_is_not_what_was_approved(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance]).await;
        let other = person(&app, "other", &[Role::Approver]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        runs::step(&app, &other, id, Step::Approve).await.expect("approved");
        runs::step(&app, &finance, id, Step::Issue).await.expect("ordered");
        // Somebody bills a part from the command line before a worker is there.
        fixture.bill("2026-02-01").await;
        let before = issued(&app).await;
        assert_eq!(work(&app).await, 1);
        let ended = state(&app, &finance, id).await;
        assert!(matches!(ended, ProposalState::Withdrawn { .. }), "{ended:?}");
        assert_eq!(issued(&app).await, before, "nothing more is issued");
    }
}

/// A worker begins, and dies as soon as something is frozen.
async fn killed(app: &App, db: &Db, job: &LeasedJob) {
    let sql = "SELECT count(*) FROM invoice WHERE run IN (SELECT run FROM proposal)";
    let begun = async {
        while numbers(db, sql).await == [0] {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = runs::work(app, job) => panic!("it came to its end: {ended:?}"),
        () = begun => {}
    }
}

on_both! {
    async fn a_run_that_was_killed_half_way_is_finished(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance]).await;
        let other = person(&app, "other", &[Role::Approver]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        let prepared = runs::one(&app, &finance, id).await.expect("known");
        let planned: Report = serde_json::from_str(&prepared.body).expect("a report");
        runs::step(&app, &other, id, Step::Approve).await.expect("approved");
        runs::step(&app, &finance, id, Step::Issue).await.expect("ordered");
        let first = jobs::claim(&app.db.book, runs::JOB, "first", LONG, 1).await.expect("claimed");
        killed(&app, db, &first[0]).await;
        // Somebody else bills what is left of it before the next worker is there.
        fixture.bill(DAY).await;
        let before = issued(&app).await;
        assert_eq!(before, planned.issued.len(), "all that was approved, and each once");
        behind_its_back(db, "UPDATE job SET lease_until = 1").await.expect("its lease is over");
        let later = app.at(noon("2026-03-02"));
        assert_eq!(work(&later).await, 1);
        let ProposalState::Issued { outcome, .. } = state(&app, &finance, id).await else {
            panic!("it is issued");
        };
        let outcome: runs::Outcome = serde_json::from_str(&outcome).expect("an outcome");
        let own = "SELECT count(*) FROM invoice WHERE run IN (SELECT run FROM proposal)";
        assert_eq!(numbers(db, own).await, [i64::try_from(outcome.issued).expect("a count")]);
        assert!(outcome.issued > 0, "what it had frozen was its own");
        let began = "SELECT count(*) FROM billing_run WHERE finished_at IS NULL";
        assert_eq!(numbers(db, began).await, [0], "the run that was cut off has ended");
        assert_eq!(issued(&app).await, before, "nothing twice");
        // When the first one wakes up again, it changes nothing.
        runs::work(&app, &first[0]).await.expect_err("its lease is lost");
    }
}

on_both! {
    async fn two_pairs_of_eyes_are_a_rule_of_the_database_too(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon(DAY));
        let finance = person(&app, "finance", &[Role::Finance]).await;
        let id = runs::prepare(&app, &finance, request(DAY)).await.expect("prepared");
        for sql in [
            "UPDATE proposal SET state = 'approved', approved_by = prepared_by, \
             approved_at = prepared_at",
            "UPDATE proposal SET state = 'approved'",
            "UPDATE proposal SET body = '{}'",
            "DELETE FROM proposal",
        ] {
            behind_its_back(db, sql).await.expect_err(sql);
        }
        runs::step(&app, &finance, id, Step::Withdraw).await.expect("withdrawn");
        assert_eq!(code(runs::step(&app, &finance, id, Step::Withdraw).await), "run.state");
        behind_its_back(db, "UPDATE proposal SET outcome = 'x'").await.expect_err("it has ended");
    }
}
