//! Prediction intervals from the errors of the rolling backtest, on the square-root scale.
//!
//! A count with mean m has √(y + 1/4) with variance s² = (φ + m σ²) / 4: φ is the variance / mean of counts once the day
//! total is known, σ the standard deviation of the log day level, which widens with the horizon and on special days. Both
//! are measured on the backtest; z = (√(y + 1/4) - √(m + 1/4)) / s is then collected, and its empirical quantiles (split
//! conformal, by volume class and kind of day) bound the interval. Few residuals are shrunk to the normal law.
//!
//! # Source
//! Brown et al. (2005), JASA 100(469) (root-unroot transform of call counts); Lei et al. (2018), JASA 113(523) (split
//! conformal prediction).

use solver_data::{Band, DemandUncertainty};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::adjust::{root, spread, unroot};
use crate::day::{DayContext, DayKind};
use crate::model::{Cut, Path};
use crate::pool::Pooled;
use crate::series::QueueSeries;

/// Upper ends of the volume classes, contacts an interval.
const CLASSES: [f64; 3] = [2.0, 10.0, f64::INFINITY];
/// Residuals that weigh as much as the normal law.
const PRIOR_RESIDUALS: f64 = 60.0;
/// Residuals of special days that weigh as much as those of ordinary days; all of one day err together.
const PRIOR_SPECIAL_RESIDUALS: f64 = 300.0;
/// Day-level standard deviation where a model states none and a history is too short to measure one.
const DAY_SD: f64 = 0.15;

/// How wrong forecasts of one queue are.
#[derive(Debug, Clone)]
pub(crate) struct ErrorScale {
    /// Standard deviation of the log day level per stated one.
    day_factor: f64,
    overdispersion: f64,
    /// Standardised residuals of ordinary and of special days by volume class, ascending.
    residuals: [[Vec<f64>; 3]; 2],
    /// What the errors to come exceed those measured by.
    widening: f64,
}

impl ErrorScale {
    /// Measured on the past paths of a pool.
    pub(crate) fn measured(series: &QueueSeries, pooled: &Pooled) -> Self {
        let overdispersion = overdispersion(series, &pooled.past);
        let day_factor = day_factor(series, &pooled.past, overdispersion);
        let widening = widening(series, pooled);
        let mut scale = Self { day_factor, overdispersion, residuals: Default::default(), widening };
        for (cut, path) in &pooled.past {
            for (i, y, mean) in observed(series, cut, path) {
                let z = (root(y) - root(mean)) / scale.spread(mean, day_sd(path, i / series.slots));
                let special = is_special(&series.days[cut.from + i / series.slots]);
                scale.residuals[special][class(mean)].push(z);
            }
        }
        scale.residuals.iter_mut().flatten().for_each(|residuals| residuals.sort_by(f64::total_cmp));
        scale
    }

    /// Bands of the levels, narrowest first, nested and containing the mean; 0 where `open` is not.
    ///
    /// - `days`: the days of `path`
    pub(crate) fn bands(&self, days: &[DayContext], path: &Path, open: &[bool], levels: &[f64]) -> Vec<Band> {
        let slots = path.mean.len() / days.len().max(1);
        let mut levels = levels.to_vec();
        levels.sort_by(f64::total_cmp);
        let mut bands: Vec<Band> = Vec::with_capacity(levels.len());
        let mut quantiles = [[(0.0_f64, 0.0_f64); 3]; 2];
        for level in levels {
            for (special, quantiles) in quantiles.iter_mut().enumerate() {
                for (class, quantile) in quantiles.iter_mut().enumerate() {
                    let (lo, hi) = self.quantiles(special, class, level);
                    *quantile = (quantile.0.min(self.widening * lo), quantile.1.max(self.widening * hi));
                }
            }
            let ends = path.mean.iter().enumerate().map(|(i, &mean)| {
                let (lo, hi) = quantiles[is_special(&days[i / slots])][class(mean)];
                let spread = if open[i] { self.spread(mean, day_sd(path, i / slots)) } else { 0.0 };
                (unroot(root(mean) + lo * spread).min(mean), unroot(root(mean) + hi * spread).max(mean))
            });
            let (lo, hi) = ends.unzip();
            bands.push(Band { level, lo, hi });
        }
        bands
    }

    /// What sampled paths need: day-level error and interval noise apart.
    pub(crate) fn uncertainty(&self, path: &Path) -> DemandUncertainty {
        let squares = path.day_sd.as_ref().map(|sd| sd.iter().map(|sd| sd * sd).sum::<f64>() / sd.len().max(1) as f64);
        let sd = squares.map_or(DAY_SD, f64::sqrt) * self.day_factor * self.widening;
        DemandUncertainty { day_level_sd: sd, overdispersion: self.overdispersion }
    }

    fn spread(&self, mean: f64, day_sd: f64) -> f64 {
        spread(mean, day_sd * self.day_factor, self.overdispersion)
    }

