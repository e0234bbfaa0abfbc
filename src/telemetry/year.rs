//! A year of telemetry of the reference customers, as their collectors would send it: OTLP in both
//! encodings, remote write 1.0 and 2.0 and CloudEvents, with restarts, repeated and overlapping
//! requests, and some that arrive late.
//!
//! What it comes out as is fixed to the byte ([`figures`]): the monthly mean of storage and the
//! monthly increase of egress are whole GB, the quarterly support time whole quarter hours. So the
//! demo's invoices depend on decoders, resets, duplicates and clock changes all being right.

use chrono::{DateTime, TimeDelta, Utc};

use super::PayloadKind;
use super::encode::{self, Outgoing, OutgoingEvent, OutgoingPoint};
use super::evidence::Request;
use super::sample::SampleKind;
use curves::{Curve, STEP_SECONDS};

pub mod curves;
pub mod figures;
mod hours;

/// How long a collector gathers before it sends.
const BLOCK_HOURS: i64 = 6;
/// Samples that the stand-in of May sends at once.
const POINTS_AN_HOUR: usize = 12;
/// How long after its last sample a request arrives.
const TRANSIT: TimeDelta = TimeDelta::seconds(20);

/// The generated year. Making one costs some milliseconds and 6 MB; it holds no other state.
#[derive(Debug, Clone)]
pub struct Year {
    commission: Curve,
    exempleville: Curve,
    app_store: Curve,
    hours: Vec<OutgoingEvent>,
    /// Instants at which blocks begin: a fixed raster, so that any part of the year is the same.
    raster: DateTime<Utc>,
}

/// Which of the three measured servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    Commission,
    Exempleville,
    AppStore,
}

impl Default for Year {
    fn default() -> Self {
        Self::new()
    }
}

impl Year {
    /// Draws the year.
    pub fn new() -> Self {
        let hours = hours::entries();
        let commission = curves::level(figures::BRUSSELS, figures::COMMISSION_STORAGE_GB);
        let first = hours.first().map_or(commission.base, |entry| entry.time);
        // Two weeks of raster before the first entry: room for whatever is asked about.
        let start = first.min(commission.base).timestamp() - 14 * 86_400;
        let raster = start - start.rem_euclid(BLOCK_HOURS * 3_600);
        Self {
            exempleville: curves::level(figures::PARIS, figures::EXEMPLEVILLE_STORAGE_GB),
            app_store: curves::counter(figures::LOS_ANGELES, figures::APP_STORE_EGRESS_GB),
            raster: DateTime::from_timestamp(raster, 0).unwrap_or(commission.base),
            commission,
            hours,
        }
    }

    /// The January after the year: the same servers go on where the year ends.
    pub fn january() -> Self {
        let (commission, exempleville, app_store) = figures::JANUARY_GB;
        let commission = curves::level_after(figures::BRUSSELS, commission);
        let start = commission.base.timestamp();
        let raster = start - start.rem_euclid(BLOCK_HOURS * 3_600);
        Self {
            exempleville: curves::level_after(figures::PARIS, exempleville),
            app_store: curves::counter_after(figures::LOS_ANGELES, app_store),
            hours: Vec::new(),
            raster: DateTime::from_timestamp(raster, 0).unwrap_or(commission.base),
            commission,
        }
    }

    /// The requests whose samples begin within `[from, to)`, roughly in order of arrival; the
    /// stretch is widened to whole blocks of six hours. Asking for a year in parts gives the same
    /// requests as asking for it at once.
    pub fn requests_between(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> impl Iterator<Item = Request> + '_ {
        let block = |at: DateTime<Utc>| (at - self.raster).num_hours().div_euclid(BLOCK_HOURS);
        let last = block(to - TimeDelta::milliseconds(1));
        (block(from).max(0)..=last).flat_map(|number| self.block(number))
    }

