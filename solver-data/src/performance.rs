//! What service a roster gives, as simulated: means with their confidence intervals.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::grid::PlanningGrid;

/// A mean over replications and the half-width of its 95 % confidence interval (Student t).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Half-width of the 95 % confidence interval; 0 for a single replication.
    pub half_width: f64,
}

/// Service over some stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ServiceMeasures {
    /// Contacts offered.
    pub offered: Estimate,
    /// Contacts answered.
    pub answered: Estimate,
    /// Share answered within the queue's threshold, by the queue's own definition.
    pub service_level: Estimate,
    /// Share that abandoned.
    pub abandonment: Estimate,
    /// Mean wait of the answered, seconds.
    pub asa_seconds: Estimate,
}

/// Service of one queue, or of all together.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePerformance {
    /// Name of the queue; `all` for all together.
    pub queue: String,
    /// By interval of arrival: `len == grid.len()`.
    pub intervals: Vec<ServiceMeasures>,
    /// By local day of arrival: `len == grid.days()`.
    pub days: Vec<ServiceMeasures>,
    /// Over the whole horizon.
    pub horizon: ServiceMeasures,
    /// Share of replicated days on which the queue's target held.
    pub days_meeting_target: f64,
}

/// Simulated service of a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct ServicePerformance {
    /// The grid.
    pub grid: Arc<PlanningGrid>,
    /// Replications; 1 for a replay of real contacts against one draw of absence and handle times.
    pub replications: u32,
    /// One entry a queue in centre order.
    pub queues: Vec<QueuePerformance>,
    /// All queues together.
    pub overall: QueuePerformance,
    /// Busy share of agents on contact, by interval: `len == grid.len()`; 0 where nobody is.
    pub occupancy: Vec<Estimate>,
}
