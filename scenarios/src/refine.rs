//! The loop schedule ⇄ simulate: where the simulated service misses its target, the requirement is raised and the
//! roster made again.
//!
//! Pooled requirements are lower bounds when skills overlap only in part (models, section 2), so the simulator has the
//! last word. Each round adds an agent to the pools of a queue in the intervals where that queue misses its target most.

use solver_data::check::{check_roster, roster_objective};
use solver_data::{Centre, DemandForecast, Roster, ServicePerformance, SolveLimits, StaffingRequirement, Watch};
use staffing::RequirementUplift;

use crate::cost::cost_of;
use crate::error::PlanError;
use crate::pipeline::{PlanRequest, simulate_centre, stream};
use crate::planned::{RefinementRound, SolveSummary};

/// A roster that the checker has passed and whose objective recounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The roster.
    pub roster: Roster,
    /// How good it is.
    pub summary: SolveSummary,
}

/// The round that was kept, and all rounds.
pub(crate) struct Refinement {
    pub requirement: StaffingRequirement,
    pub solved: Verified,
    pub rounds: Vec<RefinementRound>,
}

/// Makes a roster for a requirement and has the independent checker verify and re-cost it.
///
/// # Errors
/// [`PlanError::Scheduling`]; [`PlanError::RosterRejected`] and [`PlanError::ObjectiveMismatch`] when solver and checker
/// disagree.
pub fn schedule_verified(
    centre: &Centre,
    requirement: &StaffingRequirement,
    limits: &SolveLimits,
    seed: solver_data::Seed,
    watch: &dyn Watch,
) -> Result<Verified, PlanError> {
    let solved = scheduler::schedule(centre, requirement, limits, seed.stream(stream::SCHEDULE), watch)?;
    let violations = check_roster(centre, &solved.roster);
    if let Some(first) = violations.first() {
        let first = format!("{}: {} ({})", first.agent, first.message, first.rule);
        return Err(PlanError::RosterRejected { count: violations.len(), first });
    }
    let recounted = roster_objective(centre, requirement, &solved.roster);
    if (solved.objective - recounted as f64).abs() > 0.5 {
        return Err(PlanError::ObjectiveMismatch { reported: solved.objective, recounted });
    }
    let summary = SolveSummary {
        objective: solved.objective,
        lower_bound: solved.bound,
        gap: solved.gap(),
        stop_reason: solved.stop_reason,
        iterations: solved.iterations,
    };
    Ok(Verified { roster: solved.roster, summary })
}

pub(crate) fn refine(request: &PlanRequest, demand: &DemandForecast, watch: &dyn Watch) -> Result<Refinement, PlanError> {
    let centre = &request.centre;
    let rounds_wanted = request.rounds.max(1);
    // The time allowed is for the whole plan: each round gets its share.
    let limits =
        SolveLimits { seconds: request.limits.seconds.map(|all| all / f64::from(rounds_wanted)), ..request.limits.clone() };
    let mut uplift = None;
    let mut best: Option<(f64, StaffingRequirement, Verified)> = None;
    let mut rounds = Vec::new();
    for round in 0..rounds_wanted {
        let requirement = match &uplift {
            Some(uplift) => staffing::requirement_with(centre, demand, uplift)?,
            None => staffing::requirement(centre, demand)?,
        };
        let solved = schedule_verified(centre, &requirement, &limits, request.seed, watch)?;
        let service = simulate_centre(&solved.roster, (centre, demand), (request.replications, request.seed), watch)?;
        rounds.push(summarise(centre, &requirement, &solved.roster, &service));
        let misses = lacking(centre, &service);
        if best.as_ref().is_none_or(|&(least, _, _)| misses < least) {
            best = Some((misses, requirement.clone(), solved));
        }
        let stopped = watch.interrupted() || round + 1 == rounds_wanted;
        if misses <= 0.0 || stopped || !raise(&mut uplift, centre, &requirement, &service) {
            break;
        }
    }
    let (_, requirement, solved) = best.expect("at least one round was solved");
    Ok(Refinement { requirement, solved, rounds })
}

/// How far the queues' weekly service levels lack their targets, in contacts; 0 when every target is met.
fn lacking(centre: &Centre, service: &ServicePerformance) -> f64 {
    let lacks = centre.queues.iter().zip(&service.queues).filter_map(|(queue, served)| {
        let target = queue.target.service_level?;
        let week = &served.horizon;
        Some((target.share - week.service_level.mean).max(0.0) * week.offered.mean)
    });
    lacks.sum()
}

/// Asks for one more agent in the intervals where a queue that misses its target is served below it.
///
/// Returns whether anything was asked for.
fn raise(
    uplift: &mut Option<RequirementUplift>,
    centre: &Centre,
    requirement: &StaffingRequirement,
    service: &ServicePerformance,
) -> bool {
    let none = || RequirementUplift { agents: vec![vec![0; requirement.grid.len()]; requirement.pools.len()] };
    let uplift = uplift.get_or_insert_with(none);
    let mut raised = false;
    for (queue, served) in centre.queues.ids().zip(&service.queues) {
        let Some(target) = centre.queues[queue].target.service_level else { continue };
        if served.horizon.service_level.mean >= target.share {
            continue;
        }
        for t in 0..requirement.grid.len() {
            let at = &served.intervals[t];
            // Contacts that came too late to be served count where they weigh: an interval with few of them can wait.
            if at.offered.mean > 0.0 && at.service_level.mean < target.share {
                for (pool, extra) in requirement.pools.iter().zip(&mut uplift.agents) {
                    extra[t] += u32::from(pool.queues.contains(queue));
                }
                raised = true;
            }
        }
    }
    raised
}

fn summarise(
    centre: &Centre,
    requirement: &StaffingRequirement,
    roster: &Roster,
    service: &ServicePerformance,
) -> RefinementRound {
    let hours = requirement.grid.interval_seconds() / 3600.0;
    let asked = requirement.pools.last().map_or(0, |pool| pool.scheduled.iter().sum::<u32>());
    let placed: u32 = roster.on_contact(|_| true).iter().sum();
    RefinementRound {
        required_hours: f64::from(asked) * hours,
        scheduled_hours: f64::from(placed) * hours,
        service_level: service.overall.horizon.service_level.mean,
        cost: cost_of(centre, roster).total().0,
    }
}
