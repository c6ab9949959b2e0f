//! Agents needed for what came, asked for and on contact, as step lines; what was missing is filled.

use std::fmt::Write as _;
use std::ops::Range;

use maud::Markup;

use super::axis::{TimeAxis, runs, value_axis};
use super::canvas::{Canvas, tenth};
use super::scale::Scale;
use crate::report::words::Language;

/// What to draw; every slice has one value an interval of the grid.
#[derive(Debug)]
pub struct NeedLines<'a> {
    /// Time, left to right.
    pub axis: TimeAxis<'a>,
    /// Highest value of all charts on this scale.
    pub largest: f64,
    /// Agents needed for what came.
    pub needed: &'a [f64],
    /// Agents the plan asked for.
    pub asked: &'a [f64],
    /// Agents on contact.
    pub present: &'a [f64],
}

/// The chart.
pub fn need_lines(chart: &NeedLines<'_>, size: (f64, f64), alternative: &str, language: Language) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (axis, bottom) = (&chart.axis, size.1 - 22.0);
    let scale = Scale::from_zero(chart.largest.max(4.0), 4, (bottom, 24.0));
    axis.draw(&mut canvas, 24.0, bottom, language);
    value_axis(&mut canvas, &scale, (axis.left, axis.right), language.say("agents", "人"));
    for day in axis.days.clone() {
        let window = axis.window.of(axis.grid, day);
        for t in window.clone().filter(|&t| chart.needed[t] > chart.present[t]) {
            let (left, right) = (axis.start_of(day, t), axis.start_of(day, t + 1));
            let (top, base) = (scale.at(chart.needed[t]), scale.at(chart.present[t]));
            canvas.rect("shortage", (left, top), (right - left, base - top));
        }
        for (class, values) in [("asked", chart.asked), ("required", chart.needed), ("contact", chart.present)] {
            for run in runs(window.clone(), |t| values[t] > 0.0) {
                canvas.path(class, &steps(axis, &scale, (day, run), values));
            }
        }
    }
    canvas.finish(alternative)
}

fn steps(axis: &TimeAxis<'_>, scale: &Scale, (day, run): (usize, Range<usize>), values: &[f64]) -> String {
    let mut data = String::new();
    for t in run {
        let (left, right, y) = (axis.start_of(day, t), axis.start_of(day, t + 1), scale.at(values[t]));
        let letter = if data.is_empty() { 'M' } else { 'L' };
        write!(data, "{letter}{} {}H{}", tenth(left), tenth(y), tenth(right)).expect("a string takes whatever is written");
    }
    data
}
