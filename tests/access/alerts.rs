//! Thresholds of use: told once for a period, to whom it concerns, and never taken back.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use harness::{numbers, on_both};
use herdbook::access::{Party, Role};
use herdbook::app::App;
use herdbook::db::{Db, jobs};
use herdbook::delivery::mail::{Mail, MailError, Mailer, Post};
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::alerts;
use herdbook::usecases::mail::{JOB, deliver};

use crate::fixture::Fixture;
use crate::measured::{FIRST, imported, level, on, page, ten_days};

/// A server that keeps what it is given.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, String)>>);

impl Mailer for Kept {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move {
            let taken = (mail.to.clone(), mail.letter.plain());
            self.0.lock().expect("a lock").push(taken);
            Ok(())
        })
    }
}

async fn person(app: &App, email: &str, party: Party, role: Role) {
    let invitation = Invitation {
        email: email.to_owned(),
        name: "Somebody".to_owned(),
        party,
        roles: BTreeSet::from([role]),
    };
    let made = users::create(app, "test".to_owned(), &invitation).await;
    made.expect("created");
}

/// The contract with ten days of January measured, mail, and people of every kind.
async fn with_people(db: &Db) -> (Fixture, Arc<Kept>) {
    let mut it = Fixture::new(db);
    imported(&mut it).await;
    let of = Party::Customer(20_001);
    person(
        &it.app,
        "technical@example.org",
        of,
        Role::CustomerTechnical,
    )
    .await;
    person(&it.app, "billing@example.org", of, Role::CustomerBilling).await;
    person(
        &it.app,
        "procurement@example.org",
        of,
        Role::CustomerProcurement,
    )
    .await;
    let other = Party::Customer(10_001);
    person(&it.app, "other@example.org", other, Role::CustomerTechnical).await;
    ten_days(&it).await;
    let kept = Arc::new(Kept::default());
    it.app.mail = Some(Post::through(kept.clone(), "http://127.0.0.1"));
    (it, kept)
}

async fn sent(app: &App, kept: &Kept) -> Vec<(String, String)> {
    let post = app.mail.clone().expect("mail");
    let wait = Duration::from_secs(60);
    loop {
        let due = jobs::claim(&app.db.book, JOB, "test", wait, 20)
            .await
            .expect("jobs");
        if due.is_empty() {
            break;
        }
        for job in due {
            deliver::work(app, &post, &job).await.expect("worked");
        }
    }
    let mut taken = kept.0.lock().expect("a lock");
    taken.sort();
    std::mem::take(&mut taken)
}

on_both! {
    async fn a_threshold_is_told_once_to_those_whom_it_concerns(db: &Db) {
        let (it, kept) = with_people(db).await;
        let app = on(&it, "2026-01-10T23:00:00Z");
        // 76 of 100 GB: the lowest of the three usual thresholds.
        assert_eq!(alerts::evaluate(&app).await.expect("evaluated"), 1);
        let mails = sent(&app, &kept).await;
        let to: Vec<&str> = mails.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, ["billing@example.org", "technical@example.org"]);
        for (_, text) in &mails {
            assert!(text.contains("76"), "{text}");
            assert!(text.contains("http://127.0.0.1/portal/usage/C-1/storage"), "{text}");
        }
        assert_eq!(alerts::evaluate(&app).await.expect("evaluated"), 0);
        assert_eq!(sent(&app, &kept).await, []);
        let told = "SELECT id FROM outbox WHERE topic = 'usage.threshold-reached'";
        assert_eq!(numbers(db, told).await.len(), 1);
    }
}

on_both! {
    async fn of_two_thresholds_at_once_the_higher_is_told_and_less_takes_nothing_back(db: &Db) {
        let (it, kept) = with_people(db).await;
        let app = on(&it, "2026-01-20T23:00:00Z");
        // The second half of the twenty days at 120 GB: 80 + 36 GB on the mean.
        let days = ("2026-01-10T23:00:00Z", "2026-01-20T23:00:00Z");
        level(&app, FIRST, days, 120).await;
        assert_eq!(alerts::evaluate(&app).await.expect("evaluated"), 3);
        let mails = sent(&app, &kept).await;
        assert_eq!(mails.len(), 2, "{mails:?}");
        assert!(mails.iter().all(|(_, text)| text.contains("116")), "{mails:?}");
        // Ten days of next to nothing: 53.3 + 36 GB.
        let app = on(&it, "2026-01-30T23:00:00Z");
        let days = ("2026-01-20T23:00:00Z", "2026-01-30T23:00:00Z");
        level(&app, FIRST, days, 0).await;
        assert_eq!(alerts::evaluate(&app).await.expect("evaluated"), 0);
        assert_eq!(sent(&app, &kept).await, []);
        assert_eq!(numbers(db, "SELECT id FROM usage_alert").await.len(), 3);
    }
}

on_both! {
    async fn four_at_once_tell_once(db: &Db) {
        let (it, kept) = with_people(db).await;
        let app = on(&it, "2026-01-10T23:00:00Z");
        let one = || alerts::evaluate(&app);
        let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
        let new: u64 = [a, b, c, d].into_iter().map(|new| new.expect("evaluated")).sum();
        assert_eq!(new, 1);
        assert_eq!(sent(&app, &kept).await.len(), 2);
    }
}

on_both! {
    async fn without_a_mail_server_nothing_waits_to_become_old_news(db: &Db) {
        let (mut it, kept) = with_people(db).await;
        it.app.mail = None;
        let app = on(&it, "2026-01-10T23:00:00Z");
        assert_eq!(alerts::evaluate(&app).await.expect("evaluated"), 1);
        it.app.mail = Some(Post::through(kept.clone(), "http://127.0.0.1"));
        let app = on(&it, "2026-01-10T23:00:00Z");
        assert_eq!(sent(&app, &kept).await, []);
    }
}

on_both! {
    /// Operations see it on their home page, the customer on the page of the item.
    async fn an_alert_is_shown_where_it_is_looked_for(db: &Db) {
        let mut it = Fixture::new(db);
        imported(&mut it).await;
        ten_days(&it).await;
        it.app = on(&it, "2026-01-10T23:00:00Z");
        alerts::evaluate(&it.app).await.expect("evaluated");
        let operations = it.session(Role::Operations).await;
        let (status, home) = page(&it, &operations, "/").await;
        assert_eq!(status, 200);
        assert!(home.contains("href=\"/usage/C-1/storage\""), "{home}");
        let finance = it.session(Role::Finance).await;
        let (status, item) = page(&it, &finance, "/usage/C-1/storage").await;
        assert_eq!(status, 200);
        for said in ["76", "75\u{a0}%", "social.beispielstadt.example-prometheus"] {
            assert!(item.contains(said), "{said}: {item}");
        }
        assert!(!item.contains("too early"), "{item}");
        // Its source leads to its own page, for whoever may see that.
        let source = "href=\"/sources/social.beispielstadt.example-prometheus\"";
        assert!(item.contains(source), "{item}");
        let sales = it.session(Role::Sales).await;
        let (status, item) = page(&it, &sales, "/usage/C-1/storage").await;
        assert_eq!(status, 200);
        assert!(item.contains("social.beispielstadt.example-prometheus"), "{item}");
        assert!(!item.contains("/sources/"), "{item}");
        let customer = it.session(Role::CustomerTechnical).await;
        for (session, path) in [
            (&customer, "/portal/usage/C-1/storage"),
            (&finance, "/usage/C-1/nothing"),
            (&finance, "/usage/C-2/storage"),
        ] {
            assert_eq!(page(&it, session, path).await.0, 404, "{path}");
        }
    }
}
