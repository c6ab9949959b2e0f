//! Handle time: a level that drifts × a pattern over the day, for workdays and weekends.
//!
//! Notation: `a` mean handle time of a record in seconds, `n` its contacts, `p` pattern (mean 1), `L[w]` level of week `w`.
//!
//! 1. [`pattern`]: p[class, slot] = Σ n a / L, shrunk slot → two-hour block of the class → block → 1 by contacts.
//! 2. A record's a is drawn in to L p (1 ± 4 c / √n), with c the coefficient of variation of one contact: one call of two
//!    hours bends nothing.
//! 3. [`level`]: ln L[w] as a local level with damped trend; how fast it drifts is chosen by its one-week-ahead errors.

mod level;
mod pattern;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDateTime, Timelike};
use solver_data::{PlanningGrid, QueueHistory};

use crate::handle_time::level::LevelCourse;
use crate::handle_time::pattern::{Pattern, weekend_of};

/// Passes of pattern and level over each other.
const PASSES: usize = 3;
/// Standard errors at which a record's handle time is drawn in.
const OUTLYING: f64 = 4.0;
/// Coefficient of variation of one contact's handle time where it cannot be measured.
const CONTACT_VARIATION: f64 = 1.0;
/// Records from which it can be.
const LEAST_RECORDS: usize = 20;

/// One record of the history.
#[derive(Debug, Clone, Copy)]
struct Observed {
    slot: usize,
    /// 0 on workdays, 1 on weekends.
    class: usize,
    /// Days before the origin.
    age: f64,
    contacts: f64,
    seconds: f64,
}

impl Observed {
    /// Whole weeks before the origin.
    fn week(&self) -> usize {
        (self.age / 7.0).max(0.0) as usize
    }
}

/// Handle times of one queue after an origin.
#[derive(Debug, Clone)]
pub(crate) struct HandleTimes {
    origin: NaiveDateTime,
    interval_minutes: u32,
    weekend: [bool; 7],
    pattern: Pattern,
    level: LevelCourse,
    /// Coefficient of variation of one contact's handle time.
    variation: f64,
}

impl HandleTimes {
    /// Learned from records before `origin`; `None` where no record states a handle time.
    pub(crate) fn learned(queue: &QueueHistory, origin: NaiveDateTime, interval_minutes: u32) -> Option<Self> {
        let weekend = weekend_of(queue.before(origin));
        let mut observed = observed(queue, (origin, interval_minutes), weekend);
        let weight: f64 = observed.iter().map(|o| o.contacts).sum();
        if weight <= 0.0 {
            return None;
        }
        let slots = (1440 / interval_minutes) as usize;
        let raw: Vec<f64> = observed.iter().map(|o| o.seconds).collect();
        let mut pattern = Pattern::flat(slots);
        let mut level = LevelCourse::learned(&observed, &pattern, CONTACT_VARIATION);
        let mut variation = CONTACT_VARIATION;
        for _ in 0..PASSES {
            variation = contact_variation(&observed, &raw, |o| level.past(o.week()) * pattern.at(o.class, o.slot));
            for (o, raw) in observed.iter_mut().zip(&raw) {
                let expected = level.past(o.week()) * pattern.at(o.class, o.slot);
                let reach = OUTLYING * variation / o.contacts.max(0.5).sqrt();
                o.seconds = raw.clamp(expected * (1.0 - reach).max(0.05), expected * (1.0 + reach));
            }
            pattern = Pattern::learned(slots, &observed, &level, variation);
            level = LevelCourse::learned(&observed, &pattern, variation);
        }
        Some(Self { origin, interval_minutes, weekend, pattern, level, variation })
    }

    /// Expected mean handle time in seconds at a local time at or after the origin.
    pub(crate) fn at(&self, local: NaiveDateTime) -> f64 {
        let slot = (local.num_seconds_from_midnight() / 60 / self.interval_minutes) as usize;
        let class = usize::from(self.weekend[local.weekday().num_days_from_monday() as usize]);
        self.level.ahead(self.weeks_ahead(local)) * self.pattern.at(class, slot)
    }

