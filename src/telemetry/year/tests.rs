//! The figures of the year come back out of the decoders, whatever the network did to the requests.

use std::sync::LazyLock;

use chrono_tz::Tz;

use super::curves::{month_of_year, noise};
use super::*;
use crate::billing::calendar::{NaiveDate, Period};
use crate::billing::span::Span;
use crate::billing::{Quantity, Ratio};

use crate::telemetry::evidence::{Chunk, seal};
use crate::telemetry::meters::{EGRESS, MEDIA_STORAGE, SUPPORT_HOURS, metering};
use crate::telemetry::readings::{Read, readings_from_chunks};

/// The whole year as a store would keep it: the same bytes of a source only once.
static CHUNKS: LazyLock<Vec<Chunk>> = LazyLock::new(|| chunks_of(Year::new().requests()));

fn chunks_of(requests: impl Iterator<Item = Request>) -> Vec<Chunk> {
    let mut known = std::collections::BTreeSet::new();
    let mut chunks = Vec::new();
    for request in requests {
        let (mut chunk, decoded) = seal(&request).unwrap();
        assert_eq!(
            decoded.rejected,
            [],
            "{} {:?}",
            request.source,
            request.kind
        );
        if known.insert((chunk.source.clone(), chunk.sha256.clone())) {
            chunk.id = i64::try_from(known.len()).unwrap();
            chunks.push(chunk);
        }
    }
    chunks
}

fn read(chunks: &[Chunk], meter: &str, instance: &str, period: Period, zone: Tz) -> Read {
    readings_from_chunks(chunks, &metering(meter).unwrap(), instance, period, zone).unwrap()
}

fn month(number: u32) -> Period {
    month_of_year(number).unwrap()
}

#[test]
fn every_month_of_every_server_comes_out_exactly() {
    let servers = [
        (
            MEDIA_STORAGE,
            figures::COMMISSION,
            figures::BRUSSELS,
            figures::COMMISSION_STORAGE_GB,
        ),
        (
            MEDIA_STORAGE,
            figures::EXEMPLEVILLE,
            figures::PARIS,
            figures::EXEMPLEVILLE_STORAGE_GB,
        ),
        (
            EGRESS,
            figures::APP_STORE,
            figures::LOS_ANGELES,
            figures::APP_STORE_EGRESS_GB,
        ),
    ];
    for (meter, instance, zone, figures) in servers {
        for (number, figure) in (0_u32..).zip(figures) {
            let read = read(&CHUNKS, meter, instance, month(number), zone);
            assert_eq!(
                read.reading.quantity,
                Quantity::whole(figure),
                "{instance} {number}"
            );
            // A gauge holds to the end of the month, a counter is known up to its last sample.
            let unknown = Ratio::ONE.minus(read.reading.coverage).unwrap();
            let most = Ratio::new(if meter == EGRESS { 1 } else { 0 }, 8_000).unwrap();
            assert!(unknown <= most, "{instance} {number}");
            assert!(!read.reading.estimated);
            assert_eq!(read.findings, [], "{instance} {number}");
            assert!(read.reading.evidence.len() > 100);
            assert!(
                meter != EGRESS || read.resets >= 2,
                "restarts in month {number}"
            );
        }
    }
}

#[test]
fn support_time_of_every_quarter_comes_out_exactly() {
    for (year, first, steps) in figures::MUSTERHOLSTEIN_QUARTER_HOURS {
        let start = NaiveDate::from_ymd_opt(year, first, 1).unwrap();
        let end = start.checked_add_months(chrono::Months::new(3)).unwrap();
        let period = Period::new(start, end).unwrap();
        let zone = figures::BERLIN;
        let read = read(
            &CHUNKS,
            SUPPORT_HOURS,
            figures::MUSTERHOLSTEIN,
            period,
            zone,
        );
        let hours = format!("{}.{:02}", steps / 4, steps % 4 * 25)
            .parse::<Quantity>()
            .unwrap();
        assert_eq!(read.reading.quantity, hours);
        assert_eq!(read.findings, []);
        assert!(read.duplicates > 0, "the week's summary repeats the days");
    }
}

#[test]
fn the_clock_changes_make_months_of_743_and_745_hours() {
    let hours = |zone, number| month(number).instants(zone).unwrap().seconds() / 3_600;
    for zone in [figures::BRUSSELS, figures::PARIS] {
        assert_eq!((hours(zone, 2), hours(zone, 9)), (743, 745));
    }
    let zone = figures::LOS_ANGELES;
    assert_eq!((hours(zone, 2), hours(zone, 10)), (743, 721));
    let samples = |zone, number| {
        let span = Span::try_from(month(number).instants(zone).unwrap()).unwrap();
        let curve = curves::level(zone, figures::COMMISSION_STORAGE_GB);
        curve.within(span.start(), span.end()).len()
    };
    assert_eq!(samples(figures::BRUSSELS, 2), 743 * 12);
    assert_eq!(samples(figures::BRUSSELS, 9), 745 * 12);
}

