//! M/M/n/K and M/M/n/K+M: room for K contacts in all, those who find it full are blocked.
//!
//! | symbol | meaning |
//! |---|---|
//! | n, K | agents; places in all, agents' included; m = K - n waiting places |
//! | a | offered load λ/μ, erlangs |
//! | r | mean patience in handle times; infinite for contacts that never leave |
//! | p(j) | probability of j contacts; c(k) = p(n + k) / p(n) = Π_{j≤k} a / (n + j/r) |
//! | F | Σ_{j<n} p(j) / p(n) = (n/a) / B(n - 1, a) |
//! | T, M | Σ_{k≥1} c(k), Σ k c(k), over k ≤ m |
//! | D | normaliser F + 1 + T |
//!
//! With these, and without any subtraction:
//!
//! - P(blocked) = c(m) / D, P(wait) = Σ_{k<m} c(k) / D = (n T + M/r) / (a D)
//! - P(abandon) = M / (a r D), mean number waiting M / D
//! - P(answered) = (F + (n/a) T) / D
//!
//! The sums start from their largest term, so that nothing overflows, and end where terms no longer count: at most m
//! terms, some 9 √(a r) where patience ends sooner, and closed forms where it never does.
//! A contact that finds n + k waits for k + 1 departures at rates n + j/r; e^{-V/r} has the beta distribution (n r, k + 1),
//! so P(V > u) is a sum of k + 1 negative binomial probabilities (Poisson ones with endless patience).
//!
//! # Source
//! Gross, Shortle, Thompson, Harris (2008), "Fundamentals of queueing theory", 2.5 and 2.10; Rényi (1953) for the sum of
//! exponentials.

use super::departures::Departures;
use super::poisson::{STIRLING, deviance, ln_poisson, stirling_error};
use super::series;

/// Share of a sum below which its rest is dropped.
const DROP: f64 = 1e-19;
/// Waiting places up to which a geometric sum is added term by term.
const FEW: u32 = 128;
/// Terms after which a product is taken afresh from its logarithm, before rounding adds up.
const AFRESH: u32 = 2048;

/// The queue M/M/n/K, with or without patience, in its steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FiniteQueue {
    agents: f64,
    /// Agents who can be busy at once: no more than there are places.
    busy: f64,
    offered: f64,
    patience: f64,
    waiting_places: u32,
    /// ln(c(k) / c(peak)) is taken from the peak k.
    peak: u32,
    /// Range of k whose terms count, and the term of its lower end over the peak's.
    range: (u32, u32, f64),
    /// Scale of the terms over the peak's: term / D.
    unit: f64,
    free: f64,
    served_later: f64,
    blocked: f64,
    waits: f64,
    queue_length: f64,
}

/// Sums over k, all relative to the peak's term.
struct Terms {
    /// Σ_{k≥1} c(k), Σ k c(k).
    sum: f64,
    moment: f64,
    last: f64,
    range: (u32, u32, f64),
}

impl FiniteQueue {
    /// The queue of `agents` n, `offered` a ≥ 0 erlangs, `places` K in all, and `patience` r > 0 in handle times, infinite
    /// for contacts that never leave.
    ///
    /// With fewer places than agents only K agents can be busy.
    ///
    /// # Example
    /// n = 1, a = ½, K = 2, patience ⅓: P(blocked) = 0.04, P(wait) = 0.32.
    pub fn new(agents: u32, offered: f64, places: u32, patience: f64) -> Self {
        let servers = agents.min(places);
        let blank = Self {
            agents: f64::from(agents),
            busy: f64::from(servers),
            offered,
            patience: patience.clamp(f64::MIN_POSITIVE, f64::INFINITY),
            waiting_places: places - servers,
            peak: 0,
            range: (0, 0, 1.0),
            unit: 0.0,
            free: 1.0,
            served_later: 0.0,
            blocked: 0.0,
            waits: 0.0,
            queue_length: 0.0,
        };
        if offered <= 0.0 {
            return Self { blocked: f64::from(places == 0), free: f64::from(places > 0), ..blank };
        }
        if servers == 0 && patience.is_infinite() {
            // Nobody ever leaves: the places are full for good.
            return Self { free: 0.0, blocked: 1.0, queue_length: f64::from(places), ..blank };
        }
        blank.solved()
    }

