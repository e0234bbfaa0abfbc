//! Customers and contracts as lists: each once, whatever the page; narrowed; and only the own ones
//! for a customer.

use chrono::NaiveDate;
use harness::facts::{at, date};
use harness::on_both;
use herdbook::access::{AccountId, Party, Permission, Principal, Role, Scope};
use herdbook::billing::contract::Contract;
use herdbook::db::contracts::ContractParties;
use herdbook::db::contracts::list::{self as contract_list, ContractFilter, ContractState};
use herdbook::db::customers::list::{self as customer_list, CustomerFilter};
use herdbook::db::{AsOf, Db, DbError, Txn, contracts, customers, sellers};
use herdbook::usecases::contracts::state;
use serde_json::{Value, json};

const ALL: Scope = Scope::of_program();

const TODAY: &str = "2026-03-15";

fn today() -> AsOf {
    AsOf::now(at("2026-03-15T09:00:00Z"))
}

/// The scope of a customer, as its people have it.
pub fn own(customer: u32) -> Scope {
    let id = AccountId(uuid::Uuid::nil());
    let person = Principal::person(id, Party::Customer(customer), [Role::CustomerBilling]);
    let granted = person.expect("a person").require(Permission::ReadOwnUsage);
    granted.expect("granted").scope()
}

async fn customer(db: &Db, number: &str, from: &str, known: &str, name: &str, country: &str) {
    let body = json!({
        "legal_name": name,
        "kind": if country == "DE" { "university" } else { "business" },
        "address": { "country": country },
    });
    let (number, from, known) = (number.to_owned(), date(from), at(known));
    let stored =
        db.write(async move |txn: &Txn| customers::put(txn, &number, from, known, &body).await);
    stored.await.expect("stored");
}

/// Seven customers, `10001` to `10007`, some of them in several states.
async fn seven(db: &Db) {
    let known = "2026-01-01T00:00:00Z";
    for (number, name, country) in [
        ("10001", "Stadt Beispiel", "DE"),
        ("10002", "Ville d’Été", "FR"),
        ("10003", "50 % Museum_A", "DE"),
        ("10004", "ÉCOLE nationale", "FR"),
        ("10005", "Verein", "DE"),
        ("10006", "Sample Inc.", "US"),
    ] {
        customer(db, number, "1900-01-01", known, name, country).await;
    }
    // Corrected, changed since, to be changed, and begun later than today.
    customer(
        db,
        "10001",
        "1900-01-01",
        "2026-02-01T00:00:00Z",
        "Stadt Beispielstadt",
        "DE",
    )
    .await;
    customer(db, "10005", "2026-03-01", known, "Verein Nord", "DE").await;
    customer(db, "10005", "2026-04-01", known, "Verein Süd", "AT").await;
    customer(
        db,
        "10006",
        "1900-01-01",
        "2026-06-01T00:00:00Z",
        "Unknown yet Inc.",
        "US",
    )
    .await;
    customer(db, "10007", "2026-07-01", known, "Later gGmbH", "DE").await;
    customer(db, "10007", "2026-08-01", known, "Much later gGmbH", "DE").await;
}

async fn found(db: &Db, scope: Scope, filter: &CustomerFilter) -> Vec<String> {
    let on = db.reader();
    let page = customer_list::list::<Value>(&on, scope, filter, today(), (None, 100)).await;
    let page = page.expect("listed");
    assert_eq!(page.count, page.customers.len() as u64);
    page.customers.into_iter().map(|one| one.owner).collect()
}

fn text(text: &str) -> CustomerFilter {
    CustomerFilter {
        text: Some(text.to_owned()),
        ..CustomerFilter::default()
    }
}

on_both! {
    async fn pages_hold_every_customer_once_as_it_is_today(db: &Db) {
        seven(db).await;
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let (on, filter) = (db.reader(), CustomerFilter::default());
            let from = (after.as_deref(), 3);
            let page = customer_list::list::<Value>(&on, ALL, &filter, today(), from).await;
            let page = page.expect("listed");
            assert_eq!(page.count, 7);
            assert!(page.customers.len() <= 3);
            seen.extend(page.customers.into_iter().map(|one| {
                (one.owner, one.body["legal_name"].as_str().expect("a name").to_owned())
            }));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let names = seen.iter().map(|(n, name)| (n.as_str(), name.as_str()));
        let names: Vec<(&str, &str)> = names.collect();
        assert_eq!(names, [
            ("10001", "Stadt Beispielstadt"),
            ("10002", "Ville d’Été"),
            ("10003", "50 % Museum_A"),
            ("10004", "ÉCOLE nationale"),
            ("10005", "Verein Nord"),
            ("10006", "Sample Inc."),
            ("10007", "Later gGmbH"),
        ]);
    }
}

