//! Passkeys: both factors in one step, for one browser, once; a copy of one opens nothing.

use std::sync::Arc;

use harness::{behind_its_back, on_both};
use herdbook::access::session::Opened;
use herdbook::access::{Role, SecretHash};
use herdbook::db::audit;
use herdbook::identity::Passkeys;
use herdbook::usecases::Failure;
use herdbook::usecases::access::authenticate::{self, SignedIn};
use herdbook::usecases::access::passkeys::{self, Asked};
use herdbook::usecases::access::users::{self, Change};

use crate::authenticator::{Authenticator, ORIGIN};
use crate::fixture::{Fixture, Person, code_of, origin};

fn party() -> Arc<Passkeys> {
    let party = Passkeys::of(ORIGIN, "Test").expect("configured");
    Arc::new(party.expect("a name and https"))
}

impl Fixture {
    async fn signed_in(&self, person: &Person) -> SignedIn {
        let found = authenticate::session(&self.app, person.opened.token.reveal()).await;
        found.expect("the database answers").expect("signed in")
    }

    /// Somebody who has added a passkey.
    async fn with_passkey(&self, email: &str, id: u8) -> (Person, SignedIn, Authenticator) {
        let person = self.staff(email, &[Role::Finance]).await;
        let who = self.signed_in(&person).await;
        let mut authenticator = Authenticator::new(id);
        let asked = passkeys::begin_add(&self.app, &party(), &who)
            .await
            .expect("asked");
        let answer = authenticator.makes(&asked.options);
        let sent = (asked.token.reveal(), answer.as_str(), " My laptop ");
        passkeys::add(&self.app, &party(), &who, sent)
            .await
            .expect("added");
        (person, who, authenticator)
    }

    async fn asks(&self, visit: &str) -> Asked {
        let asked = passkeys::begin_sign_in(&self.app, &party(), SecretHash::of(visit)).await;
        asked.expect("asked")
    }

    async fn answers(&self, asked: &Asked, answer: &str, visit: &str) -> Result<Opened, Failure> {
        let sent = (asked.token.reveal(), answer, SecretHash::of(visit));
        passkeys::sign_in(&self.app, &party(), sent, &origin(), None).await
    }

    async fn signs_in(&self, authenticator: &mut Authenticator) -> Result<Opened, Failure> {
        authenticator.counter += 1;
        let asked = self.asks("visit").await;
        let answer = authenticator.signs(&asked.options);
        self.answers(&asked, &answer, "visit").await
    }
}

on_both! {
    async fn a_passkey_signs_in_until_it_is_removed(db: &Db) {
        let it = Fixture::new(db);
        let (person, who, mut authenticator) = it.with_passkey("f@example.org", 1).await;
        let listed = passkeys::list(&it.app, who.account.id).await.expect("listed");
        assert_eq!((listed.len(), listed[0].name.as_str()), (1, "My laptop"));
        assert!(listed[0].last_used_at.is_none() && !listed[0].body.contains("private"));
        let opened = it.signs_in(&mut authenticator).await.expect("signed in");
        let principal = it.principal(&opened).await.expect("a session");
        assert_eq!(principal.account(), person.opened.session.account);
        let listed = passkeys::list(&it.app, who.account.id).await.expect("listed");
        assert!(listed[0].last_used_at.is_some() && listed[0].suspect_at.is_none());
        // The same authenticator is not added twice, nor to another account.
        let other = it.staff("other@example.org", &[Role::Sales]).await;
        let other = it.signed_in(&other).await;
        let asked = passkeys::begin_add(&it.app, &party(), &other).await.expect("asked");
        let answer = authenticator.makes(&asked.options);
        let sent = (asked.token.reveal(), answer.as_str(), "Mine");
        let known = passkeys::add(&it.app, &party(), &other, sent).await;
        assert_eq!(code_of(known), "passkey.known");
        authenticator.user = who.account.id.0.as_bytes().to_vec();
        let foreign = passkeys::remove(&it.app, &other, listed[0].id).await;
        assert_eq!(code_of(foreign), "passkey.unknown");
        passkeys::remove(&it.app, &who, listed[0].id).await.expect("removed");
        assert_eq!(code_of(it.signs_in(&mut authenticator).await), "passkey.unknown");
        let subject = who.account.subject();
        let trail = audit::of_subject(&db.reader(), &subject).await.expect("read");
        let actions = trail.iter().map(|entry| entry.action.as_str());
        let own: Vec<&str> = actions.filter(|action| action.starts_with("passkey.")).collect();
        assert_eq!(own, ["passkey.added", "passkey.removed"]);
    }
}

