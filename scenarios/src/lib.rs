//! The planning pipeline: the only crate that knows more than one stage.
//!
//! It composes history → forecast → requirement → roster ⇄ simulation → cost and holds no formula of its own; the faces
//! reach the stages through it.

pub mod capacity;
pub mod cost;
pub mod demand;
pub mod error;
pub mod horizon;
pub mod inputs;
pub mod long_view;
pub mod multi_skill;
pub mod peaks;
pub mod pipeline;
pub mod planned;
pub mod promised;
pub mod refine;
pub mod resolve;
pub mod review;
pub mod scenario;
pub mod shortfall;
pub mod worth;

pub use demand::{DemandChanges, Expected, OverrideFile};
pub use error::PlanError;
pub use horizon::Horizon;
pub use pipeline::{PlanRequest, plan};
pub use planned::{PlannedWeek, RefinementRound, Replay, SolveSummary};
pub use review::{Review, ReviewRequest, review};
pub use {forecast, scheduler, simulation, staffing};
