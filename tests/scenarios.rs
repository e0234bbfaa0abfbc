//! Scenarios: book files with what they must come to, both readable by an accountant.
//!
//! `UPDATE=1` rewrites the `.expected` files and docs/book.schema.json; the difference is then
//! reviewed like code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use herdbook::billing::ledger::Entry;
use herdbook::billing::revenue::{ec_sales, monthly_recurring};
use herdbook::book::simulate::{NumberedInvoice, Simulation, Span};
use herdbook::book::{self, Book};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn load(name: &str) -> Book {
    let path = folder().join(name);
    book::load(&path).unwrap_or_else(|problem| panic!("{problem}"))
}

fn simulate(book: &Book) -> Simulation {
    let span = Span {
        until: book.until().expect("a scenario has an end"),
        service_until: book.run.service_until,
    };
    Simulation::of(book, span).expect("every document can be booked")
}

/// Compares a file with what it must hold, or rewrites it.
fn same(path: &Path, text: &str) -> Result<(), String> {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).expect("the file can be written");
        return Ok(());
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == text {
        return Ok(());
    }
    let name = path.display();
    let differs = expected.lines().zip(text.lines()).position(|(a, b)| a != b);
    let line = differs.map_or(0, |line| line + 1);
    Err(format!(
        "{name} differs from line {line} on; UPDATE=1 rewrites it. Now:\n{text}"
    ))
}

/// The table of documents, then each document with its lines, then the journal.
fn report(simulation: &Simulation) -> String {
    let mut out = simulation.table();
    for given in &simulation.invoices {
        document(&mut out, given);
    }
    let _ = writeln!(out, "\nJournal");
    for entry in &simulation.entries {
        let _ = writeln!(out, "{}", journal(entry));
    }
    out
}

fn document(out: &mut String, given: &NumberedInvoice) {
    let invoice = &given.invoice;
    let _ = writeln!(out, "\n{} of {}", given.number, invoice.issue_date);
    if let Some(preceding) = &invoice.preceding {
        let (number, date) = (&preceding.number, preceding.issue_date);
        let _ = writeln!(out, "  gives back from {number} of {date}");
    }
    for line in &invoice.lines {
        let (quantity, unit) = (line.quantity, line.unit.code());
        let (price, net) = (line.price, line.net.amount());
        let _ = write!(out, "  {} {}", line.key.service, line.name);
        let _ = write!(out, ": {quantity} {unit} at {price}");
        for allowance in &line.allowances {
            let _ = write!(
                out,
                " less {} ({})",
                allowance.amount.amount(),
                allowance.reason
            );
        }
        let _ = writeln!(out, " = {net}");
    }
    for allowance in &invoice.allowances {
        let (reason, amount) = (&allowance.reason, allowance.amount.amount());
        let _ = writeln!(out, "  {reason}: -{amount}");
    }
    for tax in &invoice.tax {
        let rate = tax
            .rate
            .map_or_else(|| "-".to_owned(), |rate| format!("{rate} %"));
        let (category, taxable) = (tax.category.code(), tax.taxable.amount());
        let _ = writeln!(
            out,
            "  tax {category} {rate} of {taxable} = {}",
            tax.tax.amount()
        );
    }
}

fn journal(entry: &Entry) -> String {
    let postings = entry.postings().iter();
    let postings = postings.map(|p| format!("{} {}", p.account, p.amount.amount()));
    let postings: Vec<String> = postings.collect();
    format!(
        "  {} {}: {}",
        entry.date(),
        entry.document(),
        postings.join(", ")
    )
}

