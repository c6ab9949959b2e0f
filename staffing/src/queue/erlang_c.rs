//! Erlang C: M/M/n, contacts wait until they are answered.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | agents; real numbers continue the formula |
//! | a | offered load λ/μ, erlangs; ρ = a/n |
//! | B, C | probability of being blocked without a queue; of waiting |
//! | u | time in units of the mean handle time 1/μ |
//!
//! Leaves out: patience (use [`super::ErlangA`]), and the queue an overloaded interval hands to the next.
//! At a ≥ n the queue grows without bound: everybody waits, for ever.

use super::series::{self, Blocking};

/// The delay system M/M/n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangC {
    agents: f64,
    offered: f64,
    /// ln C; C and 1 - C each without cancellation.
    ln_waits: f64,
    waits: f64,
    served_at_once: f64,
}

impl ErlangC {
    /// The delay system of `agents` n ≥ 0, real, and `offered` a ≥ 0 erlangs.
    ///
    /// C(n, a) = B / ((1 - ρ) + ρ B), 1 - C = (1 - ρ)(1 - B) / ((1 - ρ) + ρ B).
    ///
    /// # Source
    /// Gans, Koole, Mandelbaum (2003), M&SOM 5(2), doi:10.1287/msom.5.2.79.16071.
    ///
    /// # Example
    /// 100 contacts of 180 s in 30 min is 10 erlangs; 14 agents give C = 0.1741.
    pub fn new(agents: f64, offered: f64) -> Self {
        if offered <= 0.0 {
            return Self { agents, offered: 0.0, ln_waits: f64::NEG_INFINITY, waits: 0.0, served_at_once: 1.0 };
        }
        if agents <= offered {
            return Self { agents, offered, ln_waits: 0.0, waits: 1.0, served_at_once: 0.0 };
        }
        let blocking = series::blocking(agents, offered, agents - offered);
        Self::from_blocking(agents, offered, blocking)
    }

    /// The queue above `agents` n busy servers, whatever the states below: 1 / `before` is the sum of their probabilities
    /// over that of n - 1.
    pub(super) fn above(agents: f64, offered: f64, before: Blocking) -> Self {
        if agents <= offered {
            return Self::new(agents, offered);
        }
        // 1 / B(n) = 1 + (n/a) / B(n - 1)
        let inverse = 1.0 + agents / offered * before.inverse;
        let ln = if inverse.is_finite() { -inverse.ln() } else { before.ln - (agents / offered).ln() };
        Self::from_blocking(agents, offered, Blocking { probability: 1.0 / inverse, ln, inverse })
    }

    fn from_blocking(agents: f64, offered: f64, blocking: Blocking) -> Self {
        let slack = (agents - offered) / agents;
        let total = slack + offered / agents * blocking.probability;
        let served_at_once = slack * (1.0 - blocking.probability) / total;
        let ln_waits = if served_at_once < 0.5 { (-served_at_once).ln_1p() } else { blocking.ln - total.ln() };
        Self { agents, offered, ln_waits, waits: (blocking.probability / total).min(1.0), served_at_once }
    }

    /// Whether the queue stays finite: a < n, or no load at all.
    pub fn is_stable(&self) -> bool {
        self.offered < self.agents || self.offered <= 0.0
    }

    /// Agents beyond the load, n - a.
    fn slack(&self) -> f64 {
        self.agents - self.offered
    }

    /// Probability that a contact waits, 0 to 1.
    pub fn wait_probability(&self) -> f64 {
        self.waits
    }

    /// Its logarithm, for probabilities below 1e-308.
    pub fn ln_wait_probability(&self) -> f64 {
        self.ln_waits
    }

    /// P(W > u) = C e^{-(n - a) u}: share that waits longer than `u` handle times.
    pub fn late(&self, u: f64) -> f64 {
        if self.is_stable() { (self.ln_waits - self.slack() * u.max(0.0)).exp().min(self.waits) } else { self.waits }
    }

    /// P(W ≤ u): share answered within `u` handle times; 0 where the queue grows without bound.
    pub fn within(&self, u: f64) -> f64 {
        if !self.is_stable() || self.waits <= 0.0 {
            return self.served_at_once;
        }
        (self.served_at_once - self.waits * (-self.slack() * u.max(0.0)).exp_m1()).min(1.0)
    }

    /// Mean wait C / (n - a), in handle times; infinite where the queue grows without bound.
    pub fn mean_wait(&self) -> f64 {
        match (self.is_stable(), self.waits > 0.0) {
            (true, true) => self.waits / self.slack(),
            (true, false) => 0.0,
            (false, _) => f64::INFINITY,
        }
    }

    /// Mean number waiting, C a / (n - a).
    pub fn queue_length(&self) -> f64 {
        if self.offered > 0.0 { self.mean_wait() * self.offered } else { 0.0 }
    }

    /// Busy share of agents, a / n, at most 1.
    pub fn occupancy(&self) -> f64 {
        match (self.offered > 0.0, self.agents > self.offered) {
            (true, true) => self.offered / self.agents,
            (true, false) => 1.0,
            (false, _) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_of_ten_erlangs_holds() {
        let queue = ErlangC::new(14.0, 10.0);
        assert!((queue.wait_probability() - 0.174_131_93).abs() < 1e-8);
        assert!((queue.within(20.0 / 180.0) - 0.888_350_02).abs() < 1e-8);
        assert!((queue.mean_wait() * 180.0 - 7.835_94).abs() < 1e-5);
    }

    #[test]
    fn overload_waits_for_ever_and_no_load_never() {
        let overload = ErlangC::new(9.0, 10.0);
        assert_eq!((overload.within(1e9), overload.mean_wait(), overload.occupancy()), (0.0, f64::INFINITY, 1.0));
        let idle = ErlangC::new(0.0, 0.0);
        assert_eq!((idle.within(0.0), idle.mean_wait(), idle.queue_length()), (1.0, 0.0, 0.0));
    }
}