on_both! {
    async fn a_filter_takes_text_as_it_is_written_in_any_case(db: &Db) {
        seven(db).await;
        let all = ALL;
        assert_eq!(found(db, all, &text("beispielSTADT")).await, ["10001"]);
        assert_eq!(found(db, all, &text("d’été")).await, ["10002"]);
        assert_eq!(found(db, all, &text("école")).await, ["10004"]);
        assert_eq!(found(db, all, &text("1000")).await.len(), 7);
        assert_eq!(found(db, all, &text("50 % museum_a")).await, ["10003"]);
        for nothing in ["Süd", "Unknown", "%a%", "_0001", "\\", "'"] {
            assert_eq!(found(db, all, &text(nothing)).await, Vec::<String>::new(), "{nothing}");
        }
        let french = CustomerFilter {
            country: Some("FR".to_owned()),
            ..CustomerFilter::default()
        };
        assert_eq!(found(db, all, &french).await, ["10002", "10004"]);
        let kind = CustomerFilter {
            kind: Some("university".to_owned()),
            text: Some("e".to_owned()),
            ..CustomerFilter::default()
        };
        assert_eq!(found(db, all, &kind).await, ["10001", "10003", "10005", "10007"]);
        let countries = customer_list::countries(&db.reader(), all).await;
        assert_eq!(countries.expect("countries"), ["AT", "DE", "FR", "US"]);
    }
}

on_both! {
    async fn a_customer_sees_itself_and_nobody_else(db: &Db) {
        seven(db).await;
        let scope = own(10_002);
        assert_eq!(found(db, scope, &CustomerFilter::default()).await, ["10002"]);
        assert_eq!(found(db, scope, &text("Stadt")).await, Vec::<String>::new());
        let known = today().known_at;
        let states = async |scope, number| {
            let found = customer_list::states::<Value>(&db.reader(), scope, number, known).await;
            found.expect("states")
        };
        assert_eq!(states(scope, "10002").await.len(), 1);
        assert_eq!(states(scope, "10005").await.len(), 0);
        assert_eq!(states(ALL, "10005").await.len(), 3);
        let both = ["10001".to_owned(), "10002".to_owned()];
        let several = customer_list::several::<Value>(&db.reader(), scope, &both, today()).await;
        let several = several.expect("found").into_iter().map(|one| one.owner);
        let several: Vec<String> = several.collect();
        assert_eq!(several, ["10002"]);
        let countries = customer_list::countries(&db.reader(), scope).await;
        assert_eq!(countries.expect("countries"), ["FR"]);
    }
}

/// A contract, from what is said of its term and amendments.
fn contract(number: &str, customer: u32, term: &Value, amendments: &Value) -> Contract {
    let body = json!({
        "number": number, "customer": customer, "seller": "seller", "zone": "Europe/Berlin",
        "title": format!("Server {number}"), "currency": "EUR", "term": term, "items": [],
        "billing": { "payment": "card", "payment_days": 0 }, "amendments": amendments,
    });
    serde_json::from_value(body).expect("a contract")
}

/// Terms of every kind, each with the state that the core gives it.
fn terms() -> Vec<Contract> {
    let cancel = |effective: &str, signed: Option<&str>| {
        let mut one = json!({ "id": "K", "effective": effective, "change": { "kind": "cancel" } });
        if let Some(signed) = signed {
            one["signed"] = json!(signed);
        }
        one
    };
    let renews = |start: &str, end: &str, longest: u32| {
        let renewal = json!({ "months": 1, "max_total_months": longest });
        json!({ "start": start, "end": end, "renewal": renewal })
    };
    let open = json!({ "start": "2025-01-01" });
    let none = json!([]);
    let end = json!({ "kind": "end_item", "item": "x" });
    let ends = json!([{ "id": "E", "effective": "2026-01-01", "change": end }]);
    let all = [
        (json!({ "start": "2026-03-16" }), none.clone()),
        (json!({ "start": TODAY }), none.clone()),
        (
            json!({ "start": "2025-01-01", "end": "2026-03-15" }),
            none.clone(),
        ),
        (
            json!({ "start": "2025-01-01", "end": "2026-03-16" }),
            none.clone(),
        ),
        (
            json!({ "start": "2025-01-01", "end": "2026-01-01", "renewal": { "months": 12 } }),
            none.clone(),
        ),
        // 31 August and six months are 28 February; and a longest term that is over, or is not.
        (renews("2025-08-31", "2025-10-01", 6), none.clone()),
        (renews("2025-09-15", "2025-10-15", 6), none.clone()),
        (renews("2025-09-16", "2025-10-16", 6), none.clone()),
        (open.clone(), json!([cancel("2026-03-15", None)])),
        (open.clone(), json!([cancel("2026-03-16", None)])),
        (
            open.clone(),
            json!([cancel("2026-03-16", Some("2026-01-01"))]),
        ),
        // Signed after it takes effect: nobody knows of it yet.
        (
            open.clone(),
            json!([cancel("2026-02-01", Some("2026-04-01"))]),
        ),
        (
            open.clone(),
            json!([
                cancel("2026-02-01", Some("2026-01-01")),
                cancel("2027-01-01", None)
            ]),
        ),
        (open, ends),
    ];
    let numbered = (1_u32..).zip(all);
    numbered
        .map(|(n, (term, amendments))| {
            let customer = if n % 2 == 0 { 10_002 } else { 10_001 };
            contract(&format!("C-{n:02}"), customer, &term, &amendments)
        })
        .collect()
}