    fn solved(mut self) -> Self {
        self.peak = self.busiest();
        let terms = if self.patience.is_infinite() && self.waiting_places > FEW { self.geometric() } else { self.summed() };
        let ln_first = -self.ln_growth(self.peak);
        let first = ln_first.exp();
        let ln_free = self.ln_free() + ln_first;
        // Nothing above one is exponentiated: the larger of the two parts is the unit.
        let shift = ln_free.max(0.0);
        let (free, scale) = ((ln_free - shift).exp(), (-shift).exp());
        let normaliser = free + scale * (first + terms.sum);
        self.range = terms.range;
        self.unit = scale / normaliser;
        self.free = free / normaliser;
        self.served_later = self.unit * self.busy / self.offered * terms.sum;
        self.blocked = self.unit * terms.last;
        self.queue_length = self.unit * terms.moment;
        self.waits = self.unit * (self.busy * terms.sum + terms.moment / self.patience) / self.offered;
        self
    }

    /// ln F, negative infinity without agents.
    fn ln_free(&self) -> f64 {
        if self.busy < 1.0 {
            return f64::NEG_INFINITY;
        }
        let fewer = self.busy - 1.0;
        let before = series::blocking(fewer, self.offered, fewer - self.offered);
        (self.busy / self.offered).ln() - before.ln
    }

    /// The k with the largest c(k): the last for which a ≥ n + k/r.
    fn busiest(&self) -> u32 {
        if self.offered <= self.busy {
            return 0;
        }
        ((self.offered - self.busy) * self.patience).min(f64::from(self.waiting_places)) as u32
    }

    /// c(k) / c(k - 1).
    fn ratio(&self, k: u32) -> f64 {
        self.offered / (self.busy + f64::from(k) / self.patience)
    }

    /// ln c(k).
    fn ln_growth(&self, k: u32) -> f64 {
        if k == 0 {
            return 0.0;
        }
        if self.patience.is_infinite() {
            return f64::from(k) * self.ln_load();
        }
        let (x, y, k) = (self.offered * self.patience, self.busy * self.patience, f64::from(k));
        let d = (self.busy - self.offered) * self.patience;
        if y < STIRLING {
            return ln_poisson(y + k, x, d + k) - ln_poisson(y, x, d);
        }
        // The difference of both logarithms, taken before they grow large.
        let (above, reached) = ((d + k) / x, y + k);
        let ln_reached = if above.abs() < 0.5 { above.ln_1p() } else { (reached / x).ln() };
        deviance(y, reached, -k) - k * ln_reached - (stirling_error(reached) - stirling_error(y)) - 0.5 * (k / y).ln_1p()
    }

    /// ln(a / n), with all digits near the critical load.
    fn ln_load(&self) -> f64 {
        let above = (self.offered - self.busy) / self.busy;
        if above.abs() < 0.5 { above.ln_1p() } else { (self.offered / self.busy).ln() }
    }

    /// The sums term by term, outwards from the peak.
    fn summed(&self) -> Terms {
        let (peak, most) = (self.peak, self.waiting_places);
        let base = self.ln_growth(peak);
        let afresh = |k: u32| (self.ln_growth(k) - base).exp();
        let centre = if peak > 0 { 1.0 } else { 0.0 };
        let mut all = Terms { sum: centre, moment: f64::from(peak) * centre, last: 1.0, range: (peak, peak, 1.0) };
        let mut term = 1.0;
        for k in peak + 1..=most {
            let ratio = self.ratio(k);
            term = if (k - peak).is_multiple_of(AFRESH) { afresh(k) } else { term * ratio };
            all.sum += term;
            all.moment += f64::from(k) * term;
            all.range.1 = k;
            // The rest is less than a geometric series, and than as many terms of this size.
            let rest = (1.0 / (1.0 - ratio)).min(f64::from(most - k));
            if ratio < 1.0 && term * rest * rest <= DROP * (1.0 + all.sum) {
                break;
            }
        }
        all.last = if all.range.1 == most { term } else { afresh(most) };
        term = 1.0;
        for k in (0..peak).rev() {
            let ratio = self.ratio(k + 1);
            term = if (peak - k).is_multiple_of(AFRESH) { afresh(k) } else { term / ratio };
            if k > 0 {
                all.sum += term;
                all.moment += f64::from(k) * term;
            }
            (all.range.0, all.range.2) = (k, term);
            if ratio > 1.0 && term * (ratio / (ratio - 1.0)).min(f64::from(k)) <= DROP * all.sum {
                break;
            }
        }
        all
    }

