//! What things are worth: one more agent, a relaxed rule, a point of service, and the cheapest repairs of a roster.
//!
//! Origins, in the order of trust:
//!
//! 1. *Repairs* are exact: a tour priced against the roster as it stands, and the change of its objective recounted.
//! 2. *Re-optimised* worths are differences of two lower bounds, each raised for as many evaluations from the same
//!    multipliers: a statement about the bound, to which a good roster lies close.
//! 3. *At the multipliers* they are estimates from above: L is concave, so re-optimising can only take worth away.
//!
//! All amounts are minor units over the horizon.

use std::ops::Range;

use solver_data::{Centre, ContractId, LevelId, PromisedMeasure, QueueId, Roster, StaffingRequirement, Watch};

use crate::bound::{Relaxation, class_values};
use crate::case::CentreCase;
use crate::error::SchedulerError;
use crate::pricing::Pricer;
use crate::problem::RosterProblem;
use crate::repair::{Repair, repairs};
use crate::rule_worth::{RuleWorth, rule_worths};
use crate::service::CONTACT;

/// A point of a share.
const POINT: f64 = 0.01;

/// How much work values are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueLimits {
    /// Evaluations of the bound before anything is valued.
    pub evaluations: u64,
    /// Evaluations by which the bound of each change is raised.
    pub reoptimisations: u64,
    /// Short stretches that repairs are sought for, the largest first.
    pub stretches: usize,
}

impl Default for ValueLimits {
    fn default() -> Self {
        Self { evaluations: 600, reoptimisations: 60, stretches: 8 }
    }
}

/// What a roster's parts are worth, in minor units over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterValue {
    /// Lower bound that the worths are differences from.
    pub bound: f64,
    /// One more agent, by level and contract.
    pub agents: Vec<AgentWorth>,
    /// Rules relaxed by a unit, worth most first; those worth nothing are left out.
    pub rules: Vec<RuleWorth>,
    /// Promises over days and weeks.
    pub service: Vec<ServiceWorth>,
    /// The cheapest repairs of the largest shortages; empty without a roster.
    pub repairs: Vec<Repair>,
}

/// What one more agent is worth, pay taken off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgentWorth {
    /// Level.
    pub level: LevelId,
    /// Contract.
    pub contract: ContractId,
    /// Agents of the kind there are.
    pub agents: usize,
    /// By the multipliers: presence of the best tour less its cost; negative where the contract's minimum costs more.
    pub at_multipliers: f64,
    /// By how much the re-optimised bound falls with one more.
    pub reoptimised: f64,
    /// Cost of the best tour: what the agent is paid.
    pub pay: f64,
}

/// What a promise over a period costs at the margin.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceWorth {
    /// The queue.
    pub queue: QueueId,
    /// Days of the grid.
    pub days: Range<usize>,
    /// What is promised.
    pub measure: PromisedMeasure,
    /// How much of it.
    pub wanted: f64,
    /// What the roster gives by the curves: the least over the pools; `None` without a roster.
    pub reached: Option<f64>,
    /// λ: price of one contact more.
    pub per_contact: f64,
    /// λ for a point of the share, or a hundredth of the mean wait: from below, since a further point costs more.
    pub per_point: f64,
    /// By how much the re-optimised bound rises with the point.
    pub reoptimised: f64,
}

/// Values `requirement` and, where there is one, the roster made for it.
///
/// # Errors
/// As [`crate::schedule`] where the problem cannot be formed.
pub fn value(
    centre: &Centre,
    requirement: &StaffingRequirement,
    roster: Option<&Roster>,
    limits: &ValueLimits,
    watch: &dyn Watch,
) -> Result<RosterValue, SchedulerError> {
    let reaching = roster.map_or(&[][..], |roster| &roster.reaching);
    let case = CentreCase::new(centre, requirement, reaching)?;
    let problem = case.problem();
    case.require_tours(&problem)?;
    watch.stage_progress("value", 0, 4);
    let base = Base::of(&problem, limits, watch);
    watch.stage_progress("value", 1, 4);
    let agents = agent_worths(&case, &base)?;
    watch.stage_progress("value", 2, 4);
    let rules = rule_worths(&case, &base);
    watch.stage_progress("value", 3, 4);
    let service = service_worths(&case, &problem, &base, roster);
    let repairs = roster.map_or_else(Vec::new, |roster| repairs(&case, roster, limits.stretches));
    Ok(RosterValue { bound: base.bound, agents, rules, service, repairs })
}

