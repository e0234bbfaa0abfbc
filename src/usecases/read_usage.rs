//! One usage period read from the store: from hourly partials, or from the requests themselves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Failure;
use crate::app::App;
use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, Item, Price};
use crate::billing::usage::{GapRule, Partial, fold};
use crate::db::evidence::EvidenceRecord;
use crate::db::partials::{self, PartialRow};
use crate::db::speakers::Speaker;
use crate::db::{DbError, Txn, event_names, retention, speakers};
use crate::error::Problem;
use crate::telemetry::evidence::{Chunk, Codec};
use crate::telemetry::hours::{self, HOUR_MICROS};
use crate::telemetry::meters::{Metering, metering_on};
use crate::telemetry::readings::{Read, evidence_span, read_of, readings_from_chunks, window_of};
use crate::telemetry::{PayloadKind, evidence as payload};

/// What is read.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) contract: &'a Contract,
    pub(super) metering: &'a Metering,
    pub(super) instance: &'a str,
    pub(super) period: Period,
}

/// The meter of a name as a contract agreed on it, in the version that holds at the start of a
/// period; none when the catalogue has no such meter, so that it is read by hand.
pub(super) fn agreed(
    contract: &Contract,
    meter: &str,
    instance: &str,
    period: Period,
) -> Option<Metering> {
    let mut metering = metering_on(meter, period.start())?;
    let mut items = contract.every_item();
    if let Some(gaps) = items.find_map(|item| gaps_of(item, meter, instance, period)) {
        metering.meter.gaps = gaps;
    }
    Some(metering)
}

fn gaps_of(item: &Item, name: &str, instance: &str, period: Period) -> Option<GapRule> {
    let Price::Usage {
        meter,
        pooled_with,
        gaps,
        ..
    } = &item.price
    else {
        return None;
    };
    let mut instances = item.instance.iter().chain(pooled_with);
    let runs = item.from < period.end() && item.until.is_none_or(|end| end > period.start());
    let meant = runs && meter == name && instances.any(|one| one == instance);
    gaps.filter(|_| meant)
}

impl Wanted<'_> {
    /// The instants of which records are looked at, in microseconds.
    fn reach(&self) -> Result<(i64, i64), Failure> {
        let span = evidence_span(self.metering, self.period, self.contract.zone)
            .map_err(|error| Failure::of(error.code(), &error))?;
        let (from, to) = (span.start(), span.end());
        Ok((from.timestamp_micros(), to.timestamp_micros()))
    }
}

/// The requests that a reading of a period rests on.
///
/// # Errors
/// `evidence.*`, `db.*`.
pub(super) async fn requests(app: &App, of: Wanted<'_>) -> Result<Vec<Chunk>, Failure> {
    let reach = of.reach()?;
    let speakers = speakers::of_instance(&app.db.telemetry.reader(), of.instance).await?;
    chunks(app, &speakers, reach).await
}

/// What the evidence says about a period, computed from the requests themselves; none when there
/// is no evidence at all.
///
/// # Errors
/// `evidence.*` when a stored request was changed, `db.*`.
pub(super) async fn from_evidence(app: &App, of: Wanted<'_>) -> Result<Option<Read>, Failure> {
    let chunks = requests(app, of).await?;
    if chunks.is_empty() {
        return Ok(None);
    }
    let Wanted {
        contract,
        metering,
        instance,
        period,
    } = of;
    match readings_from_chunks(&chunks, metering, instance, period, contract.zone) {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.code() == "usage.nothing-measured" => Ok(None),
        Err(error) => Err(Failure::of(error.code(), &error)),
    }
}

/// The hours of a period as they are stored.
struct Stored {
    speakers: Vec<Speaker>,
    /// Hours in which something came that their partials have not seen.
    dirty: BTreeSet<i64>,
    rows: Vec<PartialRow>,
}

/// The protocols by which requests about a period were deleted; none while all are there.
///
/// # Errors
/// `db.*`.
pub(super) async fn deleted_under(app: &App, of: Wanted<'_>) -> Result<BTreeSet<i64>, Failure> {
    let reader = app.db.telemetry.reader();
    let speakers = speakers::of_instance(&reader, of.instance).await?;
    Ok(retention::protocols(&reader, &speakers, of.reach()?).await?)
}

