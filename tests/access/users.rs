//! Users are invited, changed and blocked; tokens act for their owners and end with them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use harness::on_both;
use herdbook::access::claims::Identity;
use herdbook::access::{Party, Permission, Role};
use herdbook::db::access::accounts;
use herdbook::db::{Txn, audit};
use herdbook::usecases::access::enrol::{self, Chosen};
use herdbook::usecases::access::sign_in::{self, Next};
use herdbook::usecases::access::users::{self, Change, Invitation};
use herdbook::usecases::access::{authenticate, tokens};

use crate::fixture::{Fixture, PASSWORD, code_of, origin};

fn change(roles: &[Role], blocked: bool) -> Change {
    Change {
        name: "Changed".to_owned(),
        roles: roles.iter().copied().collect(),
        blocked,
        seen: None,
    }
}

fn invitation(email: &str, roles: &[Role]) -> Invitation {
    Invitation {
        email: email.to_owned(),
        name: "New".to_owned(),
        party: Party::Staff,
        roles: roles.iter().copied().collect(),
    }
}

on_both! {
    async fn only_an_administrator_manages_users(db: &Db) {
        let it = Fixture::new(db);
        let finance = it.staff("f@example.org", &[Role::Finance]).await;
        let by = it.principal(&finance.opened).await.expect("signed in");
        let invitation = invitation("new@example.org", &[Role::Sales]);
        assert_eq!(code_of(users::invite(&it.app, &by, &invitation).await), "access.denied");
        assert_eq!(code_of(users::list(&it.app, &by).await), "access.denied");
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let (_, link) = users::invite(&it.app, &by, &invitation).await.expect("invited");
        it.enrol("new@example.org", link.expect("a link").reveal()).await;
        let taken = users::invite(&it.app, &by, &invitation).await;
        assert_eq!(code_of(taken), "account.taken");
        let emails: Vec<String> = users::list(&it.app, &by)
            .await
            .expect("listed")
            .into_iter()
            .map(|account| account.email.to_string())
            .collect();
        assert_eq!(emails.len(), 3);
    }
}

on_both! {
    async fn a_blocked_account_is_signed_out_at_once(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let id = person.opened.session.account;
        let attempt = it.attempt(&person).await;
        users::change(&it.app, &by, id, &change(&[Role::Finance], true)).await.expect("blocked");
        assert!(it.principal(&person.opened).await.is_none());
        let code = it.code(&person.secret, 0);
        let half_way = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        assert_eq!(code_of(half_way), "sign-in.over");
        let tried = ("f@example.org", PASSWORD);
        let refused = sign_in::password(&it.app, tried, (&origin(), None)).await;
        assert_eq!(code_of(refused), "account.blocked");
        users::change(&it.app, &by, id, &change(&[Role::Sales], false)).await.expect("let in");
        let attempt = it.attempt(&person).await;
        let opened = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        let who = it.principal(&opened.expect("signed in")).await.expect("signed in");
        assert!(who.may(Permission::EditCustomers) && !who.may(Permission::IssueRun));
    }
}

on_both! {
    async fn the_last_administrator_stays(db: &Db) {
        let it = Fixture::new(db);
        let first = it.staff("a@example.org", &[Role::Admin]).await;
        let by = it.principal(&first.opened).await.expect("signed in");
        let id = first.opened.session.account;
        for change in [change(&[Role::Finance], false), change(&[Role::Admin], true)] {
            let refused = users::change(&it.app, &by, id, &change).await;
            assert_eq!(code_of(refused), "account.last-admin");
        }
        it.staff("b@example.org", &[Role::Admin]).await;
        users::change(&it.app, &by, id, &change(&[Role::Finance], false)).await.expect("changed");
        assert!(it.principal(&first.opened).await.is_none(), "another role, another session");
    }
}

