//! Charts: drawn with plotters as SVG, coloured by class, so that both themes and paper work.
//!
//! Plotters writes colours. Here a colour is the number of a mark, and [`Classed`] writes the class
//! of the mark in its place.

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::chart::ChartBuilder;
use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::grid::up_to_grid;
use crate::error::Problem;

/// Size of the words, in user units.
const TEXT: i32 = 12;

/// What is drawn, by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Axis,
    Grid,
    /// Happened, or signed.
    Solid,
    /// Expected.
    Expected,
    Words,
    Strong,
}

impl Mark {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Axis, "axis"),
        (Self::Grid, "grid"),
        (Self::Solid, "c1"),
        (Self::Expected, "expected"),
        (Self::Words, ""),
        (Self::Strong, "strong"),
    ];

    /// The mark as plotters carries it.
    fn colour(self) -> RGBColor {
        let place = Self::ALL.iter().position(|(mark, _)| *mark == self);
        let place = place.and_then(|place| u8::try_from(place).ok());
        RGBColor(place.unwrap_or_default(), 0, 0)
    }

    fn class(colour: BackendColor) -> &'static str {
        let (place, ..) = colour.rgb;
        Self::ALL
            .get(usize::from(place))
            .map_or("", |(_, class)| class)
    }

    fn line(self) -> ShapeStyle {
        Color::stroke_width(&self.colour(), 1)
    }

    fn words(self, anchor: Pos) -> TextStyle<'static> {
        TextStyle {
            font: ("sans-serif", TEXT).into_font(),
            color: self.colour().to_backend_color(),
            pos: anchor,
        }
    }
}

/// Writes SVG elements with classes.
struct Classed<'a> {
    out: &'a mut String,
    size: (u32, u32),
}

