//! Queues that share agents by priority: what each class meets when an agent who frees up takes the first of them.
//!
//! | symbol | meaning |
//! |---|---|
//! | λ(k), Λ(k) | arrivals/s of class k, of classes 1 to k; class 1 goes first |
//! | n, μ, θ | agents, completions/s of one, abandonments/s of one waiting contact |
//! | P | share of contacts that find every agent busy |
//! | L(Λ) | mean number waiting of a stream Λ while every agent is busy |
//!
//! The number in the system does not depend on the order of service where handle times and patience are alike, so P is
//! that of one queue for all (Erlang A or C). While every agent is busy, the contacts of classes 1 to k that wait are a
//! birth–death chain with births Λ(k) and deaths n μ + j θ, whoever else waits, so
//!
//! (1) `L(Λ) = Σ j r(j) / Σ r(j)`, `r(j) = Π Λ / (n μ + i θ)` over i = 1..=j;
//! (2) the mean wait of class k is P (L(Λ(k)) - L(Λ(k-1))) / λ(k), and θ times it abandons.
//!
//! Both are exact for one handle time and one patience; without abandonment (2) is the formula of Cobham. Of the
//! distribution, P and the mean are known; given that every agent is busy the class is taken to wait in a queue of its own,
//! in order of arrival, that is worked off at the constant rate c(k) that gives the mean of (2):
//!
//! (3) L(λ(k); c(k)) = L(Λ(k)) - L(Λ(k-1)), so c(1) = n μ.
//!
//! Exact for the first class. Against the two-class chain simulated at 30 erlangs, 20 agents to 34, a fifth of the contacts
//! in the first class, the second's share within 20 s errs by less than 0.015 (see the tests). What is left out: handle
//! times that differ between the classes count by their mean.
//!
//! # Source
//! Cobham (1954), Operations Research 2(1); Kella, Yechiali (1985), Naval Research Logistics 32(2), for the waits of
//! M/M/n with non-preemptive priorities.

use solver_data::ServiceLevelDefinition;

use crate::queue::{ErlangA, Measures, QueueModel, Station};

/// Terms of (1) below this share of the sum are left out.
const NEGLIGIBLE: f64 = 1e-14;
/// Halvings for the rate of (3): to a millionth of it.
const MOST_HALVINGS: u32 = 20;

/// What one class of a pool meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassWait {
    /// P: share of contacts that find every agent busy.
    wait_probability: f64,
    /// E W: mean wait of all contacts, seconds.
    mean_wait: f64,
    /// θ: abandonments a second.
    leaving: f64,
    /// Busy share of the agents, for the pool.
    occupancy: f64,
    /// λ(k).
    arrivals: f64,
    /// c(k), a second.
    worked_off: f64,
}

/// What every class of a pool meets: `volumes[k]` contacts an interval, the class that goes first leading; `pooled` is
/// the station of all of them.
///
/// Without patience and with a load of n or more up to some class, that class and those after it wait for ever.
pub fn class_waits(pooled: &Station, volumes: &[f64], agents: f64) -> Vec<ClassWait> {
    let all = pooled.evaluate_fractional(agents, 0.0, ServiceLevelDefinition::ServedAll);
    let leaving = match pooled.model {
        QueueModel::ErlangA { patience_seconds } if patience_seconds.is_finite() => 1.0 / patience_seconds,
        _ => 0.0,
    };
    let completions = agents / pooled.aht_seconds;
    let (mut earlier, mut waiting) = (0.0, 0.0);
    let class = |(k, volume): (usize, &f64)| {
        let arrivals = volume / pooled.interval_seconds;
        earlier += arrivals;
        let before = waiting;
        waiting = waiting_while_busy(earlier, completions, leaving);
        let own = if waiting.is_finite() { (waiting - before).max(0.0) } else { f64::INFINITY };
        ClassWait {
            wait_probability: all.wait_probability,
            mean_wait: if arrivals > 0.0 { all.wait_probability * own / arrivals } else { 0.0 },
            leaving,
            occupancy: all.occupancy,
            arrivals,
            worked_off: if k == 0 { completions } else { worked_off(arrivals, own, leaving) },
        }
    };
    volumes.iter().enumerate().map(class).collect()
}