/// What the hours of a period say: their partials, and for hours that are not rolled yet the
/// requests themselves. None when there is no evidence at all.
///
/// # Errors
/// `evidence.*`, `db.*`.
pub(super) async fn read(app: &App, of: Wanted<'_>) -> Result<Option<Read>, Failure> {
    let reach = of.reach()?;
    let reader = app.db.telemetry.reader();
    let speakers = speakers::of_instance(&reader, of.instance).await?;
    if speakers::count(&reader, &speakers, reach).await?.0 == 0 {
        return Ok(None);
    }
    let Some(stored) = stored(app, of, reach).await? else {
        return from_evidence(app, of).await;
    };
    let mut hours = hours_of(&stored.rows)?;
    let dirty = &stored.dirty;
    if let (Some(first), Some(last)) = (dirty.first(), dirty.last()) {
        hours.retain(|hour, _| !dirty.contains(hour));
        let span = (
            first.saturating_mul(HOUR_MICROS),
            last.saturating_add(1).saturating_mul(HOUR_MICROS),
        );
        let chunks = chunks(app, &stored.speakers, span).await?;
        // All of these sources may speak for the instance; what they say of others is not asked.
        let meter = std::slice::from_ref(of.metering);
        let rolled = hours::roll(&chunks, meter, dirty, &|_, instance| {
            instance == of.instance
        })
        .map_err(|error| Failure::of(error.code(), &error))?;
        let own = rolled.partials.into_iter();
        hours.extend(own.map(|(place, partial)| (place.hour, partial)));
    }
    folded(app, of, hours).await
}

/// What the stored partials alone say; none when some of the period are not there.
///
/// # Errors
/// `db.*`.
pub(super) async fn from_partials(app: &App, of: Wanted<'_>) -> Result<Option<Read>, Failure> {
    match stored(app, of, of.reach()?).await? {
        Some(stored) if stored.dirty.is_empty() => folded(app, of, hours_of(&stored.rows)?).await,
        _ => Ok(None),
    }
}

/// None when partials do not fit the period: in a zone whose days begin within an hour of UTC, or
/// when nothing was rolled for the instance and meter yet.
async fn stored(
    app: &App,
    of: Wanted<'_>,
    (from, to): (i64, i64),
) -> Result<Option<Stored>, Failure> {
    let whole = |instant: i64| instant.rem_euclid(HOUR_MICROS) == 0;
    if !whole(from) || !whole(to) {
        return Ok(None);
    }
    let hours = (from.div_euclid(HOUR_MICROS), to.div_euclid(HOUR_MICROS));
    let (name, version) = (of.metering.meter.name.clone(), of.metering.meter.version);
    let instance = of.instance.to_owned();
    let found = app.db.telemetry.snapshot(async move |txn: &Txn| {
        let known = partials::meters(txn).await?;
        let meter = known
            .iter()
            .find(|one| one.name == name && one.version == i64::from(version));
        let id = partials::instance(txn, &instance).await?;
        let (Some(meter), Some(id)) = (meter, id) else {
            return Ok(None);
        };
        let speakers = speakers::of_instance(txn, &instance).await?;
        Ok::<_, Failure>(Some(Stored {
            dirty: partials::dirty_of(txn, &speakers, hours).await?,
            rows: partials::of_instance(txn, id, &[meter.id], hours).await?,
            speakers,
        }))
    });
    found.await
}

fn hours_of(rows: &[PartialRow]) -> Result<BTreeMap<i64, Partial>, Failure> {
    let hours = rows.iter().map(|row| {
        let corrupt = |why: serde_json::Error| DbError::CorruptRow {
            table: "partial",
            id: format!("{}/{}/{}", row.hour, row.instance, row.meter),
            why: why.to_string(),
        };
        let partial: Partial = serde_json::from_str(&row.body).map_err(corrupt)?;
        Ok((row.hour, partial))
    });
    hours.collect()
}

