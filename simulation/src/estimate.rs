//! Means over replications with their confidence intervals.

use std::sync::LazyLock;

use solver_data::Estimate;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Running mean and sum of squared deviations (Welford 1962, Technometrics 4(3)).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Sample {
    count: u32,
    mean: f64,
    squares: f64,
}

impl Sample {
    /// Adds one replication's value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / f64::from(self.count);
        self.squares += delta * (value - self.mean);
    }

    /// Mean and 95 % half-width; `empty` when nothing was added.
    pub fn estimate(&self, quantiles: &StudentQuantiles, empty: f64) -> Estimate {
        match self.count {
            0 => Estimate { mean: empty, half_width: 0.0 },
            1 => Estimate { mean: self.mean, half_width: 0.0 },
            n => {
                let variance = self.squares / f64::from(n - 1);
                Estimate { mean: self.mean, half_width: quantiles.of(n - 1) * (variance / f64::from(n)).sqrt() }
            }
        }
    }
}

/// The 97.5 % quantiles of Student's t, by degrees of freedom.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StudentQuantiles {
    /// Quantile of `index + 1` degrees of freedom.
    exact: Vec<f64>,
}

/// Quantiles of any number of values.
static QUANTILES: LazyLock<StudentQuantiles> = LazyLock::new(|| StudentQuantiles::up_to(u32::MAX));

impl StudentQuantiles {
    /// Quantiles of any number of values, computed once.
    pub fn shared() -> &'static Self {
        &QUANTILES
    }

    /// Quantiles for up to `replications` values.
    pub fn up_to(replications: u32) -> Self {
        let quantile =
            |freedom: u32| StudentsT::new(0.0, 1.0, f64::from(freedom)).expect("positive degrees of freedom").inverse_cdf(0.975);
        Self { exact: (1..replications.min(60)).map(quantile).collect() }
    }

    /// The quantile for `freedom` degrees, 1 or more.
    ///
    /// From 60 on by the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), good to 1e-8 there.
    pub fn of(&self, freedom: u32) -> f64 {
        if let Some(&exact) = self.exact.get(freedom as usize - 1) {
            return exact;
        }
        let (z, v) = (1.959963984540054_f64, f64::from(freedom));
        let first = (z.powi(3) + z) / 4.0;
        let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
        let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
        let fourth = (79.0 * z.powi(9) + 776.0 * z.powi(7) + 1482.0 * z.powi(5) - 1920.0 * z.powi(3) - 945.0 * z) / 92160.0;
        z + first / v + second / v.powi(2) + third / v.powi(3) + fourth / v.powi(4)
    }
}

/// Mean of values and the half-width of its 95 % confidence interval (Student t); zero for no values.
pub fn mean_of(values: impl IntoIterator<Item = f64>) -> Estimate {
    let mut sample = Sample::default();
    for value in values {
        sample.add(value);
    }
    sample.estimate(StudentQuantiles::shared(), 0.0)
}

/// Mean of the differences `after - before` within pairs, with its interval; pairs that lack a side are left out.
///
/// Under common random numbers a pair shares its contacts, so the interval is that of the difference itself, far narrower
/// than two intervals side by side (Law 2015, Simulation Modeling and Analysis, 11.2).
pub fn paired_difference(before: &[Option<f64>], after: &[Option<f64>]) -> Estimate {
    mean_of(before.iter().zip(after).filter_map(|(before, after)| Some((*after)? - (*before)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_is_that_of_students_t() {
        let mut sample = Sample::default();
        for value in [1.0, 2.0, 3.0, 4.0] {
            sample.add(value);
        }
        let estimate = sample.estimate(&StudentQuantiles::up_to(4), 0.0);
        assert_eq!(estimate.mean, 2.5);
        // t(0.975, 3) = 3.182446305284263, s = 1.2909944487358056
        assert!((estimate.half_width - 3.182446305284263 * 1.2909944487358056 / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_difference_is_taken_within_pairs() {
        let before = [Some(1.0), Some(5.0), None, Some(9.0)];
        let after = [Some(1.5), Some(5.5), Some(7.0), Some(9.5)];
        assert_eq!(paired_difference(&before, &after), Estimate { mean: 0.5, half_width: 0.0 });
        assert_eq!(paired_difference(&before, &before), Estimate::default());
    }

    #[test]
    fn the_expansion_continues_the_exact_quantiles() {
        let quantiles = StudentQuantiles::up_to(1_000);
        assert!((quantiles.of(100) - 1.983971518523552).abs() < 1e-8);
        assert!((quantiles.of(60) - 2.0002978220142604).abs() < 1e-7);
    }
}
