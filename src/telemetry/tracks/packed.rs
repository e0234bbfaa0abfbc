//! The samples of a series in an hour as the differences between them: an hour of a large collector
//! is half a million samples, of six or seven bytes each instead of fifty.
//!
//! Of each sample one byte says what is as it was before: mostly the distance in time, and that it
//! stands in the next request. What is not follows in as few bytes as it needs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::telemetry::sample::SampleKind;
use crate::telemetry::value::SampleValue;

/// One sample, its receipt as a place in the list of receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub receipt: u32,
    pub kind: SampleKind,
    pub time: DateTime<Utc>,
    pub start: Option<DateTime<Utc>>,
    pub value: SampleValue,
}

/// Samples in the order in which they were told.
#[derive(Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    count: usize,
    last: Last,
}

/// What differences are taken from; both sides begin with nothing.
#[derive(Default, Clone, Copy)]
struct Last {
    receipt: u32,
    time: Instant,
    /// Seconds between the last two samples.
    apart: i64,
    start: Instant,
    mantissa: i128,
    /// Between the last two numbers of this scale.
    step: i128,
    scale: u32,
}

/// Seconds since 1970, and nanoseconds: more than a thousand million in a leap second.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
struct Instant {
    seconds: i64,
    nanos: u32,
}

impl Instant {
    fn of(time: DateTime<Utc>) -> Self {
        Self {
            seconds: time.timestamp(),
            nanos: time.timestamp_subsec_nanos(),
        }
    }

    fn time(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.seconds, self.nanos)
    }
}

/// The lowest two bits are the kind.
const KIND: u8 = 0b11;
const IN_NEXT_REQUEST: u8 = 1 << 2;
const AS_FAR_APART: u8 = 1 << 3;
const SAME_NANOS: u8 = 1 << 4;
const HAS_START: u8 = 1 << 5;
const SAME_START: u8 = 1 << 6;
const SAME_STEP: u8 = 1 << 7;

impl Packed {
    /// How many samples there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds a sample; returns by how many bytes that made it longer.
    pub fn push(&mut self, told: &Told) -> usize {
        let before = self.bytes.len();
        let last = self.last;
        let (time, start) = (Instant::of(told.time), told.start.map(Instant::of));
        let decimal = told.value.decimal();
        let (mantissa, scale) = (decimal.mantissa(), decimal.scale());
        let further = told.receipt.wrapping_sub(last.receipt);
        let apart = time.seconds.wrapping_sub(last.time.seconds);
        let step = mantissa.wrapping_sub(last.mantissa);
        let mut head = match told.kind {
            SampleKind::Cumulative => 0,
            SampleKind::Delta => 1,
            SampleKind::Gauge => 2,
        };
        let as_before = [
            (IN_NEXT_REQUEST, further == 1),
            (AS_FAR_APART, apart == last.apart),
            (SAME_NANOS, time.nanos == last.time.nanos),
            (HAS_START, start.is_some()),
            (SAME_START, start == Some(last.start)),
            (SAME_STEP, step == last.step && scale == last.scale),
        ];
        for (bit, holds) in as_before {
            head |= if holds { bit } else { 0 };
        }
        self.bytes.push(head);
        if head & IN_NEXT_REQUEST == 0 {
            put(&mut self.bytes, further.into());
        }
        if head & AS_FAR_APART == 0 {
            put(&mut self.bytes, zigzag(apart.into()));
        }
        if head & SAME_NANOS == 0 {
            put(&mut self.bytes, time.nanos.into());
        }
        if let Some(start) = start.filter(|_| head & SAME_START == 0) {
            put(&mut self.bytes, zigzag(start.seconds.into()));
            put(&mut self.bytes, start.nanos.into());
        }
        if head & SAME_STEP == 0 {
            put(&mut self.bytes, scale.into());
            put(&mut self.bytes, zigzag(step));
        }
        self.count = self.count.saturating_add(1);
        self.last = Last {
            receipt: told.receipt,
            time,
            apart,
            start: start.unwrap_or(last.start),
            mantissa,
            step,
            scale,
        };
        self.bytes.len().saturating_sub(before)
    }

    /// All samples again.
    pub fn samples(&self) -> impl Iterator<Item = Told> {
        let (mut bytes, mut last) = (self.bytes.as_slice(), Last::default());
        std::iter::from_fn(move || next(&mut bytes, &mut last))
    }
}

