//! What no reading takes is kept aside, seen, dismissed or replayed; what comes twice counts once.

use chrono::TimeDelta;
use harness::on_both;
use herdbook::access::Role;
use herdbook::access::source_token::Door;
use herdbook::error::Problem;
use herdbook::usecases::quarantine;

use crate::fixture::{Fixture, INSTANCE, arrival, payload};

async fn reasons(it: &Fixture) -> Vec<(String, String, i64)> {
    let by = it.principal(Role::Operations);
    let found = quarantine::list(&it.app, &by, None, (None, 100)).await;
    let mut found: Vec<_> = found
        .expect("listed")
        .into_iter()
        .map(|row| (row.reason, row.what, row.count))
        .collect();
    found.sort();
    found
}

on_both! {
    async fn a_flood_of_bad_points_is_a_row_a_reason_and_thing(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("wild", INSTANCE).await);
        let mut file = "metric,time,value,unit,instance\n".to_owned();
        for second in 0..50 {
            let line = format!("mastodon.media.storage.bytes,2026-03-01T00:00:{second:02}Z,7");
            file.push_str(&format!("{line},KiBy,\n{line},By,elsewhere.example\n"));
            file.push_str(&format!("unheard_of,2026-03-01T00:00:{second:02}Z,7,,\n"));
            file.push_str(&format!("unheard_of,2027-03-01T00:00:{second:02}Z,NaN,,\n"));
            file.push_str(&format!("mastodon.egress.bytes,2026-03-01T01:00:{second:02}Z,7,By,\n"));
        }
        let answer = doors.csv(&file).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        assert_eq!(answer.json()["kept_aside_for_their_time"], 50);
        let storage = format!("{INSTANCE} mastodon.media.storage.bytes");
        let expected = [
            ("telemetry.instance-foreign", "elsewhere.example mastodon.media.storage.bytes"),
            ("telemetry.series-unknown", &format!("{INSTANCE} unheard_of")),
            ("telemetry.time-ahead", &format!("{INSTANCE} mastodon.egress.bytes")),
            ("telemetry.unit", &storage),
            ("telemetry.value-not-finite", "unheard_of"),
        ];
        let expected = expected.map(|(reason, what)| (reason.to_owned(), what.to_owned(), 50));
        assert_eq!(reasons(&it).await, expected);
        // The same bytes again are acknowledged and counted nowhere.
        assert_eq!(doors.csv(&file).await.json()["duplicate"], true);
        assert_eq!(reasons(&it).await, expected);
    }
}

on_both! {
    async fn what_came_before_its_time_is_taken_once_the_time_has_come(db: &Db) {
        let it = Fixture::new(db);
        let credential = it.source("ahead", INSTANCE).await;
        let line = "mastodon.media.storage.bytes,2026-03-01T06:00:00Z,9000000000,By\n";
        let sent = it.doors(&credential).csv(&format!("metric,time,value,unit\n{line}")).await;
        assert_eq!(sent.json()["kept_aside_for_their_time"], 1);
        let before = it.chunks(INSTANCE).await;
        assert!(before[0].decoded().expect("decodes").points.is_empty(), "no reading sees it");
        let by = it.principal(Role::Operations);
        let listed = quarantine::list(&it.app, &by, None, (None, 10)).await.expect("listed");
        let id = listed[0].id;
        let code = |failure| Problem::from(failure).code();
        let early = quarantine::replay(&it.app, &by, id).await.expect_err("too early");
        assert_eq!(code(early), "quarantine.still-refused");
        let denied = quarantine::replay(&it.app, &it.principal(Role::Sales), id).await;
        assert_eq!(code(denied.expect_err("denied")), "access.denied");
        let later = it.app.at(arrival() + TimeDelta::hours(7));
        let row = quarantine::replay(&later, &by, id).await.expect("replayed");
        assert_eq!(row.state.as_str(), "replayed");
        let points: usize = it.chunks(INSTANCE).await.iter()
            .map(|chunk| chunk.decoded().expect("decodes").points.len())
            .sum();
        assert_eq!(points, 1, "taken once");
        let twice = quarantine::replay(&later, &by, id).await.expect_err("decided");
        assert_eq!(code(twice), "quarantine.decided");
    }
}

on_both! {
    async fn what_was_dismissed_stays_so(db: &Db) {
        let it = Fixture::new(db);
        let credential = it.source("chatty", INSTANCE).await;
        let doors = it.doors(&credential);
        doors.csv("metric,time,value\nother,2026-03-01T00:00:00Z,1\n").await;
        let by = it.principal(Role::Operations);
        let id = quarantine::list(&it.app, &by, None, (None, 1)).await.expect("listed")[0].id;
        quarantine::dismiss(&it.app, &by, id, None).await.expect("dismissed");
        // Another server notes it anew: the row is counted and stays dismissed.
        it.doors(&credential).csv("metric,time,value\nother,2026-03-01T00:01:00Z,1\n").await;
        let row = quarantine::one(&it.app, &by, id).await.expect("the row");
        assert_eq!((row.state.as_str(), row.count), ("dismissed", 2));
    }
}

on_both! {
    async fn four_senders_of_the_same_bytes_leave_one_request(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("eager", INSTANCE).await);
        let sent = (0..4).map(|_| doors.write(payload("remote-write-1.bin")));
        for answer in futures::future::join_all(sent).await {
            assert_eq!(answer.status, 204);
        }
        assert_eq!(it.chunks(INSTANCE).await.len(), 1);
        // A collector speaks for each instance in its list, and for no other.
        let listed = ["one.example", INSTANCE];
        let collector = it.made("collector", None, &listed, &Door::ALL).await;
        let doors = it.doors(&collector);
        assert_eq!(doors.write(payload("remote-write-1.bin")).await.status, 204);
        assert_eq!(it.chunks(INSTANCE).await.len(), 2, "another source, another request");
        assert_eq!(it.chunks("one.example").await.len(), 1);
        assert!(it.chunks("two.example").await.is_empty());
    }
}
