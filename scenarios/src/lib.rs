//! The planning pipeline: the only crate that knows more than one stage.

pub mod planned;

pub use planned::{PlannedWeek, RefinementRound, Replay, SolveSummary};
pub use {forecast, scheduler, simulation, staffing};
