//! Customers are entered and edited: dated versions, each edit once, nobody overwrites unseen.

use chrono::{NaiveDate, TimeDelta};
use harness::on_both;
use herdbook::access::{Principal, Role};
use herdbook::app::App;
use herdbook::billing::party::{Customer, Identifier};
use herdbook::book;
use herdbook::db::audit::of_subject;
use herdbook::usecases::edit_customer::{
    Edit, EditError, Edited, as_it_was, next_number, open, preview, save,
};
use herdbook::usecases::import::import;

use crate::fixture::{Fixture, code_of};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A city that can be billed.
const NUMBER: &str = "20001";
/// A district whose Leitweg-ID fails its check.
const FAULTY: &str = "20004";

/// A book with both of them, and somebody of a role.
async fn at_work(it: &Fixture, role: Role) -> Principal {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("routing_wrong.toml")).expect("a book");
    import(&it.app, &book).await.expect("imported");
    it.principal_of(&it.session(role).await)
        .await
        .expect("signed in")
}

async fn edit_of(app: &App, by: &Principal, number: &str) -> Edit {
    let opened = open(app, by, number, None).await.expect("opened");
    let customer = Customer {
        valid_from: Some(opened.today),
        ..opened.customer
    };
    Edit {
        customer,
        made_from: Some(opened.edition),
    }
}

fn renamed(edit: &Edit, name: &str) -> Edit {
    let mut edit = edit.clone();
    edit.customer.legal_name = name.to_owned();
    edit
}

fn code(result: Result<Edited, EditError>) -> &'static str {
    result.expect_err("refused").code()
}

on_both! {
    async fn an_edit_is_a_new_version_with_before_and_after_in_the_trail(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let edit = edit_of(&it.app, &by, NUMBER).await;
        let was = edit.customer.legal_name.clone();
        let edited = save(&it.app, &by, &renamed(&edit, "<b>Neu</b>")).await.expect("saved");
        assert!(edited.changed && Some(edited.edition) > edit.made_from);
        let today = edit.customer.valid_from.expect("today");
        let before = today - TimeDelta::days(1);
        for (on, name) in [(Some(before), was.as_str()), (None, "<b>Neu</b>")] {
            let opened = open(&it.app, &by, NUMBER, on).await.expect("opened");
            assert_eq!(opened.customer.legal_name, name);
        }
        let asked = (edit.made_from.expect("an edition"), today);
        let then = as_it_was(&it.app, &by, NUMBER, asked).await.expect("read");
        assert_eq!(then.expect("there was one").legal_name, was);
        let trail = of_subject(&db.reader(), &format!("customer/{NUMBER}")).await.expect("trail");
        let told: serde_json::Value =
            serde_json::from_str(trail[0].payload.as_deref().expect("kept")).expect("JSON");
        assert_eq!(trail[0].action, "customer.changed");
        assert_eq!(told["before"]["legal_name"], was);
        assert_eq!(told["after"]["legal_name"], "<b>Neu</b>");
    }
}

on_both! {
    async fn sent_twice_is_one_version(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Finance).await;
        let edit = renamed(&edit_of(&it.app, &by, NUMBER).await, "Neu");
        let both = futures::join!(save(&it.app, &by, &edit), save(&it.app, &by, &edit));
        let (one, two) = (both.0.expect("saved"), both.1.expect("saved"));
        assert_eq!(one.edition, two.edition);
        assert_eq!(u32::from(one.changed) + u32::from(two.changed), 1);
        let trail = of_subject(&db.reader(), &format!("customer/{NUMBER}")).await.expect("trail");
        assert_eq!(trail.len(), 1);
    }
}

on_both! {
    async fn who_comes_second_is_told_and_overwrites_nothing(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let edit = edit_of(&it.app, &by, NUMBER).await;
        let (first, second) = (renamed(&edit, "First"), renamed(&edit, "Second"));
        let results = futures::join!(save(&it.app, &by, &first), save(&it.app, &by, &second));
        let refused: Vec<&str> = [&results.0, &results.1]
            .into_iter()
            .filter_map(|one| one.as_ref().err().map(EditError::code))
            .collect();
        assert_eq!(refused, ["customer.stale"]);
        let again = edit_of(&it.app, &by, NUMBER).await;
        save(&it.app, &by, &renamed(&again, "Third")).await.expect("from the newest edition");
    }
}

