//! After-contact work that need not be done at once, moved into troughs.
//!
//! Part of the handle time leaves the queue: agents are sized on what is left, and the write-ups are worked in idle time
//! within their limit, and by extra agents, evenly spread, where idle time does not suffice.

use solver_data::{Deadline, ServiceLevelDefinition, ServiceTarget};

use super::capacity::{DeferredCapacity, DeferredRequirement, Spread};
use super::deadline::OpeningCalendar;
use super::demand::DeferredDemand;
use super::idle::{IdlePolicy, idle_seconds};
use crate::error::StaffingError;
use crate::queue::Station;

/// Write-up that may wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WriteUpPolicy {
    /// Seconds of each answered contact's handle time that may be done later.
    pub seconds: f64,
    /// How long it may wait, seconds; two hours are usual.
    pub within_seconds: f64,
    /// How idle time is used.
    pub idle: IdlePolicy,
}

/// Agents with write-ups deferred.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteUpPlan {
    /// Agents by interval with all work done at once.
    pub agents_at_once: Vec<u32>,
    /// Agents by interval for the contacts alone.
    pub agents_contacts: Vec<u32>,
    /// Write-ups: extra agents and progress.
    pub write_ups: DeferredRequirement,
}

impl WriteUpPlan {
    /// Agents by interval with write-ups deferred, fractional.
    pub fn agents(&self) -> Vec<f64> {
        self.agents_contacts.iter().zip(&self.write_ups.agents).map(|(n, extra)| f64::from(*n) + extra).collect()
    }
}

/// Sizes `stations`, the consecutive intervals of a queue, for `target` with write-ups deferred.
///
/// Intervals without contacts are closed: no extra agents, and no idle time.
///
/// # Errors
/// [`StaffingError::OutOfRange`] for a write-up longer than the handle time, and whatever sizing refuses.
pub fn defer_write_up(
    stations: &[Station],
    target: &ServiceTarget,
    policy: &WriteUpPolicy,
) -> Result<WriteUpPlan, StaffingError> {
    let mut plan = (Vec::new(), Vec::new());
    let (mut work, mut idle) = (Vec::new(), Vec::new());
    for station in stations {
        let left = station.aht_seconds - policy.seconds;
        if station.volume > 0.0 && (left.is_nan() || left <= 0.0 || policy.seconds < 0.0) {
            let quantity = "write-up in seconds";
            return Err(StaffingError::OutOfRange { quantity, value: policy.seconds, range: "less than the handle time" });
        }
        let contacts = Station { aht_seconds: left.max(0.0), ..*station };
        let agents = contacts.required_agents(target)?;
        plan.0.push(station.required_agents(target)?);
        plan.1.push(agents);
        let met = contacts.evaluate(agents, 0.0, ServiceLevelDefinition::ServedAll);
        work.push(station.volume * (1.0 - met.abandonment) * policy.seconds);
        idle.push(idle_seconds(&contacts, f64::from(agents), &policy.idle));
    }
    let open: Vec<bool> = stations.iter().map(|station| station.volume > 0.0).collect();
    let interval_seconds = stations.first().map_or(1.0, |station| station.interval_seconds);
    let calendar = OpeningCalendar { open: &open, day: &vec![0; open.len()] };
    let demand = DeferredDemand::new(work, interval_seconds, Deadline::ClockHours(policy.within_seconds / 3600.0), &calendar);
    let capacity = DeferredCapacity { idle_seconds: idle, spread: Spread::Even, ..DeferredCapacity::even(&open) };
    let write_ups = demand.requirement(&capacity)?;
    Ok(WriteUpPlan { agents_at_once: plan.0, agents_contacts: plan.1, write_ups })
}
