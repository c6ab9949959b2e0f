//! What contacts are made of, and what planned changes make of them.
//!
//! - [`apply_changes`]: repeat contacts, offered = fresh / (1 - repeat share), and deflection, which takes the easy contacts:
//!   volume × (1 - s), AHT × (1 - s ρ) / (1 - s).
//! - [`forecast_mix`]: shares by channel or topic, proportional to which the queue's forecast is split: the parts sum to it.

mod change;
mod course;
mod share;
#[cfg(test)]
mod tests;

pub use change::{apply_changes, change_factors};
pub use share::{UNSTATED, forecast_mix};