on_both! {
    async fn an_answer_that_proves_less_is_refused(db: &Db) {
        let it = Fixture::new(db);
        let (_, who, mut good) = it.with_passkey("f@example.org", 1).await;
        let forged = |change: fn(&mut Authenticator)| {
            let mut one = Authenticator::copied_from(&good, Authenticator::new(1));
            change(&mut one);
            one
        };
        let mut stranger = forged(|_| {});
        assert_eq!(code_of(it.signs_in(&mut stranger).await), "passkey.refused", "another key");
        for (what, change) in [
            ("another site", (|one| one.origin = "https://b00ks.example.org".to_owned())
                as fn(&mut Authenticator)),
            ("another party", |one| one.name = "example.org".to_owned()),
            ("no PIN", |one| one.verifies = false),
        ] {
            let before = (good.origin.clone(), good.name.clone());
            change(&mut good);
            assert_eq!(code_of(it.signs_in(&mut good).await), "passkey.refused", "{what}");
            (good.origin, good.name) = before;
            good.verifies = true;
        }
        let user = std::mem::replace(&mut good.user, vec![7; 16]);
        assert_eq!(code_of(it.signs_in(&mut good).await), "passkey.unknown", "another account");
        good.user = user;
        let (asked, other) = (it.asks("visit").await, it.asks("visit").await);
        let answer = good.signs(&other.options);
        let mixed = it.answers(&asked, &answer, "visit").await;
        assert_eq!(code_of(mixed), "passkey.refused", "another challenge");
        for (what, change) in [
            ("another site", (|one| one.origin = "https://elsewhere.example".to_owned())
                as fn(&mut Authenticator)),
            ("no PIN", |one| one.verifies = false),
        ] {
            let mut one = Authenticator::new(2);
            change(&mut one);
            let asked = passkeys::begin_add(&it.app, &party(), &who).await.expect("asked");
            let answer = one.makes(&asked.options);
            let sent = (asked.token.reveal(), answer.as_str(), "Second");
            let refused = passkeys::add(&it.app, &party(), &who, sent).await;
            assert_eq!(code_of(refused), "passkey.refused", "{what}");
        }
        it.signs_in(&mut good).await.expect("the same without a fault");
    }
}

on_both! {
    async fn an_answer_counts_once_in_its_browser_and_in_time(db: &Db) {
        let it = Fixture::new(db);
        let (_, who, mut authenticator) = it.with_passkey("f@example.org", 1).await;
        authenticator.counter = 10;
        let asked = it.asks("visit").await;
        let answer = authenticator.signs(&asked.options);
        let elsewhere = it.answers(&asked, &answer, "another browser").await;
        assert_eq!(code_of(elsewhere), "passkey.over");
        let gone = it.answers(&asked, &answer, "visit").await;
        assert_eq!(code_of(gone), "passkey.over", "who guesses a token uses it up");
        let asked = Arc::new(it.asks("visit").await);
        let answer = authenticator.signs(&asked.options);
        let (first, second) = tokio::join!(
            it.answers(&asked, &answer, "visit"),
            it.answers(&asked, &answer, "visit"),
        );
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
        authenticator.counter += 1;
        let asked = it.asks("visit").await;
        let answer = authenticator.signs(&asked.options);
        let late = "UPDATE passkey_ceremony SET begun_at = '2026-01-01T00:00:00.000000Z'";
        behind_its_back(db, late).await.expect("later");
        assert_eq!(code_of(it.answers(&asked, &answer, "visit").await), "passkey.over");
        // What was asked for a sign-in adds no passkey.
        let asked = it.asks("visit").await;
        let mut second = Authenticator::new(2);
        let begun = passkeys::begin_add(&it.app, &party(), &who).await.expect("asked");
        let answer = second.makes(&begun.options);
        let sent = (asked.token.reveal(), answer.as_str(), "Second");
        assert_eq!(code_of(passkeys::add(&it.app, &party(), &who, sent).await), "passkey.over");
    }
}

on_both! {
    async fn a_copy_of_a_passkey_shows_and_neither_opens_any_more(db: &Db) {
        let it = Fixture::new(db);
        let (_, who, mut authenticator) = it.with_passkey("f@example.org", 1).await;
        authenticator.counter = 20;
        it.signs_in(&mut authenticator).await.expect("signed in");
        authenticator.counter = 15;
        assert_eq!(code_of(it.signs_in(&mut authenticator).await), "passkey.copied");
        authenticator.counter = 30;
        assert_eq!(code_of(it.signs_in(&mut authenticator).await), "passkey.copied");
        let listed = passkeys::list(&it.app, who.account.id).await.expect("listed");
        assert!(listed[0].suspect_at.is_some());
        let subject = who.account.subject();
        let trail = audit::of_subject(&db.reader(), &subject).await.expect("read");
        let told = trail.iter().filter(|entry| entry.action == "passkey.copied");
        assert_eq!(told.count(), 1);
    }
}

on_both! {
    async fn passkeys_end_with_a_new_invitation_and_wait_while_blocked(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let (_, who, mut authenticator) = it.with_passkey("f@example.org", 1).await;
        let change = |blocked| Change {
            name: "Changed".to_owned(),
            roles: [Role::Finance].into(),
            blocked,
            seen: None,
        };
        users::change(&it.app, &by, who.account.id, &change(true)).await.expect("blocked");
        assert_eq!(code_of(it.signs_in(&mut authenticator).await), "account.blocked");
        users::change(&it.app, &by, who.account.id, &change(false)).await.expect("let in");
        it.signs_in(&mut authenticator).await.expect("signed in");
        let link = users::invite_again(&it.app, &by, who.account.id).await.expect("a link");
        it.signs_in(&mut authenticator).await.expect("until the link is used");
        it.enrol("f@example.org", link.reveal()).await;
        assert_eq!(code_of(it.signs_in(&mut authenticator).await), "passkey.unknown");
    }
}