on_both! {
    async fn a_new_invitation_replaces_password_and_second_factor(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let id = person.opened.session.account;
        let link = users::invite_again(&it.app, &by, id).await.expect("a link");
        assert!(it.principal(&person.opened).await.is_some(), "until it is used");
        let anew = it.enrol("f@example.org", link.reveal()).await;
        assert!(it.principal(&person.opened).await.is_none());
        let attempt = it.attempt(&anew).await;
        let old = it.code(&person.secret, 1);
        let refused = sign_in::code(&it.app, (&attempt, &old), (&origin(), None), None).await;
        assert_eq!(code_of(refused), "totp.wrong");
        let spare = &person.recovery[0];
        let refused = sign_in::code(&it.app, (&attempt, spare), (&origin(), None), None).await;
        assert_eq!(code_of(refused), "totp.wrong");
    }
}

on_both! {
    async fn a_new_invitation_ends_every_other_way_in(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let by = it.principal(&admin.opened).await.expect("signed in");
        let id = person.opened.session.account;
        let token = it.token_of(person.opened.token.reveal()).await;
        let identity = Identity {
            issuer: "https://id.example.org".to_owned(),
            subject: "thief".to_owned(),
        };
        let linked = identity.clone();
        let connected = db.write(async move |txn: &Txn| {
            accounts::link_identity(txn, &linked, id).await
        });
        connected.await.expect("connected");
        let link = users::invite_again(&it.app, &by, id).await.expect("a link");
        authenticate::token(&it.app, &token).await.expect("until it is used");
        it.enrol("f@example.org", link.reveal()).await;
        let revoked = authenticate::token(&it.app, &token).await.map(|_| ());
        assert_eq!(code_of(revoked), "token.revoked");
        let known = accounts::by_identity(&db.reader(), &identity).await.expect("read");
        assert_eq!(known, None, "the provider opens nothing");
        let trail = audit::of_subject(&db.reader(), &format!("account/{id}")).await.expect("read");
        let set = trail.iter().rev().find(|one| one.action == "account.password-set");
        let told = set.expect("noted").payload.clone().expect("kept");
        assert!(told.contains("\"tokens_revoked\":1"), "{told}");
        assert!(told.contains("\"providers_disconnected\":1"), "{told}");
    }
}

on_both! {
    async fn of_two_enrolments_the_first_that_is_confirmed_stands(db: &Db) {
        let it = Fixture::new(db);
        let invited = invitation("n@example.org", &[Role::Finance]);
        let made = users::create(&it.app, "test".to_owned(), &invited).await;
        let link = made.expect("made").1.expect("a link");
        let chosen = Chosen {
            token: link.reveal().to_owned(),
            password: PASSWORD.to_owned(),
            admin: None,
        };
        let first = enrol::choose_password(&it.app, chosen).await.expect("taken").hash();
        let typed = ("n@example.org", PASSWORD);
        let second = sign_in::password(&it.app, typed, (&origin(), None)).await;
        let Ok(Next::Enrol(second)) = second else { panic!("the second factor is to come") };
        let second = second.hash();
        let mut codes = Vec::new();
        for attempt in [first, second] {
            let waiting = enrol::enrolment(&it.app, &attempt).await.expect("waits");
            codes.push(it.code(&waiting.secret, 0));
        }
        let confirmed = enrol::confirm(&it.app, (&second, &codes[1]), &origin(), None).await;
        confirmed.expect("the first that is confirmed");
        let late = enrol::confirm(&it.app, (&first, &codes[0]), &origin(), None).await;
        assert_eq!(code_of(late), "sign-in.over");
    }
}