/// (3): the rate at which a queue of its own holds `waiting` contacts on average while it is busy.
fn worked_off(arrivals: f64, waiting: f64, leaving: f64) -> f64 {
    if waiting.is_nan() || waiting <= 0.0 || arrivals <= 0.0 {
        return f64::INFINITY;
    }
    // Exact without abandonment, and too fast with it.
    let (mut slow, mut fast) = (0.0, arrivals + arrivals / waiting);
    if leaving <= 0.0 {
        return fast;
    }
    for _ in 0..MOST_HALVINGS {
        let middle = 0.5 * (slow + fast);
        if waiting_while_busy(arrivals, middle, leaving) > waiting {
            slow = middle;
        } else {
            fast = middle;
        }
    }
    fast
}

/// (1); infinite where the stream is never worked off.
fn waiting_while_busy(arrivals: f64, completions: f64, leaving: f64) -> f64 {
    if leaving <= 0.0 {
        let load = arrivals / completions;
        return if load < 1.0 { load / (1.0 - load) } else { f64::INFINITY };
    }
    // Anchored at the largest term, j ≈ (Λ - n μ) / θ, so that nothing overflows.
    let peak = ((arrivals - completions) / leaving).max(0.0).floor();
    let (mut sum, mut moment) = (1.0, peak);
    let (mut term, mut j) = (1.0, peak);
    while j > 0.0 && term > NEGLIGIBLE * sum {
        term *= (completions + j * leaving) / arrivals;
        j -= 1.0;
        sum += term;
        moment += j * term;
    }
    (term, j) = (1.0, peak);
    loop {
        j += 1.0;
        term *= arrivals / (completions + j * leaving);
        sum += term;
        moment += j * term;
        if term <= NEGLIGIBLE * sum {
            return moment / sum;
        }
    }
}

impl ClassWait {
    /// The measures of the class, with the service level of `definition` for a threshold in seconds.
    pub fn measures(&self, threshold_seconds: f64, definition: ServiceLevelDefinition) -> Measures {
        let p = self.wait_probability;
        let abandonment = (self.leaving * self.mean_wait).clamp(0.0, 1.0);
        let (served, gone, over) = self.within(threshold_seconds);
        let (served, gone) = (1.0 - p + p * served, p * gone);
        let share = match definition {
            ServiceLevelDefinition::ServedAll => served,
            ServiceLevelDefinition::ServedExclShort => ratio(served, 1.0 - gone),
            ServiceLevelDefinition::OfAnswered => ratio(served, 1.0 - abandonment),
            ServiceLevelDefinition::HandledOrGone => served + gone,
            ServiceLevelDefinition::Virtual => 1.0 - p * over,
        };
        Measures {
            service_level: share.clamp(0.0, 1.0),
            asa_seconds: self.mean_wait,
            wait_probability: p,
            abandonment,
            occupancy: self.occupancy,
            queue_length: self.arrivals * self.mean_wait,
        }
    }

