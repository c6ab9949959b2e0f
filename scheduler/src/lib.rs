//! stub

pub mod nurse;

pub use nurse::{NurseError, SolvedNurse, solve_nurse};
