//! Staff rostering instances of Curtois and Qu (2014): named staff, one shift a day, cover by shift, wishes.

mod bound;
mod choice;
mod dive;
mod error;
mod master;
mod model;
mod plan;
mod pricing;
mod recount;
mod response;
mod search;
mod solve;
mod span;
#[cfg(test)]
mod tests;

pub use error::NurseError;
pub use solve::{SolvedNurse, solve_nurse};
