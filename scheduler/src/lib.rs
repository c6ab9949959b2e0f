//! Named rosters at least cost, with a lower bound that holds.
//!
//! Exact pricing of an agent's tour by dynamic programming serves everything: the Lagrangian bound (volume algorithm),
//! guided construction, and ruin and recreate with best responses. The formulation is in `docs/formulation.md`.

mod automaton;
mod bound;
mod breaks;
mod centre;
mod centre_rules;
mod conflict;
mod construction;
mod coverage;
mod engine;
mod error;
mod pool;
mod pricing;
mod problem;
mod restricted;
mod search;
mod shape;
#[cfg(test)]
mod tiny_week;
mod week;

pub use centre::{Solved, schedule};
pub use error::{NoTour, SchedulerError};
pub use week::{SolvedWeek, solve_week};