async fn contracts_of(db: &Db, all: &[Contract]) {
    seven(db).await;
    let all = all.to_vec();
    let stored = db.write(async move |txn: &Txn| {
        let (since, known): (NaiveDate, _) = (date("1900-01-01"), at("2026-01-01T00:00:00Z"));
        sellers::put(txn, "seller", since, known, &json!({})).await?;
        for contract in &all {
            let parties = ContractParties {
                id: contract.number.clone(),
                seller: "seller".to_owned(),
                customer: contract.customer.to_string(),
            };
            contracts::put(txn, &parties, since, known, contract).await?;
        }
        Ok::<_, DbError>(())
    });
    stored.await.expect("stored");
}

async fn listed(db: &Db, scope: Scope, filter: &ContractFilter) -> Vec<String> {
    let on = db.reader();
    let page = contract_list::list::<Contract>(&on, scope, filter, today(), (None, 100)).await;
    let page = page.expect("listed");
    assert_eq!(page.count, page.contracts.len() as u64);
    page.contracts.into_iter().map(|one| one.owner).collect()
}

on_both! {
    async fn the_list_and_the_core_agree_on_where_a_contract_stands(db: &Db) {
        let all = terms();
        contracts_of(db, &all).await;
        for wanted in [ContractState::NotBegun, ContractState::Running, ContractState::Ended] {
            let expected: Vec<&str> = all
                .iter()
                .filter(|one| state(one, date(TODAY)).expect("a state") == wanted)
                .map(|one| one.number.as_str())
                .collect();
            assert!(!expected.is_empty());
            let filter = ContractFilter { state: Some(wanted), ..ContractFilter::default() };
            assert_eq!(listed(db, ALL, &filter).await, expected, "{wanted:?}");
        }
        let both = ["10001".to_owned(), "10002".to_owned(), "10003".to_owned()];
        let all_scope = ALL;
        let running = contract_list::running(&db.reader(), all_scope, &both, today()).await;
        let running = running.expect("counted");
        let expected = |customer: u32| {
            let runs = |one: &&Contract| {
                one.customer == customer
                    && state(one, date(TODAY)).expect("a state") == ContractState::Running
            };
            all.iter().filter(runs).count() as u64
        };
        assert_eq!(running.get("10001"), Some(&expected(10_001)));
        assert_eq!(running.get("10002"), Some(&expected(10_002)));
        assert_eq!(running.get("10003"), None);
    }
}

on_both! {
    async fn pages_hold_every_contract_once(db: &Db) {
        let all = terms();
        contracts_of(db, &all).await;
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let (on, filter) = (db.reader(), ContractFilter::default());
            let from = (after.as_deref(), 4);
            let page = contract_list::list::<Contract>(&on, ALL, &filter, today(), from).await;
            let page = page.expect("listed");
            assert_eq!(page.count, all.len() as u64);
            seen.extend(page.contracts.into_iter().map(|one| one.owner));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected: Vec<String> = all.into_iter().map(|one| one.number).collect();
        assert_eq!(seen, expected);
    }
}

on_both! {
    async fn a_contract_is_found_by_number_title_and_customer(db: &Db) {
        contracts_of(db, &terms()).await;
        let by = |text: &str| ContractFilter {
            text: Some(text.to_owned()),
            ..ContractFilter::default()
        };
        let all = ALL;
        assert_eq!(listed(db, all, &by("c-03")).await, ["C-03"]);
        assert_eq!(listed(db, all, &by("server c-04")).await, ["C-04"]);
        assert_eq!(listed(db, all, &by("ville d’été")).await.len(), 7);
        assert_eq!(listed(db, all, &by("10001")).await.len(), 7);
        assert_eq!(listed(db, all, &by("_-0")).await, Vec::<String>::new());
        let of = ContractFilter { customer: Some("10002".to_owned()), ..ContractFilter::default() };
        assert_eq!(listed(db, all, &of).await.len(), 7);
    }
}

on_both! {
    async fn a_customer_sees_its_own_contracts_only(db: &Db) {
        contracts_of(db, &terms()).await;
        let scope = own(10_002);
        let even: Vec<String> = (1..=7).map(|n| format!("C-{:02}", n * 2)).collect();
        assert_eq!(listed(db, scope, &ContractFilter::default()).await, even);
        let foreign = ContractFilter {
            customer: Some("10001".to_owned()),
            ..ContractFilter::default()
        };
        assert_eq!(listed(db, scope, &foreign).await, Vec::<String>::new());
        let two = ["C-01".to_owned(), "C-02".to_owned()];
        let several = contract_list::several::<Contract>(&db.reader(), scope, &two, today()).await;
        let several = several.expect("found").into_iter().map(|one| one.owner);
        let several: Vec<String> = several.collect();
        assert_eq!(several, ["C-02"]);
        let both = ["10001".to_owned(), "10002".to_owned()];
        let running = contract_list::running(&db.reader(), scope, &both, today()).await;
        assert_eq!(running.expect("counted").into_keys().collect::<Vec<_>>(), ["10002"]);
    }
}
