//! Idle time of agents who answer a queue, for work that may wait.

use solver_data::ServiceLevelDefinition;

use crate::queue::Station;

/// How idle time is used; contacts come first, and interrupt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdlePolicy {
    /// Highest occupancy with deferred work counted, 0 to 1.
    pub occupancy_cap: f64,
    /// Share of the agents kept free for contacts, 0 to 1.
    pub reserve: f64,
    /// Seconds of work done in a second of idle time: less than 1 where work is picked up and put down.
    pub efficiency: f64,
}

/// Seconds of deferred work that `agents` agents at `station` can do in its interval:
/// (n min(cap, 1 - reserve) - a (1 - P(abandon))) × efficiency × interval, 0 or more.
pub fn idle_seconds(station: &Station, agents: f64, policy: &IdlePolicy) -> f64 {
    if agents <= 0.0 {
        return 0.0;
    }
    let busy = agents * station.evaluate_fractional(agents, 0.0, ServiceLevelDefinition::ServedAll).occupancy;
    let usable = agents * policy.occupancy_cap.min(1.0 - policy.reserve);
    (usable - busy).max(0.0) * policy.efficiency * station.interval_seconds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::QueueModel;

    #[test]
    fn idle_time_is_what_cap_and_reserve_leave_and_never_negative() {
        let station = Station { model: QueueModel::ErlangC, volume: 60.0, interval_seconds: 1800.0, aht_seconds: 300.0 };
        let policy = IdlePolicy { occupancy_cap: 0.9, reserve: 0.05, efficiency: 0.8 };
        assert!((idle_seconds(&station, 15.0, &policy) - (13.5 - 10.0) * 0.8 * 1800.0).abs() < 1e-9);
        assert_eq!(idle_seconds(&station, 11.0, &policy), 0.0);
        assert_eq!(idle_seconds(&station, 0.0, &policy), 0.0);
        let reserved = IdlePolicy { reserve: 0.25, ..policy };
        assert!((idle_seconds(&station, 16.0, &reserved) - 2.0 * 0.8 * 1800.0).abs() < 1e-9);
    }
}
