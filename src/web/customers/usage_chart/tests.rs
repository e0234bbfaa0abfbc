//! Columns of use.

use super::*;
use crate::billing::party::Language;

fn column(label: &str, quantity: i64, included: i64) -> Column {
    Column {
        label: label.to_owned(),
        short: label[..1].to_owned(),
        quantity: quantity.into(),
        figure: quantity.to_string(),
        included: Some(included.into()),
        expected: Decimal::ZERO,
    }
}

#[test]
fn what_lies_above_the_allowance_has_its_own_colour() {
    let all = [column("May", 500, 1000), column("June", 1500, 1000)];
    let drawing = columns(Words(Language::En), "Storage", "GB", &all)
        .unwrap()
        .wide;
    let seen: Vec<_> = drawing
        .bars
        .iter()
        .map(|bar| (bar.class, bar.y, bar.height))
        .collect();
    assert_eq!(seen, [("c1", 110, 40), ("c1", 70, 80), ("c2", 30, 40)]);
    assert!(drawing.title.contains("June 1500"), "{}", drawing.title);
}

#[test]
fn what_is_expected_stands_hatched_on_what_was_measured() {
    let running = Column {
        expected: 1500.into(),
        ..column("July", 500, 1000)
    };
    let drawing = columns(Words(Language::En), "Egress", "GB", &[running]);
    let drawing = drawing.unwrap().wide;
    let seen: Vec<_> = drawing
        .bars
        .iter()
        .map(|bar| (bar.class, bar.y, bar.height))
        .collect();
    assert_eq!(seen, [("c1", 120, 30), ("expected", 30, 90)]);
}

#[test]
fn nothing_read_draws_nothing() {
    assert!(columns(Words(Language::En), "x", "", &[]).is_none());
    assert!(columns(Words(Language::En), "x", "", &[column("May", 0, 0)]).is_none());
}

#[test]
fn what_stands_below_columns_never_touches() {
    let year: Vec<Column> = (1..=13)
        .map(|at| column("September", 480 + at, 500))
        .collect();
    let both = columns(Words(Language::En), "Storage", "GB", &year).unwrap();
    for (drawing, across, many) in [(&both.wide, WIDTH, 13), (&both.narrow, NARROW, 6)] {
        for line in [168, 184] {
            let mut edge = i64::MIN;
            let mut count = 0;
            for label in drawing.labels.iter().filter(|label| label.y == line) {
                let half = width(&label.text) / 2;
                assert!(label.x - half > edge, "{}", label.text);
                edge = label.x + half;
                count += 1;
            }
            assert!(edge <= across, "{edge} of {across}");
            assert!(count >= many, "{count} at {across}");
        }
        let newest = drawing.labels.iter().any(|label| label.text == "493");
        assert!(newest, "the newest is told");
    }
    assert_eq!(apart(&["1", "", "", "4"], 3), 1, "places that were chosen");
    assert_eq!(apart(&["28", "29", "30"], 11), 2);
}

#[test]
fn a_month_has_a_short_name_and_other_periods_have_theirs() {
    let period =
        |from: &str, to: &str| Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    let column = |period| Column::of(Words(Language::Fr), period);
    assert_eq!(column(period("2026-01-01", "2026-02-01")).short, "janv.");
    let quarter = column(period("2026-01-01", "2026-04-01"));
    assert_eq!(quarter.short, "janv.–mars");
    let part = column(period("2026-01-15", "2026-02-01"));
    assert_eq!(part.short, part.label);
}

#[test]
fn figures_below_columns_are_short() {
    let day = |text: &str| text.parse().unwrap();
    let below = |read: &str| {
        let period = Period::new(day("2026-01-01"), day("2026-02-01")).unwrap();
        let column = Column::of(Words(Language::De), period);
        let read = read.parse().unwrap();
        column.with(Words(Language::De), read, None).figure
    };
    assert_eq!(below("1989.885041648"), "1.990");
    assert_eq!(below("0.000123456"), "0,000123");
}
