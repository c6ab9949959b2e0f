//! Intraday update: what has come so far today corrects the rest of the day.
//!
//! The rest of a day is multiplied by (observed / expected)^γ. The exponent is estimated, see `trust`: 1, the planner's
//! habit, is worse than no update on most data. The intervals narrow, for a part of the day's level is known by now.

mod backtest;
mod course;
mod trust;

use std::collections::BTreeMap;

use chrono::Timelike;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::{Adjustment, AdjustmentSource, ContactHistory, DemandForecast, PlanningGrid, QueueHistory};

pub use backtest::{IntradayAccuracy, intraday_backtest};

use crate::adjust::{LevelSd, rescale};
use crate::error::ForecastError;
use crate::interval::ErrorScale;
use crate::pool::pooled;
use crate::request::ForecastRequest;
use crate::series::Frame;
use crate::stage::queues;
use course::{DayCourse, LevelLaw, SoFar};
use trust::Trust;

/// Days of the past paths that trust is measured on, at least: every weekday.
const LEAST_DAYS: u32 = 7;

/// How far the day so far is trusted, by queue.
#[derive(Debug, Clone)]
pub struct IntradayUpdate {
    trust: BTreeMap<String, Trust>,
}

impl IntradayUpdate {
    /// Measured on past days of the request's history, each forecast from data before it.
    ///
    /// # Errors
    /// Those of [`crate::forecast`].
    pub fn measured(request: &ForecastRequest<'_>) -> Result<Self, ForecastError> {
        let days = (request.grid.days() as u32).max(LEAST_DAYS);
        let grid = PlanningGrid::new(request.grid.date(0), days, request.grid.interval_minutes(), request.grid.zone())?;
        let request = ForecastRequest { grid: grid.into(), ..request.clone() };
        Self::measured_of(&request, &Frame::new(&request)?, &queues(&request)?)
    }

    /// The same for some queues of a request.
    fn measured_of(request: &ForecastRequest<'_>, frame: &Frame<'_>, queues: &[&QueueHistory]) -> Result<Self, ForecastError> {
        let measured = queues.par_iter().map(|queue| {
            let series = frame.series(queue)?;
            let pooled = pooled(&series, &request.model)?;
            let law = LevelLaw::of(&ErrorScale::measured(&series, &pooled), &pooled.path);
            Ok((queue.name.clone(), Trust::measured(law, DayCourse::past(&series, &pooled))))
        });
        let trust: Vec<Result<(String, Trust), ForecastError>> = measured.collect();
        Ok(Self { trust: trust.into_iter().collect::<Result<_, _>>()? })
    }

    /// The same with `queue`, which has too little history of its own, trusted as far as its donor.
    #[must_use]
    pub fn with_queue_like(mut self, queue: &str, donor: &str) -> Self {
        if let Some(trust) = self.trust.get(donor).cloned() {
            self.trust.insert(queue.to_owned(), trust);
        }
        self
    }

    /// The forecast after `observed`, contacts of its first days; what was observed stays as it was forecast.
    ///
    /// An interval counts as observed when every part of it is. Queues without a row keep their forecast.
    ///
    /// # Errors
    /// [`ForecastError::Interval`] when `observed` is coarser than the grid or does not divide it;
    /// [`ForecastError::NothingObserved`] when no row lies within the horizon in an open interval of a queue that trust
    /// was measured for, or that is trusted like one.
    pub fn update(&self, forecast: &DemandForecast, observed: &ContactHistory) -> Result<DemandForecast, ForecastError> {
        let grid = &forecast.grid;
        let (own, wanted) = (observed.interval_minutes, grid.interval_minutes());
        if own == 0 || own > wanted || !wanted.is_multiple_of(own) {
            return Err(ForecastError::Interval { history: own, grid: wanted });
        }
        let mut updated = forecast.clone();
        let mut seen = false;
        for q in 0..forecast.queues.len() {
            let counts = counts(forecast, q, observed);
            if let Some(trust) = self.trust.get(&forecast.queues[q].name) {
                seen |= counts.iter().any(|count| !count.is_nan());
                update_queue(&mut updated, q, &counts, trust);
            }
        }
        let nothing = || ForecastError::NothingObserved { first: grid.date(0), last: grid.date(grid.days() - 1) };
        if seen { Ok(updated) } else { Err(nothing()) }
    }
}

/// Contacts of queue `q` by interval of the forecast's grid, not a number where unknown or closed.
fn counts(forecast: &DemandForecast, q: usize, observed: &ContactHistory) -> Vec<f64> {
    let (grid, queue) = (&forecast.grid, &forecast.queues[q]);
    let parts = grid.interval_minutes() / observed.interval_minutes;
    let mut sums = vec![(0.0, 0); grid.len()];
    for record in observed.queue(&queue.name).into_iter().flat_map(|rows| &rows.records) {
        let known = record.offered.filter(|offered| offered.is_finite() && *offered >= 0.0);
        if let (Some(offered), Some(t)) = (known, grid.interval_at(record.start)) {
            let (sum, number) = &mut sums[usize::from(t)];
            (*sum, *number) = (*sum + offered, *number + 1);
        }
    }
    let whole = |(t, (sum, number)): (usize, (f64, u32))| if number == parts && queue.open[t] { sum } else { f64::NAN };
    sums.into_iter().enumerate().map(whole).collect()
}

fn update_queue(forecast: &mut DemandForecast, q: usize, counts: &[f64], trust: &Trust) {
    let grid = forecast.grid.clone();
    for day in 0..grid.days() {
        let range = grid.day_range(day);
        let Some(last) = range.clone().rev().find(|&t| !counts[t].is_nan()) else { continue };
        let queue = &mut forecast.queues[q];
        // Where the planner's override leaves nobody, whoever comes says nothing about the level of the day.
        let known = range.clone().filter(|&t| !counts[t].is_nan() && queue.mean[t] > 0.0);
        let so_far = known.fold(SoFar { actual: 0.0, expected: 0.0 }, |sum, t| SoFar {
            actual: sum.actual + counts[t],
            expected: sum.expected + queue.mean[t],
        });
        let next = (grid.local(last).num_seconds_from_midnight() / 60 / grid.interval_minutes()) as usize + 1;
        let sd = queue.uncertainty.day_level_sd * forecast.day_errors.relative_sd(q, day);
        let update = trust.update(next, so_far, sd * sd);
        let mut factor = vec![1.0; grid.len()];
        let rest: Vec<usize> = (last + 1..range.end).filter(|&t| queue.open[t]).collect();
        for t in rest {
            rescale(queue, t, update.factor, LevelSd { before: sd, after: sd * update.narrowing });
            factor[t] = update.factor;
        }
        let note = format!(
            "{:.0} instead of {:.1} contacts by {}, {:.0} % taken over",
            so_far.actual,
            so_far.expected,
            (grid.local(last) + chrono::Duration::minutes(i64::from(grid.interval_minutes()))).format("%H:%M"),
            100.0 * update.exponent
        );
        queue.adjustments.push(Adjustment { source: AdjustmentSource::Intraday, note, factor });
        let errors = forecast.day_errors.clone();
        forecast.day_errors = errors.with_day_scaled(q, (day, grid.days()), update.narrowing);
    }
}

#[cfg(test)]
mod tests;
