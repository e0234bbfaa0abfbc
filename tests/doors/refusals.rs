//! Who is not let in, what is not taken, and what a sender is told to send again.

use axum::body::Body;
use futures::StreamExt;
use harness::on_both;
use herdbook::access::source_token::Door;
use herdbook::app::App;
use herdbook::db::Txn;
use herdbook::usecases::sources::{done_by_program, revoke_in};
use prost::Message;

use crate::fixture::{Doors, Fixture, INSTANCE, payload};

const SNAPPY: (&str, &str) = ("content-encoding", "snappy");
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

on_both! {
    async fn only_a_source_passes_and_only_through_its_doors(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.made("narrow", Some(INSTANCE), &[], &[Door::Write]).await);
        let body = payload("remote-write-1.bin");
        assert_eq!(doors.write(body.clone()).await.status, 204);
        let other = doors.csv("metric,time,value\n").await;
        assert_eq!((other.status, other.code().as_str()), (403, "source.wrong-door"));
        for (credential, code) in [
            ("", "source.credential-missing"),
            ("hb_0123456789abcdef_x", "source.credential-unknown"),
            (&format!("{}v", &doors.credential[..doors.credential.len() - 1]),
                "source.credential-unknown"),
        ] {
            // The last sign may be the same by chance; then the credential is the right one.
            if credential == doors.credential {
                continue;
            }
            let stranger = Doors { credential: credential.to_owned(), ..doors.clone() };
            let answer = stranger.write(body.clone()).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, code), "{credential}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        let pair = format!("anything:{}", doors.credential);
        let basic = format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()));
        let plain = Doors { credential: String::new(), ..doors.clone() };
        let headers = [PROTOBUF, SNAPPY, ("authorization", basic.as_str())];
        assert_eq!(plain.post("/api/v1/write", &headers, body.clone()).await.status, 204);
        let revoked = done_by_program(&it.app, async |txn: &Txn, app: &App| {
            revoke_in(txn, app, "test", ("narrow", None)).await
        });
        assert_eq!(revoked.await.expect("revoked"), 1);
        // Another server has remembered nothing.
        let answer = it.doors(&doors.credential).write(body).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "source.credential-revoked"));
        let listed = it.listed("narrow").await;
        assert_eq!(listed.credentials.len(), 1);
    }
}

on_both! {
    async fn what_cannot_be_read_is_refused_by_the_protocol_and_keeps_nothing(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("careless", INSTANCE).await);
        let whole = payload("remote-write-1.bin");
        let cut = whole[..whole.len() - 5].to_vec();
        let json = ("content-type", "application/json");
        let newer = "application/x-protobuf;proto=io.prometheus.write.v9.Request";
        let unknown = ("content-type", newer);
        let (csv, gzip) = (("content-type", "text/csv"), ("content-encoding", "gzip"));
        let ninth = ("x-prometheus-remote-write-version", "9.0.0");
        let write = "/api/v1/write";
        let long = vec![0_u8; (4 << 20) + 1];
        for (path, headers, body, status, code) in [
            (write, vec![PROTOBUF, SNAPPY], cut, 400, "telemetry.snappy"),
            (write, vec![json, SNAPPY], whole.clone(), 415, "ingest.media-type"),
            (write, vec![unknown, SNAPPY], whole.clone(), 415, "ingest.media-type"),
            (write, vec![PROTOBUF, SNAPPY, ninth], whole.clone(), 415, "ingest.media-type"),
            (write, vec![PROTOBUF, ("content-encoding", "zstd")], whole, 415, "ingest.encoding"),
            (write, vec![PROTOBUF, SNAPPY], long.clone(), 413, "telemetry.too-large"),
            ("/api/v1/events", vec![json], b"{}".to_vec(), 415, "ingest.media-type"),
            ("/api/v1/events", vec![("content-type", "application/cloudevents+json")],
                b"{".to_vec(), 400, "telemetry.json"),
            ("/api/v1/events", vec![("content-type", "application/cloudevents+json")],
                b"{\"specversion\": \"0.3\", \"id\": \"1\"}".to_vec(), 422, "telemetry.event"),
            ("/api/v1/usage/upload", vec![csv, gzip], b"metric".to_vec(), 400, "telemetry.gzip"),
        ] {
            let answer = doors.post(path, &headers, body).await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (status, code.to_owned()), "{path} {headers:?}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        let answer = doors.post("/v1/metrics", &[PROTOBUF], b"\x0a\xff".to_vec()).await;
        assert_eq!(answer.status, 400);
        let status = Status::decode(answer.body.as_slice()).expect("a status");
        assert!(status.message.starts_with("telemetry.protobuf: "), "{}", status.message);
        // The event of another version was read, and is evidence of what was sent.
        assert_eq!(it.chunks(INSTANCE).await.len(), 1);
    }
}

