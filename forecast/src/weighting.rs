//! Weights of rivals from their backtest errors: ∝ error^-8 among the best few, ordinary and special days apart.

/// Exponent of the weights.
const SHARPNESS: f64 = 8.0;
/// Special days that weigh as much as the evidence of ordinary days.
const PRIOR_SPECIAL_DAYS: f64 = 2.0;

/// Mean absolute error of one rival.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClassErrors {
    /// On ordinary days.
    pub(crate) ordinary: f64,
    /// On special days.
    pub(crate) special: f64,
    /// How many special days were judged.
    pub(crate) special_days: f64,
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
    /// Weights of the best few rivals of each class.
    ///
    /// Errors on special days, relative to the best, are shrunk to those on ordinary days where special days were few.
    pub(crate) fn of(errors: &[ClassErrors], best_few: usize) -> Self {
        let best = |error: fn(&ClassErrors) -> f64| errors.iter().map(error).fold(f64::INFINITY, f64::min).max(1e-12);
        let (ordinary, special) = (best(|errors| errors.ordinary), best(|errors| errors.special));
        let shrunk = |errors: &ClassErrors| {
            let trust = errors.special_days / (errors.special_days + PRIOR_SPECIAL_DAYS);
            trust * errors.special / special + (1.0 - trust) * errors.ordinary / ordinary
        };
        Self {
            ordinary: weights(&errors.iter().map(|errors| errors.ordinary).collect::<Vec<_>>(), best_few),
            special: weights(&errors.iter().map(shrunk).collect::<Vec<_>>(), best_few),
        }
    }
}

/// Weights ∝ error^-8 among the best few, the earlier first in a tie; they sum to 1.
pub(crate) fn weights(errors: &[f64], best_few: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    let best = errors[order[0]].max(1e-12);
    let mut weights = vec![0.0; errors.len()];
    for &i in order.iter().take(best_few) {
        weights[i] = (errors[i].max(1e-12) / best).powf(-SHARPNESS);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_rival_weighs_more_and_the_rest_nothing() {
        let weights = weights(&[1.0, 1.1, 0.9, 5.0], 2);
        assert_eq!((weights[1], weights[3]), (0.0, 0.0));
        approx::assert_relative_eq!(weights[2] / weights[0], (1.0_f64 / 0.9).powi(8), max_relative = 1e-12);
    }

    #[test]
    fn without_special_days_the_ordinary_ones_speak_for_them() {
        let errors = [2.0, 1.0].map(|ordinary| ClassErrors { ordinary, special: 1.0, special_days: 0.0 });
        let weights = ClassWeights::of(&errors, 2);
        assert_eq!(weights.ordinary, weights.special);
    }
}
