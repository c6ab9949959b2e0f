//! The axes: local time with its days, and values with their unit.

use std::fmt::Write as _;
use std::ops::Range;

use chrono::{Datelike, Timelike};
use solver_data::PlanningGrid;

use super::canvas::{Canvas, tenth};
use super::scale::Scale;
use crate::report::number;
use crate::report::words::Language;

/// The stretch of every day that charts show, in intervals after midnight: whole hours, the same for all days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayWindow {
    /// First interval shown.
    pub first: usize,
    /// Interval after the last shown.
    pub end: usize,
    /// Intervals an hour.
    pub per_hour: usize,
}

impl DayWindow {
    /// The smallest window of whole hours that holds every interval that is `busy`; the whole day where none is.
    pub fn around(grid: &PlanningGrid, busy: impl Fn(usize) -> bool) -> Self {
        let per_hour = (60 / grid.interval_minutes()) as usize;
        let longest = (0..grid.days()).map(|day| grid.day_range(day).len()).max().unwrap_or(24 * per_hour);
        let (mut first, mut end) = (longest, 0);
        for day in 0..grid.days() {
            let range = grid.day_range(day);
            for t in range.clone().filter(|&t| busy(t)) {
                first = first.min(t - range.start);
                end = end.max(t - range.start + 1);
            }
        }
        if first >= end {
            return Self { first: 0, end: longest, per_hour };
        }
        Self { first: first / per_hour * per_hour, end: end.div_ceil(per_hour) * per_hour, per_hour }
    }

    /// Intervals shown of each day.
    pub fn len(self) -> usize {
        self.end - self.first
    }

    /// Hours shown of each day.
    pub fn hours(self) -> usize {
        self.len() / self.per_hour
    }

    /// The shown intervals of a day, as indices of the grid.
    pub fn of(self, grid: &PlanningGrid, day: usize) -> Range<usize> {
        let range = grid.day_range(day);
        (range.start + self.first).min(range.end)..(range.start + self.end).min(range.end)
    }
}

/// Days side by side, each showing the same window.
#[derive(Debug, Clone)]
pub struct TimeAxis<'a> {
    /// The grid.
    pub grid: &'a PlanningGrid,
    /// What is shown of each day.
    pub window: DayWindow,
    /// The days shown.
    pub days: Range<usize>,
    /// Position of the first interval shown.
    pub left: f64,
    /// Position after the last.
    pub right: f64,
    /// Whether any queue is open, by interval; closed hours are shaded.
    pub open: &'a [bool],
}

