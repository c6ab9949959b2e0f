//! What service a roster gives, as simulated: means with their confidence intervals.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::grid::PlanningGrid;
use crate::id::LevelId;
use crate::target::TargetPeriod;

/// Percentiles at which waits are told: half of the answered waited no longer than the first.
pub const WAIT_PERCENTILES: [f64; 5] = [0.50, 0.80, 0.90, 0.95, 0.99];

/// Quantiles at which the service levels of replicated days are told.
pub const DAY_QUANTILES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

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
    /// Share whose wait, had they stayed, is within the longest wait promised; 1 where none is.
    pub within_limit: Estimate,
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
    /// By planning week of arrival: `len == weeks` of the performance.
    pub weeks: Vec<ServiceMeasures>,
    /// What lies behind the means.
    pub detail: ServiceDetail,
}

/// What lies behind the means of a queue's service, over the whole horizon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceDetail {
    /// Seconds waited by the answered, at [`WAIT_PERCENTILES`]; good to 1 %.
    pub wait_percentiles: [Estimate; 5],
    /// Longest wait of any contact, answered or not, seconds.
    pub longest_wait: Estimate,
    /// Quantiles of the service level over replicated days with contacts, at [`DAY_QUANTILES`].
    pub day_quantiles: [f64; 5],
    /// Share of days on which the target held, its interval over replications.
    pub days_on_target: Estimate,
    /// Over what the queue's promise is judged.
    pub period: TargetPeriod,
    /// The promise in each such period that had contacts, in order of time; empty for all queues together.
    pub judged: Vec<JudgedPeriod>,
    /// Contacts that came again, went on, or were called back.
    pub flow: ContactFlow,
    /// Work that may wait; `None` for a queue whose customers do.
    pub deferred: Option<DeferredService>,
}

/// A promise over one of its periods.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct JudgedPeriod {
    /// First interval of the period.
    pub interval: usize,
    /// Share of replications in which every limit held.
    pub met: Estimate,
}

/// Contacts beyond "offered, then answered or gone"; counts over the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ContactFlow {
    /// Offered contacts that are redials of abandoned ones.
    pub redials: Estimate,
    /// Offered contacts that another queue sent on.
    pub escalated: Estimate,
    /// Call-backs accepted by those who waited.
    pub callbacks: Estimate,
    /// Call-backs made.
    pub callbacks_made: Estimate,
    /// Share of the call-backs due that were made within their window; 1 where none was due.
    pub callbacks_in_time: Estimate,
    /// After-contact work that was put off.
    pub wrap_ups: Estimate,
    /// Share of it that was done within its window; 1 where none was due.
    pub wrap_ups_in_time: Estimate,
}

/// Deferred work of a queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeferredService {
    /// Pieces of work finished.
    pub done: Estimate,
    /// Share of the work that fell due within the horizon, or was done, that was done by its deadline.
    pub in_time: Estimate,
    /// Pieces that wait at the end of each interval: `len == grid.len()`.
    pub backlog: Vec<Estimate>,
    /// Age in seconds of the oldest of them: `len == grid.len()`; 0 where none waits.
    pub oldest_seconds: Vec<Estimate>,
}

/// Agents who serve the same queues, at the same level where levels differ in what they do.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupPerformance {
    /// Names of the queues they serve, in centre order.
    pub queues: Vec<String>,
    /// Their level; `None` where agents of several levels do the same.
    pub level: Option<LevelId>,
    /// Agents of the centre in the group.
    pub agents: usize,
    /// Busy share of their time on contact over the horizon.
    pub occupancy: Estimate,
    /// The same by local day: `len == grid.days()`; 0 where none of them is on contact.
    pub days: Vec<Estimate>,
}

/// Why a queue missed, or beat, its service level: shares of contacts that add up to `wanted - served`.
///
/// A positive part cost service, a negative one helped.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributedMiss {
    /// Name of the queue.
    pub queue: String,
    /// The day; `None` for the whole horizon.
    pub day: Option<NaiveDate>,
    /// Service level wanted.
    pub wanted: f64,
    /// Service level given.
    pub served: Estimate,
    /// Due to other contacts than expected.
    pub volume: Estimate,
    /// Due to other handle times than expected.
    pub handle_time: Estimate,
    /// Due to absence.
    pub absence: Estimate,
    /// What would be missed all the same: the fit of the roster to what was expected.
    pub fit: Estimate,
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
    /// First day on the grid of each planning week.
    pub weeks: Vec<NaiveDate>,
    /// Groups of agents.
    pub groups: Vec<GroupPerformance>,
    /// Misses taken apart, by queue and day; empty unless that was asked for.
    pub attribution: Vec<AttributedMiss>,
}
