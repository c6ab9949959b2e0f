//! The least agents of Erlang C by one formula and a recursion.
//!
//! | symbol | meaning |
//! |---|---|
//! | a, n, B | offered load, agents, Erlang B of both |
//! | u | threshold in handle times |
//! | β | (n - a) / √a; g(β) = -ln C in the limit of Halfin and Whitt |
//!
//! In that limit the share that waits beyond u is C e^{-β √a u} with
//!
//! (1) 1/C = e^{β²/2} T(β), T(β) = √2π (β Φ(β) + φ(β)) ≈ √(π/2) β + √(1 + π β²/2),
//!
//! which two Newton steps solve for β; n = a + β √a + β²/6 is then off by an agent or so. From B there the recursion
//!
//! (2) B(n+1) = a B(n) / (n + 1 + a B(n)), B(n-1) = n B(n) / (a (1 - B(n)))
//!
//! walks to where the limits begin to hold, comparing products and no logarithms:
//!
//! (3) n B e^{-(n-a) u} ≤ share (n - a + a B), n B ≤ wait (n - a) (n - a + a B).
//!
//! A number of agents that is not clear of a limit by far more than rounding is judged by the formulas themselves.
//!
//! # Source
//! Halfin, Whitt (1981), Operations Research 29(3); Janssen, van Leeuwaarden, Zwart (2011), Operations Research 59(6), for
//! the refinement.

use solver_data::ServiceTarget;

use super::{TIE_TOLERANCE, limits};
use crate::queue::{ErlangB, Station};
use crate::search::MOST_AGENTS;

/// Distance from a limit, relatively, within which the formulas decide.
const CLOSE: f64 = 1e-8;
/// Steps of the recursion before another formula is cheaper.
const STEPS: u32 = 12;
/// Formulas tried before the general search takes over.
const TRIES: u32 = 8;
/// Blocking too small to walk with.
const FAINT: f64 = 1e-250;

/// The limits of a target in handle times, with the tie tolerance.
struct Limits {
    offered: f64,
    threshold: f64,
    late: f64,
    mean_wait: f64,
}

/// A number of agents on the walk.
#[derive(Clone, Copy)]
struct Place {
    agents: f64,
    blocking: f64,
    /// e^{-(n-a) u}.
    fade: f64,
}

impl Limits {
    fn at(&self, agents: f64) -> Place {
        let blocking = ErlangB::new(agents, self.offered).blocking();
        Place { agents, blocking, fade: (-(agents - self.offered) * self.threshold).exp() }
    }

    /// (3): the larger of measure / limit, at most 1 where both hold.
    fn ratio(&self, at: Place) -> f64 {
        let slack = at.agents - self.offered;
        let (waits, total) = (at.agents * at.blocking, slack + self.offered * at.blocking);
        (waits * at.fade / (self.late * total)).max(waits / (self.mean_wait * slack * total))
    }

    /// (1) solved for β by Newton's method from the parabola that g is nearly.
    fn halfin_whitt(&self) -> f64 {
        let root = self.offered.sqrt();
        let (goal, steepness) = (-self.late.min(1.0).ln(), root * self.threshold);
        let linear = steepness + 1.25;
        let mut beta = 2.0 * goal / (linear + (linear * linear + 1.6 * goal).sqrt());
        for _ in 0..2 {
            let half = std::f64::consts::FRAC_PI_2 * beta;
            let bend = (1.0 + half * beta).sqrt();
            let grown = HALF_ROOT * beta + bend;
            let miss = 0.5 * beta * beta + grown.ln() + steepness * beta - goal;
            beta -= miss / (beta + steepness + (HALF_ROOT + half / bend) / grown);
        }
        let beta = beta.max(0.0);
        self.offered + beta * root + beta * beta / 6.0
    }
}

/// √(π/2).
const HALF_ROOT: f64 = 1.253_314_137_315_500_3;

impl Station {
    /// The least agents for `target` with endless patience, `least` or more; `None` where the general search must ask.
    pub(super) fn walk_to_least(&self, target: &ServiceTarget, least: u32) -> Option<u32> {
        let offered = self.offered_load();
        let limits = Limits {
            offered,
            threshold: target.service_level.map_or(0.0, |level| level.within_seconds / self.aht_seconds),
            late: target.service_level.map_or(f64::INFINITY, |level| 1.0 - level.share + TIE_TOLERANCE),
            mean_wait: target.asa_seconds.map_or(f64::INFINITY, |asa| (asa + TIE_TOLERANCE) / self.aht_seconds),
        };
        let least = f64::from(least.max(self.least_busy(target)?));
        let mut guess = limits.halfin_whitt().ceil().max(least);
        for _ in 0..TRIES {
            if guess >= f64::from(MOST_AGENTS) {
                return None;
            }
            let start = limits.at(guess);
            if start.blocking < FAINT {
                return None;
            }
            match self.walk(&limits, start, least, target) {
                Ok(agents) => return Some(agents as u32),
                Err(next) => guess = next.max(least),
            }
        }
        None
    }

    /// The least agents that keep the occupancy; `None` where there is no such number.
    fn least_busy(&self, target: &ServiceTarget) -> Option<u32> {
        let Some(occupancy) = target.occupancy else { return Some(0) };
        let (offered, most) = (self.offered_load(), occupancy + TIE_TOLERANCE);
        let agents = (offered / most).floor().max(1.0);
        if agents >= f64::from(MOST_AGENTS) {
            return None;
        }
        (0..3).map(|more| agents + f64::from(more)).find(|agents| offered / agents <= most).map(|agents| agents as u32)
    }

    /// (2) from `start` to the least agents that keep the limits, or else a better start.
    fn walk(&self, limits: &Limits, start: Place, least: f64, target: &ServiceTarget) -> Result<f64, f64> {
        let ratio = limits.ratio(start);
        let keeps = self.kept(ratio, start.agents, target);
        let offered = limits.offered;
        let fade = (-limits.threshold).exp();
        let (mut at, mut last) = (start, ratio);
        for _ in 0..STEPS {
            if keeps && at.agents <= least {
                return Ok(at.agents);
            }
            let next = if keeps {
                let blocking = at.agents * at.blocking / (offered * (1.0 - at.blocking));
                // Upwards again rather than divided by: a fade may vanish.
                let away = at.agents - 1.0 - offered;
                Place { agents: at.agents - 1.0, blocking, fade: (-away * limits.threshold).exp() }
            } else {
                let (agents, busy) = (at.agents + 1.0, offered * at.blocking);
                Place { agents, blocking: busy / (agents + busy), fade: at.fade * fade }
            };
            let ratio = limits.ratio(next);
            if self.kept(ratio, next.agents, target) != keeps {
                return Ok(if keeps { at.agents } else { next.agents });
            }
            (at, last) = (next, ratio);
        }
        // By the slope over the walk; at least as far again.
        let slope = (last / ratio).ln() / (at.agents - start.agents);
        let far = f64::from(STEPS);
        let more = (-last.ln() / slope).abs().clamp(far, 1e9);
        Err((at.agents + if keeps { -more } else { more }).round())
    }

    /// Whether the limits hold, by the formulas themselves where they are close.
    fn kept(&self, ratio: f64, agents: f64, target: &ServiceTarget) -> bool {
        if (ratio - 1.0).abs() > CLOSE {
            return ratio < 1.0;
        }
        limits(&self.measures_for(agents, target), target).iter().flatten().all(|limit| limit.kept)
    }
}
