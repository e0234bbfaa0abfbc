//! Sellers change as dated versions, and money goes elsewhere only when two people want it.

use harness::on_both;
use herdbook::access::{Principal, Role};
use herdbook::app::App;
use herdbook::book;
use herdbook::db::audit::of_subject;
use herdbook::usecases::edit_seller::{
    Decision, Edit, EditError, Edited, SellerSheet, decide, one, preview, save,
};
use herdbook::usecases::import::import;

use crate::fixture::{Fixture, code_of};

const CODE: &str = "herdbook";
/// An account whose check number fits.
const OTHER: &str = "DE75512108001245126199";
/// Another one.
const THIRD: &str = "DE89370400440532013000";

async fn at_work(it: &Fixture) -> (Principal, Principal) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let book = book::load(&folder.join("price_per_unit.toml")).expect("a book");
    import(&it.app, &book).await.expect("imported");
    let mut people = Vec::new();
    for email in ["one@example.org", "two@example.org"] {
        let person = it.staff(email, &[Role::Admin]).await;
        people.push(it.principal(&person.opened).await.expect("signed in"));
    }
    let two = people.pop().expect("two");
    (people.pop().expect("one"), two)
}

async fn sheet(app: &App, by: &Principal) -> SellerSheet {
    one(app, by, CODE, None).await.expect("on file")
}

/// A decision on the change that waits now.
async fn on_what_waits(app: &App, by: &Principal, takes: bool) -> Decision {
    let waits = sheet(app, by).await.waiting;
    Decision {
        proposal: waits.map_or(0, |waits| waits.proposal),
        takes,
    }
}

async fn edit_of(app: &App, by: &Principal) -> Edit {
    let sheet = sheet(app, by).await;
    let mut seller = sheet.seller;
    seller.valid_from = sheet.today;
    Edit {
        seller,
        made_from: sheet.edition,
    }
}

on_both! {
    async fn a_change_is_a_new_version_once_and_never_unseen(db: &Db) {
        let it = Fixture::new(db);
        let (by, other) = at_work(&it).await;
        let mut edit = edit_of(&it.app, &by).await;
        edit.seller.website = "https://<b>.example".to_owned();
        for _ in 0..2 {
            assert_eq!(save(&it.app, &by, &edit).await.expect("saved"), Edited::Saved);
        }
        let trail = of_subject(&db.reader(), &format!("seller/{CODE}")).await.expect("trail");
        assert_eq!(trail.len(), 1);
        assert!(trail[0].payload.as_ref().expect("kept").contains("before"));
        edit.seller.website = "https://late.example".to_owned();
        let stale = save(&it.app, &other, &edit).await.expect_err("refused");
        assert_eq!(stale.code(), "seller.stale");
        assert_eq!(sheet(&it.app, &by).await.seller.website, "https://<b>.example");
    }
}

on_both! {
    async fn a_bank_account_changes_by_two_people(db: &Db) {
        let it = Fixture::new(db);
        let (one, two) = at_work(&it).await;
        let before = sheet(&it.app, &one).await.seller.bank.iban;
        let mut edit = edit_of(&it.app, &one).await;
        edit.seller.bank.iban = OTHER.to_owned();
        for _ in 0..2 {
            assert_eq!(save(&it.app, &one, &edit).await.expect("kept"), Edited::Waits);
        }
        let now = sheet(&it.app, &two).await;
        assert_eq!((now.seller.bank.iban, now.states.len()), (before.clone(), 1));
        let takes = on_what_waits(&it.app, &two, true).await;
        let own = decide(&it.app, &one, CODE, takes).await.expect_err("refused");
        assert_eq!(own.code(), "access.four-eyes");
        decide(&it.app, &two, CODE, takes).await.expect("taken");
        assert_eq!(sheet(&it.app, &one).await.seller.bank.iban, OTHER);
        decide(&it.app, &two, CODE, takes).await.expect("twice is once");
        let trail = of_subject(&db.reader(), &format!("seller/{CODE}")).await.expect("trail");
        let actions: Vec<&str> = trail.iter().map(|one| one.action.as_str()).collect();
        assert_eq!(actions, ["seller.proposed", "seller.changed"]);
    }
}

