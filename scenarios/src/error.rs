//! What can keep a plan from being made.

use chrono::NaiveDate;

/// A plan that cannot be made, with its cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The horizon cannot be laid on the grid.
    #[error(transparent)]
    Grid(#[from] solver_data::GridError),
    /// The history holds nothing before the first day.
    #[error("no interval of the history lies before {start}, so nothing can be learned for it; start later")]
    NoHistory {
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// The history ends too long before the first day.
    #[error("the history ends on {last}, more than a year before {start}; add rows up to the start, or start earlier")]
    HistoryTooOld {
        /// Last day of the history.
        last: NaiveDate,
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// A queue of the centre is not in the history.
    #[error("queue \"{queue}\" has no row in the history before {start}; add its rows, or give it a donor's history")]
    QueueWithoutHistory {
        /// The queue.
        queue: String,
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// Nothing of what came lies in the horizon under review.
    #[error(
        "no interval with contacts lies from {start} to {end}: the actuals run from {first} to {last}; name their week with --start"
    )]
    NoActual {
        /// First day of the horizon.
        start: NaiveDate,
        /// Last day of the horizon.
        end: NaiveDate,
        /// First day of the actuals.
        first: NaiveDate,
        /// Last day of the actuals.
        last: NaiveDate,
    },
    /// The forecast could not be made.
    #[error(transparent)]
    Forecast(#[from] forecast::ForecastError),
    /// The requirement could not be computed.
    #[error(transparent)]
    Staffing(#[from] staffing::StaffingError),
    /// No roster could be made.
    #[error(transparent)]
    Scheduling(#[from] scheduler::SchedulerError),
    /// The roster could not be simulated.
    #[error(transparent)]
    Simulation(#[from] simulation::SimulationError),
    /// No numbers of agents could be found by simulation.
    #[error(transparent)]
    MultiSkill(#[from] crate::multi_skill::MultiSkillError),
    /// No capacity plan could be made.
    #[error(transparent)]
    Capacity(#[from] scheduler::capacity::CapacityError),
    /// A capacity plan's headcount does not follow from its hires: a bug, and nothing is written.
    #[error(
        "the capacity plan says {planned} for {rule} in the month from {month} and its decisions give {recounted}; this is a bug, please report it"
    )]
    CapacityRejected {
        /// Rule that is broken.
        rule: &'static str,
        /// First day of the month.
        month: NaiveDate,
        /// What the plan says.
        planned: f64,
        /// What follows from its decisions.
        recounted: f64,
    },
    /// The solver and the checker disagree: a bug, and nothing is written.
    #[error(
        "the solver reports an objective of {reported} and the independent recount gives {recounted}; this is a bug, please report it"
    )]
    ObjectiveMismatch {
        /// Objective the solver reported.
        reported: f64,
        /// Objective recounted from the roster.
        recounted: i64,
    },
    /// The roster breaks rules: a bug, and nothing is written.
    #[error("the roster breaks {} rule(s), first: {first}; this is a bug, please report it", count)]
    RosterRejected {
        /// How many rules are broken.
        count: usize,
        /// The first of them.
        first: String,
    },
}
