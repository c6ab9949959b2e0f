//! Overrides of the days after the interval forecast's: whole days, or the share of a day that comes in their hours.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use solver_data::{ForecastOverride, OverrideChange, PlanningGrid, QueueForecast};

use crate::long_range::day_course::DayCourse;

impl DayCourse {
    /// Lays overrides over the days after the interval forecast's, in their order, each upon the outcome of those before.
    ///
    /// Contacts are a total: the share of the row's time that lies on these days, spread by the course.
    pub(super) fn lay_over(&mut self, rows: &[ForecastOverride], near: &QueueForecast, grid: &PlanningGrid) {
        let days = (grid.days().min(self.days.len()), self.days.len());
        let midnight = |day: usize| (self.start + Days::new(day as u64)).and_time(NaiveTime::MIN);
        let (from, until) = (midnight(days.0), midnight(days.1));
        for row in rows.iter().filter(|row| row.touches(&near.name) && !row.is_expired(self.start)) {
            let within = time_share(row, (from, until));
            if within <= 0.0 {
                continue;
            }
            let share = |day: usize| day_share(row, self.start + Days::new(day as u64), (near, grid));
            let touched: Vec<(usize, f64)> = (days.0..days.1).map(|day| (day, share(day))).collect();
            let expected: f64 = touched.iter().map(|&(day, share)| share * self.days[day].near).sum();
            if expected <= 0.0 {
                self.notes.push(format!("no contact is expected in the override of line {}; it does nothing there", row.line));
                continue;
            }
            let by = match row.change {
                OverrideChange::Factor(factor) => factor,
                OverrideChange::Contacts(contacts) => contacts * within / expected,
            };
            for (day, share) in touched {
                self.days[day].near *= 1.0 + share * (by - 1.0);
            }
            if row.end > until {
                self.notes.push(format!("part of the override of line {} lies after the outlook and is left out", row.line));
            }
        }
    }
}

/// Share of a row's stretch that lies between two moments.
fn time_share(row: &ForecastOverride, (from, until): (NaiveDateTime, NaiveDateTime)) -> f64 {
    let inside = row.end.min(until) - row.start.max(from);
    inside.num_seconds().max(0) as f64 / (row.end - row.start).num_seconds().max(1) as f64
}

/// Share of a day's contacts that a row covers, by the hours of the same weekday in the interval forecast.
fn day_share(row: &ForecastOverride, date: NaiveDate, (near, grid): (&QueueForecast, &PlanningGrid)) -> f64 {
    let (from, until) = (date.and_time(NaiveTime::MIN), (date + Days::new(1)).and_time(NaiveTime::MIN));
    if row.start <= from && until <= row.end {
        return 1.0;
    }
    if row.end <= from || until <= row.start {
        return 0.0;
    }
    let alike = (0..grid.days()).filter(|&day| grid.date(day).weekday() == date.weekday());
    let (mut covered, mut whole) = (0.0, 0.0);
    for t in alike.flat_map(|day| grid.day_range(day)) {
        whole += near.mean[t];
        covered += if row.covers(date.and_time(grid.local(t).time())) { near.mean[t] } else { 0.0 };
    }
    if whole > 0.0 { covered / whole } else { 0.0 }
}
