//! The roster made anew for a scenario's inputs.

use solver_data::{ContactHistory, Seed, ValidationReport, Watch};

use super::apply::Applied;
use super::base::{Base, Situation};
use crate::demand::DemandChanges;
use crate::error::PlanError;
use crate::pipeline::PlanRequest;
use crate::planned::SolveSummary;
use crate::refine::refine;

/// Plans the scenario's inputs as the base was planned, demand known; changes of shifts act on the new roster.
///
/// # Errors
/// [`PlanError`] of the stage that fails.
pub(super) fn replan(
    base: &Base,
    applied: &Applied,
    search: Seed,
    watch: &dyn Watch,
) -> Result<(Situation, SolveSummary), PlanError> {
    let inputs = &applied.inputs;
    let grid = &inputs.demand.grid;
    let request = PlanRequest {
        centre: inputs.centre.clone(),
        findings: ValidationReport::default(),
        history: ContactHistory { interval_minutes: grid.interval_minutes(), queues: Vec::new() },
        changes: DemandChanges::default(),
        actual: None,
        reaching: inputs.roster.reaching.clone(),
        start: grid.date(0),
        weeks: (grid.days() / 7).max(1) as u32,
        limits: base.limits.clone(),
        replications: base.replications,
        rounds: base.rounds,
        seed: search,
    };
    let solved = refine(&request, &inputs.demand, watch)?.solved;
    let mut roster = solved.roster;
    roster.reaching.clone_from(&inputs.roster.reaching);
    let mut situation = Situation { roster, ..inputs.clone() };
    applied.on_roster(&mut situation);
    Ok((situation, solved.summary))
}
