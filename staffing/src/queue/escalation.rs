//! Two tiers: a share of the contacts that juniors finish goes on to seniors.
//!
//! | symbol | meaning |
//! |---|---|
//! | n(1), n(2) | juniors, seniors |
//! | a(1), a(2) | loads λ h(1) and λ p h(2) in erlangs, p the share that escalates, h the handle times |
//!
//! Nobody abandons, so contacts leave the juniors as they came, in a Poisson stream (Burke): each tier is Erlang C by
//! itself, and the two waits of a contact are independent. Where the juniors cannot keep up, only n(1) / a(1) of the
//! contacts ever reach the seniors.
//!
//! # Source
//! Burke (1956), Operations Research 4(6).

use super::ErlangC;

/// Juniors and seniors, each an Erlang C.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Escalation {
    juniors: ErlangC,
    seniors: ErlangC,
}

impl Escalation {
    /// `juniors` and `seniors` as agents and offered erlangs of their tier.
    pub fn new(juniors: (f64, f64), seniors: (f64, f64)) -> Self {
        let passed = if juniors.1 > juniors.0 { juniors.0 / juniors.1 } else { 1.0 };
        Self { juniors: ErlangC::new(juniors.0, juniors.1), seniors: ErlangC::new(seniors.0, seniors.1 * passed) }
    }

    /// The first tier; times in its handle time.
    pub fn juniors(&self) -> &ErlangC {
        &self.juniors
    }

    /// The second tier; times in its handle time.
    pub fn seniors(&self) -> &ErlangC {
        &self.seniors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn juniors_who_cannot_keep_up_spare_the_seniors() {
        let tiers = Escalation::new((10.0, 20.0), (4.0, 6.0));
        assert!(!tiers.juniors().is_stable() && tiers.seniors().is_stable());
        assert_eq!(tiers.seniors(), &ErlangC::new(4.0, 3.0));
    }
}
