//! The plan over forecast paths: for the median and for nine paths of ten, with the regret of each.

use rayon::prelude::*;
use scheduler::capacity::{CapacityDecisions, CapacityEffort, SolvedCapacity, follow, plan_capacity, relax_capacity};
use solver_data::capacity::{CapacityPlan, CapacityProblem};
use solver_data::check::check_capacity;

use super::case::{Assumption, CapacityCase};
use super::need::NeedMonth;
use super::path::{paths, quantile};
use super::remedy::{Remedy, ShortMonth, remedies, short_months};
use super::sensitivity::{RuleValue, TornadoBar, rule_values, tornado};
use crate::error::PlanError;

/// Paths on which the best in hindsight is sought, a linear program each.
const HINDSIGHT_PATHS: usize = 40;

/// What a plan costs over the paths, missing hours at the centre's price of understaffing; minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathCost {
    /// Mean.
    pub mean: f64,
    /// Cost that nine paths of ten stay within.
    pub p90: f64,
    /// Share of the paths on which hours are missing in some month.
    pub short: f64,
    /// Mean cost above the best that could have been done knowing the path.
    pub regret: f64,
}

/// The two plans under each other's demand, minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regret {
    /// What the P50 plan costs more than the P90 plan where the P90 demand comes.
    pub median_under_high: f64,
    /// Hours it then lacks.
    pub median_missing_hours: f64,
    /// What the P90 plan costs more than the P50 plan where the median demand comes.
    pub high_under_median: f64,
    /// The P50 plan over the paths.
    pub median_paths: PathCost,
    /// The P90 plan over the paths.
    pub high_paths: PathCost,
}

/// A capacity plan.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityOutcome {
    /// The months.
    pub months: Vec<NeedMonth>,
    /// Factors on contacts that half, and nine of ten, of the paths stay within.
    pub factors: (Vec<f64>, Vec<f64>),
    /// The problem of the median.
    pub median_problem: CapacityProblem,
    /// The problem of nine paths of ten.
    pub high_problem: CapacityProblem,
    /// The plan for the median.
    pub median: SolvedCapacity,
    /// The plan for nine paths of ten.
    pub high: SolvedCapacity,
    /// The regret of each.
    pub regret: Regret,
    /// What easing a rule would save.
    pub rules: Vec<RuleValue>,
    /// How the cost moves with its drivers, widest first.
    pub tornado: Vec<TornadoBar>,
    /// Where the median plan lacks hours; empty when it holds.
    pub short: Vec<ShortMonth>,
    /// Single changes with which it would hold, where it does not.
    pub remedies: Vec<Remedy>,
    /// What the plan rests on.
    pub assumptions: Vec<Assumption>,
}

/// Plans the months of a case.
///
/// # Errors
/// [`PlanError::Capacity`]; [`PlanError::CapacityRejected`] for a plan whose headcount does not follow from its hires.
pub fn plan(case: &CapacityCase<'_>) -> Result<CapacityOutcome, PlanError> {
    let drawn = paths(case.months(), case.wish.paths.max(2), case.wish.seed.stream(CAPACITY_STREAM));
    let (median_factors, high_factors) = (quantile(&drawn, 0.5), quantile(&drawn, 0.9));
    let median_problem = case.problem(&case.need, &median_factors);
    let high_problem = case.problem(&case.need, &high_factors);
    let (median, high) = rayon::join(|| solved(case, &median_problem), || solved(case, &high_problem));
    let (median, high) = (median?, high?);
    let short = short_months(case, &median.plan);
    let remedies = if short.is_empty() { Vec::new() } else { remedies(&median_problem)? };
    let regret = regret(case, &drawn, (&median_problem, &median.plan), (&high_problem, &high.plan))?;
    Ok(CapacityOutcome {
        months: case.months().to_vec(),
        rules: rule_values(&median_problem, median.relaxation.cost)?,
        tornado: tornado(case, &median_problem, &median_factors)?,
        factors: (median_factors, high_factors),
        median_problem,
        high_problem,
        median,
        high,
        regret,
        short,
        remedies,
        assumptions: case.assumptions(),
    })
}

/// Stream of the master seed for the paths.
const CAPACITY_STREAM: u64 = 6;

/// A plan that the independent roll-forward reproduces.
pub(super) fn solved(case: &CapacityCase<'_>, problem: &CapacityProblem) -> Result<SolvedCapacity, PlanError> {
    let solved = plan_capacity(problem, CapacityEffort::THOROUGH)?;
    match check_capacity(problem, &solved.plan).first() {
        None => Ok(solved),
        Some(first) => Err(PlanError::CapacityRejected {
            rule: first.rule,
            month: case.months()[first.month].first,
            planned: first.planned,
            recounted: first.recounted,
        }),
    }
}

/// Cost with missing hours at the centre's own price of a missing agent.
fn priced(case: &CapacityCase<'_>, plan: &CapacityPlan) -> f64 {
    let missing: f64 = plan.shortage.iter().flatten().sum();
    plan.cost.spent() + missing * understaffing(case)
}

fn understaffing(case: &CapacityCase<'_>) -> f64 {
    case.centre.coverage.understaffing_per_hour.0 as f64
}

fn regret(
    case: &CapacityCase<'_>,
    drawn: &[Vec<f64>],
    (median_problem, median): (&CapacityProblem, &CapacityPlan),
    (high_problem, high): (&CapacityProblem, &CapacityPlan),
) -> Result<Regret, PlanError> {
    let (median_decisions, high_decisions) = (CapacityDecisions::of(median), CapacityDecisions::of(high));
    let under_high = follow(high_problem, &median_decisions);
    let under_median = follow(median_problem, &high_decisions);
    let best: Result<Vec<f64>, PlanError> = drawn[..drawn.len().min(HINDSIGHT_PATHS)]
        .par_iter()
        .map(|path| {
            let problem = CapacityProblem { shortage_hour: understaffing(case), ..case.problem(&case.need, path) };
            Ok(relax_capacity(&problem)?.cost)
        })
        .collect();
    let best = best?;
    Ok(Regret {
        // Below 0 the other plan would be the one to regret.
        median_under_high: (priced(case, &under_high) - priced(case, high)).max(0.0),
        median_missing_hours: under_high.shortage.iter().flatten().sum(),
        high_under_median: (priced(case, &under_median) - priced(case, median)).max(0.0),
        median_paths: over_paths(case, drawn, &median_decisions, &best),
        high_paths: over_paths(case, drawn, &high_decisions, &best),
    })
}

fn over_paths(case: &CapacityCase<'_>, drawn: &[Vec<f64>], decisions: &CapacityDecisions, best: &[f64]) -> PathCost {
    let each: Vec<(f64, bool)> = drawn
        .par_iter()
        .map(|path| {
            let plan = follow(&case.problem(&case.need, path), decisions);
            (priced(case, &plan), plan.shortage.iter().flatten().any(|&hours| hours > 1e-6))
        })
        .collect();
    let count = each.len() as f64;
    let mut costs: Vec<f64> = each.iter().map(|own| own.0).collect();
    let regret = costs.iter().zip(best).map(|(cost, best)| cost - best).sum::<f64>() / best.len().max(1) as f64;
    let mean = costs.iter().sum::<f64>() / count;
    costs.sort_by(f64::total_cmp);
    let p90 = costs[((0.9 * count).ceil() as usize).clamp(1, costs.len()) - 1];
    PathCost { mean, p90, short: each.iter().filter(|own| own.1).count() as f64 / count, regret }
}
