//! Days of the past beside what was forecast for them.

use crate::interval::ErrorScale;
use crate::model::{Cut, Path};
use crate::pool::Pooled;
use crate::series::QueueSeries;

/// One day: what came and what was expected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayCourse {
    /// Contacts, not a number where unknown: `len == slots`.
    pub(crate) actual: Vec<f64>,
    /// Expected contacts, from data before the day: `len == slots`.
    pub(crate) expected: Vec<f64>,
}

/// What is known of a day up to a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SoFar {
    /// Contacts that came.
    pub(crate) actual: f64,
    /// Contacts expected in the slots that are known.
    pub(crate) expected: f64,
}

impl SoFar {
    /// ln((y + 1/2) / (ŷ + 1/2)).
    pub(crate) fn log_ratio(self) -> f64 {
        ((self.actual + 0.5) / (self.expected + 0.5)).ln()
    }
}

impl DayCourse {
    /// The observed days of a pool's past paths.
    pub(crate) fn past(series: &QueueSeries, pooled: &Pooled) -> Vec<Self> {
        pooled.past.iter().flat_map(|(cut, path)| Self::of_path(series, cut, path)).collect()
    }

    fn of_path(series: &QueueSeries, cut: &Cut, path: &Path) -> Vec<Self> {
        let days = (cut.from..cut.until).enumerate().filter(|(_, day)| series.is_observed(*day));
        days.map(|(h, day)| Self {
            actual: series.day(day).to_vec(),
            expected: path.mean[h * series.slots..(h + 1) * series.slots].to_vec(),
        })
        .collect()
    }

    /// Known slots of the day before `slot`, summed.
    pub(crate) fn so_far(&self, slot: usize) -> SoFar {
        let known = self.actual.iter().zip(&self.expected).take(slot).filter(|(actual, _)| !actual.is_nan());
        known.fold(SoFar { actual: 0.0, expected: 0.0 }, |sum, (actual, expected)| SoFar {
            actual: sum.actual + actual,
            expected: sum.expected + expected,
        })
    }

    /// Known slots of the day from `slot` on, summed.
    pub(crate) fn rest(&self, slot: usize) -> SoFar {
        let known = self.actual.iter().zip(&self.expected).skip(slot).filter(|(actual, _)| !actual.is_nan());
        known.fold(SoFar { actual: 0.0, expected: 0.0 }, |sum, (actual, expected)| SoFar {
            actual: sum.actual + actual,
            expected: sum.expected + expected,
        })
    }

    /// Σ|y - factor ŷ| over the known slots from `slot` on, and Σ y.
    pub(crate) fn rest_error(&self, slot: usize, factor: f64) -> (f64, f64) {
        let known = self.actual.iter().zip(&self.expected).skip(slot).filter(|(actual, _)| !actual.is_nan());
        known
            .fold((0.0, 0.0), |(error, volume), (actual, expected)| (error + (actual - factor * expected).abs(), volume + actual))
    }

    /// |Σ y - factor Σ ŷ| over the known slots from `slot` on.
    pub(crate) fn rest_total_error(&self, slot: usize, factor: f64) -> f64 {
        let known = self.actual.iter().zip(&self.expected).skip(slot).filter(|(actual, _)| !actual.is_nan());
        known.map(|(actual, expected)| actual - factor * expected).sum::<f64>().abs()
    }
}

/// How uncertain the level of a queue's days is, and its counts about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LevelLaw {
    /// Variance of the day level.
    pub(crate) variance: f64,
    /// Variance / mean of counts once the level is known.
    pub(crate) overdispersion: f64,
}

impl LevelLaw {
    /// The law that a pool's errors show.
    pub(crate) fn of(scale: &ErrorScale, path: &Path) -> Self {
        let uncertainty = scale.uncertainty(path);
        Self { variance: uncertainty.day_level_sd.powi(2), overdispersion: uncertainty.overdispersion }
    }

    /// Weight of the day so far in the posterior of the day level: v / (v + φ / ŷ).
    pub(crate) fn posterior_weight(self, expected: f64) -> f64 {
        let noise = self.overdispersion / expected.max(1e-9);
        if self.variance > 0.0 { self.variance / (self.variance + noise) } else { 0.0 }
    }
}
