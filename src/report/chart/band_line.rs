//! A forecast as a line with its prediction intervals, and what really came beside it.

use std::fmt::Write as _;
use std::ops::Range;

use maud::Markup;

use super::axis::{TimeAxis, runs, value_axis};
use super::canvas::{Canvas, label_start, label_width, tenth};
use super::scale::Scale;
use crate::report::words::Language;

/// What to draw; every slice has one value an interval of the grid.
#[derive(Debug)]
pub struct BandLine<'a> {
    /// Time, left to right.
    pub axis: TimeAxis<'a>,
    /// Values, from the baseline up.
    pub scale: Scale,
    /// Unit of the values.
    pub unit: &'a str,
    /// Whether the queue is open; elsewhere nothing is drawn.
    pub open: &'a [bool],
    /// Expected values.
    pub mean: &'a [f64],
    /// Lower and upper ends of the 80 % and the 95 % interval.
    pub bands: [Option<(&'a [f64], &'a [f64])>; 2],
    /// What came; `None` where unknown.
    pub actual: Option<&'a [Option<f64>]>,
    /// Interval to mark as the peak, with its label.
    pub peak: Option<(usize, String)>,
}

/// The chart, `height` tall.
pub fn band_line(chart: &BandLine<'_>, size: (f64, f64), alternative: &str, language: Language) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (axis, scale) = (&chart.axis, &chart.scale);
    let (top, bottom) = (scale.at(f64::MAX), scale.at(0.0));
    axis.draw(&mut canvas, top, bottom, language);
    value_axis(&mut canvas, scale, (axis.left, axis.right), chart.unit);
    for day in axis.days.clone() {
        for run in runs(axis.window.of(axis.grid, day), |t| chart.open[t]) {
            for (class, band) in [("band95", chart.bands[1]), ("band80", chart.bands[0])] {
                if let Some((lo, hi)) = band {
                    canvas.path(class, &between(axis, scale, (day, run.clone()), (lo, hi)));
                }
            }
            canvas.path("mean", &through(axis, scale, (day, run), |t| chart.mean[t]));
        }
        if let Some(actual) = chart.actual {
            for run in runs(axis.window.of(axis.grid, day), |t| chart.open[t] && actual[t].is_some()) {
                canvas.path("actual", &through(axis, scale, (day, run), |t| actual[t].unwrap_or(0.0)));
            }
        }
    }
    if let Some((t, label)) = &chart.peak {
        draw_peak(&mut canvas, chart, (*t, label), top);
    }
    canvas.finish(alternative)
}

fn draw_peak(canvas: &mut Canvas, chart: &BandLine<'_>, (t, label): (usize, &str), top: f64) {
    let day = chart.axis.grid.day_of(t);
    let x = f64::midpoint(chart.axis.start_of(day, t), chart.axis.start_of(day, t + 1));
    let hi = chart.bands[0].map_or(chart.mean[t], |(_, hi)| hi[t]);
    canvas.line("peak", (x, chart.scale.at(chart.mean[t])), (x, top - 4.0));
    canvas.disc("peak", (x, chart.scale.at(hi)), 2.5);
    // The unit of the axis stands at the left of the same line.
    let free = (label_width(chart.unit) + 8.0, chart.axis.right + 4.0);
    canvas.text("note", (label_start(x, label, free), top - 8.0), label);
}

/// A line through the middles of a day's run of intervals.
fn through(axis: &TimeAxis<'_>, scale: &Scale, (day, run): (usize, Range<usize>), value: impl Fn(usize) -> f64) -> String {
    let mut data = String::new();
    for t in run {
        let letter = if data.is_empty() { 'M' } else { 'L' };
        write!(data, "{letter}{} {}", tenth(middle(axis, day, t)), tenth(scale.at(value(t)))).expect("a string takes all");
    }
    data
}

fn between(axis: &TimeAxis<'_>, scale: &Scale, (day, run): (usize, Range<usize>), (lo, hi): (&[f64], &[f64])) -> String {
    let mut data = through(axis, scale, (day, run.clone()), |t| hi[t]);
    for t in run.rev() {
        write!(data, "L{} {}", tenth(middle(axis, day, t)), tenth(scale.at(lo[t]))).expect("a string takes all");
    }
    data.push('Z');
    data
}

fn middle(axis: &TimeAxis<'_>, day: usize, t: usize) -> f64 {
    f64::midpoint(axis.start_of(day, t), axis.start_of(day, t + 1))
}
