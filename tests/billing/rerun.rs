//! Rerun is safe: late, twice, at once, and past a contract that cannot be billed.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use harness::{Place, on_both};
use herdbook::book::simulate::{Simulation, Span};
use herdbook::usecases::bill::{Request, Row, Silent, bill, preview};
use herdbook::usecases::import::import;
use herdbook::usecases::verify::{Selection, verify};

use super::fixture::{Fixture, date, noon, reference, request, scenario};

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
        assert!(first.issued.iter().all(|row| row.number.is_none() && row.content.len() == 64));
        let mut seen = first.issued;
        seen.iter_mut().for_each(|row| row.content.clear());
        let mut issued = fixture.bill("2026-04-01").await.issued;
        for row in &mut issued {
            row.number = None;
        }
        assert_eq!(seen, issued);
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

/// Blocked on purpose, or read from samples that an import does not keep.
const OTHERS: [&str; 8] = [
    "events_taken_back",
    "gap_as_measured",
    "gap_as_zero",
    "index_value_missing",
    "meter_from_events",
    "reading_missing",
    "routing_wrong",
    "tax_evidence_missing",
];

fn scenarios() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// Date, net and tax of every document, what gives back negative.
type Documents = Vec<(NaiveDate, i64, i64)>;

fn simulated(name: &str) -> (Span, Documents) {
    let book = scenario(name);
    let span = Span {
        until: book.run.until.expect("a scenario says how long it runs"),
        service_until: book.run.service_until,
    };
    let simulation = Simulation::of(&book, span).expect("simulated");
    let mut documents: Documents = simulation
        .invoices
        .iter()
        .map(|given| {
            let row = Row::of(&given.invoice, None);
            (row.date, row.net.minor(), row.tax.minor())
        })
        .collect();
    documents.sort_unstable();
    (span, documents)
}

/// Bills a scenario with a run on each of the days, then once more; says what was issued.
async fn billed(place: &Place, name: &str, span: Span, days: &[NaiveDate]) -> Documents {
    let fixture = Fixture::with(&place.db, name).await;
    let mut documents = Vec::new();
    for &as_of in days.iter().chain([&span.until]) {
        let request = Request {
            as_of,
            service_until: span.service_until,
        };
        let app = fixture.app.at(noon(&as_of.to_string()));
        let report = bill(&app, request, &Silent).await.expect("billed");
        assert_eq!(report.blocked, [], "{name} {as_of}");
        let rows = report.issued.iter();
        documents.extend(rows.map(|row| (row.date, row.net.minor(), row.tax.minor())));
    }
    documents.sort_unstable();
    let app = fixture.app.at(noon(&span.until.to_string()));
    let report = verify(&app, &Selection::default(), &Silent)
        .await
        .expect("verified");
    assert_eq!(report.findings, [], "{name}");
    documents
}

/// One late run, and punctual ones, issue what the simulation says, to the cent and to the day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_is_billed_as_it_is_simulated() {
    let total = |documents: &Documents| -> (i64, i64) {
        let net = documents.iter().map(|(_, net, _)| net).sum();
        (net, documents.iter().map(|(.., tax)| tax).sum())
    };
    for name in scenarios() {
        let (span, expected) = simulated(&name);
        let first = expected.first().map_or(span.until, |(day, ..)| *day);
        let days = first.iter_days().take_while(|day| *day < span.until);
        let firsts: Vec<NaiveDate> = days.filter(|day| day.day() == 1 || *day == first).collect();
        let place = Place::sqlite().await;
        let late = billed(&place, &name, span, &[]).await;
        place.clear().await;
        // A run that comes when a better reading is there already bills it from the start.
        if name.starts_with("late_reading") {
            assert_eq!(total(&late), total(&expected), "{name}, late");
        } else {
            assert_eq!(late, expected, "{name}, late");
        }
        let place = Place::sqlite().await;
        let monthly = billed(&place, &name, span, &firsts).await;
        assert_eq!(total(&monthly), total(&expected), "{name}, monthly");
        place.clear().await;
    }
}
