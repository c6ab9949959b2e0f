//! Coverage: required, scheduled and on contact as step lines, the difference filled, service as a strip below.

use std::fmt::Write as _;
use std::ops::Range;

use maud::Markup;

use super::axis::{TimeAxis, runs, value_axis};
use super::canvas::{Canvas, label_start, tenth};
use super::scale::Scale;
use crate::report::number;
use crate::report::words::Language;

/// What to draw; every slice has one value an interval of the grid.
#[derive(Debug)]
pub struct StepArea<'a> {
    /// Time, left to right.
    pub axis: TimeAxis<'a>,
    /// Highest value of all charts that stand on this scale.
    pub largest: f64,
    /// Agents wanted on contact.
    pub required: &'a [f64],
    /// Agents in a shift, breaks included; left out where the chart is crowded.
    pub scheduled: Option<&'a [f64]>,
    /// Agents on contact.
    pub on_contact: &'a [f64],
    /// Agents short of any pool, at least the shortage of all queues together.
    pub shortage: &'a [f64],
    /// Share answered in time with its half-width; `None` where nobody calls.
    pub service: &'a [Option<(f64, f64)>],
    /// Wanted share.
    pub target: Option<f64>,
    /// Interval of the largest shortage, and what to write beside it.
    pub note: Option<(usize, String)>,
}

/// Height of the service strip.
const STRIP: f64 = 36.0;

/// The chart; room below the axis holds the strip and the hours.
pub fn step_area(chart: &StepArea<'_>, size: (f64, f64), alternative: &str, language: Language) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let axis = &chart.axis;
    let strip_bottom = size.1 - 22.0;
    let bottom = strip_bottom - STRIP - 26.0;
    // Agents are whole: a scale of fewer than four of them would have fractions at its ticks.
    let scale = Scale::from_zero(chart.largest.max(4.0), 4, (bottom, 24.0));
    axis.draw(&mut canvas, 24.0, strip_bottom, language);
    value_axis(&mut canvas, &scale, (axis.left, axis.right), language.say("agents", "人"));
    for day in axis.days.clone() {
        draw_difference(&mut canvas, chart, &scale, day);
        draw_lines(&mut canvas, chart, &scale, day);
        draw_skill_shortage(&mut canvas, chart, day, bottom);
    }
    draw_service(&mut canvas, chart, strip_bottom, language);
    if let Some((t, label)) = &chart.note {
        draw_note(&mut canvas, chart, &scale, (*t, label));
    }
    canvas.finish(alternative)
}

/// Shortage hangs below the required line, surplus stands above it.
fn draw_difference(canvas: &mut Canvas, chart: &StepArea<'_>, scale: &Scale, day: usize) {
    let (mut short, mut spare) = (String::new(), String::new());
    for t in chart.axis.window.of(chart.axis.grid, day) {
        let (x, right) = (chart.axis.start_of(day, t), chart.axis.start_of(day, t + 1));
        let (wanted, there) = (scale.at(chart.required[t]), scale.at(chart.on_contact[t]));
        let data = if wanted < there { &mut short } else { &mut spare };
        if wanted != there {
            let (x, right, y, end) = (tenth(x), tenth(right), tenth(wanted), tenth(there));
            write!(data, "M{x} {y}H{right}V{end}H{x}Z").expect("a string takes all");
        }
    }
    canvas.path("surplus", &spare);
    canvas.path("shortage", &short);
}

fn draw_lines(canvas: &mut Canvas, chart: &StepArea<'_>, scale: &Scale, day: usize) {
    // Neither needed nor there: a closed hour, where a line along zero would only be in the way.
    let busy = |t: usize| chart.required[t] > 0.0 || chart.on_contact[t] > 0.0 || chart.axis.open[t];
    let lines = [("scheduled", chart.scheduled), ("contact", Some(chart.on_contact)), ("required", Some(chart.required))];
    for (class, values) in lines.into_iter().filter_map(|(class, values)| Some((class, values?))) {
        canvas.path(class, &steps(&chart.axis, scale, day, (values, &busy)));
    }
}

/// The largest shortage, written beside the place where it happens.
fn draw_note(canvas: &mut Canvas, chart: &StepArea<'_>, scale: &Scale, (t, label): (usize, &str)) {
    let axis = &chart.axis;
    let day = axis.grid.day_of(t);
    let x = f64::midpoint(axis.start_of(day, t), axis.start_of(day, t + 1));
    let (wanted, there) = (scale.at(chart.required[t]), scale.at(chart.required[t] - chart.shortage[t]));
    canvas.line("note-line", (x, wanted - 2.0), (x, 18.0));
    canvas.disc("note-dot", (x, f64::midpoint(wanted, there)), 2.5);
    canvas.text("note", (label_start(x, label, (axis.left + 8.0, axis.right)), 12.0), label);
}

