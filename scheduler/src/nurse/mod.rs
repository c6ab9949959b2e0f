//! Staff rostering instances of Curtois and Qu (2014): named staff, one shift a day, cover by shift, wishes.
//!
//! A member's rules hold over the whole horizon and never mention anyone else, so the problem falls apart into lines of
//! work tied by cover alone. `pricing` finds a member's cheapest line exactly; `bound` (volume algorithm) and `master`
//! (column generation) turn that into lower bounds valid at every step, rounded up because all costs are whole;
//! `dive`, `choice` and `search` make rosters; `recount` costs and checks the result from the instance alone.

mod bound;
mod choice;
mod dive;
mod error;
mod master;
mod model;
mod plan;
mod pricing;
mod recount;
mod regroup;
mod relaxation;
mod response;
mod search;
mod solve;
mod span;
#[cfg(test)]
mod tests;
mod walk_back;

pub use error::NurseError;
pub use solve::{SolvedNurse, solve_nurse};
