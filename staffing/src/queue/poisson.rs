//! The Poisson probability e^-x x^y / Γ(y + 1) for real y, in logarithms and without cancellation.
//!
//! # Source
//! Loader (2000), "Fast and accurate computation of binomial probabilities": the saddle-point form.

use std::f64::consts::TAU;

/// ln(√(2π)).
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;

/// Least y for Stirling's series.
pub(super) const STIRLING: f64 = 16.0;

/// Error of Stirling's formula, ln Γ(y + 1) - [(y + ½) ln y - y + ½ ln 2π], for y of 16 or more.
pub(super) fn stirling_error(y: f64) -> f64 {
    let r = 1.0 / (y * y);
    (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0 - r * (691.0 / 360_360.0)))))) / y
}

/// ln Γ(y + 1) for 0 ≤ y < 16, shifted to where Stirling's series holds.
fn ln_factorial_small(y: f64) -> f64 {
    let (mut z, mut product) = (y, 1.0);
    while z < STIRLING {
        z += 1.0;
        product *= z;
    }
    (z + 0.5) * z.ln() - z + LN_SQRT_TAU + stirling_error(z) - product.ln()
}

/// Deviance y ln(y / x) + x - y, given also the exact difference d = y - x.
pub(super) fn deviance(y: f64, x: f64, d: f64) -> f64 {
    if d.abs() >= 0.1 * (y + x) {
        return y * (y / x).ln() - d;
    }
    let v = d / (y + x);
    let (mut term, mut sum, square) = (2.0 * y * v, d * v, v * v);
    for odd in (3..64).step_by(2) {
        term *= square;
        let next = sum + term / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// ln of the Poisson probability of `y` at mean `x` > 0, with `d` = y - x as exact as the caller knows it.
pub(super) fn ln_poisson(y: f64, x: f64, d: f64) -> f64 {
    if y < STIRLING {
        let power = if y > 0.0 { y * x.ln() } else { 0.0 };
        return power - x - ln_factorial_small(y);
    }
    -deviance(y, x, d) - stirling_error(y) - 0.5 * (TAU * y).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_counts_sum_to_one() {
        for x in [0.01, 0.7, 5.0, 40.0, 900.0] {
            let total: f64 = (0..3000).map(|k| ln_poisson(f64::from(k), x, f64::from(k) - x).exp()).sum();
            assert!((total - 1.0).abs() < 1e-13, "{x}: {total}");
        }
    }

    #[test]
    fn half_a_contact_has_the_gamma_function_of_one_and_a_half() {
        // Γ(1.5) = √π / 2
        let exact = -2.0 + 0.5 * 2.0_f64.ln() - (std::f64::consts::PI.sqrt() / 2.0).ln();
        assert!((ln_poisson(0.5, 2.0, -1.5) - exact).abs() < 1e-14);
    }
}
