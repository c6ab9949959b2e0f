//! Dates at which the level of the day totals changes for good.
//!
//! Medians of the log totals, weekday and day of the month taken out, over three weeks of ordinary days to either side. A
//! shift is sudden: a week to either side shows most of it already; a slow rise is none.

use crate::cleaning::course::Course;
use crate::robust::median;

/// Ordinary days to either side.
const DAYS: usize = 21;
/// Ordinary days to either side that show whether it is sudden.
const SUDDEN_DAYS: usize = 7;
/// Share of the shift that they must show.
const SUDDEN_SHARE: f64 = 0.7;
/// Least shift of the log level: a fifth.
const LEAST_SHIFT: f64 = 0.182;
/// Standard errors that it must exceed.
const DEVIATIONS: f64 = 8.0;

/// Days at which a new level begins, with the log of new / old.
pub(super) fn level_shifts(course: &Course) -> Vec<(usize, f64)> {
    let known: Vec<usize> = (0..course.adjusted.len()).filter(|&day| !course.adjusted[day].is_nan()).collect();
    let log = |k: usize| course.adjusted[known[k]];
    let shift = |k: usize, days: usize| {
        let side = |from: usize| median((from..from + days).map(log).collect()).unwrap_or(0.0);
        side(k) - side(k - days)
    };
    // Standard error of the difference of two medians of a normal law.
    let error = |k: usize| 1.2533 * course.sd(known[k]) * (2.0 / DAYS as f64).sqrt();
    let mut candidates: Vec<(usize, f64)> = (DAYS..=known.len().saturating_sub(DAYS))
        .filter(|&k| k + DAYS <= known.len() && known[k + DAYS - 1] - known[k - DAYS] < 4 * DAYS)
        .map(|k| (k, shift(k, DAYS)))
        .filter(|&(k, size)| size.abs() >= LEAST_SHIFT && size.abs() >= DEVIATIONS * error(k))
        .filter(|&(k, size)| shift(k, SUDDEN_DAYS) / size >= SUDDEN_SHARE)
        .collect();
    candidates.sort_by(|a, b| fit(&log, b).total_cmp(&fit(&log, a)));
    let mut shifts: Vec<(usize, f64)> = Vec::new();
    for (k, size) in candidates {
        if shifts.iter().all(|&(other, _)| k.abs_diff(other) >= DAYS) {
            shifts.push((k, size));
        }
    }
    shifts.sort_by_key(|&(k, _)| k);
    shifts.into_iter().map(|(k, size)| (known[k], size)).collect()
}

/// How well a step at `k` explains the days around it: the absolute error it takes away.
fn fit(log: &impl Fn(usize) -> f64, &(k, _): &(usize, f64)) -> f64 {
    let around = |from: usize, until: usize| {
        let middle = median((from..until).map(log).collect()).unwrap_or(0.0);
        (from..until).map(|i| (log(i) - middle).abs()).sum::<f64>()
    };
    around(k - DAYS, k + DAYS) - around(k - DAYS, k) - around(k, k + DAYS)
}