on_both! {
    async fn what_is_not_written_is_no_success_of_remote_write(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("histograms", INSTANCE).await);
        let field = |number: u8, bytes: &[u8]| {
            let length = u8::try_from(bytes.len()).expect("short");
            [&[number << 3 | 2, length], bytes].concat()
        };
        let label = |name: &str, text: &str| {
            field(1, &[field(1, name.as_bytes()), field(2, text.as_bytes())].concat())
        };
        let name = label("__name__", "mastodon_media_storage_bytes");
        // 7 at 2026-03-01T00:00:00Z, and a native histogram without buckets at the same time.
        let time = [0x80, 0xb8, 0xc7, 0xb5, 0xca, 0x33];
        let value = [&[0x09][..], &7_f64.to_le_bytes(), &[0x10], &time].concat();
        let histogram = [&[0x78][..], &time].concat();
        let series = [name, field(2, &value), field(4, &histogram)].concat();
        let body = snap::raw::Encoder::new().compress_vec(&field(1, &series)).expect("a block");
        let answer = doors.write(body).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "ingest.not-written"));
        assert_eq!(answer.header("x-prometheus-remote-write-samples-written"), "1");
        assert_eq!(answer.header("x-prometheus-remote-write-histograms-written"), "0");
        assert_eq!(it.chunks(INSTANCE).await.len(), 1, "the sample is written");
    }
}

/// `google.rpc.Status`, as a client of OTLP reads it.
#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

on_both! {
    async fn when_memory_is_bounded_the_next_one_comes_again(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("slow", INSTANCE).await);
        let (release, wait) = tokio::sync::watch::channel(false);
        let mut slow = Vec::new();
        for _ in 0..8 {
            let (own, wait) = (doors.clone(), wait.clone());
            slow.push(tokio::spawn(async move {
                loop {
                    let mut wait = wait.clone();
                    let held = async move {
                        wait.wait_for(|free| *free).await.map(|_| ()).expect("released");
                        Ok::<_, std::io::Error>("cut short")
                    };
                    let body = Body::from_stream(futures::stream::once(held).boxed());
                    let status = own.post("/api/v1/write", &[PROTOBUF, SNAPPY], body).await.status;
                    // The room was taken for a moment by one that asks below.
                    if status != 429 {
                        return status;
                    }
                    tokio::task::yield_now().await;
                }
            }));
        }
        // All eight hold the room of the longest body, once each has been admitted.
        let refused = loop {
            let answer = doors.write(payload("remote-write-1.bin")).await;
            if answer.status == 429 {
                break answer;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(refused.code(), "ingest.full");
        assert_eq!(refused.header("retry-after"), "1");
        release.send(true).expect("heard");
        for one in slow {
            assert_eq!(one.await.expect("answered"), 400);
        }
        assert_eq!(doors.write(payload("remote-write-1.bin")).await.status, 204);
    }
}

on_both! {
    async fn a_store_that_is_away_is_no_reason_to_drop_usage(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("agent", INSTANCE).await);
        let first = doors.post("/v1/metrics", &[PROTOBUF], payload("otlp-metrics.pb")).await;
        assert_eq!(first.status, 200);
        db.clone().close().await.expect("closed");
        // The credential is remembered: the writer finds the store away.
        let lost = doors.write(payload("remote-write-1.bin")).await;
        assert_eq!((lost.status, lost.code().as_str()), (503, "ingest.store"));
        assert_eq!(lost.header("retry-after"), "5");
        let otlp = doors.post("/v1/metrics", &[PROTOBUF], payload("otlp-metrics.pb")).await;
        assert_eq!((otlp.status, otlp.header("retry-after")), (503, "5"));
        // A server that has remembered nothing cannot even look the credential up.
        let fresh = it.doors(&doors.credential).write(payload("remote-write-1.bin")).await;
        assert_eq!((fresh.status, fresh.code().as_str()), (503, "ingest.store"));
    }
}
