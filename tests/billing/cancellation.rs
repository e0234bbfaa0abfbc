//! Cancelling an invoice: a credit note over the whole of it, once, and the next run bills anew.

use harness::{behind_its_back, on_both};
use herdbook::access::{Party, Principal, Program, Role};
use herdbook::app::App;
use herdbook::billing::invoice::{DocumentType, Invoice};
use herdbook::db::invoices::{self, InvoiceState, StoredInvoice};
use herdbook::db::ledger;
use herdbook::error::Problem;
use herdbook::usecases::Failure;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::bill::Silent;
use herdbook::usecases::cancel_invoice::{cancel, cancel_by_program, preview};
use herdbook::usecases::verify::{Finding, Selection, verify};

use super::fixture::{Fixture, noon};

async fn person(app: &App, role: Role) -> Principal {
    let invitation = Invitation {
        email: format!("{role}@example.org"),
        name: role.to_string(),
        party: Party::Staff,
        roles: [role].into(),
    };
    let created = users::create(app, "test".to_owned(), &invitation).await;
    let (account, _) = created.expect("created");
    account.principal().expect("a principal")
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> String {
    let problem = Problem::from(outcome.expect_err("refused"));
    problem.code().to_owned()
}

async fn stored(app: &App, number: &str) -> (StoredInvoice, Invoice) {
    let all = herdbook::access::Scope::of_program();
    let found = invoices::by_number(&app.db.reader(), all, number).await;
    let stored = found.expect("read").pop().expect("it is there");
    let view = stored.read_view().expect("its view");
    (stored, view)
}

/// What the ledger holds against the customer of a document, by the entries of that document.
async fn owed(app: &App, number: &str) -> i64 {
    let (stored, _) = stored(app, number).await;
    let entries = ledger::of_invoice(&app.db.reader(), Program::itself(), stored.id).await;
    let postings = entries
        .expect("entries")
        .into_iter()
        .flat_map(|entry| entry.postings);
    let own = postings.filter(|side| side.account == stored.head.customer);
    own.map(|side| side.debit_minor - side.credit_minor).sum()
}

async fn findings(app: &App) -> Vec<Finding> {
    let report = verify(app, &Selection::default(), &Silent).await;
    report.expect("verified").findings
}

/// Numbers of the invoices that the reference book issues by 2027-01-01.
const PLAIN: &str = "RE-2026-00003";
/// A fee, a metered overage in two tiers.
const METERED: &str = "RE-2026-00023";
/// With a service credit taken off.
const CREDITED: &str = "RE-2026-00027";

on_both! {
    async fn an_invoice_is_taken_back_as_a_whole_and_billed_anew_by_the_next_run(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2027-01-01").await;
        let app = fixture.app.at(noon("2027-01-04"));
        let finance = person(&app, Role::Finance).await;
        for number in [PLAIN, METERED, CREDITED] {
            let (_, invoice) = stored(&app, number).await;
            let told = preview(&app, &finance, number).await.expect("told");
            assert_eq!(told.note.totals, invoice.totals, "{number}");
            assert_eq!(told.again, Some(invoice.totals.gross), "{number} is billed anew");
            let done = cancel(&app, &finance, number, " Wrong order ").await.expect("cancelled");
            assert!(done.new && done.rendered, "{done:?}");
            let (was, _) = stored(&app, number).await;
            assert!(matches!(was.state, InvoiceState::Cancelled { .. }), "{number}");
            let (_, note) = stored(&app, &done.by).await;
            assert_eq!(note.document_type, DocumentType::CreditNote);
            assert_eq!(note.totals, invoice.totals, "the same sums, never below zero");
            assert_eq!(note.tax, invoice.tax);
            assert_eq!(note.preceding.as_ref().map(|of| of.number.as_str()), Some(number));
            assert_eq!(owed(&app, number).await + owed(&app, &done.by).await, 0, "{number}");
            let (on, all) = (app.db.reader(), Program::itself());
            let reversing = invoices::reversing(&on, all, &invoice.contract, number)
                .await;
            assert_eq!(reversing.expect("read").expect("there").number(), Some(done.by.as_str()));
        }
        assert_eq!(findings(&app).await, [], "what was cancelled is verified");

        let again = fixture.bill("2027-01-04").await;
        assert_eq!(again.blocked, []);
        let mut gross: Vec<i64> = again.issued.iter().map(|row| row.gross.minor()).collect();
        let mut expected = Vec::new();
        for number in [PLAIN, METERED, CREDITED] {
            expected.push(stored(&app, number).await.1.totals.gross.minor());
        }
        gross.sort_unstable();
        expected.sort_unstable();
        assert_eq!(gross, expected, "the same again, with its service credit");
        let nothing = fixture.bill("2027-01-04").await;
        assert_eq!(nothing.issued, [], "and no third time");
        assert_eq!(findings(&app).await, []);
    }
}

on_both! {
    async fn it_is_cancelled_once_whoever_asks_and_however_often(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-03-01").await;
        let app = fixture.app.at(noon("2026-03-02"));
        let ask = || cancel_by_program(&app, PLAIN, "Wrong order");
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        let done = [a, b, c].map(|done| done.expect("cancelled"));
        assert_eq!(done.iter().filter(|one| one.new).count(), 1, "{done:?}");
        assert!(done.iter().all(|one| one.by == done[0].by), "one credit note: {done:?}");
        let again = ask().await.expect("the same again");
        assert_eq!((again.new, &again.by), (false, &done[0].by));
        let other = cancel_by_program(&app, PLAIN, "Another reason").await;
        assert_eq!(code(other), "invoice.already-cancelled");
        assert_eq!(findings(&app).await, []);
    }
}

on_both! {
    async fn what_cannot_be_cancelled_is_refused_by_name(db: &Db) {
        let fixture = Fixture::with(db, "cancellation_credit_note").await;
        fixture.bill("2026-12-31").await;
        let app = fixture.app.at(noon("2026-12-31"));
        let finance = person(&app, Role::Finance).await;
        let admin = person(&app, Role::Admin).await;
        let (invoice, note) = ("RE-2026-00001", "RE-2026-00002");
        for (number, reason, expected) in [
            (invoice, "The whole", "cancel.credited-in-part"),
            (note, "A credit note", "cancel.credit-note"),
            (invoice, "  ", "cancel.reason"),
            (invoice, &"x".repeat(301), "cancel.reason"),
            ("RE-2026-09999", "Nothing", "explain.unknown-invoice"),
        ] {
            let refused = cancel(&app, &finance, number, reason).await;
            assert_eq!(code(refused), expected, "{number} {reason}");
        }
        assert_eq!(code(cancel(&app, &admin, invoice, "No").await), "access.denied");
        assert_eq!(code(preview(&app, &admin, invoice).await), "access.denied");
        assert_eq!(findings(&app).await, []);
    }
}

on_both! {
    async fn a_cancellation_closes_no_books_and_keeps_its_reason(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        let late = fixture.app.at(noon("2026-02-20"));
        let done = cancel_by_program(&late, PLAIN, "Wrong order").await.expect("cancelled");
        let (_, note) = stored(&late, &done.by).await;
        assert_eq!(note.issue_date.to_string(), "2026-02-20");
        assert!(serde_json::to_string(&note.notes).expect("text").contains("Wrong order"));
        // A run of an earlier day still dates its documents as it would have.
        let earlier = fixture.bill("2026-02-10").await;
        let day = "2026-02-10".parse().expect("a day");
        let dates = earlier.issued.iter().filter(|row| row.contract != note.contract);
        assert!(dates.into_iter().all(|row| row.date <= day));
        let later = fixture.bill("2026-03-01").await;
        assert!(later.issued.iter().any(|row| row.contract == note.contract), "billed anew");
        let app = fixture.app.at(noon("2026-03-01"));
        assert_eq!(findings(&app).await, []);
    }
}

on_both! {
    async fn a_cancellation_that_was_tampered_with_is_found(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        let app = fixture.app.at(noon("2026-02-02"));
        // Cancelled by hand: no document reverses it, and no record tells of it.
        let by_hand = "UPDATE invoice SET state = 'cancelled', cancelled_at = issued_at \
                       WHERE number = 'RE-2026-00003'";
        behind_its_back(db, by_hand).await.expect("the database allows the step");
        let found = findings(&app).await;
        let about: Vec<&str> = found.iter().map(|one| one.subject.as_str()).collect();
        assert_eq!(about, [PLAIN, PLAIN], "{found:?}");
    }
}
