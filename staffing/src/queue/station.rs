//! One queue in one interval, and what its contacts meet.

use solver_data::ServiceLevelDefinition;

use super::{ErlangA, ErlangC};
use crate::error::StaffingError;

/// How contacts wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QueueModel {
    /// For ever.
    ErlangC,
    /// Until their patience ends; it is exponential.
    ErlangA {
        /// Mean patience in seconds; infinite is Erlang C.
        patience_seconds: f64,
    },
}

/// One queue in one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// How contacts wait.
    pub model: QueueModel,
    /// Contacts offered in the interval, 0 or more.
    pub volume: f64,
    /// Length of the interval in seconds.
    pub interval_seconds: f64,
    /// Mean handle time in seconds.
    pub aht_seconds: f64,
}

/// What the contacts of a station meet in its steady state.
///
/// Without contacts nobody waits: service level 1, everything else 0. With contacts and no agents nobody is answered
/// and the occupancy is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Share of contacts in time, by the definition asked for.
    pub service_level: f64,
    /// Mean wait in seconds of all contacts, abandoned ones included; infinite where the queue grows without bound.
    pub asa_seconds: f64,
    /// Share of contacts that find every agent busy.
    pub wait_probability: f64,
    /// Share of contacts that abandon.
    pub abandonment: f64,
    /// Busy share of agents.
    pub occupancy: f64,
    /// Mean number of contacts waiting.
    pub queue_length: f64,
}

impl Measures {
    /// Of a queue without contacts.
    pub(crate) const NOBODY_COMES: Self =
        Self { service_level: 1.0, asa_seconds: 0.0, wait_probability: 0.0, abandonment: 0.0, occupancy: 0.0, queue_length: 0.0 };

    /// Of a queue without agents, for `arrivals` a second: everybody leaves when the patience ends, if ever.
    pub(crate) fn unstaffed(arrivals: f64, patience_seconds: f64, threshold: f64, definition: ServiceLevelDefinition) -> Self {
        let gone = -(-threshold / patience_seconds).exp_m1();
        Self {
            service_level: if definition == ServiceLevelDefinition::HandledOrGone { gone } else { 0.0 },
            asa_seconds: patience_seconds,
            wait_probability: 1.0,
            abandonment: if patience_seconds.is_finite() { 1.0 } else { 0.0 },
            occupancy: 1.0,
            queue_length: arrivals * patience_seconds,
        }
    }
}

impl Station {
    /// The offered load a in erlangs.
    pub fn offered_load(&self) -> f64 {
        if self.interval_seconds > 0.0 { self.volume * self.aht_seconds / self.interval_seconds } else { 0.0 }
    }

    /// Checks that the numbers are ones a queue can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a negative, infinite or missing number, or an interval or patience of zero.
    pub fn validate(&self) -> Result<(), StaffingError> {
        let patience = match self.model {
            QueueModel::ErlangC => f64::INFINITY,
            QueueModel::ErlangA { patience_seconds } => patience_seconds,
        };
        let finite = |x: f64| x.is_finite() && x >= 0.0;
        let checks = [
            ("contact volume", self.volume, finite(self.volume), "a finite number of 0 or more"),
            ("AHT in seconds", self.aht_seconds, finite(self.aht_seconds), "a finite number of 0 or more"),
            (
                "interval in seconds",
                self.interval_seconds,
                finite(self.interval_seconds) && self.interval_seconds > 0.0,
                "a finite number above 0",
            ),
            ("patience in seconds", patience, patience > 0.0, "a number above 0, or none for contacts that never leave"),
        ];
        for (quantity, value, holds, range) in checks {
            if !holds {
                return Err(StaffingError::OutOfRange { quantity, value, range });
            }
        }
        Ok(())
    }

    /// Service of `agents` agents, with the service level of `definition` for a threshold of `threshold_seconds`.
    ///
    /// Every finite station has an answer, none of them NaN. Source: see [`ErlangC`] and [`ErlangA`].
    pub fn evaluate(&self, agents: u32, threshold_seconds: f64, definition: ServiceLevelDefinition) -> Measures {
        self.evaluate_fractional(f64::from(agents), threshold_seconds, definition)
    }

    /// As [`Station::evaluate`] for a real number of agents: the formulas continued between whole agents.
    pub fn evaluate_fractional(&self, agents: f64, threshold_seconds: f64, definition: ServiceLevelDefinition) -> Measures {
        let offered = self.offered_load();
        let threshold = threshold_seconds.clamp(0.0, 1e300);
        if offered <= 0.0 {
            return self.unloaded(agents);
        }
        match self.model {
            QueueModel::ErlangA { patience_seconds } if patience_seconds.is_finite() => {
                if agents <= 0.0 {
                    let arrivals = self.volume / self.interval_seconds;
                    return Measures::unstaffed(arrivals, patience_seconds, threshold, definition);
                }
                let queue = ErlangA::new(agents, offered, patience_seconds / self.aht_seconds);
                of_erlang_a(&queue, self.aht_seconds, threshold, definition)
            }
            _ => of_erlang_c(&ErlangC::new(agents, offered), self.aht_seconds, threshold),
        }
    }

    fn unloaded(&self, agents: f64) -> Measures {
        // Contacts that take no time at all still need somebody to take them.
        let lost = self.volume > 0.0 && agents <= 0.0;
        if lost {
            return Measures { service_level: 0.0, asa_seconds: f64::INFINITY, wait_probability: 1.0, ..Measures::NOBODY_COMES };
        }
        Measures::NOBODY_COMES
    }
}

/// Measures of M/M/n for handle times of `aht` seconds.
pub(super) fn of_erlang_c(queue: &ErlangC, aht: f64, threshold: f64) -> Measures {
    // Nobody abandons: the five definitions agree.
    Measures {
        service_level: queue.within(threshold / aht),
        asa_seconds: queue.mean_wait() * aht,
        wait_probability: queue.wait_probability(),
        abandonment: 0.0,
        occupancy: queue.occupancy(),
        queue_length: queue.queue_length(),
    }
}

/// Measures of M/M/n+M for handle times of `aht` seconds.
pub(super) fn of_erlang_a(queue: &ErlangA, aht: f64, threshold: f64, definition: ServiceLevelDefinition) -> Measures {
    let within = queue.within(threshold / aht);
    let service_level = match definition {
        ServiceLevelDefinition::ServedAll => within.served(),
        ServiceLevelDefinition::ServedExclShort => {
            let served = within.served();
            // offered - abandoned by now = answered by now + still waiting
            ratio(served, served + within.waiting())
        }
        ServiceLevelDefinition::OfAnswered => ratio(within.served(), queue.answered()),
        ServiceLevelDefinition::HandledOrGone => within.ended(),
        ServiceLevelDefinition::Virtual => within.virtual_within(),
    };
    Measures {
        service_level: service_level.clamp(0.0, 1.0),
        asa_seconds: queue.mean_wait() * aht,
        wait_probability: queue.wait_probability(),
        abandonment: queue.abandonment(),
        occupancy: queue.occupancy(),
        queue_length: queue.queue_length(),
    }
}

/// part / whole, 0 where both vanish.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