    /// The sums of ρ^k in closed form: mean m/2 + (m+1)/2 Λ((m+1)δ/2) - Λ(δ/2)/2 with δ = ln ρ and Langevin's function
    /// Λ(z) = coth z - 1/z, and two forms without cancellation away from the critical load.
    fn geometric(&self) -> Terms {
        let (most, delta) = (f64::from(self.waiting_places), self.ln_load());
        let (fall, places) = (delta.abs(), most + 1.0);
        // Over the largest term: falling from the first, or from the last.
        let total = if fall > 0.0 { (-places * fall).exp_m1() / (-fall).exp_m1() } else { places };
        let far = if places * fall > 1.0 {
            1.0 / fall.exp_m1() - places / (places * fall).exp_m1()
        } else {
            0.5 * most - 0.5 * places * langevin(0.5 * places * fall) + 0.5 * langevin(0.5 * fall)
        };
        let rare = (-most * fall).exp();
        let reach = ((DROP.ln().abs() + 20.0) / fall.max(f64::MIN_POSITIVE)).min(most) as u32;
        if delta > 0.0 {
            let mean = most - far;
            let low = self.waiting_places - reach;
            let range = (low, self.waiting_places, (-f64::from(reach) * fall).exp());
            Terms { sum: total - rare, moment: mean * total, last: 1.0, range }
        } else {
            // Σ_{k≥1} = ρ Σ_{k<m}, without the first term's cancellation.
            let later = if fall > 0.0 { (-most * fall).exp_m1() / (-fall).exp_m1() * (-fall).exp() } else { most };
            Terms { sum: later, moment: far * total, last: rare, range: (0, reach, 1.0) }
        }
    }

    /// Share of contacts that find every place taken.
    pub fn blocking(&self) -> f64 {
        self.blocked.min(1.0)
    }

    /// Share of offered contacts that are let in and wait.
    pub fn wait_probability(&self) -> f64 {
        self.waits.min(1.0)
    }

    /// Share of contacts let in that wait.
    pub fn wait_probability_accepted(&self) -> f64 {
        let accepted = self.free + self.waits;
        if accepted > 0.0 { (self.waits / accepted).min(1.0) } else { 0.0 }
    }

    /// Share of offered contacts that wait and abandon.
    pub fn abandonment(&self) -> f64 {
        if self.queue_length > 0.0 { (self.queue_length / (self.offered * self.patience)).min(1.0) } else { 0.0 }
    }

    /// Share of offered contacts that are answered.
    pub fn answered(&self) -> f64 {
        (self.free + self.served_later).min(1.0)
    }

    /// Mean number waiting.
    pub fn queue_length(&self) -> f64 {
        self.queue_length
    }

    /// Mean wait of contacts let in, abandoned ones included, in handle times; infinite where nobody is ever answered.
    pub fn mean_wait_accepted(&self) -> f64 {
        match (self.queue_length > 0.0, self.free + self.waits > 0.0) {
            (false, _) => 0.0,
            (true, true) => self.queue_length / (self.offered * (self.free + self.waits)),
            (true, false) => f64::INFINITY,
        }
    }

    /// Busy share of agents; 1 for no agents under load.
    pub fn occupancy(&self) -> f64 {
        match (self.offered > 0.0, self.agents > 0.0) {
            (true, true) => (self.offered / self.agents * self.answered()).min(1.0),
            (loaded, _) => f64::from(loaded),
        }
    }

