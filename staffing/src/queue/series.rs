//! The two sums every Erlang formula is made of, and their blocking probability.
//!
//! | symbol | meaning |
//! |---|---|
//! | y | servers, real; for Erlang A the servers' rate over the abandonment rate |
//! | x | offered load in the same unit |
//! | d | y - x, passed beside them so that it keeps its digits near the critical load |
//!
//! Rising: H(y, x) = Σ_{k≥0} Π_{j≤k} x / (y + j) = 1F1(1; y + 1; x), short where x ≤ y.
//! Falling: 1 / B(y, x) = Σ_{k≥0} Π_{j≤k} (y + 1 - j) / x, short where x ≥ y.
//! With π the Poisson probability of y at mean x, the two meet in 1 / B = 1 / π - (H - 1).
//! Where either has more than a few hundred terms it is an integral of a log-concave function instead, so that the
//! work is bounded for any load.
//!
//! # Source
//! Jagerman (1974), "Some properties of the Erlang loss function", BSTJ 53(3); `DLMF` 8.7, 8.9, 13.2.

use super::poisson::ln_poisson;
use super::quadrature::{curvature, integrate, reach};

/// Terms beyond which a sum is integrated instead.
const LONG: f64 = 400.0;
/// More terms than any sum needs; a guard, not a truncation.
const MOST_TERMS: f64 = 1e4;
/// Share of the sum below which the rest of a series is dropped.
const DROP: f64 = 1e-17;
/// Sum over its last term at which the rising series ends; leaves room for the moment's factor k.
const ENOUGH: f64 = 1e20;
/// Share of its terms that a difference must keep.
const KEPT: f64 = 0.03;
/// The same where ten digits will do.
const NEARLY: f64 = 1e12;
/// Load from which the falling sum may run past zero servers: its alternating rest is below e^-64.
const LARGE: f64 = 64.0;

/// H(y, x) = Σ c(k) with its first moment.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rising {
    /// H(y, x), 1 or more.
    sum: f64,
    /// Σ k c(k) / x, which is (1 + (x / y - 1) H) y / x without its cancellation.
    moment: f64,
}

/// Whether the rising sum for x ≤ y would be long.
fn is_long(y: f64, x: f64, d: f64) -> bool {
    d >= 0.0 && (9.0 * x.sqrt()).min(40.0 * y / d) > LONG
}

/// Σ k c(k) / x of H = H(y, x), from its closed form where that does not cancel.
pub(super) fn moment(y: f64, x: f64, d: f64, h: f64) -> f64 {
    let slack = d / y;
    let closed = 1.0 - slack * h;
    if closed > KEPT * (1.0 + slack.abs() * h) { closed * y / x } else { rising(y, x, d).moment }
}

/// H(y, x) and its first moment for x ≤ y, or for x ≤ 600 whatever y.
fn rising(y: f64, x: f64, d: f64) -> Rising {
    if is_long(y, x, d) {
        let [sum, moment] = integrate(0.0, reach(d, x), |s| {
            let weight = (-d * s - x * curvature(s)).exp();
            [weight, -(-s).exp_m1() * weight]
        });
        return Rising { sum: y * sum, moment: y * moment };
    }
    if x < DROP * (y + 1.0) {
        return Rising { sum: 1.0 + x / (y + 1.0), moment: 1.0 / (y + 1.0) };
    }
    // Over the common denominator Π (y + j) / x: no division, and numerator / 1 is the sum over its last term.
    let (over, mut k) = (1.0 / x, 0.0);
    let (mut sum, mut moment, mut denominator) = (1.0, 0.0, 1.0);
    while sum < ENOUGH && k < MOST_TERMS {
        k += 1.0;
        let factor = (y + k) * over;
        sum = sum * factor + 1.0;
        moment = moment * factor + k;
        denominator *= factor;
    }
    debug_assert!(k < MOST_TERMS, "H({y}, {x}) needs more terms than any sum should");
    Rising { sum: sum / denominator, moment: moment * over / denominator }
}

/// H(y, x) alone: as [`rising`], four terms a step.
pub(super) fn rising_sum(y: f64, x: f64, d: f64) -> f64 {
    rising_to(ENOUGH, y, x, d)
}

