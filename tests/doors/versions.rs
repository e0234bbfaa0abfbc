//! One series in two versions of a protocol.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use herdbook::telemetry::encode::{Outgoing, OutgoingPoint, remote_write_v1, remote_write_v2};
use herdbook::telemetry::evidence::{Chunk, Request, seal};
use herdbook::telemetry::hours::{Rolled, roll};
use herdbook::telemetry::meters::catalogue;
use herdbook::telemetry::{PayloadKind, SampleKind};

use crate::fixture::{INSTANCE, arrival};

/// A sender that moves from 1.0 to 2.0 sends its last hours again, now with the start.
#[test]
fn the_same_series_in_both_versions_of_remote_write_contradicts_nothing() {
    let time = arrival() - TimeDelta::minutes(6);
    let points = [0, 5, 10].map(|minutes| OutgoingPoint {
        time: time + TimeDelta::minutes(minutes),
        start: Some(time - TimeDelta::hours(1)),
        value: 1_000 + minutes,
    });
    let series = Outgoing {
        instance: INSTANCE,
        metric: "mastodon_egress_bytes_total",
        labels: &[("job", "web")],
        kind: SampleKind::Cumulative,
        points: &points,
    };
    let one = [series];
    let both = [
        (PayloadKind::RemoteWrite1, remote_write_v1(&one).unwrap()),
        (PayloadKind::RemoteWrite2, remote_write_v2(&one).unwrap()),
    ];
    let chunks = both.map(|(kind, bytes)| {
        let request = Request {
            source: "agent".to_owned(),
            instance: None,
            received_at: time + TimeDelta::hours(i64::from(kind == PayloadKind::RemoteWrite2)),
            kind,
            bytes,
        };
        let id = i64::from(kind == PayloadKind::RemoteWrite2);
        let (chunk, _) = seal(&request).unwrap();
        Chunk { id, ..chunk }
    });
    let hours = BTreeSet::from([time.timestamp() / 3_600]);
    let rolled = roll(&chunks, &catalogue(), &hours, &|_, _| true).unwrap();
    assert_eq!(rolled.conflicts, []);
    let told = rolled.partials.values();
    let told: Vec<_> = told.map(|one| (one.duplicates, one.series.len())).collect();
    assert_eq!(
        told,
        [(3, 1), (3, 1)],
        "what was sent and its 95th percentile"
    );
    // What counts is what came first.
    let first = roll(&chunks[..1], &catalogue(), &hours, &|_, _| true).unwrap();
    let series = |rolled: &Rolled| {
        let partials = rolled.partials.values();
        partials
            .flat_map(|one| one.series.clone())
            .map(|one| (one.first, one.between))
            .collect::<Vec<_>>()
    };
    assert_eq!(series(&rolled), series(&first));
}
