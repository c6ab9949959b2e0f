//! How many of those in front have left after a time: negative binomial, Poisson with endless patience.
//!
//! | symbol | meaning |
//! |---|---|
//! | n, r | busy agents, mean patience in handle times; y = n r |
//! | u | time in handle times; w = e^{-u/r} |
//! | q(j) | Γ(y + j) / (Γ(y) j!) w^y (1 - w)^j; for r infinite e^{-n u} (n u)^j / j! |
//!
//! From n + k contacts, j departures come at rates n + k/r, n + (k-1)/r, …: fewer than k + 1 with probability
//! Σ_{j≤k} q(j), whatever k.

use super::poisson::{STIRLING, deviance, stirling_error};

/// Exponent below which q(0) underflows and the sum starts where its terms begin to count.
const DEEP: f64 = 680.0;
/// ln q(j) at which terms begin to count.
const NOTHING: f64 = -60.0;

/// A running sum of q.
pub(super) struct Departures {
    servers: f64,
    patience: f64,
    /// 1 - w, and n u with endless patience.
    gone: f64,
    /// w.
    left: f64,
    next: u32,
    term: f64,
    sum: f64,
}

impl Departures {
    /// Departures within `u` handle times from `servers` n busy agents and waiting contacts of `patience` r; sums up to
    /// fewer than `from` terms are not asked for.
    pub(super) fn from_rate(servers: f64, patience: f64, u: f64, from: u32) -> Self {
        let s = u / patience;
        let endless = patience.is_infinite();
        let gone = if endless { servers * u } else { -(-s).exp_m1() };
        let deep = servers * u;
        let mut new = Self { servers, patience, gone, left: (-s).exp(), next: 0, term: (-deep).exp(), sum: 0.0 };
        if deep > DEEP {
            let mean = if endless { deep } else { servers * patience * s.exp_m1() };
            new.start_deep(mean.min(f64::from(u32::MAX)) as u32);
        }
        new.skip(from);
        new
    }

    /// Starts where q(j) begins to count, by bisection below the mean; never where all of it lies beyond any queue.
    fn start_deep(&mut self, mean: u32) {
        let (mut nothing, mut counts) = (15, mean.max(16));
        if self.ln_term(f64::from(counts)) < NOTHING {
            (self.next, self.term) = (u32::MAX, 0.0);
            return;
        }
        while counts - nothing > 1 {
            let middle = nothing + (counts - nothing) / 2;
            if self.ln_term(f64::from(middle)) < NOTHING {
                nothing = middle;
            } else {
                counts = middle;
            }
        }
        (self.next, self.term) = (counts, self.ln_term(f64::from(counts)).exp());
    }

    /// Leaves out the search for sums below `from`, as far as they are nothing.
    fn skip(&mut self, from: u32) {
        if from > 0 && from >= self.next {
            self.at_most(from - 1);
        }
    }

    /// ln q(j) in the saddle-point form, for j ≥ 16.
    fn ln_term(&self, j: f64) -> f64 {
        if self.patience.is_infinite() {
            return super::poisson::ln_poisson(j, self.gone, j - self.gone);
        }
        let y = self.servers * self.patience;
        if y < STIRLING {
            return f64::NEG_INFINITY;
        }
        let (all, w) = (y + j, self.left);
        let ln_binomial = stirling_error(all)
            - stirling_error(j)
            - stirling_error(y)
            - deviance(j, all * self.gone, j * w - y * self.gone)
            - deviance(y, all * w, y * self.gone - j * w)
            + 0.5 * (all / (std::f64::consts::TAU * j * y)).ln();
        ln_binomial + (y / all).ln()
    }

    /// Σ_{j≤k} q(j); `k` must not fall from call to call.
    pub(super) fn at_most(&mut self, k: u32) -> f64 {
        let rate = self.servers * self.patience;
        while self.next <= k && self.next < u32::MAX {
            self.sum += self.term;
            let next = f64::from(self.next);
            // As a difference from one, so that the rounding of w does not add up over many terms.
            self.term *= if rate.is_infinite() {
                self.gone / (next + 1.0)
            } else {
                1.0 + (rate * self.gone - self.left * next - 1.0) / (next + 1.0)
            };
            self.next += 1;
        }
        self.sum.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_start_deep_reach_one_half_at_the_median() {
        for (n, patience, u) in [(1000.0, f64::INFINITY, 5.0), (1000.0, 3.0, 2.0), (90.0, 1.0, 9.0), (1.0, 1e9, 1e5)] {
            let mean = if f64::is_infinite(patience) { n * u } else { n * patience * f64::exp_m1(u / patience) };
            let (half, all) = (mean as u32, (mean * 4.0) as u32);
            let mut departures = Departures::from_rate(n, patience, u, 0);
            assert!((departures.at_most(half) - 0.5).abs() < 0.06, "{n} {patience} {u} {:e}", departures.sum - 1.0);
            assert!((departures.at_most(all) - 1.0).abs() < 1e-11, "{n} {patience} {u} {:e}", departures.sum - 1.0);
        }
    }
}
