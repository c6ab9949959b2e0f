//! The pictures of a comparison: differences as dots with their intervals, and the day that changes most.

use std::fmt::Write as _;

use chrono::{NaiveDateTime, Timelike};
use maud::Markup;
use solver_data::{Estimate, PlanningGrid};

use crate::report::chart::{Canvas, Scale, tenth, value_axis};
use crate::report::number;
use crate::report::words::Language;

/// Room a row takes.
const ROW: f64 = 22.0;
/// Room for the names of rows.
const NAMES: f64 = 236.0;

/// One difference of a row: class of its marks and the estimate.
pub struct Mark {
    /// Class of its marks; a roster made anew is drawn as a diamond.
    pub anew: Shape,
    /// The difference in the unit of the axis.
    pub difference: Estimate,
    /// As it is written beside the mark.
    pub label: String,
}

/// How a difference is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Today's roster.
    Disc,
    /// A roster made anew.
    Diamond,
}

/// Differences, a row each, on one axis with zero marked; `class` colours the marks.
pub fn differences(rows: &[(String, Vec<Mark>)], (class, unit, width): (&str, &str, f64), alternative: &str) -> Markup {
    let lines: usize = rows.iter().map(|(_, marks)| marks.len()).sum();
    let height = 34.0 + ROW * lines as f64;
    let mut canvas = Canvas::new(width, height);
    let ends = || rows.iter().flat_map(|(_, marks)| marks).map(|mark| mark.difference);
    let low = ends().map(|own| own.mean - own.half_width).fold(0.0, f64::min);
    let high = ends().map(|own| own.mean + own.half_width).fold(0.0, f64::max);
    let step = Scale::from_zero((high - low).max(1e-9), 4, (0.0, 1.0)).ticks().get(1).copied().unwrap_or(1.0);
    let (low, high) = ((low / step).floor() * step, ((high / step).ceil() * step).max((low / step).floor() * step + step));
    let scale = Scale::between(low, high, step, (NAMES, width - 92.0));
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line(if tick.abs() < step / 1e3 { "zero" } else { "grid" }, (x, 6.0), (x, height - 22.0));
        let text = number::signed(tick, scale.digits());
        canvas.text("m", (x, height - 8.0), if tick.abs() < step / 1e3 { "0" } else { &text });
    }
    canvas.text("unit e", (NAMES - 34.0, height - 8.0), unit);
    let mut y = 6.0 + ROW / 2.0;
    for (name, marks) in rows {
        canvas.text("e day", (NAMES - 10.0, y + 4.0), &shortened(name));
        for mark in marks {
            let own = mark.difference;
            let (from, to) = (scale.at(own.mean - own.half_width), scale.at(own.mean + own.half_width));
            canvas.line(&format!("whisker {class}"), (from, y), (to, y));
            match mark.anew {
                Shape::Disc => canvas.disc(&format!("dot {class}"), (scale.at(own.mean), y), 4.2),
                Shape::Diamond => canvas.diamond(&format!("dot open {class}"), (scale.at(own.mean), y), 5.0),
            }
            canvas.text("", (to.max(scale.at(own.mean) + 5.0) + 6.0, y + 4.0), &mark.label);
            y += ROW;
        }
    }
    canvas.finish(alternative)
}

/// A name that fits the room for names.
fn shortened(name: &str) -> String {
    let wide = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    let (mut room, mut text) = (36, String::new());
    for letter in name.chars() {
        room -= wide(letter);
        if room < 0 {
            return text + "…";
        }
        text.push(letter);
    }
    text
}

/// Lines of a day: class and values of the whole grid.
pub type Line<'a> = (&'a str, &'a [u32]);

/// Agents over one day of the grid as step lines.
pub fn day_steps(grid: &PlanningGrid, day: usize, lines: &[Line<'_>], (width, language): (f64, Language)) -> Markup {
    let height = 210.0;
    let range = grid.day_range(day);
    let busy = |t: usize| lines.iter().any(|(_, values)| values.get(t).is_some_and(|&agents| agents > 0));
    let first = range.clone().find(|&t| busy(t)).unwrap_or(range.start);
    let end = range.clone().rev().find(|&t| busy(t)).map_or(range.end, |t| t + 1);
    let largest = lines.iter().flat_map(|(_, values)| values[range.clone()].iter()).copied().max().unwrap_or(0);
    let mut canvas = Canvas::new(width, height);
    let (left, right, bottom) = (40.0, width - 8.0, height - 24.0);
    let scale = Scale::from_zero(f64::from(largest.max(4)), 4, (bottom, 20.0));
    value_axis(&mut canvas, &scale, (left, right), language.say("agents", "人"));
    let x = |t: usize| left + (right - left) * (t - first) as f64 / (end - first).max(1) as f64;
    for t in first..=end {
        let at: NaiveDateTime = grid.local(t);
        if at.minute() == 0 && at.hour().is_multiple_of(3) {
            canvas.line("grid", (x(t), 20.0), (x(t), bottom));
            let hour = if t == range.end { 24 } else { at.hour() };
            canvas.text("m", (x(t), height - 8.0), &format!("{hour:02}:00"));
        }
    }
    for (class, values) in lines {
        let mut data = String::new();
        for t in first..end {
            let y = tenth(scale.at(f64::from(values[t])));
            let command = if t == first { 'M' } else { 'L' };
            write!(data, "{command}{} {y}H{}", tenth(x(t)), tenth(x(t + 1))).expect("a string takes all");
        }
        canvas.path(class, &data);
    }
    canvas.finish(language.say("agents required and there over the day that changes most", "变化最大的一天的需求人数与在线人数"))
}