on_both! {
    async fn what_was_refused_or_overtaken_is_never_taken(db: &Db) {
        let it = Fixture::new(db);
        let (one, two) = at_work(&it).await;
        let mut edit = edit_of(&it.app, &one).await;
        let before = edit.seller.bank.iban.clone();
        edit.seller.bank.iban = OTHER.to_owned();
        save(&it.app, &one, &edit).await.expect("kept");
        let takes = on_what_waits(&it.app, &two, true).await;
        let refuses = Decision { takes: false, ..takes };
        decide(&it.app, &one, CODE, refuses).await.expect("refused by whoever proposed it");
        decide(&it.app, &two, CODE, takes).await.expect("nothing waits");
        assert_eq!(sheet(&it.app, &one).await.seller.bank.iban, before);
        save(&it.app, &one, &edit).await.expect("kept");
        let takes = on_what_waits(&it.app, &two, true).await;
        let mut other = edit_of(&it.app, &two).await;
        other.seller.website = "https://other.example".to_owned();
        save(&it.app, &two, &other).await.expect("saved");
        decide(&it.app, &two, CODE, takes).await.expect("nothing waits any more");
        assert_eq!(sheet(&it.app, &one).await.seller.bank.iban, before);
    }
}

on_both! {
    async fn a_proposal_that_took_anothers_place_is_not_taken_unseen(db: &Db) {
        let it = Fixture::new(db);
        let (one, two) = at_work(&it).await;
        let mut edit = edit_of(&it.app, &one).await;
        let before = edit.seller.bank.iban.clone();
        edit.seller.bank.iban = OTHER.to_owned();
        save(&it.app, &one, &edit).await.expect("kept");
        let looked_at = on_what_waits(&it.app, &two, true).await;
        edit.seller.bank.iban = THIRD.to_owned();
        save(&it.app, &one, &edit).await.expect("kept in its place");
        for takes in [true, false] {
            let decision = Decision { takes, ..looked_at };
            let replaced = decide(&it.app, &two, CODE, decision).await.expect_err("refused");
            assert_eq!(replaced.code(), "seller.replaced");
        }
        let now = sheet(&it.app, &two).await;
        assert_eq!(now.seller.bank.iban, before, "nothing was taken");
        let waits = now.waiting.expect("it still waits");
        assert_eq!(waits.after.bank.iban, THIRD);
        let decision = Decision { proposal: waits.proposal, takes: true };
        decide(&it.app, &two, CODE, decision).await.expect("taken");
        assert_eq!(sheet(&it.app, &one).await.seller.bank.iban, THIRD);
    }
}

on_both! {
    async fn wrong_facts_are_named_and_only_administrators_change_them(db: &Db) {
        let it = Fixture::new(db);
        let (by, _) = at_work(&it).await;
        let mut edit = edit_of(&it.app, &by).await;
        edit.seller.bank.iban = "DE75512108001245126198".to_owned();
        edit.seller.address.country = "Germany".to_owned();
        let Err(EditError::Wrong(found)) = preview(&it.app, &by, &edit).await else {
            panic!("refused");
        };
        let found: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(found, ["address.country", "bank.iban"]);
        for role in [Role::Finance, Role::Auditor, Role::Operations, Role::Sales] {
            let person = it.principal_of(&it.session(role).await).await.expect("signed in");
            let refused = save(&it.app, &person, &edit).await.map_err(Into::into);
            assert_eq!(code_of(refused), "access.denied", "{role}");
            let decision = Decision { proposal: 0, takes: true };
            let refused = decide(&it.app, &person, CODE, decision).await.map_err(Into::into);
            assert_eq!(code_of(refused), "access.denied", "{role}");
        }
    }
}
