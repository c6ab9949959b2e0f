//! Staff rostering instances of Curtois and Qu (2014): named staff, one shift a day, cover by shift, wishes.

mod bound;
mod error;
mod master;
mod model;
mod pricing;
mod recount;
mod response;
mod roster;
mod search;
mod solve;

pub use error::NurseError;
pub use solve::{SolvedNurse, solve_nurse};
