//! Discrete-event simulation of a contact centre: skills, priorities, patience, shifts and breaks.
//!
//! One event loop serves three entry points: [`simulate_model`] runs stationary queueing models,
//! `simulate_roster` a roster against forecast demand, `replay` a roster against the contacts that really came.

mod contact;
mod engine;
mod error;
mod estimate;
mod event;
mod model;
mod pool;
mod replications;
mod routing;
mod stream;

pub use error::{Problem, SimulationError, Wanted};
pub use model::{MetricRow, simulate_model};
