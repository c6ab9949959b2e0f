//! Integrals of log-concave functions exp(-αs - βφ(s)) w(s), for the sums that would be long.
//!
//! φ(s) = s - (1 - e^-s) is the curvature left when the straight line is taken off; it is computed without
//! cancellation, so the integrals are good to some 1e-14 for any load.

/// Nodes and weights of the Gauss–Legendre rule with 24 points on -1..1, the positive half.
const RULE: [(f64, f64); 12] = [
    (0.995_187_219_997_021_4, 0.012_341_229_799_987_2),
    (0.974_728_555_971_309_5, 0.028_531_388_628_933_663),
    (0.938_274_552_002_732_8, 0.044_277_438_817_419_81),
    (0.886_415_527_004_401, 0.059_298_584_915_436_78),
    (0.820_001_985_973_903, 0.073_346_481_411_080_31),
    (0.740_124_191_578_554_4, 0.086_190_161_531_953_28),
    (0.648_093_651_936_975_6, 0.097_618_652_104_113_89),
    (0.545_421_471_388_839_5, 0.107_444_270_115_965_63),
    (0.433_793_507_626_045_1, 0.115_505_668_053_725_6),
    (0.315_042_679_696_163_4, 0.121_670_472_927_803_39),
    (0.191_118_867_473_616_3, 0.125_837_456_346_828_3),
    (0.064_056_892_862_605_63, 0.127_938_195_346_752_16),
];

/// Fall of the exponent at which an integrand is negligible: e^-44 = 8e-20.
pub(super) const NEGLIGIBLE: f64 = 44.0;

/// Integral of a smooth, vector-valued function over `lo..hi` by one 24-point rule.
pub(super) fn integrate<const M: usize>(lo: f64, hi: f64, f: impl Fn(f64) -> [f64; M]) -> [f64; M] {
    let (middle, half) = (0.5 * (lo + hi), 0.5 * (hi - lo));
    let mut sums = [0.0; M];
    for (node, weight) in RULE {
        let (left, right) = (f(middle - half * node), f(middle + half * node));
        for m in 0..M {
            sums[m] += weight * (left[m] + right[m]);
        }
    }
    sums.map(|sum| sum * half)
}

/// φ(s) = s - 1 + e^-s, 0 or more for every real s.
pub(super) fn curvature(s: f64) -> f64 {
    if s.abs() > 0.5 {
        return s + (-s).exp_m1();
    }
    let terms = if s.abs() > 0.125 { &TAYLOR[..] } else { &TAYLOR[6..] };
    terms.iter().fold(0.0, |tail, coefficient| coefficient - s * tail) * s * s
}

/// 1 / k! from k = 17 down to 2.
const TAYLOR: [f64; 16] = {
    let (mut table, mut factorial, mut k) = ([0.0; 16], 1.0, 2);
    while k < 18 {
        factorial *= k as f64;
        table[17 - k] = 1.0 / factorial;
        k += 1;
    }
    table
};

/// Where αs + βs²/2 reaches [`NEGLIGIBLE`], for α ≥ 0 and β > 0.
pub(super) fn reach(alpha: f64, beta: f64) -> f64 {
    2.0 * NEGLIGIBLE / (alpha + alpha.hypot((2.0 * NEGLIGIBLE * beta).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_over_its_whole_reach_integrates_to_its_mean() {
        let [mean] = integrate(0.0, NEGLIGIBLE, |s| [(-s).exp()]);
        assert!((mean - 1.0).abs() < 1e-13, "{mean}");
    }

    #[test]
    fn curvature_keeps_its_digits_near_zero() {
        assert_eq!(curvature(0.0), 0.0);
        assert!((curvature(1e-8) / 0.5e-16 - 1.0).abs() < 1e-8);
        assert!((curvature(0.5) - (0.5_f64.exp().recip() - 0.5)).abs() < 1e-16);
        assert!((curvature(-0.5) - (0.5_f64.exp() - 1.5)).abs() < 1e-15);
    }
}
