//! What can go wrong in staffing.

/// A requirement that cannot be stated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StaffingError {
    /// No number of agents meets the target.
    #[error("{measure} of {wanted} is out of reach: {agents} agents reach {reached}; {mend}")]
    TargetOutOfReach {
        /// The part of the target that fails, such as `service level`.
        measure: &'static str,
        /// What was wished.
        wanted: f64,
        /// What `agents` agents reach.
        reached: f64,
        /// The most agents tried.
        agents: u32,
        /// What would be right.
        mend: &'static str,
    },
    /// A number of the station is not one a queue can have.
    #[error("{quantity} is {value}; use {range}")]
    OutOfRange {
        /// Which number.
        quantity: &'static str,
        /// What it is.
        value: f64,
        /// What would be right.
        range: &'static str,
    },
    /// A queue without any agent who may serve it.
    #[error("queue `{queue}` has no agent who may serve it; give an agent its skill `{skill}` at level `{level}` or above")]
    NobodyServes {
        /// The queue.
        queue: String,
        /// Its skill.
        skill: String,
        /// Its lowest level.
        level: String,
    },
    /// A queue that the forecast does not know.
    #[error("queue `{queue}` has no forecast; forecast it, or take it out of the centre")]
    NoForecast {
        /// The queue.
        queue: String,
    },
    /// A queue with contacts but without a handle time.
    #[error("queue `{queue}` has contacts and no handle time; give it in the history or as `aht_seconds`")]
    NoHandleTime {
        /// The queue.
        queue: String,
    },
    /// A queue whose target cannot be met.
    #[error("queue `{queue}` in interval {interval}: {cause}")]
    Queue {
        /// The queue, or the pool's queues joined by `+`.
        queue: String,
        /// The interval of the grid.
        interval: usize,
        /// Why.
        cause: Box<StaffingError>,
    },
    /// The uplift has another shape than the requirement.
    #[error(
        "an uplift of {pools} pools by {intervals} intervals does not fit a requirement of {wanted_pools} by {wanted_intervals}"
    )]
    UpliftShape {
        /// Pools of the uplift.
        pools: usize,
        /// Shortest row of the uplift.
        intervals: usize,
        /// Pools of the requirement.
        wanted_pools: usize,
        /// Intervals of the grid.
        wanted_intervals: usize,
    },
}