    /// Of those who find every agent busy: shares answered and gone within a threshold, and offered a longer wait.
    fn within(&self, threshold: f64) -> (f64, f64, f64) {
        if self.worked_off.is_infinite() {
            return (1.0, 0.0, 0.0);
        }
        if self.leaving <= 0.0 {
            let over = (-(self.worked_off - self.arrivals).max(0.0) * threshold).exp();
            return (1.0 - over, 0.0, over);
        }
        if self.worked_off <= 0.0 {
            return (0.0, 1.0 - (-self.leaving * threshold).exp(), 1.0);
        }
        // One server of rate c: its contacts wait as these do, once it is busy.
        let queue = ErlangA::new(1.0, self.arrivals / self.worked_off, self.worked_off / self.leaving);
        let within = queue.within(threshold * self.worked_off);
        let busy = queue.wait_probability();
        let of_busy = |share: f64| (share / busy).clamp(0.0, 1.0);
        let served = of_busy(within.served() - (1.0 - busy));
        let ended = of_busy(within.ended() - (1.0 - busy));
        (served, (ended - served).max(0.0), of_busy(1.0 - within.virtual_within()))
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(patience_seconds: f64) -> Station {
        let model = QueueModel::ErlangA { patience_seconds };
        Station { model, volume: 300.0, interval_seconds: 1800.0, aht_seconds: 180.0 }
    }

    #[test]
    fn without_patience_the_mean_waits_are_those_of_cobham() {
        let station = Station { model: QueueModel::ErlangC, ..pool(1.0) };
        let waits = class_waits(&station, &[60.0, 240.0], 32.0);
        let (p, load) = (waits[0].wait_probability, |volume: f64| volume * 180.0 / 1800.0 / 32.0);
        let base = p * 180.0 / 32.0;
        assert!((waits[0].mean_wait - base / (1.0 - load(60.0))).abs() < 1e-9);
        assert!((waits[1].mean_wait - base / ((1.0 - load(60.0)) * (1.0 - load(300.0)))).abs() < 1e-9);
    }

    #[test]
    fn waits_weighted_by_contacts_are_those_of_one_queue() {
        for (patience, agents) in [(120.0, 26.0), (600.0, 30.0), (20.0, 10.0), (1e6, 34.0)] {
            let all = pool(patience).evaluate_fractional(agents, 20.0, ServiceLevelDefinition::ServedAll);
            let waits = class_waits(&pool(patience), &[30.0, 70.0, 200.0], agents);
            let mean: f64 = waits.iter().zip([30.0, 70.0, 200.0]).map(|(wait, volume)| wait.mean_wait * volume / 300.0).sum();
            assert!((mean / all.asa_seconds - 1.0).abs() < 1e-9, "{patience} {agents}: {mean} {}", all.asa_seconds);
            assert!(waits.windows(2).all(|pair| pair[0].mean_wait <= pair[1].mean_wait));
        }
    }

    #[test]
    fn a_lone_class_is_one_queue() {
        let definitions = [
            ServiceLevelDefinition::ServedAll,
            ServiceLevelDefinition::ServedExclShort,
            ServiceLevelDefinition::OfAnswered,
            ServiceLevelDefinition::HandledOrGone,
            ServiceLevelDefinition::Virtual,
        ];
        let patient = Station { model: QueueModel::ErlangC, ..pool(1.0) };
        for (station, agents) in [(patient, 33.0), (pool(300.0), 20.0), (pool(300.0), 30.0), (pool(20.0), 34.0)] {
            for definition in definitions {
                let class = class_waits(&station, &[300.0], agents)[0].measures(20.0, definition);
                let queue = station.evaluate_fractional(agents, 20.0, definition);
                assert!((class.service_level - queue.service_level).abs() < 1e-9, "{definition:?} {agents}");
                assert!((class.abandonment - queue.abandonment).abs() < 1e-9);
            }
        }
    }

    /// (agents, patience, by class: within 20 s, mean wait, abandonment) of the two-class chain simulated: 3 million contacts
    /// of 180 s, 600 an hour, a fifth of them in the first class.
    const SIMULATED: [(f64, f64, [[f64; 3]; 2]); 5] = [
        (20.0, 300.0, [[0.7776, 11.945, 0.0401], [0.0138, 122.506, 0.4090]]),
        (26.0, 300.0, [[0.8943, 7.431, 0.0247], [0.2450, 54.871, 0.1828]]),
        (30.0, 300.0, [[0.9495, 4.292, 0.0144], [0.5785, 23.353, 0.0786]]),
        (34.0, 300.0, [[0.9822, 1.820, 0.0065], [0.8424, 7.563, 0.0257]]),
        (28.0, 60.0, [[0.9179, 3.544, 0.0583], [0.7149, 9.050, 0.1511]]),
    ];

    #[test]
    fn two_classes_meet_what_a_simulation_of_them_meets() {
        for (agents, patience, classes) in SIMULATED {
            let waits = class_waits(&pool(patience), &[60.0, 240.0], agents);
            for (k, (wait, [level, mean, gone])) in waits.iter().zip(classes).enumerate() {
                let got = wait.measures(20.0, ServiceLevelDefinition::ServedAll);
                let tolerance = if k == 0 { 0.004 } else { 0.02 };
                assert!((got.service_level - level).abs() < tolerance, "{agents} {k}: {} {level}", got.service_level);
                assert!(
                    (got.asa_seconds - mean).abs() < 0.03 * mean + 0.1 && (got.abandonment - gone).abs() < 0.005,
                    "{agents} {k}"
                );
            }
        }
    }
}
