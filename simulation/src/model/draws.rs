//! Random quantities of a type, drawn a block at a time from a stream of their own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use solver_data::Seed;
use solver_data::queueing_model::EmpiricalShape;

use super::ziggurat::{BLOCK, fill_exponential, fraction};
use crate::stream::UnitWork;

/// Distribution of a quantity, seconds or units of a mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Law {
    /// Always this value; infinite for what never happens.
    Fixed(f64),
    /// A law of the whole crate around a mean.
    Around {
        /// The mean.
        mean: f64,
        /// The law of mean 1.
        work: UnitWork,
    },
    /// One of these values, each with the same probability.
    Sample(Vec<f64>),
    /// Linear between these quantiles at equally spaced probabilities from 0 to 1.
    Quantiles(Vec<f64>),
}

impl Law {
    /// Exponential with this mean; what comes never where the mean is infinite.
    pub fn exponential(mean: f64) -> Self {
        if mean.is_finite() { Self::Around { mean, work: UnitWork::Exponential } } else { Self::Fixed(f64::INFINITY) }
    }

    /// The values of `shape` in proportion, with another mean.
    pub fn empirical(shape: &EmpiricalShape, mean: f64) -> Self {
        let scale = mean / shape.mean();
        let scaled = shape.seconds().iter().map(|seconds| seconds * scale).collect();
        match shape {
            EmpiricalShape::Sample(_) => Self::Sample(scaled),
            EmpiricalShape::Quantiles(_) => Self::Quantiles(scaled),
        }
    }

    fn fill(&self, rng: &mut ChaCha8Rng, draws: &mut [f64; BLOCK]) {
        match self {
            Self::Fixed(value) | Self::Around { mean: value, work: UnitWork::Deterministic } => draws.fill(*value),
            Self::Around { mean, work: UnitWork::Exponential } => {
                fill_exponential(rng, draws);
                for draw in draws {
                    *draw *= mean;
                }
            }
            Self::Around { mean, work } => draws.fill_with(|| mean * work.draw(rng)),
            // The high bits of a product of 64-bit numbers are uniform over the values.
            Self::Sample(values) => {
                draws.fill_with(|| values[((u128::from(rng.next_u64()) * values.len() as u128) >> 64) as usize]);
            }
            Self::Quantiles(quantiles) => draws.fill_with(|| {
                let at = fraction(rng.next_u64()) * (quantiles.len() - 1) as f64;
                let below = (at as usize).min(quantiles.len() - 2);
                quantiles[below] + (at - below as f64) * (quantiles[below + 1] - quantiles[below])
            }),
        }
    }
}

/// A stream of draws from one law.
#[derive(Debug, Clone)]
pub(super) struct Draws<'a> {
    law: &'a Law,
    rng: ChaCha8Rng,
    block: [f64; BLOCK],
    used: usize,
}

impl<'a> Draws<'a> {
    /// The stream of `seed`.
    pub fn new(law: &'a Law, seed: Seed) -> Self {
        Self { law, rng: seed.rng(), block: [0.0; BLOCK], used: BLOCK }
    }

    /// The next draw.
    #[inline]
    pub fn next(&mut self) -> f64 {
        if self.used == BLOCK {
            self.refill();
        }
        let draw = self.block[self.used];
        self.used += 1;
        draw
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.law.fill(&mut self.rng, &mut self.block);
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_cv(law: &Law) -> (f64, f64) {
        let mut draws = Draws::new(law, Seed(9));
        let values: Vec<f64> = (0..200_000).map(|_| draws.next()).collect();
        let mean = values.iter().sum::<f64>() / 200_000.0;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 200_000.0;
        (mean, variance.sqrt() / mean)
    }

    #[test]
    fn laws_have_the_mean_and_spread_that_they_state() {
        let sample = EmpiricalShape::Sample(vec![1.0, 1.0, 4.0]);
        let quantiles = EmpiricalShape::Quantiles(vec![0.0, 2.0]);
        let laws = [
            (Law::exponential(60.0), 1.0),
            (Law::Around { mean: 60.0, work: UnitWork::lognormal(0.5) }, 0.5),
            (Law::Around { mean: 60.0, work: UnitWork::Deterministic }, 0.0),
            (Law::empirical(&sample, 60.0), 0.5_f64.sqrt()),
            (Law::empirical(&quantiles, 60.0), 1.0 / 3.0_f64.sqrt()),
        ];
        for (law, cv) in laws {
            let (mean, spread) = mean_and_cv(&law);
            assert!((mean / 60.0 - 1.0).abs() < 0.01, "{law:?}: mean {mean}");
            assert!((spread - cv).abs() < 0.01, "{law:?}: cv {spread}");
        }
    }

    #[test]
    fn what_never_comes_is_infinitely_far() {
        assert_eq!(Draws::new(&Law::exponential(f64::INFINITY), Seed(1)).next(), f64::INFINITY);
    }
}