/// The bound of the requirement, raised by `evaluations` of the volume algorithm.
///
/// # Errors
/// As [`crate::schedule`] where the problem cannot be formed.
pub fn lower_bound(centre: &Centre, requirement: &StaffingRequirement, evaluations: u64) -> Result<f64, SchedulerError> {
    let case = CentreCase::new(centre, requirement, &[])?;
    let problem = case.problem();
    case.require_tours(&problem)?;
    let mut relaxation = Relaxation::new(&problem);
    raise(&mut relaxation, &problem, evaluations, f64::NEG_INFINITY);
    Ok(relaxation.bound)
}

/// The bound that changes are compared with.
pub(crate) struct Base {
    /// Multipliers that all changes start from.
    pub multipliers: Vec<Vec<f64>>,
    /// L there.
    pub at_multipliers: f64,
    /// L after the re-optimisation that changes get, too.
    pub bound: f64,
    evaluations: u64,
}

impl Base {
    fn of(problem: &RosterProblem, limits: &ValueLimits, watch: &dyn Watch) -> Self {
        let mut relaxation = Relaxation::new(problem);
        let mut done = 0;
        while done < limits.evaluations && !watch.interrupted() && !relaxation.stalled() {
            raise(&mut relaxation, problem, 10, f64::NEG_INFINITY);
            done += 10;
        }
        let at_multipliers = relaxation.bound;
        let multipliers = relaxation.into_multipliers();
        let base = Self { multipliers, at_multipliers, bound: at_multipliers, evaluations: limits.reoptimisations };
        let bound = base.reoptimised(problem);
        Self { bound, ..base }
    }

    /// L of a changed problem, raised from the base's multipliers.
    pub fn reoptimised(&self, problem: &RosterProblem) -> f64 {
        let mut relaxation = Relaxation::starting(problem, &self.multipliers);
        raise(&mut relaxation, problem, self.evaluations.max(1), self.at_multipliers);
        relaxation.bound
    }

    /// L of a changed problem at the base's multipliers.
    pub fn evaluated(&self, problem: &RosterProblem) -> f64 {
        let mut relaxation = Relaxation::starting(problem, &self.multipliers);
        raise(&mut relaxation, problem, 1, self.at_multipliers);
        relaxation.bound
    }
}

fn raise(relaxation: &mut Relaxation, problem: &RosterProblem, evaluations: u64, target: f64) {
    for _ in 0..evaluations {
        // No roster is at hand: the bound is taken to have a hundredth to go at most.
        let target = target.max(relaxation.bound + 0.01 * relaxation.bound.abs());
        relaxation.advance(problem, target);
    }
}

/// One more agent of every level and contract that there is, with the skills most of them have.
fn agent_worths(case: &CentreCase<'_>, base: &Base) -> Result<Vec<AgentWorth>, SchedulerError> {
    let centre = case.centre;
    let mut worths = Vec::new();
    for (kind, agents) in kinds(centre) {
        let more = crate::case::with_one_more(centre, kind);
        let case = CentreCase::new(&more, case.requirement, case.reaching)?;
        let problem = case.problem();
        let newcomer = problem.agents.last().expect("one more agent was added");
        let values = &class_values(&problem, &base.multipliers)[newcomer.class];
        let mut pricer = Pricer::default();
        let reduced = pricer.price(&problem, newcomer, values);
        if !reduced.is_finite() {
            continue;
        }
        worths.push(AgentWorth {
            level: centre.agents[kind].level,
            contract: centre.agents[kind].contract,
            agents,
            at_multipliers: -reduced,
            reoptimised: base.bound - base.reoptimised(&problem),
            pay: pricer.tour(&problem, newcomer, &values.sums).cost as f64,
        });
    }
    Ok(worths)
}