on_both! {
    async fn everybody_of_staff_has_tokens_of_their_own(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let other = it.staff("s@example.org", &[Role::Sales]).await;
        let mut who = Vec::new();
        for one in [&admin, &person, &other] {
            who.push(it.principal(&one.opened).await.expect("signed in"));
        }
        let [by, own, other] = who.try_into().expect("three");
        let until = it.app.clock.system() + TimeDelta::days(30);
        let scopes = BTreeSet::from([Permission::IssueRun]);
        let beyond = tokens::issue(&it.app, &other, "Runs", scopes.clone(), until).await;
        assert_eq!(code_of(beyond), "token.beyond-owner", "no more than they may");
        let made = tokens::issue(&it.app, &own, "Runs", scopes.clone(), until).await;
        let (text, named) = made.expect("their own, with what changes something");
        let (program, _) = authenticate::token(&it.app, text.reveal()).await.expect("known");
        let another = tokens::issue(&it.app, &program, "Again", scopes.clone(), until).await;
        assert_eq!(code_of(another), "access.denied", "a token makes no token");
        let id = &named.token.id;
        assert_eq!(code_of(tokens::revoke(&it.app, &program, id).await), "access.denied");
        assert_eq!(code_of(tokens::revoke(&it.app, &other, id).await), "token.unknown");
        assert_eq!(tokens::own(&it.app, &other).await.expect("listed").len(), 0);
        assert_eq!(tokens::own(&it.app, &own).await.expect("listed").len(), 1);
        assert_eq!(tokens::list(&it.app, &by).await.expect("listed").len(), 1);
        tokens::revoke(&it.app, &own, id).await.expect("their own");
        let made = tokens::issue(&it.app, &own, "Runs", scopes, until).await.expect("made");
        tokens::revoke(&it.app, &by, &made.1.token.id).await.expect("an administrator may");
        let listed = tokens::own(&it.app, &own).await.expect("listed");
        assert!(listed.iter().all(|one| one.token.revoked_at.is_some()));
    }
}

on_both! {
    async fn sessions_are_ended_by_their_owner_or_an_administrator(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let own = it.principal(&person.opened).await.expect("signed in");
        let by = it.principal(&admin.opened).await.expect("signed in");
        let (theirs, mine) = (admin.opened.session, person.opened.session.clone());
        let foreign = users::end_session(&it.app, &own, theirs.account, theirs.hash).await;
        assert_eq!(code_of(foreign), "access.denied");
        let mixed = users::end_session(&it.app, &own, mine.account, theirs.hash).await;
        assert_eq!(code_of(mixed), "account.unknown");
        users::end_session(&it.app, &by, mine.account, mine.hash).await.expect("ended");
        assert!(it.principal(&person.opened).await.is_none());
        users::end_session(&it.app, &by, mine.account, mine.hash).await.expect("twice is once");
    }
}

on_both! {
    async fn a_token_acts_for_its_owner_as_long_as_both_last(db: &Db) {
        let it = Fixture::new(db);
        let admin = it.staff("a@example.org", &[Role::Admin]).await;
        let both = it.staff("b@example.org", &[Role::Admin, Role::Finance]).await;
        let owner = it.principal(&both.opened).await.expect("signed in");
        let by = it.principal(&admin.opened).await.expect("signed in");
        let until = it.app.clock.system() + TimeDelta::days(30);
        let scopes = BTreeSet::from([Permission::ReadInvoices, Permission::IssueRun]);
        let beyond = tokens::issue(&it.app, &by, "Reports", scopes.clone(), until).await;
        assert_eq!(code_of(beyond), "token.beyond-owner");
        let issued = tokens::issue(&it.app, &owner, "Reports", scopes, until).await;
        let (text, named) = issued.expect("issued");
        let (program, _) = authenticate::token(&it.app, text.reveal()).await.expect("known");
        assert!(program.may(Permission::IssueRun) && !program.may(Permission::ReadLedger));
        let guessed = format!("{}x", text.reveal());
        assert!(authenticate::token(&it.app, &guessed).await.is_err());
        let id = owner.account();
        users::change(&it.app, &by, id, &change(&[Role::Admin], false)).await.expect("changed");
        let (program, _) = authenticate::token(&it.app, text.reveal()).await.expect("known");
        assert!(program.may(Permission::ReadInvoices) && !program.may(Permission::IssueRun));
        let listed = tokens::list(&it.app, &by).await.expect("listed");
        assert!(listed[0].last_used_at.is_some());
        tokens::revoke(&it.app, &by, &named.token.id).await.expect("revoked");
        let revoked = authenticate::token(&it.app, text.reveal()).await.map(|_| ());
        assert_eq!(code_of(revoked), "token.revoked");
    }
}