    /// The whole year, with the quarter of support time before it.
    pub fn requests(&self) -> impl Iterator<Item = Request> + '_ {
        let end = self.app_store.time(self.app_store.values.len());
        self.requests_between(self.raster, end)
    }

    fn block(&self, number: i64) -> Vec<Request> {
        let from = self.raster + TimeDelta::hours(number * BLOCK_HOURS);
        let to = from + TimeDelta::hours(BLOCK_HOURS);
        let mut requests = Vec::new();
        for server in [Server::Commission, Server::Exempleville, Server::AppStore] {
            self.measured(server, number, from, to, &mut requests);
        }
        requests.extend(self.time_entries(from, to));
        requests
    }

    fn measured(
        &self,
        server: Server,
        number: i64,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        requests: &mut Vec<Request>,
    ) {
        // Every 23rd block the collector was unsure whether its last hour had arrived: it sends
        // that hour again, in other bytes.
        let overlap = TimeDelta::hours(i64::from(number.rem_euclid(23) == 7));
        let points = self.points(server, from - overlap, to);
        let Some(last) = points.last() else { return };
        let arrived = last.time + TRANSIT;
        if server == Server::AppStore && has_stand_in(from) {
            requests.extend(points.chunks(POINTS_AN_HOUR).filter_map(|hour| {
                let series = [outgoing(server, hour)];
                let bytes = encode::remote_write_v2(&series).ok();
                let arrived = hour.last()?.time + TRANSIT;
                request(server, arrived, PayloadKind::RemoteWrite2, bytes)
            }));
            return;
        }
        let (kind, bytes) = payload(server, number, last.time, &points);
        let Some(one) = request(server, arrived, kind, bytes) else {
            return;
        };
        // Some requests come twice (the answer was lost), some a block later (the network was).
        let late = number.rem_euclid(17) == 11;
        if number.rem_euclid(13) == 5 {
            let again = arrived + TimeDelta::seconds(30);
            requests.push(Request {
                received_at: again,
                ..one.clone()
            });
        }
        let delay = if late {
            TimeDelta::hours(BLOCK_HOURS + 1)
        } else {
            TimeDelta::zero()
        };
        requests.insert(
            0,
            Request {
                received_at: arrived + delay,
                ..one
            },
        );
    }

    fn points(&self, server: Server, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<OutgoingPoint> {
        let curve = match server {
            Server::Commission => &self.commission,
            Server::Exempleville => &self.exempleville,
            Server::AppStore => &self.app_store,
        };
        let point = |index: usize| OutgoingPoint {
            time: curve.time(index),
            start: curve
                .starts
                .get(index)
                .copied()
                .filter(|_| states_starts(curve.time(index))),
            value: curve.values[index],
        };
        curve.within(from, to).map(point).collect()
    }

    /// The ticket system sends each day's entries once, and every Friday the week's again.
    fn time_entries(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Request> {
        const DAY: i64 = 86_400;
        let day_end = to.timestamp();
        if day_end.rem_euclid(DAY) != 0 {
            return Vec::new();
        }
        let friday = day_end.div_euclid(DAY).rem_euclid(7) == 2;
        let batch = |days: i64| {
            let since = to - TimeDelta::days(days);
            let entries = self
                .hours
                .iter()
                .filter(|entry| since <= entry.time && entry.time < to);
            let entries: Vec<OutgoingEvent> = entries.cloned().collect();
            let bytes = encode::cloud_event_batch(&entries)
                .ok()
                .filter(|_| !entries.is_empty())?;
            Some(Request {
                source: "tickets".to_owned(),
                instance: Some(figures::MUSTERHOLSTEIN.to_owned()),
                received_at: from.max(to) + TRANSIT + TimeDelta::seconds(days),
                kind: PayloadKind::CloudEventBatch,
                bytes,
            })
        };
        batch(1)
            .into_iter()
            .chain(batch(7).filter(|_| friday))
            .collect()
    }
}

/// The collector of the app store's server was replaced in July; the new one states start times.
/// The moment is a block's edge in every raster of six hours.
fn states_starts(time: DateTime<Utc>) -> bool {
    const FIRST_OF_JULY: i64 = 1_782_864_000;
    time.timestamp() >= FIRST_OF_JULY
}

/// For a week in May, while the collector was moved, a newer one stood in for it, which sends every
/// hour.
fn has_stand_in(block: DateTime<Utc>) -> bool {
    const FOURTH_OF_MAY: i64 = 1_777_852_800;
    (FOURTH_OF_MAY..FOURTH_OF_MAY + 7 * 86_400).contains(&block.timestamp())
}

fn payload(
    server: Server,
    number: i64,
    time: DateTime<Utc>,
    points: &[OutgoingPoint],
) -> (PayloadKind, Option<Vec<u8>>) {
    let series = outgoing(server, points);
    match server {
        // Two agents take turns; one of them speaks JSON.
        Server::Commission if number.rem_euclid(2) == 0 => (
            PayloadKind::OtlpProtobuf,
            Some(encode::otlp_protobuf(&series)),
        ),
        Server::Commission => (PayloadKind::OtlpJson, encode::otlp_json(&series).ok()),
        _ if states_starts(time) => (
            PayloadKind::RemoteWrite2,
            encode::remote_write_v2(&[series]).ok(),
        ),
        _ => (
            PayloadKind::RemoteWrite1,
            encode::remote_write_v1(&[series]).ok(),
        ),
    }
}

fn outgoing(server: Server, points: &[OutgoingPoint]) -> Outgoing<'_> {
    let (instance, metric, labels, kind): (_, _, &[(&str, &str)], _) = match server {
        Server::Commission => {
            let labels = &[("bucket", "media")];
            (
                figures::COMMISSION,
                "mastodon.media.storage.bytes",
                labels,
                SampleKind::Gauge,
            )
        }
        Server::Exempleville => {
            let labels = &[("bucket", "media"), ("job", "bucket-inventory")];
            (
                figures::EXEMPLEVILLE,
                "mastodon_media_storage_bytes",
                labels,
                SampleKind::Gauge,
            )
        }
        Server::AppStore => {
            let labels = &[("job", "load-balancer"), ("listener", "https")];
            (
                figures::APP_STORE,
                "mastodon_egress_bytes_total",
                labels,
                SampleKind::Cumulative,
            )
        }
    };
    Outgoing {
        instance,
        metric,
        labels,
        kind,
        points,
    }
}

fn request(
    server: Server,
    received_at: DateTime<Utc>,
    kind: PayloadKind,
    bytes: Option<Vec<u8>>,
) -> Option<Request> {
    let (source, instance) = match server {
        Server::Commission => ("commission-agent", figures::COMMISSION),
        Server::Exempleville => ("exempleville-prometheus", figures::EXEMPLEVILLE),
        Server::AppStore => ("app-store-prometheus", figures::APP_STORE),
    };
    Some(Request {
        source: source.to_owned(),
        instance: Some(instance.to_owned()),
        received_at,
        kind,
        bytes: bytes?,
    })
}

/// Samples that the whole year holds, repetitions not counted: a figure for progress bars.
pub const SAMPLES_PER_SERVER: i64 = 365 * 86_400 / STEP_SECONDS;

#[cfg(test)]
mod tests;