/// Marks under the baseline where some pool of skills is short although heads suffice.
fn draw_skill_shortage(canvas: &mut Canvas, chart: &StepArea<'_>, day: usize, bottom: f64) {
    let mut data = String::new();
    for t in chart.axis.window.of(chart.axis.grid, day) {
        if chart.shortage[t] > (chart.required[t] - chart.on_contact[t]).max(0.0) {
            let (x, right) = (tenth(chart.axis.start_of(day, t)), tenth(chart.axis.start_of(day, t + 1)));
            write!(data, "M{x} {}H{right}v3H{x}Z", tenth(bottom + 2.0)).expect("a string takes all");
        }
    }
    canvas.path("shortage", &data);
}

fn draw_service(canvas: &mut Canvas, chart: &StepArea<'_>, bottom: f64, language: Language) {
    let axis = &chart.axis;
    let floor = strip_floor(chart.target);
    let scale = Scale::between(floor, 1.0, 1.0 - floor, (bottom, bottom - STRIP));
    canvas.line("grid", (axis.left, bottom), (axis.right, bottom));
    for day in axis.days.clone() {
        let (mut band, mut under, mut line) = (String::new(), String::new(), String::new());
        let mut last = None;
        for t in axis.window.of(axis.grid, day) {
            let Some((mean, half)) = chart.service[t] else {
                last = None;
                continue;
            };
            let (x, right) = (tenth(axis.start_of(day, t)), tenth(axis.start_of(day, t + 1)));
            let (lo, hi) = (tenth(scale.at(mean - half)), tenth(scale.at(mean + half)));
            let y = tenth(scale.at(mean));
            write!(band, "M{x} {lo}H{right}V{hi}H{x}Z").expect("a string takes all");
            // Only what misses the target beyond chance.
            if let Some(target) = chart.target.filter(|target| mean + half < *target) {
                write!(under, "M{x} {y}H{right}V{}H{x}Z", tenth(scale.at(target))).expect("a string takes all");
            }
            match last.replace(y.clone()) {
                Some(before) if before == y => write!(line, "H{right}"),
                Some(_) => write!(line, "V{y}H{right}"),
                None => write!(line, "M{x} {y}H{right}"),
            }
            .expect("a string takes all");
        }
        canvas.path("sl-band", &band);
        canvas.path("shortage", &under);
        canvas.path("sl", &line);
    }
    if let Some(target) = chart.target {
        let y = scale.at(target);
        canvas.line("target", (axis.left, y), (axis.right, y));
        canvas.text("e", (axis.left - 5.0, y + 3.5), &number::percent(target, 0, Language::Chinese));
    }
    // The target's label comes first; an end of the scale is named where it leaves room.
    for (end, y) in [(floor, bottom), (1.0, bottom - STRIP)] {
        if chart.target.is_none_or(|target| (scale.at(target) - y).abs() >= 10.0) {
            canvas.text("e", (axis.left - 5.0, y + 3.5), &number::percent(end, 0, Language::Chinese));
        }
    }
    let percent = number::quantity(floor * 100.0, 0);
    let unit = language.say(format!("in time, {percent}–100 %"), format!("及时率 {percent}–100%"));
    canvas.text("unit", (0.0, bottom - STRIP - 8.0), &unit);
}

/// Lowest share of the strip: half, below which nothing is told apart, unless less than that is wanted.
fn strip_floor(target: Option<f64>) -> f64 {
    if target.is_some_and(|target| target <= 0.5) { 0.0 } else { 0.5 }
}

/// A step line over the stretches of a day's window that are `busy`.
fn steps(axis: &TimeAxis<'_>, scale: &Scale, day: usize, (values, busy): (&[f64], &dyn Fn(usize) -> bool)) -> String {
    let mut data = String::new();
    for run in runs(axis.window.of(axis.grid, day), busy) {
        step_run(axis, scale, (day, run), values, &mut data);
    }
    data
}

fn step_run(axis: &TimeAxis<'_>, scale: &Scale, (day, run): (usize, Range<usize>), values: &[f64], data: &mut String) {
    let mut last: Option<f64> = None;
    for t in run.clone() {
        let y = scale.at(values[t]);
        match last {
            None => write!(data, "M{} {}", tenth(axis.start_of(day, t)), tenth(y)),
            Some(before) if before == y => Ok(()),
            Some(_) => write!(data, "H{}V{}", tenth(axis.start_of(day, t)), tenth(y)),
        }
        .expect("a string takes all");
        last = Some(y);
    }
    write!(data, "H{}", tenth(axis.start_of(day, run.end))).expect("a string takes all");
}
