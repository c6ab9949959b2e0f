//! Times around their mean: the shapes of handle time and patience, scaled to mean 1.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use solver_data::TimeShape;

use crate::stream::{UnitWork, exponential};

/// A positive time of mean 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UnitTime {
    /// By its law.
    Law(UnitWork),
    /// One of these with equal chance; their mean is 1.
    Observed(Vec<f64>),
}

impl UnitTime {
    /// The shape of a centre's file; observed times are scaled to mean 1.
    pub fn of(shape: &TimeShape) -> Self {
        match shape {
            TimeShape::Exponential => Self::Law(UnitWork::Exponential),
            TimeShape::Lognormal { cv } => Self::Law(UnitWork::lognormal(*cv)),
            TimeShape::Deterministic => Self::Law(UnitWork::Deterministic),
            TimeShape::Empirical { seconds } => {
                let mean = seconds.iter().sum::<f64>() / seconds.len().max(1) as f64;
                if mean > 0.0 {
                    Self::Observed(seconds.iter().map(|seconds| seconds / mean).collect())
                } else {
                    Self::Law(UnitWork::Deterministic)
                }
            }
        }
    }

    /// One draw; takes the same places of the stream every time.
    #[inline]
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Law(UnitWork::Exponential) => exponential(rng),
            Self::Law(law) => law.draw(rng),
            Self::Observed(times) => times[rng.random_range(0..times.len())],
        }
    }

    /// Mean time a contact that has waited `waited` means would wait beyond, on one draw: patience given survival.
    ///
    /// Exponential times have no memory; others are drawn until one lasts longer, and where none of many does the contact
    /// is taken to stay for as long again as an exponential would.
    pub fn beyond(&self, waited: f64, rng: &mut ChaCha8Rng) -> f64 {
        if matches!(self, Self::Law(UnitWork::Exponential)) {
            return exponential(rng);
        }
        for _ in 0..64 {
            let time = self.draw(rng);
            if time > waited {
                return time - waited;
            }
        }
        exponential(rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use solver_data::Seed;

    #[test]
    fn every_shape_has_mean_one() {
        let observed = TimeShape::Empirical { seconds: vec![0.0, 30.0, 60.0, 600.0] };
        for shape in [TimeShape::Exponential, TimeShape::Lognormal { cv: 0.7 }, TimeShape::Deterministic, observed] {
            let (time, mut rng) = (UnitTime::of(&shape), Seed(3).rng());
            let mean = (0..200_000).map(|_| time.draw(&mut rng)).sum::<f64>() / 200_000.0;
            assert!((mean - 1.0).abs() < 0.01, "{shape:?}: {mean}");
        }
    }

    #[test]
    fn who_has_waited_long_has_a_long_patience() {
        let shape = UnitTime::of(&TimeShape::Empirical { seconds: vec![10.0, 20.0, 90.0] });
        let mut rng = Seed(3).rng();
        // The mean is 40 s: who has waited 30 s leaves after 90 s.
        assert!((shape.beyond(0.75, &mut rng) - 1.5).abs() < 1e-12);
    }
}
