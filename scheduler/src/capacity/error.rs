//! What can keep a capacity plan from being made.

/// A capacity plan that cannot be made, with its cause.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CapacityError {
    /// A table of the problem has another shape than its levels and months.
    #[error("{what} has {found} entries where {wanted} are needed")]
    Shape {
        /// The table.
        what: &'static str,
        /// Entries needed.
        wanted: usize,
        /// Entries found.
        found: usize,
    },
    /// A number that is negative, infinite or not a number.
    #[error("{what} is {value}, where a finite number of 0 or more is needed")]
    Number {
        /// The quantity.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// The solver gave no answer to a program that has one.
    #[error("the solver gave no answer to the capacity program: {cause}")]
    Solver {
        /// What it said.
        cause: String,
    },
}
