//! Contacts that leave the queue for a callback.
//!
//! | symbol | meaning |
//! |---|---|
//! | λ, μ, θ, n | arrivals, completions of one agent, abandonments of one waiting contact, 1/s; agents |
//! | τ, c | wait after which a callback is offered; share that accepts it |
//! | Ḡ(x) | share still waiting after x: e^{-θx} for x < τ, (1 - c) e^{-θx} from τ on |
//! | H(x) = ∫₀ˣ Ḡ | mean time in the queue of a contact offered the wait x |
//! | ε = 1/B(n - 1, λ/μ), E(x) = λ H(x) - nμ x | |
//!
//! The offered callback makes the queue one with general patience, M/M/n+G, whose offered wait V has the density
//! λ e^{E(x)} / D with D = ε + λ ∫ e^E and P(V = 0) = ε / D: no approximation. From it, all by integrals of positive
//! terms:
//!
//! (1) callbacks = c e^{-θτ} P(V > τ); (2) answered within t = ε/D + ∫_0^t Ḡ; (3) mean wait = ∫ H; (4) abandoned =
//! ∫ (1 - Ḡ) less the callbacks.
//!
//! Where callbacks are offered to those who would abandon, the queue is Erlang A as it was, and the share c of its
//! abandoned contacts is called back.
//!
//! Of the contacts that are lost, a share r redials at once and is offered anew:
//!
//! (5) λ' = λ + r λ' P(lost; λ'),
//!
//! whose right side grows slower than its left, so that it has one solution, found by bisection. Poisson redials are an
//! approximation (no delay before the next try). Callbacks themselves are deferred work: they are made in idle time or
//! by agents of their own and do not return to the queue.
//!
//! # Source
//! Baccelli, Hebuterne (1981); Zeltyn, Mandelbaum (2005), "Call centers with impatient customers: many-server
//! asymptotics of the M/M/n+G queue", Queueing Systems 51.

use crate::error::StaffingError;
use crate::queue::{ErlangB, QueueModel, Station};
use crate::transient::panel::gauss_legendre;

/// Exponent below its maximum beyond which the density is dropped.
const NEGLIGIBLE: f64 = 42.0;
/// Relative width at which the bisection of (5) ends.
const CLOSE: f64 = 1e-13;

/// To whom a callback is offered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CallbackTrigger {
    /// To contacts whose patience ends.
    ToAbandoning,
    /// To contacts that have waited so long.
    AfterWait {
        /// τ in seconds, 0 or more.
        seconds: f64,
    },
}

/// How callbacks are offered, and what contacts do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallbackPolicy {
    /// To whom.
    pub offer: CallbackTrigger,
    /// c: share of those offered one who accept, 0 to 1.
    pub accepted: f64,
    /// r: share of lost contacts that redial at once, 0 or more, below 1.
    pub redialling: f64,
}

/// What the contacts of an interval meet where callbacks are offered. Shares are of all tries, redials included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallbackService {
    /// Tries in the interval: contacts and their redials.
    pub tries: f64,
    /// Callbacks accepted in the interval.
    pub callbacks: f64,
    /// Share of tries that become callbacks.
    pub callback_share: f64,
    /// Share of tries that are lost: neither answered nor called back.
    pub abandonment: f64,
    /// Share of tries that find every agent busy.
    pub wait_probability: f64,
    /// Share of tries answered within the threshold.
    pub service_level: f64,
    /// Mean wait in seconds of all tries, until answered or gone.
    pub asa_seconds: f64,
    /// Busy share of the agents with contacts that stayed.
    pub occupancy: f64,
}

