//! Rerun is safe: late, twice, at once, and past a contract that cannot be billed.

use std::collections::BTreeSet;

use harness::on_both;
use herdbook::usecases::bill::{Silent, bill, preview};
use herdbook::usecases::import::import;
use herdbook::usecases::verify::{Selection, verify};

use super::fixture::{Fixture, date, noon, reference, request};

on_both! {
    /// One late run yields the invoices of a year of punctual runs: number, date and amount.
    async fn a_late_run_issues_what_punctual_runs_would_have(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let report = fixture.bill("2027-01-01").await;
        assert_eq!(report.blocked, []);
        assert_eq!(report.pending, []);
        assert_eq!(report.issued.len(), 35);
        let of = |number: &str| {
            let row = report.issued.iter().find(|row| row.number.as_deref() == Some(number));
            let row = row.unwrap_or_else(|| panic!("no {number}"));
            (row.date, row.customer, row.net.amount(), row.tax.amount())
        };
        let expected = [
            ("RE-2026-00003", "2026-01-02", 10_002, "362.50", "68.88"),
            ("RE-2026-00015", "2026-05-11", 10_001, "2432.26", "0.00"),
            ("RE-2026-00020", "2026-07-01", 10_002, "19600.67", "3724.13"),
            ("RE-2026-00023", "2026-08-01", 10_003, "715.70", "0.00"),
            ("RE-2026-00027", "2026-10-01", 10_001, "13844.92", "0.00"),
            ("RE-2027-00001", "2027-01-01", 10_003, "706.41", "0.00"),
        ];
        for (number, day, customer, net, tax) in expected {
            let row = (date(day), customer, net.to_owned(), tax.to_owned());
            assert_eq!(of(number), row, "{number}");
        }
        let again = fixture.bill("2027-01-01").await;
        assert_eq!((again.issued.len(), again.rendered), (0, 0));
        let earlier = fixture.bill("2026-03-01").await;
        assert_eq!(earlier.issued.len(), 0);
    }
}

on_both! {
    async fn four_runs_at_the_same_time_issue_every_invoice_once(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon("2026-07-01"));
        let run = || bill(&app, request("2026-07-01"), &Silent);
        let (a, b, c, d) = tokio::join!(run(), run(), run(), run());
        let reports = [a, b, c, d].map(|report| report.expect("billed"));
        let issued: Vec<&str> = reports
            .iter()
            .flat_map(|report| &report.issued)
            .filter_map(|row| row.number.as_deref())
            .collect();
        let distinct: BTreeSet<&str> = issued.iter().copied().collect();
        assert_eq!((issued.len(), distinct.len()), (22, 22), "each number once");
        assert_eq!(distinct.last(), Some(&"RE-2026-00022"), "and no gap");
        let rendered: u64 = reports.iter().map(|report| report.rendered).sum();
        assert_eq!(rendered, 22, "each document once");
        let report = verify(&app, &Selection::default(), &Silent).await.expect("verified");
        assert_eq!(report.findings, []);
        assert_eq!((report.invoices, report.documents, report.recomputed), (22, 44, 22));
    }
}

on_both! {
    async fn one_contract_that_cannot_be_billed_does_not_stop_the_others(db: &Db) {
        let fixture = Fixture::new(db);
        let mut book = reference();
        let state = book.customers.iter_mut().find(|customer| customer.number == 10_002);
        state.expect("10002").routing.leitweg_id = Some("01-MASTODONTEST-38".to_owned());
        let institution = book.customers.iter_mut().find(|customer| customer.number == 10_001);
        institution.expect("10001").evidence.exemption = None;
        import(&fixture.app, &book).await.expect("imported");
        let report = fixture.bill("2026-02-01").await;
        let blocked: Vec<(&str, &str)> = report
            .blocked
            .iter()
            .map(|row| (row.contract.as_str(), row.code.as_str()))
            .collect();
        assert_eq!(blocked.len(), 2, "{blocked:?}");
        assert_eq!(blocked[1], ("C-10002", "routing.leitweg-check-digits"));
        assert_eq!(blocked[0].0, "C-10001");
        let customers: Vec<u32> = report.issued.iter().map(|row| row.customer).collect();
        assert_eq!(customers, [10_004, 10_003, 10_004]);

        // Mended, both are issued by the next run, dated no earlier than the closed books.
        import(&fixture.app.at(noon("2026-02-02")), &reference()).await.expect("imported");
        let report = fixture.bill("2026-02-02").await;
        assert_eq!(report.blocked, []);
        let rows: Vec<_> =
            report.issued.iter().map(|row| (row.customer, row.net.amount())).collect();
        assert_eq!(rows, [(10_001, "9600.00".to_owned()), (10_002, "362.50".to_owned())]);
        assert!(report.issued.iter().all(|row| row.date >= date("2026-02-01")));
    }
}

on_both! {
    async fn a_preview_writes_nothing_and_says_what_a_run_would_issue(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let app = fixture.app.at(noon("2026-04-01"));
        let first = preview(&app, request("2026-04-01")).await.expect("previewed");
        let second = preview(&app, request("2026-04-01")).await.expect("previewed");
        assert_eq!(first, second);
        assert!(first.issued.iter().all(|row| row.number.is_none()));
        let mut issued = fixture.bill("2026-04-01").await.issued;
        for row in &mut issued {
            row.number = None;
        }
        assert_eq!(first.issued, issued);
    }
}

on_both! {
    async fn importing_the_same_book_again_changes_nothing(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        let again = import(&fixture.app.at(noon("2026-01-05")), &reference()).await;
        let again = again.expect("imported").to_string();
        assert!(!again.contains(|sign: char| ('1'..='9').contains(&sign)), "{again}");
    }
}

on_both! {
    /// A credit that found no invoice comes back by a credit note, once, and verifies.
    async fn a_credit_of_the_last_month_is_given_back_once(db: &Db) {
        let fixture = Fixture::with(db, "service_credit_at_the_end").await;
        let mut notes = Vec::new();
        for day in ["2026-05-01", "2026-07-01", "2026-07-01", "2026-08-01"] {
            let report = fixture.bill(day).await;
            assert_eq!(report.blocked, []);
            let given = report.issued.iter().filter(|row| row.net.is_negative());
            notes.extend(given.map(|row| (row.date, row.net.amount())));
        }
        assert_eq!(notes, [(date("2026-07-01"), "-880.00".to_owned())]);
        let app = fixture.app.at(noon("2026-08-02"));
        let report = verify(&app, &Selection::default(), &Silent).await.expect("verified");
        assert_eq!(report.findings, []);
    }
}

on_both! {
    /// One late run over a change of the customer: each document by what held on its day.
    async fn a_late_run_takes_the_parties_of_each_issue_date(db: &Db) {
        let fixture = Fixture::with(db, "customer_registers").await;
        let report = fixture.bill("2026-06-01").await;
        assert_eq!(report.blocked, []);
        let tax: Vec<String> = report.issued.iter().map(|row| row.tax.amount()).collect();
        assert_eq!(tax, ["19.00", "0.00", "0.00", "0.00"]);
        let app = fixture.app.at(noon("2026-06-02"));
        let report = verify(&app, &Selection::default(), &Silent).await.expect("verified");
        assert_eq!(report.findings, []);
    }
}
