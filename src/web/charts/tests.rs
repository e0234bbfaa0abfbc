//! Charts of columns over time.

use super::*;

fn column(label: &str, solid: i64, expected: i64) -> Column {
    Column {
        label: label.to_owned(),
        value: format!("<{solid}>"),
        solid,
        expected,
    }
}

#[test]
fn a_chart_has_classes_and_no_colours() {
    let ground = Ground {
        width: 320,
        height: 160,
        axis: 40,
    };
    let months = [
        column("Jan", 60_000, 0),
        column("Feb & Mar", 30_000, 30_000),
    ];
    let svg = columns(ground, &months, &|value| value.to_string()).unwrap();
    assert_eq!(svg.matches("class=\"c1\"").count(), 2, "{svg}");
    assert_eq!(svg.matches("class=\"expected\"").count(), 1, "{svg}");
    assert!(
        svg.contains("class=\"grid\"") && svg.contains("class=\"axis\""),
        "{svg}"
    );
    assert!(
        svg.contains("Feb &amp; Mar") && svg.contains("&lt;60000&gt;"),
        "{svg}"
    );
    for colour in ["fill=", "stroke=", "style=", "#"] {
        assert!(!svg.contains(colour), "{colour}: {svg}");
    }
}

#[test]
fn a_year_stands_below_its_month() {
    let ground = Ground {
        width: 320,
        height: 160,
        axis: 40,
    };
    let months = [column("Jan\n2027", 100, 0), column("Feb", 50, 0)];
    let svg = columns(ground, &months, &|_| String::new()).unwrap();
    let line = |text: &str| {
        let (before, _) = svg.split_once(&format!(">{text}<")).expect(text);
        let (_, place) = before.rsplit_once(" y=\"").expect("a place");
        let (y, _) = place.split_once('"').expect("a place");
        y.parse::<i32>().expect("a number")
    };
    assert_eq!(line("Jan"), line("Feb"), "{svg}");
    assert_eq!(line("2027") - line("Jan"), 14, "{svg}");
    assert!(line("2027") <= 160, "{svg}");
}

#[test]
fn equal_sums_are_equally_high() {
    let ground = Ground {
        width: 220,
        height: 142,
        axis: 0,
    };
    let svg = columns(ground, &[column("", 100, 0), column("", 50, 50)], &|_| {
        String::new()
    });
    let svg = svg.unwrap();
    let heights: Vec<i64> = svg
        .match_indices(" height=\"")
        .map(|(at, mark)| {
            let rest = &svg[at + mark.len()..];
            rest.split('"').next().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(heights.len(), 3, "{svg}");
    assert_eq!(heights[0], heights[1] + heights[2], "{svg}");
}
