//! The Poisson floor: what error remains when the mean is known.

use statrs::function::gamma::ln_gamma;

/// Mean absolute deviation of a Poisson count with mean `mean` from that mean.
///
/// E|Y - λ| = 2 λ^(m+1) e^(-λ) / m!, with m the whole part of λ (Crow 1958, Biometrika 45).
pub(crate) fn mean_absolute_deviation(mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let whole = mean.floor();
    2.0 * ((whole + 1.0) * mean.ln() - mean - ln_gamma(whole + 1.0)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviation_of_small_and_large_means_is_that_of_the_law() {
        approx::assert_relative_eq!(mean_absolute_deviation(1.0), 2.0 / std::f64::consts::E, max_relative = 1e-12);
        approx::assert_relative_eq!(mean_absolute_deviation(0.5), 2.0 * 0.5 * (-0.5_f64).exp(), max_relative = 1e-12);
        let normal = (2.0 * 1e4 / std::f64::consts::PI).sqrt();
        approx::assert_relative_eq!(mean_absolute_deviation(1e4), normal, max_relative = 1e-4);
        assert_eq!(mean_absolute_deviation(0.0), 0.0);
    }
}
