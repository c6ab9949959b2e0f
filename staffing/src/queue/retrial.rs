//! Retrials: a share of the contacts that are lost calls again at once, and again.
//!
//! | symbol | meaning |
//! |---|---|
//! | a, z | load of first attempts, of all attempts, erlangs |
//! | r | share of lost contacts that try again |
//! | p(z) | share lost: blocking (Erlang B) or abandonment (Erlang A) |
//!
//! Attempts are taken for Poisson, so that z solves
//!
//! (1) z (1 - r p(z)) = a, or, with the carried load c(z) = z (1 - p(z)): (1 - r) z + r c(z) = a.
//!
//! The left side rises in z, from 0 to infinity (r < 1) or to n (r = 1): one solution, or none where everybody calls
//! until answered and a ≥ n. An approximation by definition: callers come back at once and know no rush.
//!
//! # Source
//! Cohen (1957), Philips Telecommunication Review 18, for the Poisson fixed point.

use super::{ErlangA, ErlangB};

/// Steps that halve the bracket at least every third time; a guard, not a truncation.
const MOST_STEPS: u32 = 300;

/// All attempts of a queue whose lost contacts try again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retrials {
    offered: f64,
    redial: f64,
    attempts: f64,
    lost: f64,
    waits: f64,
}

impl Retrials {
    /// Over the loss system of `agents` n and `offered` a erlangs of first attempts; `redial` r of the blocked try again.
    ///
    /// # Example
    /// n = 10, a = 10, r = 0.9: 1.7966 attempts a contact, 49 % of them blocked.
    pub fn over_loss(agents: f64, offered: f64, redial: f64) -> Self {
        let queue = |load| ErlangB::new(agents, load);
        let unstable = redial >= 1.0 && offered > 0.0 && offered >= agents;
        if unstable {
            return Self::endless(offered, redial);
        }
        let attempts = solve(offered, redial, |load| queue(load).carried());
        let lost = queue(attempts).blocking();
        Self { offered, redial, attempts, lost, waits: lost }
    }

    /// Over the queue of `agents` n > 0, `offered` a erlangs of first attempts and `patience` in handle times; `redial` r
    /// of those who abandon try again.
    pub fn over_abandonment(agents: f64, offered: f64, patience: f64, redial: f64) -> Self {
        if offered <= 0.0 {
            return Self { offered: 0.0, redial, attempts: 0.0, lost: 0.0, waits: 0.0 };
        }
        if redial >= 1.0 && offered >= agents {
            return Self::endless(offered, redial);
        }
        let queue = |load| ErlangA::new(agents, load, patience);
        let attempts = solve(offered, redial, |load| load * queue(load).answered());
        let solved = queue(attempts);
        Self { offered, redial, attempts, lost: solved.abandonment(), waits: solved.wait_probability() }
    }

    fn endless(offered: f64, redial: f64) -> Self {
        Self { offered, redial, attempts: f64::INFINITY, lost: 1.0, waits: 1.0 }
    }

    /// Load of all attempts z, erlangs; infinite where everybody calls until answered and there are too few agents.
    pub fn attempts(&self) -> f64 {
        self.attempts
    }

    /// Attempts a contact, z / a = 1 / (1 - r p), 1 or more.
    pub fn attempts_per_contact(&self) -> f64 {
        if self.attempts.is_finite() { 1.0 / (1.0 - self.redial * self.lost) } else { f64::INFINITY }
    }

    /// Share of attempts that are lost, p(z).
    pub fn lost_attempts(&self) -> f64 {
        self.lost
    }

    /// Share of attempts that find every agent busy.
    pub fn wait_probability(&self) -> f64 {
        self.waits
    }

    /// Share of contacts that are lost in the end, after all their attempts: (1 - r) p / (1 - r p).
    pub fn lost_contacts(&self) -> f64 {
        if self.attempts.is_finite() { (1.0 - self.redial) * self.lost * self.attempts_per_contact() } else { 1.0 }
    }

    /// Load of first attempts, erlangs.
    pub fn offered(&self) -> f64 {
        self.offered
    }
}

/// (1): the z in a ..= a / (1 - r), by false position that halves the weight of an end that stays (Illinois), to the last
/// digit the carried load has.
fn solve(offered: f64, redial: f64, carried: impl Fn(f64) -> f64) -> f64 {
    let excess = |load: f64| (1.0 - redial) * load + redial * carried(load) - offered;
    let (mut low, mut low_value) = (offered, excess(offered));
    if offered <= 0.0 || low_value >= 0.0 {
        return offered;
    }
    let mut high = if redial < 1.0 { (offered / (1.0 - redial)).min(2.0 * offered) } else { 2.0 * offered };
    let mut high_value = excess(high);
    while high_value < 0.0 {
        (low, low_value) = (high, high_value);
        high *= 2.0;
        high_value = excess(high);
    }
    for step in 0..MOST_STEPS {
        let width = high - low;
        let mut load = (low - low_value * width / (high_value - low_value)).clamp(low, high);
        if step % 8 == 7 || !(low < load && load < high) {
            load = 0.5 * (low + high);
        }
        let value = excess(load);
        if value.abs() <= f64::EPSILON * offered * 0.25 || width <= 2.0 * f64::EPSILON * low {
            return load;
        }
        if value < 0.0 {
            (low, low_value) = (load, value);
            high_value *= 0.5;
        } else {
            (high, high_value) = (load, value);
            low_value *= 0.5;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_tries_again_where_the_share_is_nothing() {
        let once = Retrials::over_loss(10.0, 10.0, 0.0);
        assert_eq!((once.attempts(), once.attempts_per_contact()), (10.0, 1.0));
        assert!((once.lost_contacts() - ErlangB::new(10.0, 10.0).blocking()).abs() < 1e-16);
    }

    #[test]
    fn the_fixed_point_is_one() {
        for (n, a, r) in [(10.0, 10.0, 0.9), (12.0, 10.0, 1.0), (5.0, 40.0, 0.5), (1000.0, 999.0, 0.999), (3.0, 1e-6, 0.7)] {
            for queue in [Retrials::over_loss(n, a, r), Retrials::over_abandonment(n, a, 0.4, r)] {
                let carried = queue.attempts() * (1.0 - r * queue.lost_attempts());
                assert!((carried / a - 1.0).abs() < 1e-13, "{queue:?}");
                assert!((queue.attempts() / a / queue.attempts_per_contact() - 1.0).abs() < 1e-11, "{queue:?}");
            }
        }
    }

    #[test]
    fn callers_who_never_give_up_overwhelm_too_few_agents() {
        assert_eq!(Retrials::over_loss(10.0, 10.0, 1.0).attempts(), f64::INFINITY);
        assert_eq!(Retrials::over_abandonment(10.0, 12.0, 1.0, 1.0).lost_contacts(), 1.0);
        assert_eq!(Retrials::over_loss(0.0, 0.0, 1.0).attempts(), 0.0);
    }
}
