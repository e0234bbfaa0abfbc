//! Passwords, second factors, recovery codes, links; guesses are counted, sessions end.

use harness::{behind_its_back, on_both};
use herdbook::access::Role;
use herdbook::db::audit;
use herdbook::usecases::access::enrol::{self, Chosen};
use herdbook::usecases::access::sign_in;

use crate::fixture::{Fixture, PASSWORD, code_of, origin};
use crate::guesses::answered;

on_both! {
    async fn the_first_admin_is_set_up_once(db: &Db) {
        let it = Fixture::new(db);
        let old = enrol::setup_link(&it.app).await.expect("asked").expect("nobody yet");
        let link = enrol::setup_link(&it.app).await.expect("asked").expect("nobody yet");
        let admin = Some(("Ada@Example.org".to_owned(), "Ada".to_owned()));
        let chosen = |token: &str| Chosen {
            token: token.to_owned(),
            password: PASSWORD.to_owned(),
            admin: admin.clone(),
        };
        let used = code_of(enrol::choose_password(&it.app, chosen(old.reveal())).await);
        assert_eq!(used, "one-time-link.used", "a newer link took its place");
        let weak = Chosen { password: "password".to_owned(), ..chosen(link.reveal()) };
        assert_eq!(code_of(enrol::choose_password(&it.app, weak).await), "password.too-short");
        let attempt = enrol::choose_password(&it.app, chosen(link.reveal())).await.expect("set up");
        let again = code_of(enrol::choose_password(&it.app, chosen(link.reveal())).await);
        assert_eq!(again, "one-time-link.used");
        assert!(enrol::setup_link(&it.app).await.expect("asked").is_none());
        let waiting = enrol::enrolment(&it.app, &attempt.hash()).await.expect("waits");
        assert_eq!(waiting.account.email.as_str(), "ada@example.org");
        let wrong = enrol::confirm(&it.app, (&attempt.hash(), "000"), &origin(), None).await;
        assert_eq!(code_of(wrong), "totp.malformed");
        let code = it.code(&waiting.secret, 0);
        let confirmed = enrol::confirm(&it.app, (&attempt.hash(), &code), &origin(), None).await;
        let (opened, recovery) = confirmed.expect("confirmed");
        assert_eq!(recovery.len(), 10);
        let who = it.principal(&opened).await.expect("signed in");
        assert!(who.roles().contains(&Role::Admin));
        let subject = waiting.account.subject();
        let trail = audit::of_subject(&db.reader(), &subject).await.expect("read");
        let actions: Vec<&str> = trail.iter().map(|entry| entry.action.as_str()).collect();
        let own = ["account.password-set", "account.activated", "session.opened"];
        assert_eq!(actions[0], "account.created");
        assert_eq!(actions[1..], own);
        let text: String = trail.iter().filter_map(|entry| entry.payload.clone()).collect();
        assert!(!text.contains("ada@example.org"), "the trail names ids, not people");
    }
}

on_both! {
    async fn a_password_alone_opens_nothing(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let attempt = it.attempt(&person).await;
        let wrong = sign_in::code(&it.app, (&attempt, "000000"), (&origin(), None), None).await;
        assert_eq!(code_of(wrong), "totp.wrong");
        let code = it.code(&person.secret, 0);
        let before = Some(person.opened.session.hash);
        let opened = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), before).await;
        let opened = opened.expect("the right code");
        assert!(it.principal(&opened).await.is_some());
        assert!(it.principal(&person.opened).await.is_none(), "the earlier session ended");
        let replayed = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        assert_eq!(code_of(replayed), "sign-in.over", "an attempt opens one session");
        let second = it.attempt(&person).await;
        let replayed = sign_in::code(&it.app, (&second, &code), (&origin(), None), None).await;
        assert_eq!(code_of(replayed), "totp.replayed");
    }
}

on_both! {
    async fn a_recovery_code_opens_once(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let spare = &person.recovery[3];
        let attempt = it.attempt(&person).await;
        let opened = sign_in::code(&it.app, (&attempt, spare), (&origin(), None), None).await;
        assert!(it.principal(&opened.expect("a way in")).await.is_some());
        let attempt = it.attempt(&person).await;
        let again = sign_in::code(&it.app, (&attempt, spare), (&origin(), None), None).await;
        assert_eq!(code_of(again), "totp.wrong");
    }
}

