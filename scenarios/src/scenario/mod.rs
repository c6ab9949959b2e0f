//! What-ifs: scenarios applied to a planned base, each figure as a paired difference to it.
//!
//! - [`Base`]: what a what-if is held against: centre, demand and roster, planned once
//! - [`apply()`]: the changes of a scenario on the inputs and on the roster at hand
//! - [`Measured`]: demand, requirement, roster, simulated service and cost of a situation
//! - [`compare()`]: kept and re-planned outcome of a scenario, with the verdict and the agents that restore the service
//! - [`seek()`]: least agents, hours or money for a service level, the largest promotion survived, break-even handle time
//! - [`catalog`]: scenarios that ship with the program
//!
//! Random numbers: replication k of every scenario is drawn from (master seed, k), so that scenarios share contacts and
//! sick agents and differences are taken within replications; the search of a re-planned roster draws from the master
//! seed and the scenario's name. What a scenario leaves alone it does not recompute: demand is that of the base.

mod apply;
mod base;
pub mod catalog;
mod compare;
mod goal;
mod measure;
mod peak;
mod point;
mod presence;
mod replan;
mod restore;

#[cfg(test)]
pub(crate) mod small;
#[cfg(test)]
mod tests;

pub use apply::{Applied, apply};
pub use base::{Base, Charge, Situation};
pub use compare::{Comparison, RosterChoice, Wish, compare};
pub use goal::{Goal, GoalOutcome, GoalWish, seek};
pub use measure::{Figure, Measure, Measured, Outcome, Scope, Unit};
pub use point::{PointRow, point_columns, sweep_point};
pub use restore::{Block, Restoration};
