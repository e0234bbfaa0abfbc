//! The demonstration's collectors push through the doors: what their servers measured is what is
//! read, and a second start pushes the same without doubling it.

use chrono::TimeDelta;
use harness::on_both;
use herdbook::billing::Quantity;
use herdbook::billing::calendar::Period;
use herdbook::db::sources::PUSHED;
use herdbook::demo::collectors::Collectors;
use herdbook::telemetry::evidence::Request;
use herdbook::telemetry::meters::{EGRESS, MEDIA_STORAGE, metering};
use herdbook::telemetry::readings::readings_from_chunks;
use herdbook::telemetry::year::{Year, figures};

use crate::fixture::Fixture;

/// The January after the year, and the day before it.
fn requests() -> Vec<Request> {
    let from = "2026-12-31T06:00:00Z".parse().expect("an instant");
    let until = "2027-01-01T12:00:00Z".parse().expect("an instant");
    let year = Year::new();
    let before = year.requests_between(from, until);
    before.chain(Year::january().requests()).collect()
}

async fn pushed(it: &Fixture) -> u64 {
    let mut collectors = Collectors::start(&it.app).await.expect("started");
    let sent = collectors.send(requests()).await.expect("sent");
    collectors.end().await.expect("ended");
    sent
}

on_both! {
    async fn the_demonstration_pushes_through_the_doors(db: &Db) {
        let it = Fixture::new(db);
        let sent = pushed(&it).await;
        assert!(sent > 370, "{sent} requests");
        let (commission, exempleville, app_store) = figures::JANUARY_GB;
        let first = "2027-01-01".parse().expect("a day");
        let january = Period::new(first, "2027-02-01".parse().expect("a day")).expect("a period");
        let mut kept = Vec::new();
        for (source, meter, instance, zone, figure) in [
            ("commission-agent", MEDIA_STORAGE, figures::COMMISSION, figures::BRUSSELS, commission),
            ("exempleville-prometheus", MEDIA_STORAGE, figures::EXEMPLEVILLE, figures::PARIS,
                exempleville),
            ("app-store-prometheus", EGRESS, figures::APP_STORE, figures::LOS_ANGELES, app_store),
        ] {
            let listed = it.listed(source).await;
            assert_eq!((listed.source.kind.as_str(), listed.credentials.len()), (PUSHED, 1));
            let chunks = it.chunks(instance).await;
            for chunk in &chunks {
                let on_its_way = chunk.received_at - chunk.span_to;
                let usual = TimeDelta::zero()..TimeDelta::days(4);
                assert!(usual.contains(&on_its_way), "{source}: {on_its_way}");
            }
            let metering = metering(meter).expect("a meter");
            let read = readings_from_chunks(&chunks, &metering, instance, january, zone);
            let read = read.expect("a reading");
            assert_eq!(read.findings, [], "{instance}");
            assert_eq!(read.reading.quantity, Quantity::whole(figure), "{instance}");
            kept.push((source, instance, chunks.len()));
        }
        assert_eq!(pushed(&it).await, sent);
        for (source, instance, count) in kept {
            assert_eq!(it.chunks(instance).await.len(), count, "{source}: the same bytes");
            let now = it.app.clock.system();
            let credentials = it.listed(source).await.credentials;
            let works: Vec<bool> = credentials.iter().map(|one| one.token.works(now)).collect();
            assert_eq!(works, [true, false], "{source}: the older one has ended");
        }
    }
}
