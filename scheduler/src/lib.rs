//! Named rosters at least cost, with a lower bound that holds.
//!
//! Exact pricing of an agent's tour by dynamic programming serves everything: the Lagrangian bound (volume algorithm),
//! construction guided by the relaxation, and ruin and recreate with best responses; a restricted master weighs the choices
//! of groups of agents together. The formulation is in `docs/formulation.md`.
//!
//! Requirements are covered as numbers of agents by the interval, or as promises over days and weeks by service curves.
//! [`RosterRequest`] starts from a roster at hand; [`value()`] says what agents, rules and points of service are worth, and how
//! shortages are mended.
//!
//! What it leaves out: activities other than breaks, and overtime beyond the contract (but as a repair).

mod adjust;
mod alike;
mod automaton;
mod bound;
mod breaks;
pub mod capacity;
mod case;
mod centre;
mod centre_rules;
mod conflict;
mod construction;
mod coverage;
mod engine;
mod error;
mod master;
mod mend;
pub mod nurse;
mod pool;
mod pricing;
mod problem;
mod repair;
mod request;
mod resettle;
mod restricted;
mod rule_worth;
mod run;
mod search;
mod service;
mod service_bound;
mod shape;
pub mod shift_design;
mod start;
#[cfg(test)]
mod tiny_week;
mod value;
mod walk;
mod week;
mod workbench;

pub use centre::{Solved, schedule};
pub use error::{NoTour, SchedulerError};
pub use nurse::{NurseError, SolvedNurse, solve_nurse};
pub use repair::{Repair, RepairKind, ShortStretch, cheapest_repairs};
pub use request::{ChangePrices, Pins, RosterRequest};
pub use rule_worth::{RelaxedRule, RuleWorth};
pub use shift_design::{ShiftDesignError, SolvedShiftDesign, solve_shift_design};
pub use value::{AgentWorth, RosterValue, ServiceWorth, ValueLimits, lower_bound, value};
pub use week::{SolvedWeek, solve_week};
pub use workbench::{MasterStep, SearchStep, Workbench};