impl Classed<'_> {
    fn put(&mut self, class: &str, name: &str, rest: &str) {
        let class = class.trim();
        // Writing to a text never fails.
        let _ = match class.is_empty() {
            true => write!(self.out, "<{name} {rest}/>"),
            false => write!(self.out, "<{name} class=\"{class}\" {rest}/>"),
        };
    }

    fn shape(&mut self, points: impl IntoIterator<Item = BackendCoord>, class: &str, end: &str) {
        let mut d = String::new();
        for (x, y) in points {
            let sign = if d.is_empty() { 'M' } else { 'L' };
            let _ = write!(d, "{sign}{x} {y}");
        }
        self.put(class, "path", &format!("d=\"{d}{end}\""));
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// True for what plotters was told not to show.
fn hidden(colour: BackendColor) -> bool {
    colour.alpha <= 0.0
}

impl DrawingBackend for Classed<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        let place = format!("x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\"");
        self.put(Mark::class(colour), "rect", &place);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        (x1, y1): BackendCoord,
        (x2, y2): BackendCoord,
        style: &S,
    ) -> Drawn {
        if !hidden(style.color()) {
            let place = format!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"");
            self.put(Mark::class(style.color()), "line", &place);
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        if !hidden(style.color()) && width > 0 && height > 0 {
            let place = format!("x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"");
            self.put(Mark::class(style.color()), "rect", &place);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if !hidden(style.color()) {
            self.shape(path, Mark::class(style.color()), "");
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        if !hidden(style.color()) {
            self.shape(vert, Mark::class(style.color()), "Z");
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        (x, y): BackendCoord,
    ) -> Drawn {
        if text.is_empty() {
            return Ok(());
        }
        let anchor = style.anchor();
        let side = match anchor.h_pos {
            HPos::Left => "",
            HPos::Center => "to-mid",
            HPos::Right => "to-end",
        };
        // From the place of the anchor to the line that letters stand on.
        let y = y.saturating_add(match anchor.v_pos {
            VPos::Top => 11,
            VPos::Center => 4,
            VPos::Bottom => -2,
        });
        let class = format!("{} {side}", Mark::class(style.color()));
        let class = match class.trim() {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        let _ = write!(self.out, "<text{class} x=\"{x}\" y=\"{y}\">");
        for sign in text.chars() {
            match sign {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                other => self.out.push(other),
            }
        }
        self.out.push_str("</text>");
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        _style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let signs = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        Ok((signs.saturating_mul(13) / 2, TEXT.unsigned_abs()))
    }
}

/// A month of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Stands below it, a year on a second line; empty for none.
    pub(super) label: String,
    /// Stands above it; empty for none.
    pub(super) value: String,
    /// What has happened or is signed, in minor units.
    pub(super) solid: i64,
    /// What is expected on top of it, in minor units.
    pub(super) expected: i64,
}

/// Where columns are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Room for the figures at the axis; none without them.
    pub(super) axis: u32,
}

/// Columns over time, as the elements inside an `svg`. `figure` writes a value of the axis.
///
/// # Errors
/// `internal.unlisted` when plotters cannot draw them.
pub(super) fn columns(
    ground: Ground,
    columns: &[Column],
    figure: &dyn Fn(i64) -> String,
) -> Result<String, Problem> {
    let mut out = String::new();
    let backend = Classed {
        out: &mut out,
        size: (ground.width, ground.height),
    };
    let drawn = draw(backend, ground, columns, figure);
    drawn.map_err(|error| Problem::of("internal.unlisted", &error))?;
    Ok(out)
}

/// Units along the width that one column takes.
const STEP: i64 = 10;

fn draw(
    backend: Classed<'_>,
    ground: Ground,
    columns: &[Column],
    figure: &dyn Fn(i64) -> String,
) -> Result<(), DrawingAreaErrorKind<Infallible>> {
    let height = |column: &Column| column.solid.saturating_add(column.expected);
    let (most, lines) = up_to_grid(columns.iter().map(height).max().unwrap_or_default());
    let count = i64::try_from(columns.len().max(1)).unwrap_or(i64::MAX);
    let root = backend.into_drawing_area();
    let deep = columns.iter().any(|column| column.label.contains('\n'));
    // Room above for the figure of the highest column.
    let mut chart = ChartBuilder::on(&root)
        .margin_top(20)
        .x_label_area_size(if deep { 36 } else { 22 })
        .y_label_area_size(ground.axis)
        .build_cartesian_2d(0..count.saturating_mul(STEP), 0..most)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        // Plotters multiplies without end when it is asked for no label at all.
        .x_labels(2)
        .x_label_formatter(&|_| String::new())
        .y_labels(lines.saturating_add(1))
        .y_label_formatter(&|value| match ground.axis {
            0 => String::new(),
            _ => figure(*value),
        })
        .y_label_style(Mark::Words.words(Pos::new(HPos::Right, VPos::Center)))
        .axis_style(Mark::Axis.colour().mix(0.0))
        .light_line_style(Mark::Grid.colour().mix(0.0))
        .bold_line_style(Mark::Grid.line())
        .draw()?;
    let bars = (0_i64..).zip(columns).flat_map(|(place, column)| {
        let left = place.saturating_mul(STEP);
        let (from, to) = (left.saturating_add(1), left.saturating_add(STEP - 1));
        let (low, high) = (column.solid, height(column));
        [
            Rectangle::new([(from, 0), (to, low)], Mark::Solid.colour().filled()),
            Rectangle::new([(from, low), (to, high)], Mark::Expected.colour().filled()),
        ]
    });
    chart.draw_series(bars)?;
    for (place, column) in (0_i64..).zip(columns) {
        let middle = place.saturating_mul(STEP).saturating_add(STEP / 2);
        let (x, floor) = chart.backend_coord(&(middle, 0));
        let (_, top) = chart.backend_coord(&(middle, height(column)));
        let above = Mark::Strong.words(Pos::new(HPos::Center, VPos::Bottom));
        let below = Mark::Words.words(Pos::new(HPos::Center, VPos::Top));
        let (month, year) = column.label.split_once('\n').unwrap_or((&column.label, ""));
        let words = [
            (column.value.as_str(), top.saturating_sub(3), above),
            (month, floor.saturating_add(6), below.clone()),
            (year, floor.saturating_add(20), below),
        ];
        for (text, y, style) in words {
            if !text.is_empty() {
                root.draw(&Text::new(text.to_owned(), (x, y), style))?;
            }
        }
    }
    let (left, floor) = chart.backend_coord(&(0, 0));
    let (right, _) = chart.backend_coord(&(count.saturating_mul(STEP), 0));
    let axis = [(left, floor), (right, floor)];
    root.draw(&plotters::element::PathElement::new(
        axis.to_vec(),
        Mark::Axis.line(),
    ))?;
    root.present()
}