/// Erlang's blocking probability for y > x, to some ten digits: enough to tell most numbers of agents from a limit.
pub(crate) fn blocking_nearly(y: f64, x: f64) -> f64 {
    let poisson = ln_poisson(y, x, y - x).exp();
    poisson / (1.0 - poisson * (rising_to(NEARLY, y, x, y - x) - 1.0))
}

fn rising_to(enough: f64, y: f64, x: f64, d: f64) -> f64 {
    if is_long(y, x, d) {
        let [sum] = integrate(0.0, reach(d, x), |s| [(-d * s - x * curvature(s)).exp()]);
        return y * sum;
    }
    if x < DROP * (y + 1.0) {
        return 1.0 + x / (y + 1.0);
    }
    let (over, mut k) = (1.0 / x, 0.0);
    let (mut sum, mut denominator) = (1.0, 1.0);
    while sum < enough && k < MOST_TERMS {
        let [p, q, r, s] = [1.0, 2.0, 3.0, 4.0].map(|j| (y + (k + j)) * over);
        let tail = ((q + 1.0) * r + 1.0) * s + 1.0;
        let product = (p * q) * (r * s);
        sum = sum * product + tail;
        denominator *= product;
        k += 4.0;
    }
    debug_assert!(k < MOST_TERMS, "H({y}, {x}) needs more terms than any sum should");
    sum / denominator
}

/// 1 / B(y, x) for x ≥ y ≥ 0, x > 0.
fn falling(y: f64, x: f64, d: f64) -> f64 {
    if (9.0 * x.sqrt()).min(40.0 * x / d.abs()).min(y) > LONG {
        let [sum] = integrate(0.0, reach(-d, x), |s| [(s + d * s - x * curvature(-s)).exp()]);
        return x * sum;
    }
    let (over, mut left, mut term, mut sum) = (1.0 / x, y, 1.0, 1.0_f64);
    while left >= 4.0 || x >= LARGE {
        let [p, q, r, s] = [0.0, 1.0, 2.0, 3.0].map(|j| (left - j) * over);
        sum += term * p * (1.0 + q * (1.0 + r * (1.0 + s)));
        term *= (p * q) * (r * s);
        left -= 4.0;
        if term.abs() <= DROP * sum {
            return sum;
        }
    }
    while left >= 1.0 {
        term *= left * over;
        left -= 1.0;
        sum += term;
    }
    if left > 0.0 { sum - term + term * below_one(left, x) } else { sum }
}

/// 1 / B(f, x) for 0 < f < 1 and x ≥ f.
fn below_one(f: f64, x: f64) -> f64 {
    if x < 1.0 {
        return (-ln_poisson(f, x, f - x)).exp() - (rising_sum(f, x, f - x) - 1.0);
    }
    // Continued fraction of the upper incomplete gamma function (DLMF 8.9.2), by the modified Lentz scheme.
    let mut b = x - f;
    let mut d = 1.0 / b;
    let (mut c, mut h) = (f64::INFINITY, d);
    for i in 1..500 {
        let i = f64::from(i);
        let a = -i * (i - 1.0 - f);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        h *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    x * h
}

/// A blocking probability that may lie below the smallest number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Blocking {
    /// B(y, x); 0 where it underflows.
    pub probability: f64,
    /// ln B(y, x).
    pub ln: f64,
    /// 1 / B(y, x); infinite where it overflows.
    pub inverse: f64,
}

/// Erlang's blocking probability for y ≥ 0 servers, real, and x > 0.
pub(super) fn blocking(y: f64, x: f64, d: f64) -> Blocking {
    if d <= 0.0 {
        let inverse = falling(y, x, d);
        return Blocking { probability: 1.0 / inverse, ln: -inverse.ln(), inverse };
    }
    let ln_poisson = ln_poisson(y, x, d);
    let poisson = ln_poisson.exp();
    // 1 - π (H - 1) = P(X ≤ y), about a half or more: no cancellation.
    let below = 1.0 - poisson * (rising_sum(y, x, d) - 1.0);
    let probability = poisson / below;
    Blocking { probability, ln: ln_poisson - below.ln(), inverse: 1.0 / probability }
}

/// Regularised lower incomplete gamma function P(y, x) = π H for x > y and x ≥ 64, from its small complement,
/// with ln π.
pub(super) fn lower_gamma(y: f64, x: f64, d: f64) -> (f64, f64) {
    let ln_poisson = ln_poisson(y, x, d);
    (1.0 - ln_poisson.exp() * (falling(y, x, d) - 1.0), ln_poisson)
}
