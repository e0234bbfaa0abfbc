//! Samples per second of each decoder on one core, with a plain prost decoder of remote write
//! beside ours, and a whole year of telemetry: encoding, sealing, and reading it back.

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use herdbook::telemetry::encode::{self, Outgoing, OutgoingEvent, OutgoingPoint};
use herdbook::telemetry::evidence::{Chunk, seal};
use herdbook::telemetry::meters::{EGRESS, MEDIA_STORAGE, metering};
use herdbook::telemetry::readings::readings_from_chunks;
use herdbook::telemetry::year::{Year, curves::month_of_year, figures};
use herdbook::telemetry::{Context, Limits, PayloadKind, SampleKind, decode};
use prost::Message;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SERIES: usize = 200;
const POINTS: usize = 10;

/// `prometheus.WriteRequest` as prost would have it: the peer.
mod peer {
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct WriteRequest {
        #[prost(message, repeated, tag = "1")]
        pub timeseries: Vec<TimeSeries>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct TimeSeries {
        #[prost(message, repeated, tag = "1")]
        pub labels: Vec<Label>,
        #[prost(message, repeated, tag = "2")]
        pub samples: Vec<Sample>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Label {
        #[prost(string, tag = "1")]
        pub name: String,
        #[prost(string, tag = "2")]
        pub value: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Sample {
        #[prost(double, tag = "1")]
        pub value: f64,
        #[prost(int64, tag = "2")]
        pub timestamp: i64,
    }
}

fn context() -> Context<'static> {
    Context {
        instance: Some("social.example"),
        received_at: DateTime::UNIX_EPOCH,
        limits: Limits::DEFAULT,
    }
}

fn points() -> Vec<OutgoingPoint> {
    let base: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().expect("a time");
    let point = |index: i64| OutgoingPoint {
        time: base + TimeDelta::seconds(15 * index),
        start: Some(base),
        value: 1_000_000_007 * index,
    };
    (0..10).map(point).collect()
}

fn remote_write(criterion: &mut Criterion) {
    beside_prost(criterion, "remote_write", SERIES, POINTS);
    // As Prometheus sends what it scraped: each series once a request.
    let all = SERIES * POINTS;
    beside_prost(criterion, "remote_write, one sample a series", all, 1);
}

/// Both versions, and the first one as prost decodes it.
fn beside_prost(criterion: &mut Criterion, name: &str, count: usize, each: usize) {
    let (points, names) = (points(), numbered(count));
    let labels: Vec<Vec<(&str, &str)>> = names.iter().map(|name| labels_of(name)).collect();
    let points = points.get(..each).expect("few points");
    let series: Vec<Outgoing<'_>> = labels.iter().map(|own| outgoing(own, points)).collect();
    let first = encode::remote_write_v1(&series).expect("encodes");
    let second = encode::remote_write_v2(&series).expect("encodes");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements((count * each) as u64));
    group.bench_function("1.0", |bench| {
        bench.iter(|| decode(PayloadKind::RemoteWrite1, black_box(&first), &context()));
    });
    group.bench_function("2.0", |bench| {
        bench.iter(|| decode(PayloadKind::RemoteWrite2, black_box(&second), &context()));
    });
    group.bench_function("1.0 by prost", |bench| {
        bench.iter(|| {
            let message = snap::raw::Decoder::new().decompress_vec(black_box(&first));
            peer::WriteRequest::decode(message.expect("unpacks").as_slice())
        });
    });
    group.finish();
}

fn others(criterion: &mut Criterion) {
    let points = points();
    let labels = [("bucket", "media")];
    let many: Vec<OutgoingPoint> = points.iter().cycle().take(2_000).copied().collect();
    let series = outgoing(&labels, &many);
    let binary = encode::otlp_protobuf(&series);
    let json = encode::otlp_json(&series).expect("encodes");
    let events = encode::cloud_event_batch(&events()).expect("encodes");
    let names = numbered(SERIES);
    let labels: Vec<Vec<(&str, &str)>> = names.iter().map(|name| labels_of(name)).collect();
    let scraped: Vec<Outgoing<'_>> = labels.iter().map(|own| outgoing(own, &points)).collect();
    let text = encode::prometheus_text(DateTime::UNIX_EPOCH, &scraped);
    let cases = [
        ("otlp protobuf", PayloadKind::OtlpProtobuf, binary, 2_000),
        ("otlp json", PayloadKind::OtlpJson, json, 2_000),
        ("cloud events", PayloadKind::CloudEventBatch, events, 2_000),
        ("text", PayloadKind::PrometheusText, text, SERIES as u64),
    ];
    let mut group = criterion.benchmark_group("decode");
    for (name, kind, body, elements) in cases {
        group.throughput(Throughput::Elements(elements));
        group.bench_function(name, |bench| {
            bench.iter(|| decode(kind, black_box(&body), &context()));
        });
    }
    group.finish();
}

fn year(criterion: &mut Criterion) {
    let sealed = || -> Vec<Chunk> {
        let seal = |request| seal(&request).expect("decodes").0;
        let year = Year::new();
        let chunks = year.requests().map(seal);
        (1..)
            .zip(chunks)
            .map(|(id, chunk)| Chunk { id, ..chunk })
            .collect()
    };
    let chunks = sealed();
    let mut group = criterion.benchmark_group("year");
    group.sample_size(10);
    group.throughput(Throughput::Elements(3 * 105_120));
    group.bench_function("encode and seal", |bench| bench.iter(sealed));
    group.bench_function("read 36 months", |bench| bench.iter(|| read_all(&chunks)));
    group.finish();
}

fn read_all(chunks: &[Chunk]) {
    let servers = [
        (MEDIA_STORAGE, figures::COMMISSION, figures::BRUSSELS),
        (MEDIA_STORAGE, figures::EXEMPLEVILLE, figures::PARIS),
        (EGRESS, figures::APP_STORE, figures::LOS_ANGELES),
    ];
    for (meter, instance, zone) in servers {
        let metering = metering(meter).expect("in the catalogue");
        let own = || {
            let mine = |chunk: &&Chunk| chunk.instance.as_deref() == Some(instance);
            chunks.iter().filter(mine)
        };
        for month in 0..12 {
            let period = month_of_year(month).expect("a month");
            let read = readings_from_chunks(own(), &metering, instance, period, zone);
            black_box(read.expect("reads"));
        }
    }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("queue-{index}")).collect()
}

fn labels_of(queue: &str) -> Vec<(&str, &str)> {
    vec![
        ("job", "mastodon"),
        ("queue", queue),
        ("region", "eu-central"),
    ]
}

fn outgoing<'a>(labels: &'a [(&'a str, &'a str)], points: &'a [OutgoingPoint]) -> Outgoing<'a> {
    Outgoing {
        instance: "social.example",
        metric: "sidekiq_jobs_total",
        labels,
        kind: SampleKind::Cumulative,
        points,
    }
}

fn events() -> Vec<OutgoingEvent> {
    let time: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().expect("a time");
    let event = |index: i64| OutgoingEvent {
        source: "https://tickets.example/time-entries".to_owned(),
        id: format!("entry-{index}"),
        name: "herdbook.support.time_entry",
        subject: "social.example".to_owned(),
        time: time + TimeDelta::minutes(index),
        minutes: 15,
    };
    (0..2_000).map(event).collect()
}

criterion_group!(decoding, remote_write, others, year);
criterion_main!(decoding);
