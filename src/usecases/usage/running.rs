//! Metered items in their running period: what has been measured so far, by instance and day, and
//! what it comes to under the item's own price.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::access::Program;
use crate::app::App;
use crate::billing::calendar::{CalendarError, Period, day_after};
use crate::billing::contract::{Contract, EffectiveItem, IndexTable, Price, foreseen};
use crate::billing::rating::{Expectation, RatingError, Running, Standing, running, standing};
use crate::billing::usage::MeterReading;
use crate::billing::usage::projection::{Projection, project};
use crate::billing::{Quantity, Ratio};
use crate::db::readings;
use crate::telemetry::evidence::Chunk;
use crate::telemetry::readings::{Finding, Read, readings_from_chunks};
use crate::usecases::Failure;
use crate::usecases::facts::{index_table, parse};
use crate::usecases::read_usage::{self, Wanted, agreed, requests};

/// Days of a period up to which each is measured by itself; of a longer one each month is.
const BY_DAY: i64 = 100;

/// A day of the running period, or a month of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its days, in the contract's zone.
    pub days: Period,
    /// What was measured in it; none for nothing.
    pub quantity: Option<Quantity>,
    /// The measured share of it.
    pub coverage: Ratio,
}

/// What one instance has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceUse {
    /// The instance.
    pub instance: String,
    /// What the reading would say if the period closed now; none when nothing was measured.
    pub reading: Option<MeterReading>,
    /// What it is going to; none when nothing was measured.
    pub projection: Option<Projection>,
    /// What was left out of it.
    pub findings: Vec<Finding>,
    /// Piece by piece, as far as the period has come; empty unless it was asked for.
    pub pieces: Vec<Piece>,
}

/// A metered item in its running period.
#[derive(Debug, Clone)]
pub struct ItemUse {
    /// The item with its prices.
    pub item: EffectiveItem,
    /// Its period.
    pub at: Running,
    /// Until when it is measured.
    pub as_of: DateTime<Utc>,
    /// The share of the period that is still to come.
    pub remaining: Ratio,
    /// Whether the meter is read by machines; false for one that is entered by hand.
    pub metered: bool,
    /// Each instance that shares the allowance, the item's own first.
    pub instances: Vec<InstanceUse>,
    /// Where it stands by what is measured; none while the period before is not closed and its
    /// allowance rolls over.
    pub so_far: Option<Standing>,
    /// Where it will stand at the end; none when that is too early to say.
    pub at_end: Option<Standing>,
}

impl ItemUse {
    /// The measured share of the whole period: of several instances that of the least measured.
    #[must_use]
    pub fn measured(&self) -> Ratio {
        let shares = self.instances.iter().map(|one| {
            let projection = one.projection.as_ref();
            projection.map_or(Ratio::ZERO, |projection| projection.measured)
        });
        shares.min().unwrap_or(Ratio::ZERO)
    }

    /// Whether anything was measured at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.instances.iter().any(|one| one.reading.is_some())
    }
}

/// Which items are looked at, and how closely.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// One item; all of the contract's when none is named.
    pub item: Option<&'a str>,
    /// Whether each day is measured by itself.
    pub pieces: bool,
}

/// The metered items of a contract in the periods in which an instant lies.
///
/// # Errors
/// `evidence.*` when a stored request was changed, `rating.*`, `contract.*`, `db.*`.
pub(in crate::usecases) async fn items(
    app: &App,
    contract: &Contract,
    asked: Asked<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<ItemUse>, Failure> {
    let on = app.db.reader();
    let today = now.with_timezone(&contract.zone).date_naive();
    let indices = index_table(&on, [contract], now).await?;
    let seen = foreseen(contract, &indices, today, today)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let mut closed = None;
    let mut found = Vec::new();
    for item in seen.items {
        if asked.item.is_some_and(|id| id != item.item.id) {
            continue;
        }
        let Some(at) = running(contract, &item, today).map_err(rating)? else {
            continue;
        };
        let known = match &closed {
            Some(known) => known,
            None => closed.insert(closed_readings(app, contract, now).await?),
        };
        let facts = Known {
            contract,
            indices: &indices,
            closed: known,
            today,
        };
        found.push(measure(app, facts, item, at, (now, asked.pieces)).await?);
    }
    Ok(found)
}

fn rating(error: RatingError) -> Failure {
    Failure::of(error.code(), &error)
}

async fn closed_readings(
    app: &App,
    contract: &Contract,
    now: DateTime<Utc>,
) -> Result<Vec<MeterReading>, Failure> {
    // The contract was found within reach, and what is measured of it is kept for all who reach it.
    let (on, all) = (app.db.reader(), Program::itself());
    let records = readings::of_contract(&on, all, &contract.number, now).await?;
    let parsed = records
        .iter()
        .map(|record| parse("reading", &contract.number, &record.body));
    Ok(parsed.collect::<Result<_, _>>()?)
}

/// What is known of the contract.
#[derive(Clone, Copy)]
struct Known<'a> {
    contract: &'a Contract,
    indices: &'a IndexTable,
    closed: &'a [MeterReading],
    today: NaiveDate,
}

