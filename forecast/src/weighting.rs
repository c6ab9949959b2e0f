//! Weights of rivals from their backtest errors: a steep power of the error among the best few, ordinary and special days
//! apart.

use crate::day::DayKind;

/// Ordinary days that weigh as much as what is expected of a rival beforehand.
const PRIOR_ORDINARY_DAYS: f64 = 60.0;
/// Special days that weigh as much as the evidence of ordinary days.
const PRIOR_SPECIAL_DAYS: f64 = 2.0;

/// Mean absolute error of one rival.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClassErrors {
    /// Error expected beforehand, relative to the best rival.
    pub(crate) prior: f64,
    /// On ordinary days, and how many were judged.
    pub(crate) ordinary: (f64, f64),
    /// On special days, and how many were judged.
    pub(crate) special: (f64, f64),
}

/// How steeply weights fall with the error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Steepness {
    /// Weight ∝ error^-exponent.
    pub(crate) exponent: f64,
    /// Rivals that share the weight.
    pub(crate) best_few: usize,
}

/// Weights on ordinary and on special days; each sums to 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ClassWeights {
    /// On ordinary days.
    pub(crate) ordinary: Vec<f64>,
    /// On special days.
    pub(crate) special: Vec<f64>,
}

impl ClassWeights {
    /// Weights on a day.
    pub(crate) fn of_day(&self, kind: DayKind) -> &[f64] {
        if kind == DayKind::Ordinary { &self.ordinary } else { &self.special }
    }

    /// Weights of the best few rivals of each class.
    ///
    /// Errors relative to the best are shrunk: on ordinary days to what was expected beforehand, on special days to those
    /// on ordinary days, the more the fewer days were judged.
    pub(crate) fn of(errors: &[ClassErrors], steepness: Steepness) -> Self {
        let least = |error: fn(&ClassErrors) -> f64| errors.iter().map(error).fold(f64::INFINITY, f64::min).max(1e-12);
        let (best_ordinary, best_special) = (least(|errors| errors.ordinary.0), least(|errors| errors.special.0));
        let ordinary: Vec<f64> = errors
            .iter()
            .map(|errors| shrunk(errors.ordinary.0 / best_ordinary, errors.ordinary.1 / PRIOR_ORDINARY_DAYS, errors.prior))
            .collect();
        let special: Vec<f64> = errors
            .iter()
            .zip(&ordinary)
            .map(|(errors, ordinary)| shrunk(errors.special.0 / best_special, errors.special.1 / PRIOR_SPECIAL_DAYS, *ordinary))
            .collect();
        Self { ordinary: weights(&ordinary, steepness), special: weights(&special, steepness) }
    }
}

fn shrunk(error: f64, evidence: f64, prior: f64) -> f64 {
    (evidence * error + prior) / (evidence + 1.0)
}

/// Weights ∝ error^-exponent among the best few, the earlier first in a tie; they sum to 1.
pub(crate) fn weights(errors: &[f64], steepness: Steepness) -> Vec<f64> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    let best = errors[order[0]].max(1e-12);
    let mut weights = vec![0.0; errors.len()];
    for &i in order.iter().take(steepness.best_few) {
        weights[i] = (errors[i].max(1e-12) / best).powf(-steepness.exponent);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEEP: Steepness = Steepness { exponent: 8.0, best_few: 2 };

    #[test]
    fn the_better_rival_weighs_more_and_the_rest_nothing() {
        let weights = weights(&[1.0, 1.1, 0.9, 5.0], STEEP);
        assert_eq!((weights[1], weights[3]), (0.0, 0.0));
        approx::assert_relative_eq!(weights[2] / weights[0], (1.0_f64 / 0.9).powi(8), max_relative = 1e-12);
    }

    #[test]
    fn without_special_days_the_ordinary_ones_speak_for_them() {
        let errors = [2.0, 1.0].map(|error| ClassErrors { prior: 1.0, ordinary: (error, 30.0), special: (1.0, 0.0) });
        let weights = ClassWeights::of(&errors, STEEP);
        assert_eq!(weights.ordinary, weights.special);
        assert!(weights.ordinary[1] > 0.9);
    }

    #[test]
    fn without_any_evidence_the_expectation_decides() {
        let errors = [1.0, 1.2].map(|prior| ClassErrors { prior, ordinary: (1.0, 0.0), special: (1.0, 0.0) });
        let weights = ClassWeights::of(&errors, STEEP);
        approx::assert_relative_eq!(weights.ordinary[0] / weights.ordinary[1], 1.2_f64.powi(8), max_relative = 1e-9);
    }
}
