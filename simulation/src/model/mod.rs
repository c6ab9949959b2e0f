//! Stationary queueing models with skills, priorities, patience and a waiting room.
//!
//! λ arrivals an hour and type, exponential patience, handle times by type and group. What it leaves out: time of day,
//! shifts, named agents; those are `roster`'s.

mod compiled;
mod contacts;
mod counts;
mod draws;
mod measures;
mod runner;
mod single_pool;
mod skill_pools;
mod tournament;
mod ziggurat;

use solver_data::queueing_model::QueueingModel;
use solver_data::{Estimate, Seed, Watch};

use crate::error::{Problem, SimulationError};
use crate::precision::{Precision, Quantity};
pub use counts::TypeCounts;
pub use measures::{Measure, ModelMeasures, TypeMeasures};
pub use runner::ModelRunner;

/// One line of a model's results.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// Contact type, `all0` for all types together, or group.
    pub unit: String,
    /// `p_block`, `p_wait`, `p_abandon`, `sl_served_all`, `asa_s` (seconds) of types; `occupancy` of groups.
    pub metric: &'static str,
    /// Whether it is a share or a time.
    pub quantity: Quantity,
    /// Mean over replications with its 95 % half-width (Student t).
    pub estimate: Estimate,
    /// Replications behind it.
    pub replications: u32,
}

/// Simulates a stationary model: `replications` independent runs from an empty system.
///
/// Measured are the contacts that arrive in `hours` after `warm_up_hours`. `p_block` is their blocked share; `p_wait`,
/// `p_abandon`, `sl_served_all` (answered within the type's threshold) and `asa_s` (mean wait, abandoned contacts
/// included) are over those not blocked. A contact that still waits at the end counts as waiting so far, neither
/// answered nor abandoned: a model without a steady state gives the values of its finite run. `occupancy` is the busy
/// share of a group's agents in the measured hours. A type without a contact counts as served in time.
///
/// A waiting room of K places blocks a contact that finds as many contacts in the system as there are agents and K
/// places together, whichever group they are with.
///
/// Rows: each type's metrics in model order, those of `all0`, then each group's occupancy.
///
/// # Errors
/// [`SimulationError::Refused`] with every problem of the model; [`SimulationError::Interrupted`].
pub fn simulate_model(
    model: &QueueingModel,
    replications: u32,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Vec<MetricRow>, SimulationError> {
    let problems = if replications == 0 { vec![Problem::NoReplications] } else { Vec::new() };
    let runner = ModelRunner::after(model, problems)?;
    Ok(rows(model, &runner.run(runner.agents(), replications, seed, watch)?))
}

/// Simulates a stationary model until every row is within `precision`, or `precision.most` replications are done; see
/// [`MetricRow::excess`].
///
/// # Errors
/// As [`simulate_model`].
pub fn simulate_model_to(
    model: &QueueingModel,
    precision: &Precision,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Vec<MetricRow>, SimulationError> {
    let runner = ModelRunner::new(model)?;
    Ok(rows(model, &runner.run_to(runner.agents(), precision, seed, watch)?))
}

impl MetricRow {
    /// Half-width over the one wished: above 1 it is too wide.
    pub fn excess(&self, precision: &Precision) -> f64 {
        precision.excess(self.quantity, self.estimate)
    }
}

fn rows(model: &QueueingModel, measures: &ModelMeasures) -> Vec<MetricRow> {
    let replications = measures.replications();
    let row = |unit: &str, (metric, quantity, measure): (&'static str, Quantity, &Measure)| MetricRow {
        unit: unit.to_owned(),
        metric,
        quantity,
        estimate: measure.estimate(),
        replications,
    };
    let units = model.contact_types.iter().map(|own| own.id.as_str()).chain(std::iter::once("all0"));
    let types = units.zip(measures.types.iter().chain(std::iter::once(&measures.all)));
    let mut rows: Vec<MetricRow> =
        types.flat_map(|(unit, own)| own.metrics().into_iter().map(move |metric| row(unit, metric))).collect();
    let groups = model.groups.iter().zip(&measures.occupancy);
    rows.extend(groups.map(|(group, occupancy)| row(&group.id, ("occupancy", Quantity::Share, occupancy))));
    rows
}
