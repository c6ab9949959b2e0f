//! Non-preemptive priorities: M/M/n with classes of contacts that share the agents and the mean handle time.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | agents |
//! | a(i) | load of class i, the highest first, erlangs |
//! | s(k) | Σ_{i≤k} a(i) / n |
//! | C | probability of waiting, Erlang C of the whole load; 1 where that is n or more |
//!
//! Mean wait of class k in handle times: (C/n) / ((1 - s(k-1)) (1 - s(k))), infinite where s(k) ≥ 1: an overload is borne by
//! the lowest classes alone, the higher ones stay finite.
//! Leaves out: patience, handle times that differ by class, interruption of a contact that is served.
//!
//! # Source
//! Cobham (1954), Operations Research 2(1), multiple channels.

use super::ErlangC;

/// The queue M/M/n with priorities.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityQueue {
    agents: f64,
    /// Load of each class and of all above it.
    loads: Vec<f64>,
    all: ErlangC,
}

impl PriorityQueue {
    /// `agents` n ≥ 0 for the `loads` a(i) ≥ 0 of the classes in erlangs, the highest first.
    ///
    /// # Example
    /// 20 agents, 3, 6 and 9 erlangs of three-minute contacts wait 5.8, 10.6 and 90.1 s.
    pub fn new(agents: f64, loads: &[f64]) -> Self {
        let cumulated: Vec<f64> = loads
            .iter()
            .scan(0.0, |sum, load| {
                *sum += load;
                Some(*sum)
            })
            .collect();
        let offered = cumulated.last().copied().unwrap_or(0.0);
        Self { agents, loads: cumulated, all: ErlangC::new(agents, offered) }
    }

    /// The queue without regard to classes: probability of waiting, mean wait of all.
    pub fn all(&self) -> &ErlangC {
        &self.all
    }

    /// Mean wait of class `k`, counted from 0 for the highest, in handle times.
    ///
    /// # Panics
    /// When there is no such class.
    pub fn mean_wait(&self, k: usize) -> f64 {
        let above = if k > 0 { self.loads[k - 1] } else { 0.0 };
        let upto = self.loads[k];
        if upto <= 0.0 {
            // Nobody of this class or above; one who came would wait for the lower ones.
            return if self.agents > 0.0 { self.all.wait_probability() / self.agents } else { f64::INFINITY };
        }
        if upto >= self.agents {
            return f64::INFINITY;
        }
        self.all.wait_probability() * self.agents / ((self.agents - above) * (self.agents - upto))
    }

    /// Mean waits of all classes, the highest first, in handle times.
    pub fn mean_waits(&self) -> Vec<f64> {
        (0..self.loads.len()).map(|k| self.mean_wait(k)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_weighted_by_volume_are_those_without_classes() {
        let loads = [3.0, 6.0, 9.0];
        let queue = PriorityQueue::new(20.0, &loads);
        let mean: f64 = queue.mean_waits().iter().zip(loads).map(|(wait, load)| wait * load).sum::<f64>() / 18.0;
        assert!((mean - queue.all().mean_wait()).abs() < 1e-15);
    }

    #[test]
    fn overload_falls_on_the_lowest_class() {
        let waits = PriorityQueue::new(10.0, &[4.0, 5.0, 3.0]).mean_waits();
        assert_eq!(waits[2], f64::INFINITY);
        assert!((waits[0] - 1.0 / 6.0).abs() < 1e-15 && (waits[1] - 10.0 / 6.0).abs() < 1e-14);
    }
}