#[test]
fn every_scenario_comes_to_what_it_must() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let book = book::load(&path).unwrap_or_else(|problem| panic!("{problem}"));
        let text = report(&simulate(&book));
        wrong.extend(same(&path.with_extension("expected"), &text).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_scenario_simulates_the_same_every_time() {
    let book = load("reference.toml");
    let once = serde_json::to_string(&simulate(&book)).expect("JSON");
    let again = serde_json::to_string(&simulate(&book)).expect("JSON");
    assert_eq!(once, again);
}

fn nets(simulation: &Simulation, customer: u32) -> Vec<String> {
    let of_customer = |given: &&NumberedInvoice| given.invoice.customer.number == customer;
    let nets = simulation.invoices.iter().filter(of_customer);
    nets.map(|given| given.invoice.totals.net.amount())
        .collect()
}

#[test]
fn the_reference_customers_are_billed_to_the_cent() {
    let simulation = simulate(&load("reference.toml"));
    assert!(simulation.blocked.is_empty() && simulation.warnings.is_empty());
    assert_eq!(simulation.invoices.len(), 35);
    assert_eq!(
        nets(&simulation, 10_001),
        ["9600.00", "9646.80", "2432.26", "14208.33", "13844.92"]
    );
    assert_eq!(
        nets(&simulation, 10_002),
        ["362.50", "1407.12", "846.25", "19600.67", "435.00"]
    );
    assert_eq!(
        nets(&simulation, 10_003),
        [
            "390.00", "390.00", "390.00", "500.00", "690.00", "621.00", "715.70", "690.00",
            "690.00", "706.41", "706.41", "706.41"
        ]
    );
    assert_eq!(
        nets(&simulation, 10_004),
        [
            "1200.00", "1200.00", "1290.00", "900.00", "1200.00", "1200.00", "630.00", "2100.00",
            "2100.00", "2181.00", "2136.00", "2136.00", "2136.00"
        ]
    );
    let last = simulation.invoices.last().expect("35 documents");
    assert_eq!(last.number, "RE-2027-00001");
}

#[test]
fn recurring_revenue_counts_fees_after_indexation_and_not_use() {
    let book = load("reference.toml");
    let contract = book.contracts.iter().find(|c| c.customer == 10_001);
    let day = "2026-12-31".parse().expect("a date");
    let fees = monthly_recurring(contract.expect("there"), &book.index_table(), day);
    assert_eq!(fees.expect("fits").amount(), "4724.11");
}

#[test]
fn the_ec_sales_list_follows_the_quarter_of_the_service() {
    let simulation = simulate(&load("reference.toml"));
    let rows = ec_sales(simulation.invoices.iter().map(|given| &given.invoice)).expect("fits");
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row.quarter, row.vat_id, row.net.amount()))
        .collect();
    assert_eq!(
        rows,
        [
            "2026-01 FR44732829320 1170.00",
            "2026-04 FR44732829320 1811.00",
            "2026-07 FR44732829320 2095.70",
            "2026-10 FR44732829320 2119.23",
        ]
    );
}

#[test]
fn the_schema_on_file_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/book.schema.json");
    let text = serde_json::to_string_pretty(&book::schema()).expect("JSON") + "\n";
    same(&path, &text).unwrap_or_else(|why| panic!("{}", why.lines().next().unwrap_or_default()));
}

/// The faults of a text, one line each.
fn faults(text: &str) -> Vec<String> {
    let problem = book::parse(text, "acme.toml").expect_err("a faulty book");
    assert_eq!((problem.code(), problem.exit_code()), ("book.invalid", 2));
    let fault = |fault: &herdbook::error::Fault| format!("{}: {}", fault.at, fault.what);
    problem.faults().iter().map(fault).collect()
}

#[test]
fn faults_of_shape_name_file_line_and_key_all_at_once() {
    let text = "\
[[index]]
series = \"VPI\"
month = \"2026-13\"
value = 121.9
sauce = \"invented\"

[[reading]]
instance = 7
meter = \"egress\"
quantity = \"1,5\"
";
    assert_eq!(
        faults(text),
        [
            "acme.toml:1 index[1]: expected the key source (Where it was published)",
            "acme.toml:3 index[1].month: expected a month in quotes, such as \"2026-05\", found \
             \"2026-13\"",
            "acme.toml:4 index[1].value: expected a quantity in quotes with at most 9 places, such \
             as \"0.25\", found the number 121.9: a number with a point cannot be kept exactly \
             outside quotes",
            "acme.toml:5 index[1].sauce: the key sauce is unknown; did you mean source?",
            "acme.toml:8 reading[1].instance: expected a text in quotes, found the number 7",
            "acme.toml:10 reading[1].quantity: expected a quantity in quotes with at most 9 \
             places, such as \"0.25\", found \"1,5\"",
        ]
    );
}

