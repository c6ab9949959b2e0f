//! Named rosters at least cost, with a lower bound that holds.
//!
//! Exact pricing of an agent's tour by dynamic programming serves everything: the Lagrangian bound (volume algorithm),
//! construction guided by the relaxation, and ruin and recreate with best responses; a restricted master weighs the choices
//! of groups of agents together. The formulation is in `docs/formulation.md`.
//!
//! What it leaves out: the service curve (requirements are covered as numbers of agents), activities other than breaks, and
//! overtime beyond the contract.

mod adjust;
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
mod master;
pub mod nurse;
mod pool;
mod pricing;
mod problem;
mod request;
mod resettle;
mod restricted;
mod run;
mod search;
mod service;
mod service_bound;
mod shape;
mod start;
#[cfg(test)]
mod tiny_week;
mod walk;
mod week;
mod workbench;

pub use centre::{Solved, schedule};
pub use error::{NoTour, SchedulerError};
pub use nurse::{NurseError, SolvedNurse, solve_nurse};
pub use request::{ChangePrices, Pins, RosterRequest};
pub use week::{SolvedWeek, solve_week};
pub use workbench::{MasterStep, SearchStep, Workbench};