/// A typical agent of each level and contract, the one whose skills most of them share, and how many there are.
pub(crate) fn kinds(centre: &Centre) -> Vec<(solver_data::AgentId, usize)> {
    let mut kinds = Vec::new();
    for level in centre.levels.ids() {
        for contract in centre.contracts.ids() {
            let same = |agent: &solver_data::Agent| agent.level == level && agent.contract == contract;
            let own: Vec<_> = centre.agents.entries().filter(|(_, agent)| same(agent)).collect();
            let alike = |skills: &[solver_data::SkillId]| own.iter().filter(|(_, other)| other.skills == skills).count();
            // Of equally common skills those of the first agent.
            let typical = own.iter().rev().max_by_key(|(_, agent)| alike(&agent.skills));
            kinds.extend(typical.map(|&(id, _)| (id, own.len())));
        }
    }
    kinds
}

/// Promises over periods, pools taken together.
fn service_worths(case: &CentreCase<'_>, problem: &RosterProblem, base: &Base, roster: Option<&Roster>) -> Vec<ServiceWorth> {
    let terms = &problem.coverage.service;
    let lambda = terms.lambda(&base.multipliers);
    let surplus = roster.map(|roster| case.coverage(problem, roster).surplus().to_vec());
    let mut worths: Vec<(ServiceWorth, Vec<usize>)> = Vec::new();
    for (row, term) in terms.rows.iter().enumerate() {
        let promise = &case.requirement.promises[term.source.0].promises[term.source.1];
        let reached = surplus.as_ref().map(|surplus| promise.reached(surplus[row]));
        let same = |worth: &ServiceWorth| {
            (worth.queue, &worth.days, worth.measure, worth.wanted)
                == (promise.queue, &promise.days, promise.measure, promise.wanted)
        };
        if let Some((known, rows)) = worths.iter_mut().find(|(worth, _)| same(worth)) {
            known.per_contact += lambda[row];
            known.per_point += lambda[row] * promise.volume() * POINT;
            let worse = |a: f64, b: f64| if is_floor(promise.measure) { a.min(b) } else { a.max(b) };
            known.reached = known.reached.zip(reached).map(|(a, b)| worse(a, b));
            rows.push(row);
            continue;
        }
        let worth = ServiceWorth {
            queue: promise.queue,
            days: promise.days.clone(),
            measure: promise.measure,
            wanted: promise.wanted,
            reached,
            per_contact: lambda[row],
            per_point: lambda[row] * promise.volume() * POINT,
            reoptimised: 0.0,
        };
        worths.push((worth, vec![row]));
    }
    for (worth, rows) in worths.iter_mut().filter(|(worth, _)| worth.per_point > 0.0) {
        worth.reoptimised = base.reoptimised(&with_point(problem, rows)) - base.bound;
    }
    worths.into_iter().map(|(worth, _)| worth).collect()
}

/// Whether more of a measure is better.
fn is_floor(measure: PromisedMeasure) -> bool {
    matches!(measure, PromisedMeasure::ServiceLevel | PromisedMeasure::LongestWait)
}

/// The problem with a point more promised in some rows.
fn with_point(problem: &RosterProblem, rows: &[usize]) -> RosterProblem {
    let mut more = problem.clone();
    let terms = std::sync::Arc::make_mut(&mut more.coverage.service);
    for &row in rows {
        let volume: f64 = terms.rows[row].parts.iter().map(|part| part.2).sum();
        terms.rows[row].offset -= (volume * POINT * CONTACT).round() as i64;
    }
    more
}

#[cfg(test)]
mod tests;
