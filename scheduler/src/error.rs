//! What keeps a roster from being made.

use solver_data::StaffingRequirement;

/// An agent for whom no tour exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTour {
    /// Code of the agent.
    pub agent: String,
    /// The smallest set of rules that clash, in plain words.
    pub conflict: String,
    /// Changes of one rule, each of which gives a tour, in plain words; empty where no single one does.
    pub mends: Vec<String>,
}

/// Why there is no roster.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SchedulerError {
    /// Agents whose own rules leave them no tour.
    #[error("no tour exists for {}", agents.iter().map(|none| format!("{}: {}", none.agent, none.conflict)).collect::<Vec<_>>().join("; "))]
    NoTour {
        /// Who, and why.
        agents: Vec<NoTour>,
    },
    /// The requirement has no pool, so there is nothing to cover, or too many.
    #[error("the requirement has {pools} pools of queues; 1 to {} can be covered", StaffingRequirement::MOST_POOLS)]
    Pools {
        /// Pools given.
        pools: usize,
    },
    /// A shift template does not lie on the planning grid.
    #[error(
        "shift template {template} starts at minute {start_minute} and lasts {length_minutes}, off the {interval_minutes}-minute grid"
    )]
    OffGrid {
        /// Name of the template.
        template: String,
        /// Its start.
        start_minute: u32,
        /// Its length.
        length_minutes: u32,
        /// Length of the grid's intervals.
        interval_minutes: u32,
    },
    /// The rules of an agent need more states than can be numbered.
    #[error(
        "the rules of agent {agent} need {states} states on one day, 65,534 are the most; let paid lengths be multiples of half an hour, narrow the hours bank, or plan fewer weeks"
    )]
    TooManyStates {
        /// Code of the agent.
        agent: String,
        /// States needed.
        states: usize,
    },
    /// A series does not match the horizon.
    #[error("{series} has {found} intervals where the horizon has {expected}")]
    SeriesLength {
        /// Which series.
        series: String,
        /// Its length.
        found: usize,
        /// Length that would be right.
        expected: usize,
    },
    /// The solver's own account does not add up: a bug, caught before a wrong number leaves.
    #[error("the roster costs {recounted} when counted afresh, the solver says {objective} with bound {bound}")]
    Inconsistent {
        /// Objective as the solver kept it.
        objective: f64,
        /// Objective counted from scratch.
        recounted: f64,
        /// Lower bound.
        bound: f64,
    },
    /// The worker threads could not be started.
    #[error("{threads} worker threads could not be started: {cause}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the system says.
        cause: String,
    },
}