on_both! {
    async fn guesses_make_wait_and_tell_nothing(db: &Db) {
        let it = Fixture::new(db);
        it.staff("f@example.org", &[Role::Finance]).await;
        for email in ["f@example.org", "nobody@example.org"] {
            for guess in 0..6 {
                let tried = (email, "a wrong password");
                let refused = sign_in::password(&it.app, tried, (&origin(), None)).await;
                assert_eq!(code_of(refused), "sign-in.wrong", "{email}, guess {guess}");
            }
            // Also the right password waits now.
            let refused = sign_in::password(&it.app, (email, PASSWORD), (&origin(), None)).await;
            assert_eq!(code_of(refused), "lockout.wait", "{email}");
        }
        behind_its_back(db, "UPDATE sign_in_failure SET last_at = '2026-01-01T00:00:00.000000Z'")
            .await
            .expect("the wait is over");
        let tried = ("f@example.org", PASSWORD);
        sign_in::password(&it.app, tried, (&origin(), None)).await.expect("admitted");
    }
}

on_both! {
    async fn guesses_at_once_are_all_counted(db: &Db) {
        let it = Fixture::new(db);
        let tries = (0..8).map(|_| {
            let app = it.app.clone();
            tokio::spawn(async move {
                let tried = ("nobody@example.org", "a wrong password");
                answered(&app, tried, &origin()).await
            })
        });
        for tried in tries.collect::<Vec<_>>() {
            let code = tried.await.expect("ended");
            assert!(["sign-in.wrong", "lockout.wait"].contains(&code.as_str()), "{code}");
        }
        let tried = ("nobody@example.org", "x");
        let refused = sign_in::password(&it.app, tried, (&origin(), None)).await;
        assert_eq!(code_of(refused), "lockout.wait");
    }
}

on_both! {
    async fn a_sealed_secret_does_not_move_to_another_account(db: &Db) {
        let it = Fixture::new(db);
        let own = it.staff("own@example.org", &[Role::Finance]).await;
        let other = it.staff("other@example.org", &[Role::Admin]).await;
        let moved = "UPDATE account SET totp = (SELECT totp FROM account o \
                     WHERE o.email = 'own@example.org') WHERE email = 'other@example.org'";
        behind_its_back(db, moved).await.expect("moved");
        let attempt = it.attempt(&other).await;
        let code = it.code(&own.secret, 0);
        let refused = sign_in::code(&it.app, (&attempt, &code), (&origin(), None), None).await;
        assert_eq!(code_of(refused), "keyring.unopened");
    }
}

on_both! {
    async fn nothing_that_opens_stands_in_the_database(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        let attempt = it.attempt(&person).await;
        let folder = tempfile::tempdir().expect("a folder");
        herdbook::db::dump::dump(db, folder.path()).await.expect("dumped");
        let mut stored = String::new();
        for part in std::fs::read_dir(folder.path().join("book")).expect("listed") {
            stored += &std::fs::read_to_string(part.expect("an entry").path()).expect("read");
        }
        assert!(stored.contains("f@example.org"), "the account is there");
        let mut secrets = person.recovery.clone();
        secrets.extend([
            PASSWORD.to_owned(),
            person.opened.token.reveal().to_owned(),
            person.secret.base32(),
        ]);
        for secret in secrets {
            assert!(!stored.contains(&secret), "a secret stands in a backup");
        }
        assert!(!stored.contains(&attempt.to_string()), "attempts are in no backup");
    }
}

on_both! {
    async fn of_two_sign_ins_with_one_code_one_opens(db: &Db) {
        let it = Fixture::new(db);
        let person = it.staff("f@example.org", &[Role::Finance]).await;
        for code in [it.code(&person.secret, 0), person.recovery[0].clone()] {
            let tries = [it.attempt(&person).await, it.attempt(&person).await].map(|attempt| {
                let (app, code) = (it.app.clone(), code.clone());
                tokio::spawn(async move {
                    sign_in::code(&app, (&attempt, &code), (&origin(), None), None).await.is_ok()
                })
            });
            let mut opened = 0;
            for tried in tries {
                opened += usize::from(tried.await.expect("ended"));
            }
            assert_eq!(opened, 1, "{code} opens once, however fast");
        }
    }
}