    /// Lower and upper quantile of the standardised residuals of a class; few of special days are shrunk to the ordinary ones.
    fn quantiles(&self, special: usize, class: usize, level: f64) -> (f64, f64) {
        let normal = Normal::standard();
        let tail = (1.0 - level) / 2.0;
        let shrunk = |residuals: &[f64], p: f64, prior: (f64, f64)| {
            let trust = residuals.len() as f64 / (residuals.len() as f64 + prior.0);
            quantile(residuals, p).map_or(prior.1, |empirical| trust * empirical + (1.0 - trust) * prior.1)
        };
        let end = |p: f64| {
            let ordinary = shrunk(&self.residuals[0][class], p, (PRIOR_RESIDUALS, normal.inverse_cdf(p)));
            if special == 0 { ordinary } else { shrunk(&self.residuals[1][class], p, (PRIOR_SPECIAL_RESIDUALS, ordinary)) }
        };
        (end(tail).min(0.0), end(1.0 - tail).max(0.0))
    }
}

/// 1 on special days, 0 on ordinary ones.
fn is_special(day: &DayContext) -> usize {
    usize::from(day.kind != DayKind::Ordinary)
}

/// √(1 + 1/2n) for n stretches of past days as long as the horizon.
///
/// Errors of overlapping stretches are one and the same, and the pool was weighted on them: a spread measured on n
/// independent ones falls short of the next. The prediction interval of a normal mean has √(1 + 1/n); half of that is
/// made good by the shrinkage to the models' own spread.
fn widening(series: &QueueSeries, pooled: &Pooled) -> f64 {
    let judged = |day: &usize| series.is_observed(*day) && pooled.past.iter().any(|(cut, _)| (cut.from..cut.until).contains(day));
    let days = (0..series.known_until).filter(judged).count();
    let stretches = days as f64 / series.horizon.len().clamp(1, 28) as f64;
    (1.0 + 0.5 / stretches.max(1.0)).sqrt()
}

fn class(mean: f64) -> usize {
    CLASSES.iter().position(|&end| mean < end).unwrap_or(CLASSES.len() - 1)
}

fn day_sd(path: &Path, day: usize) -> f64 {
    path.day_sd.as_ref().map_or(DAY_SD * (1.0 + day as f64 / 14.0).sqrt(), |sd| sd[day])
}

/// Index in the path, count and mean of every known slot of a past path.
fn observed<'a>(series: &'a QueueSeries, cut: &Cut, path: &'a Path) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
    let actual = &series.counts[cut.from * series.slots..cut.until * series.slots];
    actual.iter().zip(&path.mean).enumerate().filter(|(_, (y, _))| !y.is_nan()).map(|(i, (y, mean))| (i, *y, *mean))
}

/// (actual, forecast) totals of a day of a past path over its known slots.
fn day_totals(series: &QueueSeries, cut: &Cut, path: &Path) -> Vec<(f64, f64)> {
    let mut totals = vec![(0.0, 0.0); cut.until - cut.from];
    for (i, y, mean) in observed(series, cut, path) {
        let total = &mut totals[i / series.slots];
        *total = (total.0 + y, total.1 + mean);
    }
    totals
}

/// Variance / mean of counts about the forecast rescaled to the actual day total; winsorised at 25.
fn overdispersion(series: &QueueSeries, past: &[(Cut, Path)]) -> f64 {
    let (mut sum, mut number) = (3.0, 2.0);
    for (cut, path) in past {
        let totals = day_totals(series, cut, path);
        for (i, y, mean) in observed(series, cut, path) {
            let (actual, forecast) = totals[i / series.slots];
            if forecast > 0.0 && actual > 0.0 {
                sum += (4.0 * (root(y) - root(mean * actual / forecast)).powi(2)).min(25.0);
                number += 1.0;
            }
        }
    }
    (sum / number).max(0.05)
}

/// Root mean square of the day errors against what the paths stated, winsorised at 3 standard deviations.
fn day_factor(series: &QueueSeries, past: &[(Cut, Path)], overdispersion: f64) -> f64 {
    let (mut sum, mut number) = (5.0, 5.0);
    for (cut, path) in past {
        for (day, (actual, forecast)) in day_totals(series, cut, path).into_iter().enumerate() {
            if forecast > 0.0 {
                let variance = day_sd(path, day).powi(2) + overdispersion / forecast;
                let error = ((actual + 0.5) / (forecast + 0.5)).ln();
                sum += (error * error / variance).min(9.0);
                number += 1.0;
            }
        }
    }
    (sum / number).sqrt().clamp(0.3, 3.0)
}

fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = (p * (sorted.len() as f64 + 1.0) - 1.0).clamp(0.0, last as f64);
    let (below, share) = (position.floor() as usize, position.fract());
    Some(sorted[below] + share * (sorted[(below + 1).min(last)] - sorted[below]))
}
