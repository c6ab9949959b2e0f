//! What can keep a staff rostering instance from being solved.

use thiserror::Error;

/// Failure of [`solve_nurse`](super::solve_nurse).
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum NurseError {
    /// No line of work over the horizon obeys all rules of this member of staff.
    #[error(
        "no legal line of work exists for `{staff}`: {minimum_minutes} to {maximum_minutes} minutes cannot be reached \
         within the other rules; lower the minimum minutes or relax days off, consecutive days or weekends"
    )]
    NoLegalLine {
        /// Name of the member of staff.
        staff: String,
        /// Least minutes asked for.
        minimum_minutes: u32,
        /// Most minutes allowed.
        maximum_minutes: u32,
    },
    /// An index of the instance points outside its tables.
    #[error("{what} {index} does not exist: the instance has {count}")]
    OutOfRange {
        /// What is indexed, such as `shift`.
        what: &'static str,
        /// The index found.
        index: usize,
        /// Number of such things.
        count: usize,
    },
    /// A weight is so large that exact integer prices overflow.
    #[error("the weight {weight} is too large: over {days} days weights up to {largest} can be priced exactly")]
    WeightTooLarge {
        /// The weight found.
        weight: i64,
        /// Largest weight that fits.
        largest: i64,
        /// Days in the horizon.
        days: usize,
    },
    /// A weight is negative, so cover costs are not convex or wishes are not wishes.
    #[error("the weight {weight} of {what} is negative; weights are 0 or more")]
    NegativeWeight {
        /// What carries the weight.
        what: &'static str,
        /// The weight found.
        weight: i64,
    },
    /// The objective recounted from scratch differs from the search's own, or the roster breaks a rule.
    #[error("the roster costs {recounted} when recounted, the search said {claimed} ({broken} rules broken)")]
    Recount {
        /// Objective of the search.
        claimed: i64,
        /// Objective recounted.
        recounted: i64,
        /// Hard rules broken.
        broken: usize,
    },
    /// A bound above the objective: one of the two is wrong.
    #[error("the lower bound {bound} exceeds the objective {objective} of a verified roster")]
    BoundAboveObjective {
        /// The bound.
        bound: f64,
        /// The objective.
        objective: i64,
    },
    /// Worker threads could not be started.
    #[error("cannot start {threads} worker threads: {cause}")]
    Threads {
        /// Threads wished.
        threads: usize,
        /// What the system says.
        cause: String,
    },
}
