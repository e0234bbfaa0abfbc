//! Forms that were opened before somebody else was faster: nothing is undone unseen, nothing typed
//! is lost; and people who act in the same moment.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use harness::on_both;
use herdbook::access::account::AccountState;
use herdbook::access::{Party, Principal, Role, Scope};
use herdbook::billing::party::{Contact, Customer};
use herdbook::book;
use herdbook::db::access::accounts;
use herdbook::db::customers::list::states;
use herdbook::usecases::access::users::{self, Change, Invitation};
use herdbook::usecases::edit_customer::{self, Edit};
use herdbook::usecases::import::import;
use herdbook::usecases::portal::contact;
use herdbook::web::router::router;

use crate::fixture::{Fixture, code_of, origin};
use crate::matrix::site;
use crate::pages::{get, post};

on_both! {
    async fn a_form_that_was_opened_before_a_block_does_not_undo_it(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let other = it.staff("b@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let id = person.opened.session.account;
        let routes = router(it.app.clone(), site()).expect("the routes");
        let (path, session) = (format!("/settings/users/{id}"), admin.opened.token.reveal());
        let seen = |page: &str| {
            let (_, after) = page.split_once("name=\"seen\" value=\"").expect("a form");
            after.split('"').next().expect("its end").to_owned()
        };
        let (_, page) = get(&routes, session, "en", &path).await;
        let before = seen(&page);
        let by = it.principal(&other.opened).await.expect("signed in");
        let block = Change {
            name: "Staff".to_owned(),
            roles: BTreeSet::from([Role::Finance]),
            blocked: true,
            seen: None,
        };
        users::change(&it.app, &by, id, &block).await.expect("blocked meanwhile");
        let form = format!("seen={before}&name=Typed+Name&role=finance&role=sales");
        let (status, text) = post(&routes, session, &path, &path, &form).await;
        assert_eq!(status, StatusCode::CONFLICT, "{text}");
        let account = accounts::get(&db.reader(), id).await.expect("read").expect("known");
        assert_eq!(account.state, AccountState::Blocked, "the block stands");
        assert!(text.contains("Somebody else changed this meanwhile"), "{text}");
        assert!(text.contains("value=\"Typed Name\""), "nothing typed is lost: {text}");
        assert!(text.contains("name=\"role\" value=\"sales\" checked"), "{text}");
        let missing = "name=Typed+Name&role=finance";
        let (status, _) = post(&routes, session, &path, &path, missing).await;
        assert_eq!(status, StatusCode::CONFLICT, "a form that does not say what it saw");
        let form = format!("seen={}&name=Typed+Name&role=finance", seen(&text));
        let (status, text) = post(&routes, session, &path, &path, &form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    }
}

on_both! {
    async fn of_two_administrators_who_leave_at_once_one_stays(db: &Db) {
        let it = Fixture::new(db);
        let mut admins: Vec<Principal> = Vec::new();
        for email in ["a@example.org", "b@example.org"] {
            let admin = it.staff(email, &[Role::Admin]).await;
            admins.push(it.principal(&admin.opened).await.expect("signed in"));
        }
        let leaving = admins.into_iter().map(|own| {
            let app = it.app.clone();
            tokio::spawn(async move {
                let change = Change {
                    name: "Staff".to_owned(),
                    roles: BTreeSet::from([Role::Finance]),
                    blocked: false,
                    seen: None,
                };
                let left = users::change(&app, &own, own.account(), &change).await;
                left.map_or_else(|why| code_of(Err::<(), _>(why)), |_| "left".to_owned())
            })
        });
        let mut ends = Vec::new();
        for one in leaving.collect::<Vec<_>>() {
            ends.push(one.await.expect("ended"));
        }
        ends.sort();
        assert_eq!(ends, ["account.last-admin", "left"]);
    }
}

on_both! {
    async fn a_contact_of_their_own_outlives_what_was_scheduled(db: &Db) {
        let it = Fixture::new(db);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
        let book = book::load(&folder.join("price_per_unit.toml")).expect("a book");
        import(&it.app, &book).await.expect("imported");
        let sales = it.principal_of(&it.session(Role::Sales).await).await.expect("signed in");
        let opened = edit_customer::open(&it.app, &sales, "20001", None).await.expect("opened");
        let later = "2099-01-01".parse().expect("a day");
        let scheduled = Edit {
            customer: Customer {
                legal_name: "Later".to_owned(),
                valid_from: Some(later),
                ..opened.customer.clone()
            },
            made_from: Some(opened.edition),
        };
        edit_customer::save(&it.app, &sales, &scheduled).await.expect("scheduled");
        let invitation = Invitation {
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            party: Party::Customer(20_001),
            roles: BTreeSet::from([Role::CustomerBilling]),
        };
        let made = users::create(&it.app, "test".to_owned(), &invitation).await;
        let account = made.expect("created").0;
        let own = it.principal_of(&it.open(&account, &origin()).await).await.expect("signed in");
        let edition = contact::open(&it.app, &own).await.expect("opened").edition;
        let new = Contact {
            name: "Ada".to_owned(),
            email: Some("ada@example.org".to_owned()),
            phone: None,
        };
        for changed in [true, false] {
            let saved = contact::save(&it.app, &own, edition, new.clone()).await.expect("saved");
            assert_eq!(saved.changed, changed, "twice is once");
        }
        let known_at = it.app.clock.business() + chrono::TimeDelta::days(1);
        let all = states::<Customer>(&db.reader(), Scope::of_program(), "20001", known_at).await;
        let all = all.expect("read");
        let last = all.last().expect("the scheduled one");
        assert_eq!((last.valid_from, last.body.legal_name.as_str()), (later, "Later"));
        assert_eq!(last.body.contact.as_ref(), Some(&new), "it was not taken back");
        let stale = Contact { name: "Late".to_owned(), ..new };
        let refused = contact::save(&it.app, &own, edition, stale).await.expect_err("refused");
        assert_eq!(refused.code(), "customer.stale");
    }
}