/// The service of `agents` agents at `station` under `policy`, answered within `threshold_seconds`.
///
/// # Errors
/// [`StaffingError::OutOfRange`] for numbers a queue cannot have, or where nobody abandons and more stays in the queue
/// than the agents can serve.
pub fn with_callbacks(
    station: &Station,
    agents: u32,
    policy: &CallbackPolicy,
    threshold_seconds: f64,
) -> Result<CallbackService, StaffingError> {
    station.validate()?;
    policy.validate(threshold_seconds)?;
    if station.volume <= 0.0 || station.aht_seconds <= 0.0 {
        return Ok(CallbackService::idle(station.volume));
    }
    let queue = |volume: f64| Queue::new(&Station { volume, ..*station }, agents, policy);
    queue(station.volume).validate()?;
    let tries = if policy.redialling > 0.0 && queue(station.volume).leaving > 0.0 {
        // (5): tries less redials grows with the tries.
        let first_tries = |tries: f64| tries * (1.0 - policy.redialling * queue(tries).measure(0.0).abandonment);
        let (mut low, mut high) = (station.volume, station.volume / (1.0 - policy.redialling));
        while high - low > CLOSE * high {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if first_tries(middle) < station.volume { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    } else {
        station.volume
    };
    queue(tries).validate()?;
    Ok(queue(tries).measure(threshold_seconds))
}

impl CallbackPolicy {
    fn validate(&self, threshold_seconds: f64) -> Result<(), StaffingError> {
        let wait = if let CallbackTrigger::AfterWait { seconds } = self.offer { seconds } else { 0.0 };
        let checks = [
            ("share that accepts a callback", self.accepted, (0.0..=1.0).contains(&self.accepted), "0 to 1"),
            ("share that redials", self.redialling, (0.0..1.0).contains(&self.redialling), "0 or more, below 1"),
            ("wait before the offer in seconds", wait, wait >= 0.0, "0 seconds or more"),
            ("threshold in seconds", threshold_seconds, threshold_seconds >= 0.0, "0 seconds or more"),
        ];
        for (quantity, value, holds, range) in checks {
            if !holds {
                return Err(StaffingError::OutOfRange { quantity, value, range });
            }
        }
        Ok(())
    }
}

impl CallbackService {
    fn idle(volume: f64) -> Self {
        Self {
            tries: volume,
            callbacks: 0.0,
            callback_share: 0.0,
            abandonment: 0.0,
            wait_probability: 0.0,
            service_level: 1.0,
            asa_seconds: 0.0,
            occupancy: 0.0,
        }
    }
}

/// The queue M/M/n+G of one interval; times in seconds.
struct Queue {
    volume: f64,
    /// λ, nμ, θ.
    arrival: f64,
    service: f64,
    leaving: f64,
    agents: f64,
    /// ln ε.
    ln_free: f64,
    offer: CallbackTrigger,
    accepted: f64,
}

/// Integrals of e^{E - mode}: 1, Ḡ, H, those who abandon, 1 beyond τ, Ḡ within the threshold.
type Integrals = [f64; 6];

impl Queue {
    fn new(station: &Station, agents: u32, policy: &CallbackPolicy) -> Self {
        let patience =
            if let QueueModel::ErlangA { patience_seconds } = station.model { patience_seconds } else { f64::INFINITY };
        let before = f64::from(agents.saturating_sub(1));
        Self {
            volume: station.volume,
            arrival: station.volume / station.interval_seconds,
            service: f64::from(agents) / station.aht_seconds,
            leaving: 1.0 / patience,
            agents: f64::from(agents),
            ln_free: if agents > 0 { -ErlangB::new(before, station.offered_load()).ln_blocking() } else { f64::NEG_INFINITY },
            offer: policy.offer,
            accepted: policy.accepted,
        }
    }

    /// Refuses a queue that grows without bound.
    fn validate(&self) -> Result<(), StaffingError> {
        let staying = match self.offer {
            CallbackTrigger::ToAbandoning => self.arrival,
            CallbackTrigger::AfterWait { .. } => self.arrival * (1.0 - self.accepted),
        };
        let forever = self.service > 0.0 || staying > 0.0;
        if self.leaving > 0.0 || staying < self.service || !forever {
            return Ok(());
        }
        let value = if self.service > 0.0 { staying / self.service * self.agents } else { staying };
        let (quantity, range) = ("offered load that never leaves", "less than the agents; add some, or give a patience");
        Err(StaffingError::OutOfRange { quantity, value, range })
    }

    /// τ, and c of those who reach it.
    fn exit(&self) -> (f64, f64) {
        match self.offer {
            CallbackTrigger::ToAbandoning => (f64::INFINITY, 0.0),
            CallbackTrigger::AfterWait { seconds } => (seconds, self.accepted),
        }
    }

    /// e^{-θx}, (1 - e^{-θx}) / θ.
    fn faded(&self, x: f64) -> (f64, f64) {
        let u = self.leaving * x;
        if u > 0.0 { ((-u).exp(), -(-u).exp_m1() / self.leaving) } else { (1.0, x) }
    }

    /// Ḡ(x) and H(x).
    fn staying(&self, x: f64) -> (f64, f64) {
        let (tau, accepted) = self.exit();
        let (stays, waited) = self.faded(x);
        if x < tau {
            return (stays, waited);
        }
        let first = self.faded(tau).1;
        ((1.0 - accepted) * stays, first + (1.0 - accepted) * (waited - first))
    }

    fn exponent(&self, x: f64) -> f64 {
        self.arrival * self.staying(x).1 - self.service * x
    }

    /// Where E is largest: where λ Ḡ falls below nμ.
    fn mode(&self) -> f64 {
        let (tau, accepted) = self.exit();
        if self.arrival <= self.service {
            return 0.0;
        }
        let reached = |rate: f64| (rate / self.service).ln() / self.leaving;
        if self.leaving > 0.0 && reached(self.arrival) <= tau {
            return reached(self.arrival);
        }
        let beyond = self.arrival * (1.0 - accepted);
        if beyond <= self.service || self.leaving <= 0.0 { tau } else { reached(beyond).max(tau) }
    }

    fn measure(&self, threshold: f64) -> CallbackService {
        if self.service <= 0.0 {
            return self.unstaffed();
        }
        let mode = self.mode();
        let peak = self.exponent(mode);
        let [all, staying, waited, abandoning, beyond, in_time] = self.integrals(mode, threshold);
        // Everything over the larger of ε and λ e^{E(mode)}.
        let ln_waiting = self.arrival.ln() + peak;
        let scale = self.ln_free.max(ln_waiting);
        let (free, weight) = ((self.ln_free - scale).exp(), (ln_waiting - scale).exp());
        let whole = free + weight * all;
        let (tau, accepted) = self.exit();
        let callback = if accepted > 0.0 { accepted * self.faded(tau).0 * weight * beyond / whole } else { 0.0 };
        let lost = weight * abandoning / whole;
        let (callback_share, abandonment) = match self.offer {
            CallbackTrigger::ToAbandoning => (self.accepted * lost, (1.0 - self.accepted) * lost),
            CallbackTrigger::AfterWait { .. } => (callback, lost),
        };
        let answered = (free + weight * staying) / whole;
        CallbackService {
            tries: self.volume,
            callbacks: self.volume * callback_share,
            callback_share,
            abandonment,
            wait_probability: (weight * all / whole).min(1.0),
            service_level: ((free + weight * in_time) / whole).min(1.0),
            asa_seconds: weight * waited / whole,
            occupancy: (self.arrival / self.service * answered).min(1.0),
        }
    }

    /// Nobody answers: contacts leave one way or the other.
    fn unstaffed(&self) -> CallbackService {
        let (tau, accepted) = self.exit();
        let offered = if tau.is_finite() { self.faded(tau).0 * accepted } else { 0.0 };
        let callback_share = if self.offer == CallbackTrigger::ToAbandoning { self.accepted } else { offered };
        let patience = if self.leaving > 0.0 { 1.0 / self.leaving } else { 0.0 };
        let waited = if tau.is_finite() {
            let first = self.faded(tau).1;
            first + (1.0 - accepted) * (patience - first).max(0.0)
        } else {
            patience
        };
        CallbackService {
            callbacks: self.volume * callback_share,
            callback_share,
            abandonment: 1.0 - callback_share,
            wait_probability: 1.0,
            service_level: 0.0,
            asa_seconds: waited,
            occupancy: 1.0,
            ..CallbackService::idle(self.volume)
        }
    }

    /// Panels outward from the mode, none across τ or the threshold.
    fn integrals(&self, mode: f64, threshold: f64) -> Integrals {
        let (tau, _) = self.exit();
        let mut stops: Vec<f64> = [0.0, tau, threshold].into_iter().filter(|stop| stop.is_finite()).collect();
        stops.sort_by(f64::total_cmp);
        let peak = self.exponent(mode);
        let mut sums = [0.0; 6];
        for sign in [-1.0, 1.0] {
            let mut at = mode;
            loop {
                let ahead = |stop: &&f64| (**stop - at) * sign > 0.0;
                let stop = if sign < 0.0 { stops.iter().rev().find(ahead) } else { stops.iter().find(ahead) };
                if stop.is_none() && sign < 0.0 || self.exponent(at) - peak < -NEGLIGIBLE {
                    break;
                }
                let width = stop.map_or(f64::INFINITY, |stop| (stop - at).abs()).min(self.panel(at, sign));
                self.panel_integrals((at, at + sign * width), peak, threshold, &mut sums);
                at = match stop {
                    Some(stop) if width >= (stop - at).abs() => *stop,
                    _ => at + sign * width,
                };
            }
        }
        sums
    }

    /// Width on which the exponent changes by a few, and patience by one.
    fn panel(&self, at: f64, sign: f64) -> f64 {
        let (tau, accepted) = self.exit();
        let beyond = at > tau || (at >= tau && sign > 0.0);
        let stays = self.faded(at).0 * if beyond { 1.0 - accepted } else { 1.0 };
        let slope = (self.arrival * stays - self.service).abs();
        let curvature = (self.arrival * self.leaving * stays).sqrt();
        // Once patience has nearly ended its own scale no longer matters.
        let patience = if self.leaving * at < NEGLIGIBLE { self.leaving } else { 0.0 };
        (2.0 / slope).min(1.5 / curvature).min(1.0 / patience)
    }

    fn panel_integrals(&self, (from, to): (f64, f64), peak: f64, threshold: f64, sums: &mut Integrals) {
        let (tau, accepted) = self.exit();
        let (low, width) = (from.min(to), (to - from).abs());
        let middle = low + 0.5 * width;
        for (x, weight) in gauss_legendre() {
            let x = low + width * x;
            let density = width * weight * (self.exponent(x) - peak).exp();
            let (stays, waited) = self.staying(x);
            let first = -(-self.leaving * x.min(tau)).exp_m1();
            let later = (1.0 - accepted) * (self.faded(tau.min(x)).0 - self.faded(x).0).max(0.0);
            let late = if middle > tau { density } else { 0.0 };
            let timely = if middle < threshold { density * stays } else { 0.0 };
            let terms = [density, density * stays, density * waited, density * (first + later), late, timely];
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
        }
    }
}