    /// Shares of offered contacts up to `u` handle times after they came. Cost: as many terms as the queue has.
    pub fn within(&self, u: f64) -> FiniteWithin {
        let u = u.max(0.0);
        let mut got = FiniteWithin { virtual_within: self.free, served: self.free, waiting: 0.0 };
        let (low, high, mut term) = self.range;
        if self.waiting_places == 0 || self.unit <= 0.0 {
            return got;
        }
        let rate = self.busy * self.patience;
        let stays = (-u / self.patience).exp();
        let mut offered = Departures::from_rate(self.busy, self.patience, u, low);
        let mut answered = Departures::from_rate(self.busy + 1.0 / self.patience, self.patience, u, low);
        for k in low..=high.min(self.waiting_places - 1) {
            let weight = self.unit * term;
            let late = offered.at_most(k);
            let stayed = if rate.is_finite() { rate / (rate + f64::from(k) + 1.0) } else { 1.0 };
            got.virtual_within += weight * (1.0 - late);
            got.served += weight * stayed * (1.0 - answered.at_most(k));
            got.waiting += weight * late * stays;
            term *= self.ratio(k + 1);
        }
        got
    }
}

/// What has become of offered contacts some time after they came; the rest was blocked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FiniteWithin {
    /// Let in, and the wait, had they stayed, has ended.
    pub virtual_within: f64,
    /// Answered.
    pub served: f64,
    /// Still waiting.
    pub waiting: f64,
}

/// Langevin's function coth z - 1/z for 0 ≤ z ≤ 1.
fn langevin(z: f64) -> f64 {
    // Continued fraction z / (3 + z²/(5 + z²/(7 + …))).
    let square = z * z;
    let tail = (0..12).rev().fold(25.0 + 2.0, |tail, k| f64::from(2 * k + 3) + square / tail);
    z / tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_agent_and_one_place_to_wait_balance_by_hand() {
        let queue = FiniteQueue::new(1, 0.5, 2, 1.0 / 3.0);
        assert!((queue.blocking() - 0.04).abs() < 1e-15 && (queue.wait_probability() - 0.32).abs() < 1e-15);
        assert!((queue.abandonment() - 0.24).abs() < 1e-15 && (queue.occupancy() - 0.36).abs() < 1e-15);
    }

    #[test]
    fn without_waiting_places_it_is_the_loss_system() {
        let queue = FiniteQueue::new(5, 3.0, 5, 1.0);
        assert!((queue.blocking() - 0.110_054_347_826_087).abs() < 1e-14 && queue.wait_probability() == 0.0);
        assert_eq!(FiniteQueue::new(0, 3.0, 0, 1.0).blocking(), 1.0);
    }

    #[test]
    fn closed_forms_equal_the_sums_they_replace() {
        for (n, a) in [(10, 10.0), (10, 9.999), (10, 10.2), (10, 3.0), (10, 60.0), (100, 99.99999)] {
            for places in [n + 200, n + 5000] {
                let queue = FiniteQueue::new(n, a, places, f64::INFINITY);
                let (closed, summed) = (queue.geometric(), queue.summed());
                for (closed, summed) in [(closed.sum, summed.sum), (closed.moment, summed.moment), (closed.last, summed.last)] {
                    assert!((closed - summed).abs() <= 1e-12 * summed, "{n} {a} {places}: {closed} {summed}");
                }
            }
        }
    }

    #[test]
    fn every_contact_is_answered_or_lost_or_still_waits() {
        for (n, a, places, patience) in
            [(7, 9.0, 30, 2.0), (0, 3.0, 4, 1.0), (80, 70.0, 100, f64::INFINITY), (900, 1000.0, 4000, 40.0)]
        {
            let queue = FiniteQueue::new(n, a, places, patience);
            assert!((queue.answered() + queue.abandonment() + queue.blocking() - 1.0).abs() < 1e-12, "{queue:?}");
            let [at_once, soon, late] = [0.0, 0.3, 1e4].map(|u| queue.within(u));
            assert!((at_once.served + at_once.waiting + queue.blocking() - 1.0).abs() < 1e-12);
            assert!(soon.served >= at_once.served && soon.waiting <= at_once.waiting);
            assert!((late.served - queue.answered()).abs() < 1e-12 && late.waiting < 1e-12, "{late:?} {queue:?}");
        }
    }
}
