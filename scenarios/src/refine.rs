//! The loop schedule ⇄ simulate: where the simulated service misses its target, the requirement is raised and the
//! roster made again.
//!
//! Pooled requirements are lower bounds when skills overlap only in part (models, section 2), so the simulator has the
//! last word. Each round asks for an agent more where a queue that misses its target is served below it and agents are not
//! short already: where they are, asking for more changes nothing.

use scheduler::RosterRequest;
use solver_data::check::{change_cost, check_roster, roster_changes, roster_objective};
use solver_data::{
    Centre, DemandForecast, QueueSet, Roster, Seed, ServiceMeasures, ServicePerformance, ServiceTarget, SolveLimits,
    StaffingRequirement, Uninterrupted, Watch,
};
use staffing::RequirementUplift;

use crate::cost::cost_of;
use crate::error::PlanError;
use crate::pipeline::{PlanRequest, simulate_centre, stream};
use crate::planned::{RefinementRound, SolveSummary};
use crate::promised::{Stretch, stretches};
use crate::shortfall::shortage;

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
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Verified, PlanError> {
    solve_verified(&RosterRequest::new(centre, requirement), limits, seed, watch)
}

/// As [`schedule_verified`], for any request: the objective counts the price of departing from the roster at hand.
///
/// # Errors
/// As [`schedule_verified`].
pub fn solve_verified(
    request: &RosterRequest<'_>,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Verified, PlanError> {
    let (centre, requirement) = (request.centre(), request.requirement());
    let solved = request.solve(limits, seed.stream(stream::SCHEDULE), watch)?;
    let violations = check_roster(centre, &solved.roster);
    if let Some(first) = violations.first() {
        let first = format!("{}: {} ({})", first.agent, first.message, first.rule);
        return Err(PlanError::RosterRejected { count: violations.len(), first });
    }
    let departed = request.at_hand().map_or(0, |(before, prices)| {
        change_cost(&roster_changes(centre, before, &solved.roster), prices.shift.0, prices.pause.0)
    });
    let recounted = roster_objective(centre, requirement, &solved.roster) + departed;
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
    let (started, wanted) = (watch.elapsed_seconds(), request.rounds.max(1));
    // Of a plan's time the rounds share half; the rest polishes the roster of the round that is kept.
    let share = |all: f64| all / (2.0 * f64::from(wanted));
    let limits = SolveLimits { seconds: request.limits.seconds.map(share), ..request.limits.clone() };
    let judged = (request.replications, request.seed.stream(stream::REFINE));
    let mut uplift = None;
    let mut best: Option<(f64, StaffingRequirement, Verified)> = None;
    let mut rounds = Vec::new();
    for round in 1..=wanted {
        let requirement = match &uplift {
            Some(uplift) => staffing::requirement_with(centre, demand, uplift)?,
            None => staffing::requirement(centre, demand)?,
        };
        let asked = RosterRequest::new(centre, &requirement).reaching(&request.reaching);
        let solved = solve_verified(&asked, &limits, request.seed, watch)?;
        let service = simulate_centre(&solved.roster, (centre, demand), judged, &Uninterrupted(watch))?;
        rounds.push(summarise(centre, &requirement, &solved.roster, &service));
        let misses = lacking(centre, &service);
        let done = misses <= 0.0
            || round == wanted
            || watch.interrupted()
            || !raise(&mut uplift, centre, (&requirement, &solved.roster), &service);
        if best.as_ref().is_none_or(|&(least, _, _)| misses < least) {
            best = Some((misses, requirement, solved));
        }
        if done {
            break;
        }
    }
    let (_, requirement, solved) = best.expect("at least one round was solved");
    let solved = polish(request, &requirement, solved, started, watch)?;
    Ok(Refinement { requirement, solved, rounds })
}

/// The better of a roster and one searched for in the time that the rounds have left over.
fn polish(
    request: &PlanRequest,
    requirement: &StaffingRequirement,
    found: Verified,
    started: f64,
    watch: &dyn Watch,
) -> Result<Verified, PlanError> {
    let left = request.limits.seconds.map(|all| all - (watch.elapsed_seconds() - started));
    let Some(seconds) = left.filter(|&left| left > 1.0 && !watch.interrupted()) else { return Ok(found) };
    if found.summary.gap <= request.limits.gap {
        return Ok(found);
    }
    let limits = SolveLimits { seconds: Some(seconds), ..request.limits.clone() };
    let asked = RosterRequest::new(&request.centre, requirement).reaching(&request.reaching);
    let polished = solve_verified(&asked, &limits, request.seed, watch)?;
    Ok(if polished.summary.objective < found.summary.objective { polished } else { found })
}

