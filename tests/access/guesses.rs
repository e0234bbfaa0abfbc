//! Guesses: counted before they are looked at, and kept from shutting out whom they are about.

use harness::on_both;
use herdbook::access::{Role, SecretHash};
use herdbook::app::App;
use herdbook::db::access::sessions::Origin;
use herdbook::usecases::access::sign_in::{self, Next};

use crate::fixture::{Fixture, PASSWORD, code_of, origin};

fn far(host: usize) -> Origin {
    Origin {
        agent: "a stranger".to_owned(),
        address: format!("203.0.113.{host}"),
    }
}

/// The refusal of a password, once there was a turn to look at it: a busy machine has none at once.
pub async fn answered(app: &App, tried: (&str, &str), from: &Origin) -> String {
    loop {
        let code = code_of(sign_in::password(app, tried, (from, None)).await);
        if code != "sign-in.busy" {
            return code;
        }
    }
}

async fn guess(it: &Fixture, email: &str, from: (&Origin, Option<&str>)) -> String {
    code_of(sign_in::password(&it.app, (email, "a wrong password"), from).await)
}

async fn right(it: &Fixture, email: &str, from: (&Origin, Option<&str>)) -> Option<SecretHash> {
    match sign_in::password(&it.app, (email, PASSWORD), from).await {
        Ok(Next::Code(token)) => Some(token.hash()),
        Ok(Next::Enrol(_)) => panic!("the second factor is there"),
        Err(refused) => {
            assert_eq!(
                code_of(Err::<(), _>(refused)),
                "lockout.wait",
                "it was right"
            );
            None
        }
    }
}

on_both! {
    async fn strangers_keep_only_strangers_waiting(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        let person = it.staff(email, &[Role::Finance]).await;
        let other = it.staff("o@example.org", &[Role::Finance]).await;
        for host in 0..7 {
            guess(&it, email, (&far(host), None)).await;
        }
        assert_eq!(right(&it, email, (&origin(), None)).await, None, "a browser nobody knows");
        let device = |id| sign_in::known_device(&it.app, id).expect("a token");
        let foreign = device(other.opened.session.account);
        let tried = right(&it, email, (&origin(), Some(foreign.reveal()))).await;
        assert_eq!(tried, None, "known to another account");
        let own = device(person.opened.session.account);
        let own = (&origin(), Some(own.reveal()));
        let attempt = right(&it, email, own).await.expect("the owner's own browser");
        let code = it.code(&person.secret, 0);
        let opened = sign_in::code(&it.app, (&attempt, &code), own, None).await;
        assert!(it.principal(&opened.expect("signed in")).await.is_some());
        // Whoever steals the cookie gains nothing: its guesses are counted too.
        for _ in 0..6 {
            assert_eq!(guess(&it, email, own).await, "sign-in.wrong");
        }
        assert_eq!(guess(&it, email, own).await, "lockout.wait");
    }
}

on_both! {
    async fn of_many_codes_at_once_no_more_are_looked_at_than_may_be(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let attempt = it.attempt(&person).await;
        let tries = (0..20).map(|host| {
            let (app, attempt) = (it.app.clone(), attempt);
            tokio::spawn(async move {
                let from = far(host);
                code_of(sign_in::code(&app, (&attempt, "000000"), (&from, None), None).await)
            })
        });
        let mut looked_at = 0;
        for tried in tries.collect::<Vec<_>>() {
            let code = tried.await.expect("ended");
            assert!(["totp.wrong", "lockout.wait"].contains(&code.as_str()), "{code}");
            looked_at += usize::from(code == "totp.wrong");
        }
        // Five are free, and the sixth begins the wait.
        assert_eq!(looked_at, 6);
        let code = it.code(&person.secret, 0);
        let late = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        assert_eq!(code_of(late), "lockout.wait", "the right one waits too");
    }
}

on_both! {
    async fn of_many_passwords_at_once_no_more_are_looked_at_than_may_be(db: &Db) {
        let it = Fixture::new(db);
        it.staff("f@example.org", &[Role::Finance]).await;
        let tries = (0..12).map(|host| {
            let app = it.app.clone();
            tokio::spawn(async move {
                let (tried, from) = (("f@example.org", "a wrong password"), far(host));
                answered(&app, tried, &from).await
            })
        });
        let mut looked_at = 0;
        for tried in tries.collect::<Vec<_>>() {
            looked_at += usize::from(tried.await.expect("ended") == "sign-in.wrong");
        }
        // Those that find no turn to be looked at are told to come again, and then they wait.
        assert!((1..=6).contains(&looked_at), "{looked_at}");
    }
}

on_both! {
    async fn a_right_password_counts_for_nothing(db: &Db) {
        let it = Fixture::new(db);
        let email = "f@example.org";
        it.staff(email, &[Role::Finance]).await;
        for _ in 0..5 {
            guess(&it, email, (&origin(), None)).await;
        }
        for _ in 0..8 {
            right(&it, email, (&origin(), None)).await.expect("taken back each time");
        }
        assert_eq!(guess(&it, email, (&origin(), None)).await, "sign-in.wrong");
        assert_eq!(guess(&it, email, (&origin(), None)).await, "lockout.wait", "the sixth");
    }
}

on_both! {
    async fn what_is_no_address_counts_for_nobody_but_who_tries(db: &Db) {
        let it = Fixture::new(db);
        for _ in 0..10 {
            assert_eq!(guess(&it, "no address", (&origin(), None)).await, "sign-in.wrong");
        }
        assert_eq!(guess(&it, "no address", (&far(1), None)).await, "sign-in.wrong");
    }
}
