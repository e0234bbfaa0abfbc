//! Users are invited, changed and blocked; tokens act for their owners and end with them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use harness::on_both;
use herdbook::access::{Party, Permission, Role};
use herdbook::usecases::access::users::{self, Change, Invitation};
use herdbook::usecases::access::{authenticate, sign_in, tokens};

use crate::fixture::{Fixture, PASSWORD, code_of, origin};

fn change(roles: &[Role], blocked: bool) -> Change {
    Change {
        name: "Changed".to_owned(),
        roles: roles.iter().copied().collect(),
        blocked,
    }
}

on_both! {
    async fn only_an_administrator_manages_users(db: &Db) {
        let it = Fixture::new(db);
        let finance = it.staff("f@example.org", &[Role::Finance]).await;
        let by = it.principal(&finance.opened).await.expect("signed in");
        let invitation = Invitation {
            email: "new@example.org".to_owned(),
            name: "New".to_owned(),
            party: Party::Staff,
            roles: BTreeSet::from([Role::Sales]),
        };
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
        let half_way = sign_in::code(&it.app, (&attempt, &code), &origin(), None).await;
        assert_eq!(code_of(half_way), "sign-in.over");
        let tried = ("f@example.org", PASSWORD);
        let refused = sign_in::password(&it.app, tried, &origin()).await;
        assert_eq!(code_of(refused), "account.blocked");
        users::change(&it.app, &by, id, &change(&[Role::Sales], false)).await.expect("let in");
        let attempt = it.attempt(&person).await;
        let opened = sign_in::code(&it.app, (&attempt, &code), &origin(), None).await;
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
        let refused = sign_in::code(&it.app, (&attempt, &old), &origin(), None).await;
        assert_eq!(code_of(refused), "totp.wrong");
        let spare = &person.recovery[0];
        let refused = sign_in::code(&it.app, (&attempt, spare), &origin(), None).await;
        assert_eq!(code_of(refused), "totp.wrong");
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