/// How far measures lack their targets: the sum of relative misses, 0 when every target is met.
fn lack(target: &ServiceTarget, measures: &ServiceMeasures) -> f64 {
    let over = |most: Option<f64>, value: f64| most.map_or(0.0, |most| (value - most).max(0.0) / most.max(1e-3));
    let level = target.service_level.map_or(0.0, |wanted| (wanted.share - measures.service_level.mean).max(0.0));
    let longest = target.maximum_wait.map_or(0.0, |limit| (limit.share - measures.within_limit.mean).max(0.0));
    level + longest + over(target.abandonment, measures.abandonment.mean) + over(target.asa_seconds, measures.asa_seconds.mean)
}

/// Share of deferred work that a stretch lacks of its deadline.
fn late(stretch: &Stretch) -> f64 {
    stretch.target.deadline.zip(stretch.in_time).map_or(0.0, |(wanted, done)| (wanted.share - done.mean).max(0.0))
}

/// How far a stretch lacks its target, deadlines included.
fn missed(stretch: &Stretch) -> f64 {
    lack(&stretch.target, &stretch.service) + late(stretch)
}

/// How far the queues lack their targets over the stretches they are judged by, weighted by contacts; 0 when every target
/// is met.
fn lacking(centre: &Centre, service: &ServicePerformance) -> f64 {
    let queues = centre.queues.ids().take(service.queues.len());
    let of = |queue| {
        stretches(centre, queue, service).iter().map(|stretch| missed(stretch) * stretch.service.offered.mean).sum::<f64>()
    };
    queues.map(of).sum()
}

/// Asks for one more agent in the intervals where a queue that misses its target is served below it and nobody is short.
///
/// The agent is asked of the smallest pool of the queue that has nobody to spare: a rare skill is mended by agents who
/// have it, and only where enough of them are there already is the whole house raised. Returns whether anything was asked.
fn raise(
    uplift: &mut Option<RequirementUplift>,
    centre: &Centre,
    (requirement, roster): (&StaffingRequirement, &Roster),
    service: &ServicePerformance,
) -> bool {
    let (pools, intervals) = (&requirement.pools, requirement.grid.len());
    let uplift = uplift.get_or_insert_with(|| RequirementUplift { agents: vec![vec![0; intervals]; pools.len()] });
    let short = shortage(centre, requirement, roster);
    let present: Vec<Vec<u32>> =
        pools.iter().map(|pool| roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues))).collect();
    let mut wanted = vec![vec![false; intervals]; pools.len()];
    for (queue, served) in centre.queues.ids().zip(&service.queues) {
        let unkept: Vec<Stretch> =
            stretches(centre, queue, service).into_iter().filter(|stretch| missed(stretch) > 0.0).collect();
        if unkept.is_empty() {
            continue;
        }
        let mut own: Vec<usize> = (0..pools.len()).filter(|&k| pools[k].queues.contains(queue)).collect();
        own.sort_by_key(|&k| pools[k].queues.queues().count());
        for t in (0..intervals).filter(|&t| short[t] == 0) {
            let (at, day) = (&served.intervals[t], requirement.grid.day_of(t));
            if let Some(stretch) = unkept.iter().find(|stretch| stretch.days.contains(&day))
                && at.offered.mean > 0.0
                && (lack(&stretch.target, at) > 0.0 || late(stretch) > 0.0)
                && let Some(&tight) = own.iter().find(|&&k| present[k][t] <= pools[k].scheduled[t])
            {
                wanted[tight][t] = true;
            }
        }
    }
    for (extra, wanted) in uplift.agents.iter_mut().flatten().zip(wanted.iter().flatten()) {
        *extra += u32::from(*wanted);
    }
    wanted.iter().flatten().any(|&wanted| wanted)
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

#[cfg(test)]
mod tests {
    use super::*;
    use solver_data::Estimate;

    #[test]
    fn every_kind_of_target_is_lacked_in_proportion() {
        let mean = |mean| Estimate { mean, half_width: 0.0 };
        let measures = ServiceMeasures {
            service_level: mean(0.75),
            abandonment: mean(0.06),
            asa_seconds: mean(30.0),
            within_limit: mean(0.95),
            ..ServiceMeasures::default()
        };
        let level = ServiceTarget::share_within(0.80, 20.0);
        assert!((lack(&level, &measures) - 0.05).abs() < 1e-12);
        let loss = ServiceTarget { abandonment: Some(0.05), ..ServiceTarget::default() };
        assert!((lack(&loss, &measures) - 0.2).abs() < 1e-12);
        let wait = ServiceTarget { asa_seconds: Some(20.0), ..ServiceTarget::default() };
        assert!((lack(&wait, &measures) - 0.5).abs() < 1e-12);
        let limit = solver_data::WaitLimit { seconds: 25.0, share: 0.99 };
        let longest = ServiceTarget { maximum_wait: Some(limit), ..ServiceTarget::default() };
        assert!((lack(&longest, &measures) - 0.04).abs() < 1e-12);
        assert_eq!(lack(&ServiceTarget { asa_seconds: Some(40.0), ..ServiceTarget::default() }, &measures), 0.0);
    }
}
