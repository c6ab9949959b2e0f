//! Erlang B: M/M/n/n, contacts that find every agent busy are lost.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | agents; real numbers continue the formula |
//! | a | offered load λ/μ, erlangs |
//! | B | probability that a contact is blocked |
//!
//! Leaves out: retrials, and arrivals that are not Poisson. It holds for any distribution of handle times.

use super::series::{self, Blocking};

/// The loss system M/M/n/n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangB {
    agents: f64,
    offered: f64,
    blocking: Blocking,
}

impl ErlangB {
    /// The loss system of `agents` n ≥ 0, real, and `offered` a ≥ 0 erlangs.
    ///
    /// B(n, a) with 1 / B = e^a a^-n Γ(n + 1, a); for whole n the sum of n! / ((n - k)! a^k) over k.
    /// Cost: a few hundred terms at most. Without load nothing is blocked, but for n = 0, where B(0, 0) = 1.
    ///
    /// # Source
    /// Erlang (1917); Jagerman (1974), BSTJ 53(3), for real n.
    ///
    /// # Example
    /// B(3, 5) = 0.5297.
    pub fn new(agents: f64, offered: f64) -> Self {
        let blocking = if offered > 0.0 {
            series::blocking(agents, offered, agents - offered)
        } else {
            let probability = if agents > 0.0 { 0.0 } else { 1.0 };
            Blocking { probability, ln: f64::ln(probability), inverse: 1.0 / probability }
        };
        Self { agents, offered, blocking }
    }

    /// Probability that a contact is blocked, 0 to 1.
    pub fn blocking(&self) -> f64 {
        self.blocking.probability
    }

    /// Its logarithm, for probabilities below 1e-308.
    pub fn ln_blocking(&self) -> f64 {
        self.blocking.ln
    }

    /// Carried load a (1 - B), erlangs.
    pub fn carried(&self) -> f64 {
        // 1 - B = (1/B - 1) B keeps its digits where nearly all are blocked.
        if self.blocking.inverse.is_finite() {
            self.offered * (self.blocking.inverse - 1.0) * self.blocking.probability
        } else {
            self.offered
        }
    }

    /// Busy share of agents; 1 for no agents under load.
    pub fn occupancy(&self) -> f64 {
        if self.agents > 0.0 { (self.carried() / self.agents).min(1.0) } else { f64::from(self.offered > 0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_lines_for_three_erlangs_block_eleven_of_a_hundred() {
        assert!((ErlangB::new(5.0, 3.0).blocking() - 0.110_054_347_826_087).abs() < 1e-14);
        assert!((ErlangB::new(3.0, 5.0).blocking() - 0.529_661_016_949_152_5).abs() < 1e-14);
    }

    #[test]
    fn the_recursion_holds_across_the_critical_load_for_real_agents() {
        for a in [0.2, 0.9, 1.0, 1.7, 7.3, 63.0, 65.0, 700.0, 9000.0] {
            for step in -20..20 {
                let n = (a + f64::from(step) * 0.37 * f64::sqrt(a)).max(0.11) + 1.0;
                let (above, below) = (ErlangB::new(n, a).blocking(), ErlangB::new(n - 1.0, a).blocking());
                let recursion = 1.0 / (1.0 + n / (a * below));
                assert!((above / recursion - 1.0).abs() < 2e-12, "n {n}, a {a}: {above} {recursion}");
            }
        }
    }
}
