//! The cost-of-service frontier: cost against service level, with the price of a point between.

use std::fmt::Write as _;

use maud::Markup;

use super::canvas::{Canvas, tenth};
use super::scale::Scale;
use crate::report::number;

/// A point of the frontier.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierDot {
    /// Service level in per cent.
    pub level: f64,
    /// Cost in units of the currency.
    pub cost: f64,
    /// Its cost as written, and the price of a point from here on.
    pub told: (String, String),
}

/// The chart; `now` is the service level promised today, in per cent.
pub fn frontier_line(
    dots: &[FrontierDot],
    (unit, now): (&str, Option<(f64, String)>),
    size: (f64, f64),
    alternative: &str,
) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (left, right, bottom) = (70.0, size.0 - 30.0, size.1 - 30.0);
    let costs = dots.iter().map(|dot| dot.cost);
    let (low, high) = (costs.clone().fold(f64::INFINITY, f64::min), costs.fold(0.0, f64::max));
    let spread = (high - low).max(high * 0.01);
    let scale = Scale::between(low - 0.15 * spread, high + 0.15 * spread, 0.325 * spread, (bottom, 30.0));
    let ends = (dots.first().map_or(0.0, |dot| dot.level), dots.last().map_or(1.0, |dot| dot.level));
    let across = Scale::between(ends.0, ends.1.max(ends.0 + 1e-6), 5.0, (left + 20.0, right - 10.0));
    for value in scale.ticks() {
        canvas.line("grid", (left, scale.at(value)), (right, scale.at(value)));
        canvas.text("e", (left - 6.0, scale.at(value) + 3.5), &number::quantity(value, 0));
    }
    canvas.text("unit", (0.0, 14.0), unit);
    if let Some((level, told)) = now.filter(|now| (ends.0..=ends.1).contains(&now.0)) {
        canvas.line("now", (across.at(level), 24.0), (across.at(level), bottom));
        canvas.text("m note", (across.at(level), 20.0), &told);
    }
    let mut line = String::new();
    for (place, dot) in dots.iter().enumerate() {
        let verb = if place == 0 { 'M' } else { 'L' };
        write!(line, "{verb}{} {}", tenth(across.at(dot.level)), tenth(scale.at(dot.cost)))
            .expect("a string takes whatever is written");
    }
    canvas.path("frontier", &line);
    for (place, dot) in dots.iter().enumerate() {
        let (x, y) = (across.at(dot.level), scale.at(dot.cost));
        canvas.disc("frontier-dot", (x, y), 4.0);
        canvas.text(
            "m",
            (x, size.1 - 10.0),
            &format!("{} %", number::quantity(dot.level, usize::from(dot.level.fract() > 1e-6))),
        );
        if let (Some(next), false) = (dots.get(place + 1), dot.told.1.is_empty()) {
            let middle = f64::midpoint(x, across.at(next.level));
            let height = scale.at(f64::midpoint(dot.cost, next.cost));
            canvas.text("e name", (middle - 6.0, height - 8.0), &dot.told.1);
        }
    }
    canvas.finish(alternative)
}