impl TimeAxis<'_> {
    /// Position of an elapsed time, in intervals from the start of `day`.
    pub fn x(&self, day: usize, offset: f64) -> f64 {
        let share = ((offset - self.window.first as f64) / self.window.len() as f64).clamp(0.0, 1.0);
        let width = self.day_width();
        self.left + (day - self.days.start) as f64 * width + share * (width - self.day_gap())
    }

    /// Position at which interval `t` starts.
    pub fn start_of(&self, day: usize, t: usize) -> f64 {
        self.x(day, t as f64 - self.grid.day_range(day).start as f64)
    }

    /// Width of a day.
    pub fn day_width(&self) -> f64 {
        (self.right - self.left) / self.days.len() as f64
    }

    fn day_gap(&self) -> f64 {
        if self.days.len() > 1 { 5.0 } else { 0.0 }
    }

    /// Labels under the axis at height `y`: hours for one day, names of days for many.
    pub fn draw(&self, canvas: &mut Canvas, top: f64, y: f64, language: Language) {
        for day in self.days.clone() {
            for run in runs(self.window.of(self.grid, day), |t| !self.open[t]) {
                let (x, right) = (self.start_of(day, run.start), self.start_of(day, run.end));
                canvas.rect("closed", (x, top), (right - x, y - top));
            }
        }
        if self.days.len() == 1 {
            self.draw_hours(canvas, top, y);
        } else {
            self.draw_days(canvas, top, y, language);
        }
    }

    fn draw_hours(&self, canvas: &mut Canvas, top: f64, y: f64) {
        let day = self.days.start;
        let width_of_hour = self.day_width() / self.window.hours() as f64;
        let every = [1, 2, 3, 6, 12].into_iter().find(|&hours| f64::from(hours) * width_of_hour >= 42.0).unwrap_or(12);
        let mut data = String::new();
        for t in self.window.of(self.grid, day) {
            let local = self.grid.local(t);
            if local.minute() != 0 || !local.hour().is_multiple_of(every) {
                continue;
            }
            let x = self.start_of(day, t);
            write!(data, "M{} {}V{}", tenth(x), tenth(top), tenth(y + 3.0)).expect("a string takes whatever is written");
            canvas.text("m", (x.max(self.left + 12.0), y + 14.0), &local.format("%H:%M").to_string());
        }
        let local_end = self.grid.local(self.grid.day_range(day).end);
        if self.grid.day_range(day).len() <= self.window.end && local_end.hour().is_multiple_of(every) {
            write!(data, "M{} {}V{}", tenth(self.right), tenth(top), tenth(y + 3.0)).expect("a string takes whatever is written");
            canvas.text("e", (self.right + 4.0, y + 14.0), "24:00");
        }
        canvas.path("grid", &data);
    }

    fn draw_days(&self, canvas: &mut Canvas, top: f64, y: f64, language: Language) {
        for day in self.days.clone() {
            let (x, right) = (self.x(day, 0.0), self.x(day, f64::INFINITY));
            canvas.line("midnight", (x, top), (x, y + 4.0));
            let date = self.grid.date(day);
            // Where days are too narrow for their names, the first of each seven stands for its week.
            if self.day_width() < 28.0 {
                if (day - self.days.start).is_multiple_of(7) {
                    canvas.text("day", (x, y + 15.0), &language.day_short(date));
                }
                continue;
            }
            let label = if self.day_width() < 64.0 {
                language.weekday_short(date.weekday()).to_owned()
            } else {
                language.day_short(date)
            };
            canvas.text("m day", (f64::midpoint(x, right), y + 15.0), &label);
        }
    }
}

/// Maximal stretches of `range` on which `wanted` holds.
pub fn runs(range: Range<usize>, wanted: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for t in range {
        match found.last_mut() {
            Some(run) if wanted(t) && run.end == t => run.end = t + 1,
            _ if wanted(t) => found.push(t..t + 1),
            _ => {}
        }
    }
    found
}

/// Horizontal rules and labels of a value axis, its unit above the highest label.
pub fn value_axis(canvas: &mut Canvas, scale: &Scale, span: (f64, f64), unit: &str) {
    let (left, right) = span;
    let mut highest = f64::INFINITY;
    for value in scale.ticks() {
        let y = scale.at(value);
        highest = highest.min(y);
        canvas.line(if value == 0.0 { "zero" } else { "grid" }, (left, y), (right, y));
        canvas.text("e", (left - 5.0, y + 3.5), &number::quantity(value, scale.digits()));
    }
    canvas.text("unit", (0.0, highest - 9.0), unit);
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn grid(days: u32) -> PlanningGrid {
        PlanningGrid::new(NaiveDate::from_ymd_opt(1999, 10, 24).unwrap(), days, 15, "Asia/Jerusalem".parse().unwrap()).unwrap()
    }

    #[test]
    fn the_window_holds_what_is_busy_in_whole_hours() {
        let grid = grid(2);
        let window = DayWindow::around(&grid, |t| (30..90).contains(&t));
        assert_eq!((window.first, window.end, window.hours()), (28, 92, 16));
    }

    #[test]
    fn a_grid_without_business_shows_whole_days() {
        assert_eq!(DayWindow::around(&grid(1), |_| false).hours(), 24);
    }

    #[test]
    fn runs_are_maximal_and_apart() {
        let open = [true, true, false, true];
        assert_eq!(runs(0..4, |t| open[t]), [0..2, 3..4]);
        assert!(runs(0..4, |_| false).is_empty());
    }

    #[test]
    fn days_stand_side_by_side() {
        let grid = grid(2);
        let window = DayWindow::around(&grid, |_| true);
        let axis = TimeAxis { grid: &grid, window, days: 0..2, left: 0.0, right: 200.0, open: &[true; 192] };
        assert_eq!(axis.start_of(1, 96), 100.0);
        assert!(axis.x(0, 1e9) <= 100.0);
    }
}
