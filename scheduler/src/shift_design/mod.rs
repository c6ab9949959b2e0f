//! Minimum shift design: which shifts to offer and how many duties of each on each day of a cyclic week.
//!
//! With a fixed set of shifts the rest is a circulation: differences of neighbouring slots' coverage are starts less
//! ends, so the only hard part is the charge for each distinct shift. `cut` bounds it from the jumps of the demand, which
//! somebody has to start or end at; `relaxation` is the linear program with these cuts, `tree` branches over it, and
//! `polish`, `dive` and `restricted` look for designs: by
//! swaps of shifts, by settling the relaxation's shifts one by one, by small mixed-integer programs over a few shifts around the best design (formulation: `relaxation`).

mod cut;
mod dive;
mod error;
mod greedy;
mod model;
mod plan;
mod polish;
mod recount;
mod relaxation;
mod restricted;
mod solve;
#[cfg(test)]
mod tests;
mod tree;

pub use error::ShiftDesignError;
pub use solve::{SolvedShiftDesign, solve_shift_design};
