//! Named rosters at least cost, with a lower bound that holds.
//!
//! Exact pricing of an agent's tour by dynamic programming serves everything: the Lagrangian bound (volume algorithm),
//! construction guided by the relaxation, and ruin and recreate with best responses; a restricted master weighs the choices
//! of groups of agents together. The formulation is in `docs/formulation.md`.
//!
//! What it leaves out: the service curve (requirements are covered as numbers of agents), split shifts, activities other
//! than breaks, and overtime beyond the contract.

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
pub mod nurse;
mod pool;
mod pricing;
mod problem;
mod restricted;
mod search;
mod shape;
pub mod shift_design;
#[cfg(test)]
mod tiny_week;
mod week;

pub use centre::{Solved, schedule};
pub use error::{NoTour, SchedulerError};
pub use nurse::{NurseError, SolvedNurse, solve_nurse};
pub use shift_design::{ShiftDesignError, SolvedShiftDesign, solve_shift_design};
pub use week::{SolvedWeek, solve_week};