on_both! {
    async fn a_new_customer_is_entered_once_under_a_free_number(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let mut edit = edit_of(&it.app, &by, NUMBER).await;
        edit.made_from = None;
        assert_eq!(code(save(&it.app, &by, &renamed(&edit, "Other")).await), "customer.taken");
        edit.customer.number = next_number(&it.app, &by).await.expect("asked").expect("free");
        let first = save(&it.app, &by, &edit).await.expect("entered");
        let second = save(&it.app, &by, &edit).await.expect("the same again");
        assert_eq!((first.changed, second.changed), (true, false));
        let number = edit.customer.number.to_string();
        let trail = of_subject(&db.reader(), &format!("customer/{number}")).await.expect("trail");
        assert_eq!(trail[0].action, "customer.created");
        assert_eq!(next_number(&it.app, &by).await.expect("asked"), Some(first.number + 1));
    }
}

on_both! {
    async fn of_two_who_take_one_new_number_at_once_one_gets_it(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let mut edit = edit_of(&it.app, &by, NUMBER).await;
        edit.made_from = None;
        edit.customer.number = next_number(&it.app, &by).await.expect("asked").expect("free");
        let names = ["One", "Two", "Three", "Four"].map(|name| renamed(&edit, name));
        let tries = names.iter().map(|edit| save(&it.app, &by, edit));
        let results = futures::future::join_all(tries).await;
        let (entered, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!(entered.len(), 1);
        let codes = refused.iter().filter_map(|one| one.as_ref().err().map(EditError::code));
        assert_eq!(codes.collect::<Vec<_>>(), ["customer.taken"; 3]);
    }
}

/// A change, and the fields with their codes that are refused for it.
type Case = (fn(&mut Customer), &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    (|c| c.legal_name.clear(), &[("legal_name", "party.text")]),
    (
        |c| {
            c.address.country = "Germany".to_owned();
            c.routing.leitweg_id = Some("01-MASTODONTEST-36".to_owned());
        },
        &[
            ("address.country", "party.country"),
            ("routing.leitweg_id", "routing.leitweg-check-digits"),
        ],
    ),
    (
        |c| c.currency = herdbook::billing::Currency::USD,
        &[("currency", "party.currency")],
    ),
    (
        |c| {
            let (scheme, id) = ("0204".to_owned(), "1".to_owned());
            c.routing.endpoint = Some(Identifier { scheme, id });
        },
        &[("routing.endpoint.id", "routing.peppol-value")],
    ),
];

on_both! {
    async fn wrong_facts_are_all_named_and_nothing_is_written(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let mut sound = edit_of(&it.app, &by, FAULTY).await;
        sound.customer.routing.leitweg_id = Some("01-MASTODONTEST-37".to_owned());
        for (change, expected) in CASES {
            let mut edit = sound.clone();
            change(&mut edit.customer);
            for result in [
                save(&it.app, &by, &edit).await.map(|_| ()),
                preview(&it.app, &by, &edit).await.map(|_| ()),
            ] {
                let Err(EditError::Wrong(found)) = result else {
                    panic!("{expected:?}: {result:?}");
                };
                let found: Vec<(&str, &str)> =
                    found.iter().map(|one| (one.field.as_str(), one.why.code())).collect();
                assert_eq!(found, *expected);
            }
        }
        let now = open(&it.app, &by, FAULTY, None).await.expect("opened");
        assert_eq!(Some(now.edition), sound.made_from);
    }
}

on_both! {
    async fn the_preview_says_what_no_longer_blocks_billing(db: &Db) {
        let it = Fixture::new(db);
        let by = at_work(&it, Role::Sales).await;
        let mut edit = edit_of(&it.app, &by, FAULTY).await;
        edit.customer.routing.leitweg_id = Some("01-MASTODONTEST-37".to_owned());
        let found = preview(&it.app, &by, &edit).await.expect("sound");
        assert_eq!((found.now.lacks.len(), found.then.lacks.len()), (1, 0));
        assert_eq!(found.until, None);
        // A state of the future goes on holding.
        edit.customer.valid_from = Some(day("2199-01-01"));
        save(&it.app, &by, &edit).await.expect("saved");
        let mut now = edit_of(&it.app, &by, FAULTY).await;
        now.customer.routing = edit.customer.routing.clone();
        let found = preview(&it.app, &by, &renamed(&now, "Now")).await.expect("sound");
        assert_eq!(found.until, Some(day("2199-01-01")));
    }
}

on_both! {
    async fn whoever_may_not_edit_is_refused(db: &Db) {
        let it = Fixture::new(db);
        let sales = at_work(&it, Role::Sales).await;
        let edit = edit_of(&it.app, &sales, NUMBER).await;
        for role in [Role::Admin, Role::Auditor, Role::Approver, Role::Operations] {
            let by = it.principal_of(&it.session(role).await).await.expect("signed in");
            let refused = save(&it.app, &by, &edit).await.map_err(Into::into);
            assert_eq!(code_of(refused), "access.denied", "{role}");
        }
        let unknown = open(&it.app, &sales, "69999", None).await;
        assert_eq!(unknown.map(|_| ()).expect_err("refused").code(), "customer.unknown");
    }
}