    /// Standard deviation in seconds of the mean handle time of `contacts` contacts at a local time.
    pub(crate) fn sd(&self, local: NaiveDateTime, contacts: f64) -> f64 {
        let one = self.variation * self.variation / contacts.max(1.0);
        self.at(local) * (one + self.level.log_sd(self.weeks_ahead(local)).powi(2)).sqrt()
    }

    /// Level `days` days after the origin beside that at the origin, and the standard deviation of its logarithm.
    pub(crate) fn drift(&self, days: f64) -> (f64, f64) {
        let weeks = days.max(0.0) / 7.0;
        (self.level.ahead(weeks) / self.level.ahead(0.0), self.level.log_sd(weeks))
    }

    fn weeks_ahead(&self, local: NaiveDateTime) -> f64 {
        ((local - self.origin).num_minutes() as f64 / (7.0 * 1440.0)).max(0.0)
    }
}

/// Expected handle time of a queue on a grid, with its standard deviation: each `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct HandleTimeForecast {
    /// Expected mean handle time in seconds.
    pub mean: Vec<f64>,
    /// Standard deviation in seconds of the mean handle time that comes, for the contacts expected.
    pub sd: Vec<f64>,
}

/// Handle time of one queue from records before the grid; `None` where no record states one.
///
/// - `contacts`: expected contacts by interval, `len == grid.len()`: few contacts scatter more about the mean
///
/// # Panics
/// When `contacts` has another length than the grid.
pub fn handle_time(queue: &QueueHistory, grid: &PlanningGrid, contacts: &[f64]) -> Option<HandleTimeForecast> {
    assert_eq!(contacts.len(), grid.len(), "one expectation an interval");
    let origin = grid.date(0).and_time(chrono::NaiveTime::MIN);
    let times = HandleTimes::learned(queue, origin, grid.interval_minutes())?;
    let mean = (0..grid.len()).map(|t| times.at(grid.local(t))).collect();
    let sd = (0..grid.len()).map(|t| times.sd(grid.local(t), contacts[t])).collect();
    Some(HandleTimeForecast { mean, sd })
}

/// Expected handle time by interval of a grid, from records before it; `None` where no record states one.
pub(crate) fn on_grid(queue: &QueueHistory, grid: &PlanningGrid) -> Option<Vec<f64>> {
    let origin = grid.date(0).and_time(chrono::NaiveTime::MIN);
    let times = HandleTimes::learned(queue, origin, grid.interval_minutes())?;
    Some((0..grid.len()).map(|t| times.at(grid.local(t))).collect())
}

/// Records with a handle time, weighted by handled contacts, by offered ones where those are not stated.
fn observed(queue: &QueueHistory, (origin, minutes): (NaiveDateTime, u32), weekend: [bool; 7]) -> Vec<Observed> {
    let read = |record: &solver_data::IntervalRecord| {
        let seconds = record.aht_seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0)?;
        let stated = record.handled.or(record.offered).filter(|contacts| contacts.is_finite());
        let contacts = stated.unwrap_or(1.0);
        (contacts > 0.0).then(|| Observed {
            slot: (record.start.num_seconds_from_midnight() / 60 / minutes) as usize,
            class: usize::from(weekend[record.start.weekday().num_days_from_monday() as usize]),
            age: (origin - record.start).num_minutes() as f64 / 1440.0,
            contacts,
            seconds,
        })
    };
    queue.before(origin).iter().filter_map(read).collect()
}

/// Coefficient of variation of one contact's handle time: the robust spread of √n (a / expected - 1).
fn contact_variation(observed: &[Observed], raw: &[f64], expected: impl Fn(&Observed) -> f64) -> f64 {
    if observed.len() < LEAST_RECORDS {
        return CONTACT_VARIATION;
    }
    let mut spread: Vec<f64> =
        observed.iter().zip(raw).map(|(o, raw)| o.contacts.sqrt() * (raw / expected(o) - 1.0).abs()).collect();
    let middle = spread.len() / 2;
    let (_, median, _) = spread.select_nth_unstable_by(middle, f64::total_cmp);
    (1.48 * *median).clamp(0.3, 3.0)
}
