//! Weeks of one queue: log level x = ln(contacts / weight of the known days), with the regressors of past and future weeks.

use chrono::Datelike;

use crate::long_range::days::DayTable;
use crate::robust::median;

/// Share of a week's weight that must be known for the week to count.
const KNOWN_SHARE: f64 = 0.4;
/// Harmonics of the year at most.
pub(super) const HARMONICS: usize = 5;
/// Days a year.
const YEAR: f64 = 365.2425;

/// Blocks of seven days counted back from the end of the known days, and on through the horizon.
#[derive(Debug, Clone)]
pub(super) struct WeekSeries {
    /// First day of week 0 within the table.
    anchor: usize,
    /// Log level of each past week, not a number where unknown: `len == past()`.
    pub(super) level: Vec<f64>,
    /// Variance of each past week's noise beside an ordinary week's: `len == past()`.
    pub(super) noise: Vec<f64>,
    /// Sine and cosine of the year's harmonics, 1 to 5, in the middle of each week: `len == weeks()`.
    pub(super) waves: Vec<[f64; 2 * HARMONICS]>,
    /// Log drivers about their past mean, one course a driver: each `len == weeks()`.
    pub(super) drivers: Vec<Vec<f64>>,
    /// Variance of an ordinary week's noise, at a guess.
    pub(super) variance: f64,
}

impl WeekSeries {
    /// Weeks of a table; `drivers` are daily courses, not a number where unknown.
    pub(super) fn of(table: &DayTable, drivers: &[Vec<f64>]) -> Self {
        let (anchor, past) = (table.known_until % 7, table.known_until / 7);
        let weeks = (table.len() - anchor).div_ceil(7);
        let days = |week: usize| anchor + 7 * week..(anchor + 7 * week + 7).min(table.len());
        let mut series = Self {
            anchor,
            level: Vec::with_capacity(past),
            noise: Vec::with_capacity(past),
            waves: (0..weeks).map(|week| waves(table, anchor + 7 * week + 3)).collect(),
            drivers: drivers.iter().map(|course| log_course(course, past, weeks, days)).collect(),
            variance: 0.0,
        };
        for week in 0..past {
            let whole: f64 = days(week).map(|day| table.weight(day)).sum();
            let known = days(week).filter(|&day| !table.totals[day].is_nan());
            let (came, weight) = known.fold((0.0, 0.0), |(c, w), day| (c + table.totals[day], w + table.weight(day)));
            let enough = weight > 1e-6 && weight >= KNOWN_SHARE * whole;
            let special = days(week).filter(|&day| (table.special[day] - 1.0).abs() > 0.1).count() as f64 / 7.0;
            series.level.push(if enough { (f64::max(came, 0.5) / weight).ln() } else { f64::NAN });
            series.noise.push((1.0 + 4.0 * special) * (whole / weight.max(1e-6)).clamp(1.0, 2.5));
        }
        let steps: Vec<f64> = series.level.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|s| !s.is_nan()).collect();
        let spread = if steps.len() < 4 { 0.08 } else { 1.48 * median(steps).unwrap_or(0.0) / std::f64::consts::SQRT_2 };
        series.variance = spread.clamp(0.004, 0.5).powi(2);
        series
    }

    /// Weeks with history.
    pub(super) fn past(&self) -> usize {
        self.level.len()
    }

    /// All weeks.
    pub(super) fn weeks(&self) -> usize {
        self.waves.len()
    }

    /// Weeks from the first known one to the end of the history.
    pub(super) fn span(&self) -> usize {
        self.level.iter().position(|level| !level.is_nan()).map_or(0, |first| self.past() - first)
    }

    /// Weeks ahead of the last past one that a day lies, 1 for the first.
    pub(super) fn lead(&self, day: usize) -> usize {
        ((day - self.anchor) / 7 + 1).saturating_sub(self.past())
    }
}

fn waves(table: &DayTable, day: usize) -> [f64; 2 * HARMONICS] {
    let angle = std::f64::consts::TAU * f64::from(table.date(day).ordinal0()) / YEAR;
    std::array::from_fn(|i| {
        let angle = (i / 2 + 1) as f64 * angle;
        if i % 2 == 0 { angle.sin() } else { angle.cos() }
    })
}

/// ln of the weekly mean of a driver about its past mean; unknown weeks hold the last known value.
fn log_course(course: &[f64], past: usize, weeks: usize, days: impl Fn(usize) -> std::ops::Range<usize>) -> Vec<f64> {
    let mean = |week: usize| {
        let known: Vec<f64> = days(week).map(|day| course[day]).filter(|value| !value.is_nan()).collect();
        if known.is_empty() { f64::NAN } else { known.iter().sum::<f64>() / known.len() as f64 }
    };
    let values: Vec<f64> = (0..weeks).map(mean).collect();
    let known: Vec<f64> = values[..past].iter().copied().filter(|value| !value.is_nan()).collect();
    let average = (known.iter().sum::<f64>() / known.len().max(1) as f64).max(1e-9);
    // Spend of zero has no logarithm: a tenth of the mean then stands under every value.
    let ground = if known.iter().any(|value| *value < 0.05 * average) { 0.1 * average } else { 0.0 };
    let mut last = values.iter().copied().find(|value| !value.is_nan()).unwrap_or(average);
    values
        .into_iter()
        .map(|value| {
            last = if value.is_nan() { last } else { value };
            ((last + ground).max(1e-3 * average) / (average + ground)).ln()
        })
        .collect()
}