#[test]
fn what_is_no_toml_names_its_line() {
    let found = faults("about = \"x\"\n[[seller]\n");
    assert!(
        found.iter().all(|fault| fault.starts_with("acme.toml:2")),
        "{found:?}"
    );
}

/// A contract of the scenarios with one text replaced by another.
fn spoilt(from: &str, to: &str) -> Vec<String> {
    spoilt_scenario("price_graduated.toml", from, to)
}

fn spoilt_scenario(scenario: &str, from: &str, to: &str) -> Vec<String> {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).expect("a scenario");
    let text = read("parties/parties.toml") + &read(scenario);
    // One file of two: keys of the whole file must not follow a table.
    let of_a_table = |line: &&str| !line.starts_with("include") && !line.starts_with("about");
    let text: Vec<&str> = text.lines().filter(of_a_table).collect();
    let text = text.join("\n");
    assert!(text.contains(from), "{from}");
    faults(&text.replacen(from, to, 1))
}

#[test]
fn faults_of_sense_name_the_key() {
    let cases = [
        (
            "customer = 20001",
            "customer = 29999",
            "customer 29999 is not in the book",
        ),
        (
            "seller = \"herdbook\"",
            "seller = \"other\"",
            "seller \"other\" is not in the book",
        ),
        (
            "price = \"0.20\"",
            "price = \"-0.20\"",
            "a price is never negative",
        ),
        ("up_to = \"100\"", "up_to = \"900\"", "must rise"),
        (
            "end = 2027-01-01",
            "end = 2025-01-01",
            "expected a day after the start",
        ),
        (
            "quantity = \"100\"",
            "quantity = \"-1\"",
            "a quantity is never negative",
        ),
        (
            "meter = \"media_storage\"\nmonth",
            "meter = \"other\"\nmonth",
            "no item is priced by",
        ),
        (
            "model = \"graduated\"",
            "model = \"graded\"",
            "expected one of flat, per_unit",
        ),
        (
            "title = \"Scenario\"",
            "title = \"Scenario\"\nusage_alerts = { thresholds = [\"50\", \"0\"] }",
            "more than 0 and at most 1000 per cent",
        ),
        (
            "title = \"Scenario\"",
            "title = \"Scenario\"\n\
             usage_alerts = { budgets = [{ item = \"fee\", amount = \"9\" }] }",
            "no metered item \"fee\"",
        ),
        (
            "title = \"Scenario\"",
            "title = \"Scenario\"\n\
             usage_alerts = { budgets = [{ item = \"storage\", amount = \"0\" }] }",
            "a budget is more than nothing",
        ),
    ];
    for (from, to, expected) in cases {
        let found = spoilt(from, to);
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{to}: {found:?}"
        );
        assert!(
            found.iter().all(|fault| fault.starts_with("acme.toml:")),
            "{found:?}"
        );
    }
}

#[test]
fn an_event_takes_back_one_other_in_one_way() {
    let not = |to, expected: &str| {
        let found = spoilt_scenario("events_taken_back.toml", "voids = \"2\"", to);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with(expected), "{found:?}");
    };
    not(
        "voids = \"2-void\"",
        "event[7].voids: an event does not take itself back",
    );
    not(
        "replaces = \"2-void\"",
        "event[7].replaces: an event does not take itself back",
    );
    not(
        "voids = \"2\"\nreplaces = \"2\"",
        "event[7].replaces: an event voids another one or replaces it, not both",
    );
}

#[test]
fn the_smallest_book_of_the_documentation_is_one() {
    let page = include_str!("../docs/book-format.md");
    let rest = page
        .split("## The smallest book\n")
        .nth(1)
        .expect("the chapter");
    let lines = rest.lines().skip_while(|line| line.is_empty());
    let text: String = lines
        .take_while(|line| line.is_empty() || line.starts_with("    "))
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let book = book::parse(&text, "smallest.toml").expect("a book without faults");
    let span = Span {
        until: "2026-02-01".parse().expect("a date"),
        service_until: None,
    };
    let simulation = Simulation::of(&book, span).expect("simulated");
    assert_eq!(simulation.invoices.len(), 2, "{:?}", simulation.blocked);
}
