//! Random streams: arrivals, handle times and patience each have their own, so that scenarios share random numbers.

use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};
use solver_data::Seed;

/// What a stream of a queue is for; the number is part of the reproducible output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Instants of arrival.
    Arrivals = 0,
    /// Handle times.
    HandleTimes = 1,
    /// Patience.
    Patience = 2,
    /// Day level and interval noise of the demand.
    Demand = 3,
    /// Unplanned absence.
    Absence = 4,
    /// What becomes of a contact beyond its first handling: redial, call-back, escalation.
    Fate = FATE,
}

/// Beyond the streams of as many queues as a centre may have, so that it moved none of them when it came.
const FATE: isize = 1 << 20;

impl Purpose {
    /// Number of purposes before the streams of queues.
    pub const COUNT: u64 = 5;

    /// The seed of this purpose under `seed`.
    pub fn of(self, seed: Seed) -> Seed {
        seed.stream(self as u64)
    }
}

/// A unit exponential (ziggurat, Marsaglia and Tsang 2000).
#[inline]
pub(crate) fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    Exp1.sample(rng)
}

/// Distribution of a handle time of mean 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum UnitWork {
    /// Exponential.
    Exponential,
    /// Lognormal: exp(sigma N - sigma² / 2), sigma² = ln(1 + cv²).
    Lognormal {
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Always 1.
    Deterministic,
}

impl UnitWork {
    /// Lognormal of mean 1 with coefficient of variation `cv`, 0 or more.
    pub fn lognormal(cv: f64) -> Self {
        Self::Lognormal { sigma: (1.0 + cv * cv).ln().sqrt() }
    }

    /// One draw; takes one place of the stream unless deterministic.
    #[inline]
    pub fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Exponential => exponential(rng),
            Self::Lognormal { sigma } => {
                let normal: f64 = StandardNormal.sample(rng);
                (sigma * normal - 0.5 * sigma * sigma).exp()
            }
            Self::Deterministic => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_has_mean_one_and_the_wished_variation() {
        for (work, cv) in [(UnitWork::Exponential, 1.0), (UnitWork::lognormal(0.5), 0.5), (UnitWork::Deterministic, 0.0)] {
            let mut rng = Seed(5).rng();
            let draws: Vec<f64> = (0..200_000).map(|_| work.draw(&mut rng)).collect();
            let mean = draws.iter().sum::<f64>() / 200_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 200_000.0;
            assert!((mean - 1.0).abs() < 0.01, "{work:?}: mean {mean}");
            assert!((variance.sqrt() - cv).abs() < 0.02, "{work:?}: cv {}", variance.sqrt());
        }
    }
}