async fn folded(
    app: &App,
    of: Wanted<'_>,
    hours: BTreeMap<i64, Partial>,
) -> Result<Option<Read>, Failure> {
    let window = window_of(of.metering, of.period, of.contract.zone)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let start = window.start().timestamp_micros().div_euclid(HOUR_MICROS);
    let hours = hours
        .into_iter()
        .map(|(hour, partial)| (hour.saturating_sub(start), partial))
        .collect();
    let found = match fold(&of.metering.meter, of.metering.records(), &hours, window) {
        Ok(found) => found,
        Err(error) if error.code() == "usage.nothing-measured" => return Ok(None),
        Err(error) => return Err(Failure::of(error.code(), &error)),
    };
    let evidence = speakers::hashes(&app.db.telemetry.reader(), &found.chunks).await?;
    let named = (of.metering, of.instance, of.period);
    Ok(Some(read_of(
        named,
        &found.measured,
        evidence,
        found.duplicates,
    )))
}

/// What some sources said in a span, and what of the rest decides about events of the span.
pub(super) async fn chunks(
    app: &App,
    speakers: &[Speaker],
    span: (i64, i64),
) -> Result<Vec<Chunk>, Failure> {
    let ids = request_ids(app, speakers, span).await?;
    chunks_of(app, speakers, &ids).await
}

/// The numbers of those requests.
pub(super) async fn request_ids(
    app: &App,
    speakers: &[Speaker],
    span: (i64, i64),
) -> Result<Vec<i64>, Failure> {
    let reader = app.db.telemetry.reader();
    let mut ids: BTreeSet<i64> = speakers::requests(&reader, speakers, span)
        .await?
        .into_iter()
        .collect();
    let hours = (
        span.0.div_euclid(HOUR_MICROS),
        span.1
            .saturating_sub(1)
            .div_euclid(HOUR_MICROS)
            .saturating_add(1),
    );
    ids.extend(event_names::beyond(&reader, speakers, hours).await?);
    Ok(ids.into_iter().collect())
}

/// Requests of some sources by their numbers, by (received, id).
pub(super) async fn chunks_of(
    app: &App,
    speakers: &[Speaker],
    ids: &[i64],
) -> Result<Vec<Chunk>, Failure> {
    let own: BTreeMap<i64, &str> = speakers
        .iter()
        .map(|one| (one.id, one.instance.as_str()))
        .collect();
    let found = speakers::by_ids(&app.db.telemetry.reader(), ids).await?;
    let chunks = found.into_iter().map(|record| {
        let instance = own.get(&record.evidence.source).copied();
        chunk(record, instance.unwrap_or_default())
    });
    chunks.collect()
}

/// A stored request as the decoders take it. `instance` is that of its source, for requests from
/// before each kept its own.
pub(super) fn chunk(record: EvidenceRecord, instance: &str) -> Result<Chunk, Failure> {
    let EvidenceRecord { id, evidence } = record;
    let corrupt = |why: &str| {
        Failure::from(DbError::CorruptRow {
            table: "evidence",
            id: id.to_string(),
            why: why.to_owned(),
        })
    };
    if evidence.codec == retention::DELETED {
        let text = format!("the request {} was deleted by a protocol", evidence.hash);
        return Err(Problem::new("evidence.deleted", text).into());
    }
    let at = |micros: i64| {
        DateTime::<Utc>::from_timestamp_micros(micros).ok_or_else(|| corrupt("instant"))
    };
    Ok(payload::Chunk {
        id,
        source: evidence.source.to_string(),
        instance: match evidence.instance {
            None => Some(instance.to_owned()),
            Some(none) if none.is_empty() => None,
            Some(own) => Some(own),
        },
        received_at: at(evidence.received_at)?,
        kind: PayloadKind::from_code(&evidence.kind).map_err(|_| corrupt("kind"))?,
        sha256: evidence.hash,
        span_from: at(evidence.span_from)?,
        span_to: at(evidence.span_to)?,
        codec: Codec::from_code(&evidence.codec).ok_or_else(|| corrupt("codec"))?,
        body: evidence.body,
        limits: evidence.limits,
    })
}