#[test]
fn order_and_repetition_of_requests_change_nothing() {
    let mut shuffled = CHUNKS.clone();
    shuffled.sort_by_key(|chunk| noise(usize::try_from(chunk.id).unwrap(), 9));
    let again: Vec<Chunk> = shuffled
        .iter()
        .filter(|chunk| chunk.id % 3 == 0)
        .cloned()
        .collect();
    let last_id = i64::try_from(CHUNKS.len()).unwrap();
    let again = again.into_iter().map(|chunk| Chunk {
        id: chunk.id + last_id,
        ..chunk
    });
    shuffled.extend(again);
    for (meter, instance, zone, number) in [
        (MEDIA_STORAGE, figures::COMMISSION, figures::BRUSSELS, 2),
        (MEDIA_STORAGE, figures::EXEMPLEVILLE, figures::PARIS, 6),
        (EGRESS, figures::APP_STORE, figures::LOS_ANGELES, 4),
        (EGRESS, figures::APP_STORE, figures::LOS_ANGELES, 6),
    ] {
        let plain = read(&CHUNKS, meter, instance, month(number), zone);
        let other = read(&shuffled, meter, instance, month(number), zone);
        assert_eq!(plain.reading, other.reading);
        assert_eq!(plain.evidence_hash, other.evidence_hash);
        assert!(other.duplicates > plain.duplicates);
    }
}

#[test]
fn cutting_a_month_into_days_adds_up_to_the_month() {
    let period = month(10);
    let mut total = Ratio::ZERO;
    let mut day = period.start();
    while day < period.end() {
        let next = day.succ_opt().unwrap();
        let one = Period::new(day, next).unwrap();
        let read = read(
            &CHUNKS,
            EGRESS,
            figures::APP_STORE,
            one,
            figures::LOS_ANGELES,
        );
        total = total.plus(read.exact).unwrap();
        day = next;
    }
    assert_eq!(
        total,
        Quantity::whole(figures::APP_STORE_EGRESS_GB[10]).ratio()
    );
}

#[test]
fn parts_of_the_year_are_the_year() {
    let year = Year::new();
    let whole: Vec<Request> = year.requests().collect();
    let mut parts = Vec::new();
    let end = year.app_store.time(year.app_store.values.len());
    let mut from = year.raster;
    while from < end {
        let to = from + TimeDelta::hours(BLOCK_HOURS * 123);
        parts.extend(year.requests_between(from, to.min(end)));
        from = to;
    }
    assert!(whole == parts);
    assert!(whole.len() > 3_000);
    assert!(!whole.is_sorted_by_key(|request| request.received_at));
}

#[test]
fn an_altered_body_is_no_evidence() {
    let mut chunk = CHUNKS[0].clone();
    let middle = chunk.body.len() / 2;
    chunk.body[middle] ^= 0x10;
    let error = chunk.decoded().unwrap_err();
    assert!(
        ["evidence.unpack", "evidence.changed"].contains(&error.code()),
        "{error}"
    );
}

#[test]
fn every_payload_shape_occurs() {
    let mut kinds: Vec<PayloadKind> = CHUNKS.iter().map(|chunk| chunk.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let expected = [
        PayloadKind::OtlpProtobuf,
        PayloadKind::OtlpJson,
        PayloadKind::RemoteWrite1,
        PayloadKind::RemoteWrite2,
        PayloadKind::CloudEventBatch,
    ];
    assert_eq!(kinds, expected);
}

/// The year and the January after it are told by the same series: nothing of one contradicts the
/// other, and both come out as their figures.
#[test]
fn january_goes_on_where_the_year_ends() {
    let (year, january) = (Year::new(), Year::january());
    let from = "2026-11-30T18:00:00Z".parse().unwrap();
    let until = "2027-01-01T12:00:00Z".parse().unwrap();
    let whole = january.requests().chain(year.requests_between(from, until));
    let chunks = chunks_of(whole);
    let (commission, exempleville, app_store) = figures::JANUARY_GB;
    let brussels = (MEDIA_STORAGE, figures::COMMISSION, figures::BRUSSELS);
    let paris = (MEDIA_STORAGE, figures::EXEMPLEVILLE, figures::PARIS);
    let angeles = (EGRESS, figures::APP_STORE, figures::LOS_ANGELES);
    for ((meter, instance, zone), number, figure) in [
        (brussels, 11, figures::COMMISSION_STORAGE_GB[11]),
        (brussels, 12, commission),
        (paris, 12, exempleville),
        (angeles, 12, app_store),
    ] {
        let read = read(&chunks, meter, instance, month(number), zone);
        assert_eq!(read.findings, [], "{instance} {number}");
        assert_eq!(
            read.reading.quantity,
            Quantity::whole(figure),
            "{instance} {number}"
        );
    }
}
