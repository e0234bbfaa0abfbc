//! The living page of components. Its values are samples; the page is part of the program so that
//! a change of a part or of the style sheet is seen at once.

use askama::Template;

use super::parts::{Frame, Step, step};

/// Every part, once, in its states.
#[derive(Template)]
#[template(path = "styleguide.html")]
pub struct Styleguide {
    frame: Frame,
    overage: Step,
    storage: Vec<Bar>,
    days: Vec<Bar>,
}

/// A column of a chart, in user units.
struct Bar {
    class: &'static str,
    label: &'static str,
    value: i32,
    x: i32,
    y: i32,
    height: i32,
}

impl Styleguide {
    /// The page in the reader's frame.
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        Self {
            frame,
            overage: overage(),
            storage: storage(),
            days: days(),
        }
    }
}

/// Seven months; the last is expected.
fn storage() -> Vec<Bar> {
    let months = [
        ("Apr", 402, "c1"),
        ("May", 433, "c1"),
        ("Jun", 455, "c1"),
        ("Jul", 638, "c2"),
        ("Aug", 468, "c1"),
        ("Sep", 471, "c1"),
        ("Oct", 480, "expected"),
    ];
    months
        .into_iter()
        .zip(0_i32..)
        .map(|((label, value, class), at)| Bar {
            class,
            label,
            value,
            x: 10 + at * 74,
            y: 144 - value / 5,
            height: value / 5,
        })
        .collect()
}

/// Why the overage of July is 25.70 EUR.
fn overage() -> Step {
    step(
        "Storage above the allowance",
        "25.70 EUR",
        "",
        "GB above × price, rounded once",
        vec![
            step(
                "GB above",
                "138 GB",
                "",
                "reading − allowance",
                vec![
                    step(
                        "Reading",
                        "638 GB",
                        "Reading of July, revision 1",
                        "time-weighted mean",
                        vec![],
                    ),
                    step(
                        "Allowance",
                        "500 GB",
                        "Contract 10003-1, version 2",
                        "tier Medium",
                        vec![],
                    ),
                ],
            ),
            step(
                "Price",
                "0.18623 EUR a GB",
                "Price version 2",
                "in force all of July",
                vec![],
            ),
        ],
    )
}

/// Ninety days with two outages and a maintenance.
fn days() -> Vec<Bar> {
    (0_i32..90)
        .map(|x| {
            let (class, height) = match x {
                40 => ("down", 24),
                55 => ("down", 10),
                68 => ("planned", 8),
                _ => ("up", 28),
            };
            Bar {
                class,
                label: "",
                value: 0,
                x,
                y: 28 - height,
                height,
            }
        })
        .collect()
}
