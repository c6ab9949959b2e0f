//! Weekday × interval as a heat map, across the page or down a telephone.

use maud::Markup;

use super::axis::DayWindow;
use super::canvas::Canvas;
use crate::report::words::Language;
use chrono::Timelike;
use solver_data::PlanningGrid;

/// What to draw.
#[derive(Debug)]
pub struct HeatMap<'a> {
    /// The grid.
    pub grid: &'a PlanningGrid,
    /// What is shown of each day.
    pub window: DayWindow,
    /// Class of the cell of an interval by its value, such as `h0` to `h7`; `None` leaves it blank.
    pub cells: &'a [Option<&'static str>],
    /// Number to print into the cell that starts an hour, where there is room.
    pub numbers: &'a [Option<String>],
}

/// The chart with days as rows, `width` wide.
pub fn heat_map(chart: &HeatMap<'_>, width: f64, alternative: &str, language: Language) -> Markup {
    let days = chart.grid.days();
    let (left, top, row) = (62.0, 18.0, 26.0);
    let mut canvas = Canvas::new(width, top + days as f64 * row + 4.0);
    let cell = (width - left - 2.0) / chart.window.len() as f64;
    for hour in 0..chart.window.hours() {
        let every = if cell * chart.window.per_hour as f64 >= 34.0 { 1 } else { 3 };
        if hour % every == 0 {
            let x = left + (hour * chart.window.per_hour) as f64 * cell;
            let t = (chart.grid.day_range(0).start + chart.window.first + hour * chart.window.per_hour).min(chart.grid.len() - 1);
            canvas.text("", (x, 12.0), &format!("{:02}:00", chart.grid.local(t).hour()));
        }
    }
    for day in 0..days {
        let y = top + day as f64 * row;
        canvas.text("e", (left - 8.0, y + 16.0), &language.day_short(chart.grid.date(day)));
        for (offset, t) in chart.window.of(chart.grid, day).enumerate() {
            if let Some(class) = chart.cells[t] {
                canvas.rect(class, (left + offset as f64 * cell, y), (cell, row - 2.0));
            }
        }
        for (offset, t) in chart.window.of(chart.grid, day).enumerate() {
            if let Some(number) = chart.numbers[t].as_deref().filter(|_| cell * chart.window.per_hour as f64 >= 30.0) {
                let middle = left + (offset as f64 + chart.window.per_hour as f64 / 2.0) * cell;
                canvas.text("m on-heat", (middle, y + 16.0), number);
            }
        }
    }
    canvas.finish(alternative)
}
