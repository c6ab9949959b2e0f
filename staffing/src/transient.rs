//! Queues whose load changes with time: M(t)/M/n(t)+M over a sequence of intervals, its approximations, and staffing on it.
//!
//! | symbol | meaning |
//! |---|---|
//! | λ(t), μ, θ | arrivals, completions of one agent, abandonments of one waiting contact, 1/s |
//! | n | agents; constant within an interval, changing between intervals |
//! | k, `p_k`(t) | contacts in the system, and their probabilities |
//! | m(t) | modified offered load: the mean number busy if there were agents without end |
//! | T | length of an interval, s |
//!
//! | module | holds |
//! |---|---|
//! | [`arrivals`] | arrival rates that are constant or smooth within an interval |
//! | [`state`] | the distribution of contacts in the system |
//! | [`solution`] | the Kolmogorov equations over a day, solved by uniformization or, over many events, by rational steps |
//! | [`load`] | modified offered load and fluid backlog |
//! | [`adequacy`] | which approximation is good enough for an interval |
//! | [`sequence`] | the least agents interval by interval when queues carry on |
//!
//! Where agents leave with contacts in hand, the excess goes back to the head of the queue (and may abandon there).
//! Leaves out: handle times and patience that are not exponential, and agents who finish a contact before they leave.

pub mod adequacy;
pub mod arrivals;
mod kernel;
pub mod load;
pub(crate) mod panel;
mod rational;
pub mod sequence;
pub mod solution;
pub mod state;
mod waiting;

pub use adequacy::{Adequacy, adequate};
pub use arrivals::ArrivalRate;
pub use load::{FluidBacklog, ModifiedLoad, fluid_backlog, modified_offered_load};
pub use sequence::{SequenceStep, StaffedSequence, staff_sequence};
pub use solution::{IntervalService, Threshold, TransientInterval, TransientQueue, TransientSolution};
pub use state::QueueState;
