//! A plan with its bound: the program over whole people, held against its relaxation and the planner's rule of thumb.

use solver_data::capacity::{CapacityPlan, CapacityProblem};

use super::error::CapacityError;
use super::model::{CapacityRelaxation, People, solve};
use super::recourse::follow;
use super::rule::simple_rule;

/// How hard a plan is sought. No clock: the same problem gives the same plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityEffort {
    /// Gap of the cost that can be decided at which the search may end.
    pub gap: f64,
    /// Nodes of the search at most.
    pub nodes: u32,
}

impl CapacityEffort {
    /// For a plan that is published.
    pub const THOROUGH: Self = Self { gap: 1e-3, nodes: 400 };
    /// For one of many plans that are compared.
    pub const BRISK: Self = Self { gap: 3e-3, nodes: 60 };
    /// To the last cent, for small problems.
    pub const EXACT: Self = Self { gap: 0.0, nodes: 1_000_000 };
}

/// A plan, its bound and what its prices say.
#[derive(Debug, Clone, PartialEq)]
pub struct SolvedCapacity {
    /// The plan.
    pub plan: CapacityPlan,
    /// The relaxation: no plan costs less.
    pub relaxation: CapacityRelaxation,
    /// The planner's rule of thumb on the same problem.
    pub rule: CapacityPlan,
}

impl SolvedCapacity {
    /// (cost - bound) / cost of the plan.
    pub fn gap(&self) -> f64 {
        let cost = self.plan.cost.priced();
        if cost > 0.0 { ((cost - self.relaxation.cost) / cost).max(0.0) } else { 0.0 }
    }
}

/// The cheapest plan, its bound, and the rule of thumb beside it.
///
/// # Errors
/// [`CapacityError`] when the problem is malformed or the solver fails; a shortage is an outcome, not an error.
pub fn plan_capacity(problem: &CapacityProblem, effort: CapacityEffort) -> Result<SolvedCapacity, CapacityError> {
    let relaxation = relax_capacity(problem)?;
    let whole = solve(problem, People::Whole { gap: effort.gap, nodes: effort.nodes.min(i32::MAX as u32) as i32 })?;
    let sought = follow(problem, &whole.decisions.seated(problem));
    let rule = simple_rule(problem);
    let plan = if rule.cost.priced() < sought.cost.priced() { rule.clone() } else { sought };
    Ok(SolvedCapacity { plan, relaxation, rule })
}

/// The relaxation alone.
///
/// # Errors
/// As [`plan_capacity`].
pub fn relax_capacity(problem: &CapacityProblem) -> Result<CapacityRelaxation, CapacityError> {
    refuse_malformed(problem)?;
    let answer = solve(problem, People::Parts)?;
    Ok(CapacityRelaxation { cost: answer.objective, shortage_hours: answer.shortage_hours, prices: answer.prices })
}

fn refuse_malformed(problem: &CapacityProblem) -> Result<(), CapacityError> {
    let (months, levels) = (problem.months(), problem.levels.len());
    let shape = |what, wanted: usize, found: usize| {
        if wanted == found { Ok(()) } else { Err(CapacityError::Shape { what, wanted, found }) }
    };
    shape("the table of required hours", levels, problem.required.len())?;
    for row in &problem.required {
        shape("a row of required hours", months, row.len())?;
    }
    let numbers = problem.required.iter().flatten().map(|&hours| ("a number of required hours", hours));
    let staff = problem.staff.iter().map(|group| ("a number of heads", group.heads));
    let levels =
        problem.levels.iter().flat_map(|level| [("an hour's cost", level.hour_cost), ("monthly hours", level.monthly_hours)]);
    let prices = [
        ("the price of an hour bought outside", problem.limits.outsourced_hour),
        ("the price of a missing hour", problem.shortage_hour),
    ];
    for (what, value) in numbers.chain(staff).chain(levels).chain(prices) {
        if !value.is_finite() || value < 0.0 {
            return Err(CapacityError::Number { what, value });
        }
    }
    Ok(())
}