async fn measure(
    app: &App,
    known: Known<'_>,
    item: EffectiveItem,
    at: Running,
    (now, pieces): (DateTime<Utc>, bool),
) -> Result<ItemUse, Failure> {
    let Price::Usage {
        meter, pooled_with, ..
    } = &item.item.price
    else {
        return Err(Failure::of(
            "internal.unlisted",
            &RatingError::NoInstance {
                item: item.item.id.clone(),
            },
        ));
    };
    let remaining = remaining(known.contract, at.window, now)?;
    let mut instances = Vec::new();
    let mut metered = false;
    for instance in item.item.instance.iter().chain(pooled_with) {
        let found = match agreed(known.contract, meter, instance, at.window) {
            Some(metering) => {
                metered = true;
                let of = Wanted {
                    contract: known.contract,
                    metering: &metering,
                    instance,
                    period: at.window,
                };
                instance_use(app, of, remaining, pieces.then_some(known.today)).await?
            }
            None => InstanceUse {
                instance: instance.clone(),
                reading: None,
                projection: None,
                findings: Vec::new(),
                pieces: Vec::new(),
            },
        };
        instances.push(found);
    }
    let so_far = stands(known, &item, at, &instances, |one| {
        Some(one.projection.as_ref().map_or(Quantity::ZERO, |p| p.so_far))
    })?;
    let at_end = stands(known, &item, at, &instances, |one| {
        one.projection.as_ref().and_then(|p| p.at_end)
    })?;
    Ok(ItemUse {
        at,
        as_of: now,
        remaining,
        metered,
        instances,
        so_far,
        at_end,
        item,
    })
}

/// The share of a window that is still to come.
fn remaining(contract: &Contract, window: Period, now: DateTime<Utc>) -> Result<Ratio, Failure> {
    let span = window.instants(contract.zone);
    let span = span.map_err(|error| Failure::of(error.code(), &error))?;
    let whole = (span.end - span.start).num_milliseconds();
    let left = (span.end - now).num_milliseconds().clamp(0, whole);
    Ratio::new(i128::from(left), i128::from(whole))
        .map_err(|error| Failure::of(error.code(), &error))
}

/// Where the item stands if each instance had read as much; none when one of them cannot say, or
/// when the period before is not closed.
fn stands(
    known: Known<'_>,
    item: &EffectiveItem,
    at: Running,
    instances: &[InstanceUse],
    quantity: impl Fn(&InstanceUse) -> Option<Quantity>,
) -> Result<Option<Standing>, Failure> {
    let Price::Usage { meter, .. } = &item.item.price else {
        return Ok(None);
    };
    let mut readings = known.closed.to_vec();
    for one in instances {
        let Some(quantity) = quantity(one) else {
            return Ok(None);
        };
        let measured = one.projection.as_ref();
        readings.push(MeterReading {
            instance: one.instance.clone(),
            meter: meter.clone(),
            period: at.window,
            quantity,
            coverage: measured.map_or(Ratio::ZERO, |projection| projection.measured),
            revision: MeterReading::RUNNING,
            evidence: Vec::new(),
            estimated: true,
            tolerance: one.reading.as_ref().and_then(|one| one.tolerance),
        });
    }
    let expectation = Expectation {
        contract: known.contract,
        indices: known.indices,
        readings: &readings,
        known_on: known.today,
        due_by: known.today,
        service_until: None,
    };
    match standing(expectation, item, at) {
        Ok(found) => Ok(found),
        Err(RatingError::MissingReading { .. }) => Ok(None),
        Err(error) => Err(rating(error)),
    }
}

/// Without days that are measured by themselves the hours tell as much as the requests, in a few
/// rows.
async fn instance_use(
    app: &App,
    of: Wanted<'_>,
    remaining: Ratio,
    today: Option<NaiveDate>,
) -> Result<InstanceUse, Failure> {
    let mut pieces = Vec::new();
    let whole = match today {
        None => read_usage::read(app, of).await?,
        Some(today) => {
            let chunks = requests(app, of).await?;
            for days in pieces_of(of.period, today)? {
                let found = read(&chunks, Wanted { period: days, ..of })?;
                let found = found.map(|found| found.reading);
                pieces.push(Piece {
                    days,
                    coverage: found.as_ref().map_or(Ratio::ZERO, |one| one.coverage),
                    quantity: found.map(|one| one.quantity),
                });
            }
            read(&chunks, of)?
        }
    };
    let (reading, findings) = whole.map_or((None, Vec::new()), |found| {
        (Some(found.reading), found.findings)
    });
    let projection = match &reading {
        Some(reading) => Some(
            project(&of.metering.meter, reading, remaining)
                .map_err(|error| Failure::of(error.code(), &error))?,
        ),
        None => None,
    };
    Ok(InstanceUse {
        instance: of.instance.to_owned(),
        reading,
        projection,
        findings,
        pieces,
    })
}

/// The days of a window up to today, or its calendar months where it is long.
fn pieces_of(window: Period, today: NaiveDate) -> Result<Vec<Period>, Failure> {
    let calendar = |error: CalendarError| Failure::of(error.code(), &error);
    let mut found = Vec::new();
    let mut from = window.start();
    while from < window.end() && from <= today {
        let next = match window.days() > BY_DAY {
            false => day_after(from).map_err(calendar)?,
            true => {
                let first = from
                    .with_day(1)
                    .and_then(|day| day.checked_add_months(Months::new(1)));
                first.unwrap_or(window.end()).min(window.end())
            }
        };
        found.push(Period::new(from, next).map_err(calendar)?);
        from = next;
    }
    Ok(found)
}

/// What the requests say about a period; none when nothing was measured in it.
fn read(chunks: &[Chunk], of: Wanted<'_>) -> Result<Option<Read>, Failure> {
    if chunks.is_empty() {
        return Ok(None);
    }
    let Wanted {
        contract,
        metering,
        instance,
        period,
    } = of;
    match readings_from_chunks(chunks, metering, instance, period, contract.zone) {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.code() == "usage.nothing-measured" => Ok(None),
        Err(error) => Err(Failure::of(error.code(), &error)),
    }
}