/// Takes a sample off the front; what [`Packed::push`] wrote is never cut off.
fn next(bytes: &mut &[u8], last: &mut Last) -> Option<Told> {
    let (head, rest) = bytes.split_first()?;
    *bytes = rest;
    let has = |bit: u8| head & bit != 0;
    let further = match has(IN_NEXT_REQUEST) {
        true => 1,
        false => u32::try_from(get(bytes)?).ok()?,
    };
    last.receipt = last.receipt.wrapping_add(further);
    if !has(AS_FAR_APART) {
        last.apart = i64::try_from(unzigzag(get(bytes)?)).ok()?;
    }
    last.time.seconds = last.time.seconds.wrapping_add(last.apart);
    if !has(SAME_NANOS) {
        last.time.nanos = u32::try_from(get(bytes)?).ok()?;
    }
    if has(HAS_START) && !has(SAME_START) {
        last.start = Instant {
            seconds: i64::try_from(unzigzag(get(bytes)?)).ok()?,
            nanos: u32::try_from(get(bytes)?).ok()?,
        };
    }
    if !has(SAME_STEP) {
        last.scale = u32::try_from(get(bytes)?).ok()?;
        last.step = unzigzag(get(bytes)?);
    }
    last.mantissa = last.mantissa.wrapping_add(last.step);
    let start = match has(HAS_START) {
        true => Some(last.start.time()?),
        false => None,
    };
    Some(Told {
        receipt: last.receipt,
        kind: match head & KIND {
            0 => SampleKind::Cumulative,
            1 => SampleKind::Delta,
            _ => SampleKind::Gauge,
        },
        time: last.time.time()?,
        start,
        value: value(last.mantissa, last.scale)?,
    })
}

/// An integral value is an integer wherever it fits, as decoders make it.
fn value(mantissa: i128, scale: u32) -> Option<SampleValue> {
    let integer = i64::try_from(mantissa).ok().filter(|_| scale == 0);
    let decimal = || Decimal::try_from_i128_with_scale(mantissa, scale).ok();
    match integer {
        Some(integer) => Some(SampleValue::Integer(integer)),
        None => decimal().map(SampleValue::Decimal),
    }
}

/// Small numbers of either sign as small ones without.
fn zigzag(number: i128) -> u128 {
    ((number << 1) ^ (number >> 127)).cast_unsigned()
}

fn unzigzag(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn put(bytes: &mut Vec<u8>, mut number: u128) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn get(bytes: &mut &[u8]) -> Option<u128> {
    let mut number = 0u128;
    for shift in (0..128).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u128::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn instants() -> impl Strategy<Value = DateTime<Utc>> {
        let nanos = prop_oneof![Just(0u32), 0..1_000_000_000u32];
        let usual = (1_800_000_000i64..1_800_003_600, nanos);
        let any = (-9_000_000_000i64..9_214_646_399, 0..1_000_000_000u32);
        // A second that is there twice, as a text may name it.
        let leap = Just((1_483_228_799i64, 1_500_000_000u32));
        let all = prop_oneof![4 => usual, 1 => any, 1 => leap];
        all.prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("a time"))
    }

    fn values() -> impl Strategy<Value = SampleValue> {
        let widest = (1i128 << 96) - 1;
        prop_oneof![
            3 => (-2_000_000i64..2_000_000).prop_map(SampleValue::Integer),
            1 => any::<i64>().prop_map(SampleValue::Integer),
            1 => (-widest..=widest, 1u32..=28).prop_map(|(mantissa, scale)| {
                SampleValue::Decimal(Decimal::from_i128_with_scale(mantissa, scale))
            }),
        ]
    }

    fn told() -> impl Strategy<Value = Told> {
        let kinds = [SampleKind::Cumulative, SampleKind::Delta, SampleKind::Gauge];
        let kind = proptest::sample::select(kinds.to_vec());
        let receipts = prop_oneof![0..300u32, any::<u32>()];
        let start = proptest::option::of(instants());
        (receipts, kind, instants(), start, values()).prop_map(
            |(receipt, kind, time, start, value)| Told {
                receipt,
                kind,
                time,
                start,
                value,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_again(all in proptest::collection::vec(told(), 0..40)) {
            let mut packed = Packed::default();
            let mut length = 0;
            for one in &all {
                length += packed.push(one);
            }
            prop_assert_eq!(packed.count(), all.len());
            prop_assert_eq!(length, packed.bytes.len());
            prop_assert_eq!(packed.samples().collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn a_number_of_another_scale_is_no_equal_step() {
        let mut packed = Packed::default();
        let values = [
            SampleValue::Integer(1),
            SampleValue::Integer(2),
            SampleValue::Decimal(Decimal::new(3, 1)),
            SampleValue::Integer(4),
        ];
        for value in values {
            packed.push(&Told {
                receipt: 0,
                kind: SampleKind::Gauge,
                time: DateTime::UNIX_EPOCH,
                start: None,
                value,
            });
        }
        let out: Vec<_> = packed.samples().map(|told| told.value).collect();
        assert_eq!(out, values);
    }

    #[test]
    fn a_counter_that_is_told_in_every_request_takes_few_bytes() {
        let mut packed = Packed::default();
        for step in 0..240i64 {
            let seconds = 1_800_000_000 + 15 * step;
            packed.push(&Told {
                receipt: u32::try_from(step).expect("few"),
                kind: SampleKind::Cumulative,
                time: DateTime::from_timestamp(seconds, 7_000_000).expect("a time"),
                start: DateTime::from_timestamp(1_799_000_000, 0),
                value: SampleValue::Integer(step * step * 1_003),
            });
        }
        let length = packed.bytes.len();
        assert!(length < 240 * 6, "{length}");
    }
}
