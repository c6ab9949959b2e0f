//! What can keep shifts from being designed.

use thiserror::Error;

/// Failure of [`solve_shift_design`](super::solve_shift_design).
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ShiftDesignError {
    /// The demand does not have one number for each slot.
    #[error("the demand has {found} slots where {days} days of {slots} slots are wanted")]
    DemandLength {
        /// Numbers found.
        found: usize,
        /// Days.
        days: usize,
        /// Slots of a day.
        slots: usize,
    },
    /// Understaffing is forbidden and no shift covers a slot that is in demand.
    #[error(
        "no shift covers slot {slot} of day {day}, where {demand} are wanted; widen a kind's starts or lengths, or allow \
         understaffing by the classic variant"
    )]
    Uncoverable {
        /// Day, from 0.
        day: usize,
        /// Slot of the day.
        slot: usize,
        /// People wished.
        demand: i64,
    },
    /// No mix of the shifts is as long as a duty must be on average.
    #[error("a duty must last {least} minutes on average and the longest shift lasts {longest}; raise maxDuties or maxLength")]
    TooShort {
        /// Least mean in minutes.
        least: f64,
        /// Longest shift in minutes.
        longest: usize,
    },
    /// A price is negative.
    #[error("the price {price} of {what} is negative; prices are 0 or more")]
    NegativePrice {
        /// What is priced.
        what: &'static str,
        /// The price.
        price: i64,
    },
    /// The solver's own account does not add up: a defect, caught before a wrong number leaves.
    #[error(
        "the design costs {recounted} when counted afresh, the solver says {objective} with bound {bound}; {broken} rule(s) broken"
    )]
    Inconsistent {
        /// Objective as the solver kept it.
        objective: i64,
        /// Objective counted from scratch.
        recounted: i64,
        /// Lower bound.
        bound: f64,
        /// Rules broken.
        broken: usize,
    },
}
