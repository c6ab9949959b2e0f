//! Stationary queueing models with skills, priorities, patience and a waiting room.
//!
//! λ arrivals an hour and type, exponential patience, handle times by type and group. What it leaves out: time of day,
//! shifts, named agents; those are `roster`'s.

mod arrivals;
mod compiled;
mod ledger;

use solver_data::queueing_model::QueueingModel;
use solver_data::{Estimate, Seed, Watch};

use crate::engine::Engine;
use crate::error::SimulationError;
use crate::estimate::{Sample, StudentQuantiles};
use crate::pool::Pools;
use crate::replications::replicate;
use arrivals::PoissonArrivals;
use compiled::CompiledModel;
use ledger::{ModelLedger, TypeCounts};

/// One line of a model's results.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// Contact type, `all0` for all types together, or group.
    pub unit: String,
    /// `p_block`, `p_wait`, `p_abandon`, `sl_served_all`, `asa_s` (seconds) of types; `occupancy` of groups.
    pub metric: &'static str,
    /// Mean over replications with its 95 % half-width (Student t).
    pub estimate: Estimate,
}

/// Metrics of a type, in the order of the rows.
const TYPE_METRICS: [&str; 5] = ["p_block", "p_wait", "p_abandon", "sl_served_all", "asa_s"];

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
    let compiled = CompiledModel::new(model, replications)?;
    let mut types = vec![[Sample::default(); TYPE_METRICS.len()]; compiled.streams.len() + 1];
    let mut occupancy = vec![Sample::default(); compiled.agents.len()];
    let run = |seed| simulate_once(&compiled, seed);
    replicate(replications, seed, watch, run, |books| {
        let all = books.types.iter().fold(TypeCounts::default(), TypeCounts::plus);
        for (samples, counts) in types.iter_mut().zip(books.types.iter().chain(std::iter::once(&all))) {
            for (sample, value) in samples.iter_mut().zip(counts.metrics()) {
                if let Some(value) = value {
                    sample.add(value);
                }
            }
        }
        for (group, sample) in occupancy.iter_mut().enumerate() {
            let available = f64::from(compiled.agents[group]) * (compiled.end - compiled.warm_up);
            sample.add(if available > 0.0 { books.busy_seconds[group] / available } else { 0.0 });
        }
    })?;
    Ok(rows(model, &types, &occupancy, &StudentQuantiles::up_to(replications)))
}

/// One replication.
fn simulate_once(compiled: &CompiledModel, seed: Seed) -> ModelLedger {
    let arrivals = PoissonArrivals::of_model(compiled, seed);
    let staff = Pools { idle: compiled.agents.clone() };
    let (_, books) = Engine::new(&compiled.routing, arrivals, staff, ModelLedger::new(compiled)).run(compiled.end);
    books
}

fn rows(
    model: &QueueingModel,
    types: &[[Sample; TYPE_METRICS.len()]],
    occupancy: &[Sample],
    quantiles: &StudentQuantiles,
) -> Vec<MetricRow> {
    let units = model.contact_types.iter().map(|contact_type| contact_type.id.as_str()).chain(std::iter::once("all0"));
    let mut rows = Vec::with_capacity(types.len() * TYPE_METRICS.len() + occupancy.len());
    for (unit, samples) in units.zip(types) {
        for (metric, sample) in TYPE_METRICS.into_iter().zip(samples) {
            let empty = if metric == "sl_served_all" { 1.0 } else { 0.0 };
            rows.push(MetricRow { unit: unit.to_owned(), metric, estimate: sample.estimate(quantiles, empty) });
        }
    }
    for (group, sample) in model.groups.iter().zip(occupancy) {
        rows.push(MetricRow { unit: group.id.clone(), metric: "occupancy", estimate: sample.estimate(quantiles, 0.0) });
    }
    rows
}
