//! Drawings of the server: marks in user units, coloured by their class, on a ground 1080 wide.

use chrono::NaiveDate;

/// Width of every drawing.
pub(super) const WIDTH: i64 = 1080;

/// A drawing, in the order in which it is painted.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Tells all that is seen.
    pub(super) title: String,
    pub(super) height: i64,
    pub(super) under: Vec<Path>,
    pub(super) bars: Vec<Bar>,
    pub(super) over: Vec<Path>,
    pub(super) labels: Vec<Label>,
}

/// A rectangle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// A line or shape.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) class: &'static str,
    pub(super) d: String,
}

/// Words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) class: &'static str,
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) text: String,
}

/// About how wide a text of 12 px is.
pub(super) fn width(text: &str) -> i64 {
    let signs = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    signs.saturating_mul(13) / 2
}

/// The first of several texts that fits.
pub(super) fn fitting(texts: &[String], room: i64) -> Option<&String> {
    texts.iter().find(|text| width(text) <= room)
}

/// Days along the width of a drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    from: NaiveDate,
    days: i64,
}

impl Axis {
    /// From a day to a later one.
    pub(super) fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        let days = to.signed_duration_since(from).num_days();
        (days > 0).then_some(Self { from, days })
    }

    /// Where a day stands, within the drawing.
    pub(super) fn x(self, day: NaiveDate) -> i64 {
        let passed = day.signed_duration_since(self.from).num_days();
        (passed.clamp(0, self.days) * WIDTH) / self.days
    }
}
